"""Background work: once at a time for a key, revived when its worker died, its outcome kept once."""

from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from parportal.jobs import actions
from parportal.jobs.models import MAX_ATTEMPTS, STALE_AFTER, Job, JobState, new_attempt
from parportal.jobs.tasks import JobFailed, Keep, Progress, Superseded, run_job
from units.models import Membership, Unit, UnitType, User

pytestmark = pytest.mark.django_db

kept: list[str] = []


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    kept.clear()


@pytest.fixture
def user() -> User:
    return User.objects.create_user("one", "a long password", full_name="Một")


@pytest.fixture
def other_user() -> User:
    return User.objects.create_user("two", "a long password", full_name="Hai")


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    def logged_in(user: User) -> Client:
        unit, _created = Unit.objects.get_or_create(
            code="1", name="Huyện Một", type=UnitType.DISTRICT, valid_from=date(2000, 1, 1)
        )
        Membership.objects.get_or_create(user=user, unit=unit, role="leader", valid_from=date(2000, 1, 1))
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return logged_in


def counted(progress: Progress, *, name: str) -> Keep:
    """A handler: two steps, then its name is kept."""
    progress(1, 2)
    progress(2, 2)

    def keep() -> dict[str, str]:
        kept.append(name)
        return {"url": "/done/", "label": name}

    return keep


def refused(progress: Progress) -> Keep:
    raise JobFailed("the paper has no unit; choose one")


def broken(progress: Progress) -> Keep:
    raise ZeroDivisionError("secret detail")


def overtaken(progress: Progress, *, job_key: str) -> Keep:
    """A handler whose job is given to another run while it works, and ended by that one."""

    def keep() -> dict[str, str]:
        kept.append("late")
        return {}

    job = Job.objects.get(key=job_key)
    make_stale(job)
    actions.revive_dead()
    job.refresh_from_db()
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING)
    with transaction.atomic():
        Job.objects.filter(pk=job.pk).update(
            state=JobState.DONE, finished_at=timezone.now(), result={"url": "/second/"}
        )
    return keep


def start(user: User, handler: Callable[..., Keep] = counted, key: str = "a", **arguments: Any) -> Job:
    return actions.start(
        key=key,
        title="Việc A",
        handler=handler,
        arguments=arguments or ({"name": "first"} if handler is counted else {}),
        page_url="/back/",
        by=user,
    )


def make_stale(job: Job, **values: Any) -> None:
    long_ago = timezone.now() - STALE_AFTER - timedelta(seconds=1)
    Job.objects.filter(pk=job.pk).update(heartbeat_at=long_ago, **values)


def test_a_job_runs_after_the_commit_and_keeps_its_outcome(
    user: User, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        job = start(user)
        assert kept == []
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.attempts) == (JobState.DONE, 2, 2, 1)
    assert job.result == {"url": "/done/", "label": "first"}
    assert kept == ["first"]


def test_a_second_request_for_the_same_key_joins_the_job_under_way(user: User, other_user: User) -> None:
    first = start(user)
    assert start(other_user) == first
    assert list(Job.objects.visible_to(user)) == [first] == list(Job.objects.visible_to(other_user))


def test_a_finished_job_does_not_stand_in_the_way_of_the_next(
    user: User, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        first = start(user)
    assert start(user) != first


def test_the_database_itself_refuses_two_active_jobs_of_one_key(user: User) -> None:
    start(user)
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(key="a", title="x", handler="x.y", requested_by=user)


def test_an_expected_failure_is_told_in_its_own_words(user: User, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        job = start(user, refused)
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, "the paper has no unit; choose one")


def test_an_unexpected_failure_is_logged_and_tells_no_detail(
    user: User, django_capture_on_commit_callbacks: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        job = start(user, broken)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert str(job.pk) in job.error
    assert "secret detail" not in job.error
    assert "secret detail" in caplog.text


def test_a_job_whose_worker_died_is_queued_again_and_done_once(
    user: User, django_capture_on_commit_callbacks: Any
) -> None:
    job = start(user)
    dead = job.attempt
    make_stale(job, state=JobState.RUNNING, attempts=1)
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.revive_dead() == 1
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.DONE, 2)
    assert job.attempt != dead
    run_job.call(job.pk, dead)
    assert kept == ["first"]


def test_a_living_job_is_left_alone(user: User) -> None:
    job = start(user)
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING)
    assert actions.revive_dead() == 0


