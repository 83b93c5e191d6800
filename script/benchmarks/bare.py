"""The two yardsticks: a bare view that reads one row, and a bare view that writes one."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test.utils import override_settings
from django.urls import path
from django.views.decorators.csrf import ensure_csrf_cookie

from scoring.models import Grade
from script.benchmarks.web_data import BARE_ROW

READ, WRITE = "/bare/read/", "/bare/write/"
# What `django-admin startproject` writes.
DEFAULT_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]


def read(request: HttpRequest) -> HttpResponse:
    """One SELECT, no middleware."""
    return JsonResponse({"name": Grade.objects.get(code=BARE_ROW).name})


@ensure_csrf_cookie
def write(request: HttpRequest) -> HttpResponse:
    """Session and CSRF checked, then one UPDATE."""
    if request.method == "POST":
        request.session.get("_auth_user_id")
        Grade.objects.filter(code=BARE_ROW).update(name=request.POST["name"])
    return HttpResponse("ok")


urlpatterns = [path("bare/read/", read), path("bare/write/", write)]


def handlers() -> dict[str, object]:
    """A handler for each yardstick, with its own middleware; the rest of the settings is the portal's."""
    from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

    class BareRequest(WSGIRequest):
        urlconf = __name__

    found: dict[str, object] = {}
    for address, middleware in ((READ, []), (WRITE, DEFAULT_MIDDLEWARE)):
        with override_settings(MIDDLEWARE=middleware):
            handler = WSGIHandler()
        handler.request_class = BareRequest
        found[address] = handler
    assert settings.MIDDLEWARE != DEFAULT_MIDDLEWARE
    return found
