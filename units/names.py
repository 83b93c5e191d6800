"""Names compared the way people type them: without diacritics, capitals and the word for the kind of unit."""

import re
import unicodedata

_KIND_OF_UNIT = re.compile(
    r"(tinh|thanh pho|tp|quan|huyen|thi xa|tx|phuong|xa|thi tran|tt|dac khu)\s+(?=\S)", re.ASCII
)
_MARKS = re.compile(r"[^\w]+")


def folded(text: str) -> str:
    """ "Huyện Kon Rẫy" → "huyen kon ray"; also "đ" → "d"."""
    plain = text.replace("đ", "d").replace("Đ", "D")
    letters = unicodedata.normalize("NFD", plain)
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(bare.casefold().split())


def unit_key(name: str) -> str:
    """ "Tỉnh Bà Rịa - Vũng Tàu" → "tinh ba ria vung tau": folded, and marks between words left out."""
    return " ".join(_MARKS.sub(" ", folded(name)).split())


def without_kind(name: str) -> str:
    """ "Huyện Kon Rẫy" → "kon ray": a key without the word for the kind of unit."""
    return (
        _KIND_OF_UNIT.sub("", unit_key(name), count=1) if _KIND_OF_UNIT.match(unit_key(name)) else unit_key(name)
    )
