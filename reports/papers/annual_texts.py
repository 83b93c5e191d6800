"""Sentences of the periodic report that depend on more than figures: papers, plans, meetings, inspections.

Each gives lines in the markup of `reports/text/narrative.py`, or nothing; the outlines name them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import chain

from plans.counting_inspections import InspectionCounts
from plans.counting_tasks import count_by
from plans.models import Document, Initiative, InspectionKind, Origin, Plan, PlanKind, Task
from reports.papers.annual_data import DOSSIERS, OWN_FORMS, AnnualData
from reports.papers.dossiers_annex import all_below, missing, rates
from reports.papers.inspection_paper import KINDS as INSPECTED
from reports.papers.wording import count, day, lowered, percent, rate, rounded, sentence
from reports.periods import Period
from reports.text import shortcomings
from reports.text.figure import key_part
from reports.text.figures_scores import children_of
from reports.text.narrative import as_text
from scoring.models import Grade
from scoring.standings import scale_of
from units.models import UnitType

Lines = Iterable[str]
# So many are named in a footnote; the annex lists all of them.
NAMED = 8
TYPES = {
    UnitType.PROVINCE.value: "cấp tỉnh",
    UnitType.DISTRICT.value: "cấp huyện",
    UnitType.COMMUNE.value: "cấp xã",
    UnitType.AGENCY.value: "cơ quan chuyên môn",
    "": "đơn vị khác",
}


def footnote(texts: Sequence[str], head: str = "Gồm") -> str:
    """A footnote of what people have typed elsewhere; empty for nothing."""
    if not texts:
        return ""
    named = "; ".join(unmarked(text).rstrip(".;") for text in texts[:NAMED])
    more = f"; và {count(len(texts) - NAMED)} mục khác" if len(texts) > NAMED else ""
    return f"[[{head}: {named}{more}.]]"


def unmarked(text: str) -> str:
    """Text of other records, in which nothing is markup."""
    return as_text(text).replace("]]", "] ]").replace("|", "/")


def paper_words(paper: Document) -> str:
    return f"{paper.subject.strip().rstrip('.;')} (số {paper.number} ngày {day(paper.issued_on)})"


def plan_words(plan: Plan) -> str:
    """A plan as it is cited."""
    issuer = f"của {plan.issuer}" if plan.issuer else ""
    title = plan.title.strip().rstrip(".")
    if not plan.number:
        return unmarked(title)
    dated = f"ngày {day(plan.issued_on)}" if plan.issued_on else ""
    about = lowered(title.removeprefix("Kế hoạch ").strip())
    return unmarked(" ".join(filter(None, ("Kế hoạch số", plan.number, dated, issuer, "về", about))))


# Direction ------------------------------------------------------------------------------------------------


def plans(data: AnnualData) -> Lines:
    own, above = data.plans_of(PlanKind.OWN), data.plans_of(PlanKind.SUPERIOR)
    if above:
        yield f"Thực hiện {'; '.join(plan_words(plan) for plan in above)}."
    if own:
        yield f"@committee đã ban hành và tổ chức thực hiện {'; '.join(plan_words(plan) for plan in own)}."


def plan_fields(data: AnnualData) -> Lines:
    fields = [each.target.field_title for plan in data.plans_of(PlanKind.OWN) for each in data.targets[plan.pk]]
    named = [lowered(unmarked(field)) for field in dict.fromkeys(fields)]
    if named:
        yield f"Kế hoạch đề ra mục tiêu, nhiệm vụ ở {count(len(named))} lĩnh vực: {'; '.join(named)}."


def direction_papers(data: AnnualData) -> Lines:
    papers = data.papers_about("chỉ đạo")
    noted = footnote([paper_words(paper) for paper in papers], "Trong đó có")
    told = data.tell.line(f"Trong kỳ, đã ban hành {{1.1.3}} văn bản chỉ đạo về cải cách hành chính{noted}")
    if told or papers:
        yield told or f"Trong kỳ, đã ban hành {count(len(papers))} văn bản chỉ đạo về cải cách hành chính{noted}."
    if data.papers:
        yield "Danh mục văn bản đã ban hành trong kỳ tại phụ lục kèm theo."


def meetings(data: AnnualData) -> Lines:
    if data.meetings:
        held = [f"{each.subject.rstrip('.;')} (ngày {day(each.held_on)})" for each in data.meetings]
        yield f"Đã tổ chức {count(len(held))} cuộc họp, hội nghị về cải cách hành chính{footnote(held)}."


def index(data: AnnualData) -> Lines:
    """The result of the year, else, and within the year, that of the year before: then it is not known yet."""
    sentences = (
        f"Chỉ số cải cách hành chính năm {{{key}.year}} của @unit đạt {{{key}.index}} ({{{key}.result}} điểm)"
        f" | điểm tự chấm {{{key}.self}} điểm | xếp loại {{{key}.grade}}"
        f" | xếp hạng {{{key}.rank}}/{{{key}.ranked}} | công bố tại {{{key}.decision}}"
        for key in (("score", "score-before") if data.basis.period == Period.YEAR else ("score-before",))
    )
    yield data.tell.first(*sentences)


def grades(data: AnnualData) -> Lines:
    """How many communes have each grade, of those that any has. Two queries."""
    campaign = children_of(data.basis) if data.basis.period == Period.YEAR else None
    scale = scale_of(campaign, "") if campaign else None
    if campaign is None or scale is None:
        return
    codes = Grade.objects.filter(scale=scale).order_by("-from_index", "code").values_list("code", "name")
    known = ((f"communes.grade.{key_part(code)}", name) for code, name in codes)
    figures = data.tell.figures
    named = [f"{{{key}}} đơn vị xếp loại {name}" for key, name in known if key in figures and figures[key].number]
    if named:
        yield data.tell.line(
            f"Kết quả chấm điểm @children năm {campaign.year}: {', '.join(named)} | Chỉ số cải cách hành chính "
            "cao nhất {communes.index.highest}, thấp nhất {communes.index.lowest}"
            " | công bố tại {communes.decision}"
        )


def plan_tasks(data: AnnualData) -> Lines:
    """Plan by plan, where there are several: one query."""
    tasks = Task.objects.filter(origin=Origin.PLAN, plan__in=[plan.pk for plan in data.plans])
    counts = {str(pk): found for pk, found in count_by(tasks, "plan", data.basis.on).items()}
    for plan in data.plans if len(counts) > 1 else ():
        if found := counts.get(str(plan.pk)):
            done = f"{count(found.done)}/{count(found.assigned)} nhiệm vụ"
            yield f"- {plan_words(plan)}: hoàn thành {done} ({rate(found.done, found.assigned)})."


def initiatives(data: AnnualData) -> Lines:
    noted = footnote([initiative_words(each) for each in data.initiatives])
    if data.basis.period != Period.YEAR:
        found = count(len(data.initiatives))
        yield f"Có {found} sáng kiến về cải cách hành chính được công nhận{noted}." if data.initiatives else ""
        return
    yield data.tell.line(
        f"Có {{registers.initiatives}} sáng kiến, cách làm mới về cải cách hành chính{noted}"
        " | ?được công nhận {registers.recognised_initiatives} sáng kiến"
    )


def initiative_words(initiative: Initiative) -> str:
    if not initiative.number:
        return initiative.title.rstrip(".;")
    dated = f" ngày {day(initiative.issued_on)}" if initiative.issued_on else ""
    return f"{initiative.title.rstrip('.;')} (Quyết định số {initiative.number}{dated})"


def steering_again(data: AnnualData) -> Lines:
    """The outline asks once more for what part I has told."""
    if data.plans or data.papers or data.meetings:
        # Those of the days of the report, as part I tells them: the year of meetings begins on another day.
        held = f" | tổ chức {count(len(data.meetings))} cuộc họp về cải cách hành chính" if data.meetings else ""
        yield data.tell.line(
            "Nội dung chỉ đạo, điều hành đã nêu tại phần I của báo cáo này"
            " | trong kỳ đã ban hành {1.1.3} văn bản chỉ đạo"
            " | hoàn thành {tasks.assigned.done}/{tasks.assigned.assigned} nhiệm vụ cấp trên giao"
            f"{held}"
        )


# Inspections ----------------------------------------------------------------------------------------------


def inspected_types(data: AnnualData) -> Lines:
    """Units inspected of those planned, by kind of unit, where there are several kinds."""
    planned = {type_: units for type_, units in data.inspected.by_type.items() if units.planned}
    if len(planned) > 1:
        words = (
            f"{TYPES[type_]} {count(min(units.inspected, units.planned))}/{count(units.planned)}"
            for type_, units in planned.items()
        )
        yield f"Số đơn vị đã kiểm tra trên số đơn vị trong kế hoạch: {', '.join(words)}."


def inspected_kinds(data: AnnualData) -> Lines:
    for kind, counts in kinds_begun(data).items():
        yield f"- {sentence(f'Kiểm tra {INSPECTED[kind]}: {kind_words(counts)}')}"


def kinds_begun(data: AnnualData) -> dict[InspectionKind, InspectionCounts]:
    """What stands in no plan is not told before it comes."""
    kinds = data.inspected.by_kind.items()
    return {kind: counts for kind, counts in kinds if counts.planned or counts.units_inspected}


def kind_words(counts: InspectionCounts) -> str:
    if not counts.units_inspected:
        return "chưa thực hiện"
    done = f"đã thực hiện {count(counts.done)} cuộc" if counts.done else "đang thực hiện"
    unplanned = " (đột xuất)" if counts.done and not counts.planned else ""
    found = f"phát hiện {count(counts.found)} vấn đề" if counts.found else "không phát hiện vấn đề"
    return f"{done}{unplanned} tại {count(counts.units_inspected)} cơ quan, đơn vị, {found}"


def one_kind(kind: InspectionKind) -> Callable[[AnnualData], Lines]:
    """One kind of inspection, where the outline asks for it once more."""

    def told(data: AnnualData) -> Lines:
        counts = kinds_begun(data).get(kind)
        if counts is not None:
            yield sentence(f"Kiểm tra {INSPECTED[kind]}: {kind_words(counts)}")

    return told


def self_inspected(data: AnnualData) -> Lines:
    if data.children and data.self_inspected:
        below = data.tell.names["@children"].removeprefix("các ")
        yield f"Có {count(data.self_inspected)}/{count(len(data.children))} {below} đã tổ chức tự kiểm tra."


# Targets, papers, dossiers --------------------------------------------------------------------------------


def unknown_targets(kind: PlanKind) -> Callable[[AnnualData], Lines]:
    def told(data: AnnualData) -> Lines:
        judged = chain.from_iterable(data.targets[plan.pk] for plan in data.plans_of(kind))
        open_ones = sum(each.state is None for each in judged)
        if open_ones:
            yield f"Còn {count(open_ones)} chỉ tiêu chưa có số liệu để đánh giá."

    return told


def annexed(data: AnnualData) -> Lines:
    """The text points to its annexes; forms that are told in the text have none."""
    if {*data.returns, *data.sums} - set(OWN_FORMS):
        yield "Số liệu chi tiết tại các phụ lục kèm theo báo cáo này."


def normative_papers(data: AnnualData) -> Lines:
    for paper in data.papers:
        if paper.is_normative:
            yield f"- {unmarked(paper_words(paper))}."


def lapsed_papers(data: AnnualData) -> Lines:
    """Legal-normative papers of the register that lapsed in the period: one query."""
    lapsed = Document.objects.filter(owner=data.unit, is_normative=True, expires_on__range=data.basis.days)
    found = [paper_words(paper) for paper in lapsed.order_by("expires_on", "pk")]
    if found:
        yield f"Trong kỳ có {count(len(found))} văn bản quy phạm pháp luật hết hiệu lực{footnote(found)}."


def papers_about(data: AnnualData, fields: Sequence[str]) -> str:
    """How many papers of the register are about a field, which of them in a footnote."""
    found = [paper_words(paper) for paper in data.papers_about(*fields) if not paper.is_normative]
    return f"Đã ban hành {count(len(found))} văn bản về nội dung này{footnote(found)}." if found else ""


def dossiers_below(data: AnnualData) -> Lines:
    """What those below received and settled, without the unit's own, which a period may ask together with them."""
    sums, below = data.sums.get(DOSSIERS), all_below(data)
    if sums is None or below is None:
        return
    has_own = any(each.unit_id == data.unit.pk for each in sums.counted)
    total, key = below.total, "sum.mau-06a.06a"
    shown = {
        code: count(number) if has_own else f"{{{key}.{code}}}"
        for code in ("3", "7", "10", "11", "13")
        if (number := total.get(f"06a.{code}")) is not None
    }
    clauses = (
        ("tiếp nhận {} hồ sơ", ("3",)),
        ("đã giải quyết {} hồ sơ, trong đó quá hạn {} hồ sơ", ("7", "10")),
        ("đang giải quyết {} hồ sơ, trong đó quá hạn {} hồ sơ", ("11", "13")),
    )
    told = [
        words.format(*(shown[code] for code in codes)) for words, codes in clauses if set(codes) <= shown.keys()
    ]
    if told:
        yield " ".join((f"{below.title}: {'; '.join(told)}.", *missing(sums)))


