"""Many targets of a plan at once: those accepted from a workbook."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from parportal.entry.versions import StaleVersion, check_version
from plans.actions.targets import add_target, store_target
from plans.importing.targets_reading import TargetSaid
from plans.models import Plan
from plans.target_entry import leads_by_code
from units.audit import Action, Change, record
from units.models import User


@transaction.atomic
def import_targets(*, plan: Plan, said: Collection[TargetSaid], file_name: str, by: User) -> int:
    """Store what a preview showed, all of it or nothing. Units: how many targets were added or changed.

    Raises: StaleVersion when one of them was changed or removed after the preview.
    """
    locked = Plan.objects.select_for_update(of=("self",)).select_related("owner").get(pk=plan.pk)
    keys = [each.key for each in said if each.key is not None]
    stored = {each.pk: each for each in locked.targets.select_for_update().filter(pk__in=keys)}
    parties = leads_by_code(locked)
    changes: list[Change] = []
    for each in said:
        leads = [parties[code] for code in each.leads if code in parties]
        target = each.as_target(locked)
        if each.key is None:
            changes += add_target(locked, target, leads)
            continue
        found = stored.get(each.key)
        if found is None:
            raise StaleVersion(0, each.version)
        check_version(found.version, each.version)
        changes += store_target(found, target, leads)
    record(Action.TARGETS_IMPORTED, locked, by=by, reason=file_name, changes=changes)
    return len(said)
