"""Every write of a criteria set: import, publication, retirement, new version, deletion of a draft."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from django.db import transaction
from django.db.models import Max, ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parportal.entry.problems import ImportProblem, ImportProblems
from scoring.content import CRITERION_ATTRIBUTES, SET_ATTRIBUTES, CriterionContent, SetContent
from scoring.importing.criteria_layout import SET
from scoring.importing.criteria_target import find_target
from scoring.lint import lint
from scoring.models import CriteriaSet, Criterion, SetStatus
from scoring.tree import Tree
from scoring.workflow import MoveRefused
from units.audit import Action, Change, record
from units.models import Unit, User


@transaction.atomic
def import_criteria_set(*, content: SetContent, by: User | None) -> CriteriaSet:
    """Store a checked workbook as a draft; a draft of the same code and version takes its content.

    `by` None is the operator of the server.
    Raises: ImportProblems when meanwhile something came to stand against it; MoveRefused when a campaign uses
    a criterion that the content leaves out.
    """
    list(CriteriaSet.objects.select_for_update().filter(code=content.code))
    target = find_target(content, by=by)
    if target.refusals or target.issuer is None:
        raise ImportProblems(
            tuple(ImportProblem(SET, "", str(getattr(content, key)), why) for key, why in target.refusals)
        )
    if target.draft is None:
        return _create(content, target.issuer, by=by)
    return _renew(target.draft, content, target.issuer, by=by)


@transaction.atomic
def publish_set(*, criteria_set: CriteriaSet, by: User | None) -> CriteriaSet:
    """Publish a draft; from now on it never changes.

    Raises: MoveRefused when it is no draft, or the lint finds something.
    """
    criteria_set = _lock(criteria_set)
    _require_draft(criteria_set)
    if findings := lint(SetContent.of(Tree.of(criteria_set))):
        line = ngettext(
            "%(count)s problem keeps this set from being published. The page of the set tells it.",
            "%(count)s problems keep this set from being published. The page of the set lists them.",
            len(findings),
        )
        raise MoveRefused(line % {"count": len(findings)})
    return _set_status(criteria_set, SetStatus.PUBLISHED, Action.SET_PUBLISHED, by=by)


@transaction.atomic
def retire_set(*, criteria_set: CriteriaSet, by: User) -> CriteriaSet:
    """Take a published set out of use: no new campaign takes it, what used it stays as it is.

    Raises: MoveRefused when the set is not published.
    """
    criteria_set = _lock(criteria_set)
    if criteria_set.status != SetStatus.PUBLISHED:
        raise MoveRefused(_("Only a published set can be retired."))
    return _set_status(criteria_set, SetStatus.RETIRED, Action.SET_RETIRED, by=by)


@transaction.atomic
def new_version(*, criteria_set: CriteriaSet, by: User) -> CriteriaSet:
    """Copy a set as a draft under the next free version.

    Raises: MoveRefused when the set is itself a draft, or a draft of a later version exists already.
    """
    criteria_set = _lock(criteria_set)
    if not criteria_set.is_frozen:
        raise MoveRefused(_("This set is a draft itself. Export it, edit it, import it again."))
    of_code = CriteriaSet.objects.filter(code=criteria_set.code)
    if draft := of_code.filter(status=SetStatus.DRAFT).first():
        raise MoveRefused(_("There is a draft already: version %(version)s.") % {"version": draft.version})
    latest: int = of_code.aggregate(latest=Max("version"))["latest"]
    content = replace(SetContent.of(Tree.of(criteria_set)), version=latest + 1)
    return _create(content, criteria_set.issuer, by=by, source=criteria_set)


@transaction.atomic
def delete_draft(*, criteria_set: CriteriaSet, by: User) -> None:
    """Delete a draft with its criteria; the history keeps that it was there.

    Raises: MoveRefused when it is no draft, or a campaign uses it.
    """
    criteria_set = _lock(criteria_set)
    _require_draft(criteria_set)
    change = Change(criteria_set, "title", criteria_set.title, "")
    record(Action.SET_DELETED, criteria_set, by=by, changes=[change])
    try:
        criteria_set.delete()
    except ProtectedError:
        raise MoveRefused(_("A campaign uses this draft. Give the campaign another set first.")) from None


def _lock(criteria_set: CriteriaSet) -> CriteriaSet:
    locked = CriteriaSet.objects.select_for_update(of=("self",)).select_related("issuer")
    return locked.get(pk=criteria_set.pk)


def _require_draft(criteria_set: CriteriaSet) -> None:
    if criteria_set.is_frozen:
        raise MoveRefused(_("Published sets never change. Make a new version."))


def _set_status(criteria_set: CriteriaSet, status: SetStatus, action: Action, *, by: User | None) -> CriteriaSet:
    before = criteria_set.get_status_display()
    criteria_set.status = status
    criteria_set.save(update_fields=["status"])
    change = Change(criteria_set, "status", before, criteria_set.get_status_display())
    record(action, criteria_set, by=by, changes=[change])
    return criteria_set


def _create(
    content: SetContent, issuer: Unit, *, by: User | None, source: CriteriaSet | None = None
) -> CriteriaSet:
    """A new draft; `source` is the version that it was copied from."""
    criteria_set = CriteriaSet(issuer=issuer, frame=source.frame if source else None)
    _fill_set(criteria_set, content)
    criteria_set.save()
    _store_criteria(criteria_set, content.criteria, {})
    changes = [Change(criteria_set, "criteria", "", len(content.criteria))]
    if source:
        changes.append(Change(criteria_set, "copied_from", "", source))
    record(Action.SET_VERSIONED if source else Action.SET_IMPORTED, criteria_set, by=by, changes=changes)
    return criteria_set


def _renew(draft: CriteriaSet, content: SetContent, issuer: Unit, *, by: User | None) -> CriteriaSet:
    """Give a draft new content. Criteria are matched by code: whoever refers to one goes on doing so."""
    before = SetContent.of(Tree.of(draft))
    _fill_set(draft, content)
    draft.issuer = issuer
    draft.save()
    stored = {criterion.code: criterion for criterion in draft.criteria.all()}
    kept = _store_criteria(draft, content.criteria, stored)
    dropped = [criterion for code, criterion in stored.items() if code not in kept]
    changes = [*_set_changes(draft, before, content), *_criteria_changes(stored | kept, before, content)]
    record(Action.SET_IMPORTED, draft, by=by, changes=changes)
    try:
        Criterion.objects.filter(pk__in=[criterion.pk for criterion in dropped]).delete()
    except ProtectedError:
        codes = ", ".join(criterion.code for criterion in dropped)
        line = _("A campaign uses criteria that the new content leaves out (among %(codes)s).")
        raise MoveRefused(line % {"codes": codes}) from None
    return draft


def _fill_set(criteria_set: CriteriaSet, content: SetContent) -> None:
    for name in SET_ATTRIBUTES:
        setattr(criteria_set, name, getattr(content, name))
    criteria_set.level_names = list(content.level_names)


def _store_criteria(
    criteria_set: CriteriaSet, criteria: Sequence[CriterionContent], stored: Mapping[str, Criterion]
) -> dict[str, Criterion]:
    """Write criteria level by level, parents before children; `stored` ones are changed in place."""
    rows: dict[str, Criterion] = {}
    levels: dict[str, int] = {"": -1}
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
        Criterion.objects.bulk_create([row for row in of_level if row.pk is None])
    changed = ["parent", "section", "position", *CRITERION_ATTRIBUTES]
    Criterion.objects.bulk_update([row for row in rows.values() if row.code in stored], changed, batch_size=100)
    return rows


def _set_changes(draft: CriteriaSet, before: SetContent, after: SetContent) -> Iterable[Change]:
    for name in (*SET_ATTRIBUTES, "issuer", "level_names"):
        values = getattr(before, name), getattr(after, name)
        if values[0] != values[1]:
            yield Change(draft, name, *(_shown(value) for value in values))


def _criteria_changes(rows: Mapping[str, Criterion], before: SetContent, after: SetContent) -> Iterable[Change]:
    """What became of each criterion, matched by code."""
    old = {criterion.code: criterion for criterion in before.criteria}
    new = {criterion.code: criterion for criterion in after.criteria}
    for code, row in rows.items():
        if code not in old or code not in new:
            titles = (old[code].title if code in old else "", new[code].title if code in new else "")
            yield Change(row, "criterion", *titles)
            continue
        for name in ("parent", *CRITERION_ATTRIBUTES):
            values = getattr(old[code], name), getattr(new[code], name)
            if values[0] != values[1]:
                yield Change(row, name, *(_shown(value) for value in values))


def _shown(value: object) -> object:
    if isinstance(value, tuple):
        return "; ".join(map(str, value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value
