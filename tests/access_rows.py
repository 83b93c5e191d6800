"""Rows of the small district behind every address: something to open, one for each argument."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from parportal.entry.models import Upload
from parportal.entry.previews import PagePicture
from parportal.jobs.models import Job, JobState
from plans.actions.obligation_tasks import add_year
from plans.models import (
    Conclusion,
    Directive,
    Document,
    DueDay,
    Initiative,
    Inspection,
    Meeting,
    Obligation,
    Origin,
    Plan,
    Target,
    Task,
)
from reports.campaign_zip import folder_of
from reports.models import Report, ReportComment, ReportFile, ReportKind, ReportPart
from reports.pages import keep_pages
from scoring.models import (
    Evidence,
    EvidencePage,
    Exclusion,
    Filing,
    FilingKind,
    FollowUp,
    GradeDecision,
    GradeRule,
    GradeScale,
    Loss,
    Measure,
    Phrase,
    Question,
    Remediation,
    RemediationRound,
    SetReplacement,
    Share,
    UnitResult,
)
from tests.indicators.reporting import indicator, make_period, make_set, put_line, return_of
from tests.world import World
from units.access import Role
from units.audit import Action, Change, record
from units.models import AuditChange, Membership, Party
from units.models.units import today


def patterns(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from patterns(each, f"{namespace}{each.namespace}:" if each.namespace else namespace)
        elif each.name:
            yield f"{namespace}{each.name}", each


PATTERNS = {name: each for name, each in patterns(get_resolver()) if not name.startswith("admin:")}


def named_arguments(pattern: URLPattern) -> list[str]:
    regex = getattr(pattern.pattern, "regex", None)
    return list(regex.groupindex) if regex else []


def values(world: World) -> dict[str, Any]:
    """One value for each argument that the addresses take; `pk` by the name of the address."""
    sheet = world.sheet(world.commune_a)
    evidence = Evidence.objects.create(
        sheet=sheet,
        number="1/BC",
        original_name="a.pdf",
        extension="pdf",
        content_type="application/pdf",
        sha256="0" * 64,
    )
    evidence.file.save("a.pdf", ContentFile(b"%PDF-1.4"))
    evidence.scores.add(world.score(world.commune_a, "1.1"))
    page = EvidencePage(evidence=evidence, number=1, width=1, height=1)
    page.file.save("a.webp", ContentFile(b"RIFF"))
    report, follow_up = paper(world)
    file = ReportFile(report=report, format="pdf", size=8, sha256="0" * 64, report_version=1, by=world.leader_a)
    file.file.save("a.pdf", ContentFile(b"%PDF-1.4"))
    keep_pages(file, [PagePicture(1, 1, 1, b"RIFF")])
    job = Job.objects.create(key="a", title="a", handler="a", requested_by=world.leader_a)
    job.watchers.add(world.leader_a)
    figures = statistics(world)
    return {
        "pk": {
            **{name: evidence.pk for name in PATTERNS if name.startswith("evidence_")},
            "evidence_remove": sheet.pk,
            **{name: report.pk for name in PATTERNS if name.startswith("report")},
            "report_file": file.pk,
            "report_page": file.pk,
            "job": job.pk,
            "sheet": sheet.pk,
            "campaign_replacement": replacement(world).pk,
            **figures["pk"],
            **planned(world),
            **tasks(world),
            **registered(world),
            **calendar(world),
            **inspections(world),
            **(remedied := remediation(world))["pk"],
        },
        "remediation_pk": remedied["row"],
        "unit_pk": world.commune_a.pk,
        "indicator": figures["indicator"],
        "indicator_set": "bieu-thu",
        "indicator_pk": figures["indicator"],
        "line": "1",
        "person": world.officer_a.pk,
        "membership": world.officer_a.memberships.get(delegated_by=None).pk,
        "criterion_pk": world.score(world.commune_a, "2.1").criterion_id,
        "section_pk": world.score(world.commune_a, "2.1").criterion.section_id,
        "criterion": world.score(world.commune_a, "2.1").criterion_id,
        "criterion_code": "2.1",
        "evidence_pk": evidence.pk,
        "earlier": evidence.pk,
        "key": uploaded(world).key,
        "chart": "index",
        "code": world.campaign.code,
        "set": world.criteria_set.code,
        "version": 1,
        "other": 1,
        "format_": "json",
        "slug": "can-bo-xa",
        "number": 1,
        "unit": world.commune_a.code,
        "task": follow_up.pk,
        "part": "own-1",
        "token": zipped(world),
        "kind": report.kind,
        "comment": report.comments.get().pk,
        "change": AuditChange.objects.filter(attribute="text", new="Mới").latest("pk").pk,
        **graded(world),
        "exclusion": exclusion(world).pk,
        "phrase": phrase(world).pk,
        **given_and_asked(world),
    }


def statistics(world: World) -> dict[str, Any]:
    """A period of the district, open, the return of commune A in it, and a line of its table with free lines."""
    period = make_period(world, make_set(world.district))
    reported = return_of(period, world.commune_a)
    put_line(reported, "4", "1", {"4.ten": "Hộ tịch"})
    pks = {
        **{name: reported.pk for name in PATTERNS if name.startswith("return")},
        **{name: period.pk for name in PATTERNS if name.startswith(("period", "roll_up"))},
    }
    return {"pk": pks, "indicator": indicator(period, "4").pk}


def registered(world: World) -> dict[str, int]:
    """A document with a file, an initiative and a meeting in the registers of commune A."""
    words = {"number": "2/BC", "issuer": "UBND xã", "subject": "Báo cáo", "issued_on": date(2024, 6, 1)}
    document = Document(owner=world.commune_a, created_by=world.officer_a, updated_by=world.officer_a, **words)
    document.original_name, document.extension, document.sha256 = "a.pdf", "pdf", "0" * 64
    document.file.save("a.pdf", ContentFile(b"%PDF-1.4"))
    names = ("document", "document_edit", "document_file", "document_remove")
    initiative = Initiative.objects.create(
        owner=world.commune_a, unit=world.commune_a, year=2024, title="Phiếu hẹn"
    )
    meeting = Meeting.objects.create(owner=world.commune_a, held_on=date(2024, 6, 1), subject="Họp quý II")
    return {
        **dict.fromkeys(names, document.pk),
        **dict.fromkeys(("initiative_edit", "initiative_remove"), initiative.pk),
        **dict.fromkeys(("meeting_edit", "meeting_remove"), meeting.pk),
    }


def inspections(world: World) -> dict[str, int]:
    """An inspection of commune A by the district that found something. Shapes: primary keys by address."""
    made = Inspection.objects.create(owner=world.district, year=2025, kind="reform", title="Kiểm tra CCHC")
    party = Party.objects.get(owner=world.district, unit=world.commune_a)
    unit = made.units.create(party=party, inspected_on=date(2025, 5, 12))
    columns = {"year": 2025, "origin": Origin.FINDING, "title": "Hồ sơ trễ hạn"}
    finding = Task.objects.create(owner=world.district, inspected=unit, **columns)
    finding.leads.add(party)
    heads = ("inspection", "inspection_edit", "inspection_remove", "inspected_unit_new")
    return {
        **dict.fromkeys(heads, made.pk),
        **dict.fromkeys(("inspected_unit_edit", "inspected_unit_remove", "finding_new"), unit.pk),
        **dict.fromkeys(("finding_edit", "finding_remove"), finding.pk),
    }


def tasks(world: World) -> dict[str, int]:
    """A conclusion notice of the district that gives commune A a task. Shapes: primary keys by address."""
    notice = Conclusion.objects.create(owner=world.district, year=2025, session="Phiên họp tháng 1")
    item = Directive.objects.create(conclusion=notice, code="1")
    columns = {"year": 2025, "origin": Origin.DIRECTIVE, "title": "Báo cáo"}
    task = Task.objects.create(owner=world.district, directive=item, **columns)
    task.leads.add(Party.objects.get(owner=world.district, unit=world.commune_a))
    return {
        **{name: task.pk for name in PATTERNS if name.startswith("task")},
        **{name: notice.pk for name in PATTERNS if name.startswith("conclusion")},
    }


def calendar(world: World) -> dict[str, int]:
    """An obligation of commune A, and its task of a year."""
    columns = {"title": "Báo cáo", "recipient": "Huyện", "first_year": 2025}
    obligation = Obligation.objects.create(owner=world.commune_a, code="bao_cao", **columns)
    DueDay.objects.create(obligation=obligation, label="năm", day=15, month=12)
    add_year(owner=world.commune_a, year=2025, by=world.officer_a)
    task = Task.objects.get(due_day__obligation=obligation)
    names = ("obligation", "obligation_edit", "obligation_remove")
    return {**dict.fromkeys(names, obligation.pk), "obligation_sent": task.pk}


def planned(world: World) -> dict[str, int]:
    """The plan of commune A, and a target of it."""
    plan = Plan.objects.create(owner=world.commune_a, year=2025, title="Kế hoạch CCHC năm 2025")
    target = Target.objects.create(plan=plan, position=1, field_title="Thể chế", title="Rà soát", number=100)
    plans = ("plan", "plan_delete", "plan_edit", "plan_import", "plan_workbook", "target_new")
    targets = ("target_edit", "target_remove", "target_result")
    return {**dict.fromkeys(plans, plan.pk), **dict.fromkeys(targets, target.pk)}


def remediation(world: World) -> dict[str, Any]:
    """A round of remediation of the campaign: commune A answers for what it lost at 2.1."""
    days = {"plan_before": date(2030, 1, 10), "report_before": date(2030, 2, 10)}
    round_ = RemediationRound.objects.create(campaign=world.campaign, opened_by=world.coordinator, **days)
    loss, _is_new = Loss.objects.get_or_create(score=world.score(world.commune_a, "2.1"))
    task = Task.objects.create(owner=world.district, year=2025, title="Khắc phục")
    row = Remediation.objects.create(round=round_, loss=loss, task=task)
    Measure.objects.create(remediation=row, unit=world.commune_a)
    plan, _report = [Filing.objects.create(round=round_, unit=world.commune_a, kind=kind) for kind in FilingKind]
    pks = {name: round_.pk for name in PATTERNS if name.startswith("remediation")}
    return {"pk": pks | {"remediation_send": plan.pk, "remediation_reopen": plan.pk}, "row": row.pk}


def uploaded(world: World) -> Upload:
    """A file that the leader of A has begun to send."""
    return Upload.objects.create(user=world.leader_a, key="upload-1", name="a.pdf", size=8, sha256="0" * 64)


def phrase(world: World) -> Phrase:
    """A phrase that the office of the campaign keeps for 2.1."""
    columns = {"set_code": world.criteria_set.code, "criterion_code": "2.1", "text": "Thiếu hồ sơ"}
    return Phrase.objects.create(office=world.district, by=world.coordinator, **columns)


def replacement(world: World) -> SetReplacement:
    """The record of a replacement that found nothing to change."""
    parts = ("unchanged", "changed", "added", "removed")
    data: dict[str, Any] = {
        "criteria": {part: [] for part in parts},
        "rows": {"removed": [], "changed": []},
        "dropped": {},
    }
    return SetReplacement.objects.create(
        campaign=world.campaign,
        from_set=world.criteria_set,
        to_set=world.criteria_set,
        reason="Sửa đổi",
        data={**data, "moved": {}},
        by=world.coordinator,
    )


def given_and_asked(world: World) -> dict[str, Any]:
    """Criterion 1.1 of commune A given to an agency, a question of A about 2.1, a role of its leader delegated."""
    share = Share.objects.create(
        sheet=world.sheet(world.commune_a),
        criterion=world.criteria_set.criteria.get(code="1.1"),
        unit=world.home_affairs,
        by=world.officer_a,
    )
    question = Question.objects.create(
        campaign=world.campaign,
        criterion=world.criteria_set.criteria.get(code="2.1"),
        unit=world.commune_a,
        text="Tính thế nào?",
        by=world.officer_a,
    )
    tomorrow = today() + timedelta(days=1)
    delegated = Membership.objects.create(
        user=world.officer_a,
        unit=world.commune_a,
        role=Role.LEADER,
        valid_from=tomorrow,
        valid_to=tomorrow,
        delegated_by=world.leader_a,
    )
    return {"share": share.pk, "question": question.pk, "delegated": delegated.pk}


def exclusion(world: World) -> Exclusion:
    """Criterion 3 does not apply to commune B; whatever the state of the campaign."""
    return Exclusion.objects.create(
        campaign=world.campaign,
        criterion=world.criteria_set.criteria.get(code="3"),
        party=Party.objects.get(owner=world.district, unit=world.commune_b),
        reason="Không có trụ sở riêng",
        approved_by="UBND huyện",
        by=world.coordinator,
    )


def paper(world: World) -> tuple[Report, FollowUp]:
    """The responsibility analysis of commune A with one follow-up task, a section of its own and a comment."""
    report = Report.objects.create(
        kind=ReportKind.RESPONSIBILITY_ANALYSIS,
        unit=world.commune_a,
        year=world.campaign.year,
        campaign=world.campaign,
        issuer="UBND xã",
        symbol="BC-UBND",
        place="Tân Lập",
        abstract="Phân tích",
        signer_title="CHỦ TỊCH",
        recipients="Lưu: VT",
    )
    part = ReportPart.objects.create(report=report, key="own-1", title="Mục riêng", text="Mới")
    ReportComment.objects.create(report=report, text="Xem lại", by=world.leader_a)
    record(Action.REPORT_PART_SAVED, report, by=world.leader_a, changes=[Change(part, "text", "Cũ", "Mới")])
    task = Task.objects.create(owner=world.commune_a, year=2025, title="Khắc phục")
    follow_up = FollowUp.objects.create(campaign=world.campaign, unit=world.commune_a, task=task)
    return report, follow_up


def zipped(world: World) -> str:
    """The papers of all units as the coordinator had them made."""
    token = "0" * 32
    made = Job.objects.create(
        key="zip",
        title="ZIP",
        handler="zip",
        requested_by=world.coordinator,
        state=JobState.DONE,
        finished_at=timezone.now(),
        arguments={"folder": folder_of(token), "campaign_id": world.campaign.pk},
        result={"file": default_storage.save("zip", ContentFile(b"PK")), "name": "a.zip"},
    )
    made.watchers.add(world.coordinator)
    return token


def graded(world: World) -> dict[str, Any]:
    """A scale that is nobody's own, a rule of grading and a decision on the grade of commune A."""
    scale = GradeScale.objects.get()
    columns = {"grade": scale.grades.get(code="kha"), "legal_basis": "Điều 5", "by": world.coordinator}
    field = world.criteria_set.criteria.get(code="1")
    rule = GradeRule.objects.create(
        campaign=world.campaign, kind="cap", criterion=field, below_percent=50, title="Khống chế", **columns
    )
    result = UnitResult.objects.get(campaign=world.campaign, unit=world.commune_a)
    decision = GradeDecision.objects.create(
        result=result, kind="cap", reason="Tái phạm", decided_on=date(2024, 12, 1), **columns
    )
    return {"scale": scale.code, "rule": rule.pk, "decision": decision.pk}


def address(name: str, found: dict[str, Any]) -> str:
    arguments = {}
    for argument in named_arguments(PATTERNS[name]):
        key = argument
        if argument == "pk" and name.startswith("person"):
            key = "person"
        elif argument == "code" and name.startswith(("criteria_set", "criterion_")):
            key = "set"
        elif argument == "code" and name.startswith("indicator_set"):
            key = "indicator_set"
        elif argument == "key" and name.startswith("report"):
            key = "part"
        value = found[key]
        arguments[argument] = value.get(name, value["sheet"]) if isinstance(value, dict) else value
    return reverse(name, kwargs=arguments)
