"""An archived edition as data: what is filed with its papers, and a report put back to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from reports.drafts import HEAD_FIELDS
from reports.freezing import as_data, from_data
from reports.models import FileKind, Report, ReportFile
from reports.workflow import MoveRefused


def frozen_data(report: Report) -> bytes:
    """Head, text and figures of an edition as JSON: readable without the portal."""
    head: Mapping[str, Any] = {name: as_data(getattr(report, name)) for name in HEAD_FIELDS}
    data = {
        "kind": report.kind,
        "unit": {"code": report.unit.code, "name": report.unit.name},
        "year": report.year,
        "period": report.period,
        "campaign": report.campaign.code if report.campaign else "",
        "edition": report.edition,
        "head": head,
        **(report.frozen or {}),
    }
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True).encode()


def put_back(report: Report) -> None:
    """Head, text and figures of the edition before, as they were archived; sections keep what was written since.

    Raises: MoveRefused.
    """
    edition = report.edition - 1
    try:
        kept = report.files.get(format=FileKind.DATA, is_final=True, edition=edition)
        with kept.file.open("rb") as stored:
            data = json.load(stored)
        head = {name: from_data(data["head"][name]) for name in HEAD_FIELDS}
        frozen = {name: data[name] for name in ("document", "figures")}
    except (ReportFile.DoesNotExist, OSError, ValueError, KeyError):
        text = _("The archived data of edition %(edition)s cannot be read: the correction stays.")
        raise MoveRefused(text % {"edition": edition}) from None
    for name, value in head.items():
        setattr(report, name, value)
    report.edition, report.frozen = edition, frozen
