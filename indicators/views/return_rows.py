"""Saving rows of a return: one at a time for the browser's script, those of a part for a plain form."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from indicators.actions.entries import (
    Filling,
    RowSaid,
    add_lines,
    filling_of,
    is_line_of,
    lock_for_saving,
    remove_line,
    save_entry,
)
from indicators.figures import Place
from indicators.form import Item, form_of
from indicators.reading import rows_in
from indicators.return_answers import conflict_answer, refused_answer, saved_answer
from indicators.typed_rows import InputsRefused, Refusal, read_row, row_name, sent_rows
from indicators.views.returns import render_return, return_seen
from indicators.workflow import MoveRefused
from parportal.entry.problems import EntryProblem
from parportal.entry.receipts import (
    forbidden_answer,
    is_other_user,
    keep,
    locked_answer,
    other_user,
    stored_answer,
)
from parportal.entry.versions import StaleVersion, check_sum, check_version
from units.access import person, require
from units.models import User

REFUSALS = (InputsRefused, StaleVersion, MoveRefused, EntryProblem, PermissionDenied)
NOT_TYPED = ("version", "take")


def open_filling(user: User, pk: int) -> Filling:
    """The return, locked, for who fills it in.

    Raises: Http404, PermissionDenied for who only reads it.
    """
    found = lock_for_saving(user, pk)
    require(found.is_owned_by(user), _("Only the unit itself fills in its figures."))
    return filling_of(found)


def item_of(filling: Filling, place: Place) -> Item:
    """Raises: EntryProblem when the return has no such row."""
    item = filling.items.get(place[0])
    if item is None or not is_line_of(item, place[1]):
        raise EntryProblem(_("This row does not belong to the return."))
    return item


@require_POST
def return_row(request: HttpRequest, pk: int, indicator_pk: int, line: str = "") -> JsonResponse:
    """Save one row; the answers are `indicators.return_answers`. A change applied before has its receipt."""
    user, place = person(request), (indicator_pk, line)
    if is_other_user(request):
        return other_user()
    try:
        with transaction.atomic():
            filling = open_filling(user, pk)
            said = read_row(item_of(filling, place), line, request.POST)
            version = request.POST.get("version")
            is_new = not is_said_already(filling, place, said, version)
            if is_new:
                save_entry(filling=filling, place=place, said=said, version=version, by=user)
            answer = saved_answer(filling, place)
            if is_new:
                keep(request, 200, answer)
    except REFUSALS as why:
        return stored_answer(request) or refusal_answer(request, user, pk, place, why)
    return JsonResponse(answer)


def is_said_already(filling: Filling, place: Place, said: RowSaid, version: str | None) -> bool:
    """Whether a row that was changed meanwhile holds just what is sent: then there is no conflict."""
    try:
        check_version(filling.version(place), version)
    except StaleVersion:
        return said.tidied == RowSaid.of(filling.rows.get(place))
    return False


def refusal_answer(request: HttpRequest, user: User, pk: int, place: Place, why: Exception) -> JsonResponse:
    """Nothing was saved: tell why."""
    if isinstance(why, PermissionDenied):
        return forbidden_answer(str(why))
    if isinstance(why, MoveRefused | EntryProblem):
        return locked_answer(str(why))
    found = return_seen(user, pk)
    item, row = form_of(found.period.indicator_set).items[place[0]], rows_in(found).get(place)
    if isinstance(why, StaleVersion):
        return conflict_answer(item, place, row, str(why))
    return refused_answer(item, place, row, refusal_of(request.POST, why))


def refusal_of(typed: Mapping[str, str], why: Exception) -> Refusal:
    """What a row shows that was not saved, with what was typed."""
    if isinstance(why, InputsRefused):
        return Refusal(typed, why.problems)
    return Refusal(typed, words=str(why), is_stale=isinstance(why, StaleVersion))


# --- Without a script
@require_POST
def return_rows(request: HttpRequest, pk: int, indicator_pk: int) -> HttpResponse:
    """Save the rows of one part of the form that were changed, each on its own."""
    user = person(request)
    require(return_seen(user, pk).is_owned_by(user), _("Only the unit itself fills in its figures."))
    if refusals := save_rows(request, user, pk):
        return show_refused(request, user, pk, refusals)
    return redirect(f"{reverse('return', args=[pk])}#section-{indicator_pk}")


def save_rows(request: HttpRequest, user: User, pk: int) -> dict[Place, Refusal]:
    """Save what a form holds of changed rows, and tell how many; what was refused, by place.

    A button that does something else with a row (`formaction`) sends the form around it too: without a script
    that is the only time the server hears of what was typed.
    """
    saved, refusals = 0, {}
    for place, typed in sent_rows(request.POST).items():
        done = save_sent(user, pk, place, typed)
        if isinstance(done, Refusal):
            refusals[place] = done
        saved += done is True
    if saved:
        told = ngettext("%(count)s row was saved.", "%(count)s rows were saved.", saved) % {"count": saved}
        messages.success(request, told)
    return refusals


def save_sent(user: User, pk: int, place: Place, typed: Mapping[str, str]) -> Refusal | bool:
    """Save one row if it was changed; False when there was nothing to save."""
    version, _dash, shown = typed.get("version", "").partition("-")
    values = {name: text for name, text in typed.items() if name not in NOT_TYPED}
    if "take" in typed or (shown and shown == check_sum(values.items())):
        return False
    try:
        with transaction.atomic():
            filling = open_filling(user, pk)
            said = read_row(item_of(filling, place), place[1], typed)
            if said.tidied == RowSaid.of(filling.rows.get(place)):
                return False
            save_entry(filling=filling, place=place, said=said, version=version, by=user)
    except REFUSALS as why:
        return refusal_of(values, why)
    return True


def show_refused(request: HttpRequest, user: User, pk: int, refusals: Mapping[Place, Refusal]) -> HttpResponse:
    """The return with what was typed and not saved."""
    status = 409 if any(each.words for each in refusals.values()) else 422
    return render_return(request, return_seen(user, pk), user, refusals=refusals, status=status)


@require_POST
def return_line(request: HttpRequest, pk: int, indicator_pk: int, line: str = "") -> HttpResponse:
    """Add lines to a table with free lines, or take one out; the rows sent along are saved first."""
    user = person(request)
    require(return_seen(user, pk).is_owned_by(user), _("Only the unit itself fills in its figures."))
    if refusals := save_rows(request, user, pk):
        return show_refused(request, user, pk, refusals)
    at = (indicator_pk, "")
    try:
        with transaction.atomic():
            filling = open_filling(user, pk)
            if line:
                remove_line(filling=filling, place=(indicator_pk, line), by=user)
                messages.success(request, _("The line was removed."))
            else:
                table = item_of(filling, at)
                added = add_lines(filling=filling, table=table, count=count_of(request), by=user)
                at = (indicator_pk, added[0])
    except (MoveRefused, EntryProblem) as why:
        messages.error(request, str(why))
    return redirect(f"{reverse('return', args=[pk])}#row-{row_name(at)}")


def count_of(request: HttpRequest) -> int:
    text = request.POST.get("count", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else 0
