"""What a person may begin a paper about: campaigns, units, plans, notices, inspections, years of the own unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from plans.models import Conclusion, Inspection, Plan
from reports.basis import Basis
from reports.kinds import KINDS, Subject, stored
from reports.models import WRITERS, Report, ReportKind, reportable_by
from reports.papers.data import children_campaigns
from reports.periods import Period
from scoring.models import PUBLIC, Campaign, ScoreSheet, UnitResult
from scoring.models.campaigns import governing
from units.access import find, require
from units.models import Unit, UnitType, User
from units.models.units import today

MOST = 200
YEARS = 3
OWNED: Mapping[Subject, type[Model]] = {
    Subject.PLAN: Plan,
    Subject.CONCLUSION: Conclusion,
    Subject.INSPECTION: Inspection,
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that a paper can be about. Shapes: `url` leads to the page that begins it."""

    title: str
    text: str
    url: str


def start_url(kind: str, **of: object) -> str:
    return f"{reverse('report_start', args=[kind])}?{urlencode(of)}"


def kinds_for(user: User) -> list[tuple[str, str]]:
    """Kinds with something to begin. Shapes: the kind and its name. A query for each subject."""
    open_subjects = {subject: any_of(user, subject) for subject in Subject}
    return [
        (str(kind), str(ReportKind(kind).label)) for kind, what in KINDS.items() if open_subjects[what.subject]
    ]


def any_of(user: User, subject: Subject) -> bool:
    own = user.units_as(*WRITERS)
    if not own:
        return False
    if subject is Subject.PERIOD:
        return own_units(user).exists()
    if subject is Subject.CAMPAIGN:
        return own_campaigns(user).exists()
    if subject is Subject.CAMPAIGN_UNIT:
        return scored(user, published=False).exists() or scored(user, published=True).exists()
    return owned(user, subject).exists()


def own_units(user: User) -> QuerySet[Unit]:
    """Committees that report by period; an agency does not."""
    found = Unit.objects.filter(pk__in=user.units_as(*WRITERS)).exclude(type=UnitType.AGENCY)
    return found.select_related("parent").order_by("code")


def own_campaigns(user: User, *, published: bool = False) -> QuerySet[Campaign]:
    """Those that the person runs: papers about all units tell what is not published yet."""
    found = Campaign.objects.visible_to(user).filter(governing(user)).order_by("-year", "code")
    return found.filter(status__in=PUBLIC) if published else found


def scored(user: User, *, published: bool) -> QuerySet[Any]:
    """Units of campaigns that the person writes about: results that are published, or sheets."""
    if published:
        return reportable_by(user).select_related("campaign", "unit").order_by("-campaign__year", "unit__code")
    sheets = ScoreSheet.objects.visible_to(user).filter(unit__in=user.units_as(*WRITERS))
    return sheets.select_related("campaign", "unit").order_by("-campaign__year", "unit__code")


def owned(user: User, subject: Subject) -> QuerySet[Any]:
    model: Any = OWNED[subject]
    found = model.objects.visible_to(user).filter(owner__in=user.units_as(*WRITERS))
    owned_rows: QuerySet[Any] = found.select_related("owner").order_by("-year", "pk")
    return owned_rows


def choices(user: User, kind: str) -> Sequence[Choice]:
    """What a paper of this kind can be begun about, the latest first."""
    what = KINDS[kind]
    if what.subject is Subject.PERIOD:
        return period_choices(user, kind)
    if what.subject is Subject.CAMPAIGN:
        return [
            Choice(each.title, str(each.year), start_url(kind, campaign=each.code))
            for each in own_campaigns(user, published=what.published)[:MOST]
        ]
    if what.subject is Subject.CAMPAIGN_UNIT:
        return [
            Choice(
                each.unit.name,
                f"{each.campaign.title}, {each.campaign.year}",
                start_url(kind, campaign=each.campaign.code, unit=each.unit.code),
            )
            for each in scored(user, published=what.published)[:MOST]
        ]
    name = what.subject.value
    return [
        Choice(str(each), f"{each.owner.name}, {each.year}", start_url(kind, **{name: each.pk}))
        for each in owned(user, what.subject)[:MOST]
    ]


def period_choices(user: User, kind: str) -> list[Choice]:
    year = today().year
    return [
        Choice(f"{label}, {each}", unit.name, start_url(kind, unit=unit.code, year=each, period=value))
        for unit in own_units(user)
        for each in range(year, year - YEARS, -1)
        for value, label in reversed(Period.choices)
    ]


@dataclass(frozen=True, slots=True)
class Wish:
    """What the address of a new paper names."""

    campaign: str = ""
    unit: str = ""
    year: str = ""
    period: str = ""
    plan: str = ""
    conclusion: str = ""
    inspection: str = ""
    children: str = ""

    @classmethod
    def of(cls, data: Mapping[str, str]) -> Wish:
        return cls(**{name: data.get(name, "")[:80] for name in cls.__slots__})

    @property
    def is_empty(self) -> bool:
        return not any((self.campaign, self.unit, self.plan, self.conclusion, self.inspection))


