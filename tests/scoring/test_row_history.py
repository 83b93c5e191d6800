"""The history of one row in place: who reads what of it, before and after publication."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from scoring.actions.appraisals import AppraisalEntry, save_appraisal, save_loss
from scoring.actions.evidence import Reference, add_evidence
from scoring.actions.exclusions import add_exclusion
from scoring.actions.scores import RowEntry, save_score
from scoring.actions.shares import ShareEntry, give_share, reopen_share, report_done, take_back_share
from scoring.actions.sheets import move_sheet
from scoring.history import attribute_name, row_events, sheet_events
from scoring.models import Campaign, Score, Share, SheetStatus
from scoring.rules import LeafState
from tests.world import World, excuse_missing_evidence
from units.audit import Action, record
from units.models import Party, Unit, User

pytestmark = pytest.mark.any_database


def work(world: World) -> None:
    """Commune A scores 3 and 2.1, 3 with a document; submits; 3 is reduced with a cause; it is returned."""
    save(world, "3", {"points": Decimal("1.25")}, version=1)
    save(world, "3", {"points": Decimal("1.5")}, version=2)
    save(world, "2.1", {"numerator": 24, "denominator": 29}, version=1)
    row = world.score(world.commune_a, "3")
    add_evidence(score=row, reference=Reference(number="123/BC-UBND"), file=None, by=world.officer_a)
    excuse_missing_evidence(world, world.commune_a)
    for name, who in (("propose", world.officer_a), ("submit", world.leader_a)):
        move_sheet(sheet=world.sheet(world.commune_a), name=name, by=who)
    low = AppraisalEntry(points=Decimal("0.5"), reason="Thiếu minh chứng")
    save_appraisal(score=world.score(world.commune_a, "3"), entry=low, version=0, by=world.coordinator)
    party = Party.objects.get(owner=world.district, code="G_XA")
    save_loss(
        score=world.score(world.commune_a, "3"),
        cause="Chưa lưu hồ sơ",
        responsible=[(party, "responsible")],
        version=0,
        by=world.coordinator,
    )


def save(world: World, code: str, answers: dict[str, Any], *, version: int) -> None:
    entry = RowEntry(LeafState.ANSWERED, answers, note=f"Ghi chú {code}")
    save_score(score=world.score(world.commune_a, code), entry=entry, version=version, by=world.officer_a)


def history(world: World, client: Client, code: str = "3", **headers: str) -> str:
    row = world.score(world.commune_a, code)
    response = client.get(reverse("row_history", args=[row.sheet_id, row.criterion_id]), headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def actions(world: World, name: str, code: str = "3") -> list[str]:
    rows = Score.objects.select_related("criterion__criteria_set", "sheet__campaign")
    row = rows.get(pk=world.score(world.commune_a, code).pk)
    return [line.what for line in row_events(row, world.fresh(name))]


def words(*found: Action) -> list[str]:
    return [str(each.label) for each in found]


UNIT = words(Action.EVIDENCE_ADDED, Action.SCORE_SAVED, Action.SCORE_SAVED)
OFFICE = words(Action.LOSS_SAVED, Action.APPRAISAL_SAVED)


def test_who_reads_what_before_publication(world: World) -> None:
    work(world)
    assert actions(world, "officer_a") == actions(world, "leader_a") == UNIT
    assert actions(world, "coordinator") == actions(world, "district_leader") == OFFICE + UNIT


def test_after_publication_the_unit_reads_all(world: World) -> None:
    work(world)
    Campaign.objects.update(status="published", published_at="2025-01-01T00:00:00Z")
    assert actions(world, "officer_a") == OFFICE + UNIT


def test_what_was_decided_before_the_round_of_explanation_is_told_to_the_unit(world: World) -> None:
    work(world)
    sheet = world.sheet(world.commune_a)
    record(Action.EXPLANATION_OPENED, sheet, by=world.coordinator)
    world.campaign.sheets.filter(pk=sheet.pk).update(status=SheetStatus.EXPLAINING)
    assert actions(world, "officer_a") == words(Action.APPRAISAL_SAVED) + UNIT
    # What comes after, the second round, is told with the publication.
    record(Action.APPRAISAL_SAVED, sheet, by=world.coordinator, reason="Vòng hai")
    assert actions(world, "officer_a") == words(Action.APPRAISAL_SAVED) + UNIT


def test_it_says_who_when_from_to_and_why(world: World, login: Any) -> None:
    work(world)
    page = history(world, login("coordinator"))
    for part in ("Cán bộ officer_a", "1,25 → 1,50", "123/BC-UBND", "Thiếu minh chứng", "Chưa lưu hồ sơ"):
        assert part in page
    assert "Ghi chú 2.1" not in page
    page = history(world, login("officer_a"))
    assert "1,25 → 1,50" in page
    assert "Thiếu minh chứng" not in page
    assert "Cán bộ coordinator" not in page


def test_the_script_gets_the_list_alone(world: World, login: Any) -> None:
    client = login("officer_a")
    page, part = history(world, client), history(world, client, **{"HX-Request": "true"})
    assert "<html" in page
    assert "<html" not in part
    assert 'id="row-history-title"' in part


def test_a_return_of_the_sheet_stands_in_it(world: World) -> None:
    work(world)
    sheet = world.sheet(world.commune_a)
    move_sheet(sheet=sheet, name="return", by=world.coordinator, reason="Bổ sung mục 3")
    assert actions(world, "officer_a") == words(Action.SHEET_RETURNED) + UNIT
    assert actions(world, "officer_a", "2.2") == words(Action.SHEET_RETURNED)


def test_an_agency_reads_its_own_rows_only(world: World, login: Any) -> None:
    work(world)
    assert "Ghi chú 2.1" in history(world, login("justice_officer"), "2.1")
    row = world.score(world.commune_a, "3")
    url = reverse("row_history", args=[row.sheet_id, row.criterion_id])
    for name in ("justice_officer", "officer_b", "administrator", "outsider"):
        assert login(name).get(url).status_code == 404


def test_an_exclusion_stands_in_the_history_of_each_row(world: World) -> None:
    add_exclusion(
        campaign=world.campaign,
        criterion=world.criteria_set.criteria.get(code="2"),
        party=Party.objects.get(owner=world.district, unit=world.commune_a),
        reason="Không có đối tượng",
        approved_by="Chủ tịch UBND huyện",
        by=world.coordinator,
    )
    rows = Score.objects.select_related("criterion__criteria_set", "sheet__campaign")
    [line] = row_events(rows.get(pk=world.score(world.commune_a, "2.1").pk), world.fresh("officer_a"))
    assert line.what == str(Action.EXCLUSION_ADDED.label)
    assert [change.new for change in line.changes] == ["Xã Tân Lập (Chủ tịch UBND huyện)"]
    assert actions(world, "officer_a", "1.1") == []


def give(world: World, code: str, filler: User | Unit, **columns: Any) -> Share:
    entry = ShareEntry(world.criteria_set.criteria.get(code=code), filler, **columns)
    return give_share(sheet=world.sheet(world.commune_a), entry=entry, by=world.officer_a)


def handed(world: World, code: str, who: str = "officer_a") -> list[tuple[str, str, str]]:
    """Action, and from whom to whom the row went, oldest first."""
    rows = Score.objects.select_related("criterion__criteria_set", "sheet__campaign")
    row = rows.get(pk=world.score(world.commune_a, code).pk)
    given = attribute_name("filler")
    lines = [
        (event.what, *next(((each.old, each.new) for each in event.changes if each.attribute == given), ("", "")))
        for event in row_events(row, world.fresh(who))
    ]
    return lines[::-1]


def test_to_whom_the_row_was_given_and_that_it_was_taken_back_stands_in_it(world: World, login: Any) -> None:
    given, back, done, reopened = words(
        Action.SHARE_GIVEN, Action.SHARE_TAKEN_BACK, Action.SHARE_DONE, Action.SHARE_REOPENED
    )
    agency, leader = str(world.justice), str(world.leader_a)
    whole = give(world, "1", world.justice)
    part = give(world, "1.2", world.leader_a, note="Trước ngày 10")
    report_done(share=part, by=world.leader_a, sure=True)
    reopen_share(share=part, by=world.officer_a)
    give(world, "1.2.2", world.justice)
    take_back_share(share=part, by=world.officer_a)
    take_back_share(share=whole, by=world.officer_a)
    expected = [
        (given, "", agency),
        (given, agency, leader),
        (done, "", ""),
        (reopened, "", ""),
        (back, leader, agency),
        (back, agency, ""),
    ]
    assert handed(world, "1.2.1") == handed(world, "1.2.1", "coordinator") == expected
    # Since the nearest part counts, the loss of those above was nothing to this row.
    assert handed(world, "1.2.2") == [*expected[:4], (given, leader, agency)]
    assert handed(world, "1.1") == [expected[0], expected[-1]]
    assert handed(world, "2.1") == []
    page = history(world, login("officer_a"), "1.2.1")
    for part_of_it in ("Trước ngày 10", f"{leader} → {agency}", f"{agency} → –"):
        assert part_of_it in page


def test_a_part_that_changes_its_deadline_only_tells_the_deadline(world: World) -> None:
    give(world, "1.2", world.justice)
    give(world, "1.2", world.justice, due_at=timezone.now() + timedelta(days=2))
    assert [line[1:] for line in handed(world, "1.2.1")] == [("", str(world.justice)), ("", "")]
    rows = Score.objects.select_related("criterion__criteria_set", "sheet__campaign")
    newest = row_events(rows.get(pk=world.score(world.commune_a, "1.2.1").pk), world.officer_a)[0]
    assert [change.attribute for change in newest.changes] == [attribute_name("due_at")]


def test_it_needs_few_queries_however_long_it_is(world: World, login: Any) -> None:
    client = login("officer_a")
    history(world, client)
    for version in range(1, 9):
        save(world, "3", {"points": Decimal(version) / 4}, version=version)
    with CaptureQueriesContext(connection) as queries:
        page = history(world, client)
    assert page.count("history-who") == 8
    assert len(queries) <= 15


def test_an_appraisal_that_a_new_answer_takes_away_is_not_told_to_the_unit(world: World) -> None:
    work(world)
    sheet = world.sheet(world.commune_a)
    move_sheet(sheet=sheet, name="return", by=world.coordinator, reason="Thiếu tài liệu")
    row = world.score(world.commune_a, "3")
    save(world, "3", {"points": Decimal("1")}, version=row.version)
    row = Score.objects.select_related("criterion__criteria_set", "sheet__unit", "sheet__campaign").get(pk=row.pk)

    name = attribute_name("appraisal")

    def told(user: User) -> set[str]:
        events = [*row_events(row, user), *sheet_events(row.sheet, user)[0]]
        saved = [each for each in events if each.what == str(Action.SCORE_SAVED.label)]
        return {change.old for each in saved for change in each.changes if change.attribute == name}

    assert not told(world.officer_a)
    assert len(told(world.coordinator)) == 1
