"""A document as plain data and back: what an approved paper keeps, and the data filed with an archived one."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from reports import documents

KINDS = {
    each.__name__: each
    for each in vars(documents).values()
    if isinstance(each, type) and is_dataclass(each) and each.__module__ == documents.__name__
}


def as_data(value: Any) -> Any:
    """Text, numbers, lists and mappings only. Shapes: an object carries the name of its class as `is`."""
    if is_dataclass(value) and not isinstance(value, type):
        return {"is": type(value).__name__} | {
            field.name: as_data(getattr(value, field.name)) for field in fields(value)
        }
    if isinstance(value, date):
        return {"is": "date", "day": value.isoformat()}
    if isinstance(value, frozenset):
        return {"is": "set", "of": sorted(value)}
    if isinstance(value, tuple | list):
        return [as_data(each) for each in value]
    return value


def from_data(data: Any) -> Any:
    """What `as_data` was given; columns that came later have their defaults."""
    if isinstance(data, list):
        return tuple(from_data(each) for each in data)
    if not isinstance(data, dict):
        return data
    values = dict(data)
    name = values.pop("is")
    if name == "date":
        return date.fromisoformat(values["day"])
    if name == "set":
        return frozenset(values["of"])
    return KINDS[name](**{key: from_data(value) for key, value in values.items()})
