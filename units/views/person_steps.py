"""The buttons on the page of an account: one POST each, back to the page afterwards."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from units.access import find
from units.actions.guards import PersonRefused
from units.actions.people import (
    change_person,
    deactivate_person,
    issue_one_time_password,
    reactivate_person,
    unlock_person,
)
from units.actions.roles import end_role, give_role, hand_over_work
from units.forms import EndRoleForm, HandOverForm, PersonForm, ReasonForm, RoleForm
from units.models import Membership, User
from units.views.people import back_to, candidates_for, coordinator, managed_units, show_passwords, show_person


def authorised(request: HttpRequest, pk: int) -> tuple[User, User]:
    """The coordinator and the account meant.

    Raises: Http404 for an account of other units, PermissionDenied for those who coordinate nothing.
    """
    user = coordinator(request)
    return user, find(User.objects.managed_by(user), pk=pk)


def refuse(request: HttpRequest, pk: int, refused: PersonRefused) -> HttpResponse:
    messages.error(request, str(refused))
    return redirect("person", pk)


@require_POST
def person_change(request: HttpRequest, pk: int) -> HttpResponse:
    user, shown = authorised(request, pk)
    form = PersonForm(request.POST, instance=find(User.objects.managed_by(user), pk=pk))
    if not form.is_valid():
        return show_person(request, user, shown, bound={"person_form": form})
    try:
        change_person(person=shown, entry=form.person_entry(), by=user)
    except PersonRefused as refused:
        return refuse(request, pk, refused)
    return back_to(request, pk, _("The account was changed."))


@require_POST
def person_role_add(request: HttpRequest, pk: int) -> HttpResponse:
    user, shown = authorised(request, pk)
    form = RoleForm(request.POST, managed=managed_units(user), prefix="role")
    if form.is_valid():
        try:
            give_role(person=shown, entry=form.role_entry(), by=user)
        except PersonRefused as refused:
            form.add_error(None, str(refused))
        else:
            return back_to(request, pk, _("The role was given."))
    return show_person(request, user, shown, bound={"role_form": form})


@require_POST
def person_role_end(request: HttpRequest, pk: int, membership: int) -> HttpResponse:
    user, shown = authorised(request, pk)
    managed = Membership.objects.filter(user=shown, unit__in=managed_units(user).values("pk"))
    ended = find(managed.select_related("unit", "user"), pk=membership)
    form = EndRoleForm(request.POST, prefix="end")
    if form.is_valid():
        try:
            end_role(membership=ended, last_on=form.cleaned_data["last_on"], by=user, reason=reason_of(form))
        except PersonRefused as refused:
            form.add_error(None, str(refused))
        else:
            return back_to(request, pk, _("The role was ended."))
    bound: dict[str, Any] = {"end_form": form, "ending": ended.pk}
    return show_person(request, user, shown, bound=bound)


@require_POST
def person_deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    user, shown = authorised(request, pk)
    form = ReasonForm(request.POST, prefix="state")
    if not form.is_valid():
        return show_person(request, user, shown, bound={"reason_form": form})
    try:
        deactivate_person(person=shown, by=user, reason=reason_of(form))
    except PersonRefused as refused:
        return refuse(request, pk, refused)
    return back_to(request, pk, _("The account was deactivated; what it entered is kept."))


@require_POST
def person_reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    user, shown = authorised(request, pk)
    try:
        reactivate_person(person=shown, by=user)
    except PersonRefused as refused:
        return refuse(request, pk, refused)
    return back_to(request, pk, _("The account is active again."))


@require_POST
def person_unlock(request: HttpRequest, pk: int) -> HttpResponse:
    user, shown = authorised(request, pk)
    try:
        count = unlock_person(person=shown, by=user)
    except PersonRefused as refused:
        return refuse(request, pk, refused)
    text = ngettext(
        "The lock-out was lifted: %(count)d record of wrong passwords was removed.",
        "The lock-out was lifted: %(count)d records of wrong passwords were removed.",
        count,
    )
    return back_to(request, pk, text % {"count": count})


@never_cache
@require_POST
def person_password(request: HttpRequest, pk: int) -> HttpResponse:
    """A one-time password, shown in the answer and nowhere else."""
    user, shown = authorised(request, pk)
    try:
        password = issue_one_time_password(person=shown, by=user)
    except PersonRefused as refused:
        return refuse(request, pk, refused)
    return show_passwords(request, [(shown, password)])


@require_POST
def person_hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    user, shown = authorised(request, pk)
    form = HandOverForm(request.POST, candidates=candidates_for(user, shown), prefix="hand")
    if form.is_valid():
        to: User = form.cleaned_data["to"]
        try:
            hand_over_work(person=shown, to=to, by=user, reason=reason_of(form))
        except PersonRefused as refused:
            form.add_error(None, str(refused))
        else:
            return back_to(request, pk, _("The open work was handed over to %(person)s.") % {"person": to})
    return show_person(request, user, shown, bound={"hand_over_form": form})


def reason_of(form: ReasonForm) -> str:
    return str(form.cleaned_data["reason"]).strip()
