"""Files of published results: a YAML file or its XLSX twin, read into one shape (docs/results-import.md)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path, PurePath
from typing import Any

import yaml
from django.utils.translation import gettext as _

from parportal.entry.dates import parse_date
from parportal.entry.numbers import parse_decimal, parse_integer
from parportal.entry.problems import EntryProblem, ImportProblem, ImportProblems, ProblemLog
from parportal.entry.workbooks import Row, Workbook, open_workbook

MAX_BYTES = 2 * 1024 * 1024
BLANK = ("", "null", "~")
HEAD = ("code", "title", "owner", "year", "set", "set_version", "scale", "rank_rule")
DECISION = ("decision_number", "decision_on")
FIELD_COLUMN = re.compile(r"field_(?P<code>.+)_(earned|max)")
UNIT_COLUMNS = ("earned_points", "applicable_max_points", "index", "grade", "rank")


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """What was published of one unit.

    Shapes: `fields` maps the code of a field to earned points and applicable maximum. `place` says where in
    the file the unit stands.
    """

    place: str
    code: str
    fields: Mapping[str, tuple[Decimal, Decimal]]
    earned_points: Decimal | None = None
    applicable_max_points: Decimal | None = None
    index: Decimal | None = None
    grade: str = ""
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class ResultsFile:
    """A file of published results; what it does not say is empty."""

    name: str
    units: tuple[UnitFigures, ...]
    code: str = ""
    title: str = ""
    owner: str = ""
    year: int | None = None
    set: str = ""
    set_version: int | None = None
    scale: str = ""
    rank_rule: str = ""
    decision_number: str = ""
    decision_on: date | None = None
    sheet: str = field(default="")


def read_results(path: Path) -> ResultsFile:
    """Read a file of published results by its kind.

    Raises: ImportProblems with everything that cannot be read.
    """
    if path.stat().st_size > MAX_BYTES:
        raise ImportProblems((ImportProblem("", "", path.name, _("The file is too large.")),))
    return read_content(path.read_bytes(), path.name)


def read_content(content: bytes, name: str) -> ResultsFile:
    """Raises: ImportProblems."""
    stem, suffix = PurePath(name).stem, PurePath(name).suffix.lower()
    if suffix in (".yaml", ".yml"):
        return read_yaml(content, stem)
    file = io.BytesIO(content)
    file.name = name
    return read_workbook(open_workbook(file), stem)


def read_yaml(data: bytes, name: str) -> ResultsFile:
    """Read the YAML form. Every scalar is read as text first, as if it had been typed: 0,5 and 07 are numbers."""
    content = load_yaml(data, name)
    log = ProblemLog()
    reader = YamlReader(log)
    codes = list(reader.mapping(content.get("fields"), "fields"))
    items = reader.sequence(content.get("communes"), "communes")
    units = [reader.unit(item, number, codes) for number, item in enumerate(items, 1)]
    head = yaml_head(reader, content)
    log.raise_if_any()
    return ResultsFile(name=name, units=tuple(each for each in units if each), **head)


def load_yaml(data: bytes, name: str) -> Mapping[str, Any]:
    """Raises: ImportProblems when the file is not a YAML mapping."""
    try:
        # BaseLoader builds nothing but texts, lists and mappings.
        content = yaml.load(data, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = _("line %(line)s") % {"line": mark.line + 1} if mark else ""
        reason = _("This is not a YAML file that can be read.")
        raise ImportProblems((ImportProblem("", place, name, reason),)) from None
    if not isinstance(content, dict):
        raise ImportProblems((ImportProblem("", "", name, _("The file holds no results.")),))
    return content


def yaml_head(reader: YamlReader, content: Mapping[str, Any]) -> dict[str, Any]:
    """What the file says of the campaign: its own part `campaign`, else owner and year of the report."""
    head = reader.mapping(content.get("campaign"), "campaign") if "campaign" in content else {}
    district, source = content.get("district"), content.get("source")
    owner = district.get("code") if isinstance(district, dict) else ""
    year = source.get("evaluation_year") if isinstance(source, dict) else ""
    for key in head:
        if key not in (*HEAD, *DECISION):
            reader.refuse(f"campaign/{key}", key, _("This key is not known here."))
    texts = {name: reader.text(head.get(name)) for name in HEAD if name not in ("year", "set_version")}
    found: dict[str, Any] = {
        **texts,
        "owner": texts["owner"] or reader.text(owner),
        "year": reader.integer(head.get("year", year), "campaign/year"),
        "set_version": reader.integer(head.get("set_version"), "campaign/set_version"),
        "decision_number": reader.text(head.get("decision_number")),
        "decision_on": reader.day(head.get("decision_on"), "campaign/decision_on"),
    }
    return found


class YamlReader:
    """Values of a YAML file, each asked for by its kind; what is wrong is noted with its path."""

    def __init__(self, log: ProblemLog) -> None:
        self.log = log

    def refuse(self, place: str, value: object, reason: str) -> None:
        self.log.add(sheet="", cell=place, value=str(value)[:80], reason=reason)

    def mapping(self, value: object, place: str) -> Mapping[str, Any]:
        if isinstance(value, dict):
            return value
        self.refuse(place, value or "", _("This part is missing or is not a mapping."))
        return {}

    def sequence(self, value: object, place: str) -> Sequence[Any]:
        if isinstance(value, list):
            return value
        self.refuse(place, value or "", _("This part is missing or is not a list."))
        return ()

    def text(self, value: object) -> str:
        return "" if value is None or value in BLANK else str(value).strip()

    def decimal(self, value: object, place: str) -> Decimal | None:
        text = self.text(value)
        if not text:
            return None
        try:
            found = parse_decimal(text, places=2)
        except EntryProblem as problem:
            self.refuse(place, text, str(problem))
            return None
        return found

    def integer(self, value: object, place: str) -> int | None:
        text = self.text(value)
        try:
            return parse_integer(text) if text else None
        except EntryProblem as problem:
            self.refuse(place, text, str(problem))
            return None

    def day(self, value: object, place: str) -> date | None:
        text = self.text(value)
        try:
            return parse_date(text) if text else None
        except EntryProblem as problem:
            self.refuse(place, text, str(problem))
            return None

    def unit(self, item: object, number: int, codes: Sequence[str]) -> UnitFigures | None:
        """One entry of `communes`; its fields stand in the order of the part `fields`."""
        place = f"communes/{number}"
        entry = self.mapping(item, place)
        code = self.text(entry.get("code"))
        if not code:
            self.refuse(place, self.text(entry.get("name")), _("The code of the unit is missing."))
            return None
        place = f"communes/{code}"
        pairs = self.sequence(entry.get("fields"), f"{place}/fields")
        if len(pairs) != len(codes):
            reason = _("There must be %(wanted)s fields, but there are %(found)s.")
            self.refuse(f"{place}/fields", "", reason % {"wanted": len(codes), "found": len(pairs)})
        return UnitFigures(
            place=place,
            code=code,
            fields=dict(self.fields(pairs, codes, place)),
            earned_points=self.decimal(entry.get("total"), f"{place}/total"),
            applicable_max_points=self.decimal(entry.get("max"), f"{place}/max"),
            index=self.decimal(entry.get("index"), f"{place}/index"),
            grade=self.text(entry.get("classification")),
            rank=self.integer(entry.get("rank"), f"{place}/rank"),
        )

    def fields(
        self, pairs: Sequence[Any], codes: Sequence[str], place: str
    ) -> Iterable[tuple[str, tuple[Decimal, Decimal]]]:
        for code, pair in zip(codes, pairs, strict=False):
            where = f"{place}/fields/{code}"
            if not isinstance(pair, list) or len(pair) != 2:
                self.refuse(where, pair, _("Write points and maximum, such as [23.5, 33.5]."))
                continue
            earned, highest = (self.decimal(each, where) for each in pair)
            if earned is not None and highest is not None:
                yield code, (earned, highest)
            elif not all(self.text(each) for each in pair):
                self.refuse(where, "", _("Points or maximum are missing."))


def read_workbook(book: Workbook, name: str) -> ResultsFile:
    """Read the XLSX twin: sheet `campaign` of keys and values, sheet `results` of one row a unit.

    Raises: ImportProblems.
    """
    head = book.pairs(
        "campaign",
        required=("owner", "year"),
        optional=[name for name in (*HEAD, *DECISION) if name not in ("owner", "year")],
    )
    columns = [title for title in book.titles("results") if FIELD_COLUMN.fullmatch(title)]
    wanted = {f"field_{code}_{part}": None for code in field_codes(columns) for part in ("earned", "max")}
    rows = book.rows("results", required=["unit_code", *wanted], optional=["unit_name", *UNIT_COLUMNS])
    units = tuple(workbook_unit(row, field_codes(columns)) for row in rows)
    found = ResultsFile(
        name=name,
        sheet="results",
        units=units,
        year=head.integer("year", required=True),
        owner=head.text("owner", required=True),
        set_version=head.integer("set_version"),
        decision_on=head.date("decision_on"),
        **{key: head.text(key) for key in ("code", "title", "set", "scale", "rank_rule", "decision_number")},
    )
    book.problems.raise_if_any()
    return found


def field_codes(columns: Iterable[str]) -> list[str]:
    """The codes of the fields that columns such as `field_1_earned` name, each once, in their order."""
    matches = filter(None, map(FIELD_COLUMN.fullmatch, columns))
    return list(dict.fromkeys(match["code"] for match in matches))


def workbook_unit(row: Row, codes: Iterable[str]) -> UnitFigures:
    fields = {}
    for code in codes:
        earned = row.decimal(f"field_{code}_earned", places=2, required=True)
        highest = row.decimal(f"field_{code}_max", places=2, required=True)
        if earned is not None and highest is not None:
            fields[code] = (earned, highest)
    figures = {name: row.decimal(name, places=2) for name in ("earned_points", "applicable_max_points", "index")}
    return UnitFigures(
        place=f"{row.number}:{row.number}",
        code=row.text("unit_code", required=True),
        fields=fields,
        grade=row.text("grade"),
        rank=row.integer("rank"),
        **figures,
    )