def dossier_rates(data: AnnualData) -> Lines:
    """Rates of dossiers at the unit, and at those below it, of the form; else those that were reported as such."""
    own, below = data.returns.get(DOSSIERS), all_below(data)
    level = {UnitType.DISTRICT: "cấp huyện: ", UnitType.PROVINCE: "cấp tỉnh: "}.get(UnitType(data.unit.type), "")
    if not own and not below:
        yield data.tell.first(
            "Tỷ lệ hồ sơ giải quyết đúng hạn: cấp huyện {3.5.2} | cấp xã {3.5.3}",
            "Tỷ lệ hồ sơ giải quyết đúng hạn đạt {3.5.3}",
        )
    if own:
        yield rates_line(level, own.said.whole)
    if below:
        yield rates_line(f"{lowered(below.title)}: ", below.total)


def rates_line(level: str, numbers: Mapping[str, Decimal]) -> str:
    found = rates(numbers)
    names = {
        "on_time": "hồ sơ giải quyết trước và đúng hạn",
        "late": "hồ sơ giải quyết quá hạn",
        "online": "hồ sơ nộp trực tuyến trong kỳ",
    }
    told = [f"{name} {percent(rounded(found[key]))}" for key, name in names.items() if key in found]
    return f"Tỷ lệ {level}{', '.join(told)}." if told else ""


