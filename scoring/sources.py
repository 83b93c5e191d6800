"""Reported figures behind the facts of rows: pulled when a draft is opened, kept with the row when it is saved.

The unit may say otherwise than it has reported, with a note that says why. What is reported later changes nothing
by itself: a draft says so at the row, a submitted sheet keeps what it was submitted with.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html import escape

from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.reported import Reported, reported_by
from indicators.rules import RuleProblem, parse_formula
from parportal.display import day
from parportal.prepared import Prepared
from plans.figures import Asked, figures_of
from scoring.leaves import Leaf, leaves_of
from scoring.models import CriteriaSet, ReportedFact, Score, ScoreSheet
from scoring.rows import entry_text
from scoring.rules import (
    COUNTED,
    YEAR,
    Answers,
    Input,
    Message,
    RuleError,
    RuleErrors,
    Source,
    Value,
    as_answer,
    decode,
    sources_of,
)


@dataclass(frozen=True, slots=True)
class Fact:
    """A reported figure as an input takes it. `text` is that of the input, `label` its name."""

    input: str
    label: str
    value: Value
    told: str
    on: date

    @property
    def text(self) -> str:
        return entry_text(self.value)


# The facts of a row by input, in the order of its inputs.
Facts = Mapping[str, Fact]
# What the unit has reported, by set and period.
_Reported = Mapping[tuple[str, str], Reported]


def facts_of(sheet: ScoreSheet, leaves: Iterable[Leaf]) -> dict[int, Facts]:
    """What the unit has reported of those leaves that name sources, by primary key of the criterion.

    One query, and few for each form that the portal counts itself; none where no leaf names any. An accepted
    return goes before one that is only handed in, a later period of the year before an earlier one.
    """
    asked = [(leaf, found) for leaf in leaves if (found := sources_of(leaf.criterion.params))]
    if not asked:
        return {}
    named = [source for _leaf, found in asked for source in found]
    unit, year = sheet.unit_id, sheet.campaign.year
    own = reported_by({unit}, {year}, {source.form for source in named if source.form not in COUNTED})
    reported = {**{place[2:]: found for place, found in own.items()}, **_counted(sheet, named)}
    facts: dict[int, Facts] = {}
    for leaf, sources in asked:
        by_input = {source.input: source for source in sources}
        of_leaf = [_fact(each, by_input[each.name], reported) for each in leaf.inputs if each.name in by_input]
        if any(of_leaf):
            facts[leaf.pk] = {each.input: each for each in of_leaf if each}
    return facts


def _counted(sheet: ScoreSheet, named: Iterable[Source]) -> _Reported:
    """What the portal counts of the unit in the year of the campaign, as it stands today."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for source in named:
        if source.form in COUNTED:
            wanted[source.form] |= _codes(source)
    year, today = sheet.campaign.year, timezone.localdate()
    told = _("counted by the portal, year %(year)s") % {"year": year}
    return {
        (form, YEAR): Reported(figures_of(form, Asked(sheet.unit, year, today, frozenset(names))), told, today)
        for form, names in wanted.items()
    }


def _codes(source: Source) -> set[str]:
    try:
        return set(parse_formula(source.figure).codes)
    except RuleProblem:
        return set()


def _fact(asked: Input, source: Source, reported: _Reported) -> Fact | None:
    """The fact of one input; None where nothing fitting was reported."""
    if (source.form, source.period) not in reported:
        return None
    found = reported[source.form, source.period]
    try:
        formula = parse_formula(source.figure)
    except RuleProblem:
        return None
    # A bare number is nothing that anybody reported.
    figure = formula.value(found.figures, {}) if formula.codes else None
    value = None if figure is None else as_answer(asked, figure)
    label = _(asked.label) if asked.label else asked.name
    return None if value is None else Fact(asked.name, label, value, found.told, found.on)


def differing(facts: Facts, answers: Answers) -> list[Fact]:
    """Facts that are answered otherwise than they were reported."""
    return [each for each in facts.values() if each.input in answers and answers[each.input] != each.value]


def keep_facts(score: Score, leaf: Leaf, answers: Answers, note: str) -> None:
    """Keep what is reported today with a row that is being saved; other answers need a note.

    Raises: RuleErrors. One query and two writes; none for a row without sources.
    """
    if not sources_of(leaf.criterion.params):
        return
    facts = facts_of(score.sheet, [leaf]).get(leaf.pk, {})
    if not note and (other := differing(facts, answers)):
        why = _("You have reported %(value)s. Say in the note why you answer otherwise.")
        raise RuleErrors([RuleError(Message(why % {"value": other[0].text}), at=other[0].input)])
    score.reported.all().delete()
    ReportedFact.objects.bulk_create(
        ReportedFact(score=score, input=each.input, value=str(each.value), told=each.told, on=each.on)
        for each in (facts.values() if answers else ())
    )


