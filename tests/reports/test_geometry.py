"""The geometry of Decree 30/2020, measured in the pages: margins, sizes and weights, drawn lines, the end."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pypdfium2
import pytest
from django.core.exceptions import ImproperlyConfigured

from reports.documents import Annex, Document, Paragraph, Section, Signature, Span
from reports.finishing import finished
from reports.output.layout import Layout
from reports.output.pdf import as_pdf
from tests.reports.papers import FORMS, MM, SENTENCE, decision, letter, line, page_texts, pages, pdf_of, table
from tests.reports.test_documents import document as small_document

pytestmark = pytest.mark.any_database

A4 = (210 * MM, 297 * MM)
SLACK = 1  # point: italics lean out
UNBROKEN, BROKEN = "Xã" + "Ỷ" * 398, "Ủy ban nhân dân xã Đăk Tờ Re thuộc huyện " * 10


@pytest.fixture(scope="module")
def rendered() -> Mapping[str, bytes]:
    return {name: pdf_of(name) for name in FORMS}


def assert_margins(page: Any, left: float = 30, right: float = 15, top: float = 20, bottom: float = 20) -> None:
    """All letters, but the page number, and all lines stand within the margins."""
    assert sorted((page.width, page.height)) == pytest.approx(sorted(A4), abs=SLACK)
    inside = [char for char in page.chars if char["bottom"] > top * MM - SLACK and char["text"].strip()]
    for each in [*inside, *page.lines, *page.rects]:
        assert each["x0"] >= left * MM - SLACK
        assert each["x1"] <= page.width - right * MM + SLACK
        assert each["top"] >= top * MM - SLACK
        assert each["bottom"] <= page.height - bottom * MM + SLACK


def number_of(page: Any, left: float = 30, right: float = 15) -> str:
    """What stands in the top margin: at most a page number in its middle, 13 or 14 pt."""
    chars = [char for char in page.chars if char["bottom"] <= 20 * MM - SLACK]
    if not chars:
        return ""
    assert {round(char["size"], 1) for char in chars} <= {13, 14}
    middle = (min(char["x0"] for char in chars) + max(char["x1"] for char in chars)) / 2
    assert middle == pytest.approx((left * MM + page.width - right * MM) / 2, abs=1)
    return "".join(char["text"] for char in chars)


@pytest.mark.parametrize("name", FORMS)
def test_every_page_is_a4_within_the_margins_of_the_decree(rendered: Mapping[str, bytes], name: str) -> None:
    for page in pages(rendered[name]):
        assert_margins(page)


@pytest.mark.parametrize(
    ("name", "numbers"),
    [("letter", ["", "2"]), ("decision", ["", "", "2", "", "2"]), ("noted", ["", "2", "3", ""])],
)
def test_pages_are_numbered_from_the_second_and_annexes_anew(
    rendered: Mapping[str, bytes], name: str, numbers: list[str]
) -> None:
    found = [number_of(page) for page in pages(rendered[name])]
    assert found == numbers[: len(found)] if name == "letter" else found == numbers


# What an element begins with, its sizes, bold, italic; the last one says on which pages it is looked for.
ELEMENTS = {
    "decision": [
        ("CỘNG HÒA XÃ HỘI", (12, 13), True, False),
        ("Độc lập - Tự do", (13, 14), True, False),
        ("UBND TỈNH KON TUM", (12, 13), False, False),
        ("ỦY BAN NHÂN DÂN", (12, 13), True, False),
        ("Số: 07/QĐ-UBND", (13,), False, False),
        ("Kon Rẫy, ngày 03 tháng 02", (13, 14), False, True),
        ("Về việc công bố", (13, 14), True, False),
        ("CHỦ TỊCH ỦY BAN NHÂN DÂN HUYỆN", (13, 14), True, False),
        ("Căn cứ Luật", (13, 14), False, True),
        ("QUYẾT ĐỊNH:", (13, 14), True, False),
        ("Điều 1.", (13, 14), True, False),
        ("Điều 2. Tổ chức thực hiện", (13, 14), True, False),
        ("Phòng Nội vụ theo dõi", (13, 14), False, False),
        ("KT. CHỦ TỊCH", (13, 14), True, False),
        ("Nguyễn Văn Thử", (13, 14), True, False),
        ("Nơi nhận:", (12,), True, True),
        ("- Như Điều 2;", (11,), False, False),
        ("Phụ lục I", (14,), True, False),
        ("KẾT QUẢ XẾP HẠNG", (13, 14), True, False),
        ("(Kèm theo Quyết định số 07/QĐ-UBND ngày 03", (13, 14), False, True),
    ],
    "letter": [
        ("Số:", (13,), False, False),
        ("V/v đôn đốc nộp phiếu", (12, 13), False, False),
        ("Kính gửi:", (13, 14), False, False),
        ("- UBND xã Đăk Ruồng;", (13, 14), False, False),
        ("1. Đơn vị chưa nộp", (13, 14), True, False),
        ("+ lĩnh vực Thể chế", (13, 14), False, False),
    ],
}


@pytest.mark.parametrize("name", ELEMENTS)
def test_sizes_and_weights_are_those_of_the_decree(rendered: Mapping[str, bytes], name: str) -> None:
    everything = [char for page in pages(rendered[name]) for char in page.chars if char["text"].strip()]
    joined = "".join(char["text"] for char in everything)
    for text, sizes, is_bold, is_italic in ELEMENTS[name]:
        bare = "".join(text.split())
        begin = joined.index(bare)
        chars = everything[begin : begin + len(bare)]
        assert {round(char["size"], 1) for char in chars} <= set(sizes), text
        assert {"Bold" in char["fontname"] for char in chars} == {is_bold}, text
        assert {"Italic" in char["fontname"] for char in chars} == {is_italic}, text


def test_lines_are_drawn_as_long_as_the_decree_says(rendered: Mapping[str, bytes]) -> None:
    """Below the motto as long as it; below issuer and abstract a third to a half of their line, in its middle."""
    page = pages(rendered["noted"])[0]
    words = page.extract_words(keep_blank_chars=True, x_tolerance=6)
    drawn = [(each["x0"], each["x1"], each["top"]) for each in (*page.lines, *page.rects) if each["height"] < 2]
    part = (1 / 3, 1 / 2)
    for text, (least, most) in {"HUYỆN KON RẪY": part, "Độc lập": (0.97, 1.03), "Về một việc": part}.items():
        (above,) = [word for word in words if word["text"].strip().startswith(text)]
        near = [each for each in drawn if 0 <= each[2] - above["bottom"] + 3 < 12 and above["x0"] - 2 < each[0]]
        x0, x1 = min(near, key=lambda each: abs(each[0] - above["x0"]))[:2]
        assert least <= (x1 - x0) / (above["x1"] - above["x0"]) <= most
        assert (x0 + x1) / 2 == pytest.approx((above["x0"] + above["x1"]) / 2, abs=1.5)


def test_v_v_stands_six_points_below_the_number_in_its_middle(rendered: Mapping[str, bytes]) -> None:
    words = pages(rendered["letter"])[0].extract_text_lines()
    (number,) = [each for each in words if each["text"].startswith("Số:")]
    (subject,) = [each for each in words if each["text"].startswith("V/v")]
    assert 3 <= subject["top"] - number["bottom"] <= 10


def test_names_of_two_signers_stand_at_one_height(rendered: Mapping[str, bytes]) -> None:
    words = pages(rendered["minutes"])[-1].extract_words(keep_blank_chars=True, x_tolerance=6)
    (ours,) = [word for word in words if word["text"].strip() == "Nguyễn Văn Chủ"]
    (theirs,) = [word for word in words if word["text"].strip() == "Trần Thị Thư"]
    assert ours["top"] == pytest.approx(theirs["top"], abs=0.5)
    assert theirs["x1"] < ours["x0"]


# The end ---------------------------------------------------------------------------------------------------------


def of_length(lines: int, *, is_table: bool = False, is_minutes: bool = False) -> Document:
    body = (table(lines),) if is_table else tuple(line(f"Đoạn văn số {place}.") for place in range(lines))
    made = small_document(
        sections=(Section("PHẦN", body),), recipients=tuple(f"Nơi nhận {place} (th/h)" for place in range(8))
    )
    lines_of_signer = ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")
    beside = Signature(("THƯ KÝ",), "Lê Văn Ghi") if is_minutes else None
    signature = Signature(lines_of_signer, "Trần Thị Ký")
    return finished(replace(made, signature=signature, countersignature=beside))


LENGTHS = [*((lines, "text") for lines in range(14, 32, 2)), (17, "table"), (19, "minutes"), (22, "minutes")]


@pytest.mark.parametrize(("lines", "kind"), LENGTHS)
def test_the_end_is_never_torn_and_never_alone(lines: int, kind: str) -> None:
    pdf = as_pdf(of_length(lines, is_table=kind == "table", is_minutes=kind == "minutes"))
    *others, last = page_texts(pdf)
    for part in ("./.", "TM. ỦY BAN NHÂN DÂN", "PHÓ CHỦ TỊCH", "Trần Thị Ký", "Nơi nhận:", "Nơi nhận 7"):
        assert part in last
        assert not any(part in text for text in others)


def test_three_centimetres_are_left_for_the_signature_and_the_seal(rendered: Mapping[str, bytes]) -> None:
    lines = pages(rendered["noted"])[-2].extract_words(keep_blank_chars=True)
    (title,) = [each for each in lines if each["text"].strip() == "CHÁNH VĂN PHÒNG"]
    (name,) = [each for each in lines if each["text"].strip() == "Nguyễn Văn Thử"]
    assert name["top"] - title["bottom"] >= 30 * MM


def test_recipients_stand_beside_the_signature(rendered: Mapping[str, bytes]) -> None:
    words = pages(rendered["noted"])[-2].extract_words(keep_blank_chars=True)
    (heading,) = [word for word in words if word["text"].strip() == "Nơi nhận:"]
    (authority,) = [word for word in words if word["text"].strip() == "TL. CHỦ TỊCH"]
    assert abs(heading["top"] - authority["top"]) < 4
    assert heading["x0"] < authority["x0"]


# Footnotes -------------------------------------------------------------------------------------------------------


def test_each_footnote_stands_on_the_page_of_its_call(rendered: Mapping[str, bytes]) -> None:
    texts = page_texts(rendered["noted"])
    for number in range(1, 15):
        (page,) = [text for text in texts if f"79,3/97 ({number})" in text or f"79,3/97({number})" in text]
        assert f" {number} Theo Báo cáo" in page
    assert "15 Chú thích của phụ lục." in texts[-1]


# Extremes --------------------------------------------------------------------------------------------------------


def test_names_of_four_hundred_letters_stay_within_the_margins() -> None:
    """With blanks and without, wherever a person can write one."""
    made = letter()
    made = replace(
        made,
        head=replace(made.head, superior=BROKEN, issuer=(UNBROKEN,)),
        abstract=UNBROKEN,
        addressees=(UNBROKEN, BROKEN),
        recipients=(UNBROKEN,),
        sections=(
            Section(
                UNBROKEN,
                (
                    Paragraph((Span(f"{UNBROKEN} "), Span(UNBROKEN, bold=True), Span(BROKEN, bold=True))),
                    replace(table(1), rows=(("1", UNBROKEN, "0", "0"),)),
                ),
            ),
        ),
        signature=Signature(("KT. CHỦ TỊCH",), UNBROKEN),
        annexes=(Annex(UNBROKEN, (line(UNBROKEN, 1),)),),
    )
    pdf = as_pdf(finished(made))
    for page in pages(pdf):
        assert_margins(page)
    text = "".join("".join(page_texts(pdf)).split())
    assert text.count("Ỷ" * 100) + text.count("ỷ" * 100) >= 1


def test_thirty_pages_of_narrative_keep_their_margins_and_numbers() -> None:
    sections = tuple(
        Section(f"PHẦN {part}", sections=tuple(Section("Mục", (line(SENTENCE * 10),) * 3) for _ in range(4)))
        for part in range(8)
    )
    with pypdfium2.PdfDocument(as_pdf(finished(small_document(sections=sections)))) as opened:
        assert len(opened) >= 30
        for place, page in enumerate(opened, start=1):
            width, height = page.get_size()
            read = page.get_textpage()
            boxes = [read.get_rect(at) for at in range(read.count_rects())]
            numbers = [box for box in boxes if box[1] > height - 20 * MM]
            assert len(numbers) == (0 if place == 1 else 1)
            for left, bottom, right, _top in set(boxes) - set(numbers):
                assert left >= 30 * MM - SLACK
                assert right <= width - 15 * MM + SLACK
                assert bottom >= 20 * MM - SLACK


# Settings --------------------------------------------------------------------------------------------------------


def test_an_office_chooses_within_the_ranges(settings: Any) -> None:
    settings.PAPER = settings.PAPER | {
        "left": 35,
        "right": 20,
        "top": 25,
        "bottom": 25,
        "size": 13,
        "annex_pages": "running",
        "annex_line": "open",
    }
    found = pages(as_pdf(decision()))
    for place, page in enumerate(found, start=1):
        assert_margins(page, 35, 20, 25, 25)
        assert number_of(page, 35, 20) == ("" if place == 1 else str(place))
    sizes = {round(char["size"], 1) for char in found[0].chars}
    assert sizes <= {11, 12, 13}
    assert "07/QĐ-UBND" not in found[1].extract_text()
    (nation,) = [each for each in found[0].extract_text_lines() if "CỘNG HÒA" in each["text"]]
    assert "CHỦ NGHĨA VIỆT NAM" in nation["text"]


@pytest.mark.parametrize(("name", "value"), [("left", 29), ("right", 21), ("size", 15), ("pdf_variant", "pdf")])
def test_what_the_decree_forbids_is_refused(name: str, value: object) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"PAPER_{name.upper()}"):
        Layout(**{name: value})  # type: ignore[arg-type]
