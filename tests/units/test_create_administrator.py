"""The command that opens the first account of all."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from tests.world import World
from units.access import Role
from units.audit import Action
from units.models import AuditEvent, User


def run(username: str, unit: str = "614") -> str:
    out = StringIO()
    call_command("create_administrator", username, full_name="Quản trị  hệ thống", unit=unit, stdout=out)
    return out.getvalue()


def test_the_first_administrator_signs_in_with_the_printed_password_and_must_change_it(
    world: World, client: Client
) -> None:
    password = run("QuanTri").split()[-1]
    made = User.objects.get(username="quantri")
    assert made.full_name == "Quản trị hệ thống"
    assert made.has_role(Role.ADMINISTRATOR, world.district)
    client.post(reverse("account_login"), {"login": "quantri", "password": password})
    response = client.get(reverse("admin:index"))
    assert response.status_code == 302
    assert response.headers["Location"] == reverse("account_change_password")
    (event,) = AuditEvent.objects.about(made)
    assert (event.action, event.by) == (Action.PERSON_CREATED, None)


@pytest.mark.parametrize(
    ("username", "unit"), [("officer_a", "614"), ("OFFICER_A", "614"), ("quan tri", "614"), ("quantri", "999")]
)
def test_what_cannot_be_opened_is_refused_in_one_line(world: World, username: str, unit: str) -> None:
    count = User.objects.count()
    with pytest.raises(CommandError) as refused:
        run(username, unit)
    assert "\n" not in str(refused.value)
    assert User.objects.count() == count
