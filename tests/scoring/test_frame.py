"""A parent's set as the frame of a child's: fields and criteria stay, components are the child's own."""

import html
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from parportal.entry.problems import ImportProblems
from scoring.actions.criteria import import_criteria_set, new_version, publish_set
from scoring.actions.framing import take_frame
from scoring.content import CriterionContent, SetContent
from scoring.importing.criteria import read_criteria_set
from scoring.lint import Finding, frame_of
from scoring.models import CriteriaSet, SetStatus
from scoring.tree import Tree
from scoring.workflow import MoveRefused
from tests.scoring.criteria_books import book_file
from tests.scoring.lint_sets import errors, group, node, set_of
from tests.world import World, person
from units.access import Role
from units.audit import Action
from units.models import AuditEvent

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]

# Two levels are fixed; 1.2 is divided already, 2 is a leaf on the first level, B a bonus of the parent.
FRAME = replace(
    set_of(
        node("1", "7", ""),
        node("1.1", "2"),
        node("1.2", "5", ""),
        node("1.2.1", "3"),
        node("1.2.2", "2"),
        node("2", "3"),
        group("B", "2", parent=""),
        node("B.1", "2", counts_as="bonus"),
        total="10",
    ),
    code="khung-tinh",
    title="Khung của tỉnh",
    issuer="62",
)
FILLED = {"1.2": [node("1.2.1", "4"), node("1.2.2", "1")], "2": [node("2.1", "1"), node("2.2", "2")]}


@pytest.fixture(autouse=True)
def _english(client: Client) -> None:
    client.cookies["django_language"] = "en"


@pytest.fixture
def frame(world: World) -> CriteriaSet:
    stored = import_criteria_set(content=FRAME, by=None)
    return publish_set(criteria_set=stored, by=None)


@pytest.fixture
def draft(world: World, frame: CriteriaSet) -> CriteriaSet:
    return take_frame(
        frame=frame, code="bo-huyen", title="Bộ của huyện", issuer=world.district, by=world.coordinator
    )


def content_of(criteria_set: CriteriaSet) -> SetContent:
    return SetContent.of(Tree.of(CriteriaSet.objects.select_related("issuer").get(pk=criteria_set.pk)))


def filled(content: SetContent, below: dict[str, list[CriterionContent]] = FILLED) -> SetContent:
    """The draft with components below the criteria of the frame."""
    rows: list[CriterionContent] = []
    for each in content.criteria:
        divided = each.code in below
        rows += [replace(each, method="", params={}) if divided else each, *below.get(each.code, ())]
    return replace(content, criteria=tuple(rows))


def changed(content: SetContent, code: str, **changes: Any) -> SetContent:
    rows = (replace(each, **changes) if each.code == code else each for each in content.criteria)
    return replace(content, criteria=tuple(rows))


def kept(content: SetContent) -> list[Finding]:
    with translation.override("en"):
        return [finding for finding in errors(content, FRAME) if finding.kind == "frame"]


# Taking a frame ---------------------------------------------------------------------------------------------
def test_the_draft_starts_with_two_levels_of_the_frame(
    world: World, frame: CriteriaSet, draft: CriteriaSet
) -> None:
    content = content_of(draft)
    assert [each.code for each in content.criteria] == ["1", "1.1", "1.2", "2", "B", "B.1"]
    assert (draft.frame, draft.issuer, draft.version, draft.status) == (frame, world.district, 1, SetStatus.DRAFT)
    assert (content.total_points, content.decision_number, content.title) == (Decimal(10), "", "Bộ của huyện")
    methods = {each.code: each.method for each in content.criteria}
    assert methods == {"1": "", "1.1": "points", "1.2": "", "2": "points", "B": "", "B.1": "points"}
    event = AuditEvent.objects.about(draft).get()
    assert (event.action, event.by) == (Action.SET_CREATED, world.coordinator)
    assert ("frame", "", "khung-tinh v1") in event.changes.values_list("attribute", "old", "new")


