"""The pages of the report of Kon Rẫy: their addresses, and what their forms send."""

from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse

from parportal.jobs.models import Job
from plans.models import DeadlineKind
from reports.models import Report
from reports.prefill import new_report
from tests.reports.kon_ray import KonRay
from units.models import User

ClientOf = Callable[[User], Client]
ADDRESS = ["kon-ray-2021-district", "614"]


def edit_url(query: str = "") -> str:
    return reverse("report_edit", args=ADDRESS) + query


def filled(kon_ray: KonRay, **values: str) -> dict[str, str]:
    """What the form of the page sends, as proposed, with some `values` changed."""
    report = Report.objects.filter(unit=kon_ray.district).first() or new_report(kon_ray.result, kon_ray.children)
    names = (
        "superior issuer number symbol place abstract bases opening authority deputy_for signer_title signer_name "
        "recipients"
    )
    sent = {name: str(getattr(report, name)) for name in names.split()}
    return {**sent, "issued_on": "", "children_campaign": "", "version": str(report.version), **values}


def task_sent(kon_ray: KonRay, **values: Any) -> dict[str, Any]:
    section = kon_ray.own.criteria_set.criteria.get(code="7")
    return {
        "criterion": section.pk,
        "title": "Tuyên truyền dịch vụ bưu chính công ích",
        "leads": [kon_ray.parties["VHTT"].pk, kon_ray.parties["G_XA"].pk],
        "product": "Kế hoạch tuyên truyền",
        "recipient": "UBND huyện",
        "via": "",
        "deadline_kind": DeadlineKind.WITHIN_MONTH,
        "deadline_on": "3/9/2022",
        **values,
    }


def text_of(response: Any) -> str:
    text: str = response.content.decode()
    return text


def make_pdf(client: Client, capture: Any) -> Job:
    with capture(execute=True):
        client.post(reverse("report_make", args=ADDRESS))
    return Job.objects.latest("pk")
