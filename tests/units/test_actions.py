"""What a coordinator may do with accounts and roles, and what not."""

from datetime import date, timedelta

import pytest

from tests.world import World
from units.access import Role
from units.actions.guards import PersonRefused
from units.actions.people import (
    PersonEntry,
    change_person,
    create_person,
    deactivate_person,
    issue_one_time_password,
    reactivate_person,
    unlock_person,
)
from units.actions.roles import RoleEntry, end_role, give_role, hand_over_work
from units.audit import Action
from units.models import AuditEvent, Membership, Unit, User
from units.models.units import today

YESTERDAY = timedelta(days=1)


def entry(unit: Unit, role: Role = Role.OFFICER, start: date | None = None, end: date | None = None) -> RoleEntry:
    return RoleEntry(unit, role, start or today(), end)


def actions_about(person: User) -> list[str]:
    return list(AuditEvent.objects.about(person).values_list("action", flat=True))


def membership(person: User) -> Membership:
    return Membership.objects.select_related("unit", "user").get(user=person)


def test_a_new_account_has_a_role_a_one_time_password_and_one_event(world: World) -> None:
    made, password = create_person(
        username=" Lan.NTT ",
        entry=PersonEntry("Cán bộ Lan", "Chuyên viên"),
        role=entry(world.commune_a),
        by=world.coordinator,
    )
    assert made.username == "lan.ntt"
    assert made.must_change_password
    assert made.check_password(password)
    assert made.has_role(Role.OFFICER, world.commune_a)
    (event,) = AuditEvent.objects.about(made)
    assert event.action == Action.PERSON_CREATED
    assert event.by == world.coordinator
    assert password not in "".join(f"{change.old}{change.new}" for change in event.changes.all())


@pytest.mark.parametrize("unit", ["district", "commune_a", "justice"])
def test_roles_are_given_in_the_own_unit_and_its_children(world: World, unit: str) -> None:
    give_role(person=world.officer_b, entry=entry(getattr(world, unit), Role.LEADER), by=world.coordinator)
    assert world.fresh("officer_b").has_role(Role.LEADER, getattr(world, unit))
    assert actions_about(world.officer_b) == [Action.ROLE_GIVEN]


def test_no_role_is_given_outside_the_own_unit_and_its_children(world: World) -> None:
    for unit in (world.province, Unit.objects.get(code="610")):
        with pytest.raises(PersonRefused):
            give_role(person=world.officer_a, entry=entry(unit), by=world.coordinator)
        with pytest.raises(PersonRefused):
            create_person(username="moi", entry=PersonEntry("Mới"), role=entry(unit), by=world.coordinator)
    assert not User.objects.filter(username="moi").exists()


def test_the_administrators_role_is_neither_given_nor_ended(world: World) -> None:
    with pytest.raises(PersonRefused):
        give_role(person=world.officer_a, entry=entry(world.commune_a, Role.ADMINISTRATOR), by=world.coordinator)
    with pytest.raises(PersonRefused):
        end_role(membership=membership(world.administrator), last_on=today(), by=world.coordinator)


def test_a_role_is_not_given_to_a_stranger(world: World) -> None:
    with pytest.raises(PersonRefused):
        give_role(person=world.outsider, entry=entry(world.commune_a), by=world.coordinator)


def test_the_same_role_is_not_held_twice_on_one_day(world: World) -> None:
    with pytest.raises(PersonRefused):
        give_role(person=world.officer_a, entry=entry(world.commune_a), by=world.coordinator)
    end_role(membership=membership(world.officer_a), last_on=today(), by=world.coordinator)
    give_role(
        person=world.officer_a, entry=entry(world.commune_a, start=today() + YESTERDAY), by=world.coordinator
    )
    assert world.officer_a.memberships.count() == 2


def test_an_ended_role_counts_on_its_last_day_and_gives_nothing_afterwards(world: World) -> None:
    end_role(membership=membership(world.officer_a), last_on=today(), by=world.coordinator)
    assert world.fresh("officer_a").has_role(Role.OFFICER)
    Membership.objects.filter(user=world.officer_a).update(valid_to=today() - YESTERDAY)
    assert not world.fresh("officer_a").has_role(Role.OFFICER)


def test_a_role_of_the_future_gives_nothing_yet(world: World) -> None:
    tomorrow = today() + YESTERDAY
    give_role(person=world.officer_a, entry=entry(world.commune_b, start=tomorrow), by=world.coordinator)
    assert not world.fresh("officer_a").has_role(Role.OFFICER, world.commune_b)


def test_a_role_that_ends_before_it_begins_is_removed_and_told(world: World) -> None:
    made = give_role(person=world.officer_a, entry=entry(world.commune_b), by=world.coordinator)
    end_role(membership=made, last_on=today() - YESTERDAY, by=world.coordinator, reason="nhầm xã")
    assert not Membership.objects.filter(pk=made.pk).exists()
    event = AuditEvent.objects.about(world.officer_a)[0]
    assert (event.action, event.reason) == (Action.ROLE_ENDED, "nhầm xã")
    assert {change.attribute for change in event.changes.all()} == {"unit", "role", "valid_from"}


