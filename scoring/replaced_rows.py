"""Rows of a sheet whose criterion was replaced: carried over to the new rules, or written down whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from parportal.display import day, moment, points
from scoring.actions.scores import self_points
from scoring.models import Appraisal, Campaign, Criterion, Evidence, Responsibility, Score, SetReplacement
from scoring.publishing import frozen_evidence
from scoring.rows import answers_in_words
from scoring.rules import Answers, LeafState, Method, RuleErrors, Value, decode, encode
from scoring.settling import self_outcome
from units.access import Role
from units.audit import as_text
from units.models import User

ZERO = Decimal(0)


def whole_rows(campaign: Campaign, criterion: Criterion) -> QuerySet[Score]:
    """The rows of one leaf with everything that hangs on them: one query and three for what hangs on the rows."""
    return (
        Score.objects.filter(sheet__campaign=campaign, criterion=criterion)
        .select_related("sheet__unit", "agency", "loss", "exclusion", "updated_by")
        .prefetch_related(
            Prefetch("appraisals", Appraisal.objects.select_related("by")),
            Prefetch("evidence", Evidence.objects.order_by("pk")),
            Prefetch("loss__responsibilities", Responsibility.objects.select_related("party")),
        )
        .order_by("sheet__unit__code")
    )


# Carried over -------------------------------------------------------------------------------------------------
def carry_over(score: Score, old: Method, new: Method, words: Iterable[str]) -> list[Appraisal]:
    """Put a row (its criterion is the new one already) under new rules; mark it for review if it holds anything.

    What was answered is scored again where the new rules ask for the same facts; otherwise the row counts as not
    answered, and the mark tells what stood there. Returns the appraisals, changed in the same way, to be saved.
    What the row counts is settled afterwards.
    """
    if holds_something(score) and score.is_for_people:
        score.review = "\n".join(filter(None, [*words, *_standing(score, old), score.review]))
    _rescore(score, new)
    appraisals = list(score.appraisals.all())
    for each in appraisals:
        _rejudge(each, new)
    score.version += 1
    return appraisals


def _standing(score: Score, method: Method) -> Iterable[str]:
    """What the unit had answered, in words."""
    state = LeafState(score.state)
    if state is LeafState.ANSWERED:
        shown = {"answers": stored_in_words(method, score.answers), "points": points(score.self_points)}
        yield _("Answered before: %(answers)s (%(points)s points)") % shown
    elif state is not LeafState.NOT_ANSWERED:
        yield _("Answered before: %(answers)s") % {"answers": score.get_state_display()}


def stored_in_words(method: Method, stored: Mapping[str, Any]) -> str:
    """Stored answers with their labels; as stored where they fit no input."""
    try:
        answers = decode(method.inputs(), stored)
    except (ValueError, TypeError, ArithmeticError):
        answers = {}
    rest = [f"{name}: {value}" for name, value in stored.items() if name not in answers]
    return " · ".join(filter(None, [answers_in_words(method, answers), *rest]))


def fitting(method: Method, stored: Mapping[str, Any]) -> Answers | None:
    """Stored answers as a method takes them; None where it asks for other facts, or these are impossible."""
    try:
        answers: dict[str, Value] = decode(method.inputs(), stored)
        method.score(answers)
    except (RuleErrors, ValueError, TypeError, ArithmeticError):
        return None
    return answers


def _rescore(score: Score, method: Method) -> None:
    """The unit's own points by the new rules."""
    state = LeafState(score.state)
    answers: Answers | None = {}
    if state is LeafState.ANSWERED:
        answers = fitting(method, score.answers)
        if answers is None:
            state, answers = LeafState.NOT_ANSWERED, {}
    score.state = state.value
    score.answers = encode(answers or {})
    score.self_points = self_points(state, self_outcome(method, state, answers or {}).points)


def _rejudge(appraisal: Appraisal, method: Method) -> None:
    """An appraiser's decision by the new rules: facts are scored again, bare points kept within the leaf."""
    if appraisal.state == LeafState.ANSWERED:
        answers = fitting(method, appraisal.answers) if appraisal.answers else None
        if answers is not None:
            appraisal.answers = encode(answers)
            appraisal.points = method.score(answers).points
            appraisal.pending = appraisal.points is None
        else:
            leaf = method.leaf
            kept = min(appraisal.points or ZERO, leaf.max_points)
            appraisal.answers, appraisal.points, appraisal.pending = {}, kept - kept % leaf.step, False
    elif appraisal.state == LeafState.NO_CASE:
        appraisal.points = method.leaf.when_no_case().points
    appraisal.version += 1


