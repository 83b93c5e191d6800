"""Nobody passes without an account, nor with a one-time password beyond the page that replaces it."""

from collections.abc import Callable

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from parportal.middleware import wants_json
from units.models import User

# Pages that work before login (allauth's own, the language switch, service addresses).
OPEN_TO_ALL = {
    "account_login",
    "account_logout",
    "account_signup",
    "account_inactive",
    "set_language",
    "favicon",
    "health",
    "mail_off",
    "offline",
    "session",
    "sw",
}
OPEN_WITH_ONE_TIME_PASSWORD = OPEN_TO_ALL | {"account_change_password", "account_reauthenticate"}


def login_and_own_password(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else None
        if name in OPEN_TO_ALL:
            return None
        if not request.user.is_authenticated:
            if wants_json(request):
                return JsonResponse({"result": "signed_out"}, status=401)
            return redirect_to_login(request.get_full_path())
        must_change = isinstance(request.user, User) and request.user.must_change_password
        if must_change and name not in OPEN_WITH_ONE_TIME_PASSWORD:
            if wants_json(request):
                return JsonResponse({"result": "own_password"}, status=403)
            return redirect("account_change_password")
        return None

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware
