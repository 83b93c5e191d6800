"""Moves of a return: who makes which from where, what keeps it from being submitted, and the page that asks."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from indicators.actions.moves import move_return
from indicators.models import Period, PeriodKind, PeriodStatus, Return, ReturnStatus
from indicators.workflow import MOVES, MoveRefused, offered, why_rows_are_locked
from tests.indicators.reporting import fill, make_period, make_set, put, put_line, return_of
from tests.world import World
from units.audit import Action
from units.models import AuditEvent, Notice

STATES = tuple(ReturnStatus)


@pytest.fixture(autouse=True)
def _english(client: Client) -> Iterator[None]:
    client.cookies["django_language"] = "en"
    with override("en"):
        yield


@pytest.fixture
def period(world: World) -> Period:
    return make_period(world, make_set())


@pytest.fixture
def own(world: World, period: Period) -> Return:
    """The complete return of commune A."""
    found = return_of(period, world.commune_a)
    fill(found)
    return found


@pytest.mark.parametrize(
    ("who", "state", "names"),
    [
        ("officer_a", "draft", ["submit"]),
        ("leader_a", "returned", ["submit"]),
        ("officer_a", "submitted", []),
        ("officer_b", "draft", []),
        ("coordinator", "draft", []),
        ("coordinator", "submitted", ["accept", "send_back"]),
        ("coordinator", "accepted", ["reopen"]),
        ("district_leader", "submitted", []),
        ("outsider", "submitted", []),
    ],
)
def test_who_is_offered_what(world: World, own: Return, who: str, state: str, names: list[str]) -> None:
    own.status = state
    assert [move.name for move in offered(own, world.people[who])] == names


@pytest.mark.parametrize("name", MOVES)
@pytest.mark.parametrize("state", STATES)
def test_every_move_from_every_state(world: World, own: Return, name: str, state: ReturnStatus) -> None:
    move = MOVES[name]
    by = world.officer_a if name == "submit" else world.coordinator
    Return.objects.filter(pk=own.pk).update(status=state)
    if state in move.sources:
        assert move_return(found=own, name=name, by=by, reason="Lý do").status == move.target
        assert AuditEvent.objects.about(own).first().action == move.action  # type: ignore[union-attr]
    else:
        with pytest.raises(MoveRefused, match="state"):
            move_return(found=own, name=name, by=by, reason="Lý do")


def test_the_way_of_a_return(world: World, own: Return) -> None:
    move_return(found=own, name="submit", by=world.officer_a)
    own.refresh_from_db()
    assert own.submitted_by == world.officer_a
    assert "submitted on" in why_rows_are_locked(own, world.officer_a)
    due_at = timezone.now() + timedelta(days=20)
    own = move_return(found=own, name="send_back", by=world.coordinator, reason="Sai số", due_at=due_at)
    assert (own.submitted_at, own.return_reason, own.deadline_at) == (None, "Sai số", due_at)
    assert why_rows_are_locked(own, world.leader_a) == ""
    move_return(found=own, name="submit", by=world.leader_a)
    own = move_return(found=own, name="accept", by=world.coordinator)
    assert own.accepted_by == world.coordinator
    assert "accepted on" in why_rows_are_locked(own, world.officer_a)
    own = move_return(found=own, name="reopen", by=world.coordinator, reason="Nhầm")
    assert (own.status, own.accepted_at) == (ReturnStatus.SUBMITTED, None)
    told = Notice.objects.filter(url=reverse("return", args=[own.pk])).order_by("pk")
    kinds = list(dict.fromkeys(told.values_list("kind", flat=True)))
    assert kinds == ["figures_submitted", "figures_returned", "figures_accepted"]


def test_a_broken_check_keeps_figures_from_being_submitted(world: World, own: Return) -> None:
    put(own, "1.2", 11)
    with pytest.raises(MoveRefused, match="K1"):
        move_return(found=own, name="submit", by=world.officer_a)
    put(own, "1.2", 9)
    assert move_return(found=own, name="submit", by=world.officer_a).status == ReturnStatus.SUBMITTED


def test_a_warning_stands_with_a_reason(world: World, own: Return) -> None:
    put(own, "2.5", 21)
    with pytest.raises(MoveRefused, match="K2"):
        move_return(found=own, name="submit", by=world.officer_a)
    put(own, "2.5", 21, reason="Đợt cao điểm")
    move_return(found=own, name="submit", by=world.officer_a)


def test_broken_by_exactly_the_files_withdrawn_is_explained(world: World, own: Return) -> None:
    cells = {"4.ten": "Hộ tịch", "4.tiep": 100, "4.cu": 4, "4.xong": 90, "4.con": 5, "4.rut": 5}
    put_line(own, "4", "1", cells)
    move_return(found=own, name="submit", by=world.officer_a)


def test_what_is_carried_over_equals_what_was_pending(world: World, own: Return, period: Period) -> None:
    before = make_period(world, period.indicator_set, year=2024)
    put_line(return_of(before, world.commune_a), "4", "1", {"4.con": 6})
    with pytest.raises(MoveRefused, match="K5"):
        move_return(found=own, name="submit", by=world.officer_a)
    # A period of another kind is not the one before.
    Period.objects.filter(pk=before.pk).update(kind=PeriodKind.NINE_MONTHS)
    move_return(found=own, name="submit", by=world.officer_a)


def test_nothing_is_no_return(world: World, period: Period) -> None:
    with pytest.raises(MoveRefused, match="Nothing"):
        move_return(found=return_of(period, world.commune_b), name="submit", by=world.officer_b)


def test_missing_figures_do_not_hold_it_back_and_neither_does_the_deadline(world: World, period: Period) -> None:
    Period.objects.update(due_at=timezone.now() - timedelta(days=1))
    late = return_of(period, world.commune_b)
    put(late, "1.1", 0)
    assert move_return(found=late, name="submit", by=world.officer_b).status == ReturnStatus.SUBMITTED


def test_a_return_to_the_unit_needs_a_reason_and_time(world: World, own: Return) -> None:
    move_return(found=own, name="submit", by=world.officer_a)
    with pytest.raises(MoveRefused, match="reason"):
        move_return(found=own, name="send_back", by=world.coordinator, reason=" ")
    Period.objects.update(due_at=timezone.now() - timedelta(days=1))
    with pytest.raises(MoveRefused, match="deadline"):
        move_return(found=own, name="send_back", by=world.coordinator, reason="Sai số")
    own.refresh_from_db()
    assert own.status == ReturnStatus.SUBMITTED


def test_nobody_makes_the_moves_of_others(world: World, own: Return) -> None:
    with pytest.raises(MoveRefused, match="yours"):
        move_return(found=own, name="submit", by=world.coordinator)
    with pytest.raises(MoveRefused, match="yours"):
        move_return(found=own, name="accept", by=world.officer_a)


def test_nothing_moves_in_a_closed_period(world: World, own: Return) -> None:
    Period.objects.update(status=PeriodStatus.CLOSED)
    with pytest.raises(MoveRefused, match="not open"):
        move_return(found=own, name="submit", by=world.officer_a)
    own.refresh_from_db()
    assert offered(return_of(own.period, world.commune_a), world.officer_a) == []


# The page -----------------------------------------------------------------------------------------------------


@pytest.mark.any_database
def test_the_page_says_what_is_missing_and_what_is_explained(client: Client, world: World, own: Return) -> None:
    put(own, "1.2", 11)
    put(own, "2.5", 21, reason="Đợt cao điểm")
    own.entries.filter(indicator__code="2.1").delete()
    client.force_login(world.officer_a)
    url = reverse("return_move", args=[own.pk])
    page = client.get(url, {"move": "submit"}).content.decode()
    for words in ("Hoàn thành không nhiều hơn được giao", "Đợt cao điểm", "Kinh phí cải cách hành chính"):
        assert words in page
    refused = client.post(url, {"move": "submit"})
    assert refused.status_code == 409
    put(own, "1.2", 8)
    assert client.post(url, {"move": "submit"})["Location"] == reverse("return", args=[own.pk])
    own.refresh_from_db()
    assert own.status == ReturnStatus.SUBMITTED


@pytest.mark.any_database
def test_sending_back_from_the_page(client: Client, world: World, own: Return) -> None:
    move_return(found=own, name="submit", by=world.officer_a)
    client.force_login(world.coordinator)
    url = reverse("return_move", args=[own.pk])
    assert client.get(url, {"move": "submit"}).status_code == 403
    assert client.post(url, {"move": "send_back"}).status_code == 422
    board = reverse("period", args=[own.period_id])
    sent = {"move": "send_back", "reason": "Sai số", "due_at": "31/12/2099 17:00", "next": board}
    assert client.post(url, sent)["Location"] == board
    own.refresh_from_db()
    assert own.due_at is not None
    assert own.status == ReturnStatus.RETURNED
    assert AuditEvent.objects.about(own)[0].action == Action.RETURN_SENT_BACK


@pytest.mark.any_database
def test_an_address_elsewhere_is_not_gone_to(client: Client, world: World, own: Return) -> None:
    client.force_login(world.officer_a)
    sent = {"move": "submit", "next": "https://example.com/"}
    answer = client.post(reverse("return_move", args=[own.pk]), sent)
    assert answer["Location"] == reverse("return", args=[own.pk])
