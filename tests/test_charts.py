"""Charts as SVG: whole, escaped, cut into pages, readable without colour."""

import re
import unicodedata
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from parportal.charts import (
    Bar,
    Frame,
    HeatRow,
    Pair,
    Threshold,
    TrendPoint,
    bars,
    heat,
    joined,
    pairs,
    trend,
)
from parportal.charts.drawing import HIGHEST, WIDTH, shortened, width_of

pytestmark = pytest.mark.any_database

FRAME = Frame("Chỉ số theo đơn vị", language="vi")
HOSTILE = '<script>alert(1)</script> & "x" \u202e file:///etc/passwd =1+1'
LONG = "Xã " + "Đắk Ruồng " * 40
SVG = "{http://www.w3.org/2000/svg}"
SHAPES = {f"{SVG}{name}" for name in ("svg", "g", "title", "text", "rect", "path", "circle")}
FACE = {"font-family", "font-size", "font-weight", "text-anchor"}
LOOK = {"fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin"}
ATTRIBUTES = {"viewBox", "width", "height", "role", "aria-label", "x", "y", "d", "cx", "cy", "r", *FACE, *LOOK}


def numbers(*values: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(value) for value in values)


def everything(label: str) -> list[str]:
    frame = Frame(label, face="Portal Serif, serif", language="vi")
    return [
        *bars([Bar(label, numbers("80.5"), "80,5")], frame, thresholds=[Threshold(Decimal(80), label)]),
        *bars([Bar(label, numbers("1", "2"), label)], frame, parts=(label, label)),
        *heat([HeatRow(label, (Decimal(5), None))], [("1", label), ("2", label)], frame),
        *pairs([Pair(label, Decimal(1), Decimal(2), "+1")], (label, label), frame),
        *trend([TrendPoint("2021", Decimal(80)), TrendPoint("2022", Decimal(81))], frame, apart=label),
    ]


