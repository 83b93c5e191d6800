"""The pages of reports: who may open them, editing with a version, tasks, the PDF and its archive."""

import hashlib
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from parportal.jobs.models import Job, JobState
from plans.models import DeadlineKind, Task
from reports.models import Report, ReportFile
from reports.prefill import new_report
from scoring.models import Campaign, CampaignStatus, FollowUp, ScoreSheet, SheetStatus, UnitResult
from tests.reports.conftest import page_texts
from tests.reports.kon_ray import KonRay, member
from tests.world import World
from units.access import Role
from units.models import AuditEvent, User

pytestmark = pytest.mark.any_database

ClientOf = Callable[[User], Client]
ADDRESS = ["kon-ray-2021-district", "614"]


def edit_url(query: str = "") -> str:
    return reverse("report_edit", args=ADDRESS) + query


def filled(kon_ray: KonRay, **values: str) -> dict[str, str]:
    """What the form of the page sends, as proposed, with some `values` changed."""
    report = Report.objects.filter(unit=kon_ray.district).first() or new_report(kon_ray.result, kon_ray.children)
    names = (
        "superior issuer number symbol place abstract bases opening authority deputy_for signer_title signer_name "
        "recipients"
    )
    sent = {name: str(getattr(report, name)) for name in names.split()}
    return {**sent, "issued_on": "", "children_campaign": "", "version": str(report.version), **values}


def task_sent(kon_ray: KonRay, **values: Any) -> dict[str, Any]:
    section = kon_ray.own.criteria_set.criteria.get(code="7")
    return {
        "criterion": section.pk,
        "title": "Tuyên truyền dịch vụ bưu chính công ích",
        "leads": [kon_ray.parties["VHTT"].pk, kon_ray.parties["G_XA"].pk],
        "product": "Kế hoạch tuyên truyền",
        "recipient": "UBND huyện",
        "via": "",
        "deadline_kind": DeadlineKind.WITHIN_MONTH,
        "deadline_on": "3/9/2022",
        **values,
    }


def text_of(response: Any) -> str:
    text: str = response.content.decode()
    return text


def make_pdf(client: Client, capture: Any) -> Job:
    with capture(execute=True):
        client.post(reverse("report_pdf", args=ADDRESS))
    return Job.objects.latest("pk")


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
    for name in ("report_edit", "report_pdf", "report_task_add", "report_tasks_propose"):
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
    client.post(reverse("report_pdf", args=ADDRESS))
    assert not Job.objects.exists()
    client.post(edit_url(), filled(kon_ray, children_campaign=str(kon_ray.children.pk)))
    assert "Đăk Tơ Lung" in text_of(client.get(reverse("report_html", args=ADDRESS)))


# Tasks -----------------------------------------------------------------------------------------------------


def test_a_task_is_added_behind_the_others_of_its_field(kon_ray: KonRay, client_of: ClientOf) -> None:
    client = client_of(kon_ray.coordinator)
    assert client.get(edit_url("?task=new")).status_code == 200
    client.post(reverse("report_task_add", args=ADDRESS), task_sent(kon_ray))
    task = Task.objects.latest("pk")
    assert (task.owner, task.year, task.deadline_on) == (kon_ray.district, 2022, date(2022, 9, 30))
    page = text_of(client.get(reverse("report_html", args=ADDRESS)))
    assert "Tuyên truyền dịch vụ bưu chính công ích; sản phẩm: Kế hoạch tuyên truyền, gửi UBND huyện." in page
    assert "trong tháng 09/2022" in page


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": ""}, "title"),
        ({"deadline_kind": "before", "deadline_on": ""}, "deadline_on"),
        ({"deadline_kind": "none", "deadline_on": "1/8/2022"}, "deadline_kind"),
        ({"deadline_kind": "before", "deadline_on": "32/8/2022"}, "deadline_on"),
        ({"leads": ["999999"]}, "leads"),
    ],
)
def test_a_wrong_task_is_refused_at_its_place_and_kept(
    kon_ray: KonRay, client_of: ClientOf, values: dict[str, Any], field: str
) -> None:
    answer = client_of(kon_ray.leader).post(reverse("report_task_add", args=ADDRESS), task_sent(kon_ray, **values))
    assert answer.status_code == 422
    assert f"id_{field}_error" in text_of(answer)
    assert "Kế hoạch tuyên truyền" in text_of(answer)
    assert FollowUp.objects.count() == 11


