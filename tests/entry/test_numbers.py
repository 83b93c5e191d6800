import pickle
from decimal import Decimal
from itertools import product

import pytest
from django.utils import translation
from hypothesis import example, given
from hypothesis import strategies as st

from parportal.entry.numbers import (
    AmbiguousNumber,
    NumberProblem,
    format_decimal,
    format_entry,
    format_points,
    format_points_short,
    parse_decimal,
    parse_integer,
)

LANGUAGES = ("vi", "en")
languages = st.sampled_from(LANGUAGES)
integers = st.integers(min_value=-(10**15) + 1, max_value=10**15 - 1)
decimals = st.builds(
    lambda digits, places: Decimal(digits).scaleb(-places),
    st.integers(min_value=-(10**11), max_value=10**11),
    st.integers(min_value=0, max_value=4),
)
# Only characters that numbers are made of, so that many of the texts are numbers.
number_texts = st.text("0123456789019.,. ,-", max_size=12)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("70,78", "70.78"),
        ("70.78", "70.78"),
        ("0,125", "0.125"),
        ("0.125", "0.125"),
        ("000,125", "0.125"),
        (",5", "0.5"),
        (".500", "0.5"),
        ("1,3530", "1.353"),
        ("1234,567", "1234.567"),
        ("1353", "1353"),
        ("1.353.000", "1353000"),
        ("1,353,000", "1353000"),
        ("1 353 000", "1353000"),
        ("1.353,5", "1353.5"),
        ("1,353.5", "1353.5"),
        ("1.353,500", "1353.5"),
        ("1 353,5", "1353.5"),
        ("1 353.125", "1353.125"),
        ("12\u00a0345,5", "12345.5"),
        ("  70,78\t", "70.78"),
        ("\u202d70,78\u202c", "70.78"),
        ("85 %", "85"),
        ("85%", "85"),
        ("94,2\u00a0%", "94.2"),
        ("-0,5", "-0.5"),
        ("\u22120,5", "-0.5"),
        ("+0,5", "0.5"),
        ("-0", "0"),
        ("123456789012345", "123456789012345"),
    ],
)
def test_decimal_is_read(text: str, expected: str) -> None:
    value = parse_decimal(text)
    assert value == Decimal(expected)
    assert str(value) != "-0"


@pytest.mark.parametrize(
    ("text", "thousands", "decimal"),
    [
        ("1.353", "1353", "1.353"),
        ("1,353", "1353", "1.353"),
        ("12.500", "12500", "12.5"),
        ("100,000", "100000", "100"),
        ("-1.353", "-1353", "-1.353"),
        ("1.353 %", "1353", "1.353"),
        (" 1,353 ", "1353", "1.353"),
    ],
)
def test_what_fits_two_readings_is_asked_about(text: str, thousands: str, decimal: str) -> None:
    with pytest.raises(AmbiguousNumber) as asked:
        parse_decimal(text)
    assert asked.value.readings == (Decimal(thousands), Decimal(decimal))


def test_the_question_comes_before_the_number_of_places() -> None:
    with pytest.raises(AmbiguousNumber):
        parse_decimal("1.353", places=2)


@pytest.mark.parametrize(
    ("language", "choices", "words"),
    [("vi", ("1353", "1,3530"), "1,3530"), ("en", ("1353", "1.3530"), "1.3530")],
)
def test_the_question_says_both_readings_in_the_language_it_is_shown_in(
    language: str, choices: tuple[str, ...], words: str
) -> None:
    with pytest.raises(AmbiguousNumber) as asked:
        parse_decimal("1.353")
    with translation.override(language):
        assert asked.value.choices == choices
        assert "1353" in str(asked.value)
        assert words in str(asked.value)


def test_the_english_question_tells_how_to_type_it() -> None:
    with pytest.raises(AmbiguousNumber) as asked:
        parse_decimal("1,353")
    with translation.override("en"):
        assert str(asked.value) == "This can be read as 1353 or as 1.3530. Type 1353 or 1.3530."


@given(st.integers(1, 999), st.integers(0, 999), st.sampled_from(".,"), languages)
def test_every_choice_is_read_as_the_reading_it_stands_for(
    whole: int, part: int, mark: str, language: str
) -> None:
    with pytest.raises(AmbiguousNumber) as asked:
        parse_decimal(f"{whole}{mark}{part:03d}")
    with translation.override(language):
        assert tuple(map(parse_decimal, asked.value.choices)) == asked.value.readings


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "\u200b",
        "abc",
        "12a",
        "1,2x",
        "5,",
        "5.",
        ",",
        "-",
        "- 5",
        "--5",
        "+-5",
        "5-",
        "(5)",
        "1.35.3",
        "1.353.00",
        "1..5",
        "1,353,5",
        "1.353,5,0",
        "1 353.000.000",
        "1  353",
        "1 35",
        "0.353.000",
        "012.345,6",
        "1'353",
        "1_000",
        "1e5",
        "1,5E-3",
        "NaN",
        "nan",
        "Infinity",
        "-inf",
        "\uff11\uff12",
        "\u0661\u0662",
        "1\uff0c5",
        "\u00b2",
        "\u00bd",
        "% 5",
        "5 %%",
        "0x10",
        "=1+1",
        "1\n2",
        "1" * 16,
        "0," + "0" * 40,
        "9" * 100_000,
    ],
)
def test_what_is_no_number_is_refused_in_both_kinds(text: str) -> None:
    with pytest.raises(NumberProblem) as refused:
        parse_decimal(text)
    assert not isinstance(refused.value, AmbiguousNumber)
    assert str(refused.value)
    with pytest.raises(NumberProblem):
        parse_integer(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Enter a number."),
        ("abc", "This is not a number."),
        ("1.35.3", "The commas, points or spaces in this number are not where they can be understood."),
        ("1e5", "Write the number in full, without an exponent."),
        ("\u0661\u0662", "Use the digits 0 to 9."),
        ("1" * 16, "This number is too long: at most 15 digits."),
    ],
)
def test_the_reason_names_the_fault(text: str, reason: str) -> None:
    with pytest.raises(NumberProblem) as refused:
        parse_decimal(text)
    with translation.override("en"):
        assert str(refused.value) == reason


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.353", 1353),
        ("1,353", 1353),
        ("1 353", 1353),
        ("1\u00a0353", 1353),
        ("1\u2009353", 1353),
        ("1\u202f353", 1353),
        ("1.353.000", 1353000),
        ("12.345.678", 12345678),
        ("0", 0),
        ("007", 7),
        ("-13", -13),
        ("\u22121.353", -1353),
        ("+5", 5),
        (" 29 ", 29),
    ],
)
def test_integer_is_read_with_marks_between_thousands(text: str, expected: int) -> None:
    assert parse_integer(text) == expected


@pytest.mark.parametrize("text", ["1.5", "1,50", "0,125", "1.353,5", "12.0", "1234,567"])
def test_a_fraction_is_no_integer(text: str) -> None:
    with pytest.raises(NumberProblem) as refused, translation.override("en"):
        parse_integer(text)
    with translation.override("en"):
        assert str(refused.value) == "This must be a whole number."


@pytest.mark.parametrize("text", ["85 %", "1.353,000", "1.353 000"])
def test_an_integer_takes_no_percent_sign_and_no_mixed_marks(text: str) -> None:
    with pytest.raises(NumberProblem):
        parse_integer(text)


def test_a_percent_sign_is_refused_where_points_are_meant() -> None:
    with pytest.raises(NumberProblem):
        parse_decimal("1,5 %", percent_sign=False)
    assert parse_decimal("1,5", percent_sign=False) == Decimal("1.5")


@pytest.mark.parametrize(
    ("text", "places", "fits"),
    [("1,25", 2, True), ("1,250", 2, None), ("1,2500", 2, True), ("1,255", 2, None), ("0,255", 2, False)],
)
def test_places_are_counted_without_zeros_at_the_end(text: str, places: int, fits: bool | None) -> None:
    if fits:
        assert parse_decimal(text, places=places) == Decimal("1.25")
        return
    with pytest.raises(NumberProblem) as refused:
        parse_decimal(text, places=places)
    assert isinstance(refused.value, AmbiguousNumber) is (fits is None)


def naive_readings(text: str) -> set[Decimal]:
    """Every number the text can be, found by trying each decimal mark with each thousands mark."""
    negative, body = text.startswith("-"), text.removeprefix("-")
    found = set()
    for decimal_mark, thousands_mark in product((None, ",", "."), (None, ",", ".", " ")):
        if decimal_mark and decimal_mark == thousands_mark:
            continue
        whole, part = body, "0"
        if decimal_mark:
            if body.count(decimal_mark) != 1:
                continue
            whole, part = body.split(decimal_mark)
        groups = whole.split(thousands_mark) if thousands_mark else [whole]
        if thousands_mark and (
            len(groups) < 2
            or groups[0].startswith("0")
            or not 1 <= len(groups[0]) <= 3
            or any(len(group) != 3 for group in groups[1:])
        ):
            continue
        digits = "".join(groups) or ("0" if decimal_mark else "")
        if digits.isdigit() and part.isdigit():
            value = Decimal(f"{digits}.{part}")
            found.add(-value if negative else value)
    return found


