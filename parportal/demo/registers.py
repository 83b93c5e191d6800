"""Registers of initiatives and of steering meetings: of Kon Rẫy district, and of units of today."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from parportal.demo.accounts import holder, unit
from parportal.demo.kon_ray import read
from plans.actions.registers import enter
from plans.models import Conclusion, Initiative, Meeting
from units.access import Role
from units.models import Unit, UnitType, User


def load_registers() -> None:
    """Each register once: what a user changed afterwards stays."""
    for facts in read("demo/registers.yaml")["registers"]:
        owner = unit(facts["unit"], facts["since"])
        by = holder(Role.OFFICER if owner.type == UnitType.COMMUNE else Role.COORDINATOR, owner)
        if not Initiative.objects.filter(owner=owner).exists():
            for row in facts["initiatives"]:
                enter_initiative(owner, row, facts["since"], by)
        if not Meeting.objects.filter(owner=owner).exists():
            for row in facts["meetings"]:
                enter_meeting(owner, row, by)


def enter_initiative(owner: Unit, row: Mapping[str, Any], since: date, by: User) -> None:
    words = {name: value for name, value in row.items() if name != "of"}
    of = unit(row["of"], since) if "of" in row else owner
    enter(row=Initiative(owner=owner, unit=of, **words), by=by)


def enter_meeting(owner: Unit, row: Mapping[str, Any], by: User) -> None:
    words = {name: value for name, value in row.items() if name != "conclusion"}
    notices = Conclusion.objects.filter(owner=owner, session_on=row.get("conclusion"))
    notice = notices.first() if "conclusion" in row else None
    enter(row=Meeting(owner=owner, conclusion=notice, **words), by=by)
