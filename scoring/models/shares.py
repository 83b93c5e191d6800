"""A score sheet divided: who fills which part of it in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from scoring.models.criteria import Criterion
from units.access import Role
from units.models import Unit

if TYPE_CHECKING:
    from units.models import User

# Who of a unit may be given a part of its sheet; the administrator reads no scores.
COLLEAGUES = (Role.OFFICER, Role.LEADER, Role.APPRAISER, Role.COORDINATOR)
# Who of an agency fills in what was given to the agency.
AGENCY_ROLES = (Role.OFFICER, Role.APPRAISER)


class ShareQuerySet(models.QuerySet["Share"]):
    def given_to(self, user: User) -> ShareQuerySet:
        """Parts that the person fills in: as one of the sheet's unit, or for the agency that has them."""
        in_person = Q(user=user.pk, sheet__unit__in=user.units_as(*COLLEAGUES))
        return self.filter(in_person | Q(unit__in=user.units_as(*AGENCY_ROLES)))


# From each part down to where another part begins: the nearest one above a leaf counts.
_ROWS_OF_PARTS = """
    WITH RECURSIVE part(sheet_id, criterion_id) AS (
        SELECT share.sheet_id, share.criterion_id
        FROM scoring_share share JOIN scoring_scoresheet sheet ON sheet.id = share.sheet_id
        WHERE {given}
        UNION ALL
        SELECT part.sheet_id, below.id
        FROM part JOIN scoring_criterion below ON below.parent_id = part.criterion_id
        WHERE NOT EXISTS (
            SELECT 1 FROM scoring_share nearer
            WHERE nearer.sheet_id = part.sheet_id AND nearer.criterion_id = below.id
        )
    )
    SELECT score.id FROM part
    JOIN scoring_score score ON score.sheet_id = part.sheet_id AND score.criterion_id = part.criterion_id
"""


def rows_given_to(user: User) -> RawSQL | tuple[()]:
    """The primary keys of rows in parts given to the person (`ShareQuerySet.given_to`), for `pk__in`.

    One subquery of the database's own: the tree has any depth, and most people are given nothing.
    """
    colleagues, agencies = sorted(user.units_as(*COLLEAGUES)), sorted(user.units_as(*AGENCY_ROLES))
    if not colleagues:
        return ()
    given = f"(share.user_id = %s AND sheet.unit_id IN ({_marks(colleagues)}))"
    if agencies:
        given += f" OR share.unit_id IN ({_marks(agencies)})"
    return RawSQL(_ROWS_OF_PARTS.format(given=given), (user.pk, *colleagues, *agencies))


def _marks(values: Sequence[int]) -> str:
    return ", ".join(["%s"] * len(values))


class Share(models.Model):
    """A part of a sheet (a criterion and everything below it) that a colleague or an agency fills in.

    Given to a person (`user`) or to the officers of a unit (`unit`), one of them, until an inner deadline. Who was
    given a part fills in its rows only; the sheet's owner sees all and proposes the whole.
    """

    sheet = models.ForeignKey("scoring.ScoreSheet", on_delete=models.CASCADE, related_name="shares")
    criterion = models.ForeignKey(
        Criterion, verbose_name=_("criterion"), on_delete=models.PROTECT, related_name="shares"
    )
    user = models.ForeignKey(
        "units.User", verbose_name=_("person"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    unit = models.ForeignKey(
        Unit, verbose_name=_("agency"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due_at = models.DateTimeField(_("inner deadline"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey("units.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = ShareQuerySet.as_manager()

    class Meta:
        verbose_name = _("part of a sheet")
        verbose_name_plural = _("parts of a sheet")
        ordering = ["sheet", "criterion__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "criterion"], name="share_one_a_criterion"),
            models.CheckConstraint(
                condition=Q(user=None, unit__isnull=False) | Q(user__isnull=False, unit=None),
                name="share_given_to_one",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
                name="share_done_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion.code}: {self.filler}"

    @property
    def filler(self) -> User | Unit:
        """Who fills the part in: a person of the unit, or an agency."""
        filler = self.user or self.unit
        assert filler is not None
        return filler

    def is_given_to(self, user: User) -> bool:
        """Whether the person fills the part in, now; the sheet's unit must be known without a query."""
        if self.user_id is not None:
            return self.user_id == user.pk and self.sheet.unit_id in user.units_as(*COLLEAGUES)
        return self.unit_id in user.units_as(*AGENCY_ROLES)
