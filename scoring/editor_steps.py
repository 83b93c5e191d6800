"""What the tree page sends: the step that a button names, and what was typed into the rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from parportal.entry.numbers import format_entry, parse_decimal
from parportal.entry.problems import EntryProblem
from scoring import edits
from scoring.content import SetContent
from scoring.editor_page import Typed
from scoring.edits import Edited, EditRefused
from scoring.tree import Tree

SAVE = "save"
Post = Mapping[str, str]

# What a button does with the criterion that it names: `value="up 1.2"`.
STEPS: Mapping[str, Callable[[SetContent, str], Edited]] = {
    "add": lambda content, code: edits.add(content, parent=code),
    "after": lambda content, code: edits.add(content, after=code),
    "up": lambda content, code: edits.move(content, code, "up"),
    "down": lambda content, code: edits.move(content, code, "down"),
    "in": lambda content, code: edits.move(content, code, "in"),
    "out": lambda content, code: edits.move(content, code, "out"),
    "copy": edits.copy,
    "remove": edits.remove,
    "renumber": edits.renumber,
}


def step_of(content: SetContent, post: Post) -> Edited | None:
    """The step that was asked for; None when there is only something typed to be saved.

    Shapes: `op` is the step with the code of a criterion, "up 1.2"; `move_to`, `copy_to` and `renumber_below` read
    `branch`, `below` and `place` from the form.
    Raises: EditRefused.
    """
    name, _blank, code = post.get("op", SAVE).partition(" ")
    if name == SAVE:
        return None
    if name in STEPS:
        return STEPS[name](content, code)
    branch, below = post.get("branch", ""), post.get("below", "")
    if name in ("move_to", "copy_to", "renumber_below") and not branch:
        raise EditRefused(_("Choose the criterion first."))
    if name == "renumber_below":
        return edits.renumber(content, branch)
    if name == "copy_to":
        return edits.copy(content, branch, parent=below)
    if name == "move_to":
        return edits.move_to(content, branch, parent=below, place=_place(post.get("place", "")))
    raise EditRefused(_("There is no such step."))


def _place(text: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    if text.isascii() and text.isdecimal() and int(text[:6]) > 0:
        return int(text[:6])
    raise EditRefused(_("The place is a whole number from 1, or empty for the last place."))


@dataclass(frozen=True, slots=True)
class TypedChanges:
    """Titles and maxima as typed.

    Shapes: `changes` maps codes to attributes, `problems` the name of an input to what is wrong with it.
    """

    changes: Mapping[str, Mapping[str, object]]
    problems: Mapping[str, str]
    texts: Mapping[str, str]

    @property
    def kept(self) -> Typed:
        """Everything typed that differs from the draft, when nothing was saved."""
        return Typed(self.texts, self.problems)

    @property
    def refused(self) -> Typed:
        """Only what could not be read, when the rest was saved."""
        return Typed({name: self.texts[name] for name in self.problems}, self.problems)


def typed_changes(tree: Tree, content: SetContent, post: Post) -> TypedChanges:
    """What differs from the draft among the inputs `title-<pk>` and `max-<pk>`; inputs not sent say nothing."""
    changes: dict[str, dict[str, object]] = {}
    problems: dict[str, str] = {}
    texts: dict[str, str] = {}
    for node, criterion in zip(tree.nodes, content.criteria, strict=True):
        pk, found = node.criterion.pk, dict[str, object]()
        for name, attribute, shown, read in (
            (f"title-{pk}", "title", criterion.title, _title),
            (f"max-{pk}", "max_points", format_entry(criterion.max_points), _points),
        ):
            text = post.get(name)
            if text is None or text.split() == shown.split():
                continue
            texts[name] = text
            try:
                value = read(text)
                edits.change(content, criterion.code, {attribute: value})
            except (EntryProblem, EditRefused) as problem:
                problems[name] = str(problem)
                continue
            if value != getattr(criterion, attribute):
                found[attribute] = value
        if found:
            changes[criterion.code] = found
    return TypedChanges(changes, problems, texts)


def _title(text: str) -> str:
    return " ".join(text.split())


def _points(text: str) -> Decimal:
    return parse_decimal(text, places=2, percent_sign=False)