def test_a_coordinator_keeps_the_own_last_role_and_the_own_account(world: World) -> None:
    with pytest.raises(PersonRefused):
        end_role(membership=membership(world.coordinator), last_on=today(), by=world.coordinator)
    with pytest.raises(PersonRefused):
        deactivate_person(person=world.coordinator, by=world.coordinator)
    with pytest.raises(PersonRefused):
        issue_one_time_password(person=world.coordinator, by=world.coordinator)


def test_a_coordinator_may_end_an_own_role_beside_another(world: World) -> None:
    Membership.objects.create(
        user=world.coordinator, unit=world.commune_a, role=Role.COORDINATOR, valid_from=date(2020, 1, 1)
    )
    by = world.fresh("coordinator")
    own = Membership.objects.get(user=by, unit=world.commune_a)
    end_role(membership=own, last_on=today(), by=by)
    assert world.fresh("coordinator").has_role(Role.COORDINATOR, world.district)


def test_nobody_gives_a_role_to_himself(world: World) -> None:
    with pytest.raises(PersonRefused):
        give_role(person=world.coordinator, entry=entry(world.district, Role.LEADER), by=world.coordinator)
    with pytest.raises(PersonRefused):
        hand_over_work(person=world.district_leader, to=world.coordinator, by=world.coordinator)
    assert not world.fresh("coordinator").has_role(Role.LEADER)


def test_a_deactivated_account_holds_no_role_and_comes_back_with_its_roles(world: World) -> None:
    deactivate_person(person=world.officer_a, by=world.coordinator, reason="nghỉ hưu")
    assert not world.fresh("officer_a").has_role(Role.OFFICER)
    with pytest.raises(PersonRefused):
        deactivate_person(person=world.officer_a, by=world.coordinator)
    reactivate_person(person=world.officer_a, by=world.coordinator)
    assert world.fresh("officer_a").has_role(Role.OFFICER)
    assert actions_about(world.officer_a) == [Action.PERSON_REACTIVATED, Action.PERSON_DEACTIVATED]


@pytest.mark.parametrize("name", ["administrator", "outsider"])
def test_accounts_with_rights_beyond_the_coordinator_are_out_of_reach(world: World, name: str) -> None:
    target = world.people[name]
    # A past role in the coordinator's unit makes the account visible, not its master.
    Membership.objects.create(
        user=target,
        unit=world.commune_a,
        role=Role.OFFICER,
        valid_from=date(2020, 1, 1),
        valid_to=date(2020, 12, 31),
    )
    password = target.password
    for act in (issue_one_time_password, deactivate_person, unlock_person):
        with pytest.raises(PersonRefused):
            act(person=target, by=world.coordinator)
    with pytest.raises(PersonRefused):
        change_person(person=target, entry=PersonEntry("Tên khác"), by=world.coordinator)
    assert world.fresh(name).password == password


def test_a_changed_account_tells_old_and_new(world: World) -> None:
    change_person(
        person=world.officer_a, entry=PersonEntry("Cán bộ officer_a", title="Công chức"), by=world.coordinator
    )
    (event,) = AuditEvent.objects.about(world.officer_a)
    assert [(each.attribute, each.old, each.new) for each in event.changes.all()] == [("title", "", "Công chức")]
    change_person(
        person=world.officer_a, entry=PersonEntry("Cán bộ officer_a", title="Công chức"), by=world.coordinator
    )
    assert AuditEvent.objects.about(world.officer_a).count() == 1


def test_a_one_time_password_replaces_the_old_one(world: World) -> None:
    first = issue_one_time_password(person=world.officer_a, by=world.coordinator)
    second = issue_one_time_password(person=world.officer_a, by=world.coordinator)
    person = world.fresh("officer_a")
    assert first != second
    assert person.check_password(second)
    assert not person.check_password(first)
    assert person.must_change_password


def test_open_work_passes_with_the_roles(world: World) -> None:
    hand_over_work(person=world.officer_a, to=world.leader_a, by=world.coordinator, reason="nghỉ thai sản")
    assert world.fresh("leader_a").has_role(Role.OFFICER, world.commune_a)
    assert world.fresh("leader_a").has_role(Role.LEADER, world.commune_a)
    assert not world.fresh("officer_a").has_role(Role.OFFICER)
    assert world.officer_a.memberships.get().valid_to == today() - YESTERDAY
    assert "handed_over" in world.leader_a.notices.values_list("kind", flat=True)
    assert actions_about(world.officer_a) == [Action.WORK_HANDED_OVER]


def test_work_is_not_handed_to_oneself_a_stranger_or_a_closed_account(world: World) -> None:
    deactivate_person(person=world.leader_b, by=world.coordinator)
    for to in (world.officer_a, world.outsider, world.fresh("leader_b")):
        with pytest.raises(PersonRefused):
            hand_over_work(person=world.officer_a, to=to, by=world.coordinator)
    assert world.fresh("officer_a").has_role(Role.OFFICER)


def test_the_own_work_is_handed_over_by_another_coordinator(world: World) -> None:
    with pytest.raises(PersonRefused):
        hand_over_work(person=world.coordinator, to=world.officer_a, by=world.coordinator)


def test_user_names_are_unique_without_regard_to_capitals(world: World) -> None:
    for name in ("OFFICER_A", "hai từ", ""):
        with pytest.raises(PersonRefused):
            create_person(
                username=name, entry=PersonEntry("Ai đó"), role=entry(world.commune_a), by=world.coordinator
            )
