from units.models.audit import AuditChange, AuditEvent, Digest, Notice
from units.models.people import Membership, User
from units.models.units import Function, Lineage, LineageKind, Party, Unit, UnitType

__all__ = [
    "AuditChange",
    "AuditEvent",
    "Digest",
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
