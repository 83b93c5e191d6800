"""The follow-up tasks of a report: added, edited with a version, moved, removed, proposed."""

from datetime import date
from typing import Any

import pytest

from plans.models import Task
from scoring.models import FollowUp
from tests.reports.kon_ray import KonRay
from tests.reports.report_forms import ClientOf, begin, task_sent, text_of, url
from units.models import AuditEvent

pytestmark = [pytest.mark.any_database, pytest.mark.usefixtures("begun")]


def test_a_task_is_added_behind_the_others_of_its_field(kon_ray: KonRay, client_of: ClientOf) -> None:
    client, report = client_of(kon_ray.coordinator), begin(kon_ray)
    assert client.get(url(report, "report_tasks") + "?task=new").status_code == 200
    client.post(url(report, "report_task_add"), task_sent(kon_ray))
    task = Task.objects.latest("pk")
    assert (task.owner, task.year, task.deadline_on) == (kon_ray.district, 2022, date(2022, 9, 30))
    page = text_of(client.get(url(report, "report_html")))
    assert "Tuyên truyền dịch vụ bưu chính công ích; sản phẩm: Kế hoạch tuyên truyền, gửi UBND huyện." in page
    assert "trong tháng 09/2022" in page


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": ""}, "title"),
        ({"deadline_kind": "before", "deadline_on": ""}, "deadline_on"),
        ({"deadline_kind": "none", "deadline_on": "1/8/2022"}, "deadline_kind"),
        ({"deadline_kind": "before", "deadline_on": "32/8/2022"}, "deadline_on"),
        ({"leads": ["999999"]}, "leads"),
    ],
)
def test_a_wrong_task_is_refused_at_its_place_and_kept(
    kon_ray: KonRay, client_of: ClientOf, values: dict[str, Any], field: str
) -> None:
    report = begin(kon_ray)
    answer = client_of(kon_ray.leader).post(url(report, "report_task_add"), task_sent(kon_ray, **values))
    assert answer.status_code == 422
    assert f"id_{field}_error" in text_of(answer)
    assert "Kế hoạch tuyên truyền" in text_of(answer)
    assert FollowUp.objects.count() == 11


def test_a_task_is_edited_with_its_version(kon_ray: KonRay, client_of: ClientOf) -> None:
    client, report = client_of(kon_ray.leader), begin(kon_ray)
    follow_up = FollowUp.objects.get(criterion__code="8")
    assert "Kiểm tra đột xuất" in text_of(client.get(url(report, "report_tasks") + f"?task={follow_up.pk}"))
    address = url(report, "report_task", follow_up.pk)
    assert client.post(address, task_sent(kon_ray, version="1", title="Việc mới")).status_code == 302
    follow_up.refresh_from_db()
    assert (follow_up.task.title, follow_up.task.version) == ("Việc mới", 2)
    assert follow_up.criterion is not None
    assert follow_up.criterion.code == "7"
    stale = client.post(address, task_sent(kon_ray, version="1", title="Việc cũ"))
    assert stale.status_code == 409
    assert "Việc cũ" in text_of(stale)
    event = AuditEvent.objects.about(report)[0]
    changed = {each.attribute for each in event.changes.all()}
    assert {"title", "leads", "deadline_on", "criterion"} <= changed


def test_tasks_change_places(kon_ray: KonRay, client_of: ClientOf) -> None:
    client, report = client_of(kon_ray.leader), begin(kon_ray)
    first, second, third = FollowUp.objects.filter(criterion=None).order_by("task__position")
    client.post(url(report, "report_task_move", third.pk), {"direction": "up"})
    client.post(url(report, "report_task_move", first.pk), {"direction": "up"})
    ordered = FollowUp.objects.filter(criterion=None).order_by("task__position")
    assert list(ordered) == [first, third, second]


def test_a_removed_task_is_gone_and_remembered(kon_ray: KonRay, client_of: ClientOf) -> None:
    follow_up = FollowUp.objects.get(criterion__code="8")
    report = begin(kon_ray)
    client_of(kon_ray.leader).post(url(report, "report_task_remove", follow_up.pk))
    assert not Task.objects.filter(pk=follow_up.task_id).exists()
    event = AuditEvent.objects.about(report)[0]
    assert event.changes.get().old == "Kiểm tra đột xuất kỷ luật, kỷ cương hành chính"


def test_a_task_of_another_report_does_not_exist(kon_ray: KonRay, client_of: ClientOf) -> None:
    task = Task.objects.create(owner=kon_ray.province, year=2022, title="Việc của tỉnh")
    other = FollowUp.objects.create(campaign=kon_ray.children, unit=kon_ray.province, task=task)
    address = url(begin(kon_ray), "report_task_remove", other.pk)
    assert client_of(kon_ray.leader).post(address).status_code == 404
    assert FollowUp.objects.filter(pk=other.pk).exists()


def test_tasks_are_proposed_where_there_is_none_from_who_answers_for_the_losses(
    kon_ray: KonRay, client_of: ClientOf
) -> None:
    kept = FollowUp.objects.get(criterion__code="6")
    Task.objects.exclude(pk=kept.task_id).delete()
    client, report = client_of(kon_ray.leader), begin(kon_ray)
    address = url(report, "report_tasks_propose")
    client.post(address)
    found = {
        each.criterion.code: each.task
        for each in FollowUp.objects.filter(criterion__isnull=False)
        if each.criterion
    }
    assert sorted(found) == ["1", "3", "4", "5", "6", "7"]
    assert found["6"].pk == kept.task_id
    assert found["1"].title == (
        "Khắc phục các tiêu chí bị mất điểm: 1.2.1, 1.2.4, 1.2.6, 1.2.8, 1.4.2, 1.6.1, 1.6.2"
    )
    leads = {party.code for party in found["1"].leads.all()}
    assert leads == {"PNV", "VP", "TCKH", "VHTT", "TTVH", "G_PB", "G_XA"}
    assert FollowUp.objects.filter(criterion=None).exists()
    count = FollowUp.objects.count()
    client.post(address)
    assert FollowUp.objects.count() == count
