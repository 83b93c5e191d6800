"""Kon Rẫy district 2021, from its published responsibility analysis."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import yaml
from django.conf import settings
from django.core.management import call_command

from parportal.demo.accounts import holder, unit
from plans.models import DeadlineKind, Task
from reports.actions.drafts import save_head, start_report
from reports.basis import Basis
from reports.models import ReportKind
from scoring.actions.appraisals import AppraisalEntry, save_appraisal, save_loss
from scoring.actions.campaigns import close_campaign, open_campaign, propose_publication, publish_campaign
from scoring.actions.sheets import move_sheet
from scoring.models import Campaign, CriteriaSet, Evidence, FollowUp, GradeScale, Score, UnitResult
from scoring.rules import LeafState, decode
from units.access import Role
from units.models import Party, Unit, User
from units.models.units import today

DISTRICT = "kon-ray-2021-district"
COMMUNE = "kon-ray-2021-commune"


def load_kon_ray() -> None:
    """The communes' results as published, the district's own sheet as its parent appraised it, and the tasks."""
    if not Campaign.objects.filter(code=COMMUNE).exists():
        call_command("import_results", settings.BASE_DIR / "fixtures" / "kon-ray-2021.yaml", verbosity=0)
    if not Campaign.objects.filter(code=DISTRICT).exists():
        facts = read("kon-ray-2021.yaml")
        district = unit("614")
        campaign = open_external(district)
        record_appraisal(campaign, holder(Role.COORDINATOR, district))
        publish(campaign, facts["district"], district)
        add_follow_ups(campaign, facts, district)
        add_report(campaign, facts["recipients"], district)


def read(name: str) -> Any:
    return yaml.safe_load((settings.BASE_DIR / "fixtures" / name).read_text())


def open_external(district: Unit) -> Campaign:
    campaign = Campaign.objects.create(
        code=DISTRICT,
        title="Chỉ số CCHC năm 2021 của huyện Kon Rẫy (UBND tỉnh Kon Tum chấm)",
        owner=unit("62"),
        external=True,
        kept_by=district,
        criteria_set=CriteriaSet.objects.get(code=DISTRICT, version=1),
        year=2021,
        grade_scale=GradeScale.objects.get(code="thang-90-80-65-50"),
    )
    UnitResult.objects.create(campaign=campaign, unit=district)
    return open_campaign(campaign=campaign, by=holder(Role.COORDINATOR, district))


def record_appraisal(campaign: Campaign, coordinator: User) -> None:
    parties = {party.code: party for party in Party.objects.filter(owner=campaign.kept_by)}
    for row in read("demo/kon-ray-2021-district-sheet.yaml"):
        record_row(campaign, row, parties, coordinator)


def record_row(
    campaign: Campaign, row: Mapping[str, Any], parties: Mapping[str, Party], coordinator: User
) -> None:
    score = Score.objects.for_saving().get(sheet__campaign=campaign, criterion__code=row["code"])
    method = score.criterion.scoring_method(campaign.criteria_set)
    state = LeafState(row["state"])
    answers = decode(method.inputs(), row.get("answers", {})) if state is LeafState.ANSWERED else {}
    save_appraisal(score=score, entry=AppraisalEntry(state, answers), version=0, by=coordinator)
    if score.points != Decimal(row["points"]):
        raise ValueError(f"{row['code']}: {score.points} computed, {row['points']} published")
    if "note" in row:
        Score.objects.filter(pk=score.pk).update(note=row["note"])
    if "loss" in row:
        loss = row["loss"]
        responsible = [(parties[each["party"]], each["role"]) for each in loss["responsible"]]
        save_loss(score=score, cause=loss["cause"], responsible=responsible, version=0, by=coordinator)
    for paper in row.get("evidence", ()):
        evidence = Evidence.objects.create(
            sheet=score.sheet, number=paper["number"], issued_on=paper["issued_on"], added_by=coordinator
        )
        evidence.scores.add(score)


def publish(campaign: Campaign, facts: Mapping[str, Any], district: Unit) -> None:
    """What the parent published, recorded beside the computed figures; then closed as published by the parent."""
    UnitResult.objects.filter(campaign=campaign).update(
        published_points=Decimal(str(facts["total"])),
        published_max_points=Decimal(str(facts["max"])),
        published_index=Decimal(str(facts["index"])),
        published_grade=facts["classification"],
    )
    coordinator, leader = holder(Role.COORDINATOR, district), holder(Role.LEADER, district)
    move_sheet(sheet=campaign.sheets.get(), name="finish", by=coordinator)
    close_campaign(campaign=campaign, by=coordinator)
    propose_publication(campaign=campaign, by=coordinator, warnings_acknowledged=True)
    publish_campaign(campaign=campaign, by=leader, warnings_acknowledged=True)


def add_follow_ups(campaign: Campaign, facts: Mapping[str, Any], district: Unit) -> None:
    """Part III (tasks by field with their leads) and part IV (who reports what before which day) of the paper."""
    parties = {party.code: party for party in Party.objects.filter(owner=district)}
    fields = {each.code: each for each in campaign.criteria_set.criteria.filter(parent=None)}
    for position, row in enumerate(facts["follow_up_tasks"], 1):
        task = Task.objects.create(owner=district, year=campaign.year + 1, title=row["task"], position=position)
        task.leads.set(parties[code] for code in row["leads"])
        FollowUp.objects.create(campaign=campaign, unit=district, criterion=fields[str(row["field"])], task=task)
    for position, row in enumerate(facts["remediation"], 1):
        task = Task.objects.create(
            owner=district,
            year=campaign.year + 1,
            title=row["what"],
            recipient=row["to"],
            via=parties[row["via"]].name if row["via"] else "",
            deadline_kind=DeadlineKind.BEFORE,
            deadline_on=date.fromisoformat(str(row["before"])),
            position=position,
        )
        task.leads.set(parties[code] for code in row["who"])
        FollowUp.objects.create(campaign=campaign, unit=district, task=task)


def add_report(campaign: Campaign, recipients: Sequence[Mapping[str, Any]], district: Unit) -> None:
    """The head of the paper as the portal proposes it, with the recipients of the published one."""
    parties = {party.code: party.name for party in Party.objects.filter(owner=district)}
    basis = Basis(
        unit=campaign.results.select_related("unit__parent").get().unit,
        year=campaign.year,
        on=today(),
        campaign=campaign,
        children=Campaign.objects.get(code=COMMUNE),
    )
    coordinator = holder(Role.COORDINATOR, district)
    report, _is_new = start_report(kind=ReportKind.RESPONSIBILITY_ANALYSIS, basis=basis, by=coordinator)
    before = {"recipients": report.recipients}
    names = [(parties.get(each["who"], each["who"]), each["purpose"]) for each in recipients]
    report.recipients = "\n".join(
        f"{name[0].upper()}{name[1:]}" + (f" ({purpose})" if purpose else "") for name, purpose in names
    )
    save_head(report=report, before=before, version=1, by=coordinator)
