"""Who may open which address: every URL of the portal for every persona.

A URL that is missing here fails the run. `+` opens (or answers the form), `3` is refused (403), `0` does not exist
(404), in the order of `PERSONAS`. Everybody without an account is sent to the login page.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from parportal.entry.models import Upload
from parportal.jobs.models import Job
from plans.models import Task
from reports.models import Report, ReportFile
from reports.prefill import new_report
from scoring.models import (
    Evidence,
    EvidencePage,
    Exclusion,
    FollowUp,
    GradeDecision,
    GradeRule,
    GradeScale,
    Phrase,
    Question,
    SetReplacement,
    Share,
    UnitResult,
)
from tests.inline import faults, is_page
from tests.world import World, make_world, publish, submit
from units.access import Role
from units.middleware import OPEN_TO_ALL
from units.models import Membership, Party
from units.models.units import today

pytestmark = pytest.mark.any_database

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PERSONAS = (
    "officer_a",
    "leader_a",
    "officer_b",
    "justice_officer",
    "coordinator",
    "district_leader",
    "administrator",
    "outsider",
)

# Name, method, then who opens it: while commune A has submitted and nothing is published, and after publication.
# The unit is commune A; the criterion is 2.1, which Justice appraises; the evidence belongs to 1.1, which it
# does not; the upload and the job are of the leader of A; nobody was just shown one-time passwords.
ACCESS: tuple[tuple[str, str, str, str], ...] = (
    ("account_change_password", "GET", "++++++++", "++++++++"),
    ("account_change_password", "POST", "++++++++", "++++++++"),
    ("appraisal", "GET", "330+++00", "330+++00"),
    ("appraisal_accept_causes", "POST", "330++300", "330++300"),
    ("appraisal_accept_rest", "POST", "330++300", "330++300"),
    ("appraisal_accept_selected", "POST", "333++300", "333++300"),
    ("appraisal_by_criterion", "GET", "333+++00", "333+++00"),
    ("appraisal_evidence", "GET", "330+++00", "330+++00"),
    ("appraisal_loss", "POST", "330++300", "330++300"),
    ("appraisal_reply", "POST", "330++300", "330++300"),
    ("appraisal_row", "POST", "330++300", "330++300"),
    ("campaign", "GET", "++++++00", "++++++00"),
    ("campaign_assign", "GET", "3333+300", "33333300"),
    ("campaign_assign", "POST", "3333+300", "33333300"),
    ("campaign_board_file", "GET", "3333++00", "3333++00"),
    ("campaign_claims", "GET", "3333++00", "3333++00"),
    ("campaign_close", "POST", "3333+300", "3333+300"),
    ("campaign_edit", "GET", "3333+300", "3333+300"),
    ("campaign_edit", "POST", "3333+300", "3333+300"),
    ("campaign_exclusion_remove", "POST", "3333+300", "3333+300"),
    ("campaign_exclusions", "GET", "3333++00", "3333++00"),
    ("campaign_exclusions", "POST", "3333+300", "3333+300"),
    ("campaign_grading", "GET", "3333++00", "3333++00"),
    ("campaign_grading", "POST", "3333+300", "3333+300"),
    ("campaign_messages", "GET", "3333+300", "3333+300"),
    ("campaign_new", "GET", "3333+33+", "3333+33+"),
    ("campaign_new", "POST", "3333+33+", "3333+33+"),
    ("campaign_open", "POST", "3333+300", "3333+300"),
    ("campaign_phrases", "GET", "333++300", "333++300"),
    ("campaign_propose", "POST", "3333+300", "3333+300"),
    ("campaign_publication", "GET", "3333++00", "3333++00"),
    ("campaign_publish", "POST", "33333+00", "33333+00"),
    ("campaign_remind", "POST", "3333+300", "3333+300"),
    ("campaign_question_answer", "GET", "333++300", "333++300"),
    ("campaign_question_answer", "POST", "333++300", "333++300"),
    ("campaign_question_ask", "GET", "+++33300", "33333300"),
    ("campaign_question_ask", "POST", "+++33300", "33333300"),
    ("campaign_question_change", "GET", "++333300", "33333300"),
    ("campaign_question_change", "POST", "++333300", "33333300"),
    ("campaign_questions", "GET", "++++++00", "++++++00"),
    ("campaign_reopen", "POST", "3333+300", "3333+300"),
    ("campaign_replace_set", "GET", "3333+300", "33333300"),
    ("campaign_replace_set", "POST", "3333+300", "33333300"),
    ("campaign_replacement", "GET", "++++++00", "++++++00"),
    ("campaign_survey", "GET", "3333++00", "3333++00"),
    ("campaign_survey", "POST", "3333+300", "3333+300"),
    ("campaign_survey_template", "GET", "3333+300", "3333+300"),
    ("campaign_withdraw", "POST", "3333++00", "3333++00"),
    ("campaigns", "GET", "++++++++", "++++++++"),
    ("criteria_set", "GET", "++++++++", "++++++++"),
    ("criteria_set_acknowledge", "POST", "3333+333", "3333+333"),
    ("criteria_set_compare", "GET", "++++++++", "++++++++"),
    ("criteria_set_delete", "POST", "3333+333", "3333+333"),
    ("criteria_set_edit", "GET", "3333+333", "3333+333"),
    ("criteria_set_export", "GET", "++++++++", "++++++++"),
    ("criteria_set_head", "GET", "3333+333", "3333+333"),
    ("criteria_set_head", "POST", "3333+333", "3333+333"),
    ("criteria_set_import", "GET", "3333+33+", "3333+33+"),
    ("criteria_set_import", "POST", "3333+33+", "3333+33+"),
    ("criteria_set_new", "GET", "3333+33+", "3333+33+"),
    ("criteria_set_new", "POST", "3333+33+", "3333+33+"),
    ("criteria_set_new_version", "POST", "3333+333", "3333+333"),
    ("criteria_set_publish", "POST", "3333+333", "3333+333"),
    ("criteria_set_retire", "POST", "3333+333", "3333+333"),
    ("criteria_set_step", "POST", "3333+333", "3333+333"),
    ("criteria_set_take_frame", "GET", "33333333", "33333333"),
    ("criteria_set_take_frame", "POST", "33333333", "33333333"),
    ("criteria_set_template", "GET", "3333+33+", "3333+33+"),
    ("criteria_set_undo", "POST", "3333+333", "3333+333"),
    ("criteria_sets", "GET", "++++++++", "++++++++"),
    ("criterion_edit", "GET", "3333+333", "3333+333"),
    ("criterion_edit", "POST", "3333+333", "3333+333"),
    ("criterion_try", "POST", "3333+333", "3333+333"),
    ("delegation", "GET", "++++++++", "++++++++"),
    ("delegation", "POST", "++++++++", "++++++++"),
    ("delegation_end", "POST", "0+000000", "0+000000"),
    ("evidence_change", "GET", "++003300", "++003300"),
    ("evidence_change", "POST", "++003300", "++003300"),
    ("evidence_checked", "POST", "++003300", "++003300"),
    ("evidence_download", "GET", "++00++00", "++00++00"),
    ("evidence_link", "POST", "++003300", "++003300"),
    ("evidence_page", "GET", "++00++00", "++00++00"),
    ("evidence_preview", "GET", "++00++00", "++00++00"),
    ("evidence_preview", "POST", "++00++00", "++00++00"),
    ("evidence_remove", "POST", "00033300", "00033300"),
    ("evidence_replace", "GET", "++003300", "++003300"),
    ("evidence_replace", "POST", "++003300", "++003300"),
    ("evidence_version", "GET", "++00++00", "++00++00"),
    ("external_publish", "POST", "00000000", "00000000"),
    ("external_result", "GET", "00000000", "00000000"),
    ("external_result", "POST", "00000000", "00000000"),
    ("grade_decide", "POST", "0000+300", "3333+300"),
    ("grade_decision_remove", "POST", "0000+300", "3333+300"),
    ("grade_rule_add", "POST", "3333+300", "3333+300"),
    ("grade_rule_remove", "POST", "3333+300", "3333+300"),
    ("grade_scale_edit", "GET", "3333+33+", "3333+33+"),
    ("grade_scale_edit", "POST", "3333+33+", "3333+33+"),
    ("grade_scale_new", "GET", "3333+33+", "3333+33+"),
    ("grade_scale_new", "POST", "3333+33+", "3333+33+"),
    ("grade_scales", "GET", "3333+3++", "3333+3++"),
    ("home", "GET", "++++++++", "++++++++"),
    ("job", "GET", "0+000000", "0+000000"),
    ("mail_switch", "POST", "++++++++", "++++++++"),
    ("notices", "GET", "++++++++", "++++++++"),
    ("notices_read", "POST", "++++++++", "++++++++"),
    ("people", "GET", "3333+33+", "3333+33+"),
    ("people_export", "GET", "3333+33+", "3333+33+"),
    ("people_import", "GET", "3333+33+", "3333+33+"),
    ("people_import", "POST", "3333+33+", "3333+33+"),
    ("people_template", "GET", "3333+33+", "3333+33+"),
    ("people_passwords", "POST", "33333333", "33333333"),
    ("person", "GET", "3333+330", "3333+330"),
    ("person_change", "POST", "3333+330", "3333+330"),
    ("person_deactivate", "POST", "3333+330", "3333+330"),
    ("person_hand_over", "POST", "3333+330", "3333+330"),
    ("person_new", "GET", "3333+33+", "3333+33+"),
    ("person_new", "POST", "3333+33+", "3333+33+"),
    ("person_password", "POST", "3333+330", "3333+330"),
    ("person_reactivate", "POST", "3333+330", "3333+330"),
    ("person_role_add", "POST", "3333+330", "3333+330"),
    ("person_role_end", "POST", "3333+330", "3333+330"),
    ("person_unlock", "POST", "3333+330", "3333+330"),
    ("rehearsal", "GET", "3333+3++", "3333+3++"),
    ("rehearsal", "POST", "33330300", "33330300"),
    ("phrase_add", "POST", "333++300", "333++300"),
    ("phrase_change", "POST", "3330+300", "3330+300"),
    ("phrase_menu", "GET", "333++300", "333++300"),
    ("report_edit", "GET", "00000000", "3+00++00"),
    ("report_edit", "POST", "00000000", "3+00++00"),
    ("report_file", "GET", "00000000", "0+00++00"),
    ("report_html", "GET", "00000000", "3+00++00"),
    ("report_pdf", "POST", "00000000", "3+00++00"),
    ("report_task", "POST", "00000000", "3+00++00"),
    ("report_task_add", "POST", "00000000", "3+00++00"),
    ("report_task_move", "POST", "00000000", "3+00++00"),
    ("report_task_remove", "POST", "00000000", "3+00++00"),
    ("report_tasks_propose", "POST", "00000000", "3+00++00"),
    ("reports", "GET", "++++++++", "++++++++"),
    ("results", "GET", "++++++++", "++++++++"),
    ("results_import", "GET", "3333+33+", "3333+33+"),
    ("results_import", "POST", "3333+33+", "3333+33+"),
    ("results_campaign", "GET", "0000++00", "++++++00"),
    ("results_export", "GET", "0000++00", "++++++00"),
    ("results_simulate", "GET", "0000++00", "3333++00"),
    ("results_unit", "GET", "0000++00", "++++++00"),
    ("row_history", "GET", "++0+++00", "++0+++00"),
    ("score_amend", "GET", "33033300", "3303+300"),
    ("score_amend", "POST", "33033300", "3303+300"),
    ("share_done", "POST", "33033300", "33033300"),
    ("share_reopen", "POST", "++033300", "++033300"),
    ("share_take_back", "POST", "++033300", "++033300"),
    ("sheet", "GET", "++0+++00", "++0+++00"),
    ("sheet_approval", "GET", "++0+++00", "++0+++00"),
    ("sheet_approvals", "GET", "++0+++00", "++0+++00"),
    ("sheet_evidence", "GET", "++0+++00", "++0+++00"),
    ("sheet_evidence_add", "GET", "++033300", "++033300"),
    ("sheet_evidence_add", "POST", "++033300", "++033300"),
    ("sheet_evidence_link", "POST", "++033300", "++033300"),
    ("sheet_explanation", "POST", "++033300", "++033300"),
    ("sheet_explanations", "GET", "33033300", "33033300"),
    ("sheet_explanations", "POST", "33033300", "33033300"),
    ("sheet_extend", "GET", "3303+300", "3303+300"),
    ("sheet_extend", "POST", "3303+300", "3303+300"),
    ("sheet_field", "POST", "++033300", "++033300"),
    ("sheet_history", "GET", "++0+++00", "++0+++00"),
    ("sheet_import", "GET", "++033300", "++033300"),
    ("sheet_import", "POST", "++033300", "++033300"),
    ("sheet_last_year", "GET", "++033300", "++033300"),
    ("sheet_last_year", "POST", "++033300", "++033300"),
    ("sheet_move", "GET", "33033300", "33033300"),
    ("sheet_move", "POST", "33033300", "33033300"),
    ("sheet_panel", "GET", "++0+++00", "++0+++00"),
    ("sheet_row", "POST", "++033300", "++033300"),
    ("sheet_shares", "GET", "++033300", "++033300"),
    ("sheet_shares", "POST", "++033300", "++033300"),
    ("sheet_workbook", "GET", "++0+++00", "++0+++00"),
    ("sheets", "GET", "++++++++", "++++++++"),
    ("upload", "GET", "0+000000", "0+000000"),
    ("upload", "POST", "0+000000", "0+000000"),
    ("uploads", "POST", "++++++++", "++++++++"),
)

# Django's own admin: only for the administrator.
ADMIN = "333333+3"


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
    job = Job.objects.create(key="a", title="a", handler="a", requested_by=world.leader_a)
    job.watchers.add(world.leader_a)
    return {
        "pk": {
            **{name: evidence.pk for name in PATTERNS if name.startswith("evidence_")},
            "evidence_remove": sheet.pk,
            "report_file": file.pk,
            "job": job.pk,
            "sheet": sheet.pk,
            "campaign_replacement": replacement(world).pk,
        },
        "person": world.officer_a.pk,
        "membership": world.officer_a.memberships.get(delegated_by=None).pk,
        "criterion_pk": world.score(world.commune_a, "2.1").criterion_id,
        "section_pk": world.score(world.commune_a, "2.1").criterion.section_id,
        "criterion": world.score(world.commune_a, "2.1").criterion_id,
        "criterion_code": "2.1",
        "evidence_pk": evidence.pk,
        "earlier": evidence.pk,
        "key": uploaded(world).key,
        "code": world.campaign.code,
        "set": world.criteria_set.code,
        "version": 1,
        "other": 1,
        "format_": "json",
        "number": 1,
        "unit": world.commune_a.code,
        "task": follow_up.pk,
        **graded(world),
        "exclusion": exclusion(world).pk,
        "phrase": phrase(world).pk,
        **given_and_asked(world),
    }


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
    """The responsibility analysis of commune A with one follow-up task."""
    result = UnitResult.objects.select_related("unit__parent", "campaign__criteria_set__issuer").get(
        campaign=world.campaign, unit=world.commune_a
    )
    report = new_report(result, None)
    report.version = 1
    report.save()
    task = Task.objects.create(owner=world.commune_a, year=2025, title="Khắc phục")
    follow_up = FollowUp.objects.create(campaign=world.campaign, unit=world.commune_a, task=task)
    return report, follow_up


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
        value = found[key]
        arguments[argument] = value.get(name, value["sheet"]) if isinstance(value, dict) else value
    return reverse(name, kwargs=arguments)


def sign(status: int) -> str:
    assert status < 500
    return {403: "3", 404: "0", 405: "wrong method"}.get(status, "+")


def test_every_address_stands_in_the_table() -> None:
    assert {name for name, *_ in ACCESS} | OPEN_TO_ALL == set(PATTERNS)


@pytest.mark.parametrize("state", ["open", "published"])
def test_each_persona_opens_what_the_table_says_without_inline_code(db: None, state: str) -> None:
    world = make_world()
    submit(world, world.commune_a) if state == "open" else publish(world)
    found = values(world)
    wrong = []
    for place, persona in enumerate(PERSONAS):
        client = Client()
        client.force_login(world.fresh(persona), backend=BACKEND)
        for name, method, while_open, published in ACCESS:
            url = address(name, found)
            with transaction.atomic():
                response: Any = client.generic(method, url)
                b"".join(response)  # a download closes its file when it has been read
                transaction.set_rollback(True)
            if is_page(response) and (said := faults(response)):
                wrong.append(f"{persona} {method} {url} ({name}): {said}")
            expected = (while_open if state == "open" else published)[place]
            if sign(response.status_code) != expected:
                wrong.append(
                    f"{persona} {method} {url} ({name}): {response.status_code}, the table says {expected}"
                )
    assert wrong == []


def test_without_an_account_there_is_only_the_login_page(world: World, client: Client) -> None:
    found = values(world)
    for name, method, *_ in ACCESS:
        response = client.generic(method, address(name, found))
        assert response.status_code == 302, name
        assert response.url.startswith(reverse("account_login")), name  # type: ignore[attr-defined]


@pytest.mark.parametrize(("persona", "expected"), list(zip(PERSONAS, ADMIN, strict=True)))
def test_the_admin_is_for_administrators(world: World, client: Client, persona: str, expected: str) -> None:
    client.force_login(world.people[persona], backend=BACKEND)
    response = client.get(reverse("admin:units_unit_changelist"))
    allowed = response.status_code == 200
    assert allowed == (expected == "+")
