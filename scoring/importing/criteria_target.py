"""Where the content of a criteria workbook goes, and what there stands against it."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.validators import validate_slug
from django.db.models import Max
from django.forms import ValidationError
from django.utils.translation import gettext as _

from scoring.content import SetContent
from scoring.models import CriteriaSet
from units.access import Role
from units.models import Unit, User
from units.models.units import today


@dataclass(frozen=True, slots=True)
class Target:
    """`draft` is the stored draft that the content replaces, if any; `before` that draft, or the latest version
    where there is no draft; `frame` the parent's set that `before` fills in.

    Shapes: `refusals` are pairs of a key of the sheet `set` and a reason; with any of them nothing is stored.
    """

    issuer: Unit | None
    draft: CriteriaSet | None
    refusals: tuple[tuple[str, str], ...]
    frame: CriteriaSet | None = None
    before: CriteriaSet | None = None


def find_target(content: SetContent, *, by: User | None) -> Target:
    """Look the content's issuer, code and version up; `by` None is the operator of the server, who may all."""
    issuer, refusals = _issuer(content, by)
    try:
        validate_slug(content.code)
    except ValidationError as error:
        refusals += [("code", " ".join(error.messages))]
    of_code = CriteriaSet.objects.filter(code=content.code)
    if issuer and of_code.exclude(issuer=issuer).exists():
        refusals += [("code", _("This code belongs to a criteria set of another unit. Choose another code."))]
        return Target(issuer, None, tuple(refusals))
    stored = of_code.filter(version=content.version).first()
    if stored and stored.is_frozen:
        latest = of_code.aggregate(latest=Max("version"))["latest"]
        line = _("Version %(version)s is published and never changes. Give the workbook version %(next)s.")
        refusals += [("version", line % {"version": content.version, "next": latest + 1})]
    latest_set = stored or of_code.order_by("-version").first()
    return Target(issuer, stored, tuple(refusals), latest_set.frame if latest_set else None, latest_set)


def _issuer(content: SetContent, by: User | None) -> tuple[Unit | None, list[tuple[str, str]]]:
    """The unit of the code; where a code was used twice, the one that existed on the day of the decision."""
    found = list(Unit.objects.filter(code=content.issuer))
    if len(found) > 1:
        found = list(Unit.objects.filter(code=content.issuer).on(content.decision_on or today()))
    if len(found) != 1:
        none = _("There is no unit of this code.")
        several = _("Several units had this code. Give the date of the decision.")
        return None, [("issuer", several if len(found) > 1 else none)]
    (issuer,) = found
    if by is not None and not by.has_role(Role.COORDINATOR, issuer):
        return issuer, [("issuer", _("You import criteria sets only for a unit that you coordinate."))]
    return issuer, []
