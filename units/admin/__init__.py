"""The administrator's tables: units and people. Nothing is deleted here, and every write leaves an audit event."""

from units.admin import history, people, units  # noqa: F401  (registers them)
