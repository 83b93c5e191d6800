"""The own roles delegated to a deputy or substitute, with dates."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from units.access import find, person
from units.actions.delegation import delegate_role, end_delegation
from units.actions.guards import PersonRefused
from units.delegations import given_by, given_to
from units.forms import DelegationForm
from units.models import Membership, User


@require_http_methods(["GET", "HEAD", "POST"])
def delegation(request: HttpRequest) -> HttpResponse:
    """What the person delegated and was delegated; the form offers only the own roles."""
    user = person(request)
    form = DelegationForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid() and try_to_delegate(form, user):
        words = {"person": form.cleaned_data["to"]}
        messages.success(request, _("The role was delegated to %(person)s.") % words)
        return redirect("delegation")
    context = {"form": form, "given": given_by(user), "received": given_to(user)}
    return render(request, "units/delegation.html", context, status=422 if request.method == "POST" else 200)


def try_to_delegate(form: DelegationForm, user: User) -> bool:
    """Delegate what the form holds, or leave the refusal in the form."""
    data = form.cleaned_data
    try:
        delegate_role(
            membership=data["role"],
            to=data["to"],
            first_on=data["valid_from"],
            last_on=data["valid_to"],
            by=user,
            reason=data["reason"],
        )
    except PersonRefused as refused:
        form.add_error(None, str(refused))
    return form.is_valid()


@require_POST
def delegation_end(request: HttpRequest, delegated: int) -> HttpResponse:
    user = person(request)
    given = Membership.objects.filter(delegated_by=user).select_related("user", "unit", "delegated_by")
    ended = find(given, pk=delegated)
    words = {"person": ended.user}
    try:
        end_delegation(membership=ended, by=user)
    except PersonRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The delegation to %(person)s was ended.") % words)
    return redirect("delegation")
