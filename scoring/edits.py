"""Steps of editing a draft: pure functions from the content of a set to the content after the step.

Codes are what identifies a criterion. A step that changes codes says so in `renamed`, so that whoever refers to a
criterion goes on doing so. Every step leaves a sound tree in reading order; whether it adds up is the lint's
business.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scoring.content import SET_ATTRIBUTES, CriterionContent, SetContent, composed
from scoring.importing.criteria_layout import CRITERIA, LENGTHS
from scoring.lint.structure import MAX_DEPTH
from scoring.numbering import copied_codes, next_code, numbered
from scoring.rules import CountsAs

LONGEST = LENGTHS[CRITERIA]
# What `change` and `change_set` may write; a place in the tree is changed by moving.
CHANGEABLE = frozenset(each.name for each in fields(CriterionContent)) - {"parent"}
HEAD = frozenset(SET_ATTRIBUTES) - {"code", "version"} | {"level_names"}
COPIED_HEAD = (
    "total_points",
    "level_names",
    "index_decimals",
    "point_step",
    "rounding",
    "round_at",
    "extra_points",
)


class EditRefused(Exception):
    """A step that cannot be taken, and why; `at` names the attribute that is wrong, if one is."""

    def __init__(self, text: str, at: str = "") -> None:
        super().__init__(text)
        self.at = at


@dataclass(frozen=True, slots=True)
class Edited:
    """The content after a step.

    Shapes: `renamed` maps the codes that changed to the new ones; `title` names the step in the past tense, for
    "Undo: …"; `at` is the code of the criterion to look at next, empty for the set; `emptied` is that of a
    criterion that lost its method, because it now stands above another one.
    """

    content: SetContent
    renamed: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    at: str = ""
    emptied: str = ""


def add(
    content: SetContent,
    *,
    parent: str = "",
    after: str = "",
    title: str = "",
    max_points: Decimal = Decimal(0),
) -> Edited:
    """One criterion more, as the last one below `parent` or right after the criterion `after`, with the code
    that comes next there.

    Raises: EditRefused.
    """
    if after:
        parent = _find(content, after).parent
    counts_as = CountsAs.BASE.value
    if parent:
        counts_as = _find(content, parent).counts_as
        _check_depth(_depth(content, parent) + 1)
    new = CriterionContent(
        code=next_code(content, parent),
        parent=parent,
        title=title or (_("New criterion") if parent else _("New field")),
        max_points=max_points,
        counts_as=counts_as,
    )
    _check(content, new, known_as="")
    place = _after(content, after) if after else len(content.criteria)
    criteria = (*content.criteria[:place], new, *content.criteria[place:])
    edited, emptied = _without_method(replace(content, criteria=criteria), parent)
    said = _("added %(code)s") % {"code": new.code}
    return Edited(edited.in_reading_order(), {}, said, new.code, emptied)


def change(content: SetContent, code: str, attributes: Mapping[str, object]) -> Edited:
    """Other attributes of one criterion; those below follow a new code.

    Raises: EditRefused.
    """
    return change_all(content, {code: attributes})


def change_all(content: SetContent, changes: Mapping[str, Mapping[str, object]]) -> Edited:
    """Other attributes of several criteria at once, by their codes before the step.

    Raises: EditRefused.
    """
    edited, renamed = content, dict[str, str]()
    for code, attributes in changes.items():
        if unknown := attributes.keys() - CHANGEABLE:
            raise ValueError(f"no step changes {sorted(unknown)}")
        before = _find(edited, code)
        after = replace(before, **composed(attributes))
        _check(edited, after, known_as=code)
        edited = _replaced(edited, {code: after})
        if after.code != code:
            renamed[code] = after.code
            edited = _with_codes(edited, {code: after.code})
    codes = [renamed.get(code, code) for code in changes]
    return Edited(edited, renamed, _changed_title(changes, renamed), codes[0] if codes else "")


def _changed_title(changes: Mapping[str, Mapping[str, object]], renamed: Mapping[str, str]) -> str:
    if len(changes) != 1:
        line = ngettext("changed %(count)s criterion", "changed %(count)s criteria", len(changes))
        return line % {"count": len(changes)}
    ((code, attributes),) = changes.items()
    if code in renamed:
        return _("renamed %(code)s to %(new)s") % {"code": code, "new": renamed[code]}
    said = _("changed %(code)s")
    if attributes.keys() == {"title"}:
        said = _("changed the title of %(code)s")
    elif attributes.keys() == {"max_points"}:
        said = _("changed the maximum of %(code)s")
    return said % {"code": code}


def change_set(content: SetContent, attributes: Mapping[str, object]) -> Edited:
    """Other attributes of the set itself.

    Raises: EditRefused.
    """
    if unknown := attributes.keys() - HEAD:
        raise ValueError(f"no step changes {sorted(unknown)}")
    edited = replace(content, **composed(attributes))
    if not edited.title.strip():
        raise EditRefused(_("Give the set a title."), "title")
    if edited.total_points < 0:
        raise EditRefused(_("Points cannot be negative."), "total_points")
    if edited.point_step <= 0:
        raise EditRefused(_("The step of points must be above 0."), "point_step")
    return Edited(edited, {}, _("changed the head of the set"))


def move(content: SetContent, code: str, direction: str) -> Edited:
    """A branch one place `up` or `down` here, `in` under the sibling above, or `out` after its parent.

    Raises: EditRefused.
    """
    criterion = _find(content, code)
    siblings = [each.code for each in content.children()[criterion.parent]]
    place = siblings.index(code) + 1
    values = {"code": code}
    if direction == "up":
        _require(place > 1, _("%(code)s is the first one here.") % values)
        return _moved(content, code, criterion.parent, place - 1, _("moved %(code)s up") % values)
    if direction == "down":
        _require(place < len(siblings), _("%(code)s is the last one here.") % values)
        return _moved(content, code, criterion.parent, place + 1, _("moved %(code)s down") % values)
    if direction == "in":
        _require(place > 1, _("No criterion stands above %(code)s to move it under.") % values)
        under = siblings[place - 2]
        said = _("moved %(code)s under %(parent)s") % {"code": code, "parent": under}
        return _moved(content, code, under, None, said)
    if direction == "out":
        _require(bool(criterion.parent), _("%(code)s is a field already.") % values)
        above = _find(content, criterion.parent)
        places = [each.code for each in content.children()[above.parent]]
        said = _("moved %(code)s out, after %(parent)s") % {"code": code, "parent": above.code}
        return _moved(content, code, above.parent, places.index(above.code) + 2, said)
    raise ValueError(f"no direction {direction}")


def move_to(content: SetContent, code: str, *, parent: str, place: int | None = None) -> Edited:
    """A branch below another criterion (a field below the empty code).

    Units: `place` counts from 1 among the criteria there; None is the last place.
    Raises: EditRefused.
    """
    _find(content, code)
    values = {"code": code, "parent": parent}
    said = _("moved %(code)s under %(parent)s") if parent else _("made %(code)s a field")
    return _moved(content, code, parent, place, said % values)


def _moved(content: SetContent, code: str, parent: str, place: int | None, said: str) -> Edited:
    branch = _branch(content, code)
    inside = {each.code for each in branch}
    if parent in inside:
        raise EditRefused(_("%(code)s cannot stand below itself.") % {"code": code})
    if parent:
        _find(content, parent)
        _check_depth(_depth(content, parent) + _height(branch))
    rest = replace(content, criteria=tuple(each for each in content.criteria if each.code not in inside))
    siblings = rest.children().get(parent, ())
    top = replace(branch[0], parent=parent)
    at = len(rest.criteria)
    if place is not None and max(place, 1) <= len(siblings):
        at = [each.code for each in rest.criteria].index(siblings[max(place, 1) - 1].code)
    criteria = (*rest.criteria[:at], top, *branch[1:], *rest.criteria[at:])
    edited, emptied = _without_method(replace(content, criteria=criteria), parent)
    return Edited(edited.in_reading_order(), {}, said, code, emptied)


def renumber(content: SetContent, branch: str = "") -> Edited:
    """Codes by their places, of the whole set or of everything below a criterion.

    Raises: EditRefused when nothing would change, or a new code is too long or belongs to a criterion elsewhere.
    """
    if branch:
        _find(content, branch)
    codes = numbered(content, branch)
    renamed = {old: new for old, new in codes.items() if old != new}
    _require(bool(renamed), _("The codes follow their places already."))
    for new in renamed.values():
        _check_code(new)
    elsewhere = {each.code for each in content.criteria} - codes.keys()
    if taken := sorted(elsewhere & set(renamed.values())):
        line = _("The code %(code)s belongs to a criterion outside this branch. Renumber the whole set.")
        raise EditRefused(line % {"code": taken[0]})
    said = _("renumbered everything below %(code)s") % {"code": branch} if branch else _("renumbered the set")
    return Edited(_with_codes(content, renamed), renamed, said, branch)


def copy(content: SetContent, code: str, *, parent: str | None = None) -> Edited:
    """A branch once more, with new codes: after the original, or as the last one below `parent`.

    Raises: EditRefused.
    """
    branch = _branch(content, code)
    target = branch[0].parent if parent is None else parent
    if target in {each.code for each in branch}:
        raise EditRefused(_("%(code)s cannot be copied below itself.") % {"code": code})
    if target:
        _find(content, target)
        _check_depth(_depth(content, target) + _height(branch))
    codes = copied_codes(content, branch, target)
    for new in codes.values():
        _check_code(new)
    copies = [replace(each, code=codes[each.code], parent=codes.get(each.parent, target)) for each in branch]
    at = _after(content, code) if parent is None else len(content.criteria)
    criteria = (*content.criteria[:at], *copies, *content.criteria[at:])
    edited, emptied = _without_method(replace(content, criteria=criteria), target)
    said = _("copied %(code)s as %(new)s") % {"code": code, "new": codes[code]}
    return Edited(edited.in_reading_order(), {}, said, codes[code], emptied)


def remove(content: SetContent, code: str) -> Edited:
    """Without a criterion and everything below it.

    Raises: EditRefused.
    """
    branch = _branch(content, code)
    gone = {each.code for each in branch}
    siblings = [each.code for each in content.children()[branch[0].parent]]
    place = siblings.index(code)
    left = siblings[:place] + siblings[place + 1 :]
    at = left[min(place, len(left) - 1)] if left else branch[0].parent
    said = _("removed %(code)s") % {"code": code}
    if len(branch) > 1:
        line = ngettext(
            "removed %(code)s with %(count)s criterion below it",
            "removed %(code)s with %(count)s criteria below it",
            len(branch) - 1,
        )
        said = line % {"code": code, "count": len(branch) - 1}
    kept = tuple(each for each in content.criteria if each.code not in gone)
    return Edited(replace(content, criteria=kept), {}, said, at)


def fill(content: SetContent, source: SetContent) -> Edited:
    """An empty set with the criteria of another one, and how that one counts.

    Raises: EditRefused when there are criteria already.
    """
    _require(not content.criteria, _("There are criteria already; only an empty set takes those of another one."))
    head = {name: getattr(source, name) for name in COPIED_HEAD}
    edited = replace(content, criteria=source.criteria, **head)
    values = {"code": source.code, "version": source.version}
    return Edited(edited, {}, _("copied the criteria of %(code)s v%(version)s") % values)


def _find(content: SetContent, code: str) -> CriterionContent:
    found = next((each for each in content.criteria if each.code == code), None)
    if found is None:
        raise EditRefused(_("There is no criterion %(code)s any more.") % {"code": code})
    return found


def _branch(content: SetContent, code: str) -> tuple[CriterionContent, ...]:
    """A criterion and everything below it, in reading order."""
    inside = {_find(content, code).code}
    found = []
    for each in content.criteria:
        if each.parent in inside:
            inside.add(each.code)
        if each.code in inside:
            found.append(each)
    return tuple(found)


def _after(content: SetContent, code: str) -> int:
    """Where the branch of a criterion ends."""
    inside = {each.code for each in _branch(content, code)}
    return max(place for place, each in enumerate(content.criteria) if each.code in inside) + 1


def _depth(content: SetContent, code: str) -> int:
    parents = {each.code: each.parent for each in content.criteria}
    depth = 0
    while code:
        code, depth = parents[code], depth + 1
    return depth


def _height(branch: Sequence[CriterionContent]) -> int:
    depths = {branch[0].parent: 0}
    for each in branch:
        depths[each.code] = depths[each.parent] + 1
    return max(depths.values())


def _replaced(content: SetContent, rows: Mapping[str, CriterionContent]) -> SetContent:
    return replace(content, criteria=tuple(rows.get(each.code, each) for each in content.criteria))


def _with_codes(content: SetContent, renamed: Mapping[str, str]) -> SetContent:
    criteria = (
        replace(each, code=renamed.get(each.code, each.code), parent=renamed.get(each.parent, each.parent))
        for each in content.criteria
    )
    return replace(content, criteria=tuple(criteria))


def _without_method(content: SetContent, parent: str) -> tuple[SetContent, str]:
    """What stands above another one is not scored itself: its method goes, and its code is returned."""
    found = next((each for each in content.criteria if each.code == parent), None)
    if found is None or not (found.method or found.params):
        return content, ""
    return _replaced(content, {parent: replace(found, method="", params={})}), parent


def _check(content: SetContent, criterion: CriterionContent, *, known_as: str) -> None:
    """Raises: EditRefused for what the database would not keep, or a code that stands elsewhere already."""
    _check_code(criterion.code)
    if criterion.code != known_as and criterion.code in _codes(content):
        line = _("The code %(code)s is taken. Give each criterion a code of its own.")
        raise EditRefused(line % {"code": criterion.code}, "code")
    if not criterion.title.strip():
        raise EditRefused(_("Give the criterion a title."), "title")
    if len(criterion.title) > LONGEST["title"]:
        line = _("A title has at most %(longest)s characters.") % {"longest": LONGEST["title"]}
        raise EditRefused(line, "title")
    if criterion.max_points < 0:
        raise EditRefused(_("Points cannot be negative."), "max_points")


def _codes(content: SetContent) -> Collection[str]:
    return {each.code for each in content.criteria}


def _check_code(code: str) -> None:
    if not code.isprintable() or code.split() != [code]:
        raise EditRefused(_("A code is letters, digits and marks, without blanks."), "code")
    if len(code) > LONGEST["code"]:
        values = {"code": code, "longest": LONGEST["code"]}
        raise EditRefused(_("The code %(code)s is longer than %(longest)s characters.") % values, "code")


def _check_depth(depth: int) -> None:
    _require(depth <= MAX_DEPTH, _("The tree would be deeper than %(depth)s levels.") % {"depth": MAX_DEPTH})


def _require(holds: bool, why: str) -> None:
    if not holds:
        raise EditRefused(why)