# Written down -------------------------------------------------------------------------------------------------
def holds_something(score: Score) -> bool:
    """Whether anybody has written anything about the row."""
    return bool(
        score.state != LeafState.NOT_ANSWERED
        or score.note
        or score.review
        or score.appraisals.all()
        or score.evidence.all()
        or hasattr(score, "loss")
    )


def written_down(score: Score, criterion: Criterion, method: Method) -> dict[str, Any]:
    """A row as it stood, as JSON; points are text."""
    loss = getattr(score, "loss", None)
    return {
        "unit_id": score.sheet.unit_id,
        "unit": score.sheet.unit.name,
        "agency_id": score.agency_id,
        "agency": score.agency.name if score.agency else "",
        "code": criterion.code,
        "title": criterion.title,
        "max_points": as_text(criterion.max_points),
        "method": criterion.method,
        "state": score.state,
        "answers": score.answers,
        "answered": stored_in_words(method, score.answers),
        "self_points": as_text(score.self_points),
        "points": as_text(score.points),
        "reason": score.reason,
        "note": score.note,
        "review": score.review,
        "exclusion": score.exclusion.reason if score.exclusion else "",
        "updated_by": as_text(score.updated_by),
        "appraisals": [_judged(each, method) for each in score.appraisals.all()],
        "cause": loss.cause if loss else "",
        "responsible": [
            {"name": each.party.name, "role": each.role} for each in (loss.responsibilities.all() if loss else ())
        ],
        "evidence": [{"id": each.pk, **frozen_evidence(each)} for each in score.evidence.all()],
    }


def _judged(appraisal: Appraisal, method: Method) -> dict[str, Any]:
    return {
        "round": appraisal.round,
        "state": appraisal.state,
        "answers": appraisal.answers,
        "answered": stored_in_words(method, appraisal.answers),
        "points": as_text(appraisal.points),
        "reason": appraisal.reason,
        "by": str(appraisal.by),
        "at": appraisal.at.isoformat(),
        "when": moment(appraisal.at),
    }


# Read again ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class ReplacedRow:
    """A row of the record as a person may read it; `appraised` holds a line for each round."""

    unit: str
    code: str
    title: str
    max_points: str
    answered: str
    self_points: str
    texts: tuple[str, ...]
    appraised: tuple[str, ...]
    cause: str
    evidence: tuple[str, ...]


def readable_rows(replacement: SetReplacement, part: str, user: User) -> list[ReplacedRow]:
    """Rows of one part of the record (removed or changed), as far as the person reads the rows themselves.

    Those who govern the campaign read everything, an appraiser the rows of the agency; a unit its own, without
    what appraisers wrote until the results are published.
    """
    campaign = replacement.campaign
    governs = campaign.governed_by(user)
    agencies, own = user.units_as(Role.APPRAISER), user.units_as(Role.OFFICER, Role.LEADER)
    found = []
    for row in replacement.data["rows"][part]:
        judges = governs or (row["agency_id"] in agencies and row["unit_id"] not in user.units_as())
        if judges or row["unit_id"] in own:
            found.append(_readable(row, with_appraisal=judges or campaign.is_public))
    return found


def _readable(row: Mapping[str, Any], *, with_appraisal: bool) -> ReplacedRow:
    return ReplacedRow(
        unit=row["unit"],
        code=row["code"],
        title=row["title"],
        max_points=_points(row["max_points"]),
        answered=row["answered"] if row["state"] == LeafState.ANSWERED else state_name(row["state"]),
        self_points=_points(row["self_points"]),
        texts=tuple(filter(None, [row["reason"], row["note"], row["review"], row["exclusion"]])),
        appraised=tuple(map(_round_line, row["appraisals"])) if with_appraisal else (),
        cause=_cause_line(row) if with_appraisal else "",
        evidence=tuple(map(_evidence_line, row["evidence"])),
    )


def state_name(state: str) -> str:
    return str(dict(Score._meta.get_field("state").flatchoices)[state])


def _points(text: str) -> str:
    return points(Decimal(text)) if text else ""


def _round_line(row: Mapping[str, Any]) -> str:
    decided = _points(row["points"]) or state_name(row["state"])
    return " · ".join(filter(None, [decided, row["answered"], row["reason"], row["by"], row["when"]]))


def _cause_line(row: Mapping[str, Any]) -> str:
    return " · ".join(filter(None, [row["cause"], *(each["name"] for each in row["responsible"])]))


def _evidence_line(row: Mapping[str, Any]) -> str:
    issued_on = day(date.fromisoformat(row["issued_on"])) if row["issued_on"] else ""
    names = ("issuer", "title", "page", "original_name")
    return " · ".join(filter(None, [row["number"], issued_on, *(row[name] for name in names)]))
