"""What the scripts of a page ask for: the session, the service worker, the page for the time without a network."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from parportal.entry.receipts import user_key


@never_cache
@require_safe
def session(request: HttpRequest) -> JsonResponse:
    """Who is signed in now, and the token that this session's forms carry."""
    user = request.user
    known = {"user": user_key(user), "name": str(user)} if user.is_authenticated else {"user": None, "name": ""}
    return JsonResponse({**known, "csrf": get_token(request)})


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker of the score sheets: from the root, unhashed, asked for anew each time."""
    script = render_to_string("frame/sw.js")
    return HttpResponse(script, content_type="text/javascript", headers={"Cache-Control": "no-cache"})


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What the service worker shows for a page it does not keep; the same for everybody."""
    response = render(request, "offline.html")
    response.headers["Cache-Control"] = "no-cache"
    return response
