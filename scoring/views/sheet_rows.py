"""Saving rows of a score sheet: one at a time for the browser's script, those of a field for a plain form."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from parportal.entry.receipts import (
    forbidden_answer,
    is_other_user,
    keep,
    locked_answer,
    other_user,
    stored_answer,
)
from parportal.entry.versions import StaleVersion, check_sum, check_version
from parportal.prepared import Prepared
from scoring.actions.scores import RowEntry, row_entry, save_in_transaction, save_score
from scoring.filling import is_row_filled_by
from scoring.leaves import Leaf, give_set, leaves_of
from scoring.models import Appraisal, Score, ScoreSheet
from scoring.panel_html import panel_parts
from scoring.replacing import criterion_now
from scoring.row_answers import (
    beside,
    conflict_answer,
    refused_answer,
    saved_answer,
)
from scoring.row_words import Refusal
from scoring.rows import PREFIX, PROPOSED, AnswersRefused, rule_problems
from scoring.rules import RuleErrors
from scoring.sheet_lines import Line, Said, lines_of, self_line
from scoring.sheet_page import rows_seen
from scoring.sheet_panel import counted_sums, panel_of
from scoring.sources import facts_of
from scoring.views.sheets import sheet_of, show_sheet
from scoring.workflow import MoveRefused
from units.access import Role, find, person, require
from units.models import User

NAME = re.compile(r"r([0-9]{1,18})-([a-z0-9_-]{1,100})")
ROW = Prepared(lambda pk, criterion_pk: Score.objects.locked().filter(sheet=pk, criterion=criterion_pk), values=2)
REFUSALS = (AnswersRefused, RuleErrors, StaleVersion, MoveRefused, PermissionDenied)


def row_to_save(user: User, pk: int, criterion_pk: int) -> Score:
    """The row, locked with its sheet; a page opened before the set was replaced names the old criterion.

    Most rows are of the person's own unit: for those nobody asks what else he may see.

    Raises: Http404, PermissionDenied for who only reads it.
    """
    score = ROW.first(pk, criterion_pk) if user.units_as(Role.OFFICER, Role.LEADER) else None
    if score is None or not score.sheet.is_owned_by(user):
        rows = Score.objects.visible_to(user).locked().filter(sheet=pk)
        score = rows.filter(criterion=criterion_pk).first() or find(
            rows, criterion=criterion_now(pk, criterion_pk)
        )
    give_set(score.sheet.campaign)
    score.criterion = leaf_of(score).criterion
    require(is_row_filled_by(score, user), _("Only the unit itself, or whom it asked, fills in this row."))
    return score


def leaf_of(score: Score) -> Leaf:
    return leaves_of(score.sheet.campaign.criteria_set).by_pk[score.criterion_id]


@require_POST
def sheet_row(request: HttpRequest, pk: int, criterion_pk: int) -> JsonResponse:
    """Save one row; the answers are `scoring.row_answers`. A change that was applied already has its receipt."""
    user = person(request)
    if is_other_user(request):
        return other_user()
    try:
        with transaction.atomic():
            score = row_to_save(user, pk, criterion_pk)
            entry, version = row_entry(leaf_of(score).method, request.POST), request.POST.get("version")
            is_new = not is_said_already(score, entry, version)
            if is_new:
                save_in_transaction(score=score, entry=entry, version=version, by=user)
            answer = saved_answer(score, *told_of(score, user), criterion_pk)
            if is_new:
                keep(request, 200, answer)
    except REFUSALS as why:
        return stored_answer(request) or refusal_answer(request, user, pk, criterion_pk, why)
    return JsonResponse(answer)


def is_said_already(score: Score, entry: RowEntry, version: str | None) -> bool:
    """Whether a row that was changed meanwhile holds just what is sent: then there is no conflict."""
    try:
        check_version(score.version, version)
    except StaleVersion:
        return entry.says(score, leaf_of(score).method)
    return False


def told_of(score: Score, user: User) -> tuple[Line, list[Line]]:
    """The saved row and, of its knock-out branch, the others that the person sees: how their points came about."""
    if score.criterion.knock_out_branch_id is None:
        said = Said.of(score, has_evidence=score.has_evidence)  # type: ignore[attr-defined]
        return self_line(leaf_of(score), said, score.answers), []
    lines = seen_by(user, score.sheet, lines_of(score.sheet))
    saved = next(line for line in lines if line.leaf.pk == score.criterion_id)
    return saved, beside(saved, lines)


def seen_by(user: User, sheet: ScoreSheet, lines: list[Line]) -> list[Line]:
    """The rows that the person sees: all of them for the unit itself."""
    if sheet.is_owned_by(user):
        return lines
    seen = set(rows_seen(sheet, user).values_list("criterion", flat=True))
    return [line for line in lines if line.leaf.pk in seen]


@require_GET
def sheet_panel(request: HttpRequest, pk: int) -> JsonResponse:
    """What follows from the rows around them: the page asks for it when a burst of saves is over."""
    user = person(request)
    sheet = sheet_of(user, pk)
    lines = seen_by(user, sheet, lines_of(sheet))
    is_part = len(lines) < len(leaves_of(sheet.campaign.criteria_set).by_pk)
    is_appraised = sheet.shows_appraisal_to(user) and Appraisal.objects.filter(score__sheet=sheet).exists()
    final = counted_sums(lines, sheet) if is_appraised else None
    return JsonResponse(panel_parts(panel_of(lines, sheet, final=final, part=is_part)))


def refusal_answer(request: HttpRequest, user: User, pk: int, criterion_pk: int, why: Exception) -> JsonResponse:
    """Nothing was saved: tell why."""
    if isinstance(why, PermissionDenied):
        return forbidden_answer(str(why))
    if isinstance(why, MoveRefused):
        return locked_answer(str(why))
    line, score = stored_row(user, pk, criterion_pk)
    if isinstance(why, StaleVersion):
        return conflict_answer(line, score, str(why))
    return refused_answer(line, score, refusal_of(request.POST, why))


def refusal_of(typed: Mapping[str, str], why: Exception) -> Refusal:
    """What a row shows that was not saved, with what was typed."""
    match why:
        case AnswersRefused():
            return Refusal(typed, why.problems)
        case RuleErrors():
            return Refusal(typed, rule_problems(why))
    return Refusal(typed, words=str(why), is_stale=isinstance(why, StaleVersion))


def stored_row(user: User, pk: int, criterion_pk: int) -> tuple[Line, Score]:
    """The row as it is in the database now, whatever the refused save made of the object."""
    rows = Score.objects.visible_to(user).filter(sheet=pk).prefetch_related("evidence")
    rows = rows.select_related("sheet__campaign__criteria_set", "updated_by", "exclusion")
    score = rows.filter(criterion=criterion_pk).first() or find(rows, criterion=criterion_now(pk, criterion_pk))
    leaf = leaf_of(score)
    score.criterion = leaf.criterion
    return self_line(leaf, Said.of(score, has_evidence=bool(score.evidence.all())), score.answers), score


@require_POST
def sheet_field(request: HttpRequest, pk: int, section_pk: int) -> HttpResponse:
    """Save the rows of one field that were changed, each on its own, from a form without a script."""
    user = person(request)
    sheet = sheet_of(user, pk)
    require(
        sheet.is_filled_by(user) or Score.objects.fillable_by(user).filter(sheet=sheet).exists(),
        _("Only the unit itself, or whom it asked, fills in this sheet."),
    )
    refusals = save_rows(request, user, pk)
    if refusals:
        return show_refused(request, user, pk, refusals)
    return redirect(f"{reverse('sheet', args=[pk])}#section-{section_pk}")


def save_rows(request: HttpRequest, user: User, pk: int) -> dict[int, Refusal]:
    """Save what a form holds of changed rows, each on its own, and tell how many; what was refused, by criterion.

    A button that does something else with a row (`formaction`) sends the form around it too: without a script
    that is the only time the server hears of what was typed.
    """
    saved, refusals = 0, {}
    for criterion_pk, typed in sent_rows(request.POST).items():
        done = save_sent(user, pk, criterion_pk, typed)
        if isinstance(done, Refusal):
            refusals[criterion_now(pk, criterion_pk) or criterion_pk] = done
        saved += done is True
    if saved:
        told = ngettext("%(count)s row was saved.", "%(count)s rows were saved.", saved) % {"count": saved}
        messages.success(request, told)
    return refusals


def show_refused(request: HttpRequest, user: User, pk: int, refusals: Mapping[int, Refusal]) -> HttpResponse:
    """The sheet with what was typed and not saved."""
    status = 409 if any(each.words for each in refusals.values()) else 422
    return show_sheet(request, sheet_of(user, pk), user, refusals=refusals, status=status)


def sent_rows(post: Mapping[str, str]) -> dict[int, dict[str, str]]:
    """What a form holds of each row, by criterion. Where a name comes twice, a button was pressed: it counts."""
    rows: dict[int, dict[str, str]] = defaultdict(dict)
    for name in post:
        if match := NAME.fullmatch(name):
            rows[int(match[1])][match[2]] = post[name]
    return rows


def save_sent(user: User, pk: int, criterion_pk: int, typed: Mapping[str, str]) -> Refusal | bool:
    """Save one row if it was changed; False when there was nothing to save."""
    version, _dash, shown = typed.get("version", "").partition("-")
    values = {name: text for name, text in typed.items() if not name.startswith((*NOT_TYPED, PROPOSED))}
    is_confirmed = "confirm" in typed
    if "take" in typed or (shown and shown == check_sum(values.items()) and not is_confirmed):
        return False
    try:
        with transaction.atomic():
            score = row_to_save(user, pk, criterion_pk)
            entry = row_entry(leaf_of(score).method, {**typed, **taken_over(score, typed)})
            if entry.says(score, leaf_of(score).method) and not is_confirmed:
                return False
            save_score(score=score, entry=entry, version=version, by=user)
    except REFUSALS as why:
        return refusal_of(values, why)
    return True


def taken_over(score: Score, typed: Mapping[str, str]) -> dict[str, str]:
    """The reported figures, where the button was pressed that takes them over."""
    if "pull" not in typed:
        return {}
    facts = facts_of(score.sheet, [leaf_of(score)]).get(score.criterion_id, {})
    return {PREFIX + each.input: each.text for each in facts.values()}


NOT_TYPED = ("version", "confirm", "take", "pull")
