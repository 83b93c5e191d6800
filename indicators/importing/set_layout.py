"""The workbook of a set of indicators: its sheets, their columns, and what each column means.

Names of sheets and columns are the same in every language, so that a workbook can be read by any office.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from indicators.models import Lines, RollUp, Severity, ValueType
from units.models import UnitType

SET, INDICATORS, LISTS, CHECKS, GUIDE = "set", "indicators", "lists", "checks", "guide"
OPTION, LINE = "option", "line"
YES, NO = "yes", "no"
# Between the levels of an indicator.
MARK = ","

MEANINGS: Mapping[str, Mapping[str, str | Promise]] = {
    SET: {
        "code": _("Short name of the set: letters without marks, digits and hyphens. All its versions share it."),
        "version": _("The version that this workbook was made from. A published version never changes."),
        "title": _("Title as printed."),
        "source": _("The decision or circular that prescribes the set."),
    },
    INDICATORS: {
        "code": _("Code of the indicator, once in the set. Rules and formulas name it. Keep the cells as text."),
        "parent": _("Code of what it stands below; empty at the top. What stands below a table is its column."),
        "title": _("Title as printed."),
        "printed_code": _("What the form prints instead of the code, where it differs."),
        "guidance": _("What to count and what not."),
        "measure": _("Unit of measure as printed."),
        "value_type": _("Kind of value; empty for a heading and for a table."),
        "places": _("Decimal places of a decimal number or percentage, at most four."),
        "least": _("The least that may be typed."),
        "most": _("The most that may be typed; a percentage without it ends at 100."),
        "levels": _("Whose own returns hold it, with commas between; empty: everybody's."),
        "from_year": _("First year in which it is asked for."),
        "to_year": _("Last year in which it is asked for."),
        "formula": _("From what it follows, such as 1.1 + 1.2; then nobody types it."),
        "is_cumulative": _("Whether it counts from the beginning of the year."),
        "roll_up": _("How the figures of units become the figure of their parent."),
        "numerator": _("For a ratio of sums: code of the figure above the line."),
        "denominator": _("For a ratio of sums: code of the figure below the line."),
        "lines": _("Makes it a table: with given lines (sheet “lists”), or with free ones."),
    },
    LISTS: {
        "code": _("Code of a choice or of a table with given lines."),
        "kind": _("An answer to choose from, or a line of the table."),
        "key": _("Short key, kept with each answer: it must not change."),
        "text": _("What people read."),
    },
    CHECKS: {
        "code": _("Short name of the check, once in the set."),
        "rule": _("Two sums and a comparison: 1.2 + 1.3 <= 1.1. The period before is named previous(1.1)."),
        "title": _("The rule in words, as people read it when figures break it."),
        "severity": _("Whether figures that break it must be mended, or may stand with a reason."),
        "null_as_zero": _("Whether what is not reported counts as 0; otherwise the rule is not judged."),
        "explained_by": _("Code of a figure: broken by exactly that, the check is explained, not broken."),
    },
}
COLUMNS: Mapping[str, Sequence[str]] = {sheet: tuple(meanings) for sheet, meanings in MEANINGS.items()}
REQUIRED: Mapping[str, Sequence[str]] = {
    SET: ("code", "title"),
    INDICATORS: ("code", "title", "value_type"),
    LISTS: ("code", "kind", "key", "text"),
    CHECKS: ("code", "rule"),
}
CHOICES: Mapping[str, Mapping[str, Sequence[str]]] = {
    SET: {},
    INDICATORS: {
        "value_type": tuple(ValueType.values),
        "is_cumulative": (YES, NO),
        "roll_up": tuple(RollUp.values),
        "lines": tuple(Lines.values),
    },
    LISTS: {"kind": (OPTION, LINE)},
    CHECKS: {"severity": tuple(Severity.values), "null_as_zero": (YES, NO)},
}
LEVELS = tuple(UnitType.values)


def optional(sheet: str) -> tuple[str, ...]:
    return tuple(name for name in COLUMNS[sheet] if name not in REQUIRED[sheet])
