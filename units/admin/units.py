from typing import ClassVar

from django.contrib import admin
from django.http import HttpRequest
from import_export.admin import ImportExportMixin
from import_export.formats.base_formats import XLSX
from import_export.forms import ExportForm

from units.admin.base import Audited
from units.audit import Action
from units.models import Lineage, Party, Unit
from units.resources import UnitResource


@admin.register(Unit)
class UnitAdmin(ImportExportMixin, Audited):  # type: ignore[misc]
    """Units one by one, and as a workbook with a preview (django-import-export)."""

    created: ClassVar[Action] = Action.UNIT_CREATED
    changed: ClassVar[Action] = Action.UNIT_CHANGED
    resource_classes = [UnitResource]
    formats = [XLSX]
    export_form_class = ExportForm  # the one with boxes to tick needs inline code
    skip_admin_log = True
    list_display = ["code", "name", "type", "parent", "valid_from", "valid_to"]
    list_filter = ["type", "valid_from"]
    list_select_related = ["parent"]
    search_fields = ["code", "name"]
    autocomplete_fields = ["parent"]

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_module_permission(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_module_permission(request)


@admin.register(Lineage)
class LineageAdmin(Audited):
    created = Action.LINEAGE_CREATED
    changed = Action.LINEAGE_CHANGED
    list_display = ["predecessor", "successor", "kind", "share"]
    list_filter = ["kind"]
    list_select_related = ["predecessor", "successor"]
    search_fields = ["predecessor__name", "predecessor__code", "successor__name", "successor__code"]
    autocomplete_fields = ["predecessor", "successor"]


@admin.register(Party)
class PartyAdmin(Audited):
    created = Action.PARTY_CREATED
    changed = Action.PARTY_CHANGED
    list_display = ["code", "name", "owner", "unit"]
    list_select_related = ["owner", "unit"]
    search_fields = ["code", "name", "owner__name"]
    autocomplete_fields = ["owner", "unit", "members"]