def test_a_task_is_edited_with_its_version(kon_ray: KonRay, client_of: ClientOf) -> None:
    client = client_of(kon_ray.leader)
    follow_up = FollowUp.objects.get(criterion__code="8")
    assert "Kiểm tra đột xuất" in text_of(client.get(edit_url(f"?task={follow_up.pk}")))
    url = reverse("report_task", args=[*ADDRESS, follow_up.pk])
    assert client.post(url, task_sent(kon_ray, version="1", title="Việc mới")).status_code == 302
    follow_up.refresh_from_db()
    assert (follow_up.task.title, follow_up.task.version) == ("Việc mới", 2)
    assert follow_up.criterion is not None
    assert follow_up.criterion.code == "7"
    stale = client.post(url, task_sent(kon_ray, version="1", title="Việc cũ"))
    assert stale.status_code == 409
    assert "Việc cũ" in text_of(stale)
    event = AuditEvent.objects.about(Report.objects.get())[0]
    changed = {each.attribute for each in event.changes.all()}
    assert {"title", "leads", "deadline_on", "criterion"} <= changed


def test_tasks_change_places(kon_ray: KonRay, client_of: ClientOf) -> None:
    client = client_of(kon_ray.leader)
    first, second, third = FollowUp.objects.filter(criterion=None).order_by("task__position")
    client.post(reverse("report_task_move", args=[*ADDRESS, third.pk]), {"direction": "up"})
    client.post(reverse("report_task_move", args=[*ADDRESS, first.pk]), {"direction": "up"})
    ordered = FollowUp.objects.filter(criterion=None).order_by("task__position")
    assert list(ordered) == [first, third, second]


def test_a_removed_task_is_gone_and_remembered(kon_ray: KonRay, client_of: ClientOf) -> None:
    follow_up = FollowUp.objects.get(criterion__code="8")
    client_of(kon_ray.leader).post(reverse("report_task_remove", args=[*ADDRESS, follow_up.pk]))
    assert not Task.objects.filter(pk=follow_up.task_id).exists()
    event = AuditEvent.objects.about(Report.objects.get())[0]
    assert event.changes.get().old == "Kiểm tra đột xuất kỷ luật, kỷ cương hành chính"


def test_a_task_of_another_report_does_not_exist(kon_ray: KonRay, client_of: ClientOf) -> None:
    task = Task.objects.create(owner=kon_ray.province, year=2022, title="Việc của tỉnh")
    other = FollowUp.objects.create(campaign=kon_ray.children, unit=kon_ray.province, task=task)
    url = reverse("report_task_remove", args=[*ADDRESS, other.pk])
    assert client_of(kon_ray.leader).post(url).status_code == 404
    assert FollowUp.objects.filter(pk=other.pk).exists()


def test_tasks_are_proposed_where_there_is_none_from_who_answers_for_the_losses(
    kon_ray: KonRay, client_of: ClientOf
) -> None:
    kept = FollowUp.objects.get(criterion__code="6")
    Task.objects.exclude(pk=kept.task_id).delete()
    client = client_of(kon_ray.leader)
    url = reverse("report_tasks_propose", args=ADDRESS)
    client.post(url)
    found = {
        each.criterion.code: each.task
        for each in FollowUp.objects.filter(criterion__isnull=False)
        if each.criterion
    }
    assert sorted(found) == ["1", "3", "4", "5", "6", "7"]
    assert found["6"].pk == kept.task_id
    assert found["1"].title == (
        "Khắc phục các tiêu chí bị mất điểm: 1.2.1, 1.2.4, 1.2.6, 1.2.8, 1.4.2, 1.6.1, 1.6.2"
    )
    leads = {party.code for party in found["1"].leads.all()}
    assert leads == {"PNV", "VP", "TCKH", "VHTT", "TTVH", "G_PB", "G_XA"}
    assert FollowUp.objects.filter(criterion=None).exists()
    count = FollowUp.objects.count()
    client.post(url)
    assert FollowUp.objects.count() == count


