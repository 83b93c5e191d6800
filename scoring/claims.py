"""Claims of units that a criterion does not apply to them, and what became of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from parportal.display import moment, points
from scoring.actions.appraisals import present_round
from scoring.models import NOT_SUBMITTED, Appraisal, Campaign, CampaignStatus, Score, ScoreSheet
from scoring.rules import LeafState
from scoring.settling import last_round
from scoring.workflow import why_appraisal_is_locked

STATES = ("open", "granted", "refused")


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim. `state` is one of `STATES`; `can_decide` holds for whom the list was made."""

    score: Score
    state: str
    can_decide: bool
    version: int
    decided: str
    given: str
    reason: str

    @property
    def maximum(self) -> str:
        return points(self.score.criterion.max_points)


def claims_of(campaign: Campaign, decidable: QuerySet[Score]) -> list[Claim]:
    """The claims that units have submitted, by criterion, then by unit; two queries.

    `decidable` are the rows that the reader may appraise.
    """
    rows = claimed_rows(campaign).exclude(sheet__status__in=NOT_SUBMITTED)
    found = rows.select_related("criterion", "sheet__unit", "sheet__campaign").prefetch_related("appraisals__by")
    allowed = set(decidable.filter(pk__in=rows.values("pk")).order_by().values_list("pk", flat=True))
    return [
        claim_of(score, may_decide=score.pk in allowed)
        for score in found.order_by("criterion__position", "sheet__unit__code")
    ]


def claimed_rows(campaign: Campaign) -> QuerySet[Score]:
    rows = Score.objects.for_people().filter(sheet__campaign=campaign)
    return rows.filter(state=LeafState.NOT_APPLICABLE.value)


def claim_of(score: Score, *, may_decide: bool) -> Claim:
    rounds = score.appraisals.all()
    last = last_round(rounds)
    own = next((each for each in rounds if each.round == present_round(score.sheet)), None)
    return Claim(
        score=score,
        state=state_of(last),
        can_decide=may_decide and not why_appraisal_is_locked(score.sheet),
        version=own.version if own else 0,
        decided=f"{last.by}, {moment(last.at)}" if last else "",
        given=points(last.points) if last and last.state == LeafState.ANSWERED else "",
        reason=last.reason if last else "",
    )


def state_of(last: Appraisal | None) -> str:
    if last is None:
        return "open"
    return "granted" if last.state == LeafState.NOT_APPLICABLE else "refused"


def counts(claims: Iterable[Claim]) -> Counter[str]:
    return Counter(claim.state for claim in claims)


def not_yet_submitted(campaign: Campaign) -> int:
    """Claims on sheets that their units still have in hand."""
    return claimed_rows(campaign).filter(sheet__status__in=NOT_SUBMITTED).count()


def open_claims(campaign: Campaign) -> int:
    """Claims that await the coordinator's decision; none once the campaign is closed."""
    return open_claims_of([campaign.pk]).get(campaign.pk, 0)


def open_claims_of(campaigns: Iterable[int]) -> dict[int, int]:
    """The number of open claims of each campaign that has some, by primary key; one query."""
    waiting = ScoreSheet.objects.awaiting_appraisal().filter(
        campaign__in=list(campaigns), campaign__status=CampaignStatus.OPEN, campaign__external=False
    )
    claimed = Score.objects.for_people().filter(state=LeafState.NOT_APPLICABLE.value)
    rows = claimed.filter(sheet__in=waiting, appraisals=None).order_by().values("sheet__campaign")
    return dict(rows.annotate(rows=Count("pk")).values_list("sheet__campaign", "rows"))
