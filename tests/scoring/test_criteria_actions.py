"""The life of a criteria set: draft, published, retired, next version; each step leaves an audit event."""

from dataclasses import replace
from decimal import Decimal

import pytest

from parportal.entry.problems import ImportProblems
from scoring.actions.criteria import delete_draft, import_criteria_set, new_version, publish_set, retire_set
from scoring.content import SetContent
from scoring.importing.criteria_example import EXAMPLE
from scoring.models import Assignment, Campaign, CriteriaSet, Criterion, SetStatus
from scoring.tree import Tree
from scoring.workflow import MoveRefused
from tests.scoring.acknowledging import acknowledge_all, publish_with_warnings
from tests.world import World
from units.audit import Action
from units.models import AuditEvent


def content_of(criteria_set: CriteriaSet) -> SetContent:
    return SetContent.of(Tree.of(CriteriaSet.objects.get(pk=criteria_set.pk)))


@pytest.fixture
def draft(world: World) -> CriteriaSet:
    return import_criteria_set(content=EXAMPLE, by=world.coordinator)


def changes_of(action: Action) -> list[tuple[str, str, str, str]]:
    event = AuditEvent.objects.filter(action=action).latest("pk")
    return [(each.label, each.attribute, each.old, each.new) for each in event.changes.all()]


def test_an_import_makes_a_draft_of_the_issuer(world: World, draft: CriteriaSet) -> None:
    assert (draft.status, draft.issuer, content_of(draft)) == (SetStatus.DRAFT, world.district, EXAMPLE)
    event = AuditEvent.objects.about(draft).get()
    assert (event.action, event.by) == (Action.SET_IMPORTED, world.coordinator)
    assert changes_of(Action.SET_IMPORTED) == [("vi-du v1", "criteria", "", "8")]


def test_every_criterion_knows_its_field(draft: CriteriaSet) -> None:
    sections: dict[str, str | None] = dict(draft.criteria.values_list("code", "section__code"))
    assert (sections["1"], sections["1.1"], sections["2.10"]) == (None, "1", "2")


def test_importing_a_draft_again_changes_it_in_place(world: World, draft: CriteriaSet) -> None:
    kept = draft.criteria.get(code="1.2").pk
    moved = tuple(
        replace(each, title="Tên mới", parent="2") if each.code == "1.2" else each
        for each in EXAMPLE.criteria
        if each.code != "1.3"
    )
    changed = replace(EXAMPLE, title="Bộ mới", criteria=moved).in_reading_order()
    assert import_criteria_set(content=changed, by=world.coordinator) == draft
    assert content_of(draft) == changed
    assert draft.criteria.get(code="1.2").pk == kept
    assert set(changes_of(Action.SET_IMPORTED)) == {
        ("vi-du v1", "title", "Bộ tiêu chí ví dụ", "Bộ mới"),
        ("1.3 Hình thức tuyên truyền", "criterion", "Hình thức tuyên truyền", ""),
        ("1.2 Tên mới", "parent", "1", "2"),
        ("1.2 Tên mới", "title", "Thực hiện nhiệm vụ được giao", "Tên mới"),
    }


def test_the_same_content_again_leaves_an_event_without_changes(world: World, draft: CriteriaSet) -> None:
    import_criteria_set(content=EXAMPLE, by=world.coordinator)
    assert changes_of(Action.SET_IMPORTED) == []


def test_a_criterion_that_a_campaign_uses_is_not_left_out(world: World, draft: CriteriaSet) -> None:
    campaign = Campaign.objects.create(
        code="dot-moi", title="Đợt mới", owner=world.district, criteria_set=draft, year=2026
    )
    Assignment.objects.create(campaign=campaign, criterion=draft.criteria.get(code="1.3"), agency=world.justice)
    smaller = replace(EXAMPLE, criteria=tuple(each for each in EXAMPLE.criteria if each.code != "1.3"))
    with pytest.raises(MoveRefused, match=r"1\.3"):
        import_criteria_set(content=smaller, by=world.coordinator)
    assert content_of(draft) == EXAMPLE
    with pytest.raises(MoveRefused):
        delete_draft(criteria_set=draft, by=world.coordinator)
    assert AuditEvent.objects.filter(action=Action.SET_DELETED).count() == 0


def test_a_set_published_after_the_preview_is_not_overwritten(world: World, draft: CriteriaSet) -> None:
    publish_with_warnings(draft, by=world.coordinator)
    with pytest.raises(ImportProblems):
        import_criteria_set(content=replace(EXAMPLE, title="Khác"), by=world.coordinator)
    assert content_of(draft) == EXAMPLE


def test_what_the_preview_did_not_allow_is_not_stored(world: World) -> None:
    with pytest.raises(ImportProblems):
        import_criteria_set(content=EXAMPLE, by=world.outsider)
    assert not CriteriaSet.objects.filter(code="vi-du").exists()


def test_a_sound_draft_is_published_once(world: World, draft: CriteriaSet) -> None:
    acknowledge_all(draft, by=world.coordinator)
    published = publish_set(criteria_set=draft, by=world.coordinator)
    assert published.status == SetStatus.PUBLISHED
    assert AuditEvent.objects.about(draft).first().action == Action.SET_PUBLISHED  # type: ignore[union-attr]
    with pytest.raises(MoveRefused):
        publish_set(criteria_set=draft, by=world.coordinator)


def test_a_draft_with_findings_is_not_published(world: World, draft: CriteriaSet) -> None:
    Criterion.objects.filter(criteria_set=draft, code="1.3").update(max_points=Decimal(3))
    with pytest.raises(MoveRefused, match="1"):
        publish_set(criteria_set=draft, by=world.coordinator)
    draft.refresh_from_db()
    assert draft.status == SetStatus.DRAFT


def test_a_new_version_is_a_copy_as_a_draft(world: World, draft: CriteriaSet) -> None:
    publish_with_warnings(draft, by=world.coordinator)
    copy = new_version(criteria_set=draft, by=world.coordinator)
    assert (copy.version, copy.status, copy.pk != draft.pk) == (2, SetStatus.DRAFT, True)
    assert content_of(copy) == replace(EXAMPLE, version=2)
    assert ("vi-du v2", "copied_from", "", "vi-du v1") in changes_of(Action.SET_VERSIONED)


def test_there_is_one_draft_of_a_code_at_a_time(world: World, draft: CriteriaSet) -> None:
    with pytest.raises(MoveRefused):
        new_version(criteria_set=draft, by=world.coordinator)
    publish_with_warnings(draft, by=world.coordinator)
    new_version(criteria_set=draft, by=world.coordinator)
    with pytest.raises(MoveRefused, match="2"):
        new_version(criteria_set=draft, by=world.coordinator)


def test_only_a_published_set_is_retired(world: World, draft: CriteriaSet) -> None:
    with pytest.raises(MoveRefused):
        retire_set(criteria_set=draft, by=world.coordinator)
    publish_with_warnings(draft, by=world.coordinator)
    assert retire_set(criteria_set=draft, by=world.coordinator).status == SetStatus.RETIRED
    assert new_version(criteria_set=draft, by=world.coordinator).version == 2


def test_only_a_draft_is_deleted_and_the_history_keeps_it(world: World, draft: CriteriaSet) -> None:
    with pytest.raises(MoveRefused):
        delete_draft(criteria_set=world.criteria_set, by=world.coordinator)
    delete_draft(criteria_set=draft, by=world.coordinator)
    assert not CriteriaSet.objects.filter(code="vi-du").exists()
    assert changes_of(Action.SET_DELETED) == [("vi-du v1", "title", "Bộ tiêu chí ví dụ", "")]
