"""Decimals kept as whole numbers in the database.

SQLite sums decimal columns as binary floats (71.07999999999997 where PostgreSQL says 71.08), so points are
stored as whole hundredths and the index as whole ten-thousandths; Python sees only Decimal.
"""

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Combinable, register_combinable_fields
from django.utils.translation import gettext_lazy as _

SetType = TypeVar("SetType")
GetType = TypeVar("GetType")

if TYPE_CHECKING:

    class DecimalColumn(models.Field[SetType, GetType]):
        """For the type checker: what a column takes and what it gives."""

        _pyi_private_set_type: Decimal | int | str | Combinable
        _pyi_private_get_type: Decimal
else:

    class DecimalColumn(models.Field, Generic[SetType, GetType]):
        pass


class ScaledDecimalField(DecimalColumn[SetType, GetType]):
    """A Decimal with a fixed number of places in an integer column.

    Subclasses `models.Field`, not `IntegerField`: the latter would let Django mix scales in silence.
    Only + and - between two of one kind are registered; every other mix raises FieldError.

    Raises: ValidationError for what is finer than `places` or not a finite decimal.
    """

    places: ClassVar[int]
    description = _("Decimal number with fixed places")
    empty_strings_allowed = False

    def get_internal_type(self) -> str:
        return "BigIntegerField"

    def to_python(self, value: object) -> Decimal | None:
        if value is None or value == "None":
            return None
        if isinstance(value, Decimal):
            return value
        if isinstance(value, float):
            raise ValidationError(_("A binary fraction is not accepted here."), code="float")
        try:
            return Decimal(str(value))
        except InvalidOperation:
            raise ValidationError(_("This is not a number."), code="invalid") from None

    def from_db_value(self, value: int | None, *args: object) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-self.places)

    def get_prep_value(self, value: Any) -> int | None:
        value = self.to_python(super().get_prep_value(value))
        if value is None:
            return None
        scaled = value.scaleb(self.places) if value.is_finite() else None
        if scaled is None or scaled != scaled.to_integral_value():
            raise ValidationError(
                _("%(value)s is finer than %(places)s decimal places."),
                code="too_fine",
                params={"value": value, "places": self.places},
            )
        return int(scaled)

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> int | None:
        return value if prepared else self.get_prep_value(value)

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj))


class PointsField(ScaledDecimalField[SetType, GetType]):
    """Points, in whole hundredths."""

    places = 2


class PercentField(ScaledDecimalField[SetType, GetType]):
    """The index (0-100), in whole ten-thousandths."""

    places = 4


for _kind in (PointsField, PercentField):
    for _connector in (Combinable.ADD, Combinable.SUB):
        register_combinable_fields(_kind, _connector, _kind, _kind)
