"""Decimals kept as whole numbers in the database.

SQLite sums decimal columns as binary floats (71.07999999999997 where PostgreSQL says 71.08), so figures are
stored as whole hundredths, or ten-thousandths; Python sees only Decimal.
"""

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Combinable
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


class QuantityField(ScaledDecimalField[SetType, GetType]):
    """A reported figure, in whole ten-thousandths: at most 14 digits before the decimal mark."""

    places = 4


# SQLite sums whole numbers in 63 bits, and refuses what is more: there a sum is made of two.
_HALF = 10**9


class SummedField(QuantityField[SetType, GetType]):
    """A sum of figures as `QuantitySum` gives it: a whole number, or two halves of one as text."""

    def get_internal_type(self) -> str:
        """As text: Django would make a whole number of it."""
        return "CharField"

    def from_db_value(self, value: int | str | None, *args: object) -> Decimal | None:
        if isinstance(value, str):
            upper, _mark, lower = value.partition(":")
            value = int(upper) * _HALF + int(lower)
        return super().from_db_value(value, *args)


class QuantitySum(models.Sum):
    """The sum of a `QuantityField`, however large. Shapes: for the result alone, not for comparisons in SQL."""

    def __init__(self, name: str) -> None:
        super().__init__(name, output_field=SummedField())

    def as_sqlite(self, compiler: Any, connection: BaseDatabaseWrapper, **extra: Any) -> Any:
        template = f"(SUM(%(expressions)s / {_HALF}) || ':' || SUM(%(expressions)s %%%% {_HALF}))"
        return super().as_sql(compiler, connection, template=template, **extra)
