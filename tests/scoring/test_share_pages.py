"""The pages of a divided sheet: who was given a part reads that part only; the owner gives and takes back."""

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from scoring.actions.evidence import link_evidence
from scoring.actions.sheet_files import AcceptedRow, accept_rows
from scoring.actions.sheets import move_sheet
from scoring.models import Evidence, Score, ScoreSheet, Share, SheetStatus
from tests.conftest import forget_sets
from tests.scoring.sharing import give, save
from tests.world import World, person, submit
from units.access import Role

pytestmark = pytest.mark.any_database


@pytest.fixture(autouse=True)
def english(client: Client) -> Iterator[None]:
    client.cookies["django_language"] = "en"
    with translation.override("en"):
        yield


def test_a_sharer_reads_nothing_but_his_part_anywhere(world: World, login: Callable[[str], Client]) -> None:
    save(world, "3", world.officer_a)
    sheet = world.sheet(world.commune_a)
    secret = Evidence.objects.create(sheet=sheet, number="77/BC-MAT")
    link_evidence(evidence=secret, score=world.score(world.commune_a, "3"), by=world.officer_a)
    for name, by in (("propose", world.officer_a), ("submit", world.leader_a), ("return", world.coordinator)):
        move_sheet(sheet=world.sheet(world.commune_a), name=name, by=by, reason="Thiếu tài liệu")
    give(world, "1.2", world.justice)
    client = login("justice_officer")
    mine = world.score(world.commune_a, "1.2.1").criterion_id
    addresses = [
        reverse(name, args=[sheet.pk])
        for name in ("sheet", "sheet_history", "sheet_shares", "sheet_evidence", "sheet_approvals")
    ]
    addresses.append(reverse("sheet_approval", args=[sheet.pk, 1]))
    addresses += [reverse(name, args=[sheet.pk, mine]) for name in ("row_history", "sheet_evidence_add")]
    for url in [*addresses, reverse("sheets"), reverse("home"), reverse("sheet_workbook", args=[sheet.pk])]:
        response = client.get(url, follow=True)
        assert response.status_code == 200, url
        text = text_of(response)
        for secret_text in ("77/BC-MAT", "Văn hóa công sở", "Kế hoạch CCHC"):
            assert secret_text not in text, url
    page = client.get(reverse("sheet", args=[sheet.pk])).content.decode()
    assert "Tiến độ thực hiện" in page
    assert "given to you" in page
    assert "Index" not in page
    assert "0/2" in client.get(reverse("sheets")).content.decode()
    for name in ("sheet_row", "sheet_evidence_add", "row_history"):
        other = world.score(world.commune_a, "3").criterion_id
        url = reverse(name, args=[sheet.pk, other])
        assert client.generic("POST" if name == "sheet_row" else "GET", url).status_code == 404, name


def text_of(response: Any) -> str:
    """What a page or a workbook says."""
    content = b"".join(response)
    if response.headers["Content-Type"].startswith("text/html"):
        return content.decode()
    book = openpyxl.load_workbook(io.BytesIO(content))
    return " ".join(str(cell.value) for sheet in book for row in sheet for cell in row if cell.value)


def test_the_answer_to_a_saved_row_tells_a_sharer_no_sum_of_the_sheet(
    world: World, login: Callable[[str], Client]
) -> None:
    save(world, "3", world.officer_a)
    give(world, "1.2", world.justice)
    score = world.score(world.commune_a, "1.2.2")
    response = login("justice_officer").post(
        reverse("sheet_row", args=[score.sheet_id, score.criterion_id]),
        {"state": "answered", "answer-count": "3", "version": score.version},
        headers={"Accept": "application/json"},
    )
    assert response.status_code == 200, response.content
    text = response.content.decode()
    assert "1.50" in text
    assert "3.50" not in text
    assert "Văn hóa" not in text
    assert "/6" not in text


