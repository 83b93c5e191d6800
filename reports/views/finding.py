"""How a request gets to its report: what a person may not see does not exist."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from reports.models import OF_CAMPAIGN, WRITERS, Report, ReportKind
from units.access import find, require
from units.models import User

# What tells who writes a report and how it is called; the joins of `OF_PAPER` cost a request some milliseconds.
OF_REPORT = ("unit", "campaign")


def report_seen(user: User, pk: int, related: Sequence[str] = OF_REPORT) -> Report:
    """Shapes: `related` is `OF_PAPER` where the paper is built. Raises: Http404."""
    return find(Report.objects.visible_to(user).select_related(*related), pk=pk)


def report_written(user: User, pk: int, related: Sequence[str] = OF_REPORT) -> Report:
    """The report, for those who write it.

    Raises: Http404, PermissionDenied for whom it was only sent to.
    """
    found = report_seen(user, pk, related)
    require(is_written_by(found, user), _("Only the unit that issues a paper works on its draft."))
    return found


def is_written_by(report: Report, user: User) -> bool:
    """As `Report.objects.editable_by`, without a query."""
    is_run = report.campaign is not None and report.campaign.governed_by(user)
    if report.kind in OF_CAMPAIGN:
        return is_run
    is_analysis = report.kind == ReportKind.RESPONSIBILITY_ANALYSIS
    return report.unit_id in user.units_as(*WRITERS) or (is_analysis and is_run)