def test_what_the_frame_divides_waits_for_components(draft: CriteriaSet) -> None:
    found = errors(content_of(draft), FRAME)
    assert [(finding.kind, finding.code) for finding in found] == [("no_method", "1.2")]
    assert errors(filled(content_of(draft)), FRAME) == []


def test_a_frame_is_taken_once_a_code_and_only_in_force(
    world: World, frame: CriteriaSet, draft: CriteriaSet
) -> None:
    with pytest.raises(MoveRefused):
        take_frame(frame=frame, code="bo-huyen", title="x", issuer=world.district, by=world.coordinator)
    with pytest.raises(MoveRefused):
        take_frame(frame=draft, code="moi", title="x", issuer=world.district, by=world.coordinator)


def test_only_offices_below_the_issuer_take_its_frame(world: World, frame: CriteriaSet) -> None:
    for issuer, by in (
        (world.province, world.coordinator),
        (world.district, world.outsider),
        (world.district, world.officer_a),
    ):
        with pytest.raises(MoveRefused):
            take_frame(frame=frame, code="moi", title="x", issuer=issuer, by=by)
    assert not CriteriaSet.objects.filter(code="moi").exists()


def test_a_frame_may_come_from_further_up(world: World, frame: CriteriaSet) -> None:
    below = person("xa", (Role.COORDINATOR, world.commune_a))
    taken = take_frame(frame=frame, code="bo-xa", title="Bộ của xã", issuer=world.commune_a, by=below)
    assert taken.issuer == world.commune_a


# Keeping it -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("code", "changes", "said"),
    [
        ("1", {"max_points": Decimal(8)}, "The frame is exceeded: 8 points instead of 7."),
        ("1.1", {"max_points": Decimal("1.5")}, "below that of the frame: 1.5 points instead of 2."),
        ("1.1", {"parent": "2"}, "In the frame the criterion above this one is another: 1."),
        ("2", {"parent": "1"}, "is another: none, it is a field."),
        ("B", {"counts_as": "base"}, "counts in another way (bonus)"),
    ],
)
def test_what_the_frame_fixes_is_not_altered(
    draft: CriteriaSet, code: str, changes: dict[str, Any], said: str
) -> None:
    (finding,) = kept(changed(filled(content_of(draft)), code, **changes))
    assert (finding.code, finding.at) == (code, next(iter(changes)))
    assert said in finding.what


def test_a_criterion_of_the_frame_is_not_left_out(draft: CriteriaSet) -> None:
    content = filled(content_of(draft))
    less = replace(content, criteria=tuple(each for each in content.criteria if each.code != "1.1"))
    (finding,) = kept(less)
    assert finding.what == "The criterion 1.1 of the frame is missing: Tiêu chí 1.1, 2 points."


@pytest.mark.parametrize(("code", "parent"), [("3", ""), ("1.3", "1")])
def test_no_criterion_is_added_beside_those_of_the_frame(draft: CriteriaSet, code: str, parent: str) -> None:
    content = filled(content_of(draft))
    more = replace(content, criteria=(*content.criteria, node(code, "0", parent=parent)))
    (finding,) = kept(more)
    assert (finding.code, finding.what) == (code, f"The frame has no criterion {code} on this level.")


def test_titles_methods_bonus_and_components_are_the_childs_own(draft: CriteriaSet) -> None:
    content = changed(filled(content_of(draft)), "1.1", title="Tên khác", guidance="Theo báo cáo", function="")
    bonus = node("T", "1", counts_as="bonus", parent="")
    assert kept(replace(content, criteria=(*content.criteria, bonus))) == []


def test_a_draft_outside_its_frame_is_not_published(world: World, draft: CriteriaSet) -> None:
    wider = changed(filled(content_of(draft)), "1.1", max_points=Decimal(3))
    wider = changed(changed(wider, "1", max_points=Decimal(8)), "2", max_points=Decimal(2))
    wider = changed(wider, "2.2", max_points=Decimal(1))
    import_criteria_set(content=wider, by=world.coordinator)
    with translation.override("en"), pytest.raises(MoveRefused, match="3 errors keep"):
        publish_set(criteria_set=draft, by=world.coordinator)


