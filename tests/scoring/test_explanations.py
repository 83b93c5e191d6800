"""The round of explanation: the unit explains, appraisers answer or give new points, earlier rounds stay."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import override

from parportal.entry.versions import StaleVersion
from scoring.actions.appraisals import AppraisalEntry, accept_rest, present_round, save_appraisal, save_loss
from scoring.actions.campaigns import close_campaign, publish_campaign
from scoring.actions.explanations import reply_to_explanation, save_explanation
from scoring.actions.sheets import extend_deadline, move_sheet
from scoring.models import Campaign, Explanation, Publication, Round, Score, ScoreSheet, UnitResult
from scoring.workflow import MoveRefused, why_appraisal_is_locked
from tests.scoring.appraising import submitted
from tests.scoring.explaining import TEXT, explain, explained, explaining
from tests.world import World
from units.audit import Action
from units.models import AuditChange, AuditEvent, Notice, Party


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with override("en"):
        yield


def moved(world: World, name: str, *, by: str = "coordinator", reason: str = "vì thế") -> ScoreSheet:
    return move_sheet(sheet=world.sheet(world.commune_a), name=name, by=world.people[by], reason=reason)


def test_a_round_is_opened_only_when_every_row_is_decided_and_with_a_deadline(world: World) -> None:
    sheet = submitted(world)
    with pytest.raises(MoveRefused, match="not been appraised"):
        moved(world, "open_explanation")
    accept_rest(sheet=sheet, by=world.coordinator)
    grant = AppraisalEntry(points=Decimal(0), reason="Có trụ sở")
    save_appraisal(score=world.score(world.commune_a, "3"), entry=grant, version=0, by=world.coordinator)
    with pytest.raises(MoveRefused, match="deadline"):
        moved(world, "open_explanation")
    Campaign.objects.update(explanation_due_at=timezone.now() + timedelta(days=5))
    assert moved(world, "open_explanation").status == "explaining"
    told = Notice.objects.filter(kind=Notice.Kind.EXPLAINING).values_list("user__username", flat=True)
    assert sorted(told) == ["leader_a", "officer_a"]


def test_the_unit_explains_a_row_and_changes_its_mind(world: World) -> None:
    explaining(world)
    explain(world)
    with pytest.raises(StaleVersion):
        explain(world, text="Khác", version=0)
    explain(world, text="Khác", version=1)
    found = Explanation.objects.get()
    assert (found.text, found.version, found.by) == ("Khác", 2, world.officer_a)
    changes = AuditChange.objects.filter(attribute="explanation", row_id=found.score_id).order_by("pk")
    assert [(each.old, each.new) for each in changes] == [("", TEXT), (TEXT, "Khác")]


def test_only_the_unit_explains_and_only_while_the_round_is_open(world: World) -> None:
    submitted(world)
    score = world.score(world.commune_a, "1.1")
    with pytest.raises(MoveRefused):
        save_explanation(score=score, text=TEXT, version=0, by=world.officer_a)
    ScoreSheet.objects.update(status="explaining", explanation_due_at=timezone.now() + timedelta(days=1))
    for persona in ("officer_b", "coordinator", "justice_officer", "district_leader"):
        with pytest.raises(MoveRefused):
            save_explanation(
                score=world.score(world.commune_a, "1.1"), text=TEXT, version=0, by=world.people[persona]
            )
    with pytest.raises(MoveRefused, match="not been appraised"):
        explain(world)
    assert not Explanation.objects.exists()


@pytest.mark.parametrize(("minutes", "in_time"), [(-1, True), (0, True), (1, False)])
def test_the_deadline_of_the_explanation_holds_to_the_minute(world: World, minutes: int, in_time: bool) -> None:
    due_at = explaining(world).explanation_due_at
    assert due_at is not None
    with time_machine.travel(due_at + timedelta(minutes=minutes), tick=False):
        if in_time:
            explain(world)
            assert moved(world, "send_explanation", by="leader_a").explained_at == timezone.now()
        else:
            with pytest.raises(MoveRefused, match="deadline of the explanation passed"):
                explain(world)
            with pytest.raises(MoveRefused, match="deadline of the explanation passed"):
                moved(world, "send_explanation", by="leader_a")


def test_an_extension_of_the_explanation_is_for_this_unit_and_keeps_its_reason(world: World) -> None:
    due_at = explaining(world).explanation_due_at
    assert due_at is not None
    with time_machine.travel(due_at + timedelta(hours=1), tick=False):
        new = timezone.now() + timedelta(days=1)
        extend_deadline(
            sheet=world.sheet(world.commune_a), due_at=new, by=world.coordinator, reason="Mất mạng diện rộng"
        )
        explain(world)
        sheet = world.sheet(world.commune_a)
        assert (sheet.explanation_due_at, sheet.due_at) == (new, None)
    assert AuditEvent.objects.get(action=Action.SHEET_EXTENDED).reason == "Mất mạng diện rộng"


def test_the_coordinator_begins_the_second_appraisal_with_a_reason_or_after_the_deadline(world: World) -> None:
    due_at = explaining(world).explanation_due_at
    assert due_at is not None
    with pytest.raises(MoveRefused, match="reason"):
        moved(world, "begin_second", reason="")
    with time_machine.travel(due_at + timedelta(minutes=1), tick=False):
        sheet = moved(world, "begin_second", reason="")
        assert (sheet.status, sheet.explained_at) == ("second_appraisal", timezone.now())


def test_who_must_answer_is_told_when_the_explanation_is_sent(world: World) -> None:
    explaining(world)
    explain(world, "2.1")
    Notice.objects.all().delete()
    moved(world, "send_explanation", by="leader_a")
    told = Notice.objects.filter(kind=Notice.Kind.EXPLAINED).values_list("user__username", flat=True)
    assert sorted(told) == ["coordinator", "justice_officer"]


def test_a_second_round_stands_beside_the_first_and_counts(world: World) -> None:
    sheet = explained(world)
    assert present_round(sheet) is Round.SECOND
    with pytest.raises(MoveRefused, match=r"1\.1"):
        moved(world, "finish")
    entry = AppraisalEntry(points=Decimal(2))
    save_appraisal(score=world.score(world.commune_a, "1.1"), entry=entry, version=0, by=world.coordinator)
    score = world.score(world.commune_a, "1.1")
    assert score.points == 2
    rounds = score.appraisals.order_by("pk").values_list("round", "points")
    assert list(rounds) == [("first", Decimal(1)), ("second", Decimal(2))]
    assert moved(world, "finish").status == "appraised"
    # Rows that nobody looked at again keep their first round.
    assert world.score(world.commune_a, "2.1").points == 1
    result = UnitResult.objects.get(campaign=world.campaign, unit=world.commune_a)
    assert (result.earned_points, result.applicable_max_points) == (Decimal("7.91"), Decimal(10))


def test_a_reply_in_words_answers_an_explanation_as_well(world: World) -> None:
    explained(world)
    score = world.score(world.commune_a, "1.1")
    reply_to_explanation(score=score, reply="Kế hoạch ban hành ngày 5/2", version=1, by=world.coordinator)
    found = Explanation.objects.get()
    assert (found.text, found.reply, found.reply_by, found.version) == (
        TEXT,
        "Kế hoạch ban hành ngày 5/2",
        world.coordinator,
        2,
    )
    assert moved(world, "finish").status == "appraised"
    assert world.score(world.commune_a, "1.1").points == 1


def test_nothing_is_answered_before_the_explanation_was_sent_or_where_nothing_was_explained(world: World) -> None:
    explaining(world)
    explain(world)
    with pytest.raises(MoveRefused):
        reply_to_explanation(
            score=world.score(world.commune_a, "1.1"), reply="Không", version=1, by=world.coordinator
        )
    moved(world, "send_explanation", by="leader_a")
    with pytest.raises(MoveRefused, match="explained nothing"):
        reply_to_explanation(
            score=world.score(world.commune_a, "2.1"), reply="Không", version=0, by=world.coordinator
        )
    with pytest.raises(StaleVersion):
        reply_to_explanation(
            score=world.score(world.commune_a, "1.1"), reply="Không", version=0, by=world.coordinator
        )


@pytest.mark.parametrize("later", [False, True])
def test_after_its_deadline_agencies_are_locked_out_and_the_coordinator_is_not(world: World, later: bool) -> None:
    sheet = explained(world) if later else submitted(world)
    due_at = timezone.now() + timedelta(days=2)
    Campaign.objects.update(**{"second_appraisal_due_at" if later else "appraisal_due_at": due_at})
    entry = AppraisalEntry(points=Decimal("1.5"), reason="Theo báo cáo")

    def save(by: str) -> None:
        score = world.score(world.commune_a, "2.1")
        version = score.appraisals.filter(round=present_round(score.sheet)).values_list("version", flat=True)
        save_appraisal(score=score, entry=entry, version=version.first() or 0, by=world.people[by])

    with time_machine.travel(due_at, tick=False):
        save("justice_officer")
    with time_machine.travel(due_at + timedelta(minutes=1), tick=False):
        with pytest.raises(MoveRefused, match="ask there"):
            save("justice_officer")
        with pytest.raises(MoveRefused):
            accept_rest(sheet=world.sheet(world.commune_a), by=world.justice_officer)
        assert why_appraisal_is_locked(world.sheet(sheet.unit), world.justice_officer)
        assert why_appraisal_is_locked(world.sheet(sheet.unit)) == ""
        save("coordinator")


def test_a_campaign_does_not_close_over_an_explanation_or_a_second_appraisal(world: World) -> None:
    explaining(world)
    with pytest.raises(MoveRefused, match="not finished"):
        close_campaign(campaign=world.campaign, by=world.coordinator)
    moved(world, "begin_second")
    with pytest.raises(MoveRefused, match="not finished"):
        close_campaign(campaign=world.campaign, by=world.coordinator)


def test_from_the_explanation_to_published_figures(world: World) -> None:
    explained(world)
    entry = AppraisalEntry(points=Decimal("1.5"), reason="Ban hành trễ một tuần")
    save_appraisal(score=world.score(world.commune_a, "1.1"), entry=entry, version=0, by=world.coordinator)
    party = Party.objects.get(owner=world.district, code="G_XA")
    for score in Score.objects.lossy().filter(sheet__unit=world.commune_a).select_related("sheet__campaign"):
        save_loss(score=score, cause="Trễ", responsible=[(party, "lead")], version=0, by=world.coordinator)
    moved(world, "finish")
    campaign = close_campaign(campaign=world.campaign, by=world.coordinator)
    decision = ("12/QĐ-UBND", timezone.localdate())
    publish_campaign(campaign=campaign, by=world.coordinator, decision=decision, warnings_acknowledged=True)
    data = Publication.objects.get().data
    unit = next(each for each in data["units"] if each["code"] == world.commune_a.code)
    row = next(each for each in unit["rows"] if each["code"] == "1.1")
    assert (row["points"], row["unit_explanation"]) == ("1.50", TEXT)
    assert [(each["round"], each["points"]) for each in row["rounds"]] == [("first", "1.00"), ("second", "1.50")]
    assert unit["earned_points"] == "7.41"


def test_what_the_unit_may_see_of_the_rounds(world: World) -> None:
    sheet = submitted(world)
    assert sheet.opened_rounds(world.officer_a) == ()
    explaining_sheet = ScoreSheet(status="explaining", campaign=sheet.campaign, unit=sheet.unit)
    assert explaining_sheet.opened_rounds(world.officer_a) == (Round.FIRST,)
    sheet.status, sheet.explained_at = "appraised", timezone.now()
    assert sheet.opened_rounds(world.officer_a) == (Round.FIRST,)
    assert not sheet.shows_appraisal_to(world.officer_a)
    assert sheet.opened_rounds(world.coordinator) == tuple(Round)
    sheet.campaign.status = "published"
    assert sheet.opened_rounds(world.officer_a) == tuple(Round)
