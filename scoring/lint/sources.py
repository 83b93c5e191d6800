"""Leaves whose facts are to come from figures that nobody reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from indicators.form import Form, form_of
from indicators.models import IndicatorSet, SetStatus
from indicators.rules import RuleProblem, parse_formula
from plans.figures import is_figure
from scoring.content import SetContent
from scoring.lint.findings import Fault, Finding, Severity, about
from scoring.rules import COUNTED, YEAR, Source, sources_of


def sources(content: SetContent, forms: Mapping[str, Form]) -> Iterator[Finding]:
    """One finding for each figure that none of the forms holds. Shapes: `forms` by the code of their set."""
    for position, criterion in enumerate(content.criteria):
        for number, source in enumerate(sources_of(criterion.params or {})):
            if missing := _missing(source, forms):
                yield about(position, criterion, f"params.sources.{number}.figure", _unknown(source, missing))


def forms_named_by(content: SetContent) -> Mapping[str, Form]:
    """The sets of indicators that a set names, each in its latest version in use; no query where it names none."""
    codes = {source.form for criterion in content.criteria for source in sources_of(criterion.params or {})}
    if not codes:
        return {}
    found = IndicatorSet.objects.filter(code__in=codes, status=SetStatus.PUBLISHED).order_by("version")
    return {each.code: form_of(each) for each in found}


def _missing(source: Source, forms: Mapping[str, Form]) -> str:
    """What of a source is not there, as it is written; empty when all is."""
    counted = source.form in COUNTED
    if not counted and source.form not in forms:
        return source.form
    if counted and source.period != YEAR:
        return f"{source.form}/{source.period}"
    try:
        codes = parse_formula(source.figure).codes
    except RuleProblem:
        return source.figure
    missing = (
        code
        for code in codes
        if not (is_figure(source.form, code) if counted else code in forms[source.form].by_code)
    )
    return ", ".join(missing) if codes else source.figure


def _unknown(source: Source, missing: str) -> Fault:
    values = {"figure": f"{source.form}: {source.figure}", "missing": missing}
    return Fault(
        "unknown_source",
        _("Its number is to come from %(figure)s, but there is no %(missing)s in use.") % values,
        _("Correct the reference, or publish the set of indicators; until then the unit types the number."),
        values,
        Severity.WARNING,
    )
