"""The life of a set: imported as a draft, published, retired; what is published never changes."""

from dataclasses import replace

import pytest

from indicators.actions.sets import delete_draft, fingerprint, import_set, publish_set, retire_set
from indicators.content import SetContent
from indicators.models import IndicatorSet, SetStatus
from indicators.workflow import MoveRefused
from parportal.entry.versions import StaleVersion
from tests.indicators.reporting import make_period, make_set
from tests.indicators.test_sets_lint import SOUND
from tests.world import World
from units.audit import Action
from units.models import AuditEvent

RENAMED = replace(SOUND, title="Bộ thử, sửa đổi")


def stored(world: World, content: SetContent = SOUND, seen: int | None = None) -> IndicatorSet:
    return import_set(content=content, office=world.district, by=world.coordinator, seen=seen)


def published(world: World) -> IndicatorSet:
    return publish_set(indicator_set=stored(world), by=world.coordinator)


def test_a_stored_set_says_what_was_imported(world: World) -> None:
    found = stored(world)
    assert SetContent.of(found) == SOUND
    assert (found.office, found.status) == (world.district, SetStatus.DRAFT)
    event = AuditEvent.objects.get(action=Action.INDICATORS_IMPORTED)
    assert event.by == world.coordinator
    assert {each.attribute: each.new for each in event.changes.all()} == {"indicators": "8", "checks": "1"}


def test_the_content_of_a_set_made_by_hand_can_be_stored_again(world: World) -> None:
    content = replace(SetContent.of(make_set()), code="ban-sao")
    assert SetContent.of(stored(world, content)) == content


def test_a_draft_takes_new_content_and_a_published_set_gets_a_next_version(world: World) -> None:
    draft = stored(world)
    assert stored(world, RENAMED).pk == draft.pk
    assert SetContent.of(draft.__class__.objects.get(pk=draft.pk)) == RENAMED
    publish_set(indicator_set=draft, by=world.coordinator)
    following = stored(world)
    assert (following.version, following.status) == (2, SetStatus.DRAFT)
    assert SetContent.of(IndicatorSet.objects.get(version=1)) == RENAMED


def test_a_code_belongs_to_one_office(world: World) -> None:
    stored(world)
    with pytest.raises(MoveRefused):
        import_set(content=SOUND, office=world.province, by=None)
    with pytest.raises(MoveRefused):
        import_set(content=SOUND, office=None, by=None)
    make_set(code="chung")
    with pytest.raises(MoveRefused):
        stored(world, replace(SOUND, code="chung"))


def test_a_draft_that_changed_after_the_preview_is_not_overwritten(world: World) -> None:
    seen = fingerprint(stored(world))
    stored(world, RENAMED)
    with pytest.raises(StaleVersion):
        stored(world, SOUND, seen=seen)
    with pytest.raises(StaleVersion):
        stored(world, SOUND, seen=0)
    draft = IndicatorSet.objects.get(code="bo-thu")
    with pytest.raises(StaleVersion):
        publish_set(indicator_set=draft, by=world.coordinator, seen=seen)
    stored(world, SOUND, seen=fingerprint(draft))


def test_a_faulty_set_is_neither_stored_nor_published(world: World) -> None:
    with pytest.raises(MoveRefused):
        stored(world, replace(SOUND, indicators=()))
    draft = stored(world)
    draft.checks.update(rule="1.a <=")
    with pytest.raises(MoveRefused):
        publish_set(indicator_set=draft, by=world.coordinator)
    assert IndicatorSet.objects.get(pk=draft.pk).status == SetStatus.DRAFT


def test_what_is_published_is_neither_published_again_nor_deleted(world: World) -> None:
    found = published(world)
    with pytest.raises(MoveRefused):
        publish_set(indicator_set=found, by=world.coordinator)
    with pytest.raises(MoveRefused):
        delete_draft(indicator_set=found, by=world.coordinator)
    assert AuditEvent.objects.filter(action=Action.INDICATORS_PUBLISHED).count() == 1


def test_a_published_set_is_retired_once(world: World) -> None:
    found = published(world)
    assert retire_set(indicator_set=found, by=world.coordinator).status == SetStatus.RETIRED
    with pytest.raises(MoveRefused):
        retire_set(indicator_set=found, by=world.coordinator)
    assert AuditEvent.objects.filter(action=Action.INDICATORS_RETIRED).count() == 1


def test_a_deleted_draft_leaves_its_trace(world: World) -> None:
    draft = stored(world)
    delete_draft(indicator_set=draft, by=world.coordinator)
    assert not IndicatorSet.objects.filter(code="bo-thu").exists()
    assert AuditEvent.objects.filter(action=Action.INDICATORS_DELETED).exists()


def test_a_draft_that_a_period_uses_stays(world: World) -> None:
    draft = stored(world)
    make_period(world, draft)
    with pytest.raises(MoveRefused):
        delete_draft(indicator_set=draft, by=world.coordinator)
    assert IndicatorSet.objects.filter(pk=draft.pk).exists()


def test_a_draft_is_seen_by_those_who_make_it_alone(world: World) -> None:
    draft = stored(world)
    seen_by = {
        name: IndicatorSet.objects.visible_to(world.fresh(name)).filter(pk=draft.pk).exists()
        for name in world.people
    }
    assert [name for name, sees in seen_by.items() if sees] == ["coordinator"]
    publish_set(indicator_set=draft, by=world.coordinator)
    assert all(
        IndicatorSet.objects.visible_to(each).filter(pk=draft.pk).exists() for each in world.people.values()
    )
