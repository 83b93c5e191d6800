"""Numbers typed into a text that contradict the data: hints for the writer, which keep nothing back.

A number is compared with a figure when what stands around it has every word of the figure's label, and it counts
the same thing (%, điểm, văn bản). What tells of other units, other years, aims or changes is left alone: a wrong
hint is worse than none.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from reports.papers import wording
from reports.text.figures import Figure, Figures
from reports.text.narrative import TOKEN

# How far behind a number its words may stand. Units: characters.
BEHIND = 60
_WORD = re.compile(r"[^\W\d_]+")
_SENTENCE = re.compile(r"(?<=[.;!?…])\s+")
# Also points of their maximum, tasks that were done of all: the first is compared, where no figure is the second.
_NUMBER = re.compile(
    r"(?<![\w.,/-])(?P<text>[0-9]+(?:[.,][0-9]+)*)(?:/(?P<whole>[0-9]+(?:[.,][0-9]+)*))?(?!\w|[.,/-][0-9])"
)
_YEAR = re.compile(r"\b(?:19|20)[0-9]{2}\b")
# Days, spans, numbers of papers and of their parts.
_NAMES = re.compile(
    r"\b[0-9]+/[0-9]+/[0-9]+\b|\b[0-9]+/(?:19|20)[0-9]{2}\b|\b[0-9]+/[\w-]*[^\W\d][\w/-]*|\b[0-9]+ ?[-–] ?[0-9]+\b"
    r"|\b(?:(?<!tổng )số|ngày|tháng|quý|điều|khoản|mục|phụ lục|kỳ|lần thứ|chương|trang|bước|giai đoạn|mức độ)"
    r" [0-9]+[\w/.-]*"
)
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:[.,][0-9]{3})+")
_SHORT = {
    "cải cách hành chính": "cchc",
    "thủ tục hành chính": "tthc",
    "văn bản quy phạm pháp luật": "vbqppl",
    "phản ánh, kiến nghị": "pakn",
    "phản ánh kiến nghị": "pakn",
    "đơn vị sự nghiệp công lập": "đvsncl",
    "dịch vụ công": "dvc",
    "uỷ": "ủy",
    "tỉ lệ": "tỷ lệ",
}
_EMPTY = set(
    _WORD.findall(
        "số lượng tổng tỷ lệ đã các của và trong theo được tại do có cả về là đó với đạt tính đến công tác việc"
    )
)
# What turns what is told into something else, unless the label has it too.
_TURNS = re.compile(
    r"\b(?:chưa|không|quá|trễ|chậm|tăng|giảm|thêm|hơn|kém|chênh|phấn đấu|mục tiêu|chỉ tiêu|kế hoạch giao|yêu cầu"
    r"|tối thiểu|tối đa|ít nhất|trở lên|trung bình|bình quân|cao nhất|thấp nhất|trong đó|gồm|mỗi|từng|còn|mất|trừ"
    r"|thưởng)\b"
)
# Lines of earlier years, and of aims with their results.
_ELSE = re.compile(r"\b(?:so với|cùng kỳ|năm trước|kỳ trước|những năm|(?:đạt|vượt) chỉ tiêu)\b|[≥≤<>]")
_UNITS = re.compile(r"\b(?:xã|phường|thị trấn|huyện|quận|tỉnh|thành phố|phòng|sở|trung tâm|ban quản lý)\b")
# How papers speak of results whose labels have few words of their own.
_SAID = {
    "index": ("chỉ số cchc", "par index"),
    "points": ("tổng điểm", "tổng số điểm"),
    "self": ("tự chấm", "tự đánh giá"),
}


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A number of a text, and the figure that says otherwise. Units: `line` counts from 1."""

    line: int
    typed: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class Typed:
    """A number with the words around it, what follows it, its line, and the years that its sentence names.

    `whole` is the number that it is a part of, or empty.
    """

    text: str
    whole: str
    around: str
    behind: str
    line: str
    years: frozenset[int]


@dataclass(frozen=True, slots=True)
class Own:
    """Whom and when the text is about. Shapes: `kind` is what the unit calls itself."""

    name: str = ""
    kind: str = ""
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """A figure with the words by which a text speaks of it. Shapes: one of the `phrases` stands for all words."""

    figure: Figure
    label: str
    words: frozenset[str]
    measures: tuple[str, ...]
    phrases: tuple[str, ...]
    year: int | None


Known = Mapping[str, list[Named]]
# Units: characters. Each number is read with its whole line: longer ones, which nobody writes, would take minutes.
LONGEST = 2000


def contradictions(text: str, figures: Figures) -> list[Contradiction]:
    """In the order of the text."""
    lines = [(place, line) for place, line in enumerate(text.splitlines(), 1) if len(line) <= LONGEST]
    numbers = [(place, typed) for place, line in lines for typed in numbers_in(plain(line))]
    if not numbers:
        return []
    own = own_of(figures)
    known = by_measure(named for figure in figures.values() if (named := named_figure(figure, own)))
    found = ((place, typed.text, contradicted(typed, known, own)) for place, typed in numbers)
    return [Contradiction(place, typed, figure) for place, typed, figure in found if figure is not None]


