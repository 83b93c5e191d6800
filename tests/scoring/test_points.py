"""Points in the database: whole hundredths, equal sums on every database, no silent mixing of scales."""

from decimal import Decimal

import pytest
from django.core.exceptions import FieldError, ValidationError
from django.db.models import F, IntegerField, Sum, Value
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from scoring.models import Grade, GradeScale, Score, UnitResult
from scoring.points import PercentField, PointsField
from scoring.rules import LeafPoints, totals
from tests.world import World, make_world

hundredths = st.integers(min_value=0, max_value=10**9).map(lambda whole: Decimal(whole).scaleb(-2))


def test_points_come_back_digit_for_digit(world: World) -> None:
    for text in ("0", "0.01", "71.08", "1000000.99"):
        Score.objects.filter(pk=world.score(world.commune_a, "3").pk).update(points=Decimal(text))
        assert world.score(world.commune_a, "3").points == Decimal(text)


def test_the_database_adds_points_exactly(world: World) -> None:
    parts = [Decimal("25.39"), Decimal("6.93"), Decimal("15.55"), Decimal("4.01"), Decimal("19.2"), Decimal("0")]
    rows = list(Score.objects.filter(sheet__unit=world.commune_a).order_by("pk"))
    for row, points in zip(rows, parts, strict=True):
        row.points = points
    Score.objects.bulk_update(rows, ["points"])
    found = Score.objects.filter(sheet__unit=world.commune_a).aggregate(total=Sum("points"))
    assert found["total"] == Decimal("71.08")
    assert isinstance(found["total"], Decimal)


@pytest.mark.parametrize("value", [Decimal("0.005"), "1.234", Decimal("NaN"), Decimal("Infinity")])
def test_what_does_not_fit_the_column_raises(value: Decimal | str) -> None:
    with pytest.raises(ValidationError):
        PointsField().get_prep_value(value)


def test_a_binary_fraction_is_never_taken() -> None:
    with pytest.raises(ValidationError):
        PointsField().get_prep_value(0.1)


def test_the_index_keeps_four_places() -> None:
    assert PercentField().get_prep_value(Decimal("85.7368")) == 857368


def test_points_add_and_subtract_but_never_mix_with_another_scale(world: World) -> None:
    rows = UnitResult.objects.annotate(lost=F("applicable_max_points") - F("earned_points"))
    assert set(rows.values_list("lost", flat=True)) == {Decimal(12)}
    for mix in (F("earned_points") + F("index"), F("earned_points") * Value(2, output_field=IntegerField())):
        with pytest.raises(FieldError):
            list(UnitResult.objects.annotate(mixed=mix))


def test_a_grade_is_found_by_a_decimal_bound(db: None) -> None:
    scale = GradeScale.objects.create(code="thang", name="Thang")
    Grade.objects.create(scale=scale, code="tot", name="Tốt", from_index=Decimal("80.5"))
    assert Grade.objects.get(from_index__lte=Decimal("80.5000")).name == "Tốt"
    assert not Grade.objects.filter(from_index__gt=Decimal("80.5")).exists()


class DatabaseAndRules(TestCase):
    """The same leaves summed by the database and by the rules."""

    @settings(max_examples=25, deadline=None)
    @given(points=st.lists(st.none() | hundredths, min_size=6, max_size=6))
    def test_sums_are_equal_to_the_last_digit(self, points: list[Decimal | None]) -> None:
        world = make_world()
        rows = list(Score.objects.filter(sheet__unit=world.commune_a).order_by("pk"))
        for row, each in zip(rows, points, strict=True):
            row.points = each
        Score.objects.bulk_update(rows, ["points"])
        leaves = [LeafPoints(str(row.pk), "1", row.points, row.counted_max_points) for row in rows]
        stored = Score.objects.filter(pk__in=[row.pk for row in rows]).aggregate(total=Sum("points"))["total"]
        assert (stored or Decimal(0)) == totals(leaves).earned