# The PDF ---------------------------------------------------------------------------------------------------


def test_the_pdf_is_made_in_a_job_and_fetched_again_byte_for_byte(
    kon_ray: KonRay, client_of: ClientOf, django_capture_on_commit_callbacks: Any
) -> None:
    client = client_of(kon_ray.leader)
    job = make_pdf(client, django_capture_on_commit_callbacks)
    assert (job.state, job.error) == (JobState.DONE, "")
    made = ReportFile.objects.get()
    assert job.result["url"] == reverse("report_file", args=[made.pk])
    contents = []
    for _time in range(2):
        answer = client.get(job.result["url"])
        assert answer["Content-Type"] == "application/pdf"
        assert 'filename="responsibility-analysis-kon-ray-2021-district-614.pdf"' in answer["Content-Disposition"]
        contents.append(b"".join(answer))
    assert contents[0] == contents[1]
    assert hashlib.sha256(contents[0]).hexdigest() == made.sha256
    assert (len(contents[0]), made.by, made.report_version) == (made.size, kon_ray.leader, 1)
    assert "81,45/95 điểm" in " ".join(page_texts(contents[0]))
    assert re.fullmatch(r"reports/[0-9a-f]{32}\.pdf", str(made.file.name))
    assert AuditEvent.objects.about(made.report)[0].action == "report.rendered"


def test_an_archived_paper_stays_as_it_was_when_the_report_changes(
    kon_ray: KonRay, client_of: ClientOf, django_capture_on_commit_callbacks: Any
) -> None:
    client = client_of(kon_ray.leader)
    make_pdf(client, django_capture_on_commit_callbacks)
    before = ReportFile.objects.get()
    client.post(edit_url(), filled(kon_ray, number="99"))
    make_pdf(client, django_capture_on_commit_callbacks)
    assert ReportFile.objects.count() == 2
    with default_storage.open(str(before.file.name)) as stored:
        content = stored.read()
    assert hashlib.sha256(content).hexdigest() == before.sha256
    assert "99/BC-UBND" not in " ".join(page_texts(content))


def test_saving_and_making_the_pdf_is_one_press(kon_ray: KonRay, client_of: ClientOf) -> None:
    answer = client_of(kon_ray.leader).post(edit_url(), filled(kon_ray, number="15", then="pdf"))
    job = Job.objects.get()
    assert answer["Location"] == reverse("job", args=[job.pk])
    assert Report.objects.get().number == "15"


def test_a_person_who_lost_the_role_meanwhile_gets_no_paper(
    kon_ray: KonRay, client_of: ClientOf, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        client_of(kon_ray.leader).post(reverse("report_pdf", args=ADDRESS))
        kon_ray.leader.memberships.update(valid_to=date(2000, 1, 1))
    assert Job.objects.get().state == JobState.FAILED
    assert not ReportFile.objects.exists()


def test_a_dead_worker_s_paper_is_made_once(
    kon_ray: KonRay, client_of: ClientOf, django_capture_on_commit_callbacks: Any
) -> None:
    """The first run dies after rendering; the second makes the only file."""
    from parportal.jobs.tasks import run_job
    from tests.jobs.test_jobs import make_stale

    client = client_of(kon_ray.leader)
    client.post(reverse("report_pdf", args=ADDRESS))
    job = Job.objects.get()
    make_stale(job, state=JobState.RUNNING, attempts=1)
    with django_capture_on_commit_callbacks(execute=True):
        client.get(reverse("job", args=[job.pk]))
    run_job.call(job.pk, job.attempt)
    assert ReportFile.objects.count() == 1


def test_two_presses_make_one_job(kon_ray: KonRay, client_of: ClientOf) -> None:
    for user in (kon_ray.leader, kon_ray.coordinator, kon_ray.leader):
        client_of(user).post(reverse("report_pdf", args=ADDRESS))
    assert Job.objects.count() == 1


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
