"""Mail to people: addresses of the portal's pages, and the link by which a person stops it without signing in."""

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from units.models import User

SIGNER = Signer(salt="units.mail")


def absolute(path: str) -> str:
    """A page of the portal as a mail names it."""
    return f"{settings.PORTAL_URL}{path}"


def mail_off_path(user: User) -> str:
    """The page on which whoever holds the mail stops the next ones; it works as long as the account exists."""
    return reverse("mail_off", args=[SIGNER.sign(str(user.pk))])


def user_of_token(token: str) -> User | None:
    """The active person for whom a link was signed; nobody for a token that was not made here."""
    try:
        pk = SIGNER.unsign(token)
    except BadSignature:
        return None
    return User.objects.filter(pk=pk, is_active=True).first()
