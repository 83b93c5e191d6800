"""How the content of a set gets into its rows, and what of that the history and the undo keep."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from django.db.models import PROTECT, CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from scoring.content import CRITERION_ATTRIBUTES, SET_ATTRIBUTES, CriterionContent, SetContent, to_json
from scoring.models import CriteriaSet, Criterion, DraftStep
from scoring.tree import Tree
from scoring.workflow import MoveRefused
from units.audit import Action, Change, record
from units.models import User

STEPS_KEPT = 50
TITLE_KEPT = 200
COLUMNS = ("parent", "section", "knock_out_branch", *CRITERION_ATTRIBUTES)
# Two criteria may swap their codes, which are unique: until all are written they have codes that nobody types.
UNTYPED = "\x01"


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a draft as the history tells it.

    Shapes: `renamed` maps the codes that change to the new ones; a criterion keeps its row under its new code.
    """

    action: Action
    title: str
    renamed: Mapping[str, str] = field(default_factory=dict)
    undoes: bool = False

    def code_after(self, code: str) -> str:
        return self.renamed.get(code, code)


def renew(draft: CriteriaSet, content: SetContent, step: Step, *, by: User | None) -> SetContent:
    """Give a locked draft new content and a new revision; what it said before is returned.

    Raises: MoveRefused when a campaign uses a criterion that the content leaves out.
    """
    tree = Tree.of(draft)
    before = SetContent.of(tree)
    stored = {step.code_after(node.criterion.code): node.criterion for node in tree.nodes}
    kept = {each.code for each in content.criteria}
    dropped = [row for code, row in stored.items() if code not in kept]
    if dropped:
        _refuse_used(dropped)
    fill_set(draft, content)
    draft.revision += 1
    draft.save()
    _free_codes(stored, dropped, kept)
    rows = store_criteria(draft, content.criteria, stored)
    changes = [
        *_step_changes(draft, step),
        *_set_changes(draft, before, content),
        *_criteria_changes(stored | rows, before, content, step),
    ]
    record(step.action, draft, by=by, changes=changes)
    if dropped:
        _drop(dropped)
    return before


def keep_step(draft: CriteriaSet, step: Step, before: SetContent, *, by: User | None) -> None:
    """Let the step be undone; only the last ones can be.

    The operator of the server (`by` None) has no name to undo under: what was before goes out of reach.
    """
    if by is None:
        draft.steps.all().delete()
        return
    title = step.title if len(step.title) <= TITLE_KEPT else f"{step.title[: TITLE_KEPT - 1]}…"
    renamed = dict(step.renamed)
    DraftStep.objects.create(criteria_set=draft, title=title, before=to_json(before), renamed=renamed, by=by)
    latest = draft.steps.order_by("-pk").values("pk")[:STEPS_KEPT]
    draft.steps.exclude(pk__in=latest).delete()


def fill_set(criteria_set: CriteriaSet, content: SetContent) -> None:
    for name in SET_ATTRIBUTES:
        setattr(criteria_set, name, getattr(content, name))
    criteria_set.level_names = list(content.level_names)


def _free_codes(stored: Mapping[str, Criterion], dropped: Iterable[Criterion], wanted: Set[str]) -> None:
    """Take from the rows that lose their code what another one may get in the same step."""
    losing = [row for code, row in stored.items() if row.code != code] + list(dropped)
    if losing and {row.code for row in losing} & wanted:
        number = Cast("pk", CharField())
        rows = Criterion.objects.filter(pk__in=[row.pk for row in losing])
        rows.update(code=Concat(Value(UNTYPED), number, output_field=CharField()))


def store_criteria(
    criteria_set: CriteriaSet, criteria: Sequence[CriterionContent], stored: Mapping[str, Criterion]
) -> dict[str, Criterion]:
    """Write criteria level by level, parents before children; `stored` ones, by their new code, in place."""
    rows: dict[str, Criterion] = {}
    levels: dict[str, int] = {"": -1}
    before = {row.pk: (row.position, _columns(row)) for row in stored.values()}
    for position, content in enumerate(criteria, 1):
        row = stored.get(content.code) or Criterion(criteria_set=criteria_set)
        for name in CRITERION_ATTRIBUTES:
            setattr(row, name, getattr(content, name))
        row.position = position
        rows[content.code] = row
        levels[content.code] = levels[content.parent] + 1
    parents = {content.code: content.parent for content in criteria}
    for level in range(max(levels.values()) + 1):
        of_level = [rows[code] for code in rows if levels[code] == level]
        for row in of_level:
            row.parent = rows.get(parents[row.code])
            row.section = (row.parent.section or row.parent) if row.parent else None
            row.knock_out_branch = knock_out_branch(row)
        Criterion.objects.bulk_create([row for row in of_level if row.pk is None])
    _update([rows[code] for code in rows if code in stored], before)
    return rows


