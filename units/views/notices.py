"""What a person was told: newest first, by day, marked as read on request."""

from itertools import groupby

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from parportal.entry.dates import format_date
from units.access import person

PAGE_ROWS = 30


@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    user = person(request)
    page = Paginator(user.notices.all(), PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "days": [
            (each, list(found))
            for each, found in groupby(page, key=lambda notice: format_date(timezone.localdate(notice.at)))
        ],
        "today": format_date(timezone.localdate()),
        "unread": user.notices.filter(read_at=None).count(),
    }
    return render(request, "units/notices.html", context)


@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    """Mark one notice (`notice`) or all of them as read."""
    unread = person(request).notices.filter(read_at=None)
    chosen = request.POST.get("notice", "")
    if chosen:
        unread = unread.filter(pk=int(chosen)) if chosen.isascii() and chosen.isdigit() else unread.none()
    unread.update(read_at=timezone.now())
    if not chosen:
        messages.success(request, _("All notices are marked as read."))
    return redirect("notices")
