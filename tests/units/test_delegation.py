"""A role given to a deputy or substitute: from a day to a day, both included, and no further."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation

from scoring.actions.sheets import move_sheet
from scoring.workflow import MoveRefused
from tests.world import World, person
from units.access import Role
from units.actions.delegation import delegable, delegate_role, end_delegation
from units.actions.guards import PersonRefused
from units.actions.people import deactivate_person, issue_one_time_password
from units.actions.roles import RoleEntry, end_role, give_role, hand_over_work
from units.audit import Action
from units.delegations import acting_name
from units.models import AuditEvent, Membership, Notice, User
from units.models.units import today

pytestmark = pytest.mark.any_database
OFFICE = ZoneInfo("Asia/Ho_Chi_Minh")
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def english(client: Client) -> Iterator[None]:
    client.cookies["django_language"] = "en"
    with translation.override("en"):
        yield


def delegate(world: World, first: date, last: date, *, to: str = "officer_a", by: str = "leader_a") -> Membership:
    giver = world.fresh(by)
    [own] = giver.memberships.filter(delegated_by=None)
    return delegate_role(
        membership=own, to=world.people[to], first_on=first, last_on=last, by=giver, reason="Đi công tác"
    )


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, 0, tzinfo=OFFICE)


def test_the_substitute_acts_from_the_first_day_to_the_last(world: World) -> None:
    first, last = today() + 2 * DAY, today() + 4 * DAY
    delegate(world, first, last)
    move_sheet(sheet=world.sheet(world.commune_a), name="propose", by=world.officer_a)
    for day, acts in ((first - DAY, False), (first, True), (last, True), (last + DAY, False)):
        with time_machine.travel(noon(day), tick=False):
            assert world.fresh("officer_a").has_role(Role.LEADER, world.commune_a) == acts
            assert world.fresh("leader_a").has_role(Role.LEADER, world.commune_a)
    for day in (first - DAY, last + DAY):
        with time_machine.travel(noon(day), tick=False), pytest.raises(MoveRefused):
            move_sheet(sheet=world.sheet(world.commune_a), name="submit", by=world.fresh("officer_a"))
    with time_machine.travel(noon(last), tick=False):
        sheet = move_sheet(sheet=world.sheet(world.commune_a), name="submit", by=world.fresh("officer_a"))
        assert sheet.submitted_by == world.officer_a
        name = acting_name(world.officer_a, Role.LEADER, world.commune_a.pk, last)
        assert name == f"{world.officer_a} (substitute)"
        assert acting_name(world.leader_a, Role.LEADER, world.commune_a.pk, last) == str(world.leader_a)


def test_a_delegation_is_recorded_and_told(world: World) -> None:
    given = delegate(world, today(), today() + DAY)
    assert given.delegated_by == world.leader_a
    [event] = AuditEvent.objects.about(world.officer_a).filter(action=Action.ROLE_DELEGATED)
    assert (event.by, event.reason) == (world.leader_a, "Đi công tác")
    assert {change.attribute for change in event.changes.all()} >= {"role", "valid_from", "valid_to"}
    assert Notice.objects.get(kind=Notice.Kind.DELEGATED).user == world.officer_a


def test_what_cannot_be_delegated(world: World) -> None:
    second = person("second", (Role.OFFICER, world.commune_a))
    idle = person("idle", (Role.OFFICER, world.commune_a))
    User.objects.filter(pk=idle.pk).update(is_active=False)
    world.people |= {"second": second, "idle": idle}
    for to, first, last in (
        ("officer_b", today(), today()),  # of another unit
        ("leader_a", today(), today()),  # to himself
        ("idle", today(), today()),  # an account that was closed
        ("second", today() - DAY, today()),  # for a day that is over
        ("second", today() + DAY, today()),  # ends before it begins
    ):
        with pytest.raises(PersonRefused):
            delegate(world, first, last, to=to)
    world.leader_a.memberships.update(valid_to=today() + DAY)
    with pytest.raises(PersonRefused, match="Your own role ends"):
        delegate(world, today(), today() + 2 * DAY, to="second")
    delegate(world, today(), today() + DAY)
    with pytest.raises(PersonRefused, match="already holds"):
        delegate(world, today() + DAY, today() + DAY)
    assert not delegable(world.officer_b).exists()
    assert not delegable(world.administrator).exists()


def test_a_delegated_role_is_not_delegated_further(world: World) -> None:
    given = delegate(world, today(), today() + DAY)
    second = person("second", (Role.OFFICER, world.commune_a))
    substitute = world.fresh("officer_a")
    assert substitute.has_role(Role.LEADER)
    assert not delegable(substitute).exists()
    with pytest.raises(PersonRefused, match="hold yourself"):
        delegate_role(membership=given, to=second, first_on=today(), last_on=today(), by=substitute)
    [own] = world.leader_a.memberships.all()
    with pytest.raises(PersonRefused, match="hold yourself"):
        delegate_role(membership=own, to=second, first_on=today(), last_on=today(), by=substitute)


@pytest.mark.parametrize("name", ["coordinator", "justice_officer"])
def test_coordinators_and_appraisers_delegate_too(world: World, name: str) -> None:
    unit = world.district if name == "coordinator" else world.justice
    world.people["deputy"] = person("deputy", (Role.OFFICER, unit))
    given = delegate(world, today(), today(), to="deputy", by=name)
    assert world.fresh("deputy").has_role(Role(given.role), unit)


def test_ended_early_today_is_the_last_day_and_what_has_not_begun_is_removed(world: World) -> None:
    given = delegate(world, today(), today() + 5 * DAY)
    with pytest.raises(PersonRefused):
        end_delegation(membership=given, by=world.coordinator)
    end_delegation(membership=given, by=world.leader_a)
    given.refresh_from_db()
    assert given.valid_to == today()
    later = delegate(world, today() + DAY, today() + 2 * DAY)
    end_delegation(membership=later, by=world.leader_a)
    assert not Membership.objects.filter(pk=later.pk).exists()


@pytest.mark.parametrize("how", ["ended", "handed over", "deactivated"])
def test_a_delegation_ends_with_the_role_that_was_delegated(world: World, how: str) -> None:
    delegate(world, today(), today() + 5 * DAY)
    [own] = world.leader_a.memberships.all()
    by = world.coordinator
    if how == "ended":
        end_role(membership=own, last_on=today() - DAY, by=by)
    elif how == "handed over":
        hand_over_work(person=world.leader_a, to=world.officer_b, by=by)
    else:
        deactivate_person(person=world.leader_a, by=by)
    assert not world.fresh("officer_a").has_role(Role.LEADER)
    assert AuditEvent.objects.about(world.officer_a).filter(action=Action.ROLE_ENDED).count() == 1


def test_the_page_delegates_lists_and_ends(world: World, login: Callable[[str], Client]) -> None:
    url = reverse("delegation")
    client = login("leader_a")
    [own] = world.leader_a.memberships.all()
    day = f"{today():%d/%m/%Y}"
    sent = {"role": own.pk, "to": world.officer_a.pk, "valid_from": day, "valid_to": day}
    assert client.post(url, {**sent, "valid_to": ""}).status_code == 422
    assert client.post(url, {**sent, "to": world.officer_b.pk}).status_code == 422
    tomorrow = f"{today() + DAY:%d/%m/%Y}"
    assert client.post(url, {**sent, "valid_to": tomorrow}).status_code == 302
    page = client.get(url).content.decode()
    assert "in force" in page
    given = Membership.objects.get(delegated_by=world.leader_a)
    received = login("officer_a").get(url).content.decode()
    assert str(world.leader_a) in received
    assert "not delegated further" in received
    end = reverse("delegation_end", args=[given.pk])
    assert login("officer_a").post(end).status_code == 404
    assert login("leader_a").post(end).status_code == 302
    given.refresh_from_db()
    assert given.valid_to == today()


def test_a_substitute_of_the_coordinator_passes_the_role_to_nobody_and_takes_it_from_nobody(world: World) -> None:
    world.people["deputy"] = person("deputy", (Role.OFFICER, world.district))
    friend = person("friend", (Role.OFFICER, world.district))
    delegate(world, today(), today() + DAY, to="deputy", by="coordinator")
    deputy, [own] = world.fresh("deputy"), world.coordinator.memberships.all()
    entry = RoleEntry(world.district, Role.COORDINATOR, today())
    with pytest.raises(PersonRefused, match="substitute"):
        give_role(person=friend, entry=entry, by=deputy)
    with pytest.raises(PersonRefused, match="substitute"):
        end_role(membership=own, last_on=today(), by=deputy)
    with pytest.raises(PersonRefused):
        hand_over_work(person=world.coordinator, to=friend, by=deputy)
    with pytest.raises(PersonRefused):
        issue_one_time_password(person=world.coordinator, by=deputy)
    give_role(person=friend, entry=RoleEntry(world.commune_a, Role.OFFICER, today()), by=deputy)
    assert set(friend.memberships.values_list("role", flat=True)) == {Role.OFFICER}


def test_work_handed_over_to_the_substitute_stays_with_him(world: World) -> None:
    delegate(world, today(), today() + 5 * DAY)
    hand_over_work(person=world.leader_a, to=world.officer_a, by=world.coordinator)
    held = world.officer_a.memberships.on(today()).get(role=Role.LEADER)
    assert (held.delegated_by, held.valid_to) == (None, None)


def test_a_delegated_role_that_is_handed_over_stays_delegated(world: World) -> None:
    delegate(world, today(), today() + 5 * DAY)
    hand_over_work(person=world.officer_a, to=world.officer_b, by=world.coordinator)
    held = world.officer_b.memberships.on(today()).get(role=Role.LEADER)
    assert (held.delegated_by, held.valid_to) == (world.leader_a, today() + 5 * DAY)
