"""What Word, Excel and LibreOffice put on the clipboard as plain text, in the writing of narrative.py.

Nothing that is read is lost: only the marks of lists, the tabs of tables and characters that cannot be seen
change. Cleaning what is clean changes nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby

from reports.finishing import clean_text

_FIRST, _SECOND = "•●∙■◆♦❖➢➤►✓✔·–—", "○◦▪▫□◇+"
_MARKED = re.compile(rf"\s*([-{re.escape(_FIRST + _SECOND)}](?=\s)|[o§](?=\t|  ))\s+(\S.*)")
_GLUED = re.compile(r"\s*([•●■❖➢➤►✓✔▪])([^\W_].*)")
_NUMBERED = re.compile(
    r"\s*(?:[0-9]{1,3}(?:\.[0-9]{1,3})*[.)]|[0-9]{1,3}(?:\.[0-9]{1,3})+|[a-zđ][.)]|[IVXLC]{1,6}[.)])\t[^\t]*"
)
_INSIDE = re.compile(r"\S[^\t]*\t.*\S")

_BREAKS = re.compile(r"\r\n|[\r\x0b\x0c\x1c\x1d\x85\u2028\u2029]")
# Excel puts a cell with line breaks in quotes. Without a tab beside it it is a quotation of several paragraphs.
_CELL = r'"((?:[^"]|"")*\n(?:[^"]|"")*)"'
_QUOTED = re.compile(rf"(?<=\t){_CELL}(?=\t|\n|\Z)|(?:(?<=\n)|\A){_CELL}(?=\t)")
_SPACES = re.compile(r"[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_BLANKS = re.compile(r" {2,}")
_EMPTY_LINES = re.compile(r"\n{3,}")
_GLYPHS = str.maketrans(
    {
        "\u00ad": None,
        "\u200c": None,
        "\u200d": None,
        "\ufffc": None,
        "\u001e": "-",
        "\u2011": "-",
        # What Symbol and Wingdings put into the private use area: marks of lists, and signs.
        "\uf0b7": "•",
        "\uf0d8": "➢",
        "\uf076": "❖",
        "\uf0fc": "✓",
        "\uf02d": "-",
        "\uf0a7": "▪",
        "\uf0a8": "□",
        "\uf06f": "□",
        "\uf0a3": "≤",
        "\uf0b3": "≥",
        "\uf0b4": "×",
        "\uf0b1": "±",
        "\uf0b0": "°",
        "\uf0ae": "→",
        "\uf0e0": "→",
        "\uf0e8": "→",
        "\uf0de": "⇒",
    }
)
_PRIVATE = re.compile("[\ue000-\uf8ff]")
UNREADABLE = "□"


def unquoted(found: re.Match[str]) -> str:
    """A cell of several lines, which Excel puts between quotation marks."""
    return (found[1] or found[2]).replace("\n", " ").replace('""', '"')


def cleaned_paste(text: str) -> str:
    """Applied to whatever is saved of a section; idempotent."""
    text = _BREAKS.sub("\n", _PRIVATE.sub(UNREADABLE, text.translate(_GLYPHS)))
    text = _QUOTED.sub(unquoted, clean_text(text))
    found: list[str] = []
    for has_tab, group in groupby(text.split("\n"), lambda line: "\t" in line):
        lines = list(group)
        found += table_rows(lines) if has_tab and is_table(lines) else map(plain_line, lines)
    joined = "\n".join(_BLANKS.sub(" ", _SPACES.sub(" ", line)).strip() for line in found)
    return unicodedata.normalize("NFC", _EMPTY_LINES.sub("\n\n", joined)).strip("\n")


def is_table(lines: list[str]) -> bool:
    """Whether lines with tabs are rows of cells: no items of a list, no paragraphs that begin with a tab."""
    tabs = {line.count("\t") for line in lines}
    listed = [is_listed(line) for line in lines]
    inside = [bool(_INSIDE.search(line)) for line in lines]
    if len(lines) < 2 or not any(inside):
        return False
    if len(tabs) == 1:
        return not any(listed) if tabs == {1} else not all(listed)
    return all(inside) and max(tabs) > 1 and not any(listed)


def is_listed(line: str) -> bool:
    marked = _MARKED.fullmatch(line)
    return bool(_NUMBERED.fullmatch(line)) or (
        marked is not None and line[marked.end(1) : marked.end(1) + 1] == "\t"
    )


def table_rows(lines: list[str]) -> Iterator[str]:
    for line in lines:
        cells = (cell.strip().replace("|", "\\|") for cell in line.split("\t"))
        yield f"| {' | '.join(cells)} |"


def plain_line(line: str) -> str:
    """A paragraph, or an item of a list with the mark that stands for its level."""
    found = _MARKED.fullmatch(line) or _GLUED.fullmatch(line)
    if found is None:
        return line.replace("\t", " ")
    mark = "+" if found[1] in f"{_SECOND}o§" else "-"
    return f"{mark} {found[2]}".replace("\t", " ")
