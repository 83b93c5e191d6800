"""E-mail on and off: on the page of notices, and by the link in a mail."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from units.access import person
from units.actions.mail import set_wants_mail
from units.mail import user_of_token


@require_POST
def mail_switch(request: HttpRequest) -> HttpResponse:
    """The person's own switch (`wants`: "yes" or nothing)."""
    user = person(request)
    wants = request.POST.get("wants") == "yes"
    set_wants_mail(user=user, wants=wants, by=user)
    messages.success(request, _("You get reminders by e-mail.") if wants else _("You get no more e-mail."))
    return redirect("notices")


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def mail_off(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the mail without signing in: the link is signed.

    Only a POST changes something, because programs that look through mails open every link. Mail programs with a
    button of their own send one, without a CSRF token (RFC 8058).
    """
    user = user_of_token(token)
    if user is None:
        raise Http404
    if request.method == "POST":
        set_wants_mail(user=user, wants=request.POST.get("wants") == "yes", by=user)
    context = {"address": hidden(user.email), "wants": user.wants_mail, "done": request.method == "POST"}
    return render(request, "units/mail_off.html", context)


def hidden(address: str) -> str:
    """An address as its owner recognises it: n…@example.gov.vn."""
    name, _at, host = address.partition("@")
    return f"{name[:1]}…@{host}" if host else "…"