def outcome(text: str) -> tuple[set[Decimal], set[Decimal]]:
    """What a decimal input takes a text for, and what it asks about."""
    try:
        return {parse_decimal(text)}, set()
    except AmbiguousNumber as asked:
        return set(), set(asked.readings)
    except NumberProblem:
        return set(), set()


@given(number_texts)
@example("1.353")
@example("1.353.000")
@example("1 353.000")
@example(".000")
def test_a_text_is_taken_exactly_when_it_has_one_reading(text: str) -> None:
    taken, asked = outcome(text)
    readings = naive_readings(text.strip())
    assert (taken, asked) == ((readings, set()) if len(readings) == 1 else (set(), readings))


@given(st.text(max_size=20) | number_texts)
def test_both_kinds_agree_on_what_both_take(text: str) -> None:
    try:
        integer = parse_integer(text)
    except NumberProblem:
        return
    taken, asked = outcome(text)
    assert integer in taken | asked


@given(integers, languages)
def test_an_integer_as_shown_is_read_back(value: int, language: str) -> None:
    assert parse_integer(format_decimal(value, language=language)) == value
    assert parse_integer(format_entry(value, language=language)) == value


@given(decimals, languages)
@example(Decimal("1.353"), "vi")
@example(Decimal("-999.001"), "en")
@example(Decimal("0.001"), "vi")
def test_a_decimal_put_into_an_input_is_read_back(value: Decimal, language: str) -> None:
    assert parse_decimal(format_entry(value, language=language)) == value


@given(decimals, languages)
def test_a_decimal_as_shown_is_read_back_or_asked_about(value: Decimal, language: str) -> None:
    taken, asked = outcome(format_decimal(value, language=language))
    assert value in taken | asked


@given(decimals, languages)
def test_points_to_the_hundredth_are_read_back_from_both_forms(value: Decimal, language: str) -> None:
    points = value.quantize(Decimal("0.01")) % 1000
    assert parse_decimal(format_points(points, language=language), places=2) == points
    assert parse_decimal(format_points_short(points, language=language), places=2) == points


@pytest.mark.parametrize(
    ("value", "places", "vi", "en"),
    [
        ("81.45", None, "81,45", "81.45"),
        ("95.00", None, "95", "95"),
        ("1353.50", None, "1.353,5", "1,353.5"),
        ("1353000", None, "1.353.000", "1,353,000"),
        ("1E+3", None, "1.000", "1,000"),
        ("0.000", None, "0", "0"),
        ("-0.00", 2, "0,00", "0.00"),
        ("-0.004", 2, "0,00", "0.00"),
        ("-0.25", 2, "\u22120,25", "\u22120.25"),
        ("85.735", 2, "85,74", "85.74"),
        ("0.125", 2, "0,13", "0.13"),
        ("2.5", 0, "3", "3"),
        ("100", None, "100", "100"),
        ("12345678901234.567", 1, "12.345.678.901.234,6", "12,345,678,901,234.6"),
    ],
)
def test_decimals_are_shown_with_the_marks_of_the_language(
    value: str, places: int | None, vi: str, en: str
) -> None:
    assert format_decimal(Decimal(value), places=places, language="vi") == vi
    assert format_decimal(Decimal(value), places=places, language="en-gb") == en


def test_without_a_language_the_active_one_decides() -> None:
    with translation.override("en"):
        assert format_points(Decimal("1.5")) == "1.50"
    with translation.override("vi"):
        assert format_points(Decimal("1.5")) == "1,50"


def test_points_have_two_decimals_on_screen_and_no_zeros_in_documents() -> None:
    assert format_points(Decimal("95"), language="vi") == "95,00"
    assert format_points_short(Decimal("95.00"), language="vi") == "95"
    assert format_points_short(Decimal("81.450"), language="vi") == "81,45"


def test_what_is_not_finite_is_never_shown() -> None:
    with pytest.raises(ValueError):
        format_decimal(Decimal("NaN"))


def test_a_problem_survives_pickling() -> None:
    asked = pickle.loads(pickle.dumps(AmbiguousNumber((Decimal(1353), Decimal("1.353")))))
    assert asked.readings == (Decimal(1353), Decimal("1.353"))
