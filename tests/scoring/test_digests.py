"""The e-mail of the day: one a person and day, what it says, how it is stopped."""

import re
from datetime import timedelta
from email.message import EmailMessage
from io import StringIO
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from scoring.models import Campaign
from tests.world import World
from units.mail import SIGNER, mail_off_path
from units.models import AuditEvent, Digest, Notice, User
from units.notices import notify

pytestmark = pytest.mark.any_database

HERE = "tests.scoring.test_digests"


class RefusingServer(EmailBackend):
    """A mail server that does not take the mail of officer A."""

    def send_messages(self, messages: Any) -> int:
        for each in messages:
            if "officer_a@" in each.to[0]:
                raise SMTPRecipientsRefused({each.to[0]: (550, b"no such mailbox")})
        return super().send_messages(messages)


class DyingServer(EmailBackend):
    """The process is killed after the first mail was taken."""

    def send_messages(self, messages: Any) -> int:
        if mail.outbox:
            raise KeyboardInterrupt
        return super().send_messages(messages)


class NoServer(EmailBackend):
    def open(self) -> bool:
        raise ConnectionRefusedError("no server listens there")


@pytest.fixture
def office(world: World, settings: Any) -> World:
    """Everybody has an address; the deadline is tomorrow."""
    settings.SENDS_MAIL = True
    settings.PORTAL_URL = "https://cchc.example.gov.vn"
    for user in User.objects.all():
        user.email = f"{user.username}@example.gov.vn"
        user.save(update_fields=["email"])
    Notice.objects.all().delete()
    Campaign.objects.update(self_score_due_at=timezone.now() + timedelta(days=1))
    return world


def run() -> None:
    call_command("send_reminders", stdout=StringIO())


def mailed() -> list[str]:
    return sorted(each.to[0].partition("@")[0] for each in mail.outbox)


def test_one_mail_a_person_and_day(office: World) -> None:
    run()
    assert mailed() == ["officer_a", "officer_b"]
    notify([office.officer_a], kind=Notice.Kind.RETURNED, subject="Phiếu bị trả lại", url="/sheets/")
    run()
    assert len(mail.outbox) == Digest.objects.count() == 2


def test_the_next_day_only_with_something_new(office: World) -> None:
    run()
    Digest.objects.update(on=timezone.localdate() - timedelta(days=1))
    mail.outbox.clear()
    run()
    assert mailed() == []
    notify([office.officer_a], kind=Notice.Kind.RETURNED, subject="Phiếu bị trả lại", url="/sheets/")
    notify([office.officer_b], kind=Notice.Kind.RETURNED, subject="Đã đọc rồi")
    Notice.objects.filter(subject="Đã đọc rồi").update(read_at=timezone.now())
    run()
    assert mailed() == ["officer_a"]
    assert "Phiếu bị trả lại" in mail.outbox[0].body
    assert "1" in mail.outbox[0].subject


def test_the_mail_is_plain_text_with_whole_addresses_and_the_work_that_waits(office: World) -> None:
    run()
    [found] = [each for each in mail.outbox if each.to == ["officer_a@example.gov.vn"]]
    sheet = reverse("sheet", args=[office.sheet(office.commune_a).pk])
    message: EmailMessage = found.message()
    assert message.get_content_type() == "text/plain"
    assert found.body.count(f"https://cchc.example.gov.vn{sheet}") == 2
    assert "Cán bộ officer_a" in found.body
    assert "Đợt chấm điểm thử" in found.body
    assert "&" not in found.body.replace(mail_off_path(office.officer_a), "")
    off = f"https://cchc.example.gov.vn{mail_off_path(office.officer_a)}"
    assert off in found.body
    assert message["List-Unsubscribe"].replace("\n", "").replace(" ", "") == f"<{off}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "\n\n\n" not in found.body


@pytest.mark.parametrize(
    "columns",
    [{"email": ""}, {"wants_mail": False}, {"is_active": False}],
    ids=["no address", "stopped", "closed"],
)
def test_who_gets_none(office: World, columns: dict[str, Any]) -> None:
    User.objects.filter(username="officer_a").update(**columns)
    run()
    assert "officer_a" not in mailed()
    assert "officer_b" in mailed()
    if "is_active" not in columns:
        assert office.officer_a.notices.filter(kind="due_soon").exists()