def by_measure(figures: Iterable[Named]) -> Known:
    found = defaultdict[str, list[Named]](list)
    for named in figures:
        for measure in named.measures:
            found[measure].append(named)
    return found


def own_of(figures: Figures) -> Own:
    basis = getattr(figures, "basis", None)
    if basis is None:
        return Own()
    return Own(plain(wording.in_text(basis.unit)), plain(wording.kind_of(basis.unit)), basis.year)


def plain(text: str) -> str:
    """In small letters, long names as their abbreviations; diacritics stay."""
    said = " ".join(unicodedata.normalize("NFC", text).casefold().split())
    for long, short in _SHORT.items():
        said = said.replace(long, short)
    return said


def named_figure(figure: Figure, own: Own) -> Named | None:
    """None for what cannot be told from other figures by its label."""
    if figure.number is None or not figure.measure:
        return None
    group, _point, name = figure.key.partition(".")
    phrases = _SAID.get(name, ()) if group in ("score", "score-before") else ()
    label, measure = plain(figure.label), plain(figure.measure)
    words = frozenset(_WORD.findall(label)) - _EMPTY
    if not phrases and len(words - set(_WORD.findall(measure))) < 2:
        return None
    of_group = _YEAR.search(figure.group)
    year = int(of_group[0]) if of_group else own.year
    return Named(figure, label, words, tuple(part.strip() for part in measure.split(",")), phrases, year)


def numbers_in(line: str) -> Iterator[Typed]:
    """The numbers of a line that count something; what belongs to the one before does not belong to the next."""
    for sentence in _SENTENCE.split(TOKEN.sub(" 0 ", line)):
        unnamed = _NAMES.sub(" ", sentence)
        years = frozenset(map(int, _YEAR.findall(unnamed)))
        counted = _YEAR.sub(" ", unnamed)
        matches = list(_NUMBER.finditer(counted))
        ends = [0, *(match.end() for match in matches)]
        starts = [*(match.start() for match in matches), len(counted)]
        for match, begin, (_start, stop) in zip(matches, ends, pairwise(starts), strict=False):
            behind = re.split(r"[,;:()]", counted[match.end() : min(stop, match.end() + BEHIND)], maxsplit=1)[
                0
            ].strip()
            yield Typed(
                match["text"],
                match["whole"] or "",
                f"{counted[begin : match.start()]} {behind}",
                behind,
                line,
                years,
            )


def contradicted(typed: Typed, known: Known, own: Own) -> Figure | None:
    """The figure that says otherwise: the one with the most words; none where several would do."""
    if _ELSE.search(typed.line) or tells_of_others(typed.line, own):
        return None
    words = frozenset(_WORD.findall(typed.around))
    counted = [
        measure for measure in known if typed.behind.startswith(measure) and ends_word(typed.behind, measure)
    ]
    fitting = [named for measure in counted for named in known[measure] if fits(named, typed, words)]
    if not fitting or any(
        says(each, named.figure) for named in fitting for each in (typed.text, typed.whole) if each
    ):
        return None
    most = max(len(named.words) for named in fitting)
    best = [named.figure for named in fitting if len(named.words) == most]
    return best[0] if len({figure.number for figure in best}) == 1 else None


def tells_of_others(line: str, own: Own) -> bool:
    """Whether a line names a unit that is not the one of the report."""
    rest = line.replace(own.name, " ") if own.name else line
    return any(unit != own.kind for unit in _UNITS.findall(rest))


def ends_word(text: str, measure: str) -> bool:
    """Whether the measure is a whole word at the beginning of the text."""
    return not text[len(measure) : len(measure) + 1].isalnum()


def fits(named: Named, typed: Typed, words: frozenset[str]) -> bool:
    """Whether the number may be meant for the figure."""
    if typed.years - {named.year} or (not typed.years and named.figure.key.partition(".")[0].endswith("-before")):
        return False
    spoken = any(phrase in typed.around for phrase in named.phrases) if named.phrases else named.words <= words
    return spoken and not any(turn not in named.label for turn in _TURNS.findall(typed.around))


def says(typed: str, figure: Figure) -> bool:
    """Whether the figure, rounded as it was typed, is one of the readings of the number."""
    return figure.number is not None and any(
        figure.number.quantize(reading, ROUND_HALF_UP) == reading for reading in readings(typed)
    )


def readings(typed: str) -> list[Decimal]:
    """1.353 may be thousands or decimals."""
    marks = re.findall(r"[.,]", typed)
    found = [Decimal(re.sub(r"[.,]", "", typed))] if _GROUPED.fullmatch(typed) or not marks else []
    if marks and (len(marks) == 1 or marks[-1] not in marks[:-1]):
        whole, _mark, part = typed.rpartition(marks[-1])
        found.append(Decimal(f"{re.sub('[.,]', '', whole)}.{part}"))
    return found
