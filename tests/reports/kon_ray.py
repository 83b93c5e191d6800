"""Kon Rẫy district 2021 as published, built through the models: its own result by the province, its seven
communes.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from plans.models import DeadlineKind, Task
from scoring.models import (
    Campaign,
    CampaignStatus,
    CriteriaSet,
    Criterion,
    FieldResult,
    FollowUp,
    Grade,
    GradeScale,
    Loss,
    Responsibility,
    Score,
    ScoreSheet,
    SetStatus,
    SheetStatus,
    UnitResult,
)
from units.access import Role
from units.models import Membership, Party, Unit, UnitType, User

SINCE = date(1990, 1, 1)
PUBLISHED_AT = datetime(2022, 7, 1, 8, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))

FIELDS = (
    ("1", "Chỉ đạo, điều hành CCHC", "19.49", "23"),
    ("2", "Xây dựng và tổ chức thực hiện VBQPPL", "9", "9"),
    ("3", "Cải cách thủ tục hành chính", "11.48", "12"),
    ("4", "Cải cách tổ chức bộ máy", "7", "8"),
    ("5", "Nâng cao chất lượng đội ngũ CBCCVC", "10.5", "11"),
    ("6", "Cải cách tài chính công", "6.5", "10"),
    ("7", "Hiện đại hóa nền hành chính", "10.48", "15"),
    ("8", "Văn hóa công sở, kỷ luật, kỷ cương hành chính", "7", "7"),
)

PARTIES = {
    "PNV": "Phòng Nội vụ",
    "VP": "Văn phòng HĐND và UBND",
    "TCKH": "Phòng Tài chính - Kế hoạch",
    "VHTT": "Phòng Văn hóa và Thông tin",
    "TTVH": "Trung tâm Văn hóa - Thể thao - Du lịch và Truyền thông",
    "TP": "Phòng Tư pháp",
    "QLDA": "Ban Quản lý dự án đầu tư xây dựng",
    "VPDKDD": "Chi nhánh Văn phòng Đăng ký đất đai",
    "DAKPNE": "UBND xã Đắk Pne",
    "G_PB": "các phòng, ban chuyên môn",
    "G_CQ": "thủ trưởng các cơ quan, đơn vị",
    "G_XA": "UBND các xã, thị trấn",
    "G_MC": "Bộ phận Tiếp nhận và Trả kết quả huyện, xã, thị trấn",
}

# code, title, points, maximum, cause, parties (":lead" and ":monitor" name a role)
LOSSES = (
    ("1.2.1", "Báo cáo CCHC quý, 6 tháng, năm", "0", "0.25", "Báo cáo năm gửi trễ hạn", "PNV"),
    ("1.2.4", "Báo cáo kiểm soát TTHC", "0", "0.25", "Các báo cáo quý và năm gửi trễ hạn", "VP"),
    (
        "1.2.6",
        "Báo cáo tài chính, ngân sách",
        "0",
        "0.25",
        "Báo cáo thực hiện kết luận kiểm toán gửi trễ hạn",
        "TCKH",
    ),
    (
        "1.2.8",
        "Báo cáo tự đánh giá, chấm điểm CCHC",
        "0",
        "0.5",
        "Báo cáo tự chấm điểm gửi trễ hạn",
        "PNV",
    ),
    (
        "1.4.2",
        "Mức độ đa dạng tuyên truyền CCHC",
        "4",
        "5",
        "Dịch Covid-19, chưa có hình thức thi, tọa đàm, sân khấu hóa",
        "VHTT TTVH",
    ),
    (
        "1.6.1",
        "Thực hiện nhiệm vụ UBND tỉnh, Chủ tịch UBND tỉnh giao",
        "1.91",
        "3",
        "Nhiệm vụ hoàn thành quá hạn (11 nhiệm vụ) và chưa hoàn thành (05 nhiệm vụ)",
        "G_PB:lead G_XA:lead VP:monitor",
    ),
    (
        "1.6.2",
        "Chất lượng nhiệm vụ UBND tỉnh, Chủ tịch UBND tỉnh giao",
        "0.83",
        "1",
        "Nhiệm vụ chưa hoàn thành nên chưa đánh giá được chất lượng",
        "G_PB:lead G_XA:lead VP:monitor",
    ),
    (
        "3.2.4",
        "Tỷ lệ hồ sơ tiếp nhận qua Cổng DVC và một cửa điện tử",
        "0.25",
        "0.5",
        "Tỷ lệ dưới 100%, thủ trưởng quán triệt chưa sâu",
        "G_CQ G_XA G_MC",
    ),
    (
        "3.2.5",
        "Thao tác xử lý hồ sơ trên Cổng DVC và một cửa điện tử",
        "0.25",
        "0.5",
        "Thao tác chậm, chưa quen, hệ thống hay lỗi nên kết thúc hồ sơ muộn",
        "G_CQ G_XA G_MC",
    ),
    (
        "3.4.1",
        "Kết quả giải quyết hồ sơ TTHC",
        "1.98",
        "2",
        "Hồ sơ đã trả kết quả nhưng chưa kết thúc kịp trên hệ thống",
        "G_CQ G_XA G_MC",
    ),
    (
        "4.2.2",
        "Kế hoạch biên chế công chức, số lượng người làm việc",
        "0",
        "1",
        "Kế hoạch số người làm việc và báo cáo biên chế gửi trễ hạn",
        "PNV",
    ),
    (
        "5.6.2",
        "Tỷ lệ đạt chuẩn của cán bộ cấp xã",
        "0",
        "0.5",
        "Một cán bộ xã Đắk Pne chưa đạt chuẩn chuyên môn",
        "PNV DAKPNE",
    ),
    (
        "6.1.2",
        "Sử dụng kinh phí ngân sách nhà nước",
        "0",
        "1",
        "Kiểm toán 2020 kiến nghị thu hồi khoản chi sai ở hai công trình",
        "QLDA",
    ),
    (
        "6.1.3",
        "Thực hiện kiến nghị thanh tra, kiểm tra, kiểm toán",
        "0.5",
        "1",
        "Còn kiến nghị về kinh phí cải cách tiền lương cấp xã chưa khấu trừ",
        "TCKH",
    ),
    (
        "6.3.1",
        "Số đơn vị sự nghiệp tự bảo đảm chi thường xuyên giao mới",
        "0",
        "2",
        "Không phát sinh đơn vị tự chủ mới, nguồn thu địa bàn thấp",
        "TCKH",
    ),
    ("7.1", "Mức độ hoàn thành Kế hoạch ứng dụng CNTT", "1.7", "2", "Hoàn thành 85% kế hoạch", "VHTT"),
    (
        "7.2",
        "Xếp hạng mức độ ứng dụng CNTT",
        "6.78",
        "8",
        "Đạt 133,6 trên 150 điểm bộ tiêu chí ứng dụng CNTT",
        "VHTT",
    ),
    (
        "7.3",
        "Tiếp nhận, trả kết quả qua bưu chính công ích",
        "0",
        "3",
        "Không phát sinh hồ sơ qua bưu chính công ích",
        "G_CQ G_XA G_MC",
    ),
)

# code, name, computed points, maximum, computed index, grade, rank, the points of the eight fields and
# their maxima
COMMUNES = (
    (
        "23494",
        "Xã Đăk Tờ Re",
        "79.3",
        "97",
        "81.75",
        "tot",
        3,
        "23.5/33.5 8.5/9 16.5/19.5 5/5 5/5 5.3/6 8.5/12 7/7",
    ),
    (
        "23485",
        "Xã Đăk Tơ Lung",
        "81.4",
        "95.5",
        "85.24",
        "tot",
        1,
        "24.1/33.5 9/9 17.5/18 5/5 5/5 5/6 8.8/12 7/7",
    ),
    (
        "23497",
        "Xã Tân Lập",
        "78.77",
        "94",
        "83.8",
        "tot",
        2,
        "25.39/33.5 6.93/9 15.55/17.5 4/4 5/5 5.95/6 8.95/12 7/7",
    ),
    (
        "23482",
        "Xã Đăk Kôi",
        "77.9",
        "96",
        "81.15",
        "tot",
        4,
        "24/33.5 7.4/9 17.5/18.5 5/5 5/5 4.5/6 7.5/12 7/7",
    ),
    (
        "23488",
        "Xã Đăk Ruồng",
        "76.65",
        "95",
        "80.68",
        "tot",
        6,
        "22.1/33.5 9/9 15.75/17.5 5/5 5/5 4.5/6 8.3/12 7/7",
    ),
    (
        "23479",
        "Thị trấn Đăk Rve",
        "62.12",
        "94",
        "66.09",
        "kha",
        7,
        "20.77/33.5 5/9 11.25/17.5 4/4 5/5 5.7/6 6.4/12 4/7",
    ),
    ("23491", "Xã Đăk Pne", "77.5", "96", "80.73", "tot", 5, "24.5/33.5 8/8 17/19.5 5/5 4/5 6/6 7/12 6/7"),
)

FOLLOW_UPS = (
    ("1", "Tham mưu văn bản chỉ đạo, báo cáo định kỳ đúng hạn, nhiệm vụ giao đúng tiến độ", "G_PB G_XA"),
    (
        "2",
        "Kế hoạch theo dõi thi hành pháp luật, rà soát, kiểm tra VBQPPL; xử lý 100% văn bản sau kiểm tra",
        "TP G_XA",
    ),
    (
        "3",
        "Quán triệt tiếp nhận hồ sơ, giải quyết trước và đúng hạn, công khai TTHC, tăng hồ sơ trực tuyến",
        "G_PB G_XA G_MC VPDKDD",
    ),
    ("4", "Sắp xếp bộ máy, kiện toàn chức năng, phân cấp quản lý", "PNV"),
    ("5", "Năm 2022 có 100% cán bộ, công chức cấp xã đạt chuẩn", "PNV G_XA"),
    (
        "6",
        "Thực hiện 100% kiến nghị thanh tra, kiểm toán; thêm 01 đơn vị tự chủ một phần",
        "TCKH",
    ),
    (
        "7",
        "Kế hoạch ứng dụng CNTT, khắc phục tiêu chí thấp, tuyên truyền bưu chính công ích",
        "VHTT G_CQ G_XA G_MC",
    ),
    ("8", "Kiểm tra đột xuất kỷ luật, kỷ cương hành chính", "PNV"),
)

# who, what, through whom, before
ORGANISATION = (
    ("G_PB", "Xây dựng kế hoạch khắc phục của cơ quan", "Phòng Nội vụ", date(2022, 8, 12)),
    ("G_XA", "Báo cáo kết quả khắc phục", "Phòng Nội vụ", date(2022, 8, 12)),
    ("PNV", "Tham mưu kế hoạch khắc phục của huyện năm 2021", "", date(2022, 8, 15)),
)


@dataclass(frozen=True)
class KonRay:
    """What a test needs to name."""

    province: Unit
    district: Unit
    communes: tuple[Unit, ...]
    own: Campaign
    children: Campaign
    result: UnitResult
    parties: dict[str, Party]
    leader: User
    coordinator: User
    officer: User
    commune_officer: User
    outsider: User


def build() -> KonRay:
    province = unit("62", "Tỉnh Kon Tum", UnitType.PROVINCE, None)
    district = unit("614", "Huyện Kon Rẫy", UnitType.DISTRICT, province)
    communes = Unit.objects.bulk_create(
        Unit(code=row[0], name=row[1], type=UnitType.COMMUNE, parent=district, valid_from=SINCE)
        for row in COMMUNES
    )
    named = Party.objects.bulk_create(Party(owner=district, code=code, name=PARTIES[code]) for code in PARTIES)
    parties = {party.code: party for party in named}
    scale = grade_scale()
    own = campaign("kon-ray-2021-district", province, set_of_district(province), scale, kept_by=district)
    result = own_result(own, district, scale, parties)
    children = campaign("kon-ray-2021-commune", district, set_of_communes(district), scale)
    results_of_communes(children, communes, scale)
    follow_ups(own, district, parties)
    return KonRay(
        province=province,
        district=district,
        communes=tuple(communes),
        own=own,
        children=children,
        result=result,
        parties=parties,
        leader=member("leader", "Lãnh đạo huyện", district, Role.LEADER),
        coordinator=member("coordinator", "Điều phối huyện", district, Role.COORDINATOR),
        officer=member("officer", "Cán bộ huyện", district, Role.OFFICER),
        commune_officer=member("commune", "Cán bộ xã", communes[0], Role.OFFICER),
        outsider=member("outsider", "Người ngoài", unit("1", "Tỉnh Khác", UnitType.PROVINCE, None), Role.LEADER),
    )


def unit(code: str, name: str, kind: UnitType, parent: Unit | None) -> Unit:
    return Unit.objects.create(code=code, name=name, type=kind, parent=parent, valid_from=SINCE)


def member(username: str, full_name: str, of: Unit, role: Role) -> User:
    user = User.objects.create_user(username, "a long password", full_name=full_name)
    Membership.objects.create(user=user, unit=of, role=role, valid_from=SINCE)
    return user


def grade_scale() -> GradeScale:
    scale = GradeScale.objects.create(code="kon-ray", name="90/80/65/50")
    for code, name, bound in (("tot", "Tốt", "80"), ("kha", "Khá", "65"), ("tb", "Trung bình", "0")):
        Grade.objects.create(scale=scale, code=code, name=name, from_index=Decimal(bound))
    return scale


def campaign(
    code: str, owner: Unit, criteria_set: CriteriaSet, scale: GradeScale, kept_by: Unit | None = None
) -> Campaign:
    return Campaign.objects.create(
        code=code,
        title=f"Chỉ số CCHC năm 2021 ({code})",
        owner=owner,
        criteria_set=criteria_set,
        year=2021,
        grade_scale=scale,
        status=CampaignStatus.PUBLISHED,
        external=kept_by is not None,
        kept_by=kept_by,
        published_at=PUBLISHED_AT,
    )


def empty_set(code: str, title: str, issuer: Unit, unit_type: UnitType, number: str, on: date) -> CriteriaSet:
    return CriteriaSet.objects.create(
        code=code,
        title=title,
        decision_number=number,
        decision_on=on,
        issuer=issuer,
        unit_type=unit_type,
        total_points=Decimal(95),
        level_names=["Lĩnh vực", "Tiêu chí", "Tiêu chí thành phần"],
        status=SetStatus.PUBLISHED,
    )


def set_of_district(issuer: Unit) -> CriteriaSet:
    """The eight fields, the eighteen lost leaves under their criteria, and a leaf for the rest of each
    field.
    """
    made = empty_set(
        "kon-tum-2021",
        "Bộ tiêu chí xác định Chỉ số cải cách hành chính cấp sở và cấp huyện",
        issuer,
        UnitType.DISTRICT,
        "609/QĐ-UBND",
        date(2021, 7, 12),
    )
    nodes: dict[str, Criterion] = {}

    def add(code: str, title: str, maximum: str, above: str, field: str) -> None:
        nodes[code] = unsaved_node(
            made, code, title, maximum, nodes.get(above), nodes.get(field), position=len(nodes)
        )

    for code, title, _earned, maximum in FIELDS:
        add(code, title, maximum, "", "")
        for leaf, leaf_title, _points, leaf_max, _cause, _who in LOSSES:
            if not leaf.startswith(f"{code}."):
                continue
            above = leaf.rpartition(".")[0]
            if above not in nodes:
                add(above, f"Tiêu chí {above}", leaf_max, code, code)
            add(leaf, leaf_title, leaf_max, above, code)
        add(f"{code}.0", "Các tiêu chí còn lại", str(Decimal(maximum) - lost_maximum(code)), code, code)
    for level in range(3):
        Criterion.objects.bulk_create(each for code, each in nodes.items() if code.count(".") == level)
    return made


def lost_maximum(field: str) -> Decimal:
    return sum((Decimal(row[3]) for row in LOSSES if row[0].startswith(f"{field}.")), Decimal(0))


def set_of_communes(issuer: Unit) -> CriteriaSet:
    made = empty_set(
        "kon-ray-2021",
        "Bộ tiêu chí xác định Chỉ số cải cách hành chính cấp xã",
        issuer,
        UnitType.COMMUNE,
        "514/QĐ-UBND",
        date(2021, 11, 12),
    )
    Criterion.objects.bulk_create(
        unsaved_node(made, code, title, maximum, None, None, position=place)
        for place, (code, title, _earned, maximum) in enumerate(FIELDS)
    )
    return made


def node(
    of: CriteriaSet, code: str, title: str, maximum: str, parent: Criterion | None, section: Criterion | None
) -> Criterion:
    made = unsaved_node(of, code, title, maximum, parent, section, position=of.criteria.count())
    made.save()
    return made


def unsaved_node(
    of: CriteriaSet,
    code: str,
    title: str,
    maximum: str,
    parent: Criterion | None,
    section: Criterion | None,
    *,
    position: int,
) -> Criterion:
    return Criterion(
        criteria_set=of,
        parent=parent,
        section=section,
        code=code,
        title=title,
        max_points=Decimal(maximum),
        position=position,
        method="points",
    )


def own_result(own: Campaign, district: Unit, scale: GradeScale, parties: dict[str, Party]) -> UnitResult:
    sheet = ScoreSheet.objects.create(campaign=own, unit=district, status=SheetStatus.PUBLISHED)
    lost = {row[0]: row for row in LOSSES}
    scores = Score.objects.bulk_create(
        Score(
            sheet=sheet,
            criterion=leaf,
            state="answered",
            points=Decimal(lost[leaf.code][2]) if leaf.code in lost else leaf.max_points,
            counted_max_points=leaf.max_points,
        )
        for leaf in own.criteria_set.criteria.filter(children=None)
    )
    lose([(each, *lost[each.criterion.code][4:]) for each in scores if each.criterion.code in lost], parties)
    result = UnitResult.objects.create(
        campaign=own,
        unit=district,
        earned_points=Decimal("81.45"),
        applicable_max_points=Decimal(95),
        index=Decimal("85.74"),
        grade=scale.grades.get(code="tot"),
        published_points=Decimal("81.45"),
        published_max_points=Decimal(95),
        published_index=Decimal("85.74"),
        published_grade="Tốt",
        rank=1,
    )
    field_results([(result, [f"{earned}/{maximum}" for _code, _title, earned, maximum in FIELDS])])
    return result


def lose(lost: list[tuple[Score, str, str]], parties: dict[str, Party]) -> None:
    """What was lost at which row, why, and who answers for it."""
    losses = Loss.objects.bulk_create(Loss(score=score, cause=cause) for score, cause, _who in lost)
    Responsibility.objects.bulk_create(
        Responsibility(loss=loss, party=parties[code], role=role or "responsible")
        for loss, (_score, _cause, who) in zip(losses, lost, strict=True)
        for code, _, role in (each.partition(":") for each in who.split())
    )


def field_results(figures: list[tuple[UnitResult, list[str]]]) -> None:
    """Of results of one campaign."""
    sections = list(figures[0][0].campaign.criteria_set.criteria.filter(parent=None).order_by("position"))
    FieldResult.objects.bulk_create(
        FieldResult(
            result=result,
            criterion=section,
            earned_points=Decimal(earned),
            applicable_max_points=Decimal(maximum),
        )
        for result, of_result in figures
        for section, (earned, _, maximum) in zip(sections, (f.partition("/") for f in of_result), strict=True)
    )


def results_of_communes(children: Campaign, communes: list[Unit], scale: GradeScale) -> None:
    """Đăk Ruồng was published with a total that is not the sum of its fields."""
    grades = {grade.code: grade for grade in scale.grades.all()}
    results = UnitResult.objects.bulk_create(
        UnitResult(
            campaign=children,
            unit=commune,
            earned_points=Decimal(earned),
            applicable_max_points=Decimal(maximum),
            index=Decimal(index),
            grade=grades[grade],
            rank=rank,
            published_points=Decimal("78.15" if code == "23488" else earned),
            published_max_points=Decimal(maximum),
            published_index=Decimal("82.26" if code == "23488" else index),
        )
        for commune, (code, _, earned, maximum, index, grade, rank, _) in zip(communes, COMMUNES, strict=True)
    )
    field_results([(result, row[-1].split()) for result, row in zip(results, COMMUNES, strict=True)])


def follow_ups(own: Campaign, district: Unit, parties: dict[str, Party]) -> None:
    sections = {each.code: each for each in own.criteria_set.criteria.filter(parent=None)}
    planned: list[tuple[Task, Criterion | None, str]] = [
        (Task(owner=district, year=2022, title=title, position=place), sections[field], leads)
        for place, (field, title, leads) in enumerate(FOLLOW_UPS)
    ]
    planned += [
        (
            Task(
                owner=district,
                year=2022,
                title=what,
                recipient="UBND huyện",
                via=via,
                deadline_kind=DeadlineKind.BEFORE,
                deadline_on=before,
                position=place,
            ),
            None,
            who,
        )
        for place, (who, what, via, before) in enumerate(ORGANISATION)
    ]
    Task.objects.bulk_create(task for task, _section, _leads in planned)
    lead = Task.leads.through
    lead.objects.bulk_create(
        lead(task=task, party=parties[code]) for task, _section, leads in planned for code in leads.split()
    )
    FollowUp.objects.bulk_create(
        FollowUp(campaign=own, unit=district, criterion=section, task=task) for task, section, _leads in planned
    )