def test_training_stands_in_the_portal_only(office: World) -> None:
    notify([office.officer_a], kind=Notice.Kind.OPENED, subject="Đợt chấm điểm thử", url="/sheets/")
    Campaign.objects.update(training=True)
    run()
    assert office.officer_a.notices.filter(kind="due_soon").exists()
    assert mailed() == []


def test_without_a_mail_server_there_are_notices(office: World, settings: Any) -> None:
    settings.SENDS_MAIL = False
    run()
    assert mailed() == []
    assert office.officer_a.notices.exists()


# Failures ------------------------------------------------------------------------------------------------------
def test_a_refused_mail_does_not_stop_the_others_and_is_sent_by_the_next_run(
    office: World, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_BACKEND = f"{HERE}.RefusingServer"
    with pytest.raises(CommandError, match="1 of them failed"):
        run()
    assert mailed() == ["officer_b"]
    assert f"user {office.officer_a.pk} failed" in caplog.text
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    run()
    assert mailed() == ["officer_a", "officer_b"]


def test_a_killed_run_is_taken_up_by_the_next_one(office: World, settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{HERE}.DyingServer"
    with pytest.raises(KeyboardInterrupt):
        run()
    assert len(mail.outbox) == Digest.objects.count() == 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    run()
    assert mailed() == ["officer_a", "officer_b"]


def test_without_an_answer_of_the_server_nothing_is_marked_as_sent(office: World, settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{HERE}.NoServer"
    with pytest.raises(CommandError, match="no server listens there"):
        run()
    assert not Digest.objects.exists()
    assert office.officer_a.notices.filter(kind="due_soon").exists()


def test_two_runs_at_once_send_once(office: World, settings: Any) -> None:
    from scoring.management.commands.send_reminders import alone

    with alone(), pytest.raises(CommandError, match="another run"):
        run()
    run()
    assert len(mail.outbox) == 2


# Stopping it ---------------------------------------------------------------------------------------------------
def link_of_the_mail() -> str:
    found = re.search(r"https://cchc\.example\.gov\.vn(/mail/off/\S+)", str(mail.outbox[0].body))
    assert found
    return found[1]


def test_the_link_stops_the_mail_without_signing_in_once_it_is_confirmed(office: World) -> None:
    run()
    user, client = User.objects.get(email=mail.outbox[0].to[0]), Client(enforce_csrf_checks=True)
    page = client.get(link_of_the_mail())
    assert page.status_code == 200
    assert user.email not in page.content.decode()
    user.refresh_from_db()
    assert user.wants_mail
    assert client.post(link_of_the_mail(), {"List-Unsubscribe": "One-Click"}).status_code == 200
    user.refresh_from_db()
    assert not user.wants_mail
    event = AuditEvent.objects.filter(action="person.changed").get()
    assert (event.scope, event.by) == (user, user)
    client.post(link_of_the_mail(), {"wants": "yes"})
    user.refresh_from_db()
    assert user.wants_mail


@pytest.mark.parametrize("token", ["1", "1:forged", "x:y", "99999999999999999999:z"])
def test_a_forged_link_does_not_exist(office: World, client: Client, token: str) -> None:
    assert client.post(reverse("mail_off", args=[token])).status_code == 404


def test_a_link_of_a_closed_account_does_not_exist(office: World, client: Client) -> None:
    User.objects.filter(pk=office.officer_a.pk).update(is_active=False)
    assert client.get(mail_off_path(office.officer_a)).status_code == 404
    assert client.get(reverse("mail_off", args=[SIGNER.sign("0")])).status_code == 404


def test_the_switch_stands_on_the_page_of_notices(office: World, login: Any) -> None:
    client = login("officer_a")
    page = client.get(reverse("notices")).content.decode()
    assert "officer_a@example.gov.vn" in page
    client.post(reverse("mail_switch"))
    assert not User.objects.get(username="officer_a").wants_mail
    client.post(reverse("mail_switch"), {"wants": "yes"})
    assert User.objects.get(username="officer_a").wants_mail


def test_notices_stand_by_day(office: World, login: Any) -> None:
    for number in range(3):
        notify([office.officer_a], kind=Notice.Kind.RETURNED, subject=f"Việc {number}")
    Notice.objects.filter(subject="Việc 0").update(at=timezone.now() - timedelta(days=2))
    page = login("officer_a").get(reverse("notices")).content.decode()
    assert page.count('class="notices-day"') == 2
    assert f"{timezone.localdate():%d/%m/%Y}" in page
