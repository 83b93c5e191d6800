"""The workbook of a plan's targets: its columns, and what each means.

Names of sheets and columns are the same in every language, so that a workbook can be read by any office.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from plans.models import Comparator
from plans.target_words import LEVELS

TARGETS, RESULTS, GUIDE = "targets", "results", "guide"
YES, NO = "yes", "no"
# Between levels and between codes; cases that are left out may hold commas.
MARK, CASE_MARK = ",", ";"

MEANINGS: Mapping[str, str | Promise] = {
    "key": _("Says which target of the plan the row is. Leave it as it is; empty for a new target."),
    "field_code": _("Number of the field in the plan, such as 2.1. Keep the cells as text."),
    "field": _("Field of reform."),
    "title": _("The target, without its number."),
    "comparator": _("How the result is compared: ge ≥, gt >, eq =, le ≤, lt <; qualitative has no number."),
    "number": _("The number that is to be reached."),
    "measure": _("Unit of measure, such as a percent sign."),
    "base_year": _("The year that it is compared with."),
    "horizon": _("The year by which it is to be reached, where it is not that of the plan."),
    "striving": _("Whether it is striven for and not binding."),
    "levels": _("Who is measured, with commas between."),
    "except": _("Cases that are left out, with semicolons between."),
    "leads": _("Codes of those who lead, with commas between; the sheet “guide” lists them."),
    "source": _("Reported figure that gives the actual value, such as thong-ke-cchc: 1.3.2."),
}
COLUMNS: Sequence[str] = tuple(MEANINGS)
REQUIRED: Sequence[str] = ("field", "title", "comparator")
OPTIONAL: Sequence[str] = tuple(name for name in COLUMNS if name not in REQUIRED)
CHOICES: Mapping[str, Sequence[str]] = {
    "comparator": tuple(Comparator.values),
    "striving": (YES, NO),
    "levels": tuple(LEVELS),
}
# The columns of the model by those of the workbook, where they have other names.
NAMES: Mapping[str, str] = {"field": "field_title", "striving": "is_striving", "except": "exceptions"}
