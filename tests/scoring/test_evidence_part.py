"""The evidence of a row as markup: without a query, and safe whatever a document is called."""

from typing import Any

import pytest
from django.utils import translation

from parportal.entry.kept_files import Scan
from scoring.evidence_part import EvidenceRow, evidence_part
from scoring.models import Evidence


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def document(**columns: Any) -> Evidence:
    return Evidence(**{"pk": 7, "number": "12/BC", "file": "evidence/a.pdf", "original_name": "a.pdf", **columns})


def part(*documents: Evidence, can_edit: bool = False) -> str:
    return evidence_part(EvidenceRow(4, 9, "1.2", documents, missing=False, can_edit=can_edit))


def test_who_fills_in_the_row_can_add_and_remove() -> None:
    html = part(document(), can_edit=True)
    assert 'href="/evidence/7/"' in html
    assert 'formaction="/sheets/4/rows/9/evidence/7/remove/"' in html
    assert 'href="/sheets/4/rows/9/evidence/"' in html


def test_a_reader_gets_no_button() -> None:
    html = part(document())
    assert "<button" not in html
    assert "/rows/" not in html


def test_after_submission_documents_can_be_added_but_not_removed() -> None:
    html = evidence_part(EvidenceRow(4, 9, "1.2", [document()], missing=False, can_edit=False, can_add=True))
    assert 'href="/sheets/4/rows/9/evidence/"' in html
    assert "<button" not in html


def test_nothing_is_shown_where_nothing_is() -> None:
    assert part() == ""


def test_missing_evidence_is_said_in_words() -> None:
    html = evidence_part(EvidenceRow(4, 9, "1.2", [], missing=True, can_edit=False))
    assert "(required)" in html
    assert "label-missing" in html


def test_names_are_escaped() -> None:
    nasty = "<img src=x onerror='alert(1)'>\""
    html = part(
        document(number=nasty, title=nasty, page=nasty), document(number=nasty, original_name=nasty), can_edit=True
    )
    assert "<img" not in html
    assert "onerror='" not in html


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"is_late": True}, "added after submission"),
        ({"to_check": True}, "to be checked"),
        ({"replaces_id": 3}, "new version"),
        ({"page": "page 5"}, "12/BC · page 5"),
    ],
)
def test_what_is_to_be_known_of_a_document_is_said(columns: dict[str, Any], words: str) -> None:
    assert words in part(document(**columns))


def test_a_copied_document_can_be_checked_by_who_fills_in_the_row() -> None:
    assert 'formaction="/evidence/7/checked/"' in part(document(to_check=True), can_edit=True)
    assert "<button" not in part(document(to_check=True))


@pytest.mark.parametrize(("scan", "words"), [(Scan.WAITING, "until scanned"), (Scan.INFECTED, "infected")])
def test_a_document_in_quarantine_has_no_link(scan: Scan, words: str) -> None:
    html = part(document(scan=scan, page_count=3))
    assert words in html
    assert "href" not in html


def test_a_preview_has_a_link_of_its_own() -> None:
    assert 'href="/evidence/7/preview/"' in part(document(page_count=3))
    assert "preview" not in part(document())


def test_documents_of_one_number_are_told_apart_by_their_files() -> None:
    html = part(document(), document(pk=8, original_name="b.pdf"))
    assert "12/BC (a.pdf)" in html
    assert "12/BC (b.pdf)" in html
