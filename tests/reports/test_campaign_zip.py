"""One file with the papers of all units: part by part, finished parts kept when the worker dies."""

import io
import zipfile
from typing import Any

import pytest
from django.urls import reverse

from parportal.jobs.models import Job, JobState
from parportal.jobs.tasks import run_job
from reports import campaign_zip
from reports.documents import Document
from reports.models import Format, ReportKind
from tests.jobs.test_jobs import make_stale
from tests.reports.report_forms import ClientOf
from tests.world import World, submit

pytestmark = pytest.mark.any_database
KIND = ReportKind.SCORE_SHEET


class Killed(BaseException):
    """The worker was killed: nothing is caught, nothing is tidied."""


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The abstracts of the papers that were rendered; the first run is killed at the second paper."""
    made: list[str] = []

    def plain(document: Document) -> bytes:
        if len(made) == 1 and "killed" not in made:
            made.append("killed")
            raise Killed
        made.append(document.abstract)
        return document.abstract.encode()

    monkeypatch.setattr(campaign_zip, "RENDERED", {Format.PDF: plain})
    return made


def test_finished_parts_are_skipped_when_the_work_is_taken_up_again(
    world: World, client_of: ClientOf, rendered: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    submit(world, world.commune_a)
    client = client_of(world.coordinator)
    page = reverse("campaign_zip", args=[world.campaign.code])
    assert client.get(page).status_code == 200
    client.post(page, {"kind": KIND, "format": "pdf"})
    job = Job.objects.get()
    with pytest.raises(Killed):
        run_job.call(job.pk, job.attempt)
    make_stale(job, state=JobState.RUNNING, attempts=1)
    with django_capture_on_commit_callbacks(execute=True):
        client.get(reverse("job", args=[job.pk]))
    job.refresh_from_db()
    assert (job.state, job.error, job.done) == (JobState.DONE, "", job.total - 1)
    assert len(rendered) == 3
    assert len(set(rendered)) == 3
    content = b"".join(client.get(job.result["url"]))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        assert sorted(names) == [f"score-sheet-dot-thu-{code}.pdf" for code in ("23488", "23497")]
        assert "Tân Lập" in archive.read(names[1]).decode()
    assert client_of(world.district_leader).get(job.result["url"]).status_code == 404


def test_only_the_office_makes_the_papers_of_all_units(world: World, client_of: ClientOf) -> None:
    page = reverse("campaign_zip", args=[world.campaign.code])
    for name, status in (("leader_a", 403), ("justice_officer", 403), ("outsider", 404)):
        assert client_of(world.people[name]).post(page, {"kind": KIND, "format": "pdf"}).status_code == status
    coordinator = client_of(world.coordinator)
    # Not published yet, about the whole campaign, unknown; a format that does not exist.
    for kind in (ReportKind.RESPONSIBILITY_ANALYSIS, ReportKind.LEAGUE_TABLE, "novel"):
        assert coordinator.post(page, {"kind": kind, "format": "pdf"}).status_code == 403
    assert coordinator.post(page, {"kind": KIND, "format": "exe"}).status_code == 403
    assert not Job.objects.exists()
