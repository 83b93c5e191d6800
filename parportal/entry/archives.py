"""ZIP archives from outside (XLSX and DOCX are such): checked before anything reads what is in them."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.template.defaultfilters import filesizeformat
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from parportal.entry.problems import EntryProblem

MEGABYTE = 1024 * 1024
CHUNK_BYTES = 64 * 1024

# What zipfile raises for archives that are cut off, altered, or made to confuse it.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    IndexError,
    KeyError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)

# Office files of before 2007, and new ones with a password, are a small file system with names in UTF-16.
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLD_OFFICE_ENCRYPTED = "EncryptedPackage"
OLD_OFFICE_MARK_BYTES = 64

size_text = lazy(filesizeformat, str)


class ArchiveProblem(EntryProblem):
    """An archive that is not opened."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a workbook may be. The defaults hold a criteria set or a year's results many times over.

    Units: bytes before and after unpacking, then counts. `cells` also counts empty cells with a format.
    """

    file_bytes: int = 5 * MEGABYTE
    unpacked_bytes: int = 50 * MEGABYTE
    parts: int = 1_000
    sheets: int = 50
    rows: int = 20_000
    columns: int = 300
    cells: int = 500_000
    merged_ranges: int = 5_000


def check_directory(archive: zipfile.ZipFile, *, parts: int, unpacked_bytes: int) -> None:
    """Look at the table of contents alone: size, passwords, macros, names that stand twice.

    Raises: ArchiveProblem.
    """
    entries = archive.infolist()
    names = [entry.filename.casefold() for entry in entries]
    if len(entries) > parts or sum(entry.file_size for entry in entries) > unpacked_bytes:
        raise unpacks_too_large(unpacked_bytes)
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise is_encrypted()
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in names):
        raise has_macros()
    # Two programs may read two different parts under one name.
    if len(set(names)) != len(names):
        raise is_damaged()


def unpacked(archive: zipfile.ZipFile, *, unpacked_bytes: int) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Unpack every part in pieces, trusting no size that the archive states.

    Shapes: part name and its pieces; the pieces must be used up before the next part is taken.
    Raises: ArchiveProblem.
    """
    left = unpacked_bytes

    def pieces(entry: zipfile.ZipInfo) -> Iterator[bytes]:
        nonlocal left
        with archive.open(entry) as part:
            while piece := part.read(CHUNK_BYTES):
                left -= len(piece)
                if left < 0:
                    raise unpacks_too_large(unpacked_bytes)
                yield piece

    for entry in archive.infolist():
        yield entry.filename, pieces(entry)


def unpacks_too_large(limit: int) -> ArchiveProblem:
    return ArchiveProblem(
        _("Unpacked, this file is larger than %(limit)s or has too many parts."), {"limit": size_text(limit)}
    )


def is_encrypted() -> ArchiveProblem:
    return ArchiveProblem(_("This file is protected by a password. Save it without one."))


def has_macros() -> ArchiveProblem:
    return ArchiveProblem(_("This file contains macros. Save it as a file without macros (.xlsx or .docx)."))


def is_damaged() -> ArchiveProblem:
    return ArchiveProblem(_("This file is damaged or incomplete. Open it, save it again and send it again."))


def old_office_mark(name: str) -> bytes:
    """How a name of up to 16 letters stands in the directory of an old Office file."""
    return name.encode("utf-16-le").ljust(OLD_OFFICE_MARK_BYTES, b"\0")
