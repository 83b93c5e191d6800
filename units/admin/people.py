from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from units.access import Role, person
from units.actions.guards import PersonRefused
from units.actions.people import (
    PersonEntry,
    change_person,
    create_person,
    deactivate_person,
    issue_one_time_password,
    reactivate_person,
    unlock_person,
)
from units.actions.roles import RoleEntry, end_role, give_role
from units.admin.base import ForAdministrators
from units.models import Membership, Unit, User
from units.models.units import today
from units.views.people import show_passwords

Passwords = list[tuple[User, str]]


class Refusals:
    """What an action refuses is said on the page, instead of an error page."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response: HttpResponse = super().changeform_view(request, *args, **kwargs)  # type: ignore[misc]
        except PersonRefused as refused:
            messages.error(request, str(refused))
            return HttpResponseRedirect(request.get_full_path())
        return response


class NewPersonForm(forms.ModelForm):  # type: ignore[type-arg]
    """An account begins with a role: without one nobody would find it."""

    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.order_by("-valid_from", "code"))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    valid_from = forms.DateField(label=_("From"), initial=today)
    valid_to = forms.DateField(label=_("Until"), required=False)

    class Meta:
        model = User
        fields = ["username", "full_name", "title", "email", "phone"]

    def clean_username(self) -> str:
        return str(self.cleaned_data["username"]).strip().lower()

    def role_entry(self) -> RoleEntry:
        data = self.cleaned_data
        return RoleEntry(data["unit"], Role(data["role"]), data["valid_from"], data["valid_to"])


@admin.register(User)
class UserAdmin(Refusals, ForAdministrators, admin.ModelAdmin):  # type: ignore[type-arg]
    """Accounts of everybody, written by the same actions as on the pages of coordinators."""

    list_display = ["username", "full_name", "title", "is_active", "must_change_password", "last_login"]
    list_filter = ["is_active", "must_change_password"]
    search_fields = ["username", "full_name"]
    fields = [
        "username",
        "full_name",
        "title",
        "email",
        "phone",
        "is_active",
        "must_change_password",
        "last_login",
    ]
    readonly_fields = ["username", "is_active", "must_change_password", "last_login"]
    actions = ["issue_passwords", "unlock", "deactivate", "reactivate"]

    def get_form(self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **kwargs) if obj else NewPersonForm

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        return self.fields if obj else list(NewPersonForm.base_fields)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        return self.readonly_fields if obj else []

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Raises: PersonRefused."""
        entry = PersonEntry(obj.full_name, obj.title, obj.email, obj.phone)
        if change:
            change_person(person=User.objects.get(pk=obj.pk), entry=entry, by=person(request))
            return
        made, password = create_person(
            username=obj.username, entry=entry, role=form.role_entry(), by=person(request)
        )
        obj.pk, form.password = made.pk, password
        request.issued = [(made, password)]  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: User, post_url_continue: str | None = None) -> HttpResponse:
        """The one-time password is shown in the answer and nowhere else."""
        return show_passwords(request, request.issued)  # type: ignore[attr-defined]

    @admin.action(description=_("Issue one-time passwords"))
    def issue_passwords(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        issued: Passwords = []

        def issue(chosen: User) -> None:
            issued.append((chosen, issue_one_time_password(person=chosen, by=person(request))))

        self.each(request, queryset, issue)
        return show_passwords(request, issued) if issued else None

    @admin.action(description=_("Lift the lock-out"))
    def unlock(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self.each(request, queryset, lambda chosen: unlock_person(person=chosen, by=person(request)))

    @admin.action(description=_("Deactivate"))
    def deactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self.each(request, queryset, lambda chosen: deactivate_person(person=chosen, by=person(request)))

    @admin.action(description=_("Reactivate"))
    def reactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self.each(request, queryset, lambda chosen: reactivate_person(person=chosen, by=person(request)))

    def each(self, request: HttpRequest, queryset: QuerySet[User], step: Callable[[User], object]) -> None:
        """Take a step for every chosen account; a refusal is said and does not stop the others."""
        for chosen in queryset:
            try:
                step(chosen)
            except PersonRefused as refused:
                messages.error(request, f"{chosen}: {refused}")
            else:
                messages.success(request, _("Done for %(person)s.") % {"person": chosen})


@admin.register(Membership)
class MembershipAdmin(Refusals, ForAdministrators, admin.ModelAdmin):  # type: ignore[type-arg]
    """Roles of everybody. A role that was given is only ended: what somebody did with it stays explained."""

    list_display = ["user", "role", "unit", "valid_from", "valid_to"]
    list_filter = ["role"]
    list_select_related = ["user", "unit"]
    search_fields = ["user__username", "user__full_name", "unit__name", "unit__code"]
    autocomplete_fields = ["user", "unit"]
    fields = ["user", "unit", "role", "valid_from", "valid_to"]

    def get_readonly_fields(self, request: HttpRequest, obj: Membership | None = None) -> list[str]:
        return ["user", "unit", "role", "valid_from"] if obj else []

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:
        """Raises: PersonRefused."""
        if not change:
            entry = RoleEntry(obj.unit, Role(obj.role), obj.valid_from, obj.valid_to)
            obj.pk = give_role(person=obj.user, entry=entry, by=person(request)).pk
            return
        if obj.valid_to is None:
            raise PersonRefused(_("Give the last day of the role."))
        if obj.valid_to < obj.valid_from:
            raise PersonRefused(_("The last day lies before the first day."))
        stored = Membership.objects.select_related("unit", "user").get(pk=obj.pk)
        end_role(membership=stored, last_on=obj.valid_to, by=person(request))
