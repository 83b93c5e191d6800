"""What the keys and columns of a criteria workbook mean, in the language of the reader."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from scoring.importing.criteria_layout import CRITERIA, RULES, SET

GUIDE: Mapping[str, Mapping[str, str | Promise]] = {
    SET: {
        "code": _("Short name of the set, in Latin letters without marks, digits and hyphens."),
        "version": _("1 for a new set; a published set is changed by importing a higher version."),
        "title": _("Full title."),
        "decision_number": _("Number of the decision that issues the set."),
        "decision_on": _("Its date, day/month/year."),
        "issuer": _("Official code of the issuing unit, as text."),
        "unit_type": _("Which units are scored."),
        "total_points": _("Sum of the maxima of all fields."),
        "level_names": _("What the levels are called, from the top, separated by semicolons."),
        "index_decimals": _("Decimals of the index, 0 to 4; empty: 2."),
        "point_step": _("Points are given in steps of this; empty: 0.01."),
        "rounding": _("How computed points are brought to a step; empty: half_up."),
        "round_at": _("Where points are brought to the step: leaf (each row), field or total; empty: leaf."),
        "extra_points": _(
            "Whether bonus and penalty points count before the index is rescaled or on the index; empty: after."
        ),
    },
    CRITERIA: {
        "code": _("Code of the criterion, as text; each only once."),
        "parent": _("Code of the criterion above; empty for a field."),
        "title": _("Title."),
        "max_points": _("Maximum; the maxima below a criterion add up to its own."),
        "method": _("Scoring method; empty where criteria stand below."),
        "counts_as": _("base: within the maximum; bonus and penalty stand outside it. Empty: base."),
        "no_case": _("What counts when no case arose; empty: exclude."),
        "zero_denominator": _("What counts when the whole of a share is 0; empty: exclude."),
        "knock_out": _("yes: one row of 0 points below this criterion takes the points of all the others."),
        "evidence_required": _("yes: points need evidence."),
        "function": _("Function of the agency that is proposed for the appraisal."),
        "guidance": _("How to score, and which evidence is asked for."),
    },
    RULES: {
        "code": _("Code of the criterion whose method is described, as text."),
        "item": _("option (choice), band (bands), part (weighted), table (conversion), or setting of any method."),
        "name": _("Short name of the option or part; for a setting its name."),
        "label": _("What the officer reads."),
        "from": _("Lower bound of the band, or value from which a row of the table holds. Empty: no lower bound."),
        "from_closed": _("yes: the bound belongs to the band. Empty: yes."),
        "to": _("Upper bound of the band; empty: no upper bound."),
        "to_closed": _("yes: the bound belongs to the band. Empty: no."),
        "value": _("Points of an option, band or row of a table (or max), weight of a part, value of a setting."),
        "exception_value": _("Points of a band where the exception of the method applies."),
    },
}
