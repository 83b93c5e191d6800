"""A small district for tests: two communes, two agencies, a set with every method, one person for each role."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from scoring.actions.appraisals import accept_rest, save_loss
from scoring.actions.campaigns import close_campaign, open_campaign, propose_publication, publish_campaign
from scoring.actions.sheets import move_sheet
from scoring.models import (
    Assignment,
    Campaign,
    CriteriaSet,
    Criterion,
    Grade,
    GradeScale,
    Score,
    ScoreSheet,
    UnitResult,
)
from units.access import Role
from units.models import Function, Membership, Party, Unit, UnitType, User

PASSWORD = "correct horse battery"
FROM = date(2020, 1, 1)

# code, parent, title, maximum, method, params, function
CRITERIA: list[tuple[str, str, str, str, str, dict[str, Any], str]] = [
    ("1", "", "Chỉ đạo, điều hành", "7", "", {}, "home_affairs"),
    (
        "1.1",
        "1",
        "Kế hoạch CCHC",
        "2",
        "choice",
        {
            "options": [
                {"code": "on_time", "label": "Ban hành đúng hạn", "points": "2"},
                {"code": "late", "label": "Ban hành trễ hạn", "points": "1"},
                {"code": "none", "label": "Không ban hành", "points": "0"},
            ]
        },
        "",
    ),
    ("1.2", "1", "Nhiệm vụ được giao", "5", "", {}, ""),
    (
        "1.2.1",
        "1.2",
        "Tiến độ thực hiện",
        "3",
        "weighted",
        {
            "parts": [
                {"name": "on_time", "label": "Đúng hạn", "weight": "1"},
                {"name": "late", "label": "Quá hạn", "weight": "0.5"},
                {"name": "undone", "label": "Chưa hoàn thành", "weight": "0"},
            ]
        },
        "",
    ),
    (
        "1.2.2",
        "1.2",
        "Hình thức tuyên truyền",
        "2",
        "count",
        {"label": "Số hình thức", "base": "0", "step_points": "0.5", "floor": "0"},
        "",
    ),
    ("2", "", "Cải cách thể chế", "3", "", {}, "justice"),
    (
        "2.1",
        "2",
        "Văn bản xử lý sau kiểm tra",
        "2",
        "ratio",
        {"of": "ratio", "numerator": "Đã xử lý", "denominator": "Phải xử lý"},
        "",
    ),
    (
        "2.2",
        "2",
        "Công khai văn bản",
        "1",
        "bands",
        {
            "of": "percent",
            "label": "Tỷ lệ công khai",
            "bands": [
                {"from": "0", "to": "80", "points": "0"},
                {"from": "80", "to": "100", "points": "0.5"},
                {"from": "100", "to_closed": True, "to": "100", "points": "1"},
            ],
        },
        "",
    ),
    ("3", "", "Văn hóa công sở", "2", "points", {}, "home_affairs"),
]


@dataclass
class World:
    """Everything a test needs, by name."""

    province: Unit
    district: Unit
    commune_a: Unit
    commune_b: Unit
    home_affairs: Unit
    justice: Unit
    criteria_set: CriteriaSet
    campaign: Campaign
    people: dict[str, User] = field(default_factory=dict)

    def __getattr__(self, name: str) -> User:
        people: dict[str, User] = self.__dict__.get("people", {})
        if name not in people:
            raise AttributeError(name)
        return people[name]

    def sheet(self, unit: Unit) -> ScoreSheet:
        return ScoreSheet.objects.select_related("campaign__criteria_set", "unit").get(
            campaign=self.campaign, unit=unit
        )

    def score(self, unit: Unit, code: str) -> Score:
        return Score.objects.for_saving().get(
            sheet__campaign=self.campaign, sheet__unit=unit, criterion__code=code
        )

    def fresh(self, name: str) -> User:
        """The person read again, as the next request would (roles are cached on the object)."""
        return User.objects.get(pk=self.people[name].pk)


def unit(code: str, name: str, type_: UnitType, parent: Unit | None = None, **columns: Any) -> Unit:
    return Unit.objects.create(code=code, name=name, type=type_, parent=parent, valid_from=FROM, **columns)


def person(username: str, *roles: tuple[Role, Unit]) -> User:
    user = User.objects.create_user(username, PASSWORD, full_name=f"Cán bộ {username}")
    for role, where in roles:
        Membership.objects.create(user=user, unit=where, role=role, valid_from=FROM)
    return user


def make_set(issuer: Unit, code: str = "bo-thu") -> CriteriaSet:
    found = CriteriaSet.objects.create(
        code=code,
        title="Bộ tiêu chí thử",
        issuer=issuer,
        unit_type=UnitType.COMMUNE,
        total_points=Decimal(12),
        level_names=["Lĩnh vực", "Tiêu chí", "Tiêu chí thành phần"],
        status="published",
    )
    nodes: dict[str, Criterion] = {}
    for position, (node, parent, title, maximum, method, params, function) in enumerate(CRITERIA, 1):
        above = nodes.get(parent)
        nodes[node] = Criterion.objects.create(
            criteria_set=found,
            code=node,
            parent=above,
            section=(above.section or above) if above else None,
            title=title,
            max_points=Decimal(maximum),
            position=position,
            method=method,
            params=params,
            function=function,
            evidence_required=node == "1.1",
        )
    return found


def make_scale() -> GradeScale:
    scale = GradeScale.objects.create(code="thang-thu", name="Thang 90/80/65/50")
    for code, name, bound in (
        ("xuat-sac", "Xuất sắc", "90"),
        ("tot", "Tốt", "80"),
        ("kha", "Khá", "65"),
        ("trung-binh", "Trung bình", "50"),
        ("yeu", "Yếu", "0"),
    ):
        Grade.objects.create(scale=scale, code=code, name=name, from_index=Decimal(bound))
    return scale


def make_campaign(
    owner: Unit, criteria_set: CriteriaSet, units: list[Unit], agencies: dict[str, Unit]
) -> Campaign:
    """A draft campaign whose fields are assigned by the function of each field."""
    campaign = Campaign.objects.create(
        code="dot-thu",
        title="Đợt chấm điểm thử",
        owner=owner,
        criteria_set=criteria_set,
        year=2024,
        grade_scale=make_scale(),
        self_score_due_at=timezone.now() + timedelta(days=10),
    )
    for each in units:
        UnitResult.objects.create(campaign=campaign, unit=each)
    for root in criteria_set.criteria.filter(parent=None):
        Assignment.objects.create(campaign=campaign, criterion=root, agency=agencies[root.function])
    return campaign


def make_world() -> World:
    """Personas: officer_a, officer_b, leader_a, leader_b, justice_officer, coordinator, district_leader,
    administrator, outsider (coordinator of another district)."""
    province = unit("62", "Tỉnh Kon Tum", UnitType.PROVINCE)
    district = unit("614", "Huyện Kon Rẫy", UnitType.DISTRICT, province)
    other = unit("610", "Huyện Khác", UnitType.DISTRICT, province)
    commune_a = unit("23497", "Xã Tân Lập", UnitType.COMMUNE, district)
    commune_b = unit("23488", "Xã Đắk Ruồng", UnitType.COMMUNE, district)
    home = unit("614-PNV", "Phòng Nội vụ", UnitType.AGENCY, district, function=Function.HOME_AFFAIRS)
    justice = unit("614-TP", "Phòng Tư pháp", UnitType.AGENCY, district, function=Function.JUSTICE)
    for each in (commune_a, commune_b, home, justice):
        Party.objects.create(owner=district, code=each.code, name=each.name, unit=each)
    Party.objects.create(owner=district, code="G_XA", name="UBND các xã, thị trấn").members.set(
        [commune_a, commune_b]
    )
    criteria_set = make_set(district)
    people = {
        "coordinator": person("coordinator", (Role.COORDINATOR, district)),
        "district_leader": person("district_leader", (Role.LEADER, district)),
        "justice_officer": person("justice_officer", (Role.APPRAISER, justice)),
        "officer_a": person("officer_a", (Role.OFFICER, commune_a)),
        "leader_a": person("leader_a", (Role.LEADER, commune_a)),
        "officer_b": person("officer_b", (Role.OFFICER, commune_b)),
        "leader_b": person("leader_b", (Role.LEADER, commune_b)),
        "administrator": person("administrator", (Role.ADMINISTRATOR, district)),
        "outsider": person("outsider", (Role.COORDINATOR, other)),
    }
    agencies = {"home_affairs": home, "justice": justice}
    draft = make_campaign(district, criteria_set, [commune_a, commune_b], agencies)
    campaign = open_campaign(campaign=draft, by=people["coordinator"])
    return World(province, district, commune_a, commune_b, home, justice, criteria_set, campaign, people)


def excuse_missing_evidence(world: World, where: Unit) -> None:
    """Say in every row that needs evidence and has none why that is so."""
    rows = Score.objects.lacking_evidence().filter(sheet__campaign=world.campaign, sheet__unit=where)
    Score.objects.filter(pk__in=[row.pk for row in rows]).update(why_no_evidence="Hồ sơ lưu tại đơn vị")


def submit(world: World, where: Unit) -> ScoreSheet:
    """The sheet of a commune as its leader submitted it, without answers."""
    officer, leader = ("officer_a", "leader_a") if where == world.commune_a else ("officer_b", "leader_b")
    excuse_missing_evidence(world, where)
    move_sheet(sheet=world.sheet(where), name="propose", by=world.people[officer])
    return move_sheet(sheet=world.sheet(where), name="submit", by=world.people[leader])


def publish(world: World) -> None:
    """Commune A appraised as it scored itself (every loss explained), commune B not submitted; published."""
    submit(world, world.commune_a)
    accept_rest(sheet=world.sheet(world.commune_a), by=world.coordinator)
    party = Party.objects.get(owner=world.district, code="G_XA")
    for score in Score.objects.lossy().filter(sheet__unit=world.commune_a).select_related("sheet__campaign"):
        save_loss(
            score=score, cause="Chưa thực hiện", responsible=[(party, "lead")], version=0, by=world.coordinator
        )
    move_sheet(sheet=world.sheet(world.commune_a), name="finish", by=world.coordinator)
    close_campaign(campaign=world.campaign, by=world.coordinator)
    propose_publication(campaign=world.campaign, by=world.coordinator, warnings_acknowledged=True)
    publish_campaign(campaign=world.campaign, by=world.district_leader, warnings_acknowledged=True)
    world.campaign.refresh_from_db()
