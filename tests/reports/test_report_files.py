"""Files of a report: made in a job, kept as they were made, the pages as pictures, the signed scan."""

import hashlib
import re
from datetime import date
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from parportal.jobs.models import Job, JobState
from parportal.jobs.tasks import JobFailed
from reports.actions.files import keep_file
from reports.actions.parts import PartSaid, save_part
from reports.archiving import make_file
from reports.models import Report, ReportFile
from reports.pages import is_older, last_pdf
from tests.reports.conftest import page_texts
from tests.reports.kon_ray import KonRay
from tests.reports.report_forms import ClientOf, filled, make_pdf, small, text_of, url
from tests.reports.test_docx import texts
from units.models import AuditEvent

pytestmark = [pytest.mark.any_database, pytest.mark.usefixtures("begun")]
# Takes how far a worker is, and tells nobody.
UNHEARD: Any = {}.get


def test_the_pdf_is_made_in_a_job_and_fetched_again_byte_for_byte(
    kon_ray: KonRay, client_of: ClientOf, django_capture_on_commit_callbacks: Any
) -> None:
    client, report = client_of(kon_ray.leader), small(kon_ray)
    job = make_pdf(client, report, django_capture_on_commit_callbacks)
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
    look_at_pages(client, report, len(page_texts(contents[0])), django_capture_on_commit_callbacks)


def look_at_pages(client: Client, report: Report, count: int, capture: Any) -> None:
    """The pages are drawn of the PDF that is there; a change of the report makes them old, and leaves them."""
    with capture(execute=True):
        client.post(url(report, "report_pages"))
    made = ReportFile.objects.get()
    page = text_of(client.get(url(report, "report_pages")))
    assert page.count(reverse("report_page", args=[made.pk, 1])[:-2]) == count
    assert b"".join(client.get(reverse("report_page", args=[made.pk, 1])))[:4] == b"RIFF"
    assert client.get(reverse("report_page", args=[made.pk, 99])).status_code == 404
    assert "is-older" not in page
    client.post(url(report, "report_head"), filled(report, number="99"))
    assert "is-older" in text_of(client.get(url(report, "report_pages")))
    with default_storage.open(str(made.file.name)) as stored:
        assert hashlib.sha256(stored.read()).hexdigest() == made.sha256


def test_the_file_for_word_is_kept_beside_it(
    kon_ray: KonRay, client_of: ClientOf, django_capture_on_commit_callbacks: Any
) -> None:
    client, report = client_of(kon_ray.officer), small(kon_ray)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url(report, "report_make"), {"format": "docx"})
    assert (Job.objects.get().state, Job.objects.get().error) == (JobState.DONE, "")
    answer = client.get(Job.objects.get().result["url"])
    assert answer["Content-Type"].endswith("wordprocessingml.document")
    assert '-614.docx"' in answer["Content-Disposition"]
    content = b"".join(answer)
    assert hashlib.sha256(content).hexdigest() == ReportFile.objects.get().sha256
    assert any("81,45/95 điểm" in line for line in texts(content))
    assert client.post(url(report, "report_make"), {"format": "exe"}).status_code == 403


def test_a_person_who_lost_the_role_meanwhile_gets_no_paper(
    kon_ray: KonRay, client_of: ClientOf, django_capture_on_commit_callbacks: Any
) -> None:
    report = small(kon_ray)
    with django_capture_on_commit_callbacks(execute=True):
        client_of(kon_ray.leader).post(url(report, "report_make"))
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
    client.post(url(small(kon_ray), "report_make"), {"format": "docx"})
    job = Job.objects.get()
    make_stale(job, state=JobState.RUNNING, attempts=1)
    with django_capture_on_commit_callbacks(execute=True):
        client.get(reverse("job", args=[job.pk]))
    run_job.call(job.pk, job.attempt)
    assert ReportFile.objects.count() == 1


def test_two_presses_make_one_job(kon_ray: KonRay, client_of: ClientOf) -> None:
    report = small(kon_ray)
    for user in (kon_ray.leader, kon_ray.coordinator, kon_ray.leader):
        client_of(user).post(url(report, "report_make"))
    assert Job.objects.count() == 1


def test_a_deleted_draft_leaves_no_file(
    kon_ray: KonRay, client_of: ClientOf, django_capture_on_commit_callbacks: Any
) -> None:
    client, report = client_of(kon_ray.officer), small(kon_ray)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url(report, "report_make"), {"format": "docx"})
    name = str(ReportFile.objects.get().file.name)
    assert client.get(url(report, "report_delete")).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url(report, "report_delete"))
    assert not Report.objects.exists()
    assert not default_storage.exists(name)
    event = AuditEvent.objects.about(kon_ray.district)[0]
    assert (event.action, event.by) == ("report.deleted", kon_ray.officer)


