"""A set of indicators from a YAML file: read as a whole, with every problem told by its place.

Shapes: the keys are those of `indicators.content`; `tree` nests indicators by `children`, `options` and
`table_lines` map keys to texts. fixtures/indicators/ shows them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from unicodedata import normalize

import yaml
from django.utils.translation import gettext as _

from indicators.content import CheckContent, IndicatorContent, SetContent
from indicators.lint import CHECK, INDICATOR, lint
from parportal.entry.problems import ImportProblem, ImportProblems, ProblemLog

SCHEMA = "par-portal/indicators/1"
SET_KEYS = frozenset({"schema", "code", "version", "title", "source", "tree", "checks"})
NODE_KEYS = frozenset({each.name for each in fields(IndicatorContent)} - {"parent"} | {"children"})
CHECK_KEYS = frozenset(each.name for each in fields(CheckContent))
WHOLE = frozenset({"version", "places", "from_year", "to_year"})
DECIMALS = frozenset({"least", "most"})
# Levels of the tree.
DEEPEST = 12
FLAGS = frozenset({"is_cumulative", "null_as_zero"})
MAPPINGS = frozenset({"options", "table_lines"})
LISTS = frozenset({"levels"})


def read_yaml_set(path: Path) -> SetContent:
    """Read and check a file; nothing is stored.

    Raises: ImportProblems with everything that is wrong; OSError.
    """
    try:
        found = yaml.load(path.read_bytes(), _Loader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ImportProblems((ImportProblem(path.name, "", "", " ".join(str(error).split())),)) from None
    reader = _Reader(path.name)
    content = reader.read(found)
    reader.problems.raise_if_any()
    for finding in lint(content):
        place = {INDICATOR: "tree", CHECK: "checks"}.get(finding.kind, "")
        where = "/".join(filter(None, (place, finding.code, finding.at)))
        reader.problems.add(sheet=path.name, cell=where, value="", reason=finding.what)
    reader.problems.raise_if_any()
    return content


class _Loader(yaml.SafeLoader):
    """YAML as it is written: 1.10 stays 1.10, no is a word, and a key stands once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [each.value for each, _value in node.value]
        for place, key in enumerate(keys):
            if key in keys[:place]:
                mark = node.value[place][0].start_mark
                raise yaml.constructor.ConstructorError(None, None, f"the key {key} stands twice", mark)
        return super().construct_mapping(node, deep=deep)


# Every plain value is read as text; what it has to be, its key says.
_Loader.yaml_implicit_resolvers = {}


class _Reader:
    def __init__(self, name: str) -> None:
        self.name = name
        self.problems = ProblemLog()

    def read(self, found: Any) -> SetContent:
        head = self.mapping(found, "", SET_KEYS)
        if head.get("schema") != SCHEMA:
            self.refuse(
                "schema", str(head.get("schema", "")), _("This must be “%(schema)s”.") % {"schema": SCHEMA}
            )
        values = {key: self.value(key, value, key) for key, value in head.items() if key in ("title", "source")}
        version = self.value("version", head.get("version", ""), "version")
        return SetContent(
            code=str(self.value("code", head.get("code", ""), "code")),
            version=version if isinstance(version, int) else 1,
            indicators=tuple(self.nodes(head.get("tree", []), "", "tree")),
            checks=tuple(self.checks(head.get("checks", []))),
            **{"title": "", **values},
        )

    def nodes(self, found: Any, parent: str, place: str) -> Iterator[IndicatorContent]:
        if place.count("/") > DEEPEST:  # an alias may hold itself
            self.refuse(place, "", _("The tree has too many levels."))
            return
        for number, each in enumerate(self.items(found, place), 1):
            where = f"{place}/{_name(each, number)}"
            node = self.mapping(each, where, NODE_KEYS)
            columns = {key: self.value(key, value, where) for key, value in node.items() if key != "children"}
            yield IndicatorContent(**{"code": "", "parent": parent, **columns})
            yield from self.nodes(node.get("children", []), str(columns.get("code", "")), where)

    def checks(self, found: Any) -> Iterator[CheckContent]:
        for number, each in enumerate(self.items(found, "checks"), 1):
            where = f"checks/{_name(each, number)}"
            check = self.mapping(each, where, CHECK_KEYS)
            yield CheckContent(
                **{"code": "", **{key: self.value(key, value, where) for key, value in check.items()}}
            )

    def value(self, key: str, found: Any, where: str) -> Any:
        """The value of a key in the shape that the content keeps; its empty one where it cannot be read."""
        if key in MAPPINGS:
            pairs = found if isinstance(found, Mapping) else self.wrong(where, key, found) or {}
            return tuple((_text(name), _text(text)) for name, text in pairs.items())
        if key in LISTS:
            return tuple(_text(each) for each in self.items(found, f"{where}/{key}"))
        if not isinstance(found, str):
            return self.wrong(where, key, found)
        return self.plain(key, found, where)

    def plain(self, key: str, found: str, where: str) -> Any:
        if key in WHOLE:
            return int(found) if found.isdecimal() and len(found) < 6 else self.wrong(where, key, found)
        if key in DECIMALS:
            return self.decimal(where, key, found)
        if key in FLAGS:
            return found == "true" if found in ("true", "false") else self.wrong(where, key, found)
        return _text(found)

    def decimal(self, where: str, key: str, found: str) -> Decimal | None:
        try:
            number = Decimal(found)
        except InvalidOperation:
            number = Decimal("NaN")
        if number.is_finite() and abs(number) < 10**12 and number == round(number, 4):
            return number
        self.wrong(where, key, found)
        return None

    def items(self, found: Any, place: str) -> list[Any]:
        if isinstance(found, list):
            return found
        self.refuse(place, str(found), _("A list is needed here."))
        return []

    def mapping(self, found: Any, place: str, keys: frozenset[str]) -> dict[str, Any]:
        if not isinstance(found, dict):
            self.refuse(place, str(found), _("Keys with values are needed here."))
            return {}
        for key in found:
            if key not in keys:
                self.refuse(f"{place}/{key}".lstrip("/"), "", _("This key is not known here."))
        return {key: value for key, value in found.items() if key in keys}

    def wrong(self, where: str, key: str, found: object) -> Any:
        self.refuse(f"{where}/{key}", str(found), _("This value cannot be read here."))
        return "" if key not in WHOLE | DECIMALS else None

    def refuse(self, place: str, value: str, reason: str) -> None:
        self.problems.add(sheet=self.name, cell=place, value=value[:80], reason=reason)


def _name(found: object, number: int) -> object:
    """By what a node or a check is told: its code, or its number in the list."""
    return found.get("code", number) if isinstance(found, dict) else number


def _text(found: object) -> str:
    """Text in NFC without blanks around it."""
    return normalize("NFC", str(found)).strip()
