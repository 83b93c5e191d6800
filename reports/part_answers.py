"""What the browser's script is answered about one section of a draft (JSON), and the texts that it had."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from parportal.display import moment
from reports.models import Report, ReportPart
from units.models import AuditChange

LATEST = 50


def saved_answer(part: ReportPart, typed: str) -> dict[str, Any]:
    """What follows on the page: who edited it, and that it is no longer only proposed or carried.

    The text goes back only when marks were changed (a bullet, a pasted table): blanks at its end are still being
    typed on.
    """
    is_tidied = part.text is not None and part.text.split() != typed.split()
    return {
        "result": "saved",
        "at": f"{timezone.localtime(part.updated_at):%H:%M}",
        "version": part.version,
        "state": "",
        "texts": {f"r{part.key}-at": edited(part), f"r{part.key}-mark": mark(part)},
        "html": {},
        "values": {"text": part.text} if is_tidied else {},
    }


def conflict_answer(part: ReportPart | None, words: str) -> JsonResponse:
    """Both texts: what was typed stays on the page, what is stored now comes with who and when."""
    values = {"text": part.text or "", "title": part.title} if part else {"text": "", "title": ""}
    theirs = {
        "text": values["text"] or _("the proposed text"),
        "who": str(part.updated_by or "") if part else "",
        "at": moment(part.updated_at) if part else "",
        "values": values,
    }
    version = part.version if part else 0
    told = [{"at": "", "text": words}]
    answer = {"result": "conflict", "version": version, "state": "error", "messages": told, "theirs": theirs}
    return JsonResponse(answer, status=409)


def edited(part: ReportPart) -> str:
    values = {"who": str(part.updated_by or ""), "when": moment(part.updated_at)}
    return _("edited by %(who)s, %(when)s") % values


def mark(part: ReportPart | None) -> str:
    """How the text came about, in two or three words."""
    if part is None or part.text is None:
        return _("proposed from the figures")
    if part.is_carried:
        return _("from an earlier report, to be checked")
    return _("written")


def texts_of(part: ReportPart) -> QuerySet[AuditChange]:
    """The changes of the text of a section, the latest first."""
    found = AuditChange.objects.filter(
        row_type=ContentType.objects.get_for_model(ReportPart),
        row_id=part.pk,
        attribute="text",
        event__scope_type=ContentType.objects.get_for_model(Report),
        event__scope_id=part.report_id,
    )
    return found.select_related("event__by").order_by("-event__at", "-pk")
