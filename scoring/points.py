"""Points and the index as they are stored."""

from __future__ import annotations

from typing import TypeVar

from django.db.models.expressions import Combinable, register_combinable_fields

from parportal.decimals import ScaledDecimalField

SetType = TypeVar("SetType")
GetType = TypeVar("GetType")


class PointsField(ScaledDecimalField[SetType, GetType]):
    """Points, in whole hundredths."""

    places = 2


class PercentField(ScaledDecimalField[SetType, GetType]):
    """The index (0-100), in whole ten-thousandths."""

    places = 4


for _kind in (PointsField, PercentField):
    for _connector in (Combinable.ADD, Combinable.SUB):
        register_combinable_fields(_kind, _connector, _kind, _kind)
