"""Sections of a draft: saved as the browser's script sends them, or by a plain form; order, switches, history."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from parportal.entry.models import Receipt
from reports.actions.drafts import start_report
from reports.documents import Table
from reports.draft_page import sum_of
from reports.models import Report, ReportPart
from reports.rendering import document_of, draft_of
from scoring.models import Campaign
from tests.reports.kon_ray import KonRay, member
from tests.reports.proposed import analysis_basis
from tests.reports.report_forms import KIND, START, ClientOf, begin, text_of, url
from units.access import Role
from units.models import AuditEvent

pytestmark = [pytest.mark.any_database, pytest.mark.usefixtures("begun")]


def first_key(report: Report) -> str:
    return draft_of(report).proposed.sections[0].key


def save(client: Client, report: Report, key: str, text: str, version: int = 0, **more: Any) -> Any:
    """What the script sends; `more` are inputs besides, or headers in capitals."""
    headers = {name: more.pop(name) for name in list(more) if name.isupper()}
    sent = {"text": text, "title": "", "shown": "", "version": version, **more}
    return client.post(url(report, "report_part", key), sent, HTTP_ACCEPT="application/json", **headers)


def part(report: Report, key: str) -> ReportPart:
    return ReportPart.objects.get(report=report, key=key)


# Saving ------------------------------------------------------------------------------------------------------


def test_what_is_typed_is_saved_printed_and_told(kon_ray: KonRay, client_of: ClientOf) -> None:
    report, client = begin(kon_ray), client_of(kon_ray.officer)
    key = first_key(report)
    answer = save(client, report, key, "Đạt {score.points} điểm.\r\n• Một gạch đầu dòng").json()
    assert (answer["result"], answer["version"]) == ("saved", 1)
    assert answer["values"]["text"] == "Đạt {score.points} điểm.\n- Một gạch đầu dòng"
    assert "Cán bộ huyện" in answer["texts"][f"r{key}-at"]
    page = text_of(client.get(url(report, "report_html")))
    assert "Đạt 81,45 điểm." in page
    event = AuditEvent.objects.about(report)[0]
    assert (event.action, event.by) == ("report.part_saved", kon_ray.officer)


def test_a_text_that_nobody_changed_stays_the_proposed_one(kon_ray: KonRay, client_of: ClientOf) -> None:
    report, client = begin(kon_ray), client_of(kon_ray.officer)
    key = first_key(report)
    save(client, report, key, "Lời đề xuất", title="Đầu đề khác", shown=sum_of("Lời đề xuất"))
    assert (part(report, key).text, part(report, key).title) == (None, "Đầu đề khác")
    assert document_of(Report.objects.get()).sections[0].title == "Đầu đề khác"


def test_two_tabs_do_not_overwrite_each_other(kon_ray: KonRay, client_of: ClientOf) -> None:
    report = begin(kon_ray)
    key = first_key(report)
    save(client_of(kon_ray.officer), report, key, "Của cán bộ")
    late = save(client_of(kon_ray.leader), report, key, "Của lãnh đạo")
    assert late.status_code == 409
    answer = late.json()
    assert (answer["result"], answer["version"]) == ("conflict", 1)
    assert (answer["theirs"]["text"], answer["theirs"]["who"]) == ("Của cán bộ", "Cán bộ huyện")
    assert save(client_of(kon_ray.leader), report, key, "Của cán bộ").json()["result"] == "saved"
    assert part(report, key).text == "Của cán bộ"


def test_a_change_that_is_sent_twice_is_saved_once(kon_ray: KonRay, client_of: ClientOf) -> None:
    report, client = begin(kon_ray), client_of(kon_ray.officer)
    key, sent = first_key(report), "abcdefgh-1"
    first = save(client, report, key, "Một lần", HTTP_IDEMPOTENCY_KEY=sent)
    save(client, report, key, "Sau đó", version=1)
    again = save(client, report, key, "Một lần", HTTP_IDEMPOTENCY_KEY=sent)
    assert (first.json()["result"], again.json()) == ("saved", {**first.json(), "sent": again.json()["sent"]})
    assert part(report, key).text == "Sau đó"
    assert Receipt.objects.count() == 1


def test_a_locked_report_takes_no_text_and_another_person_s_is_sent_back(
    kon_ray: KonRay, client_of: ClientOf
) -> None:
    report, client = begin(kon_ray), client_of(kon_ray.officer)
    key = first_key(report)
    assert save(client, report, key, "x", HTTP_X_PORTAL_USER="0" * 16).json() == {"result": "other_user"}
    Report.objects.update(status="for_approval")
    answer = save(client, report, key, "Muộn")
    assert (answer.status_code, answer.json()["result"]) == (409, "locked")
    assert save(client_of(kon_ray.outsider), report, key, "x").status_code == 404
    assert save(client, report, "Khóa sai", "x").json()["result"] == "locked"
    assert save(client, report, "own-gone", "x").json()["result"] == "locked"
    assert not ReportPart.objects.exists()


def test_a_plain_form_saves_and_shows_again_what_is_refused(kon_ray: KonRay, client_of: ClientOf) -> None:
    report, client = begin(kon_ray), client_of(kon_ray.officer)
    key = first_key(report)
    sent = {f"r{key}-text": "Không có kịch bản", f"r{key}-title": "", f"r{key}-version": "0"}
    assert client.post(url(report, "report_part_form", key), sent).status_code == 302
    stale = client.post(url(report, "report_part_form", key), {**sent, f"r{key}-text": "Đến sau"})
    assert stale.status_code == 409
    assert "Đến sau" in text_of(stale)
    assert "Không có kịch bản" in text_of(stale)


def test_saving_asks_few_questions(
    kon_ray: KonRay, client_of: ClientOf, django_assert_max_num_queries: Any
) -> None:
    report, client = begin(kon_ray), client_of(kon_ray.officer)
    key = first_key(report)
    save(client, report, key, "Một")
    with django_assert_max_num_queries(15):
        save(client, report, key, "Hai", version=1, HTTP_IDEMPOTENCY_KEY="abcdefgh-2")


# History -----------------------------------------------------------------------------------------------------


def test_one_sitting_is_one_event_and_an_older_text_comes_back(kon_ray: KonRay, client_of: ClientOf) -> None:
    report, client = begin(kon_ray), client_of(kon_ray.officer)
    key = first_key(report)
    for version, text in enumerate(("Một", "Một hai", "Một hai ba")):
        save(client, report, key, text, version=version)
    save(client_of(kon_ray.leader), report, key, "Sửa", version=3)
    events = AuditEvent.objects.about(report).filter(action="report.part_saved")
    assert [event.changes.get(attribute="text").new for event in events] == ["Sửa", "Một hai ba"]
    page = text_of(client.get(url(report, "report_part_history", key)))
    assert page.index("Sửa") < page.index("Một hai ba")
    assert f": {draft_of(report).proposed.sections[0].title}</h1>" in page
    change = events[1].changes.get(attribute="text")
    client.post(url(report, "report_part_restore", key, change.pk), {"version": 4})
    assert part(report, key).text == "Một hai ba"
    assert client.post(url(report, "report_part_restore", key, 10**6), {"version": 5}).status_code == 404


def test_an_older_text_put_back_takes_nothing_from_the_history(kon_ray: KonRay, client_of: ClientOf) -> None:
    report, client = begin(kon_ray), client_of(kon_ray.officer)
    key = first_key(report)
    save(client_of(kon_ray.leader), report, key, "Lời cũ")
    save(client, report, key, "Lời mới", version=1)
    save(client, report, key, "Lời mới, viết tiếp", version=2)
    older = AuditEvent.objects.about(report).get(by=kon_ray.leader).changes.get(attribute="text")
    client.post(url(report, "report_part_restore", key, older.pk), {"version": 3})
    assert part(report, key).text == "Lời cũ"
    assert "Lời mới, viết tiếp" in text_of(client.get(url(report, "report_part_history", key)))


def test_the_proposed_text_comes_back(kon_ray: KonRay, client_of: ClientOf) -> None:
    report, client = begin(kon_ray), client_of(kon_ray.officer)
    key = first_key(report)
    save(client, report, key, "Viết tay")
    client.post(url(report, "report_part_reset", key), {"version": 0})
    assert part(report, key).text == "Viết tay"
    client.post(url(report, "report_part_reset", key), {"version": 1})
    assert part(report, key).text is None


# Order and switches ------------------------------------------------------------------------------------------


def test_sections_change_places_are_left_out_and_added(kon_ray: KonRay, client_of: ClientOf) -> None:
    report, client = begin(kon_ray), client_of(kon_ray.officer)
    first, second = (each.key for each in draft_of(report).proposed.sections[:2])
    client.post(url(report, "report_part_move", second), {"direction": "up"})
    assert [each.key for each in document_of(report).sections[:2]] == [second, first]
    client.post(url(report, "report_part_show", second), {"show": "off"})
    assert document_of(report).sections[0].key == first
    client.post(url(report, "report_part_add"), {"after": first, "title": "  Mục   riêng ", "place": "after"})
    own = ReportPart.objects.get(key__startswith="own-")
    save(client, report, own.key, "Nội dung riêng", version=own.version)
    sections = document_of(report).sections
    assert [each.key for each in sections[:2]] == [first, own.key]
    assert (sections[1].title, sections[1].number) == ("Mục riêng", "II.")
    client.post(url(report, "report_part_add"), {"after": own.key, "title": "Bên trong", "place": "below"})
    inner = ReportPart.objects.get(title="Bên trong")
    assert inner.above == own.key
    client.post(url(report, "report_part_remove", first))
    client.post(url(report, "report_part_remove", own.key))
    assert not ReportPart.objects.filter(key__startswith="own-").exists()
    event = AuditEvent.objects.about(report)[0]
    assert event.action == "report.part_removed"
    assert "Nội dung riêng" in event.changes.first().old  # type: ignore[union-attr]


def test_a_table_is_switched_off_by_its_name(kon_ray: KonRay, client_of: ClientOf) -> None:
    report, client = begin(kon_ray), client_of(kon_ray.officer)
    section = draft_of(report).proposed.sections[0]
    name = next(block.name for block in section.blocks if isinstance(block, Table) and block.name)
    client.post(url(report, "report_part_show", section.key), {"show": "off", "block": name})
    names = [getattr(block, "name", "") for block in document_of(report).sections[0].blocks]
    assert name not in names
    client.post(url(report, "report_part_show", section.key), {"show": "on", "block": name})
    assert part(report, section.key).hidden == []


def test_figures_are_listed_with_their_values_and_unknown_ones_are_told(
    kon_ray: KonRay, client_of: ClientOf
) -> None:
    report, client = begin(kon_ray), client_of(kon_ray.officer)
    assert 'data-figure="score.points" ' in text_of(client.get(url(report, "report_figures") + "?part=1"))
    save(client, report, first_key(report), "{score.points} và {khong-co}")
    page = text_of(client.get(url(report)))
    assert "<code>{score.points}</code> = <strong>81,45</strong>" in page
    assert "{khong-co}" in page
    move = {"move": "propose", "version": Report.objects.get().version}
    refused = client.post(url(report, "report_move"), move)
    assert refused.status_code == 409
    assert "{khong-co}" in text_of(refused)


# The last report as a start ----------------------------------------------------------------------------------


def test_the_outline_of_the_last_report_is_taken_over_and_its_texts_on_request(
    kon_ray: KonRay, client_of: ClientOf
) -> None:
    last, client = begin(kon_ray), client_of(kon_ray.officer)
    first, second = (each.key for each in draft_of(last).proposed.sections[:2])
    save(client, last, first, "Lời năm trước", title="Đầu đề của huyện")
    client.post(url(last, "report_part_move", second), {"direction": "up"})
    Report.objects.filter(pk=last.pk).update(year=2020, campaign=None)
    report = start_report(kind=KIND, basis=analysis_basis(kon_ray.result, None), by=kon_ray.officer)[0]
    assert [each.key for each in document_of(report).sections[:2]] == [second, first]
    assert document_of(report).sections[1].title == "Đầu đề của huyện"
    assert part(report, first).text is None
    client.post(url(report, "report_carry"))
    assert (part(report, first).text, part(report, first).is_carried) == ("Lời năm trước", True)
    carried = part(report, first)
    save(client, report, first, "Lời năm trước", version=carried.version, title=carried.title)
    assert not part(report, first).is_carried
    client.post(url(report, "report_outline_reset"))
    assert part(report, first).text == "Lời năm trước"
    assert [each.key for each in document_of(report).sections[:2]] == [first, second]
    assert client.get(reverse("report", args=[report.pk])).status_code == 200


def test_the_standard_outline_takes_no_text_away(kon_ray: KonRay, client_of: ClientOf) -> None:
    report, client = begin(kon_ray), client_of(kon_ray.officer)
    client.post(
        url(report, "report_part_add"), {"after": first_key(report), "title": "Bên ngoài", "place": "after"}
    )
    outer = ReportPart.objects.get(title="Bên ngoài")
    for title in ("Bên trong", "Để trống"):
        client.post(url(report, "report_part_add"), {"after": outer.key, "title": title, "place": "below"})
    save(client, report, ReportPart.objects.get(title="Bên trong").key, "Lời bên trong", version=1)
    client.post(url(report, "report_outline_reset"))
    assert "Lời bên trong" in text_of(client.get(url(report, "report_html")))
    assert not ReportPart.objects.filter(title="Để trống").exists()


def test_a_text_whose_heading_is_gone_is_not_lost(kon_ray: KonRay, client_of: ClientOf) -> None:
    """Figures that change take a section out of the paper: what was written there, or below it, is still told."""
    report, client = begin(kon_ray), client_of(kon_ray.officer)
    ReportPart.objects.create(
        report=report, key="own-1", above="gone", title="Mục riêng", text="Lời của mục riêng"
    )
    ReportPart.objects.create(report=report, key="gone", text="Lời của mục không còn")
    assert document_of(report).sections[-1].key == "own-1"
    page = text_of(client.get(url(report)))
    assert "Lời của mục không còn" in page
    assert url(report, "report_part_history", "gone") in page
    assert "Lời của mục không còn" not in text_of(client.get(url(report, "report_html")))


def test_an_office_takes_no_text_over_that_it_may_not_read(kon_ray: KonRay, client_of: ClientOf) -> None:
    own = begin(kon_ray)
    save(client_of(kon_ray.officer), own, first_key(own), "Lời nội bộ của huyện", title="Đầu đề nội bộ")
    Report.objects.update(year=2020, campaign=kon_ray.children)
    Campaign.objects.filter(pk=kon_ray.own.pk).update(external=False, kept_by=None)
    client = client_of(member("province", "Điều phối tỉnh", kon_ray.province, Role.COORDINATOR))
    assert client.get(url(own)).status_code == 404
    client.post(reverse("report_start", args=[KIND]), START)
    report = Report.objects.exclude(pk=own.pk).get()
    client.post(url(report, "report_carry"))
    assert not report.parts.exists()
    assert url(report, "report_carry") not in text_of(client.get(url(report)))
