"""Who fills in a row of a sheet, and why somebody cannot now: the owner the whole, others their part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from parportal.display import moment
from scoring.leaves import leaves_of
from scoring.models import CampaignStatus, Score, ScoreSheet, Share, SheetStatus
from scoring.rules import LeafState
from scoring.tree import Node, Tree
from scoring.workflow import why_sheet_is_locked
from units.models import User


@dataclass(frozen=True, slots=True)
class Filling:
    """How one person fills in one sheet, decided once for a page.

    `locked` says why nothing on the page can be filled in, or is empty. `part_note` tells somebody who was given a
    part what the page shows.
    Shapes: `parts` maps the primary keys of leaves (criteria) to the nearest part above each.
    """

    sheet: ScoreSheet
    user: User
    parts: Mapping[int, Share]
    owns: bool
    locked: str
    part_note: str = ""

    def why_locked(self, criterion_id: int) -> str:
        """Why the person cannot fill in this row, in words; empty when he can. No query."""
        if self.owns or self.locked:
            return self.locked
        return why_part_is_locked(self.parts.get(criterion_id), self.sheet, self.user)


def filling_of(sheet: ScoreSheet, tree: Tree, user: User) -> Filling:
    """One query (the parts), shared with `sheet.is_filled_by`."""
    parts = parts_by_leaf(sheet, tree)
    if sheet.is_filled_by(user):
        return Filling(sheet, user, parts, True, why_sheet_is_locked(sheet))
    mine = {part.pk: part for part in parts.values() if part.is_given_to(user)}
    if not mine:
        return Filling(sheet, user, parts, False, _("You may read this sheet; only its unit fills it in."))
    reasons = [why_part_is_locked(part, sheet, user) for part in mine.values()]
    return Filling(
        sheet,
        user,
        parts,
        False,
        "" if "" in reasons else reasons[0],
        part_note=part_note(sheet, user),
    )


def part_note(sheet: ScoreSheet, user: User) -> SafeString:
    """What who was given a part is told at the head of the sheet, with the way to report it as done."""
    told = _("You see the part of the sheet that was given to you.")
    if sheet.is_owned_by(user):
        told = _("A part of this sheet was given to you: you fill in its rows.")
    url = reverse("sheet_shares", args=[sheet.pk])
    return format_html('{} <a href="{}">{}</a>', told, url, _("My part: deadline, and report as done"))


def why_row_is_locked(score: Score, user: User) -> str:
    """Why the person cannot fill in this row now, in words; empty when he can.

    No query for who fills in the whole sheet, when `score` comes from `Score.objects.for_saving()` and the sheet
    is not divided; otherwise one for the parts.
    """
    sheet = sheet_of_row(score)
    if sheet.is_filled_by(user):
        return why_sheet_is_locked(sheet)
    return why_part_is_locked(part_of(score), sheet, user)


def is_row_filled_by(score: Score, user: User) -> bool:
    """Whether the row is the person's to fill in, locked or not: 403 otherwise."""
    if sheet_of_row(score).is_filled_by(user):
        return True
    part = part_of(score)
    return part is not None and part.is_given_to(user)


def why_part_is_locked(part: Share | None, sheet: ScoreSheet, user: User) -> str:
    """Why somebody who is not the owner cannot fill in a row of this part (None: of no part) now."""
    if part is None:
        return _("You may read this sheet; only its unit fills it in.")
    if not part.is_given_to(user):
        return _("This row was given to %(who)s to be filled in.") % {"who": part.filler}
    if why := why_sheet_is_locked(sheet):
        return why
    if part.done_at is not None:
        when = {"when": moment(part.done_at), "who": part.by}
        return _("Locked: this part was reported as done on %(when)s. %(who)s can open it again.") % when
    if part.due_at is not None and sheet.campaign.now() > part.due_at:
        when = {"when": moment(part.due_at), "who": part.by}
        return _("Locked: the inner deadline passed on %(when)s. Ask %(who)s for more time.") % when
    return ""


def sheet_of_row(score: Score) -> ScoreSheet:
    """The sheet of a row, which knows that it has no parts where `for_saving` has found none."""
    if getattr(score, "sheet_is_divided", True) is False:
        score.sheet.parts = ()
    return score.sheet


def parts_by_leaf(sheet: ScoreSheet, tree: Tree) -> dict[int, Share]:
    """The nearest part above each leaf that was given away, by the primary key of the leaf."""
    by_criterion = {part.criterion_id: part for part in sheet.parts}
    if not by_criterion:
        return {}
    above = ((leaf.criterion.pk, part_above(leaf, by_criterion)) for leaf in tree.leaves)
    return {pk: part for pk, part in above if part is not None}


def part_of(score: Score) -> Share | None:
    """The nearest part above a row."""
    parts = score.sheet.parts
    if not parts:
        return None
    node = leaves_of(score.sheet.campaign.criteria_set).tree.by_id.get(score.criterion_id)
    return part_above(node, {part.criterion_id: part for part in parts}) if node else None


def part_above(node: Node, by_criterion: Mapping[int, Share]) -> Share | None:
    path = (node.criterion, *reversed(node.path))
    return next((by_criterion[each.pk] for each in path if each.pk in by_criterion), None)


def is_open(score: Score) -> bool:
    """Whether the unit still has to fill the row in, or to look at it again."""
    return score.state == LeafState.NOT_ANSWERED or bool(score.review)


def rows_by_part(sheet: ScoreSheet, tree: Tree) -> dict[int | None, list[Score]]:
    """The rows that people of the unit fill in, by the primary key of their part; None for those not given away.

    In reading order, each with its criterion; one query, and the one for the parts.
    """
    parts = parts_by_leaf(sheet, tree)
    found: dict[int | None, list[Score]] = {None: [], **{part.pk: [] for part in sheet.parts}}
    rows = Score.objects.for_unit().filter(sheet=sheet).select_related("criterion")
    for score in rows.order_by("criterion__position"):
        part = parts.get(score.criterion_id)
        found[part.pk if part else None].append(score)
    return found


@dataclass(frozen=True, slots=True)
class SharedTask:
    """A part that a person has to fill in, for the page "My work". Units: `answered` and `total` in rows."""

    sheet: ScoreSheet
    share: Share
    answered: int
    total: int
    due_at: datetime | None


def shared_tasks(user: User) -> list[SharedTask]:
    """The parts that the person has to fill in now: of drafts of open campaigns, not reported as done.

    One query, and two more for each sheet of which the person has a part.
    """
    shares = Share.objects.given_to(user).filter(
        done_at=None, sheet__status=SheetStatus.DRAFT, sheet__campaign__status=CampaignStatus.OPEN
    )
    sheets = ScoreSheet.objects.filter(pk__in=shares.values("sheet"))
    tasks: list[SharedTask] = []
    for sheet in sheets.select_related("unit", "campaign__criteria_set"):
        rows = rows_by_part(sheet, leaves_of(sheet.campaign.criteria_set).tree)
        for share in sheet.parts:
            if share.done_at is None and share.is_given_to(user):
                mine = rows[share.pk]
                answered = sum(not is_open(score) for score in mine)
                tasks.append(SharedTask(sheet, share, answered, len(mine), share.due_at or sheet.deadline_at))
    return sorted(tasks, key=lambda task: (task.due_at is None, task.due_at or task.share.at, task.share.pk))
