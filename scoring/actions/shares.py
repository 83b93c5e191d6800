"""A draft divided: parts given to colleagues and agencies, taken back, reported as done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from parportal.display import moment
from scoring.actions.sheets import lock
from scoring.filling import is_open, rows_by_part
from scoring.leaves import leaves_of
from scoring.models import Criterion, Score, ScoreSheet, Share
from scoring.models.shares import AGENCY_ROLES, COLLEAGUES
from scoring.workflow import MoveRefused, why_rows_are_locked, why_sheet_is_locked
from units.access import Role
from units.audit import Action, Change, record
from units.models import Membership, Notice, Unit, UnitType, User
from units.models.units import today
from units.notices import notify


class RowsStillOpen(Exception):
    """A part is to be reported as done while some of its rows (`codes`) are open: asked once."""

    def __init__(self, codes: list[str]) -> None:
        super().__init__(codes)
        self.codes = codes


@dataclass(frozen=True, slots=True)
class ShareEntry:
    """What is given to whom. Without an inner deadline that of the sheet counts."""

    criterion: Criterion
    filler: User | Unit
    due_at: datetime | None = None
    note: str = ""


def colleagues_of(sheet: ScoreSheet, by: User) -> QuerySet[User]:
    """Whom of the own unit a part may be given to: everybody with an account but the giver."""
    return User.objects.holding(*COLLEAGUES, units=[sheet.unit_id]).exclude(pk=by.pk).order_by("full_name")


def agencies_of(sheet: ScoreSheet) -> QuerySet[Unit]:
    """The agencies of the unit itself and of its parent in which somebody could fill a part in today."""
    beside = Q(parent=sheet.unit_id) | Q(parent=sheet.unit.parent_id, parent__isnull=False)
    staffed = Membership.objects.on(today()).filter(role__in=AGENCY_ROLES, user__is_active=True).values("unit")
    found = Unit.objects.filter(beside, type=UnitType.AGENCY, pk__in=staffed)
    return found.exclude(pk=sheet.unit_id).order_by("name")


@transaction.atomic
def give_share(*, sheet: ScoreSheet, entry: ShareEntry, by: User) -> Share:
    """Give a criterion, with everything below it, to be filled in; given again, the part changes hands or time.

    Raises: MoveRefused in words.
    """
    sheet = lock(sheet)
    if why := why_rows_are_locked(sheet, by):
        raise MoveRefused(why)
    expect_filler(sheet, leaves_below(sheet, entry.criterion), entry.filler, by)
    expect_due(sheet, entry.due_at)
    share = Share.objects.filter(sheet=sheet, criterion=entry.criterion).first()
    before = described(share)
    share = share or Share(sheet=sheet, criterion=entry.criterion)
    share.user = entry.filler if isinstance(entry.filler, User) else None
    share.unit = entry.filler if isinstance(entry.filler, Unit) else None
    share.due_at, share.note = entry.due_at, entry.note.strip()
    share.by, share.at = by, timezone.now()
    share.done_at = share.done_by = None
    share.save()
    after = described(share)
    changes = [Change(share, name, before[name], after[name]) for name in after]
    record(Action.SHARE_GIVEN, sheet, by=by, changes=changes)
    told = [entry.filler] if isinstance(entry.filler, User) else people_of(entry.filler)
    notify(told, kind=Notice.Kind.SHARED, subject=subject_of(share, sheet), url=reverse("sheet", args=[sheet.pk]))
    return share


def people_of(agency: Unit) -> QuerySet[User]:
    return User.objects.holding(*AGENCY_ROLES, units=[agency])


def subject_of(share: Share, sheet: ScoreSheet) -> str:
    """1.2 Nhiệm vụ được giao: Xã Tân Lập, until 17:00 15/12/2026."""
    words = {"criterion": share.criterion, "unit": sheet.unit.name}
    text = _("%(criterion)s: %(unit)s") % words
    until = _("until %(when)s") % {"when": moment(share.due_at)} if share.due_at else ""
    return ", ".join(filter(None, [text, until]))


def described(share: Share | None) -> dict[str, str]:
    """What the history tells of a part; nothing of no part."""
    if share is None:
        return {"filler": "", "due_at": "", "note": "", "done_at": ""}
    return {
        "filler": str(share.filler),
        "due_at": moment(share.due_at),
        "note": share.note,
        "done_at": moment(share.done_at),
    }


def leaves_below(sheet: ScoreSheet, criterion: Criterion) -> list[int]:
    """Raises: MoveRefused for a criterion of another set."""
    tree = leaves_of(sheet.campaign.criteria_set).tree
    node = tree.by_id.get(criterion.pk)
    if node is None:
        raise MoveRefused(_("This criterion does not belong to the criteria set of the campaign."))
    return [leaf.criterion.pk for leaf in tree.leaves_below(node)]


def expect_filler(sheet: ScoreSheet, leaves: list[int], filler: User | Unit, by: User) -> None:
    """Raises: MoveRefused unless this person or agency may fill in the rows of these leaves."""
    rows = Score.objects.for_unit().filter(sheet=sheet, criterion__in=leaves)
    if not rows.exists():
        raise MoveRefused(_("Nobody fills in these rows: they come by import, or do not apply."))
    if isinstance(filler, User):
        if not colleagues_of(sheet, by).filter(pk=filler.pk).exists():
            raise MoveRefused(_("%(who)s holds no role in this unit today.") % {"who": filler})
        return
    if not agencies_of(sheet).filter(pk=filler.pk).exists():
        raise MoveRefused(_("Nobody of %(who)s could fill this in.") % {"who": filler})
    appraised = rows.filter(agency=filler).order_by("criterion__position")
    if codes := list(appraised.values_list("criterion__code", flat=True)):
        words = _("%(who)s appraises %(codes)s on this sheet: who appraises a row cannot fill it in.")
        raise MoveRefused(words % {"who": filler, "codes": ", ".join(codes)})


def expect_due(sheet: ScoreSheet, due_at: datetime | None) -> None:
    """Raises: MoveRefused unless the inner deadline lies between now and the deadline of the sheet."""
    if due_at is None:
        return
    if due_at <= sheet.campaign.now():
        raise MoveRefused(_("The inner deadline must lie in the future."))
    if sheet.deadline_at is not None and due_at > sheet.deadline_at:
        last = {"when": moment(sheet.deadline_at)}
        raise MoveRefused(_("The inner deadline cannot be later than that of the sheet: %(when)s.") % last)


@transaction.atomic
def take_back_share(*, share: Share, by: User) -> None:
    """What was filled in stays; from now on the owner fills the part in.

    Raises: MoveRefused when the sheet is locked.
    """
    sheet = lock(share.sheet)
    if why := why_rows_are_locked(sheet, by):
        raise MoveRefused(why)
    changes = [Change(share, name, was, "") for name, was in described(share).items()]
    record(Action.SHARE_TAKEN_BACK, sheet, by=by, changes=changes)
    share.delete()


@transaction.atomic
def report_done(*, share: Share, by: User, sure: bool = False) -> Share:
    """Tell the owner that a part is done; `sure` although some of its rows are open.

    Raises: MoveRefused, RowsStillOpen.
    """
    sheet = lock(share.sheet)
    share = locked_share(share, sheet)
    if not share.is_given_to(by):
        raise MoveRefused(_("This part was given to %(who)s to be filled in.") % {"who": share.filler})
    if why := why_sheet_is_locked(sheet):
        raise MoveRefused(why)
    if share.done_at is not None:
        raise MoveRefused(_("This part was reported as done already."))
    rows = rows_by_part(sheet, leaves_of(sheet.campaign.criteria_set).tree)[share.pk]
    codes = [score.criterion.code for score in rows if is_open(score)]
    if codes and not sure:
        raise RowsStillOpen(codes)
    share.done_at, share.done_by = timezone.now(), by
    share.save(update_fields=["done_at", "done_by"])
    record(Action.SHARE_DONE, sheet, by=by, changes=[Change(share, "done_at", "", moment(share.done_at))])
    owners = User.objects.holding(Role.OFFICER, Role.LEADER, units=[sheet.unit_id]).exclude(pk=by.pk)
    url = reverse("sheet_shares", args=[sheet.pk])
    notify(owners, kind=Notice.Kind.SHARE_DONE, subject=f"{share}, {sheet.unit.name}", url=url)
    return share


def locked_share(share: Share, sheet: ScoreSheet) -> Share:
    """The part as it is now, locked; its sheet is the locked one.

    Raises: MoveRefused when it was taken back meanwhile.
    """
    rows = Share.objects.select_for_update(of=("self",)).select_related("criterion", "user", "unit", "by")
    found = rows.filter(pk=share.pk).first()
    if found is None:
        raise MoveRefused(_("This part was taken back meanwhile."))
    found.sheet = sheet
    return found


@transaction.atomic
def reopen_share(*, share: Share, by: User) -> Share:
    """Let a part that was reported as done be filled in again: by the owner, or who was given it.

    Raises: MoveRefused.
    """
    sheet = lock(share.sheet)
    share = locked_share(share, sheet)
    if not (share.is_given_to(by) or sheet.is_filled_by(by)):
        raise MoveRefused(_("This part was given to %(who)s to be filled in.") % {"who": share.filler})
    if why := why_sheet_is_locked(sheet):
        raise MoveRefused(why)
    if share.done_at is None:
        raise MoveRefused(_("This part was not reported as done."))
    was = moment(share.done_at)
    share.done_at = share.done_by = None
    share.save(update_fields=["done_at", "done_by"])
    record(Action.SHARE_REOPENED, sheet, by=by, changes=[Change(share, "done_at", was, "")])
    if not share.is_given_to(by):
        told = [share.user] if share.user else people_of(share.unit) if share.unit else []
        url = reverse("sheet", args=[sheet.pk])
        notify(told, kind=Notice.Kind.SHARED, subject=subject_of(share, sheet), url=url)
    return share
