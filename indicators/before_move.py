"""What a person looks at before a return is submitted or accepted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indicators.counting import asked_items, reported_in
from indicators.figures import Finding, Rows, blocking
from indicators.form import Form, Item
from indicators.models import Return
from indicators.reading import judged
from indicators.row_words import check_words, sides, title_of


@dataclass(frozen=True, slots=True)
class Told:
    """A check that is not kept, in words; `reasons` are those of the unit, `explained_by` what explains it."""

    words: str
    sides: str
    places: str
    reasons: Sequence[str]
    explained_by: str = ""


@dataclass(frozen=True, slots=True)
class Readiness:
    """Units: `reported` and `asked` figures, a table counted once."""

    reported: int
    asked: int
    missing: Sequence[Item]
    blocking: Sequence[Told]
    standing: Sequence[Told]

    @classmethod
    def of(cls, found: Return) -> Readiness:
        """Three queries."""
        read = judged(found)
        items = asked_items(read.form, found.unit.type, found.period.year)
        spoken = {pk for (pk, _line), row in read.rows.items() if row.cells}
        held = blocking(read.findings, read.rows)
        return cls(
            reported=reported_in(items, read.rows),
            asked=len(items),
            missing=[item for item in items if item.pk not in spoken],
            blocking=[told(each, read.form, read.rows) for each in held],
            standing=[told(each, read.form, read.rows) for each in read.findings if each not in held],
        )


def told(finding: Finding, form: Form, rows: Rows) -> Told:
    reasons = (rows[place].entry.reason for place in finding.places if place in rows)
    by = finding.check.explained_by
    return Told(
        words=check_words(finding.check),
        sides=sides(finding),
        places=", ".join(form.by_pk[pk].code for pk, _line in finding.places),
        reasons=[] if not finding.is_broken else [each for each in reasons if each],
        explained_by="" if finding.is_broken else title_of(form, by),
    )
