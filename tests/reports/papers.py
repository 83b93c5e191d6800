"""Sample papers of every form, and how their pages are measured."""

import io
from collections import Counter
from datetime import date
from functools import cache
from typing import Any

import pdfplumber
import pypdfium2

from reports.documents import (
    Annex,
    Bullet,
    Column,
    Document,
    Head,
    Paragraph,
    Section,
    Signature,
    Span,
    Table,
)
from reports.finishing import finished
from reports.output.pdf import as_pdf

MM = 72 / 25.4
SENTENCE = "Ủy ban nhân dân huyện yêu cầu các đơn vị hoàn thiện tài liệu kiểm chứng và gửi phiếu đúng hạn. "
NOTE = "Theo Báo cáo số 12/BC-UBND ngày 03 tháng 02 năm 2022; số liệu công bố chênh 0,5 điểm do làm tròn. "
COLUMNS = (Column("TT", 8), Column("Nội dung", 62, numeric=False), Column("Điểm", 15), Column("Tỷ lệ", 15))


def head(symbol: str, *, is_draft: bool = True) -> Head:
    made = Head("UBND TỈNH KON TUM", ("ỦY BAN NHÂN DÂN", "HUYỆN KON RẪY"), symbol, "Kon Rẫy")
    return made if is_draft else Head(made.superior, made.issuer, symbol, made.place, "7", date(2022, 2, 3))


def text(sentences: int = 1) -> Paragraph:
    return Paragraph((Span(SENTENCE * sentences),))


def line(content: str, level: int = 0) -> Paragraph | Bullet:
    return Bullet((Span(content),), level=level) if level else Paragraph((Span(content),))


def table(rows: int, *, note: str = "") -> Table:
    made = tuple((str(row), f"Tiêu chí thành phần số {row}", "1.234,5", "85,74%") for row in range(1, rows + 1))
    return Table("Bảng 1. Số liệu", COLUMNS, made, total=("", "Tổng cộng", "81,45/95", "85,74%"), note=note)


def letter() -> Document:
    sections = (
        Section("Đơn vị chưa nộp", (line("UBND xã Đăk Ruồng;", 1), line("lĩnh vực Thể chế.", 2))),
        Section("Đơn vị nộp trễ", (text(),)),
    )
    return finished(
        Document(
            head=head("UBND-NC"),
            type_name="",
            abstract="Về việc đôn đốc nộp phiếu chấm điểm cải cách hành chính năm 2021",
            bases=(),
            opening=(SENTENCE,),
            sections=sections,
            closing="Yêu cầu các đơn vị thực hiện nghiêm túc",
            signature=Signature(("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"), "Nguyễn Văn Thử"),
            recipients=("Như trên", "Lưu: VT, NV"),
            addressees=("UBND xã Đăk Ruồng", "Phòng Tài chính - Kế hoạch huyện"),
        )
    )


def decision() -> Document:
    sections = (
        Section("", (line("Công bố kết quả năm 2021 (có Phụ lục kèm theo)."),)),
        Section("Tổ chức thực hiện", (text(),), (Section("", (line("Phòng Nội vụ theo dõi."),)),)),
    )
    return finished(
        Document(
            head=head("QĐ-UBND", is_draft=False),
            type_name="QUYẾT ĐỊNH",
            abstract="Về việc công bố kết quả xác định Chỉ số cải cách hành chính năm 2021 của các xã, thị trấn",
            bases=("Căn cứ Luật Tổ chức chính quyền địa phương", "Theo đề nghị của Trưởng phòng Nội vụ"),
            opening=(),
            sections=sections,
            closing="Trưởng phòng Nội vụ và Chủ tịch UBND các xã chịu trách nhiệm thi hành Quyết định này",
            signature=Signature(("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"), "Nguyễn Văn Thử"),
            recipients=("Như Điều 2", "Lưu: VT, NV"),
            by_authority="CHỦ TỊCH ỦY BAN NHÂN DÂN HUYỆN KON RẪY",
            ruling="QUYẾT ĐỊNH:",
            annexes=(
                Annex("KẾT QUẢ XẾP HẠNG", (table(45),)),
                Annex("ĐIỂM THEO LĨNH VỰC", (text(), table(30, note="Ghi chú của bảng.")), landscape=True),
            ),
        )
    )


