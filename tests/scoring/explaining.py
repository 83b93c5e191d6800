"""A sheet in its round of explanation and after it, for tests."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from scoring.actions.appraisals import AppraisalEntry, accept_rest, save_appraisal
from scoring.actions.explanations import save_explanation
from scoring.actions.sheets import move_sheet
from scoring.models import ScoreSheet
from scoring.rules import LeafState
from tests.scoring.appraising import submitted
from tests.world import World

REASON = "Thiếu văn bản kèm theo"
TEXT = "Đã có Kế hoạch 12/KH-UBND ban hành đúng hạn"


def explaining(world: World) -> ScoreSheet:
    """1.1 reduced from 2 to 1, 2.1 from 1.66 to 1, 3 not applicable as claimed; everything else accepted."""
    sheet = submitted(world)
    for code in ("1.1", "2.1"):
        entry = AppraisalEntry(points=Decimal(1), reason=REASON)
        save_appraisal(score=world.score(world.commune_a, code), entry=entry, version=0, by=world.coordinator)
    grant = AppraisalEntry(LeafState.NOT_APPLICABLE)
    save_appraisal(score=world.score(world.commune_a, "3"), entry=grant, version=0, by=world.coordinator)
    accept_rest(sheet=sheet, by=world.coordinator)
    due_at = timezone.now() + timedelta(days=3)
    return move_sheet(
        sheet=world.sheet(world.commune_a), name="open_explanation", by=world.coordinator, due_at=due_at
    )


def explain(world: World, code: str = "1.1", text: str = TEXT, *, version: int = 0) -> None:
    score = world.score(world.commune_a, code)
    save_explanation(score=score, text=text, version=version, by=world.officer_a)


def explained(world: World) -> ScoreSheet:
    """1.1 is explained, and the leader has sent it: the second appraisal is on."""
    explaining(world)
    explain(world)
    return move_sheet(sheet=world.sheet(world.commune_a), name="send_explanation", by=world.leader_a)
