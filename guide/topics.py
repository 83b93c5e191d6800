"""Which part of the guide a page of the portal leads to: the one place that says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from guide.chapters import Chapter

# The beginning of the name of an address, and the anchor in the chapters; the longest beginning counts. A chapter
# that lacks the anchor, and a page that stands nowhere here, lead to the beginning of the chapter.
TOPICS: Mapping[str, str] = {
    "account_change_password": "dang-nhap",
    "appraisal": "tham-dinh",
    "campaign": "dot-danh-gia",
    "campaign_assign": "phan-cong-tham-dinh",
    "campaign_close": "cong-bo",
    "campaign_grading": "xep-loai",
    "campaign_phrases": "tham-dinh",
    "campaign_propose": "cong-bo",
    "campaign_publication": "cong-bo",
    "campaign_publish": "cong-bo",
    "campaign_question": "hoi-dap",
    "campaign_withdraw": "cong-bo",
    "campaign_zip": "bao-cao",
    "conclusion": "nhiem-vu",
    "criteria_set": "bo-tieu-chi",
    "criterion": "bo-tieu-chi",
    "delegation": "uy-quyen",
    "document": "so-van-ban",
    "evidence": "tai-lieu",
    "external": "cong-bo",
    "finding": "kiem-tra",
    "grade": "xep-loai",
    "home": "viec-cua-toi",
    "indicator_set": "so-lieu",
    "initiative": "so-theo-doi",
    "inspect": "kiem-tra",
    "job": "tep-va-ban-in",
    "mail": "viec-cua-toi",
    "meeting": "so-theo-doi",
    "notices": "viec-cua-toi",
    "obligation": "lich-bao-cao",
    "people": "tai-khoan",
    "period": "so-lieu",
    "person": "tai-khoan",
    "phrase": "tham-dinh",
    "plan": "ke-hoach",
    "rehearsal": "dien-tap",
    "remediation": "khac-phuc",
    "report": "bao-cao",
    "results": "ket-qua",
    "return": "so-lieu",
    "roll_up": "so-lieu",
    "row_history": "lich-su",
    "score_amend": "cong-bo",
    "share": "phan-cong-cham",
    "sheet": "phieu-cham",
    "sheet_approval": "trinh-nop",
    "sheet_evidence": "tai-lieu",
    "sheet_explanation": "giai-trinh",
    "sheet_extend": "dot-danh-gia",
    "sheet_history": "lich-su",
    "sheet_import": "excel",
    "sheet_last_year": "excel",
    "sheet_move": "trinh-nop",
    "sheet_shares": "phan-cong-cham",
    "sheet_workbook": "excel",
    "target": "ke-hoach",
    "task": "nhiem-vu",
    "upload": "tai-lieu",
    "year_figures": "so-theo-doi",
}


def topic_of(name: str) -> str:
    """The anchor for the page of this name; empty when it stands nowhere."""
    known = [each for each in TOPICS if name.startswith(each)]
    return TOPICS[max(known, key=len)] if known else ""


def place_of(name: str, chapters: Iterable[Chapter]) -> tuple[str, str]:
    """Chapter and anchor for a page: in the first of the reader's chapters that holds it, else the first of them.

    Shapes: both are empty for a reader without a chapter, the anchor where a chapter is shown from its beginning.
    """
    mine, anchor = list(chapters), topic_of(name)
    for each in mine:
        if anchor in each.anchors:
            return each.slug, anchor
    return (mine[0].slug if mine else ""), ""