def minutes() -> Document:
    points = (Section("Văn bản", (text(),)), Section("Rà soát", (text(),)))
    inside = (Section("Các nội dung còn ý kiến khác nhau", (text(),), (Section("Thể chế", (text(),), points),)),)
    return finished(
        Document(
            head=head("BB-UBND"),
            type_name="BIÊN BẢN",
            abstract="Họp Hội đồng thẩm định",
            bases=(),
            opening=("Thời gian: 14 giờ 00 ngày 12 tháng 01 năm 2022.",),
            sections=(Section("THÀNH PHẦN", (line("Ông A", 1),)), Section("NỘI DUNG", (text(),), inside)),
            closing="Biên bản được mọi người thống nhất",
            signature=Signature(("CHỦ TRÌ", "CHỦ TỊCH HỘI ĐỒNG"), "Nguyễn Văn Chủ"),
            recipients=("Thành viên Hội đồng", "Lưu: VT"),
            countersignature=Signature(("THƯ KÝ",), "Trần Thị Thư"),
        )
    )


def noted() -> Document:
    """A report to a superior whose footnotes fill much of several pages."""
    body = tuple(
        Paragraph((Span(SENTENCE * 2), Span("79,3/97", bold=True, note=NOTE * (1 + place % 3)), Span(" điểm.")))
        for place in range(14)
    )
    in_annex = Paragraph((Span("Văn bản"), Span(" số 1", italic=True, note="Chú thích của phụ lục.")))
    return finished(
        Document(
            head=head("BC-UBND"),
            type_name="BÁO CÁO",
            abstract="Về một việc",
            bases=("Căn cứ Kế hoạch số 12/KH-UBND",),
            opening=("Ủy ban nhân dân huyện báo cáo như sau:",),
            sections=(Section("CHỈ ĐẠO, ĐIỀU HÀNH", body),),
            closing="Trên đây là báo cáo của Ủy ban nhân dân huyện",
            signature=Signature(("TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG"), "Nguyễn Văn Thử"),
            recipients=("Như trên", "Lưu: VT"),
            addressees=("Ủy ban nhân dân tỉnh Kon Tum",),
            annexes=(Annex("DANH MỤC", (in_annex,)),),
        )
    )


FORMS = {"letter": letter, "decision": decision, "minutes": minutes, "noted": noted}


@cache
def pdf_of(form: str) -> bytes:
    return as_pdf(FORMS[form]())


@cache
def pages(pdf: bytes) -> list[Any]:
    """The pages of a PDF, each measured once; where the words alone are asked, `page_texts` costs a hundredth."""
    return list(pdfplumber.open(io.BytesIO(pdf)).pages)


@cache
def page_texts(pdf: bytes) -> tuple[str, ...]:
    """The text of each page in the order of reading, its number last."""
    return tuple(" ".join(text.split()) for text, _margin in read(pdf))


@cache
def words(pdf: bytes) -> Counter[str]:
    """The words of a paper below the top margin."""
    found: Counter[str] = Counter()
    for text, margin in read(pdf):
        found.update(text.split())
        found.subtract(margin.split())
    return +found


@cache
def read(pdf: bytes) -> tuple[tuple[str, str], ...]:
    """The text of each page, and what of it stands in the top margin."""
    with pypdfium2.PdfDocument(pdf) as opened:
        texts = [(page.get_textpage(), page.get_height()) for page in opened]
        return tuple(
            (text.get_text_range(), text.get_text_bounded(bottom=height - 20 * MM + 2)) for text, height in texts
        )
