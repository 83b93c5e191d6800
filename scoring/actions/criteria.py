"""Every write of a criteria set: import, publication, retirement, new version, deletion of a draft."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from django.db import transaction
from django.db.models import Max, ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parportal.entry.problems import ImportProblem, ImportProblems
from parportal.entry.versions import check_version
from scoring.actions.contents import Step, fill_set, keep_step, renew, store_criteria
from scoring.content import SetContent
from scoring.importing.criteria_layout import SET
from scoring.importing.criteria_target import find_target
from scoring.lint import lint_stored
from scoring.models import Acknowledgement, CriteriaSet, SetStatus
from scoring.tree import Tree
from scoring.workflow import MoveRefused
from units.audit import Action, Change, record
from units.models import Unit, User


@transaction.atomic
def import_criteria_set(*, content: SetContent, by: User | None, revision: int | None = None) -> CriteriaSet:
    """Store a checked workbook as a draft; a draft of the same code and version takes its content.

    `by` None is the operator of the server; `revision` is that of the draft in the preview, 0 without a draft.
    Raises: ImportProblems when meanwhile something came to stand against it; MoveRefused when a campaign uses
    a criterion that the content leaves out; StaleVersion when the draft is not what the preview showed.
    """
    list(CriteriaSet.objects.select_for_update().filter(code=content.code))
    target = find_target(content, by=by)
    if target.refusals or target.issuer is None:
        raise ImportProblems(
            tuple(ImportProblem(SET, "", str(getattr(content, key)), why) for key, why in target.refusals)
        )
    if revision is not None:
        check_version(target.draft.revision if target.draft else 0, revision)
    if target.draft is None:
        return create_draft(content, target.issuer, by=by, action=Action.SET_IMPORTED, frame=target.frame)
    return _take(target.draft, content, target.issuer, by=by)


@transaction.atomic
def publish_set(
    *, criteria_set: CriteriaSet, by: User | None, reason: str = "", revision: str | None = None
) -> CriteriaSet:
    """Publish a draft; from now on it never changes.

    `reason` takes note of all open warnings at once: for the operator of the server, who has no page to do it on;
    `revision` is what a person read on the page.
    Raises: MoveRefused when it is no draft, or the lint finds errors, or warnings that nobody acknowledged;
    StaleVersion.
    """
    criteria_set = lock_set(criteria_set)
    require_draft(criteria_set)
    if revision is not None:
        check_version(criteria_set.revision, revision)
    findings = lint_stored(criteria_set)
    acknowledged = set(criteria_set.acknowledgements.values_list("finding", flat=True))
    errors = sum(finding.is_error for finding in findings)
    warnings = [each for each in findings if not each.is_error and each.key not in acknowledged]
    if errors or (warnings and not reason.strip()):
        raise MoveRefused(" ".join(_why_unpublished(errors, len(warnings))))
    if warnings:
        changes = [Change(criteria_set, "warning", "", finding.line) for finding in warnings]
        record(Action.WARNING_ACKNOWLEDGED, criteria_set, by=by, reason=reason.strip(), changes=changes)
    criteria_set.steps.all().delete()  # nothing is undone any more
    return _set_status(criteria_set, SetStatus.PUBLISHED, Action.SET_PUBLISHED, by=by)


def _why_unpublished(errors: int, warnings: int) -> Iterator[str]:
    if errors:
        line = ngettext(
            "%(count)s error keeps this set from being published. The page of the set tells it.",
            "%(count)s errors keep this set from being published. The page of the set lists them.",
            errors,
        )
        yield line % {"count": errors}
    if warnings:
        line = ngettext(
            "%(count)s warning has not been acknowledged yet.",
            "%(count)s warnings have not been acknowledged yet.",
            warnings,
        )
        yield line % {"count": warnings}


@transaction.atomic
def retire_set(*, criteria_set: CriteriaSet, by: User) -> CriteriaSet:
    """Take a published set out of use: no new campaign takes it, what used it stays as it is.

    Raises: MoveRefused when the set is not published.
    """
    criteria_set = lock_set(criteria_set)
    if criteria_set.status != SetStatus.PUBLISHED:
        raise MoveRefused(_("Only a published set can be retired."))
    return _set_status(criteria_set, SetStatus.RETIRED, Action.SET_RETIRED, by=by)


@transaction.atomic
def new_version(*, criteria_set: CriteriaSet, by: User) -> CriteriaSet:
    """Copy a set as a draft under the next free version, with the acknowledgements that still hold.

    Raises: MoveRefused when the set is itself a draft, or a draft of a later version exists already.
    """
    criteria_set = lock_set(criteria_set)
    if not criteria_set.is_frozen:
        raise MoveRefused(_("This set is a draft itself. Edit it."))
    of_code = CriteriaSet.objects.filter(code=criteria_set.code)
    if draft := of_code.filter(status=SetStatus.DRAFT).first():
        raise MoveRefused(_("There is a draft already: version %(version)s.") % {"version": draft.version})
    latest: int = of_code.aggregate(latest=Max("version"))["latest"]
    content = replace(SetContent.of(Tree.of(criteria_set)), version=latest + 1)
    copy = create_draft(
        content,
        criteria_set.issuer,
        by=by,
        action=Action.SET_VERSIONED,
        frame=criteria_set.frame,
        source=criteria_set,
    )
    warnings = {finding.key for finding in lint_stored(copy, content) if not finding.is_error}
    Acknowledgement.objects.bulk_create(
        Acknowledgement(criteria_set=copy, finding=each.finding, reason=each.reason, by=each.by, at=each.at)
        for each in criteria_set.acknowledgements.select_related("by")
        if each.finding in warnings
    )
    return copy


@transaction.atomic
def delete_draft(*, criteria_set: CriteriaSet, by: User) -> None:
    """Delete a draft with its criteria; the history keeps that it was there.

    Raises: MoveRefused when it is no draft, or a campaign uses it.
    """
    criteria_set = lock_set(criteria_set)
    require_draft(criteria_set)
    change = Change(criteria_set, "title", criteria_set.title, "")
    record(Action.SET_DELETED, criteria_set, by=by, changes=[change])
    try:
        criteria_set.delete()
    except ProtectedError:
        raise MoveRefused(_("A campaign uses this draft. Give the campaign another set first.")) from None


def lock_set(criteria_set: CriteriaSet) -> CriteriaSet:
    locked = CriteriaSet.objects.select_for_update(of=("self",)).select_related("issuer")
    return locked.get(pk=criteria_set.pk)


def require_draft(criteria_set: CriteriaSet) -> None:
    if criteria_set.is_frozen:
        raise MoveRefused(_("Published sets never change. Make a new version."))


def _set_status(criteria_set: CriteriaSet, status: SetStatus, action: Action, *, by: User | None) -> CriteriaSet:
    before = criteria_set.get_status_display()
    criteria_set.status = status
    criteria_set.save(update_fields=["status"])
    change = Change(criteria_set, "status", before, criteria_set.get_status_display())
    record(action, criteria_set, by=by, changes=[change])
    return criteria_set


def create_draft(
    content: SetContent,
    issuer: Unit,
    *,
    by: User | None,
    action: Action,
    frame: CriteriaSet | None = None,
    source: CriteriaSet | None = None,
) -> CriteriaSet:
    """A new draft (inside a transaction); `source` is what it was copied from."""
    criteria_set = CriteriaSet(issuer=issuer, frame=frame)
    fill_set(criteria_set, content)
    criteria_set.save()
    store_criteria(criteria_set, content.criteria, {})
    changes = [Change(criteria_set, "criteria", "", len(content.criteria))]
    if source:
        changes.append(Change(criteria_set, "copied_from", "", source))
    if frame:
        changes.append(Change(criteria_set, "frame", "", frame))
    record(action, criteria_set, by=by, changes=changes)
    return criteria_set


def _take(draft: CriteriaSet, content: SetContent, issuer: Unit, *, by: User | None) -> CriteriaSet:
    """Give a draft new content. Criteria are matched by code: whoever refers to one goes on doing so."""
    draft.issuer = issuer
    step = Step(Action.SET_IMPORTED, _("imported a workbook"))
    before = renew(draft, content, step, by=by)
    keep_step(draft, step, before, by=by)
    return draft
