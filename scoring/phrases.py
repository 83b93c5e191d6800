"""Reasons that are given again and again: kept by an office for a criterion, or used already in this campaign."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from scoring.models import Appraisal, Campaign, Criterion, Phrase, Score
from units.access import Role
from units.models import User

MOST_USED = 8


@dataclass(frozen=True, slots=True)
class Offer:
    """What may be put into a reason: kept phrases, then reasons given in this campaign, with how often."""

    phrases: tuple[Phrase, ...]
    used: tuple[tuple[str, int], ...]


def phrase_office(user: User, campaign: Campaign) -> int | None:
    """The office whose phrases the person keeps: that of the campaign, else an agency that appraises in it."""
    if campaign.coordinated_by(user):
        return campaign.office_id
    own = user.units_as(Role.APPRAISER)
    return campaign.assignments.filter(agency__in=own).order_by("pk").values_list("agency", flat=True).first()


def offered_phrases(user: User, campaign: Campaign, criterion: Criterion) -> Offer:
    """Phrases for one criterion: two queries. Reasons of rows that the person may not appraise stay unseen."""
    kept = Phrase.objects.visible_to(user).filter(
        set_code=campaign.criteria_set.code, criterion_code=criterion.code
    )
    phrases = tuple(kept.order_by("text", "pk"))
    rows = Score.objects.appraisable_by(user).filter(sheet__campaign=campaign, criterion=criterion)
    given = (
        Appraisal.objects.filter(score__in=rows)
        .exclude(reason="")
        .exclude(reason__in=[phrase.text for phrase in phrases])
    )
    counted = given.values_list("reason").annotate(times=Count("pk")).order_by("-times", "reason")
    return Offer(phrases, tuple(counted[:MOST_USED]))
