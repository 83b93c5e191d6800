"""Lost points as pages show and read them: cause, responsible parties, and what is proposed for both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from django.http import QueryDict
from django.utils.translation import gettext as _

from parportal.display import points
from scoring.actions.appraisals import LossEntry
from scoring.models import Campaign, Loss, ResponsibilityRole, Score
from scoring.rules import Message, RuleError, RuleErrors
from scoring.settling import lost_points
from units.models import Party

ROLES = ResponsibilityRole


class Parties:
    """Who can be held responsible in a campaign: the parties of the office that runs it; one query, when needed.

    A party is typed by its name, or by name and code where two bear one name.
    """

    def __init__(self, campaign: Campaign) -> None:
        self.campaign = campaign

    @cached_property
    def all(self) -> list[Party]:
        found = Party.objects.filter(owner=self.campaign.office_id).select_related("unit")
        return list(found.order_by("name", "code"))

    @cached_property
    def labels(self) -> dict[int, str]:
        """The label of each party by its primary key."""
        seen = Counter(party.name for party in self.all)
        return {
            party.pk: party.name if seen[party.name] == 1 else f"{party.name} ({party.code})" for party in self.all
        }

    @property
    def names(self) -> list[str]:
        return list(self.labels.values())

    @cached_property
    def by_label(self) -> dict[str, Party]:
        return {normal(self.labels[party.pk]): party for party in self.all}

    def of_unit(self, unit_id: int | None) -> Party | None:
        return next((party for party in self.all if unit_id and party.unit_id == unit_id), None)

    def of_function(self, function: str) -> Party | None:
        found = (party for party in self.all if party.unit and party.unit.function == function)
        return next(found, None) if function else None


def normal(label: str) -> str:
    return " ".join(label.split()).casefold()


@dataclass(frozen=True, slots=True)
class LossLine:
    """One responsible party with its role; empty for the line that is still to be filled."""

    party: str = ""
    role: str = ROLES.RESPONSIBLE.value

    @property
    def roles(self) -> list[tuple[str, str, bool]]:
        return [(role.value, str(role.label), role.value == self.role) for role in ROLES]


@dataclass(frozen=True, slots=True)
class LossConflict:
    """What two people said of one loss: the second one chooses. `version` is the one that stands there now."""

    mine: str
    theirs: str
    who: str
    version: int | str


@dataclass(frozen=True, slots=True)
class LossPart:
    """Cause and parties of one row, ready to print. `is_proposed`: nothing has been saved yet."""

    version: int | str
    lost: str
    cause: str
    lines: tuple[LossLine, ...]
    is_proposed: bool
    missing: str
    problem: str = ""
    conflict: LossConflict | None = None

    @property
    def is_complete(self) -> bool:
        return not self.is_proposed and not self.missing

    @property
    def rows(self) -> tuple[LossLine, ...]:
        """The lines, with one to fill."""
        return (*self.lines, LossLine())


def loss_part(score: Score, parties: Parties, *, reason: str, brief: bool = False) -> LossPart | None:
    """The part of a row that lost points; None when it lost none. `reason` is that of its appraisal.

    `brief` leaves the parties of a recorded loss out.
    """
    lost = lost_points(score)
    if lost <= 0:
        return None
    loss: Loss | None = getattr(score, "loss", None)
    if loss is None:
        entry = proposal(score, parties, reason=reason)
        lines = tuple(LossLine(parties.labels[party.pk], role) for party, role in entry.responsible)
        return LossPart(0, points(lost), entry.cause, lines, is_proposed=True, missing="")
    rows = [] if brief else list(loss.responsibilities.all())
    lines = tuple(LossLine(parties.labels.get(each.party_id) or each.party.name, each.role) for each in rows)
    missing = what_is_missing(loss.cause, len(lines))
    return LossPart(loss.version, points(lost), loss.cause, lines, is_proposed=False, missing=missing)


def what_is_missing(cause: str, parties: int) -> str:
    if not cause and not parties:
        return _("Cause and responsible party are missing.")
    if not cause:
        return _("The cause is missing.")
    return "" if parties else _("The responsible party is missing.")


def proposal(score: Score, parties: Parties, *, reason: str) -> LossEntry:
    """Cause from the appraiser's reason or the unit's note; parties from the unit and who appraises the row.

    The scored unit answers for its own points and the agency watches over them; in an external campaign the
    scored unit looks for the agency of its own that the criterion names.
    """
    unit = None if score.sheet.campaign.external else parties.of_unit(score.sheet.unit_id)
    agency = parties.of_unit(score.agency_id) or parties.of_function(function_of(score))
    found: dict[int, tuple[Party, str]] = {}
    for party in (unit, agency):
        if party is not None:
            role = ROLES.MONITOR if found else ROLES.RESPONSIBLE
            found.setdefault(party.pk, (party, role.value))
    return LossEntry(cause=reason or score.note, responsible=tuple(found.values()))


def function_of(score: Score) -> str:
    """The function that the criterion, or its field, proposes."""
    section = score.criterion.section
    return score.criterion.function or (section.function if section else "")


def read_loss(post: QueryDict, parties: Parties) -> LossEntry:
    """What a form says: `cause`, and lines of `party` and `role`.

    Raises: RuleErrors at "responsible" for a name that is no party, in words.
    """
    responsible = []
    for line in typed_lines(post):
        party = parties.by_label.get(normal(line.party))
        if party is None:
            text = _("“%(name)s” is not among the parties. Choose one of the list.")
            raise RuleErrors([RuleError(Message(text, {"name": line.party}), at="responsible")])
        responsible.append((party, line.role if line.role in ROLES.values else ROLES.RESPONSIBLE.value))
    return LossEntry(cause=post.get("cause", "").strip(), responsible=tuple(responsible))


def typed_lines(post: QueryDict) -> tuple[LossLine, ...]:
    names, roles = post.getlist("party"), post.getlist("role")
    padded = [*roles, *[""] * (len(names) - len(roles))]
    return tuple(LossLine(name.strip(), role) for name, role in zip(names, padded, strict=False) if name.strip())


def typed_loss(part: LossPart, post: QueryDict, *, problem: str) -> LossPart:
    """A refused form as it was typed."""
    return replace(part, cause=post.get("cause", ""), lines=typed_lines(post), missing="", problem=problem)


def proposals(scores: Mapping[int, Score], parties: Parties, reasons: Mapping[int, str]) -> dict[int, LossEntry]:
    """The complete proposals (a cause and at least one party) of rows without cause, by primary key."""
    found = {pk: proposal(score, parties, reason=reasons[pk]) for pk, score in scores.items()}
    return {pk: entry for pk, entry in found.items() if entry.cause and entry.responsible}