def test_a_workbook_and_a_new_version_stay_in_the_frame(
    world: World, frame: CriteriaSet, draft: CriteriaSet
) -> None:
    content = filled(content_of(draft))
    with pytest.raises(ImportProblems) as refused:
        read_criteria_set(book_file(changed(content, "1.1", max_points=Decimal(3))), by=None)
    assert "criteria!D3" in {f"{each.sheet}!{each.cell}" for each in refused.value.problems}
    read = read_criteria_set(book_file(content), by=None)
    assert import_criteria_set(content=read, by=world.coordinator).frame == frame
    published = publish_set(criteria_set=draft, by=world.coordinator)
    second = import_criteria_set(content=replace(read, version=2), by=world.coordinator)
    assert frame_of(second) == frame_of(published)
    second.delete()
    assert new_version(criteria_set=published, by=world.coordinator).frame == frame


# Pages ------------------------------------------------------------------------------------------------------
def url(criteria_set: CriteriaSet, name: str = "criteria_set_take_frame") -> str:
    return reverse(name, args=[criteria_set.code, criteria_set.version])


def text_of(response: object) -> str:
    return html.unescape(response.content.decode())  # type: ignore[attr-defined]


def test_the_page_of_the_frame_offers_it_to_offices_below(login: Login, world: World, frame: CriteriaSet) -> None:
    assert url(frame) in text_of(login("coordinator").get(url(frame, "criteria_set")))
    assert url(frame) not in text_of(login("officer_a").get(url(frame, "criteria_set")))
    own = world.criteria_set
    assert url(own) not in text_of(login("coordinator").get(url(own, "criteria_set")))


def test_the_form_begins_a_draft_that_names_its_frame(login: Login, world: World, frame: CriteriaSet) -> None:
    client = login("coordinator")
    form = text_of(client.get(url(frame)))
    assert "Khung của tỉnh" in form
    assert 'value="khung-tinh-614"' in form
    data = {"issuer": world.district.pk, "code": "bo-huyen", "title": "Bộ của huyện"}
    answer = client.post(url(frame), data, follow=True)
    page = text_of(answer)
    assert "The draft bo-huyen v1 was begun in the frame of khung-tinh v1." in page
    assert f'<a href="{url(frame, "criteria_set")}">Khung của tỉnh</a>, Tỉnh Kon Tum' in page
    assert "1 error" in page
    assert CriteriaSet.objects.get(code="bo-huyen").frame == frame


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("code", "khung-tinh", "There is a criteria set of this code already."),
        ("code", "bộ huyện", "id_code_error"),
        ("title", "", "This field is required."),
        ("issuer", "0", "id_issuer_error"),
    ],
)
def test_the_form_refuses_at_the_field_and_keeps_what_was_typed(
    login: Login, world: World, frame: CriteriaSet, field: str, value: str, said: str
) -> None:
    data = {"issuer": world.district.pk, "code": "bo-huyen", "title": "Bộ của huyện", field: value}
    answer = login("coordinator").post(url(frame), data)
    assert (answer.status_code, said in text_of(answer)) == (422, True)
    assert field == "title" or 'value="Bộ của huyện"' in text_of(answer)
    assert not CriteriaSet.objects.filter(frame=frame).exists()


@pytest.mark.parametrize("name", ["officer_a", "district_leader", "administrator"])
def test_others_do_not_take_a_frame(login: Login, frame: CriteriaSet, name: str) -> None:
    client = login(name)
    assert client.get(url(frame)).status_code == client.post(url(frame)).status_code == 403


def test_a_retired_set_is_no_frame(login: Login, frame: CriteriaSet) -> None:
    CriteriaSet.objects.filter(pk=frame.pk).update(status=SetStatus.RETIRED)
    assert login("coordinator").get(url(frame)).status_code == 403
