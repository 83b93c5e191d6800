"""Sentences of a report with their figures in them: what is not reported is not told.

A sentence is written with short tokens: `{1.1.3}` of the statistics, `{h:5.1.2}` of the district's own figures,
`{x:2.3.1}` of the commune's, `{d:06a.3}` of the dossiers; `{tasks.plan.done}` of what the portal counts. Behind
` | ` come further clauses; what begins with a question mark is not told of nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reports.text.figure import Figures
from reports.text.narrative import TOKEN

FORMS = {None: "thong-ke-cchc", "h": "so-lieu-huyen", "x": "so-lieu-xa", "d": "mau-06a"}
SHORT = re.compile(r"\{(?:([hxd]):)?([0-9][0-9a-z.]*)\}")
CLAUSE = " | "
# Begins a clause that is only worth telling when something is counted in it.
IF_ANY = "?"


@dataclass(frozen=True, slots=True)
class Teller:
    """Shapes: `names` maps words like @unit to what stands for them in this report."""

    figures: Figures
    names: Mapping[str, str]

    def lines(self, sentences: Iterable[str]) -> str:
        """The sentences that can be told, a line each."""
        return "\n".join(told for each in sentences if (told := self.line(each)))

    def first(self, *sentences: str) -> str:
        """The first of several ways to tell the same: what the portal counts goes before what was reported."""
        return next((told for each in sentences if (told := self.line(each))), "")

    def line(self, sentence: str) -> str:
        """The sentence with those of its clauses whose figures are known; empty without its first one."""
        head, *rest = self.named(sentence).split(CLAUSE)
        if not self.is_told(head):
            return ""
        clauses = [clause.removeprefix(IF_ANY) for clause in rest if self.is_told(clause)]
        told = "; ".join([head.removeprefix(IF_ANY), *clauses])
        return told[:1].upper() + told[1:] + ("" if told.endswith((".", ":", ";")) else ".")

    def is_told(self, clause: str) -> bool:
        if not self.knows(clause):
            return False
        figures = (self.figures[key] for key in TOKEN.findall(clause))
        return not clause.startswith(IF_ANY) or any(figure.number for figure in figures)

    def named(self, text: str) -> str:
        for word, name in self.names.items():
            text = text.replace(word, name)
        return SHORT.sub(lambda found: f"{{stat.{FORMS[found[1]]}.{found[2]}}}", text)

    def knows(self, text: str) -> bool:
        figures = (self.figures.get(key) for key in TOKEN.findall(text))
        return all(figure is not None and figure.value is not None for figure in figures)
