"""The draft of the analysis of Kon Rẫy: how it is begun, its addresses, and what its forms send."""

from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse

from parportal.jobs.models import Job
from plans.models import DeadlineKind
from reports.actions.drafts import start_report
from reports.actions.states import move_report
from reports.models import Report, ReportKind, ReportPart
from tests.reports.kon_ray import KonRay
from tests.reports.proposed import analysis_basis
from units.models import User

ClientOf = Callable[[User], Client]
KIND = ReportKind.RESPONSIBILITY_ANALYSIS
START = {"campaign": "kon-ray-2021-district", "unit": "614"}


def begin(kon_ray: KonRay) -> Report:
    basis = analysis_basis(kon_ray.result, None)
    return start_report(kind=KIND, basis=basis, by=kon_ray.officer)[0]


def small(kon_ray: KonRay) -> Report:
    """A draft of few pages: where what a file holds is not the matter."""
    report = begin(kon_ray)
    left_out = ("children", "tasks", "organisation", "own.losses", "own.parties", "own.zeros")
    ReportPart.objects.bulk_create(ReportPart(report=report, key=key, is_shown=False) for key in left_out)
    return report


def approved(kon_ray: KonRay, **columns: Any) -> Report:
    """The draft as its leader approved it, with some columns of its head."""
    report = begin(kon_ray)
    Report.objects.filter(pk=report.pk).update(**columns)
    return move_report(report=report, name="approve", version=1, by=kon_ray.leader)


def url(report: Report, name: str = "report", *arguments: object) -> str:
    return reverse(name, args=[report.pk, *arguments])


def start_url(**changed: str) -> str:
    query = "&".join(f"{name}={value}" for name, value in {**START, **changed}.items())
    return f"{reverse('report_start', args=[KIND])}?{query}"


def filled(report: Report, **values: str) -> dict[str, str]:
    """What the form of the head sends, as proposed, with some `values` changed."""
    names = (
        "superior issuer number symbol place abstract addressees bases opening closing authority deputy_for "
        "signer_title signer_name recipients"
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


def make_pdf(client: Client, report: Report, capture: Any) -> Job:
    with capture(execute=True):
        client.post(url(report, "report_make"))
    return Job.objects.latest("pk")
