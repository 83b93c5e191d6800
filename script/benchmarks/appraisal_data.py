"""The campaign of three hundred sheets (`web_data`), four of its sheets handed in, and eight appraisers."""

from __future__ import annotations

from scoring.models import ScoreSheet, SheetStatus
from script.benchmarks import web_data
from units.access import Role
from units.models import Unit

CAMPAIGN = "bench-300"
APPRAISERS, SHEETS = 8, 4


def load() -> None:
    web_data.load()
    handed_in = ScoreSheet.objects.filter(campaign__code=CAMPAIGN).order_by("pk")[:SHEETS]
    ScoreSheet.objects.filter(pk__in=[sheet.pk for sheet in handed_in]).update(status=SheetStatus.SUBMITTED)
    for number in range(APPRAISERS):
        web_data.account(f"appraiser-{number}", Role.APPRAISER, Unit.objects.get(code="bench-snv"))
