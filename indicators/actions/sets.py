"""Every write of a set of indicators: import as a draft, publication, retirement, deletion of a draft."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from json import dumps

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators.content import CHECK_PLAIN, PLAIN, IndicatorContent, SetContent, to_json
from indicators.lint import lint
from indicators.models import Check, Indicator, IndicatorSet, SetStatus
from indicators.workflow import MoveRefused
from parportal.entry.versions import check_version
from units.audit import Action, Change, record
from units.models import Unit, User


@dataclass(frozen=True, slots=True)
class Target:
    """Where a content goes. `draft` takes it; without one it becomes `version`, a new draft. `before` is what it
    is compared with: the draft, or the latest version. `refusal`, if any, says why it is not taken.
    """

    version: int
    draft: IndicatorSet | None = None
    before: IndicatorSet | None = None
    refusal: str = ""


def find_target(content: SetContent, *, office: Unit | None) -> Target:
    """Look up what the portal has under the code. `office` None is the operator, whose sets are everybody's."""
    of_code = IndicatorSet.objects.filter(code=content.code)
    if of_code.exclude(office=office).exists():
        line = _("The code %(code)s belongs to a set of another office. Give the set a code of your own.")
        return Target(content.version, refusal=line % {"code": content.code})
    draft = of_code.filter(status=SetStatus.DRAFT).order_by("-version").first()
    if draft:
        return Target(draft.version, draft, draft)
    latest = of_code.order_by("-version").first()
    return Target(latest.version + 1 if latest else max(content.version, 1), before=latest)


@transaction.atomic
def import_set(
    *, content: SetContent, office: Unit | None, by: User | None, seen: int | str | None = None
) -> IndicatorSet:
    """Store a content as a draft, a new version where none is in preparation; a draft takes it whole.

    `seen` is the fingerprint of the draft in the preview.
    Raises: MoveRefused for a content that cannot be stored, or a code of another office; StaleVersion when the
    draft is not what the preview showed.
    """
    list(IndicatorSet.objects.select_for_update().filter(code=content.code))
    target = find_target(content, office=office)
    if target.refusal:
        raise MoveRefused(target.refusal)
    if seen is not None:
        check_version(fingerprint(target.draft), seen)
    if faults := lint(content):
        raise MoveRefused(" ".join(each.line for each in faults))
    found = target.draft or IndicatorSet(code=content.code, version=target.version, office=office)
    found.title, found.source = content.title, content.source
    found.save()
    _store(found, content)
    changes = [
        Change(found, "indicators", "", len(content.indicators)),
        Change(found, "checks", "", len(content.checks)),
    ]
    record(Action.INDICATORS_IMPORTED, found, by=by, changes=changes)
    return found


@transaction.atomic
def publish_set(*, indicator_set: IndicatorSet, by: User | None, seen: int | str | None = None) -> IndicatorSet:
    """Publish a draft; from now on it never changes.

    Raises: MoveRefused when it is no draft, or the lint finds something; StaleVersion when it is not what was
    read.
    """
    found = _lock(indicator_set)
    _require_draft(found)
    if seen is not None:
        check_version(fingerprint(found), seen)
    if count := len(lint(SetContent.of(found))):
        line = ngettext(
            "%(count)s fault keeps this set from being published.",
            "%(count)s faults keep this set from being published.",
            count,
        )
        raise MoveRefused(line % {"count": count})
    return _set_status(found, SetStatus.PUBLISHED, Action.INDICATORS_PUBLISHED, by=by)


@transaction.atomic
def retire_set(*, indicator_set: IndicatorSet, by: User | None) -> IndicatorSet:
    """Take a published set out of use: no new period asks by it, what used it stays as it is.

    Raises: MoveRefused when the set is not published.
    """
    found = _lock(indicator_set)
    if found.status != SetStatus.PUBLISHED:
        raise MoveRefused(_("Only a published set can be retired."))
    return _set_status(found, SetStatus.RETIRED, Action.INDICATORS_RETIRED, by=by)


@transaction.atomic
def delete_draft(*, indicator_set: IndicatorSet, by: User | None) -> None:
    """Delete a draft; the history keeps that it was there.

    Raises: MoveRefused when it is no draft, or a period uses it.
    """
    found = _lock(indicator_set)
    _require_draft(found)
    record(Action.INDICATORS_DELETED, found, by=by, changes=[Change(found, "title", found.title, "")])
    try:
        found.delete()
    except ProtectedError:
        raise MoveRefused(_("A reporting period uses this draft. Delete the period first.")) from None


def fingerprint(indicator_set: IndicatorSet | None) -> int:
    """A number that stands for what a stored set says, as a version stands for a row; 0 for none."""
    if indicator_set is None:
        return 0
    return int(sha256(dumps(to_json(SetContent.of(indicator_set))).encode()).hexdigest()[:14], 16)


def stored_as(content: SetContent) -> IndicatorSet | None:
    """The stored version that says exactly this under the same number."""
    stored = IndicatorSet.objects.filter(code=content.code, version=content.version).first()
    return stored if stored and SetContent.of(stored) == content else None


def _lock(indicator_set: IndicatorSet) -> IndicatorSet:
    return IndicatorSet.objects.select_for_update().get(pk=indicator_set.pk)


def _require_draft(indicator_set: IndicatorSet) -> None:
    if indicator_set.is_frozen:
        raise MoveRefused(_("Published sets never change. Make a new version."))


def _set_status(found: IndicatorSet, status: SetStatus, action: Action, *, by: User | None) -> IndicatorSet:
    before = found.get_status_display()
    found.status = status
    found.save(update_fields=["status"])
    record(action, found, by=by, changes=[Change(found, "status", before, found.get_status_display())])
    return found


def _store(found: IndicatorSet, content: SetContent) -> None:
    """Put the content in the place of what the draft held.

    Raises: MoveRefused when rows of a return stand by an indicator of the draft.
    """
    try:
        found.indicators.all().delete()
    except ProtectedError:
        raise MoveRefused(_("Figures have been reported by this draft already.")) from None
    found.checks.all().delete()
    nodes = [_indicator(found, each, place) for place, (each, _d) in enumerate(content.walk(), 1)]
    Indicator.objects.bulk_create(nodes)
    by_code = {each.code: each for each in nodes}
    for each in content.indicators:
        node = by_code[each.code]
        node.parent = by_code.get(each.parent)
        node.numerator, node.denominator = by_code.get(each.numerator), by_code.get(each.denominator)
    Indicator.objects.bulk_update(nodes, ["parent", "numerator", "denominator"])
    Check.objects.bulk_create(
        Check(
            set=found,
            position=place,
            explained_by=by_code.get(check.explained_by),
            **{name: getattr(check, name) for name in CHECK_PLAIN},
        )
        for place, check in enumerate(content.checks, 1)
    )


def _indicator(found: IndicatorSet, each: IndicatorContent, place: int) -> Indicator:
    columns = {name: getattr(each, name) for name in PLAIN}
    return Indicator(
        set=found,
        position=place,
        options=[list(pair) for pair in each.options],
        table_lines=[list(pair) for pair in each.table_lines],
        levels=list(each.levels),
        **columns,
    )
