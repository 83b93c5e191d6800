"""From draft to archive: who moves a report, what is frozen, what is kept; comments, notices, "My work"."""

import hashlib
import json
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from parportal.jobs.models import Job, JobState
from parportal.jobs.tasks import run_job
from reports import archiving
from reports.actions.comments import add_comment
from reports.actions.files import keep_file
from reports.actions.parts import PartSaid, save_part
from reports.actions.states import move_report
from reports.documents import Document
from reports.draft_page import EVENTS
from reports.models import FileKind, Format, Report, ReportComment, ReportFile, ReportStatus
from reports.rendering import document_of, draft_of
from reports.work import reports_work
from reports.workflow import MoveRefused
from tests.jobs.test_jobs import make_stale
from tests.reports.kon_ray import KonRay
from tests.reports.report_forms import ClientOf, approved, begin, text_of, url
from units.models import AuditEvent, Notice, User

pytestmark = [pytest.mark.any_database, pytest.mark.usefixtures("begun")]
NUMBERED = {"number": "15", "issued_on": "2022-08-02"}


@pytest.fixture
def quick_renderers(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a paper looks like is tested elsewhere; here it is only kept."""

    def plain(document: Document) -> bytes:
        return f"{document.head.number} {document.abstract}".encode()

    monkeypatch.setattr(archiving, "RENDERED", {Format.PDF: plain, Format.DOCX: plain})


def moved(client: Any, report: Report, move: str, **sent: str) -> int:
    version = Report.objects.get(pk=report.pk).version
    status: int = client.post(url(report, "report_move"), {"move": move, "version": version, **sent}).status_code
    return status


def state(report: Report) -> str:
    return Report.objects.get(pk=report.pk).status


def titles(user: User) -> list[str]:
    return [each.title for each in reports_work(User.objects.get(pk=user.pk)) if each.tasks]


# Moves -------------------------------------------------------------------------------------------------------


def test_an_officer_proposes_and_the_leader_gives_back_with_a_reason_or_approves(
    kon_ray: KonRay, client_of: ClientOf
) -> None:
    report = begin(kon_ray)
    officer, leader = client_of(kon_ray.officer), client_of(kon_ray.leader)
    assert moved(officer, report, "approve") == 403
    assert officer.get(url(report, "report_move") + "?move=propose").status_code == 200
    assert moved(officer, report, "propose") == 302
    assert state(report) == ReportStatus.FOR_APPROVAL
    assert titles(kon_ray.leader) != []
    assert url(report) in text_of(leader.get(reverse("home")))
    assert titles(kon_ray.officer) == []
    assert Notice.objects.get(user=kon_ray.leader).kind == "report_proposed"
    assert moved(leader, report, "return") == 409
    assert moved(leader, report, "return", reason="Thiếu số liệu") == 302
    assert titles(kon_ray.officer) != []
    assert "Thiếu số liệu" in text_of(officer.get(url(report)))
    assert "Thiếu số liệu" in Notice.objects.get(user=kon_ray.officer).subject
    assert moved(leader, report, "approve") == 302
    assert (state(report), titles(kon_ray.officer)) == (ReportStatus.APPROVED, [])
    actions = [event.action for event in AuditEvent.objects.about(report)]
    assert actions == ["report.approved", "report.returned", "report.proposed", "report.started"]


def test_a_move_that_somebody_else_has_made_is_refused(kon_ray: KonRay, client_of: ClientOf) -> None:
    report, leader = begin(kon_ray), client_of(kon_ray.leader)
    assert moved(leader, report, "approve") == 302
    assert leader.post(url(report, "report_move"), {"move": "approve", "version": 1}).status_code == 409
    assert moved(leader, report, "approve") == 409
    assert moved(leader, report, "novel") == 403


def test_a_text_that_somebody_changed_meanwhile_is_not_approved_unread(
    kon_ray: KonRay, client_of: ClientOf
) -> None:
    report, leader = begin(kon_ray), client_of(kon_ray.leader)
    seen = report.updated_at.isoformat()
    save_part(report=report, key="own", said=PartSaid("Lời mới"), version=0, by=kon_ray.officer)
    opened = leader.get(url(report, "report_move"), {"move": "approve", "seen": seen})
    assert "alert" in text_of(opened)
    assert moved(leader, report, "approve", seen=seen) == 409
    assert leader.post(url(report, "report_delete"), {"seen": seen}).status_code == 409
    assert state(report) == ReportStatus.DRAFT
    assert moved(client_of(kon_ray.officer), report, "propose", seen=seen) == 302
    assert moved(leader, report, "approve", seen=Report.objects.get().updated_at.isoformat()) == 302


def test_what_is_approved_stays_whatever_changes_in_the_data(kon_ray: KonRay, client_of: ClientOf) -> None:
    report = begin(kon_ray)
    key = draft_of(report).proposed.sections[0].key
    said = PartSaid("Tổng điểm {score.points}")
    save_part(report=report, key=key, said=said, version=0, by=kon_ray.officer)
    move_report(report=report, name="approve", version=1, by=kon_ray.leader)
    kon_ray.result.earned_points = 1
    kon_ray.result.save()
    page = text_of(client_of(kon_ray.officer).get(url(report, "report_html")))
    assert "Tổng điểm 81,45" in page
    frozen = Report.objects.get(pk=report.pk).frozen
    assert frozen is not None
    assert frozen["figures"]["score.points"]["value"] == "81,45"
    move_report(report=report, name="withdraw", version=2, by=kon_ray.leader, reason="Số liệu thay đổi")
    assert Report.objects.get(pk=report.pk).frozen is None
    assert "Tổng điểm 81,45" not in text_of(client_of(kon_ray.officer).get(url(report, "report_html")))


def test_a_correction_is_the_next_edition_and_the_files_stay(
    kon_ray: KonRay, client_of: ClientOf, quick_renderers: None, django_capture_on_commit_callbacks: Any
) -> None:
    report = approved(kon_ray, **NUMBERED)
    client = client_of(kon_ray.officer)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url(report, "report_archive"))
    first = {made.pk: made.sha256 for made in ReportFile.objects.all()}
    assert len(first) == 3
    assert moved(client, report, "correct") == 302
    again = Report.objects.get(pk=report.pk)
    assert (again.edition, again.status, again.number, again.frozen) == (2, "draft", "", None)
    assert {made.pk: made.sha256 for made in ReportFile.objects.all()} == first
    assert client.post(url(report, "report_delete")).status_code == 409
    assert "-614.pdf" in text_of(client.get(url(report)))


def test_a_correction_is_taken_back_and_the_archived_edition_stands_again(
    kon_ray: KonRay, client_of: ClientOf, quick_renderers: None, django_capture_on_commit_callbacks: Any
) -> None:
    report, client = approved(kon_ray, **NUMBERED), client_of(kon_ray.officer)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url(report, "report_archive"))
    kept = Report.objects.get(pk=report.pk)
    assert moved(client, report, "drop") == 409
    assert moved(client, report, "correct") == 302
    key = draft_of(kept).proposed.sections[0].key
    save_part(report=report, key=key, said=PartSaid("Lời đính chính"), version=0, by=kon_ray.officer)
    Report.objects.update(abstract="Trích yếu khác", number="99")
    page = text_of(client.get(url(report)))
    assert "move=drop" in page
    assert url(report, "report_delete") not in page
    assert "Lời đính chính" in text_of(client.get(url(report, "report_html")))
    assert client.get(url(report, "report_move") + "?move=drop").status_code == 200
    assert moved(client, report, "drop") == 302

    again = Report.objects.get(pk=report.pk)
    changed = {"version", "updated_at", "updated_by_id", "_state"}
    assert {name: value for name, value in vars(again).items() if name not in changed} == {
        name: value for name, value in vars(kept).items() if name not in changed
    }
    assert "Lời đính chính" not in text_of(client.get(url(report, "report_html")))
    assert AuditEvent.objects.about(report)[0].action == "report.correction_dropped"
    assert moved(client, report, "correct") == 302
    assert "Lời đính chính" in text_of(client.get(url(report)))


def test_a_correction_stays_where_the_archived_data_are_gone(
    kon_ray: KonRay, client_of: ClientOf, quick_renderers: None
) -> None:
    report, client = begin(kon_ray), client_of(kon_ray.officer)
    page = text_of(client.get(url(report)))
    assert "move=drop" not in page
    assert moved(client, report, "drop") == 409
    Report.objects.update(edition=2)
    assert moved(client, report, "drop") == 409
    torn = keep_file(report=report, content=b'{"head": {', made_as=FileKind.DATA, by=kon_ray.officer)
    ReportFile.objects.filter(pk=torn.pk).update(is_final=True)
    assert moved(client, report, "drop") == 409
    assert Report.objects.get(pk=report.pk).edition == 2


def test_why_a_draft_was_given_back_stands_there_until_it_is_proposed_again(
    kon_ray: KonRay, client_of: ClientOf
) -> None:
    report = begin(kon_ray)
    move_report(report=report, name="propose", version=1, by=kon_ray.officer)
    move_report(report=report, name="return", version=2, by=kon_ray.leader, reason="Thiếu số liệu")
    for number in range(EVENTS + 1):
        add_comment(report=report, key="", text=str(number), by=kon_ray.officer)
    assert "Thiếu số liệu" in text_of(client_of(kon_ray.officer).get(url(report)))


# The archive -------------------------------------------------------------------------------------------------


def test_an_approved_report_is_archived_with_all_its_files(
    kon_ray: KonRay, client_of: ClientOf, quick_renderers: None, django_capture_on_commit_callbacks: Any
) -> None:
    report, client = approved(kon_ray), client_of(kon_ray.officer)
    client.post(url(report, "report_archive"))
    assert not Job.objects.exists()
    Report.objects.update(**NUMBERED)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url(report, "report_archive"))
    assert (Job.objects.get().state, Job.objects.get().error) == (JobState.DONE, "")
    assert state(report) == ReportStatus.ARCHIVED
    kept = {made.format: made for made in ReportFile.objects.all()}
    assert set(kept) == {"pdf", "docx", "json"}
    for made in kept.values():
        content = b"".join(client.get(reverse("report_file", args=[made.pk])))
        assert hashlib.sha256(content).hexdigest() == made.sha256
        assert (made.is_final, made.edition, made.by) == (True, 1, kon_ray.officer)
    with default_storage.open(str(kept["json"].file.name)) as stored:
        data = json.load(stored)
    assert (data["head"]["number"], data["unit"]["code"], data["edition"]) == ("15", "614", 1)
    assert data["figures"]["score.points"]["value"] == "81,45"
    assert data["document"]["sections"]
    assert AuditEvent.objects.about(report)[0].action == "report.archived"


def test_an_archive_whose_worker_died_is_made_once(
    kon_ray: KonRay, client_of: ClientOf, quick_renderers: None, django_capture_on_commit_callbacks: Any
) -> None:
    report, client = approved(kon_ray, **NUMBERED), client_of(kon_ray.officer)
    client.post(url(report, "report_archive"))
    job = Job.objects.get()
    make_stale(job, state=JobState.RUNNING, attempts=1)
    with django_capture_on_commit_callbacks(execute=True):
        client.get(reverse("job", args=[job.pk]))
    run_job.call(job.pk, job.attempt)
    assert ReportFile.objects.count() == 3
    assert state(report) == ReportStatus.ARCHIVED


def test_a_report_that_was_changed_meanwhile_is_not_archived(
    kon_ray: KonRay, client_of: ClientOf, quick_renderers: None, django_capture_on_commit_callbacks: Any
) -> None:
    report = approved(kon_ray, **NUMBERED)
    with django_capture_on_commit_callbacks(execute=True):
        client_of(kon_ray.officer).post(url(report, "report_archive"))
        Report.objects.update(version=99)
    assert Job.objects.get().state == JobState.FAILED
    assert state(report) == ReportStatus.APPROVED
    assert not ReportFile.objects.exists()


def test_a_report_with_archived_editions_is_not_deleted(kon_ray: KonRay, client_of: ClientOf) -> None:
    report = approved(kon_ray)
    assert client_of(kon_ray.officer).post(url(report, "report_delete")).status_code == 403
    assert Report.objects.exists()
    with pytest.raises(MoveRefused):
        move_report(report=report, name="propose", version=2, by=kon_ray.officer)


# Comments ----------------------------------------------------------------------------------------------------


def test_remarks_stand_at_their_section_and_are_settled(kon_ray: KonRay, client_of: ClientOf) -> None:
    report = begin(kon_ray)
    officer, leader = client_of(kon_ray.officer), client_of(kon_ray.leader)
    key = document_of(report).sections[0].key
    leader.post(url(report, "report_comment"), {"key": key, "text": "Nêu rõ hơn nguyên nhân"})
    leader.post(url(report, "report_comment"), {"key": "", "text": "  "})
    leader.post(url(report, "report_comment"), {"key": "", "text": "x" * 2001})
    remark = ReportComment.objects.get()
    page = text_of(officer.get(url(report)))
    assert page.index(f'id="s-{key}"') < page.index("Nêu rõ hơn nguyên nhân")
    assert Notice.objects.get(user=kon_ray.officer).kind == "report_commented"
    for _time in range(2):
        officer.post(url(report, "report_comment_settle", remark.pk))
    remark.refresh_from_db()
    assert remark.settled_by == kon_ray.officer
    settled = AuditEvent.objects.about(report).filter(action="report.comment_settled")
    assert settled.count() == 1
    Report.objects.update(status="for_approval")
    assert "Nêu rõ hơn nguyên nhân" in text_of(leader.get(url(report)))
