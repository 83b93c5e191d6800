"""The own sheet, scored by a parent outside the portal: the case of Kon Rẫy in small."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from scoring.actions.appraisals import AppraisalEntry, save_appraisal
from scoring.actions.campaigns import open_campaign
from scoring.actions.scores import RowEntry, save_score
from scoring.models import Appraisal, Campaign, CampaignStatus, Score, SheetStatus, UnitResult
from scoring.rules import LeafState
from scoring.workflow import MoveRefused
from tests.scoring.appraising import at_most
from tests.world import World, person
from units.access import Role
from units.audit import Action
from units.models import AuditEvent

Login = Callable[[str], Client]


@pytest.fixture
def external(world: World) -> Campaign:
    campaign = Campaign.objects.create(
        code="huyen-2021",
        title="Chỉ số CCHC năm 2021 của huyện",
        owner=world.province,
        external=True,
        kept_by=world.district,
        criteria_set=world.criteria_set,
        year=2021,
        grade_scale=world.campaign.grade_scale,
    )
    UnitResult.objects.create(campaign=campaign, unit=world.district)
    return open_campaign(campaign=campaign, by=world.coordinator)


def score_of(campaign: Campaign, code: str) -> Score:
    return Score.objects.for_saving().get(sheet__campaign=campaign, criterion__code=code)


def save(client: Client, campaign: Campaign, code: str, **data: Any) -> Any:
    score = score_of(campaign, code)
    address = reverse("appraisal_row", args=[score.sheet_id, score.criterion_id])
    return client.post(address, {"version": "0", **data}, HTTP_HX_REQUEST="true")


def record(client: Client, campaign: Campaign, **data: Any) -> Any:
    campaign.refresh_from_db()
    filled = {
        "version": campaign.version,
        "decision_number": "35/QĐ-UBND",
        "decision_on": "12/8/2022",
        "self_total_points": "9,50",
        "survey_points": "",
        "published_points": "9.91",
        "published_max_points": "12",
        "published_index": "82,58",
        "published_grade": "Tốt",
        "published_rank": "5",
        "ranked_units": "10",
    }
    return client.post(reverse("external_result", args=[campaign.code]), {**filled, **data})


def lose(client: Client, campaign: Campaign) -> None:
    """1.2.1 from its facts: 1.91 of 3; 2.1 gets 1 of 2; the rest full: 9.91 of 12."""
    facts = {"answer-on_time": "13", "answer-late": "11", "answer-undone": "5"}
    assert save(client, campaign, "1.2.1", how="facts", reason="5 nhiệm vụ chưa xong", **facts).status_code == 200
    assert save(client, campaign, "2.1", points="1", reason="Chưa xử lý hết").status_code == 200
    sheet = campaign.sheets.get()
    client.post(reverse("appraisal_accept_rest", args=[sheet.pk]))


def test_points_by_leaf_are_recorded_in_the_external_round(world: World, login: Login, external: Campaign) -> None:
    client = login("coordinator")
    lose(client, external)
    assert set(Appraisal.objects.values_list("round", flat=True)) == {"external"}
    result = UnitResult.objects.get(campaign=external)
    assert (result.earned_points, result.applicable_max_points) == (Decimal("9.91"), Decimal(12))
    assert external.sheets.get().status == SheetStatus.UNDER_APPRAISAL
    assert save(client, external, "2.1", points="2").status_code == 409


def test_figures_and_decision_are_recorded_and_audited(world: World, login: Login, external: Campaign) -> None:
    client = login("coordinator")
    assert record(client, external).status_code == 302
    result = UnitResult.objects.get(campaign=external)
    assert result.published_points == Decimal("9.91")
    assert (result.self_total_points, result.survey_points) == (Decimal("9.50"), None)
    assert (result.published_rank, result.ranked_units) == (5, 10)
    external.refresh_from_db()
    assert (external.decision_number, external.decision_on) == ("35/QĐ-UBND", date(2022, 8, 12))
    event = AuditEvent.objects.get(action=Action.EXTERNAL_RECORDED)
    assert {change.attribute for change in event.changes.all()} >= {"published_index", "decision_on"}
    with at_most(18):
        html = client.get(reverse("external_result", args=[external.code])).content.decode()
    assert 'value="9,91"' in html
    assert 'value="12/08/2022"' in html


@pytest.mark.parametrize(
    "data",
    [
        {"published_points": "hai"},
        {"published_points": "13"},
        {"published_points": "1.353"},
        {"published_index": "101"},
        {"published_rank": "11"},
        {"published_rank": "0"},
        {"decision_on": "31/2/2022"},
    ],
)
def test_wrong_figures_are_refused_at_their_place(
    world: World, login: Login, external: Campaign, data: dict[str, str]
) -> None:
    response = record(login("coordinator"), external, **data)
    assert response.status_code == 422
    assert set(response.context["form"].errors) == set(data)
    assert f'value="{next(iter(data.values()))}"' in response.content.decode()
    assert UnitResult.objects.get(campaign=external).published_points is None


def test_a_stale_form_is_refused(world: World, login: Login, external: Campaign) -> None:
    client = login("coordinator")
    stale = external.version
    record(client, external)
    assert record(client, external, version=stale, published_points="9").status_code == 409
    assert UnitResult.objects.get(campaign=external).published_points == Decimal("9.91")


def test_it_is_closed_only_with_every_point_cause_and_the_decision(
    world: World, login: Login, external: Campaign
) -> None:
    client = login("coordinator")
    publish = reverse("external_publish", args=[external.code])

    def still_open() -> bool:
        client.post(publish, {"acknowledged": "1"})
        external.refresh_from_db()
        return external.status == CampaignStatus.OPEN and external.sheets.get().status != SheetStatus.APPRAISED

    assert still_open()
    record(client, external)
    assert still_open()
    lose(client, external)
    assert still_open()
    client.post(reverse("appraisal_accept_causes", args=[external.sheets.get().pk]))
    client.post(publish, {"acknowledged": "1"})
    external.refresh_from_db()
    assert external.status == CampaignStatus.PUBLISHED
    assert external.sheets.get().status == SheetStatus.PUBLISHED
    publication = external.publications.get()
    assert publication.decision_number == "35/QĐ-UBND"
    rows = {row["code"]: row for row in publication.data["units"][0]["rows"]}
    assert rows["1.2.1"]["cause"] == "5 nhiệm vụ chưa xong"
    assert [each["name"] for each in rows["1.2.1"]["responsible"]] == ["Phòng Nội vụ"]


def test_the_agency_of_the_function_is_proposed(world: World, login: Login, external: Campaign) -> None:
    client = login("coordinator")
    save(client, external, "2.1", points="1", reason="Chưa xử lý hết")
    response = client.get(reverse("appraisal", args=[external.sheets.get().pk]))
    [row] = [
        row
        for section in response.context["sections"]
        for group in section.groups
        for row in group.rows
        if row.code == "2.1"
    ]
    assert [line.party for line in row.loss.lines] == ["Phòng Tư pháp"]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("coordinator", 200),
        ("district_leader", 200),
        ("justice_officer", 404),
        ("officer_a", 404),
        ("outsider", 404),
    ],
)
def test_who_opens_the_figures_of_the_parent(
    world: World, login: Login, external: Campaign, who: str, status: int
) -> None:
    assert login(who).get(reverse("external_result", args=[external.code])).status_code == status


def test_the_unit_officer_sees_the_campaign_but_records_nothing(
    world: World, client: Client, external: Campaign
) -> None:
    officer = person("district_officer", (Role.OFFICER, world.district))
    client.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(reverse("external_result", args=[external.code])).status_code == 403
    assert record(client, external).status_code == 403
    assert save(client, external, "2.1", points="1").status_code == 403


def test_the_leader_reads_and_records_nothing(world: World, login: Login, external: Campaign) -> None:
    client = login("district_leader")
    assert record(client, external).status_code == 403
    assert client.post(reverse("external_publish", args=[external.code])).status_code == 403


def test_an_ordinary_campaign_has_no_such_page(world: World, login: Login) -> None:
    assert login("coordinator").get(reverse("external_result", args=["dot-thu"])).status_code == 404


def test_a_later_self_score_does_not_change_what_the_parent_decided(world: World, external: Campaign) -> None:
    given = AppraisalEntry(points=Decimal(1))
    save_appraisal(score=score_of(external, "3"), entry=given, version=0, by=world.coordinator)
    officer = person("district_officer", (Role.OFFICER, world.district))
    entry = RowEntry(LeafState.ANSWERED, {"points": Decimal(2)})
    with pytest.raises(MoveRefused):
        save_score(score=score_of(external, "3"), entry=entry, version=1, by=officer)
    assert score_of(external, "3").points == Decimal(1)
