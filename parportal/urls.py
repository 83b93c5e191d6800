from allauth.account import views as allauth_views
from django.contrib import admin
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import include, path
from django.views.decorators.cache import never_cache


@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """Says "ok" to a load balancer; touches nothing."""
    return HttpResponse("ok", content_type="text/plain")


def favicon(request: HttpRequest) -> HttpResponse:
    return redirect(staticfiles_storage.url("img/mark.svg"))


urlpatterns = [
    # Only these pages of allauth: offices have no mail server, so nothing by e-mail.
    path("accounts/login/", allauth_views.login, name="account_login"),
    path("accounts/logout/", allauth_views.logout, name="account_logout"),
    path("accounts/signup/", allauth_views.signup, name="account_signup"),
    path("accounts/inactive/", allauth_views.account_inactive, name="account_inactive"),
    path("accounts/password/", allauth_views.password_change, name="account_change_password"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
    path("health", health, name="health"),
    path("favicon.ico", favicon, name="favicon"),
    path("", include("units.urls")),
    path("", include("parportal.entry.urls")),
    path("", include("parportal.jobs.urls")),
    path("", include("indicators.urls")),
    path("", include("plans.urls")),
    path("", include("scoring.urls")),
    path("", include("reports.urls")),
    path("", include("guide.urls")),
]

handler400 = "parportal.errors.bad_request"
handler403 = "parportal.errors.permission_denied"
handler404 = "parportal.errors.not_found"
handler500 = "parportal.errors.server_error"
