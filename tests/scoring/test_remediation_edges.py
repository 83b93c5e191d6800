"""Remediation where something changes meanwhile: amendments, merged units, two people, the pages of tasks."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from openpyxl import load_workbook

from plans.models import Document, Progress, Standing, Task
from scoring.actions.remediation import RemediationRefused, add_to_round, finish_remediation
from scoring.actions.remediation_filings import Said, give_back, save_measures
from scoring.actions.remediation_reminders import remind_of_filings
from scoring.forms.remediation import FilingForm, proposed_days
from scoring.models import Filing, FilingKind, Loss, Measure, RemediationRound, Responsibility, Score
from scoring.remediation_work import remediation_work
from tests.scoring.remedying import filing, in_days, measures, opened, publish, send, write
from tests.scoring.test_remediation_pages import inputs_of
from tests.world import World
from units.models import Lineage, LineageKind, Membership, Notice, Party, Unit
from units.models.units import today

pytestmark = pytest.mark.any_database

PLAN, REPORT = FilingKind.PLAN, FilingKind.REPORT
Login = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _in_english(client: Client) -> Iterator[None]:
    client.cookies["django_language"] = "en"
    with override("en"):
        yield


def own(found: RemediationRound, unit: Unit) -> str:
    return reverse("remediation_own", args=[found.pk, unit.pk])


def give_back_points(world: World, unit: Unit, code: str) -> None:
    """As an amendment leaves it."""
    score = world.score(unit, code)
    Score.objects.filter(pk=score.pk).update(points=score.counted_max_points)


def lose(world: World, unit: Unit, code: str, *parties: Party) -> None:
    """As an amendment leaves it."""
    Score.objects.filter(pk=world.score(unit, code).pk).update(points=0)
    loss, _created = Loss.objects.get_or_create(score=world.score(unit, code))
    for party in parties:
        Responsibility.objects.create(loss=loss, party=party)


def asked(world: World, name: str) -> int:
    return Notice.objects.filter(user=world.people[name], kind=Notice.Kind.REMEDIATION_ASKED).count()


def merged(world: World) -> Unit:
    """Commune A went into a new one yesterday; its people work there now."""
    yesterday = today() - timedelta(days=1)
    new = Unit.objects.create(
        code="23999", name="Xã Mới", type="commune", parent=world.district, valid_from=today()
    )
    Lineage.objects.create(predecessor=world.commune_a, successor=new, kind=LineageKind.MERGED)
    Unit.objects.filter(pk=world.commune_a.pk).update(valid_to=yesterday)
    for each in Membership.objects.filter(unit=world.commune_a):
        Membership.objects.create(user=each.user, unit=new, role=each.role, valid_from=today())
    Membership.objects.filter(unit=world.commune_a).update(valid_to=yesterday)
    return new


def test_days_are_proposed_from_the_local_day_of_the_publication(world: World) -> None:
    publish(world)
    world.campaign.published_at = datetime.combine(today(), datetime.min.time(), UTC) - timedelta(hours=5)
    local = today()
    assert proposed_days(world.campaign)["plan"] == local + timedelta(days=15)
    world.campaign.published_at += timedelta(hours=23)
    assert proposed_days(world.campaign)["plan"] == local + timedelta(days=16)


def test_a_leaf_whose_points_were_given_back_needs_no_words(world: World) -> None:
    found = opened(world)
    give_back_points(world, world.commune_b, "2.1")
    given = Measure.objects.get(remediation__loss__score__criterion__code="2.1", unit=world.commune_a)
    said = {each.pk: Said("Việc", None, 0) for each in measures(found, world.commune_a) if each.pk != given.pk}
    save_measures(round_=found, unit=world.commune_a, kind=PLAN, said=said, by=world.officer_a)
    assert send(world, found).sent_on == today()


def test_a_unit_is_told_of_what_is_added_to_what_it_answers_for(world: World) -> None:
    found = opened(world)
    before = asked(world, "officer_a"), asked(world, "officer_b")
    lose(world, world.commune_a, "2.1", Party.objects.get(owner=world.district, unit=world.commune_a))
    added = add_to_round(round_=found, by=world.coordinator)
    assert added.tasks == 1
    assert (asked(world, "officer_a"), asked(world, "officer_b")) == (before[0] + 1, before[1])


def test_who_answers_since_an_amendment_leads_the_task(world: World) -> None:
    found = opened(world)
    justice = Party.objects.get(owner=world.district, unit=world.justice)
    lose(world, world.commune_a, "2.2", justice)
    add_to_round(round_=found, by=world.coordinator)
    task = Task.objects.get(remediation__loss__score=world.score(world.commune_a, "2.2"))
    assert {party.code for party in task.leads.all()} == {"G_XA", justice.code}
    assert Task.objects.visible_to(world.justice_officer).filter(pk=task.pk).exists()
    version = task.version
    add_to_round(round_=found, by=world.coordinator)
    task.refresh_from_db()
    assert (task.leads.count(), task.version) == (2, version)


def test_only_the_office_ends_a_task_of_remediation(world: World, login: Login) -> None:
    task = opened(world).remediations.all()[0].task
    url = reverse("task_progress", args=[task.pk])
    done = {"on": f"{today():%d/%m/%Y}", "text": "Xong", "is_done": "on"}
    client = login("officer_a")
    assert 'name="is_done"' not in client.get(reverse("task", args=[task.pk])).content.decode()
    client.post(url, done | {"version": task.version})
    task.refresh_from_db()
    assert task.done_on is None, "a unit says what it did in its report; the office judges"
    client.post(url, {"on": done["on"], "text": "Đang làm", "percent": "50", "version": task.version})
    assert Progress.objects.filter(task=task, percent=50).count() == 1
    task.refresh_from_db()
    client = login("coordinator")
    client.post(url, done | {"version": task.version})
    task.refresh_from_db()
    assert task.done_on == today()
    client = login("officer_a")
    reopen = reverse("task_reopen", args=[task.pk])
    assert reopen not in client.get(reverse("task", args=[task.pk])).content.decode()
    client.post(reopen, {"reason": "Chưa xong", "version": task.version})
    task.refresh_from_db()
    assert task.done_on == today()


def test_a_task_leads_to_its_round_only_who_may_read_it(world: World, login: Login) -> None:
    found = opened(world)
    page = reverse("task", args=[found.remediations.all()[0].task_id])
    link = reverse("remediation", args=[found.pk])
    assert link in login("officer_a").get(page).content.decode()
    Membership.objects.create(user=world.outsider, unit=world.district, role="officer", valid_from=today())
    client = login("outsider")
    assert client.get(link).status_code == 404
    assert link not in client.get(page).content.decode()


def test_a_draft_of_a_report_ends_no_task(world: World) -> None:
    found = opened(world)
    Measure.objects.update(result="Mới dự thảo", done_on=today())
    row = found.remediations.select_related("task")[0]
    with pytest.raises(RemediationRefused):
        finish_remediation(remediation=row, version=row.task.version, by=world.coordinator)
    assert not Progress.objects.exists()


def test_a_paper_of_the_next_year_is_on_offer(world: World) -> None:
    found = opened(world)
    late = filing(found, world.commune_a)
    late.round.plan_before = date(2026, 12, 20)
    columns = {
        "owner": world.commune_a,
        "number": "3/KH",
        "subject": "Kế hoạch",
        "created_by": world.officer_a,
        "updated_by": world.officer_a,
    }
    document = Document.objects.create(issued_on=date(2027, 1, 5), **columns)
    form = FilingForm(None, user=world.officer_a, filing=late, receives=False)
    assert document in form.fields["document"].queryset  # type: ignore[attr-defined]


def test_a_row_that_was_added_meanwhile_refuses_nothing(world: World, login: Login) -> None:
    found = opened(world)
    client, url = login("officer_a"), own(found, world.commune_a)
    form = inputs_of(client.get(url).content.decode())
    first = measures(found, world.commune_a)[0]
    lose(world, world.commune_a, "2.1", Party.objects.get(owner=world.district, unit=world.commune_a))
    add_to_round(round_=found, by=world.coordinator)
    assert client.post(url, form | {f"row-{first.pk}-words": "Việc một"}).status_code == 302
    assert [each.text for each in measures(found, world.commune_a)] == ["Việc một", "", "", "", "", ""]


def test_saving_many_rows_asks_no_more_than_saving_one(world: World) -> None:
    found = opened(world)
    rows = measures(found, world.commune_a)

    def queries(count: int, text: str) -> int:
        said = {each.pk: Said(text, None, each.version) for each in measures(found, world.commune_a)[:count]}
        with CaptureQueriesContext(connection) as seen:
            save_measures(round_=found, unit=world.commune_a, kind=PLAN, said=said, by=world.officer_a)
        return len(seen)

    queries(1, "a")
    assert queries(1, "b") == queries(len(rows), "c")
    stored = measures(found, world.commune_a)
    assert {(each.text, each.updated_by) for each in stored} == {("c", world.officer_a)}
    assert all(new.updated_at > old.updated_at for new, old in zip(stored, rows, strict=True))


def test_the_successor_of_a_merged_unit_writes_and_sends_for_it(world: World, login: Login) -> None:
    found = opened(world)
    new = merged(world)
    work = [task.title for each in remediation_work(world.fresh("officer_a")) for task in each.tasks]
    assert work == ["Plan of remediation: Xã Tân Lập"]
    client, url = login("officer_a"), own(found, world.commune_a)
    rows = measures(found, world.commune_a)
    form = inputs_of(client.get(url).content.decode())
    words = {f"row-{each.pk}-words": "Ban hành kế hoạch" for each in rows}
    assert client.post(url, form | words).status_code == 302
    target = reverse("remediation_send", args=[filing(found, world.commune_a).pk])
    by = {"created_by": world.officer_a, "updated_by": world.officer_a}
    Document.objects.create(owner=new, number="8/KH", subject="Kế hoạch", issued_on=today(), **by)
    assert "8/KH" in client.get(target).content.decode()
    assert client.post(target, inputs_of(client.get(target).content.decode())).status_code == 302
    assert filing(found, world.commune_a).sent_on == today()
    assert client.get(own(found, world.commune_b)).status_code == 404


def test_the_successor_is_asked_and_reminded(world: World) -> None:
    merged(world)
    opened(world, plan=2)
    assert asked(world, "officer_a") == asked(world, "leader_a") == 1
    assert remind_of_filings(today()) == 4
    assert Notice.objects.filter(kind=Notice.Kind.DUE_SOON, user=world.officer_a).count() == 1


def test_a_unit_that_was_only_divided_later_keeps_its_own(world: World) -> None:
    found = opened(world)
    Lineage.objects.create(predecessor=world.commune_a, successor=world.commune_b, kind=LineageKind.PARTIAL)
    assert not Filing.objects.visible_to(world.fresh("officer_b")).filter(unit=world.commune_a).exists()
    assert found.filings.count() == 4


def test_drafts_are_marked_in_the_workbook(world: World, login: Login) -> None:
    found = opened(world)
    write(world, found, PLAN)
    send(world, found)
    write(world, found, REPORT, on=in_days(-1))
    answer = login("coordinator").get(reverse("remediation_workbook", args=[found.pk]))
    cells = {
        str(cell.value) for row in load_workbook(BytesIO(answer.content)).worksheets[0].iter_rows() for cell in row
    }
    text = measures(found, world.commune_a)[0].text
    assert {text, f"{text} (not sent yet)"} <= cells, "the measure was sent, its result was not"


def test_what_came_in_time_and_is_sent_once_more_is_not_late(world: World) -> None:
    round_ = opened(world, plan=3)
    write(world, round_, FilingKind.PLAN)
    sent = send(world, round_)
    with time_machine.travel(timezone.now() + timedelta(days=5), tick=False):
        back = give_back(filing=sent, reason="Chưa rõ", version=sent.version, by=world.coordinator)
        assert back.standing(today()) == Standing.OVERDUE
        again = send(world, round_)
        assert (again.standing(today()), again.sent_on) == (Standing.ON_TIME, today())
