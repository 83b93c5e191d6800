"""The pages of reports: who may open them, editing with a version, what they cost."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from parportal.jobs.models import Job
from reports.models import Report, ReportFile
from scoring.models import Campaign, CampaignStatus, FollowUp, ScoreSheet, SheetStatus, UnitResult
from tests.reports.kon_ray import KonRay, member
from tests.reports.report_forms import ADDRESS, ClientOf, edit_url, filled, make_pdf, text_of
from tests.world import World
from units.access import Role
from units.models import AuditEvent

pytestmark = pytest.mark.any_database


# Who may open what -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("persona", ["leader", "coordinator"])
def test_leaders_and_coordinators_of_the_unit_read_and_edit(
    kon_ray: KonRay, client_of: ClientOf, persona: str
) -> None:
    client = client_of(getattr(kon_ray, persona))
    assert "Huyện Kon Rẫy" in text_of(client.get(reverse("reports")))
    assert client.get(edit_url()).status_code == 200
    assert "81,45/95 điểm" in text_of(client.get(reverse("report_html", args=ADDRESS)))


@pytest.mark.parametrize(("persona", "status"), [("officer", 403), ("commune_officer", 404), ("outsider", 404)])
def test_others_are_kept_out_of_every_page(
    kon_ray: KonRay, client_of: ClientOf, persona: str, status: int
) -> None:
    client = client_of(getattr(kon_ray, persona))
    task = FollowUp.objects.first()
    assert task is not None
    for name in ("report_edit", "report_html"):
        assert client.get(reverse(name, args=ADDRESS)).status_code == status
    for name in ("report_edit", "report_make", "report_task_add", "report_tasks_propose"):
        assert client.post(reverse(name, args=ADDRESS)).status_code == status
    for name in ("report_task", "report_task_move", "report_task_remove"):
        assert client.post(reverse(name, args=[*ADDRESS, task.pk])).status_code == status
    assert "614" not in text_of(client.get(reverse("reports")))
    assert FollowUp.objects.count() == 11
    assert not Report.objects.exists()


@pytest.mark.parametrize("persona", ["officer", "commune_officer", "outsider"])
def test_a_finished_paper_does_not_exist_for_others(
    kon_ray: KonRay, client_of: ClientOf, persona: str, django_capture_on_commit_callbacks: Any
) -> None:
    make_pdf(client_of(kon_ray.leader), django_capture_on_commit_callbacks)
    made = ReportFile.objects.get()
    client = client_of(getattr(kon_ray, persona))
    assert client.get(reverse("report_file", args=[made.pk])).status_code == 404


@pytest.mark.parametrize("status", [CampaignStatus.OPEN, CampaignStatus.CLOSED])
def test_before_publication_there_is_no_report(
    kon_ray: KonRay, client_of: ClientOf, status: CampaignStatus
) -> None:
    Campaign.objects.filter(pk=kon_ray.own.pk).update(status=status)
    client = client_of(kon_ray.leader)
    assert client.get(edit_url()).status_code == 404
    assert "614" not in text_of(client.get(reverse("reports")))


def test_results_without_sheets_cannot_be_analysed(kon_ray: KonRay, client_of: ClientOf) -> None:
    client = client_of(kon_ray.leader)
    address = [kon_ray.children.code, kon_ray.communes[0].code]
    assert client.get(reverse("report_edit", args=address)).status_code == 404
    assert "Tờ Re" not in text_of(client.get(reverse("reports")))


def test_a_commune_reports_on_itself_and_not_on_its_neighbour(world: World, client_of: ClientOf) -> None:
    Campaign.objects.filter(pk=world.campaign.pk).update(
        status=CampaignStatus.PUBLISHED, published_at=world.campaign.self_score_due_at
    )
    ScoreSheet.objects.update(status=SheetStatus.PUBLISHED)
    client = client_of(world.leader_a)
    own, other = ([world.campaign.code, each.code] for each in (world.commune_a, world.commune_b))
    assert client.get(reverse("report_html", args=own)).status_code == 200
    assert client.get(reverse("report_html", args=other)).status_code == 404
    listed = text_of(client.get(reverse("reports")))
    assert "Tân Lập" in listed
    assert "Ruồng" not in listed


def test_the_office_of_the_campaign_reports_on_its_communes(world: World, client_of: ClientOf) -> None:
    Campaign.objects.filter(pk=world.campaign.pk).update(
        status=CampaignStatus.PUBLISHED, published_at=world.campaign.self_score_due_at
    )
    ScoreSheet.objects.update(status=SheetStatus.PUBLISHED)
    for persona in (world.coordinator, world.district_leader):
        listed = text_of(client_of(persona).get(reverse("reports")))
        assert "Tân Lập" in listed
        assert "Ruồng" in listed
    address = [world.campaign.code, world.commune_a.code]
    for stranger in (world.justice_officer, world.administrator, world.outsider):
        assert client_of(stranger).get(reverse("report_html", args=address)).status_code == 404


# Editing ---------------------------------------------------------------------------------------------------


def test_reading_stores_nothing(kon_ray: KonRay, client_of: ClientOf) -> None:
    client = client_of(kon_ray.leader)
    client.get(edit_url())
    client.get(reverse("report_html", args=ADDRESS))
    assert not Report.objects.exists()


def test_what_was_saved_is_printed(kon_ray: KonRay, client_of: ClientOf) -> None:
    client = client_of(kon_ray.leader)
    sent = filled(
        kon_ray, number="7", issued_on="1/8/2022", signer_name="Trần Thị Ký", recipients="Huyện ủy (b/c)"
    )
    assert client.post(edit_url(), sent).status_code == 302
    report = Report.objects.get()
    assert (report.version, report.issued_on, report.updated_by) == (1, date(2022, 8, 1), kon_ray.leader)
    page = text_of(client.get(reverse("report_html", args=ADDRESS)))
    for part in ("Số: 07/BC-UBND", "Kon Rẫy, ngày 01 tháng 8 năm 2022", "Trần Thị Ký", "Huyện ủy (b/c)."):
        assert part in page


def test_saving_leaves_an_audit_event_with_what_changed(kon_ray: KonRay, client_of: ClientOf) -> None:
    client = client_of(kon_ray.leader)
    client.post(edit_url(), filled(kon_ray))
    client.post(edit_url(), filled(kon_ray, place="Đăk Ruồng"))
    event = AuditEvent.objects.about(Report.objects.get())[0]
    assert (event.action, event.by) == ("report.saved", kon_ray.leader)
    assert [(each.attribute, each.old, each.new) for each in event.changes.all()] == [
        ("place", "Kon Rẫy", "Đăk Ruồng")
    ]


def test_a_stale_save_is_refused_and_keeps_what_was_typed(kon_ray: KonRay, client_of: ClientOf) -> None:
    first = filled(kon_ray, number="1")
    second = filled(kon_ray, number="2", place="Nơi khác")
    client = client_of(kon_ray.leader)
    client.post(edit_url(), first)
    answer = client.post(edit_url(), second)
    assert answer.status_code == 409
    assert 'value="Nơi khác"' in text_of(answer)
    assert Report.objects.get().number == "1"
    assert client.post(edit_url(), second).status_code == 409


def test_a_wrong_date_is_refused_at_its_place(kon_ray: KonRay, client_of: ClientOf) -> None:
    answer = client_of(kon_ray.leader).post(edit_url(), filled(kon_ray, issued_on="31/2/2022"))
    assert answer.status_code == 422
    assert "id_issued_on_error" in text_of(answer)
    assert not Report.objects.exists()


def test_the_choice_of_the_communes_campaign_is_asked_when_it_is_unclear(
    kon_ray: KonRay, client_of: ClientOf
) -> None:
    again = Campaign.objects.get(pk=kon_ray.children.pk)
    again.pk, again.code = None, "kon-ray-2021-again"
    again.save()
    client = client_of(kon_ray.leader)
    for page in (edit_url(), reverse("report_html", args=ADDRESS)):
        assert "kon-ray-2021-again, kon-ray-2021-commune" in text_of(client.get(page))
    client.post(reverse("report_make", args=ADDRESS))
    assert not Job.objects.exists()
    client.post(edit_url(), filled(kon_ray, children_campaign=str(kon_ray.children.pk)))
    assert "Đăk Tơ Lung" in text_of(client.get(reverse("report_html", args=ADDRESS)))


# Cost ------------------------------------------------------------------------------------------------------


def test_the_pages_ask_the_database_a_fixed_number_of_questions(
    kon_ray: KonRay, client_of: ClientOf, django_assert_max_num_queries: Any
) -> None:
    client = client_of(kon_ray.leader)
    client.post(edit_url(), filled(kon_ray))
    second = member("second", "Phó chủ tịch", kon_ray.district, Role.LEADER)
    client = client_of(second)
    with django_assert_max_num_queries(20):
        client.get(edit_url())
    with django_assert_max_num_queries(26):
        client.get(reverse("report_html", args=ADDRESS))
    with django_assert_max_num_queries(10):
        client.get(reverse("reports"))


def test_the_list_does_not_ask_more_for_more_units(
    kon_ray: KonRay, client_of: ClientOf, django_assert_max_num_queries: Any
) -> None:
    for commune in kon_ray.communes:
        ScoreSheet.objects.create(campaign=kon_ray.children, unit=commune, status=SheetStatus.PUBLISHED)
    assert UnitResult.objects.count() == 8
    client = client_of(kon_ray.leader)
    with django_assert_max_num_queries(10):
        answer = client.get(reverse("reports"))
    assert text_of(answer).count("<tr>") == 9