def test_the_owner_gives_sees_what_is_missing_and_takes_back(world: World, login: Callable[[str], Client]) -> None:
    sheet = world.sheet(world.commune_a)
    url = reverse("sheet_shares", args=[sheet.pk])
    client = login("officer_a")
    assert "Nothing was given away" in client.get(url).content.decode()
    criterion = world.criteria_set.criteria.get(code="1.2")
    day = timezone.localtime() + timedelta(days=3)
    sent = {"criterion": criterion.pk, "who": f"unit-{world.justice.pk}", "due_at": f"{day:%d/%m/%Y %H:%M}"}
    assert client.post(url, {**sent, "who": f"user-{world.officer_b.pk}"}).status_code == 422
    assert client.post(url, {**sent, "due_at": "32/13/2026"}).status_code == 422
    assert client.post(url, sent).status_code == 302
    page = client.get(url).content.decode()
    for text in ("Phòng Tư pháp", "0/2", "1.2.1", "0 of 4 rows answered"):
        assert text in page
    share = Share.objects.get()
    changed = client.get(f"{url}?change={share.pk}").content.decode()
    assert f"{day:%d/%m/%Y %H:%M}" in changed
    sharer = Client()
    sharer.cookies["django_language"] = "en"
    sharer.force_login(world.justice_officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    done = reverse("share_done", args=[sheet.pk, share.pk])
    asked = sharer.post(done)
    assert asked.status_code == 409
    assert "2 rows are still open" in asked.content.decode()
    assert sharer.post(done, {"sure": share.pk}).status_code == 302
    assert "reported as done" in client.get(url).content.decode()
    assert client.post(reverse("share_reopen", args=[sheet.pk, share.pk])).status_code == 302
    assert client.post(reverse("share_take_back", args=[sheet.pk, share.pk])).status_code == 302
    assert sharer.get(url).status_code == 404
    assert ScoreSheet.objects.get(pk=sheet.pk).status == SheetStatus.DRAFT


def test_the_page_of_parts_costs_the_same_for_many(world: World, login: Callable[[str], Client]) -> None:
    client = login("officer_a")
    url = reverse("sheet_shares", args=[world.sheet(world.commune_a).pk])
    give(world, "1.1", world.justice)
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for code in ("1.2.1", "1.2.2", "3"):
        give(world, code, world.leader_a)
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(few) <= 20


def test_the_answer_to_a_saved_row_tells_no_other_row_of_its_knock_out_branch(
    world: World, login: Callable[[str], Client]
) -> None:
    top = world.criteria_set.criteria.get(code="1.2")
    world.criteria_set.criteria.filter(parent=top).update(knock_out_branch=top)
    forget_sets()
    give(world, "1.2.2", world.justice)
    own, other = (world.score(world.commune_a, code) for code in ("1.2.2", "1.2.1"))
    url = reverse("sheet_row", args=[own.sheet_id, own.criterion_id])
    for name, is_told in (("justice_officer", False), ("officer_a", True)):
        sent = {"state": "answered", "answer-count": "3" if is_told else "2", "version": own.version}
        answer = login(name).post(url, sent, headers={"Accept": "application/json"}).json()
        assert answer["result"] == "saved", answer
        assert (f"r{other.criterion_id}-points" in answer["html"]) == is_told
        own.refresh_from_db()


def test_who_fills_in_a_part_of_a_returned_sheet_sees_no_appraisal_of_it(world: World) -> None:
    submit(world, world.commune_a)
    move_sheet(sheet=world.sheet(world.commune_a), name="return", by=world.coordinator, reason="Thiếu tài liệu")
    sheet = world.sheet(world.commune_a)
    assert world.fresh("justice_officer").units_as(Role.APPRAISER)
    assert sheet.is_read_as_unit_by(world.fresh("justice_officer"))
    assert not sheet.opened_rounds(world.fresh("justice_officer"))
    assert not sheet.is_read_as_unit_by(world.coordinator)


def test_the_page_of_parts_closes_with_the_submission_for_all_but_the_unit(
    world: World, login: Callable[[str], Client]
) -> None:
    """Justice appraises rows 2.1 and 2.2: it still sees the sheet, but nothing of the part that it filled in."""
    share = give(world, "1.2", world.justice)
    sheet = world.sheet(world.commune_a)
    url = reverse("sheet_shares", args=[sheet.pk])
    client = login("justice_officer")
    move_sheet(sheet=sheet, name="propose", by=world.officer_a)
    assert client.get(url).status_code == 200
    move_sheet(sheet=world.sheet(world.commune_a), name="submit", by=world.leader_a)
    assert client.get(reverse("sheet", args=[sheet.pk])).status_code == 200
    assert client.get(url).status_code == 403
    for name in ("share_done", "share_reopen"):
        assert client.post(reverse(name, args=[sheet.pk, share.pk])).status_code == 403
    Score.objects.update(agency=world.home_affairs)
    assert client.get(url).status_code == 404
    for name in ("officer_a", "leader_a"):
        assert login(name).get(url).status_code == 200
    move_sheet(sheet=world.sheet(world.commune_a), name="return", by=world.coordinator, reason="Thiếu tài liệu")
    assert client.get(url).status_code == 200


def test_the_rows_of_a_part_accepted_from_a_file_ask_for_the_parts_once(world: World) -> None:
    second = person("second", (Role.OFFICER, world.commune_a))
    give(world, "1", second)
    give(world, "2", world.leader_a)
    facts = {"1.1": ("option", "late"), "1.2.2": ("count", "3"), "2.2": ("percent", "90")}
    rows = []
    for code, (name, value) in facts.items():
        criterion = world.score(world.commune_a, code).criterion_id
        rows.append(AcceptedRow(criterion, code, 1, {f"answer-{name}": value}))
    sheet = ScoreSheet.objects.select_related("campaign__criteria_set", "unit").get(unit=world.commune_a)
    with CaptureQueriesContext(connection) as queries:
        done = accept_rows(sheet=sheet, rows=rows, file_name="phieu.xlsx", by=second)
    assert (done.saved, [code for code, _why in done.left_out]) == (2, ["2.2"])
    assert sum(each["sql"].startswith('SELECT "scoring_share"') for each in queries) == 1
