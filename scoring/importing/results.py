"""Published results without sheets: what a file says, checked against units, criteria set and grade scale."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from django.core.validators import validate_slug
from django.db.models import QuerySet
from django.forms import ValidationError
from django.utils.translation import gettext as _

from parportal.entry.problems import ProblemLog
from scoring.importing.results_files import ResultsFile, UnitFigures
from scoring.models import Campaign, CampaignStatus, CriteriaSet, Criterion, GradeScale, SetStatus
from scoring.rules import RankRule
from units.models import Unit

DEFAULT_SCALE = "thang-90-80-65-50"
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class ResultsPlan:
    """A checked file, ready to be stored.

    Shapes: `units` in the order of the file; `fields` maps the code of a field to its criterion.
    """

    code: str
    title: str
    year: int
    owner: Unit
    criteria_set: CriteriaSet
    scale: GradeScale
    rank_rule: RankRule
    file: ResultsFile
    units: tuple[tuple[Unit, UnitFigures], ...]
    fields: Mapping[str, Criterion]
    campaign: Campaign | None


def with_options(
    file: ResultsFile, *, campaign: str = "", title: str = "", criteria_set: str = "", scale: str = ""
) -> ResultsFile:
    """The file with what the command line says instead of it; `criteria_set` is a code or code:version.

    A file that names no campaign belongs to `<file name>-commune`, and to the criteria set of the same code.
    """
    code = campaign or file.code or f"{file.name}-commune"
    set_code, _colon, version = criteria_set.partition(":")
    number = int(version) if version.isdecimal() else None
    return replace(
        file,
        code=code,
        title=title or file.title,
        set=set_code or file.set or code,
        set_version=number if set_code else file.set_version,
        scale=scale or file.scale or DEFAULT_SCALE,
        rank_rule=file.rank_rule or RankRule.COMPETITION.value,
    )


def check_results(file: ResultsFile) -> ResultsPlan:
    """Check the whole file against the database; nothing is written.

    Raises: ImportProblems with everything that keeps it from being stored.
    """
    check = Check(file)
    owner, criteria_set, scale = check.owner(), check.criteria_set(), check.scale()
    campaign = check.campaign(owner)
    rule = check.rank_rule()
    fields: dict[str, Criterion] = {}
    if criteria_set:
        fields = {each.code: each for each in criteria_set.fields.order_by("position")}
        check.fields(fields)
    units = check.units(owner, campaign) if owner else ()
    check.log.raise_if_any()
    if not (owner and criteria_set and scale and rule and file.year):
        raise AssertionError("what is missing was refused above")
    return ResultsPlan(
        code=file.code,
        title=file.title or (campaign.title if campaign else default_title(owner, file.year)),
        year=file.year,
        owner=owner,
        criteria_set=criteria_set,
        scale=scale,
        rank_rule=rule,
        file=file,
        units=units,
        fields=fields,
        campaign=campaign,
    )


def default_title(owner: Unit, year: int) -> str:
    # Data, not a text of the page: it stays as it is in either language.
    return f"Kết quả cải cách hành chính năm {year} do {owner.name} đánh giá"


class Check:
    """One walk over a file; every problem is noted in `log`."""

    def __init__(self, file: ResultsFile) -> None:
        self.file = file
        self.log = ProblemLog()

    def refuse(self, place: str, value: object, reason: str, *, sheet: str = "") -> None:
        self.log.add(sheet=sheet, cell=place, value=str(value), reason=reason)

    def at_unit(self, figures: UnitFigures, value: object, reason: str) -> None:
        self.refuse(figures.place, value, reason, sheet=self.file.sheet)

    def owner(self) -> Unit | None:
        if not self.file.year:
            self.refuse("year", "", _("The year is missing."))
            return None
        found = list(Unit.objects.of_year(self.file.year).filter(code=self.file.owner))
        if len(found) == 1:
            return found[0]
        reason = _("No unit of the year %(year)s has this code.") if not found else _("Several units have it.")
        self.refuse("owner", self.file.owner, reason % {"year": self.file.year})
        return None

    def criteria_set(self) -> CriteriaSet | None:
        sets = CriteriaSet.objects.filter(code=self.file.set).exclude(status=SetStatus.DRAFT)
        if self.file.set_version is not None:
            sets = sets.filter(version=self.file.set_version)
        found = sets.order_by("-version").first()
        if found is None:
            self.refuse("set", self.file.set, _("There is no published criteria set of this code."))
        return found

    def scale(self) -> GradeScale | None:
        found = GradeScale.objects.filter(code=self.file.scale).first()
        if found is None:
            self.refuse("scale", self.file.scale, _("There is no grade scale of this code."))
        return found

    def rank_rule(self) -> RankRule | None:
        try:
            return RankRule(self.file.rank_rule)
        except ValueError:
            choices = {"choices": ", ".join(RankRule)}
            self.refuse("rank_rule", self.file.rank_rule, _("Only these are possible: %(choices)s.") % choices)
            return None

    def campaign(self, owner: Unit | None) -> Campaign | None:
        """The campaign of an earlier import, if any; one that is scored here is not overwritten."""
        try:
            validate_slug(self.file.code)
        except ValidationError as error:
            self.refuse("code", self.file.code, " ".join(error.messages))
        found = Campaign.objects.filter(code=self.file.code).first()
        if found is None:
            return None
        if found.sheets.exists() or not (found.is_public or found.status == CampaignStatus.CLOSED):
            self.refuse(
                "code", found.code, _("This campaign is scored on the portal; nothing is imported over it.")
            )
        elif owner and (found.owner_id, found.year) != (owner.pk, self.file.year):
            self.refuse("code", found.code, _("A campaign of this code exists for another owner or year."))
        return found

    def fields(self, known: Mapping[str, Criterion]) -> None:
        """Every unit has every field of the set, within its maximum."""
        for figures in self.file.units:
            for code in figures.fields.keys() - known.keys():
                self.at_unit(figures, code, _("The criteria set has no field of this code."))
            for code in known.keys() - figures.fields.keys():
                self.at_unit(figures, code, _("This field of the criteria set is missing."))
            for code, (earned, highest) in figures.fields.items():
                self.field(figures, known.get(code), earned, highest)
            self.totals(figures)

    def field(self, figures: UnitFigures, criterion: Criterion | None, earned: Decimal, highest: Decimal) -> None:
        code = criterion.code if criterion else ""
        if earned < 0 or highest < 0:
            self.at_unit(figures, code, _("Points cannot be negative."))
        elif earned > highest:
            line = _("Points %(earned)s are above the maximum %(highest)s.")
            self.at_unit(figures, code, line % {"earned": earned, "highest": highest})
        if criterion and highest > criterion.max_points:
            line = _("The maximum %(highest)s is above that of the criteria set, %(most)s.")
            self.at_unit(figures, code, line % {"highest": highest, "most": criterion.max_points})

    def totals(self, figures: UnitFigures) -> None:
        """Published totals may contradict the fields (that is shown), but not themselves."""
        earned, highest = figures.earned_points, figures.applicable_max_points
        if earned is not None and highest is not None and earned > highest:
            self.at_unit(figures, earned, _("The total is above the maximum."))
        if figures.index is not None and not 0 <= figures.index <= 100:
            self.at_unit(figures, figures.index, _("The index must lie between 0 and 100."))
        if not sum((highest for _earned, highest in figures.fields.values()), ZERO):
            self.at_unit(figures, "", _("Nothing applies to this unit: every maximum is 0."))

    def units(self, owner: Unit, campaign: Campaign | None) -> tuple[tuple[Unit, UnitFigures], ...]:
        """The units of the file, matched by code among the owner's children of that year."""
        known = children_by_code(Unit.objects.of_year(self.file.year or 0).filter(parent=owner))
        counted = Counter(figures.code for figures in self.file.units)
        if not counted:
            self.refuse("", self.file.name, _("The file holds no results."))
        matched = []
        for figures in self.file.units:
            if counted[figures.code] > 1:
                self.at_unit(figures, figures.code, _("This unit stands here twice."))
            if unit := known.get(figures.code):
                matched.append((unit, figures))
            else:
                line = _("%(owner)s has no unit of this code in %(year)s.")
                self.at_unit(figures, figures.code, line % {"owner": owner.name, "year": self.file.year})
        if campaign:
            self.dropped(campaign, {unit.pk for unit, _figures in matched})
        return tuple(matched)

    def dropped(self, campaign: Campaign, matched: set[int]) -> None:
        for result in campaign.results.exclude(unit__in=matched).select_related("unit"):
            self.refuse("", result.unit.code, _("This unit was imported before and is missing from the file."))


def children_by_code(units: QuerySet[Unit]) -> dict[str, Unit]:
    """Units by code; of two with the same code in one year (July 2025) the later one counts."""
    return {unit.code: unit for unit in units.order_by("valid_from")}


def field_sums(figures: UnitFigures) -> tuple[Decimal, Decimal]:
    """Earned points and applicable maximum of a unit as the fields give them."""
    pairs = figures.fields.values()
    return sum((earned for earned, _max in pairs), ZERO), sum((highest for _earned, highest in pairs), ZERO)
