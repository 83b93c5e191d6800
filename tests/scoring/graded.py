"""A closed campaign of results without sheets, to grade and rank; every unit with its figures."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from scoring.models import Campaign, CampaignStatus, FieldResult, Grade, GradeRule, GradeScale, UnitResult
from tests.world import World, unit
from units.models import UnitType

# The maxima of the fields of the small set of `tests.world`.
HIGHEST = {"1": Decimal(7), "2": Decimal(3), "3": Decimal(2)}


@dataclass
class Figures:
    """One unit. Shapes: `fields` maps codes to earned points and applicable maximum; others earn nothing of it."""

    index: str | None
    block: str = ""
    fields: dict[str, tuple[str, str]] = field(default_factory=dict)
    penalty: str = "0"


def closed_campaign(world: World, units: Sequence[Figures], **columns: object) -> Campaign:
    """Units U0, U1, … with these figures, stored as an import stores them."""
    campaign = Campaign.objects.create(
        code="dot-nhap",
        title="Đợt nhập",
        owner=world.district,
        criteria_set=world.criteria_set,
        year=2023,
        grade_scale=GradeScale.objects.get(code="thang-thu"),
        status=CampaignStatus.CLOSED,
        **columns,
    )
    for number, each in enumerate(units):
        where = unit(f"U{number}", f"Xã {number}", UnitType.COMMUNE, world.district)
        amounts = {code: each.fields.get(code, ("0", str(highest))) for code, highest in HIGHEST.items()}
        result = UnitResult.objects.create(
            campaign=campaign,
            unit=where,
            block=each.block,
            index=each.index and Decimal(each.index),
            earned_points=sum((Decimal(earned) for earned, _ in amounts.values()), Decimal(0)),
            applicable_max_points=sum((Decimal(highest) for _, highest in amounts.values()), Decimal(0)),
            penalty_points=Decimal(each.penalty),
        )
        for code, (earned, highest) in amounts.items():
            FieldResult.objects.create(
                result=result,
                criterion=world.criteria_set.criteria.get(code=code),
                earned_points=Decimal(earned),
                applicable_max_points=Decimal(highest),
            )
    return campaign


def grades(campaign: Campaign) -> list[str]:
    """The grades of the units, in their order; empty without one."""
    return [each.grade.name if each.grade else "" for each in campaign.results.select_related("grade")]


def ranks(campaign: Campaign) -> list[int | None]:
    return [each.rank for each in campaign.results.all()]


def grade(code: str, scale: str = "thang-thu") -> Grade:
    return Grade.objects.select_related("scale").get(scale__code=scale, code=code)


def rule(world: World, campaign: Campaign, kind: str, code: str, *, criterion: str, below: str) -> GradeRule:
    return GradeRule.objects.create(
        campaign=campaign,
        kind=kind,
        grade=grade(code),
        criterion=world.criteria_set.criteria.get(code=criterion),
        below_percent=Decimal(below),
        title="Hồ sơ quá hạn trên 3 %",
        legal_basis="Điều 5 QĐ 12",
        by=world.coordinator,
    )


def two_names() -> GradeScale:
    """A scale of another block: two names."""
    scale = GradeScale.objects.create(code="hai-muc", name="Hai mức")
    for code, name, bound in (("tot", "Hoàn thành tốt", "60"), ("dat", "Hoàn thành", "0")):
        Grade.objects.create(scale=scale, code=code, name=name, from_index=Decimal(bound))
    return scale
