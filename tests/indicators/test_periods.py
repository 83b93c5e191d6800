"""Periods: prepared with their usual days, opened, closed; who is asked; reminding."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from indicators.actions.periods import (
    change_period,
    close_period,
    create_period,
    open_period,
    reopen_period,
    usual_deadline,
)
from indicators.actions.reminding import remind_units
from indicators.models import IndicatorSet, Period, PeriodKind, PeriodStatus, Return, SetStatus, cut_off
from indicators.workflow import MoveRefused, why_return_is_locked
from parportal.entry.versions import StaleVersion
from tests.indicators.reporting import make_period, make_set, return_of
from tests.world import World
from units.audit import Action
from units.models import AuditEvent, Notice


@pytest.fixture(autouse=True)
def _english(client: Client) -> Iterator[None]:
    client.cookies["django_language"] = "en"
    with override("en"):
        yield


@pytest.fixture
def in_use(world: World) -> IndicatorSet:
    return make_set()


def begun(world: World, in_use: IndicatorSet, **columns: object) -> Period:
    starts_on, ends_on = cut_off(PeriodKind.YEAR, 2025)
    named = {"kind": PeriodKind.YEAR, "year": 2025, "starts_on": starts_on, "ends_on": ends_on} | columns
    period = Period(owner=world.district, indicator_set=in_use, **named)
    period.due_at = timezone.now() + timedelta(days=10)
    return create_period(period=period, by=world.coordinator)


def units_of(period: Period) -> list[str]:
    return sorted(period.returns.values_list("unit__name", flat=True))


@pytest.mark.parametrize(
    ("kind", "number", "days"),
    [
        (PeriodKind.QUARTER, 1, (date(2024, 12, 15), date(2025, 3, 14))),
        (PeriodKind.QUARTER, 4, (date(2025, 9, 15), date(2025, 12, 14))),
        (PeriodKind.HALF_YEAR, 2, (date(2025, 6, 15), date(2025, 12, 14))),
        (PeriodKind.NINE_MONTHS, 1, (date(2024, 12, 15), date(2025, 9, 14))),
        (PeriodKind.YEAR, 1, (date(2024, 12, 15), date(2025, 12, 14))),
    ],
)
def test_usual_days(kind: PeriodKind, number: int, days: tuple[date, date]) -> None:
    assert cut_off(kind, 2025, number) == days


def test_a_new_period_asks_all_units_that_its_form_concerns(world: World, in_use: IndicatorSet) -> None:
    period = begun(world, in_use)
    # Agencies are asked for nothing; the office has figures of its own.
    assert units_of(period) == ["Huyện Kon Rẫy", "Xã Tân Lập", "Xã Đắk Ruồng"]
    assert AuditEvent.objects.about(period).get().action == Action.PERIOD_CREATED


def test_units_are_chosen_while_it_is_prepared(world: World, in_use: IndicatorSet) -> None:
    period = begun(world, in_use)
    changed = change_period(period=period, units=[world.commune_b.pk], version=1, by=world.coordinator)
    assert units_of(changed) == ["Xã Đắk Ruồng"]
    with pytest.raises(StaleVersion):
        change_period(period=changed, units=None, version=1, by=world.coordinator)
    justice = [world.justice.pk, world.commune_a.pk]
    assert units_of(change_period(period=changed, units=justice, version=2, by=world.coordinator)) == [
        "Xã Tân Lập"
    ]


def test_opening_tells_the_units(world: World, in_use: IndicatorSet) -> None:
    period = open_period(period=begun(world, in_use), by=world.coordinator)
    assert period.status == PeriodStatus.OPEN
    told = Notice.objects.filter(kind=Notice.Kind.FIGURES_ASKED, user__username="officer_a")
    assert told.get().url == reverse("period", args=[period.pk])
    assert why_return_is_locked(return_of(period, world.commune_a)) == ""


def test_what_keeps_a_period_from_being_opened(world: World, in_use: IndicatorSet) -> None:
    period = begun(world, in_use)
    Return.objects.all().delete()
    Period.objects.update(due_at=timezone.now())
    IndicatorSet.objects.update(status=SetStatus.DRAFT)
    with pytest.raises(MoveRefused) as refused:
        open_period(period=period, by=world.coordinator)
    assert str(refused.value) == (
        "The indicator set is not published. No unit has been chosen. The deadline lies in the past."
    )


def test_an_open_period_takes_further_units_and_another_deadline(world: World, in_use: IndicatorSet) -> None:
    period = change_period(
        period=begun(world, in_use), units=[world.commune_a.pk], version=1, by=world.coordinator
    )
    period = open_period(period=period, by=world.coordinator)
    Notice.objects.all().delete()
    past = Period.objects.select_related("owner", "indicator_set").get()
    past.due_at = timezone.now()
    with pytest.raises(MoveRefused, match="future"):
        change_period(period=past, units=None, version=3, by=world.coordinator)
    later = period.due_at + timedelta(days=3)
    period.due_at, period.year = later, 2030
    period = change_period(period=period, units=[world.commune_b.pk], version=3, by=world.coordinator)
    assert (period.due_at, period.year) == (later, 2025)
    assert units_of(period) == ["Xã Tân Lập", "Xã Đắk Ruồng"]
    assert set(Notice.objects.values_list("user__username", flat=True)) == {"officer_b", "leader_b"}


def test_closed_and_reopened(world: World, in_use: IndicatorSet) -> None:
    period = close_period(period=make_period(world, in_use), by=world.coordinator)
    assert "not open" in why_return_is_locked(return_of(period, world.commune_a))
    with pytest.raises(MoveRefused):
        change_period(period=period, units=None, version=period.version, by=world.coordinator)
    with pytest.raises(MoveRefused, match="reason"):
        reopen_period(period=period, by=world.coordinator, reason=" ")
    assert reopen_period(period=period, by=world.coordinator, reason="Sót số liệu").status == PeriodStatus.OPEN
    with pytest.raises(MoveRefused, match="state"):
        reopen_period(period=period, by=world.coordinator, reason="Sót số liệu")


def test_only_units_that_have_not_submitted_are_reminded(world: World, in_use: IndicatorSet) -> None:
    period = make_period(world, in_use)
    period.returns.filter(unit=world.commune_b).update(status="submitted", submitted_at=timezone.now())
    pks = list(period.returns.values_list("pk", flat=True))
    assert remind_units(period=period, returns=pks, by=world.coordinator, note="Gấp") == 1
    told = Notice.objects.get(kind=Notice.Kind.REMINDED)
    assert told.user == world.officer_a
    assert told.subject.endswith("Gấp")
    assert AuditEvent.objects.about(period).get().action == Action.RETURN_REMINDED


# Pages --------------------------------------------------------------------------------------------------------


def typed(world: World, in_use: IndicatorSet, **columns: str) -> dict[str, str]:
    return {
        "owner": str(world.district.pk),
        "indicator_set": str(in_use.pk),
        "time": "quarter-2",
        "year": "2027",
        **columns,
    }


@pytest.mark.any_database
def test_days_left_empty_are_the_usual_ones(client: Client, world: World, in_use: IndicatorSet) -> None:
    client.force_login(world.coordinator)
    answer = client.post(reverse("period_new"), typed(world, in_use))
    period = Period.objects.get()
    assert answer["Location"] == reverse("period_edit", args=[period.pk])
    assert (period.starts_on, period.ends_on) == (date(2027, 3, 15), date(2027, 6, 14))
    assert period.due_at == usual_deadline(period)
    assert str(period) == "Quarter 2 of 2027"


@pytest.mark.any_database
def test_the_days_follow_what_is_chosen(client: Client, world: World, in_use: IndicatorSet) -> None:
    client.force_login(world.coordinator)
    page = client.get(reverse("period_new"), {"time": "half_year-2", "year": "2026"})
    assert 'value="15/06/2026"' in page.content.decode()
    assert 'value="14/12/2026"' in page.content.decode()


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"starts_on": "15/12/2026", "ends_on": "14/12/2027"}, "more than a month away"),
        ({"due_at": "01/03/2027 17:00"}, "before the period begins"),
        ({"year": "1999"}, "2008"),
        ({"time": "quarter-5"}, "quarter-5"),
        ({"starts_on": "31/02/2027"}, "starts_on_error"),
    ],
)
def test_slips_are_told_at_their_field(
    client: Client, world: World, in_use: IndicatorSet, columns: dict[str, str], words: str
) -> None:
    client.force_login(world.coordinator)
    answer = client.post(reverse("period_new"), typed(world, in_use, **columns))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Period.objects.exists()


@pytest.mark.any_database
def test_the_same_period_is_not_made_twice(client: Client, world: World, in_use: IndicatorSet) -> None:
    client.force_login(world.coordinator)
    client.post(reverse("period_new"), typed(world, in_use))
    answer = client.post(reverse("period_new"), typed(world, in_use))
    assert answer.status_code == 422
    assert "already" in answer.content.decode()


@pytest.mark.any_database
def test_units_and_deadline_are_saved_from_the_page(client: Client, world: World, in_use: IndicatorSet) -> None:
    period = begun(world, in_use)
    client.force_login(world.coordinator)
    url = reverse("period_edit", args=[period.pk])
    page = client.get(url).content.decode()
    assert f'name="unit-{world.commune_a.pk}" checked' in page
    columns = {"time": "year-1", "year": "2025", "due_at": "20/12/2026 17:00", "version": "1"}
    sent = typed(world, in_use, **columns) | {f"unit-{world.commune_a.pk}": "on"}
    assert client.post(url, sent)["Location"] == reverse("period", args=[period.pk])
    assert units_of(period) == ["Xã Tân Lập"]
    stale = client.post(url, sent)
    assert stale.status_code == 409
    period.refresh_from_db()
    open_period(period=period, by=world.coordinator)
    sent = {"due_at": "21/12/2026 17:00", "version": "3", f"unit-{world.commune_b.pk}": "on"}
    assert client.post(url, sent).status_code == 302
    assert units_of(period) == ["Xã Tân Lập", "Xã Đắk Ruồng"]
    close_period(period=period, by=world.coordinator)
    assert client.get(url).status_code == 302


@pytest.mark.any_database
def test_another_year_proposes_its_units_anew(client: Client, world: World, in_use: IndicatorSet) -> None:
    period = begun(world, in_use)
    client.force_login(world.coordinator)
    url = reverse("period_edit", args=[period.pk])
    sent = typed(world, in_use, time="year-1", year="2026", version="1", due_at="20/12/2026 17:00")
    assert client.post(url, sent)["Location"] == url
    period.refresh_from_db()
    assert period.starts_on == date(2025, 12, 15)
    assert len(units_of(period)) == 3


@pytest.mark.any_database
def test_the_steps_of_a_period_from_its_page(client: Client, world: World, in_use: IndicatorSet) -> None:
    period = begun(world, in_use)
    client.force_login(world.coordinator)
    url, step = reverse("period", args=[period.pk]), reverse("period_step", args=[period.pk])
    assert "Open the period" in client.get(url).content.decode()
    for name, status in (("open", "open"), ("close", "closed"), ("reopen", "closed"), ("open", "closed")):
        client.post(step, {"step": name})
        period.refresh_from_db()
        assert period.status == status
    client.post(step, {"step": "reopen", "reason": "Sót số liệu"})
    period.refresh_from_db()
    assert period.status == "open"
    assert "Sót số liệu" in client.get(url).content.decode()


@pytest.mark.any_database
def test_reminding_asks_once(client: Client, world: World, in_use: IndicatorSet) -> None:
    period = make_period(world, in_use)
    client.force_login(world.coordinator)
    url = reverse("period_remind", args=[period.pk])
    assert client.post(url)["Location"] == reverse("period", args=[period.pk])
    chosen = [str(return_of(period, world.commune_a).pk), "x"]
    page = client.post(url, {"returns": chosen}).content.decode()
    assert "Cán bộ officer_a" in page
    assert not Notice.objects.filter(kind=Notice.Kind.REMINDED).exists()
    client.post(url, {"returns": chosen, "confirmed": "yes", "note": "Gấp"})
    assert Notice.objects.filter(kind=Notice.Kind.REMINDED).count() == 1
    assert "reminded on" in client.get(reverse("period", args=[period.pk])).content.decode()
