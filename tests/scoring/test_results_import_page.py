from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from scoring.models import Campaign
from tests.scoring.results_world import FIXTURES, KON_RAY, load_kon_ray_units
from tests.world import World, person
from units.access import Role
from units.models import AuditEvent, Unit

pytestmark = pytest.mark.any_database

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
Login = Callable[[str], Client]


@pytest.fixture
def kon_ray(db: None) -> Client:
    """The client of Kon Ray's coordinator."""
    load_kon_ray_units()
    district = Unit.objects.get(code="614")
    client = Client()
    client.force_login(person("kon_ray", (Role.COORDINATOR, district)), backend=BACKEND)
    return client


def upload(client: Client, path: Path, content: bytes | None = None) -> Any:
    file = SimpleUploadedFile(path.name, path.read_bytes() if content is None else content)
    return client.post(reverse("results_import"), {"file": file})


@pytest.mark.parametrize("path", [KON_RAY, FIXTURES / "kon-ray-2021-commune.xlsx"])
def test_a_preview_shows_the_differences_and_keeps_nothing(kon_ray: Client, path: Path) -> None:
    response = upload(kon_ray, path)
    page = response.content.decode()
    assert response.status_code == 200
    for figure in ("76,65", "78,15", "80,68", "82,26"):
        assert figure in page
    assert not Campaign.objects.exists()
    assert not AuditEvent.objects.exists()


def test_a_confirmed_import_stays_closed_until_somebody_publishes_it(kon_ray: Client) -> None:
    sealed = upload(kon_ray, KON_RAY).context["sealed"]
    response = kon_ray.post(reverse("results_import"), {"sealed": sealed})
    campaign = Campaign.objects.get()
    assert response["Location"] == reverse("campaign", args=[campaign.code])
    assert campaign.status == "closed"
    page = kon_ray.get(reverse("campaign_publication", args=[campaign.code])).content.decode()
    assert "82,26" in page


def test_an_amendment_needs_its_reason(kon_ray: Client) -> None:
    call_command("import_results", KON_RAY, verbosity=0)
    changed = KON_RAY.read_text().replace(
        "total: 78.15, max: 95, index: 82.26", "total: 76.65, max: 95, index: 80.68", 1
    )
    response = upload(kon_ray, KON_RAY, changed.encode())
    sealed = response.context["sealed"]
    assert response.context["needs_reason"]
    assert kon_ray.post(reverse("results_import"), {"sealed": sealed, "reason": " "}).status_code == 422
    assert Campaign.objects.get().status == "published"
    kon_ray.post(reverse("results_import"), {"sealed": sealed, "reason": "đính chính"})
    assert Campaign.objects.get().status == "amended"


def test_the_same_file_again_offers_nothing(kon_ray: Client) -> None:
    call_command("import_results", KON_RAY, verbosity=0)
    assert upload(kon_ray, KON_RAY).context["stored"].is_unchanged


def test_a_preview_cannot_be_altered(kon_ray: Client) -> None:
    sealed = upload(kon_ray, KON_RAY).context["sealed"]
    assert kon_ray.post(reverse("results_import"), {"sealed": sealed[:-2]}).status_code == 422
    assert not Campaign.objects.exists()


@pytest.mark.parametrize("content", [b"", b"fields: [", b"a: 1", b"\x00" * 10])
def test_a_broken_file_is_refused_in_words(kon_ray: Client, content: bytes) -> None:
    assert upload(kon_ray, KON_RAY, content).status_code == 422
    assert upload(kon_ray, FIXTURES / "kon-ray-2021-commune.xlsx", content).status_code == 422


def test_a_coordinator_of_another_office_is_refused(kon_ray: Client) -> None:
    other = person("other", (Role.COORDINATOR, Unit.objects.get(code="62", valid_from="2004-07-08")))
    client = Client()
    client.force_login(other, backend=BACKEND)
    assert upload(client, KON_RAY).status_code == 422
    assert not Campaign.objects.exists()


@pytest.mark.parametrize("name", ["officer_a", "district_leader", "justice_officer", "administrator"])
def test_only_coordinators_import(world: World, login: Login, name: str) -> None:
    assert login(name).get(reverse("results_import")).status_code == 403
