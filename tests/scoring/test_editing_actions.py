"""Steps of editing stored and undone: rows keep their identity, the history tells each step."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parportal.entry.versions import StaleVersion
from scoring import edits
from scoring.actions.contents import STEPS_KEPT
from scoring.actions.criteria import import_criteria_set, publish_set
from scoring.actions.editing import change_draft, create_set, undo_step
from scoring.content import SetContent
from scoring.edits import Edited, EditRefused
from scoring.importing.criteria_example import EXAMPLE
from scoring.models import Assignment, Campaign, CriteriaSet, Criterion, SetStatus
from scoring.tree import Tree
from scoring.workflow import MoveRefused
from tests.scoring.test_edits import any_step, outline
from tests.world import World
from units.audit import Action
from units.models import AuditChange, AuditEvent


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def draft(world: World) -> CriteriaSet:
    return import_criteria_set(content=EXAMPLE, by=world.coordinator)


def content_of(criteria_set: CriteriaSet) -> SetContent:
    return SetContent.of(Tree.of(CriteriaSet.objects.select_related("issuer").get(pk=criteria_set.pk)))


def step(world: World, draft: CriteriaSet, edited: Edited) -> CriteriaSet:
    return change_draft(
        criteria_set=draft,
        edited=edited,
        revision=CriteriaSet.objects.get(pk=draft.pk).revision,
        title=edited.title,
        by=world.coordinator,
    )


def undo(world: World, draft: CriteriaSet) -> CriteriaSet:
    revision = CriteriaSet.objects.get(pk=draft.pk).revision
    return undo_step(criteria_set=draft, revision=revision, by=world.coordinator)


def numbers(draft: CriteriaSet) -> dict[str, int]:
    return dict(draft.criteria.values_list("code", "pk"))


def told(action: Action) -> list[tuple[str, str, str]]:
    found = AuditChange.objects.filter(event__action=action).order_by("pk")
    return list(found.values_list("attribute", "old", "new"))


def test_a_step_is_stored_with_its_undo_and_one_event(world: World, draft: CriteriaSet) -> None:
    changed = step(world, draft, edits.change(EXAMPLE, "1.3", {"max_points": Decimal(3)}))
    assert changed.revision == draft.revision + 1
    assert content_of(draft).criteria[3].max_points == 3
    last = draft.steps.get()
    assert (last.title, last.by) == ("changed the maximum of 1.3", world.coordinator)
    assert AuditEvent.objects.filter(action=Action.SET_EDITED).count() == 1
    assert told(Action.SET_EDITED) == [
        ("step", "", "changed the maximum of 1.3"),
        ("max_points", "2.00", "3"),
    ]


def test_rows_keep_their_identity_under_new_codes(world: World, draft: CriteriaSet) -> None:
    before = numbers(draft)
    moved = step(world, draft, edits.move(EXAMPLE, "2", "up"))
    assert numbers(draft) == before
    renumbered = edits.renumber(content_of(moved))
    step(world, draft, renumbered)
    after = numbers(draft)
    assert {renumbered.renamed.get(code, code): pk for code, pk in before.items()} == after
    assert after["1"] == before["2"]
    undo(world, draft)
    assert numbers(draft) == before


def test_two_criteria_swap_their_codes(world: World, draft: CriteriaSet) -> None:
    before = numbers(draft)
    swapped = tuple(
        replace(each, code={"1.1": "1.2", "1.2": "1.1"}.get(each.code, each.code)) for each in EXAMPLE.criteria
    )
    edited = Edited(replace(EXAMPLE, criteria=swapped), {"1.1": "1.2", "1.2": "1.1"}, "swapped")
    step(world, draft, edited)
    after = numbers(draft)
    assert (after["1.1"], after["1.2"]) == (before["1.2"], before["1.1"])


def test_a_code_set_free_may_be_given_again_at_once(world: World, draft: CriteriaSet) -> None:
    renamed = edits.change(EXAMPLE, "1.3", {"code": "1.9"})
    both = replace(edits.add(renamed.content, parent="1"), renamed=renamed.renamed)
    again = edits.change(both.content, both.at, {"code": "1.3"})
    before = numbers(draft)
    step(world, draft, replace(again, renamed={"1.3": "1.9"}))
    after = numbers(draft)
    assert after["1.9"] == before["1.3"]
    assert after["1.3"] not in before.values()


def test_undo_after_undo_goes_further_back(world: World, draft: CriteriaSet) -> None:
    one = step(world, draft, edits.add(EXAMPLE, title="Lĩnh vực mới"))
    two = step(world, draft, edits.copy(content_of(one), "1"))
    step(world, draft, edits.remove(content_of(two), "2"))
    assert [each.title for each in draft.steps.all()] == [
        "added 3",
        "copied 1 as 4",
        "removed 2 with 3 criteria below it",
    ]
    for _step in range(3):
        undone = undo(world, draft)
    assert content_of(draft) == EXAMPLE
    assert undone.revision == draft.revision + 6
    assert told(Action.SET_UNDONE)[0] == ("step", "removed 2 with 3 criteria below it", "")
    with pytest.raises(MoveRefused, match="nothing to undo"):
        undo(world, draft)


def test_the_head_is_changed_and_restored(world: World, draft: CriteriaSet) -> None:
    step(world, draft, edits.change_set(EXAMPLE, {"title": "Tên mới", "level_names": ("Phần",)}))
    assert (content_of(draft).title, content_of(draft).level_names) == ("Tên mới", ("Phần",))
    undo(world, draft)
    assert content_of(draft) == EXAMPLE


def test_an_edit_of_an_older_revision_is_stale(world: World, draft: CriteriaSet) -> None:
    edited = edits.add(EXAMPLE)
    step(world, draft, edited)
    with pytest.raises(StaleVersion):
        change_draft(
            criteria_set=draft, edited=edited, revision=draft.revision, title="again", by=world.coordinator
        )
    with pytest.raises(StaleVersion):
        undo_step(criteria_set=draft, revision=draft.revision, by=world.coordinator)
    assert draft.steps.count() == 1


def test_a_published_set_is_not_edited(world: World, draft: CriteriaSet) -> None:
    step(world, draft, edits.change(EXAMPLE, "1.3", {"title": "Tên khác"}))
    publish_set(criteria_set=draft, by=world.coordinator, reason="theo quyết định")
    with pytest.raises(MoveRefused, match="never change"):
        step(world, draft, edits.add(EXAMPLE))
    with pytest.raises(MoveRefused, match="never change"):
        undo(world, draft)
    assert not draft.steps.exists()


def campaign_of(draft: CriteriaSet, *codes: str) -> Campaign:
    campaign = Campaign.objects.create(
        code="dot-moi", title="Đợt mới", owner=draft.issuer, criteria_set=draft, year=2026
    )
    for code in codes:
        Assignment.objects.create(campaign=campaign, criterion=draft.criteria.get(code=code), agency=draft.issuer)
    return campaign


def test_what_a_campaign_refers_to_is_not_removed(world: World, draft: CriteriaSet) -> None:
    campaign_of(draft, "2.10")
    with pytest.raises(MoveRefused, match=r"A campaign uses criteria that would be removed \(2\.10\)"):
        step(world, draft, edits.remove(EXAMPLE, "2"))
    assert content_of(draft) == EXAMPLE
    assert not draft.steps.exists()


def test_assignments_follow_a_criterion_under_its_new_code(world: World, draft: CriteriaSet) -> None:
    campaign = campaign_of(draft, "2", "2.10")
    step(world, draft, edits.renumber(EXAMPLE))
    assert [each.criterion.code for each in campaign.assignments.order_by("criterion__position")] == ["2", "2.3"]


def test_only_the_last_steps_are_kept(world: World, draft: CriteriaSet) -> None:
    for number in range(STEPS_KEPT + 2):
        step(world, draft, edits.change(content_of(draft), "1", {"title": f"Tên {number}"}))
    assert draft.steps.count() == STEPS_KEPT


def test_an_import_over_a_draft_is_a_step_too(world: World, draft: CriteriaSet) -> None:
    shorter = edits.remove(EXAMPLE, "2").content
    renewed = import_criteria_set(content=shorter, by=world.coordinator)
    assert renewed.revision == draft.revision + 1
    assert draft.steps.get().title == "imported a workbook"
    undo(world, draft)
    assert content_of(draft) == EXAMPLE


def test_an_import_by_the_operator_leaves_nothing_to_undo(world: World, draft: CriteriaSet) -> None:
    step(world, draft, edits.add(EXAMPLE))
    import_criteria_set(content=EXAMPLE, by=None)
    assert not draft.steps.exists()


def test_a_set_begins_empty_under_a_code_of_its_own(world: World) -> None:
    content = replace(EXAMPLE, code="moi", criteria=())
    created = create_set(content=content, issuer=world.district, by=world.coordinator)
    assert (created.version, created.status, created.revision) == (1, SetStatus.DRAFT, 1)
    assert AuditEvent.objects.about(created).get().action == Action.SET_CREATED
    with pytest.raises(MoveRefused, match="already"):
        create_set(content=content, issuer=world.district, by=world.coordinator)


def test_sections_and_knock_out_branches_follow_a_move(world: World, draft: CriteriaSet) -> None:
    knock_out = edits.change(EXAMPLE, "2", {"knock_out": True})
    step(world, draft, knock_out)
    step(world, draft, edits.move_to(knock_out.content, "1.3", parent="2"))
    moved = Criterion.objects.get(criteria_set=draft, code="1.3")
    assert moved.section is not None
    assert moved.knock_out_branch is not None
    assert (moved.section.code, moved.knock_out_branch.code) == ("2", "2")


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_undoing_every_step_gives_the_first_content_back(
    world: World, draft: CriteriaSet, data: st.DataObject
) -> None:
    first, taken = content_of(draft), 0
    rows = numbers(draft)
    removed: set[str] = set()
    for _step in range(data.draw(st.integers(1, 6))):
        content = content_of(draft)
        try:
            edited = any_step(data, content)
        except EditRefused:
            continue
        step(world, draft, edited)
        assert content_of(draft) == edited.content, outline(edited.content)
        taken += 1
        kept = set(numbers(draft).values())
        removed |= {code for code, pk in rows.items() if pk not in kept}
    for _step in range(taken):
        undo(world, draft)
    assert content_of(draft) == first
    assert all(numbers(draft)[code] == pk for code, pk in rows.items() if code not in removed)
