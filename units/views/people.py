"""The accounts of the own unit and its children: list, one account, and what a coordinator does with it."""

from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from units.access import Role, find, person, require
from units.accounts import locked_names, login_name
from units.actions.guards import PersonRefused, has_other_masters
from units.actions.people import create_person
from units.actions.roles import handed_over
from units.forms import EndRoleForm, FilterForm, HandOverForm, PersonForm, ReasonForm, RoleForm, UserNameForm
from units.history import history_of
from units.listing import Wanted, listed_people
from units.models import Membership, Unit, User
from units.models.units import today

PAGE_ROWS = 50
PASSWORDS_SALT = "units.views.passwords"


def coordinator(request: HttpRequest) -> User:
    """Raises: PermissionDenied for everybody who coordinates nothing."""
    user = person(request)
    require(user.has_role(Role.COORDINATOR), _("Accounts are managed by the coordinator of the unit."))
    return user


def managed_units(user: User) -> QuerySet[Unit]:
    return Unit.objects.managed_by(user).order_by("-valid_from", "code")


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """The list, narrowed by the line above it."""
    user = coordinator(request)
    form = FilterForm(request.GET, managed=managed_units(user))
    data = form.cleaned_data if form.is_valid() else {}
    wanted = Wanted(data.get("q", ""), data.get("unit"), data.get("role", ""), data.get("state", ""))
    rows = listed_people(user, wanted)
    page = Paginator(rows, PAGE_ROWS).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {"form": form, "page": page, "total": len(rows), "query": query.urlencode()}
    return render(request, "units/people.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def person_new(request: HttpRequest) -> HttpResponse:
    """Open an account; its one-time password is shown in the answer and nowhere else."""
    user = coordinator(request)
    data = request.POST if request.method == "POST" else None
    name_form, person_form = UserNameForm(data), PersonForm(data)
    role_form = RoleForm(data, managed=managed_units(user))
    # Each form is asked, so that all errors are shown at once.
    valid = [form.is_valid() for form in (name_form, person_form, role_form)]
    if all(valid):
        try:
            made, password = create_person(
                username=name_form.cleaned_data["username"],
                entry=person_form.person_entry(),
                role=role_form.role_entry(),
                by=user,
            )
        except PersonRefused as refused:
            name_form.add_error(None, str(refused))
        else:
            return show_passwords(request, [(made, password)])
    context = {"name_form": name_form, "person_form": person_form, "role_form": role_form}
    return render(request, "units/person_new.html", context, status=200 if data is None else 422)


def show_passwords(request: HttpRequest, issued: list[tuple[User, str]]) -> HttpResponse:
    """One-time passwords as a table to be printed or taken along as a workbook; the page is kept by no cache.

    The table travels in the page, sealed, to come back for the workbook: the portal stores no password.
    """
    user = person(request)
    rows = [(each.full_name, each.username, password) for each, password in issued]
    context = {
        "issued": issued,
        "sealed": signing.dumps({"by": user.pk, "rows": rows}, salt=PASSWORDS_SALT, compress=True),
        "coordinates": user.has_role(Role.COORDINATOR),
    }
    response = render(request, "units/passwords.html", context)
    add_never_cache_headers(response)
    return response


@require_GET
def person_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: roles with their dates, history, and the forms of everything that can be done."""
    user = coordinator(request)
    return show_person(request, user, find(User.objects.managed_by(user), pk=pk))


def show_person(
    request: HttpRequest, user: User, shown: User, *, bound: dict[str, Any] | None = None
) -> HttpResponse:
    """The page of an account; `bound` holds the form that was refused, under its name."""
    units = managed_units(user)
    managed = set(units.values_list("pk", flat=True))
    held = shown.memberships.select_related("unit", "delegated_by")
    memberships = list(held.order_by("-valid_from", "unit"))
    context: dict[str, Any] = {
        "shown": shown,
        "is_self": shown.pk == user.pk,
        "beyond": has_other_masters(user, shown),
        "locked": login_name(shown.username) in locked_names(),
        "roles": [each for each in memberships if each.unit_id in managed],
        "roles_elsewhere": any(each.unit_id not in managed for each in memberships),
        "endable": {each.pk for each in memberships if is_endable(each)},
        "today": today(),
        "movable": handed_over(user, shown),
        "history": history_of(shown),
        "person_form": PersonForm(instance=shown),
        "role_form": RoleForm(managed=units, prefix="role"),
        "end_form": EndRoleForm(prefix="end"),
        "reason_form": ReasonForm(prefix="state"),
        "hand_over_form": HandOverForm(candidates=candidates_for(user, shown), prefix="hand"),
    }
    context |= bound or {}
    return render(request, "units/person.html", context, status=422 if bound else 200)


def candidates_for(user: User, shown: User) -> QuerySet[User]:
    """Who may take over the work of `shown`: active colleagues, not the coordinator who decides it."""
    active = User.objects.managed_by(user).filter(is_active=True)
    return active.exclude(pk__in=[shown.pk, user.pk]).order_by("full_name")


def is_endable(membership: Membership) -> bool:
    over = membership.valid_to is not None and membership.valid_to < today()
    return membership.role != Role.ADMINISTRATOR and not over


def back_to(request: HttpRequest, pk: int, message: str) -> HttpResponse:
    messages.success(request, message)
    return redirect("person", pk)
