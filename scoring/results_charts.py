"""The charts on the pages of results, each with the table of its figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from django.db.models import QuerySet, Sum
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parportal.charts import Bar, Frame, Pair, Threshold, TrendPoint, bars, pairs, trend
from parportal.display import points, points_short
from scoring.league import League
from scoring.lost import Lost, read_lost
from scoring.models import IMPORTED, Campaign, Score, ScoreSheet, UnitResult
from scoring.rules import CountsAs
from scoring.years import Year, of_unit, years_of
from units.models import User

HUNDRED = Decimal(100)
ZERO = Decimal(0)
# A chart shows the greatest losses; its table holds all of them.
MOST_LEAVES = 20


@dataclass(frozen=True, slots=True)
class ChartPart:
    """A chart as a page shows it.

    Shapes: `svgs` are its pieces; `rows` have a text for each of `columns`, the first one names the row; `said`
    stands instead of a drawing, or beside it.
    """

    name: str
    title: str
    svgs: tuple[str, ...]
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    total: tuple[str, ...] = ()
    said: tuple[str, ...] = ()


def campaign_charts(league: League, user: User) -> list[ChartPart]:
    """The charts of a campaign that the reader may see: what tells of rows is for the office that runs it."""
    campaign = league.campaign
    governs = campaign.governed_by(user)
    found = [league_chart(league)]
    if governs:
        found.append(self_chart(league, surveyed_points(campaign) if league.without_survey else {}))
    if governs and not league.is_provisional:
        found += lost_charts(Score.objects.visible_to(user).filter(sheet__campaign=campaign))
    found.append(trend_chart(years_of(campaign, UnitResult.objects.visible_to(user)), of_units=True))
    return [each for each in found if each is not None]


def unit_charts(
    result: UnitResult, sheet: ScoreSheet | None, user: User, *, is_provisional: bool
) -> list[ChartPart]:
    """The charts of one unit; `sheet` is its sheet, if the reader sees it; losses are for who reads all of it."""
    found: list[ChartPart] = []
    whole = sheet is not None and (result.campaign.governed_by(user) or sheet.is_owned_by(user))
    if whole and not is_provisional:
        found += lost_charts(Score.objects.visible_to(user).filter(sheet=sheet))
    years = of_unit(years_of(result.campaign, UnitResult.objects.visible_to(user)), result.unit_id)
    return [*found, trend_chart(years, of_units=False)]


def league_chart(league: League) -> ChartPart | None:
    """The index of every unit, with the lines of the grades. Its table is the league table."""
    if all(row.result.index is None for row in league.rows):
        return None
    title = _("Index by unit")
    rows = [
        Bar(
            f"{row.rank}. {row.result.unit.name}" if row.rank else row.result.unit.name,
            () if row.result.index is None else (row.result.index,),
            points(row.result.index) or _("no result"),
            strong=row.is_own,
        )
        for row in league.rows
    ]
    drawn = bars(rows, Frame(title), thresholds=thresholds(league), most=HUNDRED)
    return ChartPart("index", title, drawn)


def thresholds(league: League) -> list[Threshold]:
    """Where grades begin; none where ranking blocks may have scales of their own."""
    scale = league.campaign.grade_scale
    if scale is None or league.has_blocks:
        return []
    text = _("%(grade)s from %(index)s")
    return [
        Threshold(grade.from_index, text % {"grade": grade.name, "index": points_short(grade.from_index)})
        for grade in scale.all_grades
        if grade.from_index > 0
    ]


def self_chart(league: League, surveyed: Mapping[int, Decimal]) -> ChartPart | None:
    """What units gave themselves against what counts; rows of a survey, which no self-score holds, left out."""
    found = [
        (row, row.self_total, row.result.earned_points - survey_of(row.result, surveyed))
        for row in league.rows
        if row.self_total is not None and row.result.index is not None
    ]
    if not found:
        return None
    title = _("Self-score against appraised points")
    names = (_("Self-score"), _("Appraised"))
    drawn = pairs(
        [
            Pair(row.result.unit.name, own, given, signed(given - own), strong=row.is_own)
            for row, own, given in found
        ],
        names,
        Frame(title),
    )
    rows = tuple(
        (row.result.unit.name, points(own), points(given), signed(given - own)) for row, own, given in found
    )
    has_survey = any(survey_of(row.result, surveyed) for row, _own, _given in found)
    said = (_("Points of a survey are left out of both."),) if has_survey else ()
    return ChartPart("self", title, drawn, (_("Unit"), *names, _("Difference")), rows, said=said)


def surveyed_points(campaign: Campaign) -> dict[int, Decimal]:
    """What survey rows give each unit: one query."""
    rows = Score.objects.filter(
        sheet__campaign=campaign, criterion__method__in=IMPORTED, criterion__counts_as=CountsAs.BASE.value
    )
    found = rows.order_by().values_list("sheet__unit").annotate(total=Sum("points"))
    return {unit: total for unit, total in found if total is not None}


def survey_of(result: UnitResult, surveyed: Mapping[int, Decimal]) -> Decimal:
    """Points of the survey: of the rows, else as they were loaded with the result."""
    return surveyed.get(result.unit_id, result.survey_points or ZERO)


def signed(value: Decimal) -> str:
    return f"+{points(value)}" if value > 0 else points(value)


def lost_charts(scores: QuerySet[Score]) -> list[ChartPart]:
    """Lost points by criterion and by who answers for them: two queries. Nothing where there are no rows."""
    lost = read_lost(scores)
    return [leaf_chart(lost), party_chart(lost)] if lost.by_leaf else []


def leaf_chart(lost: Lost) -> ChartPart:
    title = _("Lost points by criterion")
    shown = lost.by_leaf[:MOST_LEAVES]
    drawn = bars(
        [Bar(f"{each.code} {each.title}", (each.lost,), points(each.lost)) for each in shown], Frame(title)
    )
    left = len(lost.by_leaf) - len(shown)
    text = ngettext(
        "The chart shows the %(shown)s greatest losses; %(count)s more stands in the table.",
        "The chart shows the %(shown)s greatest losses; %(count)s more stand in the table.",
        left,
    )
    return ChartPart(
        "criteria",
        title,
        drawn,
        (_("Criterion"), _("Lost points"), _("Units")),
        tuple((f"{each.code} {each.title}", points(each.lost), str(each.units)) for each in lost.by_leaf),
        (_("Total"), points(lost.total), ""),
        (text % {"shown": len(shown), "count": left},) if left else (),
    )


def party_chart(lost: Lost) -> ChartPart:
    title = _("Lost points by who answers for them")
    parts = (_("Alone"), _("Together with others"))
    rows = [
        Bar(capfirst(each.name) or _("Nobody named yet"), (each.sole, each.shared), points(each.total))
        for each in lost.by_party
    ]
    table = tuple(
        (row.label, points(each.sole), points(each.shared), points(each.total), str(each.count))
        for row, each in zip(rows, lost.by_party, strict=True)
    )
    said = _(
        "Points that several answer for stand in full beside each of them, so the rows add up to more than was "
        "lost; in the total every loss counts once."
    )
    return ChartPart(
        "parties",
        title,
        bars(rows, Frame(title), parts=parts),
        (_("Who answers"), *parts, _("Sum"), _("Losses")),
        table,
        (_("Total"), points(lost.sole + lost.unnamed), points(lost.shared), points(lost.total), ""),
        (said,) if lost.shared else (),
    )


def trend_chart(years: Sequence[Year], *, of_units: bool) -> ChartPart:
    """The index over the years, a line only where they can be compared; words where there is only one."""
    title = _("Mean index over the years") if of_units else _("Index over the years")
    if len(years) < 2:
        return ChartPart("years", title, (), said=(_("There is no earlier published year to compare with."),))
    apart = _("A dashed line parts years whose criteria sets differ too much to be compared.")
    drawn = trend(
        [TrendPoint(str(year.year), year.mean, year.follows) for year in years],
        Frame(title, places=2),
        apart=apart,
    )
    columns = [_("Year"), _("Index"), *([_("Units")] if of_units else []), _("Compared with the year before")]
    rows = tuple(
        (
            str(year.year),
            points(year.mean),
            *([str(len(year.indexes))] if of_units else []),
            compared(years, place),
        )
        for place, year in enumerate(years)
    )
    return ChartPart("years", title, drawn, tuple(columns), rows, said=tuple(unlike(years)))


def compared(years: Sequence[Year], place: int) -> str:
    """The change since the year before, or why there is none."""
    year = years[place]
    before = years[place - 1] if place else None
    if before is None or year.mean is None or before.mean is None:
        return "–"
    return signed(year.mean - before.mean) if year.follows else _("not comparable")


def unlike(years: Iterable[Year]) -> list[str]:
    """In words, which years cannot be compared with the one before, and why."""
    text = _(
        "%(year)s cannot be compared with the year before: only %(percent)s%% of the points hang on criteria that "
        "both sets have with the same rule."
    )
    return [
        text % {"year": year.year, "percent": points_short(year.shared.quantize(Decimal(1), ROUND_FLOOR))}
        for year in years
        if year.shared is not None and not year.follows
    ]
