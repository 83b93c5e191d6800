"""Criteria that do not apply by a decision: before opening, while the campaign runs, and lifted again."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from scoring.actions.amendments import amend_score
from scoring.actions.appraisals import AppraisalEntry, accept_rest, save_appraisal
from scoring.actions.campaigns import close_campaign, open_campaign, reopen_campaign
from scoring.actions.evidence import Reference, add_evidence
from scoring.actions.exclusions import add_exclusion, remove_exclusion
from scoring.actions.scores import RowEntry, save_score
from scoring.actions.sheets import move_sheet
from scoring.models import Campaign, Exclusion, Score, ScoreSheet, SheetStatus, UnitResult
from scoring.rules import LeafState
from scoring.workflow import MoveRefused
from tests.scoring.appraising import published, submitted
from tests.world import World, make_campaign
from units.models import AuditEvent, Party, Unit

Login = Callable[[str], Client]
ZERO = Decimal(0)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def party(world: World, unit: Unit | None = None) -> Party:
    """The party of one unit, or the group of all communes."""
    return Party.objects.get(owner=world.district, **({"unit": unit} if unit else {"code": "G_XA"}))


def exclude(world: World, code: str, who: Party, campaign: Campaign | None = None) -> Exclusion:
    return add_exclusion(
        campaign=campaign or world.campaign,
        criterion=world.criteria_set.criteria.get(code=code),
        party=who,
        reason="Không có đối tượng",
        approved_by="Chủ tịch UBND huyện",
        by=world.coordinator,
    )


def excluded(world: World, unit: Unit) -> list[str]:
    rows = Score.objects.filter(sheet__campaign=world.campaign, sheet__unit=unit, exclusion__isnull=False)
    return list(rows.order_by("criterion__position").values_list("criterion__code", flat=True))


def result(world: World, unit: Unit) -> UnitResult:
    return UnitResult.objects.get(campaign=world.campaign, unit=unit)


def answer(world: World, unit: Unit, points: str = "1.5") -> None:
    officer = world.officer_a if unit == world.commune_a else world.officer_b
    entry = RowEntry(LeafState.ANSWERED, {"points": Decimal(points)})
    save_score(score=world.score(unit, "3"), entry=entry, version=world.score(unit, "3").version, by=officer)


def test_a_branch_leaves_points_and_maximum_of_the_unit_alone(world: World) -> None:
    answer(world, world.commune_a)
    exclude(world, "1", party(world, world.commune_a))
    assert excluded(world, world.commune_a) == ["1.1", "1.2.1", "1.2.2"]
    assert excluded(world, world.commune_b) == []
    one = result(world, world.commune_a)
    assert (one.earned_points, one.applicable_max_points, one.index) == (Decimal("1.5"), Decimal(5), Decimal(30))
    assert one.fields.get(criterion__code="1").applicable_max_points == 0
    assert result(world, world.commune_b).applicable_max_points == 12


def test_a_group_takes_it_out_of_all_its_units(world: World) -> None:
    exclude(world, "3", party(world))
    assert excluded(world, world.commune_a) == excluded(world, world.commune_b) == ["3"]


def test_an_answer_stays_stored_and_comes_back(world: World) -> None:
    answer(world, world.commune_a)
    made = exclude(world, "3", party(world, world.commune_a))
    row = world.score(world.commune_a, "3")
    assert (row.points, row.counted_max_points, row.self_points) == (ZERO, ZERO, Decimal("1.5"))
    remove_exclusion(exclusion=made, by=world.coordinator)
    row = world.score(world.commune_a, "3")
    assert (row.points, row.counted_max_points, row.exclusion) == (Decimal("1.5"), Decimal(2), None)
    assert result(world, world.commune_a).applicable_max_points == 12


@pytest.mark.parametrize("lifted", ["parent", "child", "unit", "group"])
def test_of_overlapping_exclusions_one_lifted_leaves_the_others(world: World, lifted: str) -> None:
    made = {
        "parent": exclude(world, "1", party(world, world.commune_a)),
        "child": exclude(world, "1.2", party(world, world.commune_a)),
        "unit": exclude(world, "3", party(world, world.commune_a)),
        "group": exclude(world, "3", party(world)),
    }
    assert world.score(world.commune_a, "1.2.1").exclusion == made["child"]
    assert world.score(world.commune_a, "3").exclusion == made["unit"]
    remove_exclusion(exclusion=made[lifted], by=world.coordinator)
    left = {
        "parent": ["1.2.1", "1.2.2", "3"],
        "child": ["1.1", "1.2.1", "1.2.2", "3"],
        "unit": ["1.1", "1.2.1", "1.2.2", "3"],
        "group": ["1.1", "1.2.1", "1.2.2", "3"],
    }[lifted]
    assert excluded(world, world.commune_a) == left
    assert excluded(world, world.commune_b) == ([] if lifted == "group" else ["3"])


def test_those_of_a_draft_are_applied_when_it_opens(world: World) -> None:
    agencies = {"home_affairs": world.home_affairs, "justice": world.justice}
    units = [world.commune_a, world.commune_b]
    Campaign.objects.filter(pk=world.campaign.pk).update(code="dot-cu")
    scale = world.campaign.grade_scale
    assert scale is not None
    scale.code = "thang-cu"
    scale.save()
    draft = make_campaign(world.district, world.criteria_set, units, agencies)
    exclude(world, "2", party(world, world.commune_b), draft)
    assert not Score.objects.filter(sheet__campaign=draft).exists()
    opened = open_campaign(campaign=draft, by=world.coordinator)
    reached = {each.unit_id: each.applicable_max_points for each in opened.results.all()}
    assert reached == {world.commune_a.pk: 12, world.commune_b.pk: 9}


def test_the_row_takes_no_input_and_no_decision(world: World) -> None:
    exclude(world, "3", party(world))
    with pytest.raises(MoveRefused, match="approved by Chủ tịch UBND huyện"):
        answer(world, world.commune_a)
    with pytest.raises(MoveRefused, match="Not applicable by decision"):
        add_evidence(
            score=world.score(world.commune_a, "3"), reference=Reference(number="1"), file=None, by=world.officer_a
        )
    for name, by in (("propose", world.officer_a), ("submit", world.leader_a)):
        move_sheet(sheet=world.sheet(world.commune_a), name=name, by=by)
    with pytest.raises(MoveRefused, match="Not applicable by decision"):
        save_appraisal(
            score=world.score(world.commune_a, "3"),
            entry=AppraisalEntry(points=Decimal(1)),
            version=0,
            by=world.coordinator,
        )


def test_an_excluded_row_need_not_be_decided(world: World) -> None:
    exclude(world, "3", party(world))
    sheet = submitted_without_3(world)
    assert accept_rest(sheet=sheet, by=world.coordinator) == 5
    assert move_sheet(sheet=sheet, name="finish", by=world.coordinator).status == SheetStatus.APPRAISED
    assert not world.score(world.commune_a, "3").appraisals.exists()


def submitted_without_3(world: World) -> ScoreSheet:
    for name, by in (("propose", world.officer_a), ("submit", world.leader_a)):
        move_sheet(sheet=world.sheet(world.commune_a), name=name, by=by)
    return world.sheet(world.commune_a)


def test_a_lifted_exclusion_takes_a_finished_appraisal_up_again(world: World) -> None:
    made = exclude(world, "3", party(world))
    sheet = submitted_without_3(world)
    accept_rest(sheet=sheet, by=world.coordinator)
    move_sheet(sheet=sheet, name="finish", by=world.coordinator)
    assert remove_exclusion(exclusion=made, by=world.coordinator) == 1
    assert world.sheet(world.commune_a).status == SheetStatus.UNDER_APPRAISAL
    with pytest.raises(MoveRefused):
        close_campaign(campaign=world.campaign, by=world.coordinator)


def test_an_exclusion_wins_over_an_appraisal_that_was_made(world: World) -> None:
    sheet = submitted(world)
    accept_rest(sheet=sheet, by=world.coordinator)
    made = exclude(world, "2.1", party(world, world.commune_a))
    assert world.score(world.commune_a, "2.1").counted_max_points == 0
    remove_exclusion(exclusion=made, by=world.coordinator)
    assert world.score(world.commune_a, "2.1").points == Decimal("1.66")


def test_after_closing_the_campaign_is_opened_again_first(world: World) -> None:
    made = exclude(world, "3", party(world))
    close_campaign(campaign=world.campaign, by=world.coordinator)
    for attempt in (
        lambda: exclude(world, "2", party(world)),
        lambda: remove_exclusion(exclusion=made, by=world.coordinator),
    ):
        with pytest.raises(MoveRefused, match="Open it again"):
            attempt()
    reopen_campaign(campaign=world.campaign, by=world.coordinator, reason="bổ sung")
    remove_exclusion(exclusion=made, by=world.coordinator)
    assert not Exclusion.objects.exists()


def test_after_publication_an_amendment_decides_the_row(world: World) -> None:
    made = exclude(world, "2.2", party(world, world.commune_b))
    published_with(world)
    with pytest.raises(MoveRefused, match="amendment"):
        remove_exclusion(exclusion=made, by=world.coordinator)
    score = (
        Score.objects.appraisable_by(world.coordinator)
        .for_saving()
        .get(sheet__unit=world.commune_b, criterion__code="2.2")
    )
    entry = AppraisalEntry(points=Decimal(1), reason="có phát sinh")
    amend_score(score=score, entry=entry, version=0, by=world.coordinator, reason="có phát sinh")
    row = world.score(world.commune_b, "2.2")
    assert (row.exclusion, row.points, row.counted_max_points) == (None, Decimal(1), Decimal(1))
    assert result(world, world.commune_b).applicable_max_points == 10


def published_with(world: World) -> None:
    """Published; the facts of the excluded row are passed over."""
    from tests.scoring import appraising

    facts = dict(appraising.FACTS)
    try:
        appraising.FACTS.pop("2.2")
        published(world)
    finally:
        appraising.FACTS.clear()
        appraising.FACTS.update(facts)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"reason": " "}, "reason"),
        ({"approved_by": ""}, "approved"),
        ({"party": "foreign"}, "no unit in the campaign"),
    ],
)
def test_what_is_missing_is_told(world: World, change: dict[str, str], words: str) -> None:
    Party.objects.create(owner=world.district, code="foreign", name="Ngoài đợt")
    values = {"reason": "lý do", "approved_by": "UBND huyện", "party": "G_XA"} | change
    who = Party.objects.get(owner=world.district, code=values.pop("party"))
    criterion = world.criteria_set.criteria.get(code="3")
    with pytest.raises(MoveRefused, match=words):
        add_exclusion(campaign=world.campaign, criterion=criterion, party=who, by=world.coordinator, **values)
    assert not AuditEvent.objects.filter(action__startswith="exclusion.").exists()


def test_the_same_twice_is_refused_in_words(world: World, login: Login) -> None:
    exclude(world, "3", party(world))
    response = post(world, login("coordinator"), "3", party(world))
    assert response.status_code == 409
    assert "3 đã" in response.content.decode() or "3 is already excluded" in response.content.decode()


def test_each_leaves_an_event_of_the_campaign(world: World) -> None:
    made = exclude(world, "3", party(world))
    remove_exclusion(exclusion=made, by=world.coordinator)
    events = AuditEvent.objects.about(world.campaign).filter(action__startswith="exclusion.")
    assert [each.action for each in events] == ["exclusion.removed", "exclusion.added"]
    assert events[1].changes.all()[0].new == "UBND các xã, thị trấn (Chủ tịch UBND huyện)"


# The page ---------------------------------------------------------------------------------------------------


def post(world: World, client: Client, code: str, who: Party, **change: str) -> Any:
    data = {
        "criterion": world.criteria_set.criteria.get(code=code).pk,
        "party": who.pk,
        "reason": "Không có đối tượng",
        "approved_by": "Chủ tịch UBND huyện",
    } | change
    return client.post(reverse("campaign_exclusions", args=[world.campaign.code]), data)


def test_the_coordinator_adds_and_lifts_on_the_page(world: World, login: Login) -> None:
    client = login("coordinator")
    url = reverse("campaign_exclusions", args=[world.campaign.code])
    assert post(world, client, "1.2", party(world)).status_code == 302
    page = client.get(url).content.decode()
    for words in (
        "1.2. Nhiệm vụ được giao",
        "UBND các xã, thị trấn",
        "Không có đối tượng",
        "Chủ tịch UBND huyện",
        "5,00",
    ):
        assert words in page
    made = Exclusion.objects.get()
    client.post(reverse("campaign_exclusion_remove", args=[world.campaign.code, made.pk]))
    assert not Exclusion.objects.exists()


def test_a_form_that_lacks_something_keeps_what_was_typed(world: World, login: Login) -> None:
    response = post(world, login("coordinator"), "3", party(world), approved_by="", reason="Lý do dài")
    assert response.status_code == 422
    assert "approved_by" in response.context["form"].errors
    assert "Lý do dài" in response.content.decode()


def test_parties_without_a_unit_of_the_campaign_are_not_offered(world: World, login: Login) -> None:
    page = login("coordinator").get(reverse("campaign_exclusions", args=[world.campaign.code]))
    offered = {each.code for each in page.context["form"].fields["party"].queryset}
    assert offered == {"23497", "23488", "G_XA"}


def test_the_leader_reads_only(world: World, login: Login) -> None:
    exclude(world, "3", party(world))
    response = login("district_leader").get(reverse("campaign_exclusions", args=[world.campaign.code]))
    assert not response.context["can_change"]
    assert "Chủ tịch UBND huyện" in response.content.decode()


def test_the_unit_reads_on_its_sheet_why_the_row_is_out(world: World, login: Login) -> None:
    answer(world, world.commune_a)
    exclude(world, "3", party(world, world.commune_a))
    page = login("officer_a").get(reverse("sheet", args=[world.sheet(world.commune_a).pk]))
    text = page.content.decode()
    assert "Không có đối tượng" in text
    assert "Chủ tịch UBND huyện" in text
    panel = page.context["page"].panel
    assert [each.code for each in panel.excluded] == ["3"]
    assert (panel.answered, panel.total, panel.earned, panel.maximum) == (0, 5, "0,00", "10")
    score = world.score(world.commune_a, "3")
    row = text.split(f'id="row-{score.criterion_id}"')[1]
    assert "data-open" not in row.split(">")[0]
    assert f'data-url="{reverse("sheet_row", args=[score.sheet_id, score.criterion_id])}"' not in text


def test_the_appraiser_reads_it_too_and_decides_five_rows(world: World, login: Login) -> None:
    exclude(world, "3", party(world, world.commune_a))
    sheet = submitted_without_3(world)
    page = login("coordinator").get(reverse("appraisal", args=[sheet.pk]))
    assert "Chủ tịch UBND huyện" in page.content.decode()
    assert (page.context["progress"].decided, page.context["progress"].total) == (0, 5)
    accept_rest(sheet=sheet, by=world.coordinator)
    board = login("coordinator").get(reverse("campaign", args=[world.campaign.code]))
    [row] = [each for each in board.context["rows"] if each.sheet.unit == world.commune_a]
    assert (row.answered, row.leaves, row.counts.appraised) == (0, 5, 5)
