"""A round of remediation of the tests' district: commune A lost one leaf, commune B four; both answer for all."""

from datetime import date, timedelta

from django.db.models import F
from django.utils import timezone

from scoring.actions.remediation import Days, Paper, open_round
from scoring.actions.remediation_filings import Said, save_measures, send_filing
from scoring.models import (
    Campaign,
    Filing,
    FilingKind,
    Loss,
    Measure,
    RemediationRound,
    Responsibility,
    Score,
    ScoreSheet,
)
from tests.world import World
from units.models import Party, Unit
from units.models.units import today

LOST = {"a": ("2.2",), "b": ("1.2.1", "1.2.2", "2.1", "2.2")}


def in_days(count: int) -> date:
    return today() + timedelta(days=count)


def publish(world: World) -> None:
    """The campaign as its publication leaves it, without the round before: everybody answers for every loss."""
    Campaign.objects.filter(pk=world.campaign.pk).update(status="published", published_at=timezone.now())
    ScoreSheet.objects.filter(campaign=world.campaign).update(status="published")
    rows = Score.objects.filter(sheet__campaign=world.campaign)
    rows.update(points=F("counted_max_points"))
    everybody = Party.objects.get(owner=world.district, code="G_XA")
    for unit, codes in ((world.commune_a, LOST["a"]), (world.commune_b, LOST["b"])):
        lost = rows.filter(sheet__unit=unit, criterion__code__in=codes)
        lost.update(points=0)
        for row in lost:
            loss = Loss.objects.create(score=row, cause="thiếu tài liệu")
            Responsibility.objects.create(loss=loss, party=everybody)
    world.campaign.refresh_from_db()


def opened(world: World, *, plan: int = 10, report: int = 40) -> RemediationRound:
    """The round of the published campaign. Units: days from today."""
    publish(world)
    days = Days(in_days(plan), in_days(report), in_days(report + 5))
    return open_round(campaign=world.campaign, days=days, by=world.coordinator)


def measures(round_: RemediationRound, unit: Unit) -> list[Measure]:
    return list(Measure.objects.filter(remediation__round=round_, unit=unit).order_by("pk"))


def filing(round_: RemediationRound, unit: Unit, kind: FilingKind = FilingKind.PLAN) -> Filing:
    return Filing.objects.select_related("round__campaign", "unit").get(round=round_, unit=unit, kind=kind)


def write(world: World, round_: RemediationRound, kind: FilingKind, *, on: date | None = None) -> None:
    """Commune A says something in every row."""
    said = {each.pk: Said(f"Việc {each.pk}", on, each.version) for each in measures(round_, world.commune_a)}
    save_measures(round_=round_, unit=world.commune_a, kind=kind, said=said, by=world.officer_a)


def send(world: World, round_: RemediationRound, kind: FilingKind = FilingKind.PLAN) -> Filing:
    found = filing(round_, world.commune_a, kind)
    return send_filing(filing=found, paper=Paper("7/KH-UBND"), version=found.version, by=world.officer_a)
