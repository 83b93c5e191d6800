"""The outlines of the periodic report: data of their own (reports/papers/outlines/), made into sections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from reports.documents import Section
from reports.papers.annual_blocks import BLOCKS, target_sections
from reports.papers.annual_data import AnnualData
from reports.papers.annual_texts import TEXTS, papers_about

FOLDER = Path(__file__).parent / "outlines"
# A part of an outline, as its file says it.
Part = Mapping[str, Any]


@lru_cache
def outline(name: str) -> Sequence[Part]:
    """Shared by all requests of a process: only to be read."""
    return tuple(yaml.safe_load((FOLDER / f"{name}.yaml").read_text()))


def sections(data: AnnualData) -> tuple[Section, ...]:
    """Every part of the outline for this unit; those that nothing is known of have no content."""
    name = "commune" if data.is_commune else "district"
    return tuple(section(data, part) for part in outline(name))


def section(data: AnnualData, part: Part, above: str = "") -> Section:
    key = f"{above}{part['key']}"
    inside = tuple(section(data, each, f"{key}.") for each in part.get("parts", ()))
    from_targets = target_sections(data) if part.get("sections_from") == "targets" else ()
    return Section(
        titled(data, part["title"], is_part=not above),
        tuple(block for name in part.get("blocks", ()) for block in BLOCKS[name](data)),
        (*inside, *from_targets),
        key=key,
        text="\n".join(lines(data, part)),
    )


def titled(data: AnnualData, title: str, *, is_part: bool) -> str:
    """A heading with its names; the parts of the report in capitals."""
    return data.tell.named(title.lower()).upper() if is_part else data.tell.named(title)


def lines(data: AnnualData, part: Part) -> Iterator[str]:
    for said in part.get("lines", ()):
        if isinstance(said, str):
            told = data.tell.line(said)
        elif "first" in said:
            told = data.tell.first(*said["first"])
        elif "own" in said:
            told = data.tell.lines(said["lines"]) if said["own"] in data.returns else ""
        else:
            told = "\n".join(data.tell.named(line) for line in TEXTS[said["text"]](data) if line)
        if told:
            yield told
    if told := papers_about(data, part.get("papers", ())):
        yield told