def test_a_slow_run_that_was_replaced_keeps_nothing(user: User) -> None:
    job = start(user, overtaken, job_key="a")
    run_job.call(job.pk, job.attempt)
    job.refresh_from_db()
    assert (job.state, job.result) == (JobState.DONE, {"url": "/second/"})
    assert kept == []


def test_progress_of_a_replaced_run_stops_it(user: User) -> None:
    job = start(user)
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, attempt=new_attempt())
    with pytest.raises(Superseded):
        Progress(job.pk, job.attempt)(1, 2)


def test_a_job_that_loses_its_worker_again_and_again_fails_in_words(user: User) -> None:
    job = start(user)
    make_stale(job, state=JobState.RUNNING, attempts=MAX_ATTEMPTS)
    assert actions.revive_dead() == 0
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert str(job.pk) in job.error


def test_a_queued_job_whose_task_was_lost_is_queued_again(user: User) -> None:
    """The commit was done, then the process died before the task was queued."""
    job = start(user)
    make_stale(job)
    assert actions.revive_dead() == 1


def test_the_command_revives_and_prints_how_many(user: User) -> None:
    make_stale(start(user), state=JobState.RUNNING)
    out = StringIO()
    call_command("revive_jobs", stdout=out)
    assert out.getvalue().strip() == "1"


def test_the_page_shows_progress_and_asks_again(user: User, client_of: Callable[[User], Client]) -> None:
    job = start(user)
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, done=1, total=3)
    page = client_of(user).get(reverse("job", args=[job.pk])).content.decode()
    assert '<progress value="1" max="3"' in page
    assert 'hx-trigger="every 2s"' in page
    assert "<noscript><meta http-equiv" in page


def test_the_polling_answer_is_the_part_alone_and_stops_when_done(
    user: User, client_of: Callable[[User], Client], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        job = start(user)
    answer = client_of(user).get(reverse("job", args=[job.pk]), headers={"HX-Request": "true"})
    part = answer.content.decode()
    assert "<html" not in part
    assert "hx-trigger" not in part
    assert 'href="/done/"' in part


def test_a_failed_job_says_why_and_leads_back(
    user: User, client_of: Callable[[User], Client], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        job = start(user, refused)
    page = client_of(user).get(reverse("job", args=[job.pk])).content.decode()
    assert "the paper has no unit; choose one" in page
    assert 'href="/back/"' in page


def test_the_page_of_a_dead_job_revives_it(
    user: User, client_of: Callable[[User], Client], django_capture_on_commit_callbacks: Any
) -> None:
    job = start(user)
    make_stale(job, state=JobState.RUNNING, attempts=1)
    with django_capture_on_commit_callbacks(execute=True):
        client_of(user).get(reverse("job", args=[job.pk]))
    assert kept == ["first"]


def test_another_persons_job_does_not_exist(
    user: User, other_user: User, client_of: Callable[[User], Client]
) -> None:
    job = start(user)
    assert client_of(other_user).get(reverse("job", args=[job.pk])).status_code == 404


@pytest.fixture
def _database_queue(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.mark.usefixtures("_database_queue")
def test_a_job_that_only_waits_its_turn_keeps_its_place(
    user: User, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        job = start(user)
    make_stale(job)
    assert actions.revive_dead() == 0
    assert DBTaskResult.objects.count() == 1


@pytest.mark.usefixtures("_database_queue")
def test_a_job_whose_worker_was_killed_before_it_began_is_queued_again(
    user: User, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        job = start(user)
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING)
    make_stale(job)
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.revive_dead() == 1
    assert DBTaskResult.objects.filter(status=TaskResultStatus.READY).count() == 1