@dataclass(frozen=True, slots=True)
class SourceLine:
    """What a row says of its sources. `take` are the reported texts by input where the row holds other ones.

    `is_new`: reported otherwise since the row was saved.
    """

    text: str
    take: Mapping[str, str]
    is_new: bool = False
    differs: bool = False


def line_of(facts: Facts, kept: Iterable[ReportedFact], answers: Answers) -> SourceLine | None:
    """For a row that can be filled in: what is reported today, beside what the row was saved with."""
    if not facts:
        return None
    before = {each.input: each.value for each in kept}
    is_new = any(each.input in before and Decimal(before[each.input]) != each.value for each in facts.values())
    other = {each.input: each.text for each in facts.values() if answers.get(each.input) != each.value}
    return SourceLine(
        reported_text((each.label, each.text, each.told, each.on) for each in facts.values()),
        other,
        is_new=is_new,
        differs=bool(differing(facts, answers)),
    )


def kept_line(leaf: Leaf, kept: Iterable[ReportedFact], answers: Answers) -> SourceLine | None:
    """For a row that is only read: what it was saved with."""
    found = list(kept)
    if not found:
        return None
    labels = {each.name: _(each.label) if each.label else each.name for each in leaf.inputs}
    parts = [
        (labels.get(each.input, each.input), entry_text(Decimal(each.value)), each.told, each.on) for each in found
    ]
    differs = any(each.input in answers and answers[each.input] != Decimal(each.value) for each in found)
    return SourceLine(reported_text(parts), {}, differs=differs)


KEPT = Prepared(lambda sheet: ReportedFact.objects.filter(score__sheet=sheet), values=1)


def source_lines(
    sheet: ScoreSheet, leaves: Iterable[Leaf], scores: Mapping[int, Score], *, pulls: bool
) -> dict[int, SourceLine]:
    """What the rows of a page say of their sources, by primary key of the criterion.

    `pulls` for a draft that the person fills in. Two queries; none where no leaf names any source.
    """
    asked = [leaf for leaf in leaves if leaf.pk in scores and sources_of(leaf.criterion.params)]
    if not asked:
        return {}
    kept: dict[int, list[ReportedFact]] = defaultdict(list)
    for each in KEPT.all(sheet.pk):
        kept[each.score_id].append(each)
    facts = facts_of(sheet, asked) if pulls else {}
    lines = {}
    for leaf in asked:
        score = scores[leaf.pk]
        answers = decode(leaf.inputs, score.answers)
        own = kept[score.pk]
        line = line_of(facts.get(leaf.pk, {}), own, answers) if pulls else kept_line(leaf, own, answers)
        if line:
            lines[leaf.pk] = line
    return lines


def kept_lines(scores: Iterable[Score], criteria_set: CriteriaSet) -> dict[int, SourceLine]:
    """What submitted rows of any number of sheets were saved with, by primary key of the row.

    One query; none where no row names a source.
    """
    asked = [score for score in scores if sources_of(score.criterion.params)]
    if not asked:
        return {}
    leaves = leaves_of(criteria_set).by_pk
    kept: dict[int, list[ReportedFact]] = defaultdict(list)
    for each in ReportedFact.objects.filter(score__in=asked):
        kept[each.score_id].append(each)
    lines = {}
    for score in asked:
        leaf = leaves[score.criterion_id]
        if line := kept_line(leaf, kept[score.pk], decode(leaf.inputs, score.answers)):
            lines[score.pk] = line
    return lines


def source_html(pk: int, line: SourceLine | None) -> str:
    """The line under the inputs of a row, with a button that takes the reported figures over."""
    if line is None:
        return ""
    parts = [f'<span class="row-base">{escape(line.text)}</span>']
    if line.is_new:
        changed = escape(_("Reported otherwise since this row was saved."))
        parts.append(f'<span class="badge badge-waiting">{changed}</span>')
    elif line.differs:
        otherwise = escape(_("answered otherwise than reported"))
        parts.append(f'<span class="badge badge-waiting">{otherwise}</span>')
    if line.take:
        take = escape(json.dumps(dict(line.take)))
        words = escape(_("Take the reported figures"))
        parts.append(
            f'<button class="button button-small" name="r{pk}-pull" value="1" data-take="{take}">{words}</button>'
        )
    return " ".join(parts)


def reported_text(parts: Iterable[tuple[str, str, str, date]]) -> str:
    """Label, value, origin and day of each fact, in one line."""
    found = list(parts)
    values = ", ".join(f"{label} {text}" for label, text, _told_, _on in found)
    told = "; ".join(dict.fromkeys(origin for _label, _text, origin, _on in found))
    latest = max(on for _label, _text, _origin, on in found)
    return _("Reported: %(values)s (%(told)s, %(day)s)") % {"values": values, "told": told, "day": day(latest)}
