"""The self-score of many units accepted at once, after a look at what that gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from scoring.actions.appraisals import accepted, present_round, start_appraisal
from scoring.models import Appraisal, Campaign, Score, ScoreSheet
from scoring.rules import LeafState
from scoring.settling import settle_rows, settle_sheets, with_branches
from scoring.workflow import why_appraisal_is_locked, why_row_is_closed
from units.audit import Action, Change, record
from units.models import User

# What is written over an appraisal that stands there already.
RENEWED = ("state", "answers", "points", "pending", "reason", "by", "at", "version")


@dataclass(frozen=True, slots=True)
class Seen:
    """The versions of a row that somebody chose: of the unit's part, and of the appraisal (0: none)."""

    score: int
    appraisal: int


@dataclass(frozen=True, slots=True)
class Skipped:
    score: Score
    why: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Rows to be accepted with what each gets (None: not counted, or compared at the close), and the others."""

    rows: tuple[tuple[Score, Decimal | None], ...]
    skipped: tuple[Skipped, ...]

    @property
    def sum(self) -> Decimal:
        return sum((points for _score, points in self.rows if points is not None), Decimal(0))


def choose(campaign: Campaign, seen: Mapping[int, Seen], *, by: User) -> Choice:
    """Which of the chosen rows (by primary key) can be accepted now as they were seen: two queries.

    Whoever writes afterwards has locked their sheets before.
    """
    found = Score.objects.appraisable_by(by).filter(sheet__campaign=campaign, pk__in=seen)
    related = found.select_related("criterion", "exclusion", "sheet__unit", "sheet__campaign__criteria_set")
    ordered = related.prefetch_related(Prefetch("appraisals")).order_by("sheet__unit__code", "criterion__position")
    rows, skipped = [], []
    for score in ordered:
        if why := why_not(score, seen[score.pk], by):
            skipped.append(Skipped(score, why))
        else:
            rows.append((score, accepted(score, score.sheet, by).points))
    return Choice(tuple(rows), tuple(skipped))


def why_not(score: Score, seen: Seen, by: User) -> str:
    """Why a row is not accepted together with others, in words; empty when it is."""
    if why := why_appraisal_is_locked(score.sheet, by) or why_row_is_closed(score, by_unit=False):
        return why
    if score.state == LeafState.NOT_APPLICABLE:
        return _("A claim “not applicable” is decided by itself.")
    if score.review:
        return _("Its rules changed: look at it by itself.")
    own = own_round(score)
    if (score.version, own.version if own else 0) != (seen.score, seen.appraisal):
        return _("It changed meanwhile.")
    return ""


def own_round(score: Score) -> Appraisal | None:
    """The row's appraisal of the sheet's present round."""
    round_ = present_round(score.sheet)
    return next((each for each in score.appraisals.all() if each.round == round_), None)


@transaction.atomic
def accept_selected(*, campaign: Campaign, seen: Mapping[int, Seen], by: User) -> Choice:
    """Accept the self-score of the chosen rows; those that changed since they were chosen are left as they are."""
    sheets = ScoreSheet.objects.filter(campaign=campaign, scores__in=seen).values("pk")
    # The sheets first, in one order for everybody, then their rows.
    list(ScoreSheet.objects.select_for_update().filter(pk__in=sheets).order_by("pk").values_list("pk", flat=True))
    choice = choose(campaign, seen, by=by)
    scores = [score for score, _points in choice.rows]
    if not scores:
        return choice
    write(scores, by)
    before = {score.pk: score.points for score in scores}
    together = with_branches(Score.objects.filter(pk__in=before))
    changed = {row.pk: (row, was) for row, was in settle_rows(campaign, together)}
    settle_sheets(campaign, {score.sheet_id for score in scores})
    tell(scores, changed, before, by=by)
    return choice


def write(scores: Sequence[Score], by: User) -> None:
    for sheet in {score.sheet_id: score.sheet for score in scores}.values():
        start_appraisal(sheet, by=by)
    new, renewed = [], []
    for score in scores:
        fresh, own = accepted(score, score.sheet, by), own_round(score)
        if own is None:
            new.append(fresh)
            continue
        fresh.pk, fresh.version, fresh.at = own.pk, own.version + 1, timezone.now()
        renewed.append(fresh)
    Appraisal.objects.bulk_create(new)
    Appraisal.objects.bulk_update(renewed, RENEWED)


def tell(
    scores: Iterable[Score],
    changed: Mapping[int, tuple[Score, Decimal | None]],
    before: Mapping[int, Decimal | None],
    *,
    by: User,
) -> None:
    """One event a sheet, with the rows that were knocked out or lifted by it."""
    by_sheet: dict[int, tuple[ScoreSheet, list[Change]]] = {}
    for score in scores:
        row, was = changed.get(score.pk, (score, before[score.pk]))
        by_sheet.setdefault(score.sheet_id, (score.sheet, []))[1].append(Change(score, "points", was, row.points))
    for pk, (row, was) in changed.items():
        if pk not in before:
            by_sheet[row.sheet_id][1].append(Change(row, "points", was, row.points))
    for sheet, changes in by_sheet.values():
        record(Action.APPRAISAL_SAVED, sheet, by=by, reason=_("accepted with other units"), changes=changes)
