"""Roles: who may do what.

| role          | member of            | may                                                                      |
|---------------|----------------------|--------------------------------------------------------------------------|
| officer       | the scored unit      | fill the unit's score sheet, or the part given to him; attach evidence,  |
|               |                      | divide the sheet, propose it to the leader; ask about criteria           |
|               | an agency            | fill the part of a unit's sheet that was given to the agency             |
| leader        | the scored unit      | the same, and approve and submit the sheet, or send it back              |
|               | the scoring parent   | read everything of its campaigns, approve their publication, take papers |
| appraiser     | an agency            | appraise the criteria assigned to the agency, answer questions on them;  |
|               |                      | fill the part of a unit's sheet that was given to the agency             |
| coordinator   | the scoring parent   | build sets, run campaigns, appraise every row, answer questions, manage  |
|               |                      | accounts, publish                                                        |
| any of these  | the scored unit      | fill the part of the sheet that was given to him                         |
| administrator | any unit             | units and settings; reads no scores                                      |

A person may hold several roles, each with its dates. A role that ended gives nothing. Leaders, coordinators and
appraisers delegate their role to a deputy or substitute from a day to a day, and keep it; what was delegated is
not delegated further, and ends with the role of who delegated it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import Model, QuerySet, TextChoices
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from units.models import User


class Role(TextChoices):
    OFFICER = "officer", _("Unit officer")
    LEADER = "leader", _("Leader")
    APPRAISER = "appraiser", _("Appraiser")
    COORDINATOR = "coordinator", _("Coordinator")
    ADMINISTRATOR = "administrator", _("Administrator")


@dataclass(frozen=True, slots=True)
class Standing:
    """The units in which a person holds each role today.

    Shapes: `units` maps a role to the primary keys of units; `unit_name` is the name of the first one.
    """

    units: Mapping[str, frozenset[int]]
    unit_name: str = ""

    def units_as(self, *roles: Role) -> frozenset[int]:
        """The units in which the person holds at least one of `roles`; of any role when none is named."""
        wanted = roles or tuple(Role)
        return frozenset[int]().union(*(self.units.get(role, frozenset()) for role in wanted))

    def holds(self, role: Role, unit_id: int | None = None) -> bool:
        units = self.units.get(role, frozenset())
        return bool(units) if unit_id is None else unit_id in units


M = TypeVar("M", bound=Model)


def find(visible: QuerySet[M], **lookup: object) -> M:
    """The one row of `visible` that answers `lookup`.

    Views start from `Model.objects.visible_to(user)`: what a person may not see does not exist.

    Raises: Http404.
    """
    try:
        return visible.get(**lookup)
    except ObjectDoesNotExist:
        raise Http404 from None


def require(allowed: bool, why: object = "") -> None:
    """Stop an insider who lacks the right.

    Raises: PermissionDenied with `why`, which the page 403 shows.
    """
    if not allowed:
        raise PermissionDenied(str(why))


def person(request: HttpRequest) -> "User":
    """The logged-in user of a request; middleware lets nobody else reach a view of the portal."""
    from units.models import User

    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
