"""The pages of a round of remediation: opening, the office's table, a unit's form, sending, giving back."""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from openpyxl import load_workbook

from plans.models import Task
from scoring.models import Filing, FilingKind, Measure, RemediationRound
from tests.scoring.page_forms import PageForm
from tests.scoring.remedying import filing, in_days, measures, opened, send, write
from tests.scoring.results_world import publish
from tests.world import World
from units.models.units import today

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]
PLAN, REPORT = FilingKind.PLAN, FilingKind.REPORT


@pytest.fixture(autouse=True)
def _in_english(client: Client) -> Iterator[None]:
    client.cookies["django_language"] = "en"
    with override("en"):
        yield


def inputs_of(page: str) -> dict[str, str]:
    return dict(PageForm(page, "remedy-form").sent)


def text_of(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def test_one_click_opens_a_round_from_the_results(world: World, login: Login) -> None:
    publish(world)
    client = login("coordinator")
    url = reverse("remediation_open", args=[world.campaign.code])
    assert url in text_of(client.get(reverse("results_campaign", args=[world.campaign.code])))
    assert url in text_of(client.get(reverse("campaign", args=[world.campaign.code])))
    proposed = inputs_of(client.get(url).content.decode())
    assert {"plan", "report", "consolidation"} <= set(proposed)
    response = client.post(url, proposed)
    found = RemediationRound.objects.get()
    assert response.url == reverse("remediation", args=[found.pk])  # type: ignore[attr-defined]
    assert found.plan_before > today()
    assert client.get(url).status_code == 302
    assert "2.2. Công khai văn bản" in text_of(client.get(response.url))  # type: ignore[attr-defined]


def test_days_in_a_wrong_order_are_refused_at_the_field(world: World, login: Login) -> None:
    publish(world)
    url = reverse("remediation_open", args=[world.campaign.code])
    typed = {"plan": "10/02/2030", "report": "09/02/2030", "consolidation": "01/02/2030"}
    response = login("coordinator").post(url, typed)
    assert response.status_code == 422
    assert "Reports come after the plans" in response.content.decode()
    assert not RemediationRound.objects.exists()


def own(found: RemediationRound, world: World) -> str:
    return reverse("remediation_own", args=[found.pk, world.commune_a.pk])


def typed(client: Client, url: str, **changed: str) -> dict[str, str]:
    return {**inputs_of(client.get(url).content.decode()), **changed}


def test_a_unit_writes_saves_and_sends(world: World, login: Login) -> None:
    found = opened(world)
    client, url = login("officer_a"), own(found, world)
    assert client.get(reverse("remediation", args=[found.pk])).url == url  # type: ignore[attr-defined]
    rows = measures(found, world.commune_a)
    words = {f"row-{each.pk}-words": "Ban hành kế hoạch" for each in rows}
    assert client.post(url, typed(client, url, **words)).status_code == 302
    sent = client.post(url, typed(client, url, send="1"))
    target = reverse("remediation_send", args=[filing(found, world.commune_a).pk])
    assert sent.url == target  # type: ignore[attr-defined]
    paper = {"number": "15/KH-UBND", "issued_on": f"{today():%d/%m/%Y}"}
    assert client.post(target, typed(client, target, **paper)).status_code == 302
    kept = filing(found, world.commune_a)
    assert (kept.sent_on, kept.number, kept.issued_on) == (today(), "15/KH-UBND", today())
    page = text_of(client.get(url))
    assert 'name="kind" value="report"' in page
    assert "Ban hành kế hoạch" in page


def test_nothing_typed_is_lost_when_somebody_else_was_faster(world: World, login: Login) -> None:
    found = opened(world)
    client, url = login("officer_a"), own(found, world)
    first, second, *_rest = measures(found, world.commune_a)
    mine = {f"row-{first.pk}-words": "Việc của tôi", f"row-{second.pk}-words": "Việc hai"}
    form = typed(client, url, **mine)
    client.post(url, typed(client, url, **{f"row-{first.pk}-words": "Việc của người khác"}))
    refused = client.post(url, form)
    page = refused.content.decode()
    assert refused.status_code == 409
    assert all(words in page for words in ("Việc của tôi", "Việc hai", "Việc của người khác"))
    # What stands on the page can be saved again, knowing what the other wrote.
    assert client.post(url, inputs_of(page)).status_code == 302
    assert [each.text for each in measures(found, world.commune_a)[:2]] == ["Việc của tôi", "Việc hai"]


def test_a_row_that_nobody_touched_does_not_undo_what_another_saved(world: World, login: Login) -> None:
    found = opened(world)
    client, url = login("officer_a"), own(found, world)
    first, second, *_rest = measures(found, world.commune_a)
    form = typed(client, url, **{f"row-{second.pk}-words": "Việc hai"})
    client.post(url, typed(client, url, **{f"row-{first.pk}-words": "Việc một"}))
    assert client.post(url, form).status_code == 302
    assert [each.text for each in measures(found, world.commune_a)[:2]] == ["Việc một", "Việc hai"]


def test_a_wrong_day_and_a_plan_sent_meanwhile_keep_what_was_typed(world: World, login: Login) -> None:
    found = opened(world)
    client, url = login("officer_a"), own(found, world)
    first = measures(found, world.commune_a)[0]
    wrong = {f"row-{first.pk}-words": "Họp kiểm điểm", f"row-{first.pk}-on": "31/02/2030"}
    form = typed(client, url, **wrong)
    refused = client.post(url, form)
    assert refused.status_code == 422
    assert "Họp kiểm điểm" in refused.content.decode()
    write(world, found, PLAN)
    send(world, found)
    late = client.post(url, form | {f"row-{first.pk}-on": ""})
    assert late.status_code == 409
    assert "Họp kiểm điểm" in late.content.decode()
    assert "The plan was sent" in late.content.decode()


def test_the_office_enters_what_came_on_paper_and_gives_back(world: World, login: Login) -> None:
    found = opened(world)
    client, url = login("coordinator"), own(found, world)
    assert "row-" not in text_of(client.get(url))
    assert client.post(url, {}).status_code == 403
    send_url = reverse("remediation_send", args=[filing(found, world.commune_a).pk])
    assert send_url in text_of(client.get(url))
    data = typed(client, send_url, received_on=f"{in_days(-1):%d/%m/%Y}", number="3/BC-UBND")
    assert client.post(send_url, data).status_code == 302
    assert filing(found, world.commune_a).sent_on == in_days(-1)
    back = reverse("remediation_reopen", args=[filing(found, world.commune_a).pk])
    assert back in text_of(client.get(url))
    assert client.post(back, typed(client, back, reason="Thiếu chữ ký")).status_code == 302
    assert filing(found, world.commune_a).sent_on is None
    assert "Thiếu chữ ký" in text_of(login("officer_a").get(url))


def test_the_office_changes_days_consolidates_adds_and_ends_a_task(world: World, login: Login) -> None:
    found = opened(world)
    client, home = login("coordinator"), reverse("remediation", args=[found.pk])
    url = reverse("remediation_days", args=[found.pk])
    assert client.post(url, typed(client, url, plan=f"{in_days(12):%d/%m/%Y}")).status_code == 302
    url = reverse("remediation_consolidate", args=[found.pk])
    assert client.post(url, typed(client, url, on=f"{today():%d/%m/%Y}", number="9/KH")).status_code == 302
    found.refresh_from_db()
    assert (found.plan_before, found.consolidated_on, found.number) == (in_days(12), today(), "9/KH")
    assert client.post(reverse("remediation_add", args=[found.pk])).status_code == 302
    row = found.remediations.all()[0]
    done = reverse("remediation_done", args=[found.pk, row.pk])
    assert done not in text_of(client.get(home))
    Measure.objects.filter(remediation=row).update(result="Xong", done_on=today())
    assert done not in text_of(client.get(home)), "a report that was not sent is a draft"
    Filing.objects.update(sent_on=today(), sent_by=world.officer_a)
    assert done in text_of(client.get(home))
    client.post(done, {"version": row.task.version})
    assert Task.objects.get(pk=row.task_id).done_on == today()


def test_the_table_is_narrowed_by_unit_and_standing(world: World, login: Login) -> None:
    found = opened(world)
    client, url = login("district_leader"), reverse("remediation", args=[found.pk])
    write(world, found, PLAN)

    def count(**asked: str | int) -> int:
        return int(client.get(url, asked).context["page"].paginator.count)

    assert count() == 5
    assert count(scored=world.commune_a.pk) == 1
    assert count(unit=world.commune_b.pk) == count(show="unplanned") == count(show="open") == 5
    assert count(show="reported") == count(show="late") == count(unit=world.justice.pk) == 0


def test_the_workbook_holds_the_table_and_the_papers(world: World, login: Login) -> None:
    found = opened(world)
    write(world, found, PLAN, on=in_days(3))
    send(world, found)
    answer = login("coordinator").get(reverse("remediation_workbook", args=[found.pk]))
    table, papers = load_workbook(BytesIO(answer.content)).worksheets
    assert table.max_row == 4 + 10, "five leaves, each with the measures of two units"
    measure = Measure.objects.filter(unit=world.commune_a)[0]
    assert measure.text in {cell.value for row in table.iter_rows(min_row=5) for cell in row}
    shown = [[cell.value for cell in row] for row in papers.iter_rows(min_row=5)]
    assert len(shown) == 4
    assert "7/KH-UBND" in {value for row in shown for value in row}
    assert login("officer_a").get(reverse("remediation_workbook", args=[found.pk])).status_code == 403


def test_one_unit_reads_nothing_of_another(world: World, login: Login) -> None:
    found = opened(world)
    other = filing(found, world.commune_b)
    client = login("officer_a")
    assert client.get(reverse("remediation_own", args=[found.pk, world.commune_b.pk])).status_code == 404
    assert client.get(reverse("remediation_send", args=[other.pk])).status_code == 404
    assert client.get(reverse("remediation_reopen", args=[other.pk])).status_code == 404
    page = text_of(client.get(reverse("remediations")))
    assert world.commune_a.name in page
    assert world.commune_b.name not in page


def test_pages_do_not_ask_more_for_more_rows(world: World, login: Login) -> None:
    found = opened(world)
    client = login("coordinator")
    pages = (reverse("remediation", args=[found.pk]), own(found, world), reverse("remediations"))

    def queries() -> list[int]:
        counts = []
        for url in pages:
            with CaptureQueriesContext(connection) as seen:
                text_of(client.get(url))
            counts.append(len(seen))
        return counts

    queries()
    many = queries()
    found.remediations.order_by("-pk")[0].task.delete()
    found.remediations.order_by("-pk")[0].task.delete()
    Filing.objects.filter(unit=world.commune_b).delete()
    assert queries() == many
    assert max(many) <= 25