def _update(rows: Sequence[Criterion], before: Mapping[int, tuple[int, tuple[object, ...]]]) -> None:
    """Write only what changed: a step that shifts a hundred rows changes nothing else of them."""
    changed = [row for row in rows if before[row.pk][1] != _columns(row)]
    shifted = [row for row in rows if before[row.pk][1] == _columns(row) and before[row.pk][0] != row.position]
    Criterion.objects.bulk_update(changed, ["position", *COLUMNS], batch_size=100)
    Criterion.objects.bulk_update(shifted, ["position"], batch_size=200)


def _columns(row: Criterion) -> tuple[object, ...]:
    links = row.parent_id, row.section_id, row.knock_out_branch_id
    return (*links, *(getattr(row, name) for name in CRITERION_ATTRIBUTES))


def knock_out_branch(row: Criterion) -> Criterion | None:
    """The topmost knock-out criterion above a row (its parent's is known)."""
    if row.parent is None:
        return None
    return row.parent.knock_out_branch or (row.parent if row.parent.knock_out else None)


def _refuse_used(rows: Sequence[Criterion]) -> None:
    """Raises: MoveRefused when campaigns use what is about to go (one query over all tables that may)."""
    relations = (each for each in Criterion._meta.related_objects if each.on_delete is PROTECT)
    uses = (
        Exists(each.related_model._base_manager.filter(**{each.field.name: OuterRef("pk")})) for each in relations
    )
    found = Criterion.objects.filter(pk__in=[row.pk for row in rows])
    used = set(found.filter(reduce(or_, map(Q, uses))).values_list("pk", flat=True))
    if used:
        codes = ", ".join(row.code for row in rows if row.pk in used)
        line = _(
            "A campaign uses criteria that would be removed (%(codes)s). Take them out of the campaign first."
        )
        raise MoveRefused(line % {"codes": codes})


def _drop(rows: Sequence[Criterion]) -> None:
    """Nothing refers to these rows any more; `delete` would ask every table for each of them again."""
    found = Criterion.objects.filter(pk__in=[row.pk for row in rows])
    found._raw_delete(found.db)


def _step_changes(draft: CriteriaSet, step: Step) -> Iterator[Change]:
    """The step in words, which says more than what follows from it; of an import the event says enough."""
    if step.action != Action.SET_IMPORTED:
        yield Change(draft, "step", *((step.title, "") if step.undoes else ("", step.title)))


def _set_changes(draft: CriteriaSet, before: SetContent, after: SetContent) -> Iterator[Change]:
    for name in (*SET_ATTRIBUTES, "issuer", "level_names"):
        values = getattr(before, name), getattr(after, name)
        if values[0] != values[1]:
            yield Change(draft, name, *(_shown(value) for value in values))


def _criteria_changes(
    rows: Mapping[str, Criterion], before: SetContent, after: SetContent, step: Step
) -> Iterator[Change]:
    """What became of each criterion, matched by the code it has afterwards."""
    old = {step.code_after(criterion.code): criterion for criterion in before.criteria}
    new = {criterion.code: criterion for criterion in after.criteria}
    for code, row in rows.items():
        if code not in old or code not in new:
            titles = (old[code].title if code in old else "", new[code].title if code in new else "")
            yield Change(row, "criterion", *titles)
            continue
        if step.code_after(old[code].parent) != new[code].parent:
            yield Change(row, "parent", old[code].parent, new[code].parent)
        for name in CRITERION_ATTRIBUTES:
            values = getattr(old[code], name), getattr(new[code], name)
            if values[0] != values[1]:
                yield Change(row, name, *(_shown(value) for value in values))


def _shown(value: object) -> object:
    if isinstance(value, tuple):
        return "; ".join(map(str, value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value