def texts(svg: str) -> list[str]:
    return [each.text or "" for each in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def height(svg: str) -> float:
    return float(ElementTree.fromstring(svg).attrib["height"].removesuffix("mm"))


@pytest.mark.parametrize("label", [HOSTILE, LONG, unicodedata.normalize("NFD", "Đắk Ruồng"), ""])
def test_whatever_a_name_is_a_chart_holds_shapes_and_text_only(label: str) -> None:
    for svg in everything(label):
        root = ElementTree.fromstring(svg)
        assert {each.tag for each in root.iter()} <= SHAPES
        assert {name for each in root.iter() for name in each.attrib} <= ATTRIBUTES
        assert root.attrib["role"] == "img"
        assert "url(" not in svg
        assert "\u202e" not in svg
        assert unicodedata.is_normalized("NFC", svg)
        assert root.attrib["viewBox"].startswith(f"0 0 {WIDTH:g} ")


def test_nothing_stands_outside_the_drawing() -> None:
    for svg in everything(LONG):
        high = height(svg)
        for each in ElementTree.fromstring(svg).iter():
            for name, most in (("x", WIDTH), ("cx", WIDTH), ("y", high), ("cy", high)):
                assert 0 <= float(each.attrib.get(name, 0)) <= most
            if each.tag == f"{SVG}text" and each.attrib.get("x") == "0":
                assert width_of(each.text or "", 3.1) < WIDTH


def test_a_long_name_ends_in_an_ellipsis() -> None:
    assert shortened("Xã Tân Lập", 60) == "Xã Tân Lập"
    short = shortened(LONG, 40)
    assert short.endswith("…")
    assert width_of(short) <= 40
    [svg] = bars([Bar(LONG, numbers("80"), "80")], FRAME)
    assert len(texts(svg)) == 3
    assert texts(svg)[1].endswith("…")


def test_the_league_prints_each_figure_and_the_line_of_each_grade() -> None:
    rows = [Bar("1. Xã Tân Lập", numbers("83.8"), "83,80", strong=True), Bar("Xã B", (), "chưa có kết quả")]
    lines = [Threshold(Decimal(80), "Tốt từ 80"), Threshold(Decimal(65), "Khá từ 65")]
    [svg] = bars(rows, FRAME, thresholds=lines, most=Decimal(100))
    assert texts(svg) == ["Khá từ 65", "Tốt từ 80", "1. Xã Tân Lập", "Xã B", "83,80", "chưa có kết quả"]
    assert svg.count("<rect") == 3  # one bar, and white behind two figures


def test_a_hundred_and_fifty_units_are_cut_into_pieces_that_fit_a_page() -> None:
    rows = [Bar(f"Xã {place}", numbers("80"), "80") for place in range(150)]
    found = bars(rows, FRAME)
    assert len(found) == 5
    assert max(map(height, found)) <= HIGHEST + 10
    assert [text for svg in found for text in texts(svg) if text.startswith("Xã")] == [row.label for row in rows]
    assert "(2/5)" in found[1]
    whole = ElementTree.fromstring(joined(found))
    assert [float(each.attrib["y"]) for each in whole][:2] == [0, height(found[0])]
    assert float(whole.attrib["height"].removesuffix("mm")) == pytest.approx(sum(map(height, found)))


def test_no_rows_no_chart() -> None:
    assert (
        bars([], FRAME) == heat([], [("1", "A")], FRAME) == pairs([], ("a", "b"), FRAME) == trend([], FRAME) == ()
    )


def test_no_losses_at_all_is_a_chart_of_zeros() -> None:
    [svg] = bars([Bar("Không", numbers("0", "0"), "0")], FRAME, parts=("Riêng", "Chung"))
    assert texts(svg) == ["Riêng", "Chung", "Không", "0"]


def test_parts_differ_by_pattern_not_by_colour() -> None:
    [svg] = bars([Bar("Phòng Nội vụ", numbers("1", "2"), "3")], FRAME, parts=("Riêng", "Chung"))
    hatches = [each for each in ElementTree.fromstring(svg).iter(f"{SVG}path") if each.attrib["d"].count("M") > 3]
    assert len(hatches) == 2  # in the bar and in the legend
    assert set(re.findall(r'(?:fill|stroke)="(#\w+)"', svg)) <= {
        "#1c2733",
        "#4d5a67",
        "#8d99a5",
        "#d5dbe1",
        "#fff",
    }


def test_heat_prints_the_figure_in_each_cell_and_whole_only_where_nothing_is_lost() -> None:
    columns = [(str(place), f"Lĩnh vực {place}") for place in range(3)]
    [svg] = heat([HeatRow("Xã A", (Decimal("99.96"), None, Decimal(100)))], columns, FRAME)
    assert texts(svg)[3:-1] == ["Xã A", "99,9", "–", "100,0"]
    assert 'fill="#efefef"' in svg
    narrow = [(str(place), "A") for place in range(20)]
    [svg] = heat([HeatRow("Xã A", (Decimal("99.6"),) * 20)], narrow, FRAME)
    assert texts(svg).count("99") == 20


def test_pairs_show_a_missing_value_as_no_dot() -> None:
    rows = [Pair("A", Decimal(80), Decimal("76.5"), "−3,5"), Pair("B", Decimal(70), None), Pair("C", None, None)]
    [svg] = pairs(rows, ("Tự chấm", "Thẩm định"), FRAME)
    assert svg.count("<circle") == 2 + 2 + 1
    assert texts(svg)[-4:] == ["A", "−3,5", "B", "C"]


def test_a_line_joins_only_years_that_can_be_compared() -> None:
    years = [
        TrendPoint("2019", Decimal("70.5")),
        TrendPoint("2020", Decimal(75), follows=True),
        TrendPoint("2021", Decimal(80)),
        TrendPoint("2022", None),
        TrendPoint("2023", Decimal(82), follows=True),
    ]
    [svg] = trend(years, FRAME, apart="không so sánh được")
    paths = [each.attrib["d"] for each in ElementTree.fromstring(svg).iter(f"{SVG}path")]
    assert sum("L" in path for path in paths) == 1
    assert "70,5" in texts(svg)
    assert texts(svg)[-1] == "không so sánh được"
    [svg] = trend(years[:2], FRAME, apart="không so sánh được")
    assert texts(svg)[-1] != "không so sánh được"
