"""What the administrator sets. Scores and results are not here: this role reads none."""

from django.contrib import admin
from django.http import HttpRequest
from import_export.admin import ImportExportMixin
from import_export.forms import ExportForm

from scoring.models import Grade, GradeScale
from scoring.resources import GradeResource, graded_by


class ForAdministrators(admin.ModelAdmin):  # type: ignore[type-arg]
    """The site lets only administrators in (`parportal.admin`); their role is all the permission there is."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return self.admin_site.has_permission(request)


class GradeInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Grade
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: GradeScale | None = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: GradeScale | None = None) -> bool:
        return self.has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: GradeScale | None = None) -> bool:
        return self.admin_site.has_permission(request) and not (obj and graded_by(obj))

    def has_delete_permission(self, request: HttpRequest, obj: GradeScale | None = None) -> bool:
        return self.has_change_permission(request, obj)


@admin.register(GradeScale)
class GradeScaleAdmin(ForAdministrators):
    list_display = ["code", "name", "source"]
    search_fields = ["code", "name"]
    inlines = [GradeInline]

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return super().has_change_permission(request) and not (isinstance(obj, GradeScale) and graded_by(obj))

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return self.has_change_permission(request, obj)


@admin.register(Grade)
class GradeAdmin(ImportExportMixin, ForAdministrators):  # type: ignore[misc]
    """The flat list of grades, to be carried to another portal and back, with preview."""

    resource_classes = [GradeResource]
    export_form_class = ExportForm  # the one with boxes to tick needs inline code
    list_display = ["scale", "code", "name", "from_index"]
    list_filter = ["scale"]

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return super().has_change_permission(request) and not (isinstance(obj, Grade) and graded_by(obj.scale))

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return self.has_change_permission(request, obj)

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)
