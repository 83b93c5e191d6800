"""What all the administrator's tables have in common."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from units.access import person
from units.audit import Action, Change, record


class ForAdministrators:
    """The role opens everything but deletion; there are no permission rows, and no second history."""

    admin_site: Any

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(self.admin_site.has_permission(request))

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return self.has_module_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Audit events are the history."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Audit events are the history."""

    def history_view(self, request: HttpRequest, object_id: str, extra_context: object = None) -> HttpResponse:
        scope = ContentType.objects.get_for_model(self.model)  # type: ignore[attr-defined]
        events = reverse("admin:units_auditevent_changelist")
        return redirect(f"{events}?scope_type__id__exact={scope.pk}&scope_id={object_id}")


class ReadOnly(ForAdministrators):
    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class Audited(ForAdministrators, admin.ModelAdmin):  # type: ignore[type-arg]
    """Saves a row and what was chosen beside it, and records both as one event."""

    created: ClassVar[Action]
    changed: ClassVar[Action]

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        form.before = self.described(type(obj)._default_manager.get(pk=obj.pk)) if change else {}
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        after = self.described(form.instance)
        changes = [Change(form.instance, name, form.before.get(name, ""), after[name]) for name in after]
        if any(each.is_real for each in changes):
            action = self.changed if change else self.created
            record(action, form.instance, by=person(request), changes=changes)

    def described(self, obj: Model) -> dict[str, str]:
        """Every attribute that the form offers, as a person reads it."""
        fields = forms.fields_for_model(type(obj))
        return {name: in_words(obj, name) for name in fields}


def in_words(obj: Model, name: str) -> str:
    field = obj._meta.get_field(name)
    if field.many_to_many:
        return ", ".join(sorted(str(each) for each in getattr(obj, name).all()))
    if getattr(field, "choices", None):
        return str(getattr(obj, f"get_{name}_display")())
    value = getattr(obj, name)
    return "" if value is None else str(value)
