"""A parent's set taken as the frame of a set of one's own."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from scoring.actions.criteria import create_draft, lock_set
from scoring.content import SetContent
from scoring.lint.frames import framed
from scoring.models import CriteriaSet, SetStatus
from scoring.tree import Tree
from scoring.workflow import MoveRefused
from units.access import Role
from units.audit import Action
from units.models import Unit, User


def offices_below(issuer: Unit, user: User) -> list[Unit]:
    """The units that the person coordinates and that stand, near or far, below the issuer of a set."""
    own = Unit.objects.filter(pk__in=user.units_as(Role.COORDINATOR)).select_related("parent__parent")
    return [unit for unit in own if _stands_below(unit, issuer)]


def _stands_below(unit: Unit, issuer: Unit) -> bool:
    above = unit.parent
    while above is not None and above != issuer:
        above = above.parent
    return above is not None


@transaction.atomic
def take_frame(*, frame: CriteriaSet, code: str, title: str, issuer: Unit, by: User) -> CriteriaSet:
    """Begin a draft in which the fields and criteria of `frame` stand, to be divided into components.

    Raises: MoveRefused when the frame is not in force, the issuer does not stand below that of the frame or is not
    coordinated by the person, or the code is taken.
    """
    frame = lock_set(frame)
    if frame.status != SetStatus.PUBLISHED:
        raise MoveRefused(_("Only a published set can be a frame."))
    if issuer not in offices_below(frame.issuer, by):
        raise MoveRefused(_("A set is taken as a frame by the offices below the unit that issued it."))
    if CriteriaSet.objects.filter(code=code).exists():
        raise MoveRefused(_("There is a criteria set of this code already."))
    whole = SetContent.of(Tree.of(frame))
    content = replace(
        whole,
        code=code,
        version=1,
        title=title,
        issuer=issuer.code,
        decision_number="",
        decision_on=None,
        criteria=framed(whole),
    )
    return create_draft(content, issuer, by=by, action=Action.SET_CREATED, frame=frame)
