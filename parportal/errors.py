"""Pages for what went wrong, in the portal's look: what happened, what was kept, what to do.

400, CSRF and 500 may come before the session or because of the database: their template uses no context
processor and no query. 403 and 404 are ordinary pages with the menu, so that a person can go on.
"""

import math

from axes.helpers import get_cool_off, get_failure_limit
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseForbidden,
    HttpResponseServerError,
    JsonResponse,
)
from django.shortcuts import render
from django.template.loader import render_to_string

from parportal.middleware import current_request_id, wants_json


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponseBadRequest(bare_page("400.html"))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The reason given to PermissionDenied is written for the person and shown as it is."""
    return render(request, "403.html", {"reason": str(exception)}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return HttpResponseServerError(bare_page("500.html"))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"result": "csrf"}, status=403)
    return HttpResponseForbidden(bare_page("403_csrf.html"))


def locked_out(
    request: HttpRequest,
    original_response: HttpResponse | None = None,
    credentials: dict[str, str] | None = None,
) -> HttpResponse:
    """What axes answers while an account is locked for an address; 429 tells when to come back."""
    cool_off = get_cool_off(request)
    seconds = math.ceil(cool_off.total_seconds()) if cool_off else 0
    context = {
        "failure_limit": get_failure_limit(request, credentials),
        "minutes": math.ceil(seconds / 60),
    }
    response: HttpResponse
    if wants_json(request):
        response = JsonResponse({"result": "locked_out", "minutes": context["minutes"]}, status=429)
    else:
        response = HttpResponse(bare_page("locked_out.html", context), status=429)
    if seconds:
        response.headers["Retry-After"] = str(seconds)
    return response


def bare_page(template: str, context: dict[str, int] | None = None) -> str:
    """A page rendered without a request, hence without context processors."""
    return render_to_string(template, {"request_id": current_request_id(), **(context or {})})
