import hashlib
import io
import re
import struct
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from parportal.entry.archives import OLD_OFFICE, old_office_mark
from parportal.entry.uploads import CONTENT_TYPES, CheckedUpload, UploadProblem, check_upload, random_name

from .books import workbook

ALL = tuple(CONTENT_TYPES)


def zipped(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "<a/>")
    return file.getvalue()


def old_office(*names: str, before: int = 600) -> bytes:
    return OLD_OFFICE + bytes(before) + b"".join(map(old_office_mark, names)) + bytes(600)


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + bytes(50)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(50) + b"\xff\xd9"
PHONE_JPEG = b"\xff\xd8\xff\xe1\x12\x34Exif\x00\x00" + bytes(50) + b"\xff\xd9"
DOCX = zipped("[Content_Types].xml", "word/document.xml")
XLSX = workbook(s=[["a"]]).getvalue()
DOC = old_office("Root Entry", "WordDocument")
XLS = old_office("Root Entry", "Workbook")


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def check(
    content: bytes, name: str, *, allowed: tuple[str, ...] = ALL, max_bytes: int = 1_000_000
) -> CheckedUpload:
    return check_upload(SimpleUploadedFile(name, content), max_bytes=max_bytes, allowed=allowed)


def refusal(content: bytes, name: str, **limits: Any) -> str:
    with pytest.raises(UploadProblem) as refused:
        check(content, name, **limits)
    return str(refused.value)


@pytest.mark.parametrize(
    ("content", "name", "extension"),
    [
        (PDF, "a.pdf", "pdf"),
        (PDF, "BÁO CÁO.PDF", "pdf"),
        (PNG, "a.png", "png"),
        (JPEG, "a.jpg", "jpg"),
        (PHONE_JPEG, "a.JPEG", "jpg"),
        (DOCX, "a.docx", "docx"),
        (XLSX, "a.xlsx", "xlsx"),
        (DOC, "a.doc", "doc"),
        (XLS, "a.xls", "xls"),
        (old_office("Book"), "a.xls", "xls"),
        (old_office("WordDocument", "Workbook"), "a.doc", "doc"),
        (old_office("WordDocument", before=64 * 1024 - 8 - 30), "a.doc", "doc"),
    ],
)
def test_a_file_is_known_by_its_content(content: bytes, name: str, extension: str) -> None:
    assert check(content, name) == CheckedUpload(
        CONTENT_TYPES[extension], hashlib.sha256(content).hexdigest(), len(content), extension
    )


def test_the_file_stands_at_its_beginning_afterwards() -> None:
    file = SimpleUploadedFile("a.xlsx", XLSX)
    file.read(7)
    check_upload(file, max_bytes=len(XLSX), allowed=ALL)
    assert file.read() == XLSX


def test_an_empty_file_is_refused() -> None:
    assert refusal(b"", "a.pdf") == "This file is empty."


def test_a_file_over_the_limit_is_refused_whatever_size_it_claims() -> None:
    file = SimpleUploadedFile("a.pdf", PDF + bytes(2048))
    file.size = 10
    with pytest.raises(UploadProblem) as refused:
        check_upload(file, max_bytes=2048, allowed=ALL)
    assert str(refused.value) == "This file is larger than 2.0\xa0KB."
    assert check(PDF, "a.pdf", max_bytes=len(PDF)).size == len(PDF)


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00" + bytes(100),
        b"<html><script>alert(1)</script></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"just words",
        b"GIF89a" + bytes(50),
        b"\x00",
        b" " + PDF,
        zipped("a.txt"),
        old_office("Root Entry"),
        (bytes(546) + b"bjbj").ljust(1000, b"\0") + old_office_mark("WordDocument"),
    ],
)
def test_other_kinds_are_refused_even_under_a_good_name(content: bytes) -> None:
    reason = "Files of this kind are not taken. Possible are: pdf, jpg."
    assert refusal(content, "a.pdf", allowed=("jpg", "pdf")) == reason


def test_a_known_kind_that_is_not_allowed_here_is_refused() -> None:
    assert "Possible are: pdf." in refusal(PNG, "a.png", allowed=("pdf",))
    assert "Possible are: pdf." in refusal(DOC, "a.doc", allowed=("pdf",))


@pytest.mark.parametrize("name", ["a.png", "a.pdf.exe", "a", "a.", ".pdf", "pdf"])
def test_a_name_that_belies_the_content_is_refused(name: str) -> None:
    assert refusal(PDF, name).startswith("The name of this file ends in")


def test_the_refusal_names_what_was_found() -> None:
    assert refusal(PDF, "a.png") == "The name of this file ends in “png”, but its content is “pdf”."


@pytest.mark.parametrize(
    "content",
    [
        zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
        old_office("WordDocument", "_VBA_PROJECT"),
    ],
)
def test_macros_are_refused_in_new_and_old_documents(content: bytes) -> None:
    for name in ("a.docx", "a.doc"):
        assert refusal(content, name).startswith("This file contains macros.")


def test_files_with_a_password_are_refused() -> None:
    assert refusal(old_office("EncryptedPackage"), "a.docx").startswith("This file is protected by a password.")


@pytest.mark.parametrize("length", [4, 40, len(DOCX) - 10], ids=["4 bytes", "40 bytes", "all but 10"])
def test_a_document_cut_off_in_transit_is_refused(length: int) -> None:
    assert refusal(DOCX[:length], "a.docx").startswith("This file is damaged or incomplete.")


def test_stored_names_are_random_and_keep_only_the_extension() -> None:
    names = {random_name("pdf") for _time in range(50)}
    assert len(names) == 50
    assert all(re.fullmatch(r"[0-9a-f]{32}\.pdf", name) for name in names)


@pytest.mark.parametrize("extension", ["", "../x", "p/f", "PDF", "a" * 9, "pdf\n"])
def test_an_extension_that_could_be_a_path_is_refused(extension: str) -> None:
    with pytest.raises(ValueError):
        random_name(extension)
