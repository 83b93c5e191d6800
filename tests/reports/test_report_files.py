"""The PDF of a report: made in a job, kept as it was made, once however often it is asked for."""

import hashlib
import re
from datetime import date
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from parportal.jobs.models import Job, JobState
from reports.models import Report, ReportFile
from tests.reports.conftest import page_texts
from tests.reports.kon_ray import KonRay
from tests.reports.report_forms import ADDRESS, ClientOf, edit_url, filled, make_pdf
from tests.reports.test_docx import texts
from units.models import AuditEvent

pytestmark = pytest.mark.any_database


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


def test_the_file_for_word_is_kept_beside_it(
    kon_ray: KonRay, client_of: ClientOf, django_capture_on_commit_callbacks: Any
) -> None:
    client = client_of(kon_ray.leader)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("report_make", args=ADDRESS), {"format": "docx"})
    assert (Job.objects.get().state, Job.objects.get().error) == (JobState.DONE, "")
    answer = client.get(Job.objects.get().result["url"])
    assert answer["Content-Type"].endswith("wordprocessingml.document")
    assert '-614.docx"' in answer["Content-Disposition"]
    content = b"".join(answer)
    assert hashlib.sha256(content).hexdigest() == ReportFile.objects.get().sha256
    assert any("81,45/95 điểm" in line for line in texts(content))
    assert client.post(reverse("report_make", args=ADDRESS), {"format": "exe"}).status_code == 403


def test_saving_and_making_the_pdf_is_one_press(kon_ray: KonRay, client_of: ClientOf) -> None:
    answer = client_of(kon_ray.leader).post(edit_url(), filled(kon_ray, number="15", then="pdf"))
    job = Job.objects.get()
    assert answer["Location"] == reverse("job", args=[job.pk])
    assert Report.objects.get().number == "15"


def test_a_person_who_lost_the_role_meanwhile_gets_no_paper(
    kon_ray: KonRay, client_of: ClientOf, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        client_of(kon_ray.leader).post(reverse("report_make", args=ADDRESS))
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
    client.post(reverse("report_make", args=ADDRESS))
    job = Job.objects.get()
    make_stale(job, state=JobState.RUNNING, attempts=1)
    with django_capture_on_commit_callbacks(execute=True):
        client.get(reverse("job", args=[job.pk]))
    run_job.call(job.pk, job.attempt)
    assert ReportFile.objects.count() == 1


def test_two_presses_make_one_job(kon_ray: KonRay, client_of: ClientOf) -> None:
    for user in (kon_ray.leader, kon_ray.coordinator, kon_ray.leader):
        client_of(user).post(reverse("report_make", args=ADDRESS))
    assert Job.objects.count() == 1
