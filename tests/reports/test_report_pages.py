"""The pages of papers: who may open them, beginning one, its head with a version, what they cost."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from parportal.jobs.models import Job
from reports.actions.files import keep_file
from reports.models import Report, ReportKind, ReportStatus
from scoring.models import Campaign, CampaignStatus, FollowUp, UnitResult
from tests.reports.kon_ray import KonRay, member
from tests.reports.report_forms import (
    KIND,
    START,
    ClientOf,
    approved,
    begin,
    filled,
    start_url,
    text_of,
    url,
)
from units.access import Role
from units.models import AuditEvent

pytestmark = pytest.mark.any_database
BUTTON = f'method="post" action="/reports/new/{KIND}/"'


# Who may open what -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("persona", ["leader", "coordinator", "officer"])
def test_people_of_the_unit_read_and_edit(kon_ray: KonRay, client_of: ClientOf, persona: str) -> None:
    report = begin(kon_ray)
    client = client_of(getattr(kon_ray, persona))
    assert "Huyện Kon Rẫy" in text_of(client.get(reverse("reports")))
    assert client.get(url(report)).status_code == 200
    assert client.get(url(report, "report_head")).status_code == 200
    assert "81,45/95 điểm" in text_of(client.get(url(report, "report_html")))


@pytest.mark.parametrize("persona", ["commune_officer", "outsider"])
def test_others_are_kept_out_of_every_page(kon_ray: KonRay, client_of: ClientOf, persona: str) -> None:
    report = begin(kon_ray)
    client = client_of(getattr(kon_ray, persona))
    task = FollowUp.objects.first()
    assert task is not None
    for name in ("report", "report_head", "report_html", "report_tasks", "report_figures", "report_delete"):
        assert client.get(url(report, name)).status_code == 404
    for name in ("report_make", "report_archive", "report_carry", "report_task_add", "report_tasks_propose"):
        assert client.post(url(report, name)).status_code == 404
    for name in ("report_task", "report_task_move", "report_task_remove"):
        assert client.post(url(report, name, task.pk)).status_code == 404
    assert client.post(url(report, "report_move"), {"move": "approve", "version": 1}).status_code == 404
    assert "614" not in text_of(client.get(reverse("reports")))
    assert FollowUp.objects.count() == 11
    assert Report.objects.get().status == ReportStatus.DRAFT


@pytest.mark.parametrize("persona", ["commune_officer", "outsider"])
def test_a_finished_paper_does_not_exist_for_others(kon_ray: KonRay, client_of: ClientOf, persona: str) -> None:
    made = keep_file(report=begin(kon_ray), content=b"%PDF", made_as="pdf", by=kon_ray.leader)
    client = client_of(getattr(kon_ray, persona))
    assert client.get(reverse("report_file", args=[made.pk])).status_code == 404


# Beginning -------------------------------------------------------------------------------------------------


def test_a_paper_is_begun_by_a_button_once(kon_ray: KonRay, client_of: ClientOf) -> None:
    client = client_of(kon_ray.officer)
    assert BUTTON in text_of(client.get(start_url()))
    assert not Report.objects.exists()
    for _time in range(2):
        answer = client.post(reverse("report_start", args=[KIND]), START)
        assert answer["Location"] == url(Report.objects.get())
    report = Report.objects.get()
    assert (report.unit, report.year, report.version) == (kon_ray.district, 2021, 1)
    assert AuditEvent.objects.about(report)[0].action == "report.started"
    assert client.get(start_url())["Location"] == url(report)


@pytest.mark.parametrize("status", [CampaignStatus.OPEN, CampaignStatus.CLOSED])
def test_before_publication_nothing_is_begun(kon_ray: KonRay, client_of: ClientOf, status: CampaignStatus) -> None:
    Campaign.objects.filter(pk=kon_ray.own.pk).update(status=status)
    client = client_of(kon_ray.leader)
    assert BUTTON not in text_of(client.get(start_url()))
    client.post(reverse("report_start", args=[KIND]), START)
    assert not Report.objects.exists()


def test_results_without_sheets_cannot_be_analysed(kon_ray: KonRay, client_of: ClientOf) -> None:
    client = client_of(kon_ray.leader)
    of = {"campaign": kon_ray.children.code, "unit": kon_ray.communes[0].code}
    assert "Tờ Re" not in text_of(client.get(reverse("report_start", args=[KIND])))
    client.post(reverse("report_start", args=[KIND]), of)
    assert not Report.objects.exists()


def test_a_kind_that_does_not_exist_is_not_found(kon_ray: KonRay, client_of: ClientOf) -> None:
    assert client_of(kon_ray.leader).get("/reports/new/novel/").status_code == 404


def test_the_choice_of_the_communes_campaign_is_asked_when_it_is_unclear(
    kon_ray: KonRay, client_of: ClientOf
) -> None:
    report = begin(kon_ray)
    again = Campaign.objects.get(pk=kon_ray.children.pk)
    again.pk, again.code = None, "kon-ray-2021-again"
    again.save()
    client = client_of(kon_ray.leader)
    for page in (url(report), url(report, "report_html")):
        assert "kon-ray-2021-again, kon-ray-2021-commune" in text_of(client.get(page))
    assert client.post(url(report, "report_move"), {"move": "approve", "version": 1}).status_code == 409
    client.post(url(report, "report_head"), filled(report, children_campaign=str(kon_ray.children.pk)))
    assert "Đăk Tơ Lung" in text_of(client.get(url(report, "report_html")))
    Report.objects.all().delete()
    assert "kon-ray-2021-again" in text_of(client.get(start_url()))
    client.post(reverse("report_start", args=[KIND]), {**START, "children": kon_ray.children.code})
    assert Report.objects.get().children_campaign == kon_ray.children


# The head --------------------------------------------------------------------------------------------------


def test_what_was_saved_is_printed(kon_ray: KonRay, client_of: ClientOf) -> None:
    client, report = client_of(kon_ray.leader), begin(kon_ray)
    sent = filled(report, number="7", issued_on="1/8/2022", signer_name="Trần Thị Ký", recipients="Huyện ủy (b/c)")
    assert client.post(url(report, "report_head"), sent).status_code == 302
    report.refresh_from_db()
    assert (report.version, report.issued_on, report.updated_by) == (2, date(2022, 8, 1), kon_ray.leader)
    page = text_of(client.get(url(report, "report_html")))
    for part in ("Số: 07/BC-UBND", "Kon Rẫy, ngày 01 tháng 8 năm 2022", "Trần Thị Ký", "Huyện ủy (b/c)."):
        assert part in page


def test_a_change_of_the_head_leaves_an_audit_event(kon_ray: KonRay, client_of: ClientOf) -> None:
    report = begin(kon_ray)
    client_of(kon_ray.leader).post(url(report, "report_head"), filled(report, place="Đăk Ruồng"))
    event = AuditEvent.objects.about(report)[0]
    assert (event.action, event.by) == ("report.saved", kon_ray.leader)
    assert [(each.attribute, each.old, each.new) for each in event.changes.all()] == [
        ("place", "Kon Rẫy", "Đăk Ruồng")
    ]


def test_a_stale_save_is_refused_and_keeps_what_was_typed(kon_ray: KonRay, client_of: ClientOf) -> None:
    client, report = client_of(kon_ray.leader), begin(kon_ray)
    first, second = filled(report, number="1"), filled(report, number="2", place="Nơi khác")
    client.post(url(report, "report_head"), first)
    for _time in range(2):
        answer = client.post(url(report, "report_head"), second)
        assert answer.status_code == 409
        assert 'value="Nơi khác"' in text_of(answer)
    assert Report.objects.get().number == "1"


def test_a_campaign_that_somebody_else_chose_is_kept(kon_ray: KonRay, client_of: ClientOf) -> None:
    """An officer, who does not see the campaign over the communes, saves the head with its choice."""
    report, client = begin(kon_ray), client_of(kon_ray.officer)
    Report.objects.update(children_campaign=kon_ray.children)
    offered = f'value="{kon_ray.children.pk}" selected'
    assert offered in text_of(client.get(url(report, "report_head")))
    sent = filled(report, children_campaign=str(kon_ray.children.pk))
    assert client.post(url(report, "report_head"), sent).status_code == 302
    assert Report.objects.get().children_campaign == kon_ray.children


def test_a_wrong_date_is_refused_at_its_place(kon_ray: KonRay, client_of: ClientOf) -> None:
    report = begin(kon_ray)
    answer = client_of(kon_ray.leader).post(url(report, "report_head"), filled(report, issued_on="31/2/2022"))
    assert answer.status_code == 422
    assert "id_issued_on_error" in text_of(answer)
    assert Report.objects.get().version == 1


def test_when_the_text_stands_only_number_day_and_signer_change(kon_ray: KonRay, client_of: ClientOf) -> None:
    client, report = client_of(kon_ray.officer), approved(kon_ray)
    sent = filled(report, number="15", issued_on="2/8/2022", abstract="Khác", place="Khác")
    client.post(url(report, "report_head"), sent)
    changed = Report.objects.get()
    assert (changed.number, changed.issued_on) == ("15", date(2022, 8, 2))
    assert (changed.abstract, changed.place) == (report.abstract, "Kon Rẫy")


# The list --------------------------------------------------------------------------------------------------


def test_the_list_is_narrowed_by_year_kind_and_state(kon_ray: KonRay, client_of: ClientOf) -> None:
    report = begin(kon_ray)
    client, page = client_of(kon_ray.leader), reverse("reports")
    for fits in ("year=2021", f"kind={KIND}", "status=draft", "unit=614"):
        assert url(report) in text_of(client.get(f"{page}?{fits}"))
    for misses in ("year=2020", f"kind={ReportKind.PLAN}", "status=approved", "unit=62"):
        assert url(report) not in text_of(client.get(f"{page}?{misses}"))
    assert client.get(f"{page}?year=x&kind=x&status=x&size=9&page=x").status_code == 200


# Cost ------------------------------------------------------------------------------------------------------


def test_the_pages_ask_the_database_a_fixed_number_of_questions(
    kon_ray: KonRay, client_of: ClientOf, django_assert_max_num_queries: Any
) -> None:
    report = begin(kon_ray)
    second = member("second", "Phó chủ tịch", kon_ray.district, Role.LEADER)
    client = client_of(second)
    with django_assert_max_num_queries(40):
        client.get(url(report))
    with django_assert_max_num_queries(30):
        client.get(url(report, "report_html"))
    with django_assert_max_num_queries(20):
        client.get(reverse("reports"))


def test_the_list_does_not_ask_more_for_more_papers(
    kon_ray: KonRay, client_of: ClientOf, django_assert_max_num_queries: Any
) -> None:
    begin(kon_ray)
    for commune in kon_ray.communes:
        Report.objects.create(kind=KIND, unit=commune, year=2021, campaign=kon_ray.children, abstract="x")
    assert UnitResult.objects.count() == 8
    client = client_of(kon_ray.leader)
    with django_assert_max_num_queries(20):
        answer = client.get(reverse("reports"))
    assert text_of(answer).count("<tr>") == 9
    assert not Job.objects.exists()