def test_a_paper_that_was_made_while_somebody_wrote_is_older_than_the_text(kon_ray: KonRay) -> None:
    report, who = small(kon_ray), kon_ray.officer
    keep = make_file(UNHEARD, report_id=report.pk, user_id=who.pk, made_as="docx")
    assert not is_older(keep_file(report=report, content=b"x", made_as="docx", by=who), report)
    save_part(report=report, key="own", said=PartSaid("Viết trong lúc tạo tệp"), version=0, by=who)
    keep()
    assert is_older(ReportFile.objects.get(format="docx", size__gt=1), Report.objects.get())


def test_a_draft_that_was_deleted_meanwhile_keeps_no_file(
    kon_ray: KonRay, client_of: ClientOf, django_capture_on_commit_callbacks: Any
) -> None:
    client, report = client_of(kon_ray.officer), small(kon_ray)
    keep = make_file(UNHEARD, report_id=report.pk, user_id=kon_ray.officer.pk, made_as="docx")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url(report, "report_delete"))
    with pytest.raises(JobFailed):
        keep()
    assert not ReportFile.objects.exists()


def test_a_scan_is_taken_by_its_content_beside_an_archived_edition(kon_ray: KonRay, client_of: ClientOf) -> None:
    client, report = client_of(kon_ray.officer), small(kon_ray)
    pdf = SimpleUploadedFile("ban-ky.pdf", b"%PDF-1.7 signed")
    client.post(url(report, "report_scan"), {"file": pdf})
    assert not ReportFile.objects.exists()
    Report.objects.update(status="archived")
    client.post(url(report, "report_scan"), {"file": SimpleUploadedFile("ban-ky.pdf", b"MZ program")})
    client.post(url(report, "report_scan"))
    assert not ReportFile.objects.exists()
    pdf.seek(0)
    client.post(url(report, "report_scan"), {"file": pdf})
    made = ReportFile.objects.get()
    assert (made.format, made.is_final, made.edition) == ("scan", True, 1)
    answer = client.get(reverse("report_file", args=[made.pk]))
    assert b"".join(answer) == b"%PDF-1.7 signed"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert AuditEvent.objects.about(report)[0].action == "report.scanned"


@pytest.mark.parametrize(("scanner", "kept"), [("true", 1), ("false", 0)])
def test_a_scanner_is_asked_before_a_scan_is_kept(
    kon_ray: KonRay,
    client_of: ClientOf,
    settings: Any,
    django_capture_on_commit_callbacks: Any,
    scanner: str,
    kept: int,
) -> None:
    settings.CLAMAV_COMMAND = scanner
    client, report = client_of(kon_ray.officer), small(kon_ray)
    Report.objects.update(status="archived")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url(report, "report_scan"), {"file": SimpleUploadedFile("a.pdf", b"%PDF-1.7 signed")})
        assert not ReportFile.objects.exists()
    assert Job.objects.get().state == (JobState.DONE if kept else JobState.FAILED)
    assert ReportFile.objects.filter(format="scan").count() == kept


def test_the_pages_of_a_correction_are_not_those_of_the_archived_edition(
    kon_ray: KonRay, client_of: ClientOf, django_capture_on_commit_callbacks: Any
) -> None:
    client, report = client_of(kon_ray.officer), small(kon_ray)
    archived = keep_file(report=report, content=b"%PDF of edition 1", made_as="pdf", by=kon_ray.leader)
    ReportFile.objects.update(is_final=True)
    later = keep_file(report=report, content=b"%PDF begun before", made_as="pdf", by=kon_ray.leader)
    assert last_pdf(report) == archived
    Report.objects.update(edition=2)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url(report, "report_pages"), {"anew": "on"})
    made = ReportFile.objects.exclude(pk__in=[archived.pk, later.pk]).get()
    assert (made.edition, made.is_final) == (2, False)
    assert reverse("report_page", args=[made.pk, 1]) in text_of(client.get(url(report, "report_pages")))


def test_a_scan_is_not_filed_under_an_edition_that_came_later(
    kon_ray: KonRay, client_of: ClientOf, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.CLAMAV_COMMAND = "true"
    client, report = client_of(kon_ray.officer), small(kon_ray)
    Report.objects.update(status="archived")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url(report, "report_scan"), {"file": SimpleUploadedFile("a.pdf", b"%PDF-1.7 signed")})
        Report.objects.update(edition=2)
    job = Job.objects.get()
    assert job.state == JobState.FAILED
    assert not ReportFile.objects.exists()
    assert not default_storage.exists(job.arguments["name"])
