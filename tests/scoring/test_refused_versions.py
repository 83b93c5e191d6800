"""A refused save does not pass over what another one saved meanwhile: the next one is still asked."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from scoring.actions.appraisals import save_loss
from scoring.models import Appraisal, Loss, Score
from tests.scoring.test_appraisal_workbench import HTMX, decided_by_the_other, page
from tests.world import World
from units.models import Party

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]


def save(client: Client, score: Score, name: str = "appraisal_row", **data: Any) -> HttpResponse:
    url = reverse(name, args=[score.sheet_id, score.criterion_id])
    return client.post(url, data, **HTMX)  # type: ignore[arg-type,return-value]


def version_in(response: HttpResponse) -> str:
    found = re.search(r'name="version" value="([^"]*)"', response.content.decode())
    assert found
    return found[1]


@pytest.mark.parametrize("points", ["2,5", ""])
def test_after_a_refused_value_the_second_is_told(world: World, login: Login, points: str) -> None:
    score = decided_by_the_other(world)
    client = login("justice_officer")
    refused = save(client, score, version="0", points=points, reason="Đủ một nửa")
    assert refused.status_code == 422
    told = save(client, score, version=version_in(refused), points="1,5", reason="Đủ một nửa")
    assert told.status_code == 409
    assert "1,00 · Thiếu hồ sơ" in told.content.decode()
    assert Appraisal.objects.get().points == 1


def test_who_chose_and_was_refused_need_not_choose_again(world: World, login: Login) -> None:
    score = decided_by_the_other(world)
    client = login("justice_officer")
    refused = save(client, score, version="0", keep="1", again="", points="1,5", reason="")
    assert refused.status_code == 422
    kept = save(client, score, version=version_in(refused), points="1,5", reason="Đủ một nửa")
    assert kept.status_code == 200
    assert Appraisal.objects.get().reason == "Đủ một nửa"


def test_after_a_refused_party_the_second_at_a_loss_is_told(world: World, login: Login) -> None:
    score = decided_by_the_other(world)
    client = login("justice_officer")
    party = Party.objects.get(code="614-TP")
    save_loss(score=score, cause="Gửi trễ", responsible=[(party, "lead")], version=0, by=world.coordinator)
    refused = save(
        client, score, "appraisal_loss", version="0", cause="Mất hồ sơ", party="Phòng Không Có", role=""
    )
    assert refused.status_code == 422
    version = version_in(refused)
    told = save(client, score, "appraisal_loss", version=version, cause="Mất hồ sơ", party=party.name, role="lead")
    assert told.status_code == 409
    assert Loss.objects.get().cause == "Gửi trễ"
    assert "Gửi trễ" in page(client, score.sheet_id)
