"""A campaign moves to another version of its set while it runs: nothing that was entered is dropped silently."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from parportal.entry.versions import StaleVersion
from scoring.actions.appraisals import AppraisalEntry, accept_rest, save_appraisal
from scoring.actions.evidence import Reference, add_evidence
from scoring.actions.exclusions import add_exclusion
from scoring.actions.replacing import replace_set
from scoring.actions.scores import RowEntry, save_score
from scoring.actions.sheets import move_sheet
from scoring.models import Appraisal, Evidence, FieldResult, GradeRule, Score, SheetStatus, UnitResult
from scoring.rules import LeafState
from scoring.workflow import MoveRefused
from tests.scoring.appraising import FACTS, explain, submitted
from tests.scoring.replacing import Edit, add, change, later_version, remove, renumber, replaced
from tests.world import World, make_world
from units.audit import Action
from units.models import AuditEvent, Notice, Party

LOWER = {"label": "Số hình thức", "base": "0", "step_points": "0.25", "floor": "0"}


def row(world: World, code: str, unit: Any = None) -> Score:
    return Score.objects.get(
        sheet__campaign=world.campaign, sheet__unit=unit or world.commune_a, criterion__code=code
    )


def result(world: World) -> UnitResult:
    return UnitResult.objects.get(campaign=world.campaign, unit=world.commune_a)


def answer(world: World, code: str) -> None:
    entry = RowEntry(LeafState.ANSWERED, FACTS[code], note="Ghi chú")
    score = world.score(world.commune_a, code)
    save_score(score=score, entry=entry, version=score.version, by=world.officer_a)


def test_unchanged_rows_keep_everything_under_the_new_version(world: World) -> None:
    submitted(world)
    accept_rest(sheet=world.sheet(world.commune_a), by=world.coordinator)
    kept = ("pk", "answers", "state", "note", "self_points", "points", "agency", "version", "review")
    before, earned = list(Score.objects.order_by("pk").values_list(*kept)), result(world).earned_points
    replacement = replaced(world, change("1.1", guidance="Theo mẫu mới"))
    assert world.campaign.criteria_set == replacement.to_set
    assert set(Score.objects.values_list("criterion__criteria_set", flat=True)) == {replacement.to_set_id}
    assert list(Score.objects.order_by("pk").values_list(*kept)) == before
    assert Appraisal.objects.count() == 5
    assert result(world).earned_points == earned
    fields = FieldResult.objects.filter(result__campaign=world.campaign)
    assert set(fields.values_list("criterion__criteria_set", flat=True)) == {replacement.to_set_id}


def test_a_changed_row_is_scored_again_and_marked_with_what_changed(world: World) -> None:
    answer(world, "1.2.2")
    assert row(world, "1.2.2").self_points == Decimal(2)
    replaced(world, change("1.2.2", params=LOWER))
    score = row(world, "1.2.2")
    assert (score.state, score.answers, score.self_points, score.points) == (
        "answered",
        {"count": 4},
        Decimal(1),
        Decimal(1),
    )
    assert "0,25" in score.review
    assert "Số hình thức: 4" in score.review
    assert "2,00" in score.review
    assert result(world).earned_points == Decimal(1)


def test_answers_to_other_questions_stay_readable_and_the_row_is_open_again(world: World) -> None:
    answer(world, "2.1")
    replacement = replaced(world, change("2.1", method="points", params={}))
    score = row(world, "2.1")
    assert (score.state, score.answers, score.self_points, score.points) == ("not_answered", {}, None, None)
    assert "Đã xử lý: 24 · Phải xử lý: 29" in score.review
    (kept,) = replacement.data["rows"]["changed"]
    assert (kept["code"], kept["answers"]) == ("2.1", {"numerator": 24, "denominator": 29})
    assert result(world).earned_points == 0


def test_rows_that_hold_nothing_need_no_review(world: World) -> None:
    replacement = replaced(world, change("1.2.2", params=LOWER, max_points=Decimal("1.5")))
    assert not Score.objects.exclude(review="").exists()
    assert replacement.data["rows"] == {"removed": [], "changed": []}
    assert row(world, "1.2.2").counted_max_points == Decimal("1.5")


def test_added_criteria_get_a_row_in_every_sheet_and_an_appraiser(world: World) -> None:
    submitted(world)
    replaced(world, add("2.3", "2"))
    for unit in (world.commune_a, world.commune_b):
        score = row(world, "2.3", unit)
        assert (score.state, score.counted_max_points) == ("not_answered", Decimal(1))
        assert score.agency == world.justice
    field = FieldResult.objects.get(result__unit=world.commune_a, criterion__code="2")
    assert (field.earned_points, field.applicable_max_points) == (Decimal("2.66"), Decimal(4))


def test_an_added_survey_is_left_out_until_there_is_one_and_needs_no_appraiser(world: World) -> None:
    before = result(world).applicable_max_points

    def survey(criteria: dict[str, Any]) -> None:
        add("4", "", "5")(criteria)
        criteria["4"] = replace(criteria["4"], method="survey", params={"by": "points"})

    replaced(world, survey)
    assert [row(world, "4").points, row(world, "4").counted_max_points] == [Decimal(0), Decimal(0)]
    assert result(world).applicable_max_points == before


def test_removed_rows_are_written_down_whole_and_their_evidence_stays_with_the_sheet(world: World) -> None:
    score = world.score(world.commune_a, "1.1")
    add_evidence(score=score, reference=Reference(number="12/BC"), file=None, by=world.officer_a)
    sheet = submitted(world)
    accept_rest(sheet=sheet, by=world.coordinator)
    entry = AppraisalEntry(points=Decimal(1), reason="Ban hành muộn")
    save_appraisal(score=world.score(world.commune_a, "1.1"), entry=entry, version=1, by=world.coordinator)
    explain(world, sheet)
    replacement = replaced(world, remove("1.1"))
    assert not Score.objects.filter(criterion__code="1.1").exists()
    (kept,) = replacement.data["rows"]["removed"]
    assert (kept["unit"], kept["code"], kept["answers"]) == ("Xã Tân Lập", "1.1", {"option": "on_time"})
    assert (kept["self_points"], kept["note"]) == ("2.00", "Có báo cáo kèm theo")
    assert [(each["points"], each["reason"]) for each in kept["appraisals"]] == [("1.00", "Ban hành muộn")]
    assert (kept["cause"], [each["name"] for each in kept["responsible"]]) == ("Chậm tiến độ", ["Xã Tân Lập"])
    assert [each["number"] for each in kept["evidence"]] == ["12/BC"]
    paper = Evidence.objects.get(sheet=sheet)
    assert not paper.scores.exists()
    assert paper in Evidence.objects.visible_to(world.officer_a)
    assert paper in Evidence.objects.visible_to(world.coordinator)
    assert paper not in Evidence.objects.visible_to(world.justice_officer)
    assert paper not in Evidence.objects.visible_to(world.officer_b)


def test_a_renumbered_criterion_takes_its_rows_along(world: World) -> None:
    answer(world, "2.1")
    before = row(world, "2.1").pk
    replaced(world, renumber("2.1", "2.9"), add("2.1", "2", "1.5"))
    moved = row(world, "2.9")
    assert (moved.pk, moved.self_points, moved.review) == (before, Decimal("1.66"), "")
    assert row(world, "2.1").state == "not_answered"


def test_a_row_that_becomes_a_heading_is_written_down(world: World) -> None:
    answer(world, "2.1")
    edits = (change("2.1", method="", params={}), add("2.1.1", "2.1"), add("2.1.2", "2.1"))
    replacement = replaced(world, *edits)
    assert [each["code"] for each in replacement.data["rows"]["removed"]] == ["2.1"]
    assert not Score.objects.filter(criterion__code="2.1").exists()
    assert Score.objects.filter(criterion__code__in=["2.1.1", "2.1.2"]).count() == 4


# What hangs on criteria ---------------------------------------------------------------------------------------
def test_exclusions_rules_of_grading_and_keys_follow_their_criterion_or_are_listed(world: World) -> None:
    party = Party.objects.get(owner=world.district, unit=world.commune_a)
    criteria = {each.code: each for each in world.criteria_set.criteria.all()}
    for code in ("1.1", "2"):
        add_exclusion(
            campaign=world.campaign,
            criterion=criteria[code],
            party=party,
            reason=f"Lý do {code}",
            approved_by="UBND huyện",
            by=world.coordinator,
        )
    assert world.campaign.grade_scale is not None
    for code in ("1.1", "3"):
        GradeRule.objects.create(
            campaign=world.campaign,
            kind="cap",
            grade=world.campaign.grade_scale.all_grades[1],
            criterion=criteria[code],
            below_percent=Decimal(50),
            title=f"Khống chế {code}",
            legal_basis="QĐ 1",
            by=world.coordinator,
        )
    world.campaign.refresh_from_db()
    world.campaign.tie_breaks = ["2", "penalty"]
    world.campaign.save()
    replacement = replaced(world, remove("1.1"), add("2.3", "2"))
    assert list(world.campaign.exclusions.values_list("criterion__criteria_set", "criterion__code")) == [
        (replacement.to_set_id, "2")
    ]
    assert row(world, "2.3").exclusion is not None
    assert row(world, "2.3", world.commune_b).exclusion is None
    assert list(world.campaign.grade_rules.values_list("criterion__code", flat=True)) == ["3"]
    assert world.campaign.tie_breaks == ["2", "penalty"]
    dropped = replacement.data["dropped"]
    assert dropped["exclusions"] == ["1.1, Xã Tân Lập: Lý do 1.1 (UBND huyện)"]
    assert dropped["grade_rules"] == ["1.1: Khống chế 1.1 (QĐ 1)"]


def test_a_field_that_is_no_more_leaves_its_results_and_its_key(world: World) -> None:
    save_score(
        score=world.score(world.commune_a, "3"),
        entry=RowEntry(LeafState.ANSWERED, {"points": Decimal(2)}),
        version=1,
        by=world.officer_a,
    )
    world.campaign.refresh_from_db()
    world.campaign.tie_breaks = ["3"]
    world.campaign.save()
    replacement = replaced(world, remove("3"))
    assert world.campaign.tie_breaks == []
    assert replacement.data["dropped"]["tie_breaks"] == ["3"]
    assert replacement.data["dropped"]["fields"] == ["3, Xã Tân Lập: 2.00"]
    assert replacement.data["dropped"]["assignments"] == ["3: Phòng Nội vụ"]
    assert set(FieldResult.objects.values_list("criterion__code", flat=True)) == {"1", "2"}


# What is refused ----------------------------------------------------------------------------------------------
def refusal(world: World, *edits: Edit, **columns: Any) -> str:
    with pytest.raises(MoveRefused) as refused:
        replaced(world, *edits, **columns)
    world.campaign.refresh_from_db()
    assert world.campaign.criteria_set == world.criteria_set
    return str(refused.value)


def test_criteria_that_nobody_would_appraise_refuse_the_move_unless_somebody_is_named(world: World) -> None:
    assert "4" in refusal(world, add("4", "", title="Chuyển đổi số"))
    new = world.criteria_set.__class__.objects.get(version=2)
    field = new.criteria.get(code="4")
    replace_set(
        campaign=world.campaign,
        to_set=new,
        reason="Bổ sung",
        version=world.campaign.version,
        by=world.coordinator,
        agencies={field.pk: world.justice},
    )
    assert row(world, "4").agency == world.justice


def test_a_set_that_contradicts_itself_is_refused(world: World) -> None:
    assert "1.1" in refusal(world, change("1.1", method="choice", params={"options": []}))


def test_a_draft_a_missing_reason_and_an_old_page_are_refused(world: World) -> None:
    draft = later_version(world, published=False)
    columns: dict[str, Any] = {"campaign": world.campaign, "to_set": draft, "by": world.coordinator}
    with pytest.raises(MoveRefused):
        replace_set(**columns, reason="Sửa", version=world.campaign.version)
    with pytest.raises(MoveRefused):
        replace_set(**columns, reason=" ", version=world.campaign.version)
    with pytest.raises(StaleVersion):
        replace_set(**columns, reason="Sửa", version=world.campaign.version - 1)


# Review -------------------------------------------------------------------------------------------------------
def test_an_appraisal_is_not_finished_while_a_row_waits_to_be_decided_again(world: World) -> None:
    sheet = submitted(world)
    grant = AppraisalEntry(LeafState.NOT_APPLICABLE)
    save_appraisal(score=world.score(world.commune_a, "3"), entry=grant, version=0, by=world.coordinator)
    accept_rest(sheet=sheet, by=world.coordinator)
    move_sheet(sheet=sheet, name="finish", by=world.coordinator)
    replaced(world, change("1.2.2", params=LOWER))
    sheet = world.sheet(world.commune_a)
    assert sheet.status == SheetStatus.UNDER_APPRAISAL
    given = Appraisal.objects.get(score__criterion__code="1.2.2")
    assert (given.points, given.answers, given.version) == (Decimal(1), {"count": 4}, 2)
    with pytest.raises(MoveRefused, match=r"1\.2\.2"):
        move_sheet(sheet=sheet, name="finish", by=world.coordinator)
    again = AppraisalEntry(answers={"count": 4})
    save_appraisal(score=world.score(world.commune_a, "1.2.2"), entry=again, version=2, by=world.coordinator)
    assert row(world, "1.2.2").review == ""
    assert move_sheet(sheet=sheet, name="finish", by=world.coordinator).status == SheetStatus.APPRAISED


def test_bare_points_of_an_appraiser_stay_within_the_new_maximum(world: World) -> None:
    submitted(world)
    entry = AppraisalEntry(points=Decimal("1.9"), reason="Đối chiếu")
    save_appraisal(score=world.score(world.commune_a, "1.2.2"), entry=entry, version=0, by=world.coordinator)
    replacement = replaced(world, change("1.2.2", params=LOWER, max_points=Decimal("1.5")))
    assert Appraisal.objects.get().points == Decimal("1.5")
    assert row(world, "1.2.2").points == Decimal("1.5")
    (kept,) = (each for each in replacement.data["rows"]["changed"] if each["appraisals"])
    assert kept["appraisals"][0]["points"] == "1.90"


def test_accepting_the_rest_leaves_rows_under_review_to_be_read(world: World) -> None:
    sheet = submitted(world)
    replaced(world, change("1.2.2", params=LOWER))
    accept_rest(sheet=sheet, by=world.coordinator)
    assert not Appraisal.objects.filter(score__criterion__code="1.2.2").exists()
    assert row(world, "1.2.2").review


def test_the_unit_clears_the_mark_by_saving_and_what_was_decided_of_the_old_rules_falls(world: World) -> None:
    sheet = submitted(world)
    accept_rest(sheet=sheet, by=world.coordinator)
    move_sheet(sheet=sheet, name="return", by=world.coordinator, reason="Bộ tiêu chí thay đổi")
    replaced(world, change("1.2.2", params=LOWER))
    score = row(world, "1.2.2")
    entry = RowEntry(LeafState.ANSWERED, {"count": 4})
    save_score(score=world.score(world.commune_a, "1.2.2"), entry=entry, version=score.version, by=world.officer_a)
    score = row(world, "1.2.2")
    assert (score.review, score.points) == ("", Decimal(1))
    assert not score.appraisals.exists()


def test_people_are_told_and_the_history_keeps_who_did_it(world: World) -> None:
    answer(world, "2.1")
    replaced(world, remove("2.1"))
    (event,) = AuditEvent.objects.about(world.campaign).filter(action=Action.SET_REPLACED)
    assert (event.by, event.reason) == (world.coordinator, "Quyết định sửa đổi 15/QĐ-UBND")
    (of_sheet,) = AuditEvent.objects.about(world.sheet(world.commune_a)).filter(action=Action.SET_REPLACED)
    assert {(each.label, each.attribute) for each in of_sheet.changes.all()} == {
        ("2.1", "answers"),
        ("2.1", "self_points"),
    }
    told = set(
        Notice.objects.filter(subject__contains="Đợt chấm điểm thử:").values_list("user__username", flat=True)
    )
    assert told == {"officer_a", "officer_b", "leader_a", "leader_b", "justice_officer"}


# Whatever is edited -------------------------------------------------------------------------------------------
LEAVES = ("1.1", "1.2.1", "1.2.2", "2.1", "2.2", "3")
COLUMNS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "max": st.sampled_from(["1", "2.5", "3"]).map(lambda text: {"max_points": Decimal(text)}),
    "points": st.just({"method": "points", "params": {}}),
    "title": st.sampled_from(["Kế hoạch CCHC năm", "Nội dung khác hẳn"]).map(lambda text: {"title": text}),
    "policy": st.just({"no_case_policy": "full"}),
}
# The options of the first leaf are worth points of their own: a smaller maximum would contradict them.
EDITS = st.one_of(
    st.sampled_from(LEAVES[1:]).flatmap(
        lambda code: st.sampled_from(sorted(COLUMNS)).flatmap(
            lambda name: COLUMNS[name].map(lambda columns: change(code, **columns))
        )
    ),
    st.sampled_from(LEAVES[:5]).map(remove),
    st.sampled_from(LEAVES).map(lambda code: renumber(code, f"{code}9" if "." in code else "9")),
    st.sampled_from([("1.3", "1"), ("1.2.5", "1.2"), ("2.7", "2")]).map(lambda place: add(*place)),
)


@pytest.mark.any_database
class NothingIsDropped(TestCase):
    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(EDITS, min_size=1, max_size=4))
    def test_every_answer_is_kept_in_its_row_or_in_the_record(self, edits: list[Edit]) -> None:
        world = make_world()
        accept_rest(sheet=submitted(world), by=world.coordinator)
        before = {score.pk: (score.criterion.code, score.answers, score.note) for score in Score.objects.all()}
        given = {each.score_id: str(each.points) for each in Appraisal.objects.all()}
        replacement = replaced(world, *(guarded(edit) for edit in edits))
        recorded = [row for part in replacement.data["rows"].values() for row in part]
        after = {score.pk: score for score in Score.objects.all()}
        for pk, (code, answers, note) in before.items():
            score = after.get(pk)
            kept = score is not None and score.answers == answers and score.note == note
            decided = score is not None and [str(each.points) for each in score.appraisals.all()] == [
                given[pk] for _ in range(pk in given)
            ]
            if (kept and decided) or not (answers or note or pk in given):
                continue
            (row,) = [each for each in recorded if each["code"] == code and each["unit"] == "Xã Tân Lập"]
            assert (row["answers"], row["note"]) == (answers, note)
            assert [each["points"] for each in row["appraisals"]] == [given[pk] for _ in range(pk in given)]
        leaves = world.campaign.criteria_set.criteria.leaves().count()
        assert Score.objects.count() == 2 * leaves
        assert json.dumps(replacement.data)


def guarded(edit: Edit) -> Edit:
    """The edit where the edits before it left something to edit, and a parent with something below it."""

    def safe(criteria: dict[str, Any]) -> None:
        trial = dict(criteria)
        try:
            edit(trial)
        except KeyError:
            return
        parents = {each.parent for each in trial.values()}
        if any(not each.method and code not in parents for code, each in trial.items()):
            return
        criteria.clear()
        criteria.update(trial)

    return safe
