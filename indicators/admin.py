"""What the administrator may look up. Sets change by import alone; what units report is not here."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from import_export.admin import ExportMixin
from import_export.forms import ExportForm

from indicators.models import Indicator, IndicatorSet, SetStatus
from indicators.resources import IndicatorResource
from units.admin.base import ReadOnly


@admin.register(IndicatorSet)
class IndicatorSetAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["code", "version", "title", "office", "status"]
    list_filter = ["status"]
    search_fields = ["code", "title"]


@admin.register(Indicator)
class IndicatorAdmin(ExportMixin, ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg, misc]
    """The flat list of indicators of sets in use."""

    resource_classes = [IndicatorResource]
    export_form_class = ExportForm  # the one with boxes to tick needs inline code
    list_display = ["set", "code", "title", "measure", "value_type", "roll_up"]
    list_filter = ["set__code", "value_type", "roll_up"]
    list_select_related = ["set"]
    search_fields = ["code", "title"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found: QuerySet[Any] = super().get_queryset(request)
        return found.exclude(set__status=SetStatus.DRAFT).select_related("set", "parent")

    def has_export_permission(self, request: HttpRequest) -> bool:
        return bool(self.has_view_permission(request))