# Assessment -----------------------------------------------------------------------------------------------


def directions(data: AnnualData) -> Lines:
    """What the plan of the next year asks; within the year, what is left over."""
    if data.basis.period == Period.YEAR:
        yield shortcomings.directions(data.basis)
    else:
        yield from shortcomings.left_over(data.basis)


TEXTS: Mapping[str, Callable[[AnnualData], Lines]] = {
    "plans": plans,
    "plan_fields": plan_fields,
    "direction_papers": direction_papers,
    "meetings": meetings,
    "index": index,
    "grades": grades,
    "plan_tasks": plan_tasks,
    "initiatives": initiatives,
    "steering_again": steering_again,
    "inspected_types": inspected_types,
    "inspected_kinds": inspected_kinds,
    "inspected_decentralisation": one_kind(InspectionKind.DECENTRALISATION),
    "inspected_discipline": one_kind(InspectionKind.DISCIPLINE),
    "inspected_assets": one_kind(InspectionKind.ASSETS),
    "self_inspected": self_inspected,
    "own_unknown": unknown_targets(PlanKind.OWN),
    "superior_unknown": unknown_targets(PlanKind.SUPERIOR),
    "annexed": annexed,
    "normative_papers": normative_papers,
    "lapsed_papers": lapsed_papers,
    "dossiers_below": dossiers_below,
    "dossier_rates": dossier_rates,
    "results": lambda data: [shortcomings.results(data.basis)],
    "shortcomings": lambda data: [shortcomings.shortcomings(data.basis)],
    "directions": directions,
}
