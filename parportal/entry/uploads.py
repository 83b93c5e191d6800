"""Files that are kept and handed out again, such as evidence: their content says what they are."""

from __future__ import annotations

import hashlib
import re
import secrets
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, Any, cast

import puremagic
from django.core.files import File
from django.utils.translation import gettext_lazy as _

from parportal.entry.archives import (
    CHUNK_BYTES,
    DAMAGE,
    MEGABYTE,
    OLD_OFFICE_ENCRYPTED,
    OLD_OFFICE_MARK_BYTES,
    ArchiveProblem,
    check_directory,
    has_macros,
    is_damaged,
    is_encrypted,
    old_office_mark,
    size_text,
)
from parportal.entry.problems import EntryProblem

NAME_LENGTH = 200
_HEAD_BYTES = 8 * 1024
# Evidence is not opened by the portal; this only keeps files away that would hurt whoever opens them.
_UNPACKED_BYTES = 500 * MEGABYTE
_PARTS = 10_000

CONTENT_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
}
_OTHER_SPELLINGS = {"jpeg": "jpg", "jpe": "jpg", "jfif": "jpg"}
_ZIPPED = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
# Names in the directory of old Office files.
_OLD_OFFICE = {"WordDocument": "doc", "Workbook": "xls", "Book": "xls"}
_OLD_MACROS = "_VBA_PROJECT"


class UploadProblem(EntryProblem):
    """A file that is not taken."""


@dataclass(frozen=True, slots=True)
class CheckedUpload:
    """What an uploaded file is.

    Units: `size` in bytes; `sha256` in hexadecimal; `extension` without the point, in our spelling (jpg).
    """

    content_type: str
    sha256: str
    size: int
    extension: str


def check_upload(file: IO[bytes] | File[Any], *, max_bytes: int, allowed: Collection[str]) -> CheckedUpload:
    """Read a file to its end and tell what it is; afterwards it stands at its beginning again.

    `allowed` holds extensions, keys of `CONTENT_TYPES`. The end of the name must fit the content.
    Raises: UploadProblem.
    """
    sha256, size = _digest(file, max_bytes)
    kinds = _kinds(file)
    file.seek(0)
    usable = sorted(kinds & set(allowed))
    if not usable:
        raise UploadProblem(
            _("Files of this kind are not taken. Possible are: %(kinds)s."),
            {"kinds": ", ".join(kind for kind in CONTENT_TYPES if kind in allowed)},
        )
    name = getattr(file, "name", None) or ""
    extension = extension_of(name)
    if extension not in usable:
        named = PurePath(name).suffix.lstrip(".").lower()
        raise UploadProblem(
            _("The name of this file ends in “%(named)s”, but its content is “%(found)s”."),
            {"named": named, "found": " / ".join(usable)},
        )
    return CheckedUpload(CONTENT_TYPES[extension], sha256, size, extension)


def extension_of(name: str) -> str:
    """The end of a file's name in our spelling (jpg), without the point."""
    named = PurePath(name).suffix.lstrip(".").lower()
    return _OTHER_SPELLINGS.get(named, named)


def kept_name(name: str) -> str:
    """A sender's file name as it is kept for the download: no folders, nothing unprintable, not too long."""
    bare = PurePath(name.replace("\\", "/")).name.encode("utf-8", "replace").decode()
    clean = "".join(letter for letter in bare if letter.isprintable())
    return clean if len(clean) <= NAME_LENGTH else f"{clean[:150]}.{extension_of(clean)[:20]}"


def random_name(extension: str) -> str:
    """A name for storing a file that tells nothing and cannot be guessed."""
    if not re.fullmatch(r"[a-z0-9]{1,8}", extension):
        raise ValueError(f"not an extension: {extension!r}")
    return f"{secrets.token_hex(16)}.{extension}"


def _digest(file: IO[bytes] | File[Any], max_bytes: int) -> tuple[str, int]:
    """The sha256 and the size, counted while reading: what the sender says of the size is not used."""
    file.seek(0)
    digest, size = hashlib.sha256(), 0
    while chunk := file.read(CHUNK_BYTES):
        size += len(chunk)
        if size > max_bytes:
            raise UploadProblem(_("This file is larger than %(limit)s."), {"limit": size_text(max_bytes)})
        digest.update(chunk)
    if not size:
        raise UploadProblem(_("This file is empty."))
    return digest.hexdigest(), size


def _kinds(file: IO[bytes] | File[Any]) -> set[str]:
    """What the content can be; two kinds for an old Office file with another one inside."""
    file.seek(0)
    head = file.read(_HEAD_BYTES)
    try:
        matches = puremagic.magic_string(head)
    except puremagic.PureError:
        return set()
    found = {match.extension.lstrip(".") for match in matches if match.offset == 0 and len(match.byte_match) > 2}
    if "docx" in found:
        return _zipped_kinds(file)
    if "doc" in found:
        return _old_office_kinds(file)
    return {_OTHER_SPELLINGS.get(kind, kind) for kind in found} & {"pdf", "png", "jpg"}


def _zipped_kinds(file: IO[bytes] | File[Any]) -> set[str]:
    try:
        with zipfile.ZipFile(cast("IO[bytes]", file)) as archive:
            check_directory(archive, parts=_PARTS, unpacked_bytes=_UNPACKED_BYTES)
            names = set(archive.namelist())
    except ArchiveProblem as problem:
        raise UploadProblem(problem.message, problem.params) from None
    except DAMAGE:
        raise UploadProblem(is_damaged().message) from None
    return {kind for kind, part in _ZIPPED.items() if part in names}


def _old_office_kinds(file: IO[bytes] | File[Any]) -> set[str]:
    marks = {name: old_office_mark(name) for name in (*_OLD_OFFICE, _OLD_MACROS, OLD_OFFICE_ENCRYPTED)}
    found: set[str] = set()
    file.seek(0)
    tail = b""
    while chunk := file.read(CHUNK_BYTES):
        window = tail + chunk
        found.update(name for name, mark in marks.items() if mark in window)
        tail = window[-OLD_OFFICE_MARK_BYTES:]
    for mark, refusal in ((OLD_OFFICE_ENCRYPTED, is_encrypted()), (_OLD_MACROS, has_macros())):
        if mark in found:
            raise UploadProblem(refusal.message, refusal.params)
    return {_OLD_OFFICE[name] for name in found if name in _OLD_OFFICE}
