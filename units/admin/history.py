from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from units.admin.base import ReadOnly
from units.models import AuditChange, AuditEvent


class ChangeInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = AuditChange
    fields = ["label", "attribute", "old", "new"]
    extra = 0
    can_delete = False


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """The history of units and people. That of scores is not the administrator's to read."""

    list_display = ["at", "action", "about", "by", "reason"]
    list_filter = ["action", "at"]
    search_fields = ["by__full_name", "by__username", "changes__label"]
    fields = ["at", "action", "about", "by", "reason"]
    inlines = [ChangeInline]
    list_select_related = ["by", "scope_type"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEvent]:
        events: QuerySet[AuditEvent] = super().get_queryset(request)
        return events.filter(scope_type__app_label="units").prefetch_related("scope")

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        return lookup in ("scope_type__id__exact", "scope_id") or super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("about"))
    def about(self, event: AuditEvent) -> str:
        return str(event.scope or "")
