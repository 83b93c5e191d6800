"""The portal's side of login: no sign-up, one-time passwords end at the first change, axes knows the user name."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from axes.helpers import get_cool_off, get_failure_limit
from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from units.audit import Action, record
from units.models import User


class ClosedSignup(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by coordinators; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def clean_password(self, password: str, user: User | None = None) -> str:
        """The new password must differ from the one it replaces.

        Raises: ValidationError.
        """
        if user is not None and user.pk and user.check_password(password):
            raise ValidationError(_("Choose a password that differs from the present one."))
        cleaned: str = super().clean_password(password, user)
        return cleaned

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Tell axes the name, which it looks for under the login form's field `login`.

        Without a name axes would count the failures of all accounts of an address together.
        """
        if username := credentials.get("username"):
            credentials["login"] = login_name(username)
        found: AbstractBaseUser | None = super().authenticate(request, **credentials)
        return found

    @transaction.atomic
    def set_password(self, user: User, password: str) -> None:
        """A person's own change of password: the one-time password is over, and the history says so."""
        user.set_password(password)
        user.must_change_password = False
        user.save(update_fields=["password", "must_change_password"])
        record(Action.PASSWORD_CHANGED, user, by=user)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return resolve_url(settings.LOGIN_REDIRECT_URL)


def login_name(username: str) -> str:
    """The form in which failed logins are counted: allauth finds accounts without regard to capitals."""
    return username.strip().lower()


def lift_lock(user: User) -> int:
    """Forget the failed logins of an account; how many there were."""
    return int(reset(username=login_name(user.username)))


def locked_names() -> set[str]:
    """User names (see `login_name`) that are locked now for at least one address."""
    cool_off = get_cool_off()
    attempts = AccessAttempt.objects.all()
    if cool_off is not None:
        attempts = attempts.filter(attempt_time__gte=timezone.now() - cool_off)
    tallies = attempts.values("username", "ip_address").annotate(failures=Sum("failures_since_start"))
    limit = get_failure_limit(None, None)
    return {tally["username"] for tally in tallies if tally["username"] and tally["failures"] >= limit}
