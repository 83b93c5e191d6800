"""Steps that tests of campaigns and results share: the small district of `tests.world`, brought further."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import yaml
from django.core.management import call_command
from django.utils import timezone

from scoring.actions.appraisals import AppraisalEntry, save_appraisal, save_loss
from scoring.actions.campaigns import close_campaign, propose_publication, publish_campaign
from scoring.actions.scores import RowEntry, save_score
from scoring.actions.sheets import move_sheet
from scoring.models import Campaign, Score
from scoring.rules import LeafState
from tests.world import World
from units.models import Party, Unit

FIXTURES = Path(__file__).parents[2] / "fixtures"
KON_RAY = FIXTURES / "kon-ray-2021.yaml"
FACTS = yaml.safe_load(KON_RAY.read_text())


def load_kon_ray_units() -> None:
    call_command("loaddata", "units", "agencies", "grade_scales", "kon-ray-2021-commune", verbosity=0)


def answer(world: World, unit: Unit, officer: str, *, points: str = "2") -> None:
    """Answer row 3 (typed points) of a unit."""
    save_score(
        score=world.score(unit, "3"),
        entry=RowEntry(LeafState.ANSWERED, {"points": Decimal(points)}),
        version=1,
        by=world.people[officer],
    )


def submit(world: World, unit: Unit, letter: str) -> None:
    move_sheet(sheet=world.sheet(unit), name="propose", by=world.people[f"officer_{letter}"])
    move_sheet(sheet=world.sheet(unit), name="submit", by=world.people[f"leader_{letter}"])


def appraise(world: World, unit: Unit, *, points: dict[str, str]) -> None:
    """Decide every row (0 where `points` says nothing), name every loss, finish."""
    party = Party.objects.get(owner=world.district, code="G_XA")
    coordinator = world.people["coordinator"]
    for code in ("1.1", "1.2.1", "1.2.2", "2.1", "2.2", "3"):
        score = world.score(unit, code)
        entry = AppraisalEntry(points=Decimal(points.get(code, "0")), reason="theo tài liệu")
        save_appraisal(score=score, entry=entry, version=0, by=coordinator)
        if Score.objects.lossy().filter(pk=score.pk).exists():
            responsible = [(party, "responsible")]
            save_loss(score=score, cause="thiếu tài liệu", responsible=responsible, version=0, by=coordinator)
    move_sheet(sheet=world.sheet(unit), name="finish", by=coordinator)


def bring_to_closing(world: World) -> Campaign:
    """Commune A reaches 11 of 12, commune B 6 of 12; the campaign is closed."""
    for unit, letter in ((world.commune_a, "a"), (world.commune_b, "b")):
        answer(world, unit, f"officer_{letter}")
        submit(world, unit, letter)
    best = {"1.1": "2", "1.2.1": "3", "1.2.2": "2", "2.1": "2", "2.2": "0", "3": "2"}
    appraise(world, world.commune_a, points=best)
    appraise(world, world.commune_b, points={"1.1": "2", "1.2.1": "2", "3": "2"})
    return close_campaign(campaign=world.campaign, by=world.people["coordinator"])


def publish(world: World) -> Campaign:
    campaign = bring_to_closing(world)
    propose_publication(campaign=campaign, by=world.people["coordinator"], warnings_acknowledged=True)
    campaign.refresh_from_db()
    publish_campaign(campaign=campaign, by=world.people["district_leader"], warnings_acknowledged=True)
    campaign.refresh_from_db()
    return campaign


def pass_deadline(world: World, *, days: int = 2) -> None:
    Campaign.objects.filter(pk=world.campaign.pk).update(
        self_score_due_at=timezone.now() - timedelta(days=days, hours=-1)
    )
