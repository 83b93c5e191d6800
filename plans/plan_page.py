"""The page of a plan: its targets by field, each with what came of it, and their numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from parportal.display import day
from plans.counting_targets import TargetCounts
from plans.judging import REACHED
from plans.models import Comparator, Plan, TargetState
from plans.target_results import PartJudged, TargetJudged
from plans.target_words import asked_words, badge_of, condition_words, measured, state_words

# Which targets the page shows, by the word in its address.
FILTERS: Mapping[str, Callable[[TargetState | None], bool]] = {
    "": lambda state: True,
    "reached": lambda state: state in REACHED,
    "partial": lambda state: state == TargetState.PARTIAL,
    "unmet": lambda state: state == TargetState.UNMET,
    "unknown": lambda state: state is None,
}


@dataclass(frozen=True, slots=True)
class PartLine:
    """A part of a target, ready to print."""

    title: str
    actual: str
    state: str
    badge: str
    note: str
    evidence: str


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target, ready to print. `told` says where the actual value was reported, and when."""

    judged: TargetJudged
    asked: str
    condition: str
    leads: str
    actual: str
    told: str
    state: str
    badge: str
    parts: tuple[PartLine, ...]

    @property
    def pk(self) -> int:
        return self.judged.target.pk

    @property
    def note(self) -> str:
        return self.judged.whole.note if self.judged.whole else ""

    @property
    def evidence(self) -> str:
        return self.judged.whole.evidence if self.judged.whole else ""


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """The targets of one field that the page shows."""

    title: str
    rows: tuple[TargetRow, ...]


def target_row(judged: TargetJudged) -> TargetRow:
    target = judged.target
    return TargetRow(
        judged,
        asked=asked_words(target),
        condition=condition_words(target),
        leads=", ".join(str(each) for each in target.leads.all()),
        actual=measured(judged.actual, target.measure),
        told=told_words(judged),
        state=state_words(judged.state),
        badge=badge_of(judged.state),
        parts=tuple(part_line(each, judged) for each in judged.parts),
    )


def part_line(part: PartJudged, judged: TargetJudged) -> PartLine:
    result, target = part.result, judged.target
    actual = "" if target.comparator == Comparator.QUALITATIVE else measured(result.actual, target.measure)
    return PartLine(
        result.part, actual, state_words(part.state), badge_of(part.state), result.note, result.evidence
    )


def told_words(judged: TargetJudged) -> str:
    """Where the actual value comes from; that it was not reported, where it should come from there."""
    if judged.figure:
        words = _("Reported: %(told)s, %(day)s")
        if not judged.figure.is_whole:
            words = _("Reported: %(told)s, %(day)s. Units are still missing, so it is not judged yet.")
        return words % {"told": judged.figure.told, "day": day(judged.figure.on)}
    source = judged.target.source
    return _("Not reported yet: %(source)s") % {"source": source} if source else ""


def field_title(judged: TargetJudged) -> str:
    return f"{judged.target.field_code} {judged.target.field_title}".strip()


def groups(judged: Iterable[TargetJudged], show: str) -> list[FieldGroup]:
    """Targets of the chosen state by field, in the order of the plan."""
    chosen = [each for each in judged if FILTERS[show](each.state)]
    return [FieldGroup(title, tuple(map(target_row, found))) for title, found in groupby(chosen, key=field_title)]


def tabs(counts: TargetCounts, show: str) -> list[tuple[str, str, int, bool]]:
    """Address, words, number and whether it is the chosen one, for each filter."""
    numbers = {
        "": (_("All targets"), counts.total),
        "reached": (_("Met and exceeded"), counts.reached),
        "partial": (_("Partly met"), counts.partial),
        "unmet": (pgettext("targets", "Not met"), counts.unmet),
        "unknown": (_("Not known yet"), counts.unknown),
    }
    return [(f"?show={name}", words, count, name == show) for name, (words, count) in numbers.items()]


def paper_words(plan: Plan) -> str:
    """Number, date and issuer of a plan, as far as they are known."""
    numbered = _("No. %(number)s") % {"number": plan.number} if plan.number else ""
    dated = _("of %(day)s") % {"day": day(plan.issued_on)} if plan.issued_on else ""
    return " ".join(part for part in (numbered, dated, plan.issuer) if part)
