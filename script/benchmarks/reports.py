"""What papers cost: data to PDF beside WeasyPrint alone, a hundred sheets as one job, the request for a job."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from time import perf_counter

import pypdfium2
from django.urls import reverse

from parportal.jobs.models import Job
from reports.campaign_zip import folder_of, make_zip
from reports.models import Format, Report, ReportKind
from reports.output.pdf import as_html, as_pdf, write
from reports.rendering import document_of
from scoring.models import Campaign
from script.benchmarks.bare import READ
from script.benchmarks.figures import Figure
from script.benchmarks.reports_data import CAMPAIGN, UNITS
from script.benchmarks.web import Browser, expect, in_turn, ms, ratio, resident_mb, server
from units.models import User

PDF_ROUNDS = 9
SETTLED = 20  # sheets after which the memory of a job may not grow any more
WRITER = "noi-vu"


def measure() -> list[Figure]:
    analysis = Report.objects.get(kind=ReportKind.RESPONSIBILITY_ANALYSIS, campaign__code="kon-ray-2021-district")
    whole, alone, pages = paper_times(analysis)
    read, request = request_times(analysis)
    settled, grown, seconds = job_memory()
    return [
        Figure("reports.pages", pages, "", "pages of the analysis"),
        Figure("reports.pdf_ms", ms(whole), "ms", "the analysis from data to bytes, in a warm process"),
        Figure("reports.pdf_ratio", ratio(whole, alone), "", "… to WeasyPrint alone on its HTML", at_most=1.3),
        Figure("reports.job_request_ms", ms(request), "ms", "the request that starts a job"),
        Figure("reports.job_request_ratio", ratio(request, read), "", "… to the bare read", at_most=15),
        Figure("reports.job_seconds", round(seconds, 1), "s", f"{UNITS} score sheets as one job"),
        Figure("reports.job_mb", round(settled, 1), "MB", f"its process after {SETTLED} sheets"),
        Figure(
            "reports.job_growth_mb", round(grown, 1), "MB", "… and what it took more by the last one", at_most=10
        ),
    ]


def paper_times(report: Report) -> tuple[float, float, int]:
    """Seconds of the whole way and of WeasyPrint alone on the same page, each the median of several in turn."""
    html = as_html(document_of(report), paged=True)
    content = as_pdf(document_of(report))
    work: dict[str, Callable[[], object]] = {
        "whole": lambda: as_pdf(document_of(Report.objects.get(pk=report.pk))),
        "alone": lambda: write(html),
    }
    times = in_turn(work, rounds=PDF_ROUNDS, warm_up=1)
    with pypdfium2.PdfDocument(content) as opened:
        return times["whole"], times["alone"], len(opened)


def request_times(report: Report) -> tuple[float, float]:
    """Seconds of the bare read and of the request that starts a job; each starts one of its own."""
    with server() as (port, _master):
        writer = Browser(port, WRITER)
        url = reverse("report_make", args=[report.pk])

        def start_one() -> None:
            status, body = writer.ask("POST", url, {"format": Format.PDF})
            if status != 302:
                raise RuntimeError(f"{url} answered {status}: {body[:500]!r}")

        def forget() -> None:
            Job.objects.all().delete()

        times = in_turn({"read": lambda: expect(writer.ask("GET", READ)), "start": start_one}, between=forget)
    return times["read"], times["start"]


def job_memory() -> tuple[float, float, float]:
    """The memory of a process after the first of its sheets, what it took more until the last, its seconds."""
    command = [
        sys.executable,
        "-c",
        "import django; django.setup(); from script.benchmarks import reports; reports.one_job()",
    ]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    settled, highest, seconds = map(float, said)
    return settled, highest - settled, seconds


def one_job() -> None:
    """Make the sheets as a worker does, and print its memory after the first of them, its highest, its seconds."""
    campaign = Campaign.objects.get(code=CAMPAIGN)
    coordinator = User.objects.get(username="bench-coordinator")
    memory: dict[int, float] = {}

    def progress(done: int, _total: int) -> None:
        memory[done] = resident_mb(os.getpid())

    start = perf_counter()
    keep = make_zip(
        progress,  # type: ignore[arg-type]  # a run without a row of its own
        campaign_id=campaign.pk,
        kind=ReportKind.SCORE_SHEET,
        made_as=Format.PDF,
        user_id=coordinator.pk,
        folder=folder_of("bench"),
    )
    keep()
    highest = max(size for done, size in memory.items() if done >= SETTLED)
    print(memory[SETTLED], highest, perf_counter() - start)
