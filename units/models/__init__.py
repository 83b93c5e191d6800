from units.models.audit import AuditChange, AuditEvent, Notice
from units.models.people import Membership, User
from units.models.units import Function, Lineage, LineageKind, Party, Unit, UnitType

__all__ = [
    "AuditChange",
    "AuditEvent",
    "Function",
    "Lineage",
    "LineageKind",
    "Membership",
    "Notice",
    "Party",
    "Unit",
    "UnitType",
    "User",
]
