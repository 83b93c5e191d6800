"""The registers of initiatives and of meetings: who sees them, what is found, entered, changed, counted."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from parportal.entry.versions import StaleVersion
from plans.actions.conclusions import ConclusionRefused, delete_conclusion
from plans.actions.documents import DocumentRefused, remove_document
from plans.actions.registers import change, enter, remove
from plans.counting_registers import initiatives_of, meetings_of, recognised_of
from plans.models import Conclusion, Initiative, Meeting
from plans.register_lists import Wanted
from tests.plans.registering import register
from tests.world import World
from units.audit import Action
from units.models import AuditEvent, Unit

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]
YEAR = 2024


@pytest.fixture(autouse=True)
def _english(client: Client) -> None:
    client.cookies["django_language"] = "en"


def initiative(world: World, owner: Unit, unit: Unit | None = None, **columns: Any) -> Initiative:
    usual = {"year": YEAR, "title": "Trả kết quả tại nhà", "field": "Thủ tục hành chính"}
    row = Initiative(owner=owner, unit=unit or owner, **usual | columns)
    return enter(row=row, by=world.coordinator)


def meeting(world: World, owner: Unit, held_on: date = date(YEAR, 3, 5), **columns: Any) -> Meeting:
    row = Meeting(owner=owner, held_on=held_on, **{"subject": "Họp Ban Chỉ đạo quý I"} | columns)
    return enter(row=row, by=world.coordinator)


def typed(owner: Unit, **words: Any) -> dict[str, Any]:
    usual = {"owner": owner.pk, "unit": owner.pk, "year": YEAR, "title": "Trả kết quả tại nhà"}
    return usual | words


def test_a_register_is_seen_in_its_unit_and_above_and_by_the_unit_it_speaks_of(world: World) -> None:
    own, of_district = initiative(world, world.commune_a), initiative(world, world.district, world.commune_a)
    for name, user in world.people.items():
        seen = set(Initiative.objects.visible_to(user))
        expected = (
            {own, of_district} if name in ("officer_a", "leader_a", "coordinator", "district_leader") else set()
        )
        assert seen == expected, name
        keeps = {"officer_a": {own}, "coordinator": {of_district}}.get(name, set())
        assert set(Initiative.objects.editable_by(user)) == keeps, name


def test_an_initiative_of_two_registers_is_counted_once_and_a_decision_recognises_it(world: World) -> None:
    initiative(world, world.commune_a, number="12/QĐ-UBND")
    initiative(world, world.district, world.commune_a, title="TRA KET QUA tại nhà")
    initiative(world, world.commune_a, title="Ngày không hẹn")
    initiative(world, world.commune_a, year=YEAR - 1)
    initiative(world, world.district, title="Họp không giấy", number="13/QĐ-UBND")
    found = {
        unit: (initiatives_of(unit, YEAR), recognised_of(unit, YEAR))
        for unit in (world.commune_a, world.commune_b, world.district)
    }
    assert found == {world.commune_a: (2, 1), world.commune_b: (0, 0), world.district: (2, 1)}


def test_each_count_is_one_query(world: World, django_assert_num_queries: Any) -> None:
    meeting(world, world.district)
    for each in range(3):
        initiative(world, world.district, title=f"Sáng kiến {each}")
    for count, expected in ((initiatives_of, 3), (recognised_of, 0), (meetings_of, 1)):
        with django_assert_num_queries(1):
            assert count(world.district, YEAR) == expected


def test_meetings_are_counted_by_the_day_on_which_they_were_held(world: World) -> None:
    for day in (date(YEAR, 1, 1), date(YEAR, 12, 31), date(YEAR + 1, 1, 1)):
        meeting(world, world.district, day)
    meeting(world, world.commune_a)
    assert (meetings_of(world.district, YEAR), meetings_of(world.district, YEAR + 1)) == (2, 1)


@pytest.mark.parametrize(("text", "is_found"), [("tra ket qua", True), ("XÃ TÂN lập", True), ("họp", False)])
def test_initiatives_are_found_with_and_without_diacritics(world: World, text: str, is_found: bool) -> None:
    row = initiative(world, world.commune_a)
    assert (row in Wanted(text=text).initiatives(world.officer_a)) is is_found


def test_a_change_is_told_by_column_and_an_older_version_is_refused(world: World) -> None:
    row = initiative(world, world.commune_a)
    row.recognised_by, row.number = "UBND huyện", "12/QĐ-UBND"
    assert change(row=row, version=1, by=world.officer_a).version == 2
    changes = AuditEvent.objects.about(row)[0].changes.all()
    assert {each.attribute: each.new for each in changes} == {
        "recognised_by": "UBND huyện",
        "number": "12/QĐ-UBND",
    }
    with pytest.raises(StaleVersion):
        change(row=row, version=1, by=world.officer_a)
    with pytest.raises(StaleVersion):
        remove(row=row, version=1, by=world.officer_a)
    remove(row=row, version=2, by=world.officer_a)
    event = AuditEvent.objects.about(world.commune_a).get(action=Action.INITIATIVE_REMOVED)
    assert event.changes.get(attribute="number").old == "12/QĐ-UBND"


def test_a_document_that_is_chosen_gives_its_number_and_date_and_stays_in_the_register(
    world: World, login: Login
) -> None:
    document = register(world.commune_a, world.officer_a)
    client = login("officer_a")
    page = client.get(reverse("initiative_new"))
    assert document not in page.context["form"].fields["document"].queryset  # it is of another year
    answer = client.post(reverse("initiative_new"), typed(world.commune_a, document=document.pk))
    assert answer.status_code == 302
    row = Initiative.objects.get()
    assert (row.number, row.issued_on, row.document) == (document.number, document.issued_on, document)
    with pytest.raises(DocumentRefused):
        remove_document(document=document, version=1, by=world.officer_a)


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"title": ""}, "title"),
        ({"year": "12"}, "year"),
        ({"issued_on": "31/2/2024"}, "issued_on"),
        ({"recognised_by": "UBND huyện"}, "number"),
        ({"issued_on": "1/2/2024"}, "number"),
        ({"unit": "0"}, "unit"),
        ({"document": "999"}, "document"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(world: World, login: Login, words: dict[str, Any], field: str) -> None:
    answer = login("officer_a").post(reverse("initiative_new"), typed(world.commune_a, **words))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]


def test_nobody_enters_into_the_register_of_another_unit(world: World, login: Login) -> None:
    client = login("officer_b")
    assert client.post(reverse("initiative_new"), typed(world.commune_a)).status_code == 422
    assert client.post(reverse("meeting_new"), {"owner": world.commune_a.pk}).status_code == 422


def test_an_office_enters_initiatives_of_the_units_below_it(world: World, login: Login) -> None:
    client = login("coordinator")
    sent = typed(world.district, unit=world.commune_b.pk, number="5/QĐ", issued_on="2/7/2024")
    assert client.post(reverse("initiative_new"), sent).status_code == 302
    assert Initiative.objects.get().unit == world.commune_b
    assert client.post(reverse("initiative_new"), typed(world.district, unit=world.province.pk)).status_code == 422


def test_initiatives_are_edited_and_removed_on_their_pages(world: World, login: Login) -> None:
    row, client = initiative(world, world.commune_a), login("officer_a")
    edit, gone = reverse("initiative_edit", args=[row.pk]), reverse("initiative_remove", args=[row.pk])
    assert client.post(edit, typed(world.commune_a, title="Mới", version=1)).status_code == 302
    stale = client.post(edit, typed(world.commune_a, title="Cũ", version=1))
    assert (stale.status_code, stale.context["version"]) == (409, "1")
    assert client.post(gone, {"version": 1}).status_code == 409
    assert "Mới" in client.get(gone).content.decode()
    assert client.post(gone, {"version": 2}).status_code == 302
    assert not Initiative.objects.exists()


def test_the_workbook_holds_what_the_list_shows(world: World, login: Login) -> None:
    initiative(world, world.commune_a, title="=1+1", number="12/QĐ-UBND", issued_on=date(YEAR, 7, 2))
    initiative(world, world.commune_a, title="Khác", year=YEAR - 1)
    client = login("officer_a")
    answer = client.get(reverse("initiatives_workbook"), {"year": YEAR})
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert [row[2] for row in rows[1:]] == ["=1+1"]
    assert rows[1][5:7] == ("12/QĐ-UBND", "02/07/2024")


def test_a_meeting_is_entered_with_its_minutes_and_its_notice(world: World, login: Login) -> None:
    notice = Conclusion.objects.create(owner=world.district, year=YEAR, session="Họp quý I")
    client, url = login("coordinator"), reverse("meeting_new")
    sent = {"owner": world.district.pk, "held_on": "5/3/2024", "subject": "Họp quý I", "conclusion": notice.pk}
    assert client.post(url, {**sent, "held_on": "1/1/2099"}).status_code == 422
    assert client.post(url, sent).status_code == 302
    row = Meeting.objects.get()
    assert row.conclusion == notice
    page = client.get(reverse("meetings")).content.decode()
    assert reverse("conclusion", args=[notice.pk]) in page
    edit = reverse("meeting_edit", args=[row.pk])
    assert client.post(edit, {**sent, "chair": "Chủ tịch", "version": 1}).status_code == 302
    assert client.post(edit, {**sent, "version": 1}).status_code == 409
    assert client.post(reverse("meeting_remove", args=[row.pk]), {"version": 2}).status_code == 302
    assert Conclusion.objects.filter(pk=notice.pk).exists()


def test_a_notice_that_a_meeting_names_is_not_deleted(world: World) -> None:
    notice = Conclusion.objects.create(owner=world.district, year=YEAR, session="Họp quý I")
    row = meeting(world, world.district, conclusion=notice)
    with pytest.raises(ConclusionRefused):
        delete_conclusion(conclusion=notice, version=1, by=world.coordinator)
    row.conclusion = None
    change(row=row, version=1, by=world.coordinator)
    delete_conclusion(conclusion=notice, version=1, by=world.coordinator)
    assert Meeting.objects.get() == row


@pytest.mark.parametrize("name", ["initiatives", "meetings"])
def test_a_list_takes_as_many_queries_for_many_rows_as_for_one(
    world: World, login: Login, name: str, django_assert_max_num_queries: Any
) -> None:
    client = login("coordinator")
    for each in range(6):
        initiative(world, world.district, world.commune_a, title=f"Sáng kiến {each}")
        meeting(world, world.district, subject=f"Họp {each}")
    with django_assert_max_num_queries(11):
        page = client.get(reverse(name))
    assert len(page.context["lines"]) == 6


def test_an_address_with_nonsense_shows_all(world: World, login: Login) -> None:
    initiative(world, world.commune_a)
    page = login("officer_a").get(reverse("initiatives"), {"year": "²024", "unit": "x" * 50, "page": "-1"})
    assert len(page.context["lines"]) == 1


def test_a_document_that_was_on_offer_is_taken_whatever_year_is_typed_beside_it(
    world: World, login: Login
) -> None:
    paper = register(world.commune_a, world.officer_a, number="9/QĐ", issued_on=date(YEAR, 6, 1))
    earlier = typed(world.commune_a, year=YEAR - 4, document=paper.pk)
    refused = login("officer_a").post(reverse("initiative_new"), {**earlier, "title": ""})
    assert paper in refused.context["form"].fields["document"].queryset
    assert login("officer_a").post(reverse("initiative_new"), earlier).status_code == 302
    assert Initiative.objects.get().document == paper


def test_no_document_of_another_register_is_taken(world: World, login: Login) -> None:
    foreign = register(world.commune_b, world.officer_b, number="9/QĐ", issued_on=date(YEAR, 6, 1))
    for key in (str(foreign.pk), "x", "9" * 30):
        sent = typed(world.commune_a, document=key)
        assert login("officer_a").post(reverse("initiative_new"), sent).status_code == 422
