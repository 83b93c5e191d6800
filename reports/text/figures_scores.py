"""Figures of results: of the unit itself, and of the communes that it scores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from reports.basis import Basis
from reports.papers import wording
from reports.papers.data import UnitFigures, children_campaigns, has_children, read_units
from reports.papers.wording import share
from reports.text.figure import Figure, Source, key_part
from scoring.models import PUBLIC, Campaign, Grade, UnitResult
from scoring.self_scores import self_points
from scoring.standings import scale_of

BEFORE = "before"


def score_figures(basis: Basis) -> Iterable[Figure]:
    """Of the campaign of the paper, else of the one that scored the unit in its year: nine queries at most."""
    return own_figures("score", basis.year, result_of(basis), basis)


def score_figures_before(basis: Basis) -> Iterable[Figure]:
    """The same of the year before the one that was scored: what an annual report can tell of its own year."""
    found = result_of(basis)
    year = (found.campaign.year if found else basis.year) - 1
    earlier = replace(basis, year=year, campaign=None)
    return own_figures("score-before", year, result_of(earlier), earlier)


def result_of(basis: Basis) -> UnitResult | None:
    return basis.once(read_result)


def read_result(basis: Basis) -> UnitResult | None:
    results = UnitResult.objects.filter(unit=basis.unit)
    results = results.select_related("unit", "campaign__criteria_set", "campaign__owner", "campaign__kept_by")
    found = results.filter(campaign=basis.campaign).first() if basis.campaign else None
    if found is not None:
        return found
    public = results.filter(campaign__status__in=PUBLIC, campaign__year=basis.year, campaign__training=False)
    return public.order_by("-campaign__published_at", "-pk").first()


def own_figures(prefix: str, year: int, result: UnitResult | None, basis: Basis) -> Iterator[Figure]:
    """Before publication those who do not run the campaign read what the unit gave itself, and nothing else."""
    if result is None:
        source = Source(_("Result of the unit, %(year)s") % {"year": year})
        yield from totals(prefix, source, None)
        yield from self_figures(prefix, source, None)
        return
    campaign = result.campaign
    url = reverse("results_unit", args=[campaign.code, basis.unit.code]) if campaign.is_public else ""
    source = Source(_("Result of the unit, %(year)s") % {"year": campaign.year}, url)
    found = read_units(UnitResult.objects.filter(pk=result.pk), campaign)[0]
    seen = found if campaign.is_public or basis.is_inside else None
    yield from totals(prefix, source, seen)
    yield from self_figures(prefix, source, result)
    yield source.words(f"{prefix}.decision", _("decision that publishes the results"), decision_of(campaign))
    yield source.words(f"{prefix}.year", _("year that was scored"), str(campaign.year))
    yield from field_figures(prefix, source, found, is_seen=seen is not None)


def totals(prefix: str, source: Source, found: UnitFigures | None) -> Iterator[Figure]:
    found = found if found and found.is_scored else None
    yield source.points(f"{prefix}.points", _("total points"), found.earned if found else None)
    yield source.points(f"{prefix}.maximum", _("applicable maximum"), found.maximum if found else None)
    yield source.words(
        f"{prefix}.result",
        _("points of the applicable maximum"),
        wording.of_maximum(found.earned, found.maximum) if found else None,
    )
    yield source.percent(f"{prefix}.index", _("reform index"), found.index if found else None)
    yield source.words(f"{prefix}.grade", _("grade of the unit"), found.grade if found else None)
    yield source.amount(f"{prefix}.rank", _("rank"), found.rank if found else None)
    # Behind a stroke, as in 3/7: a zero in front would make it 3/07.
    yield source.amount(f"{prefix}.ranked", _("number of units ranked"), found.ranked if found else None)
    yield source.points(f"{prefix}.lost", _("lost points"), found.lost if found else None)


def self_figures(prefix: str, source: Source, result: UnitResult | None) -> Iterator[Figure]:
    given = None
    if result is not None:
        given = self_points(result.campaign, result.unit).get(result.unit_id)
        given = result.self_total_points if given is None else given
    yield source.points(f"{prefix}.self", _("points the unit gave itself"), given)


def field_figures(prefix: str, source: Source, found: UnitFigures, *, is_seen: bool) -> Iterator[Figure]:
    for each in found.fields:
        key = f"{prefix}.field.{key_part(each.code)}"
        of = {"field": each.title}
        earned, maximum = (each.earned, each.maximum) if is_seen and found.is_scored else (None, None)
        yield source.points(f"{key}.points", _("points of the field %(field)s") % of, earned)
        yield source.points(f"{key}.maximum", _("maximum of the field %(field)s") % of, maximum)
        result = None if earned is None or maximum is None else wording.of_maximum(earned, maximum)
        yield source.words(f"{key}.result", _("points of the maximum in the field %(field)s") % of, result)
        lost = None if earned is None else each.lost
        yield source.points(f"{key}.lost", _("lost points of the field %(field)s") % of, lost)
        yield source.percent(
            f"{key}.percent", _("percent reached in the field %(field)s") % of, share(earned, maximum)
        )


def decision_of(campaign: Campaign) -> str | None:
    if not campaign.decision_number:
        return None
    dated = f" {wording.day_in_words(campaign.decision_on)}" if campaign.decision_on else ""
    return f"Quyết định số {campaign.decision_number}{dated} của {wording.committee(campaign.owner)}"


def commune_figures(basis: Basis) -> Iterable[Figure]:
    """Of the chosen campaign, else of the only one of the year: seven queries at most; none for a commune."""
    return children_figures("communes", basis.year, children_of(basis))


def commune_figures_before(basis: Basis) -> Iterable[Figure]:
    found = children_of(basis)
    year = (found.year if found else basis.year) - 1
    earlier = children_of(replace(basis, year=year, children=None))
    return children_figures("communes-before", year, earlier)


def children_of(basis: Basis) -> Campaign | None:
    """None where the communes were not scored, or by several campaigns of which none was chosen."""
    return basis.once(read_children)


def read_children(basis: Basis) -> Campaign | None:
    if basis.children is not None or not has_children(basis.unit):
        return basis.children
    every = Campaign.objects.filter(training=False).select_related("criteria_set", "owner", "grade_scale")
    found = list(children_campaigns(basis.unit, every).filter(year=basis.year)[:2])
    return found[0] if len(found) == 1 else None


def children_figures(prefix: str, year: int, campaign: Campaign | None) -> Iterator[Figure]:
    url = reverse("results_campaign", args=[campaign.code]) if campaign else ""
    source = Source(_("Results of the communes, %(year)s") % {"year": campaign.year if campaign else year}, url)
    units = read_units(campaign.results.all(), campaign) if campaign else []
    scored = [each for each in units if each.index is not None]
    indexes = [each.index for each in scored if each.index is not None]
    known = bool(campaign)
    yield source.count(f"{prefix}.count", _("number of communes"), len(units) if known else None, "xã")
    yield source.count(f"{prefix}.scored", _("number of communes scored"), len(scored) if known else None, "xã")
    mean = sum(indexes, Decimal(0)) / len(indexes) if indexes else None
    yield source.percent(f"{prefix}.index.mean", _("mean reform index of the communes"), mean)
    yield source.percent(
        f"{prefix}.index.highest", _("highest reform index of the communes"), max(indexes, default=None)
    )
    yield source.percent(
        f"{prefix}.index.lowest", _("lowest reform index of the communes"), min(indexes, default=None)
    )
    first, last = first_and_last(scored)
    yield source.words(f"{prefix}.first", _("commune with the first rank"), first)
    yield source.words(f"{prefix}.last", _("commune with the last rank"), last)
    if campaign is not None:
        yield source.words(f"{prefix}.decision", _("decision that publishes the results"), decision_of(campaign))
        yield from grade_figures(prefix, source, campaign, scored)


def first_and_last(scored: list[UnitFigures]) -> tuple[str, str]:
    """All that share the first and the last rank; nothing where blocks have ranks of their own."""
    ranks = [each.rank for each in scored if each.rank is not None]
    if not ranks or any(each.ranked != len(ranks) for each in scored):
        return "", ""
    first, last = (
        "; ".join(each.unit.name for each in scored if each.rank == rank) for rank in (min(ranks), max(ranks))
    )
    return first, last


def grade_figures(prefix: str, source: Source, campaign: Campaign, scored: list[UnitFigures]) -> Iterator[Figure]:
    """How many communes have each grade of the scale: of one that none has, 0."""
    numbers = Counter(each.grade for each in scored)
    scale = scale_of(campaign, "")
    for grade in Grade.objects.filter(scale=scale) if scale else ():
        key, name = f"{prefix}.grade.{key_part(grade.code)}", {"grade": grade.name}
        found = numbers[grade.name]
        yield source.count(key, _("communes with the grade %(grade)s") % name, found, "xã")
        label = _("percent of the communes with the grade %(grade)s") % name
        yield source.percent(f"{key}.percent", label, share(found, len(scored)))