def number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0


def basis_for(user: User, kind: str, wish: Wish) -> Basis:
    """What a paper would be made of.

    Raises: Http404 for what the person may not see, PermissionDenied for what he may not write about.
    """
    what = KINDS[kind]
    if what.subject in (Subject.CAMPAIGN, Subject.CAMPAIGN_UNIT):
        return of_campaign(user, kind, wish)
    if what.subject is Subject.PERIOD:
        return of_period(user, wish)
    model: Any = OWNED[what.subject]
    name = what.subject.value
    row = find(model.objects.visible_to(user).select_related("owner__parent"), pk=number(getattr(wish, name)))
    must_write(row.owner_id in user.units_as(*WRITERS))
    return replace(Basis(row.owner, row.year, today()), **{name: row})


def must_write(allowed: bool) -> None:
    require(allowed, _("Papers are written by officers, leaders and coordinators of the unit that issues them."))


def of_period(user: User, wish: Wish) -> Basis:
    unit = find(own_units(user), code=wish.unit)
    year = number(wish.year)
    must_write(wish.period in Period.values and 2000 < year <= today().year + 1)
    return Basis(unit, year, today(), period=wish.period)


def of_campaign(user: User, kind: str, wish: Wish) -> Basis:
    related = ("criteria_set__issuer", "owner__parent", "kept_by__parent")
    campaign = find(Campaign.objects.visible_to(user).select_related(*related), code=wish.campaign)
    children = children_of(user, campaign, wish)
    on = today()
    if KINDS[kind].subject is Subject.CAMPAIGN:
        must_write(campaign.governed_by(user))
        return Basis(campaign.office, campaign.year, on, campaign=campaign, children=children)
    unit = scored_unit(user, kind, campaign, wish.unit)
    is_inside = unit.pk == campaign.office_id
    return Basis(unit, campaign.year, on, campaign=campaign, children=children, is_inside=is_inside)


def scored_unit(user: User, kind: str, campaign: Campaign, code: str) -> Unit:
    """The scored unit, if the person sees it in the campaign and writes about it."""
    seen = UnitResult.objects.visible_to(user).filter(campaign=campaign)
    sheets = ScoreSheet.objects.visible_to(user).filter(campaign=campaign)
    known = Q(pk__in=seen.values("unit")) | Q(pk__in=sheets.values("unit"))
    unit = find(Unit.objects.filter(known).select_related("parent"), code=code)
    by_office = kind == ReportKind.RESPONSIBILITY_ANALYSIS and campaign.governed_by(user)
    must_write(by_office or unit.pk in user.units_as(*WRITERS))
    return unit


def children_of(user: User, campaign: Campaign, wish: Wish) -> Campaign | None:
    """The campaign over the communes that the person chose."""
    if not wish.children:
        return None
    return find(Campaign.objects.visible_to(user).filter(status__in=PUBLIC, external=False), code=wish.children)


def children_choices(user: User, unit: Unit) -> list[Campaign]:
    return list(children_campaigns(unit, Campaign.objects.visible_to(user)))


def unpublished(kind: str, basis: Basis) -> str:
    """Why the paper waits for the results, in words; empty when it does not."""
    campaign = basis.campaign
    if campaign is None or not KINDS[kind].published or campaign.is_public:
        return ""
    text = _("The results of “%(campaign)s” are not published yet: this paper can be made then.")
    return text % {"campaign": campaign.title}


@dataclass(frozen=True, slots=True)
class Offer:
    """A kind of paper about one thing. Shapes: `url` leads to the draft, begun or to be begun."""

    title: str
    url: str


def offers(wish: Wish) -> list[Offer]:
    """The kinds about what the address names."""
    subject = subject_of(wish)
    # A unit without a period: each of them is offered.
    is_open = subject is Subject.PERIOD and not wish.period
    named = {name: value for name in wish.__slots__ if (value := getattr(wish, name))}
    return [
        Offer(str(ReportKind(kind).label), start_url(kind, **({} if is_open else named)))
        for kind, what in KINDS.items()
        if what.subject is subject
    ]


def subject_of(wish: Wish) -> Subject | None:
    if wish.campaign:
        return Subject.CAMPAIGN_UNIT if wish.unit else Subject.CAMPAIGN
    if wish.unit:
        return Subject.PERIOD
    return next((subject for subject in OWNED if getattr(wish, subject.value)), None)


def begun(kind: str, basis: Basis, user: User) -> Report | None:
    found = stored(kind, basis)
    return found if found and Report.objects.visible_to(user).filter(pk=found.pk).exists() else None
