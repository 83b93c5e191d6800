"""Survey points from a workbook: checked, previewed, stored; a unit without a survey is rescaled."""

import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext

from scoring.actions.appraisals import accept_rest, save_loss
from scoring.actions.campaigns import close_campaign, propose_publication, publish_campaign
from scoring.actions.exclusions import add_exclusion
from scoring.actions.scores import RowEntry, save_score
from scoring.actions.sheets import move_sheet
from scoring.assignments import uncovered
from scoring.models import Score, UnitResult
from scoring.rules import LeafState
from scoring.workflow import MoveRefused
from tests.entry.books import named, workbook
from tests.scoring.surveyed import COLUMNS, book, confirm, imported, upload, with_survey
from tests.world import World, submit
from units.models import AuditEvent, Party, Unit

Login = Callable[[str], Client]
A, B = "23497", "23488"
ZERO = Decimal(0)


@pytest.fixture
def surveyed(world: World) -> World:
    return with_survey(world)


@pytest.fixture
def office(surveyed: World, login: Login) -> Client:
    return login("coordinator")


def row(world: World, unit: Unit) -> Score:
    return world.score(unit, "3")


def result(world: World, unit: Unit) -> UnitResult:
    return UnitResult.objects.get(campaign=world.campaign, unit=unit)


def problems(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 422
    return [(each.sheet, each.cell) for each in answer.context["problems"]]


# Good workbooks ---------------------------------------------------------------------------------------------


def test_before_the_import_the_rows_are_left_out(surveyed: World) -> None:
    before = row(surveyed, surveyed.commune_a)
    assert (before.points, before.counted_max_points) == (ZERO, ZERO)
    assert result(surveyed, surveyed.commune_a).applicable_max_points == 10


def test_a_preview_keeps_nothing(surveyed: World, office: Client) -> None:
    answer = upload(office, book([A, "3", 120, "4,5"]))
    text = answer.content.decode()
    assert "1,80 / 2,00" in text
    assert "Xã Tân Lập" in text
    assert (answer.context["plan"].with_points, answer.context["plan"].units) == (1, 2)
    assert row(surveyed, surveyed.commune_a).state == LeafState.NOT_ANSWERED
    assert not AuditEvent.objects.filter(action="survey.imported").exists()


def test_a_confirmed_import_gives_points_and_rescales_those_without(surveyed: World, office: Client) -> None:
    answer = imported(office, [A, "3", 120, "4,5"])
    assert answer.status_code == 302
    stored = row(surveyed, surveyed.commune_a)
    assert (stored.state, stored.answers) == ("answered", {"mean": "4.5", "sample": 120})
    assert (stored.points, stored.counted_max_points, stored.self_points) == (Decimal("1.8"), Decimal(2), None)
    assert stored.updated_by == surveyed.coordinator
    assert result(surveyed, surveyed.commune_a).applicable_max_points == 12
    assert result(surveyed, surveyed.commune_b).applicable_max_points == 10
    page = office.get(answer["Location"])
    assert (page.context["with_points"], page.context["units"]) == (1, 2)


def test_a_small_sample_is_a_warning_and_left_out(surveyed: World, office: Client) -> None:
    preview = upload(office, book([A, "3", 29, "4,5"], [B, "3", 30, "4"]))
    assert [line.unit.code for line in preview.context["plan"].left_out] == [A]
    confirm(office, preview)
    assert row(surveyed, surveyed.commune_a).counted_max_points == 0
    assert row(surveyed, surveyed.commune_b).points == Decimal("1.6")
    [state] = office.get(reverse("campaign_survey", args=["dot-thu"])).context["states"]
    assert (state.with_points, state.too_small, state.without) == (1, 1, 0)


def test_a_new_import_takes_the_place_of_the_one_before(surveyed: World, office: Client) -> None:
    imported(office, [A, "3", 120, "4,5"], [B, "3", 100, "3"])
    imported(office, [B, "3", 100, "5"])
    assert row(surveyed, surveyed.commune_a).state == "not_answered"
    assert row(surveyed, surveyed.commune_a).answers == {}
    assert result(surveyed, surveyed.commune_a).applicable_max_points == 10
    assert row(surveyed, surveyed.commune_b).points == 2


def test_the_same_file_again_changes_nothing(surveyed: World, office: Client) -> None:
    imported(office, [A, "3", 120, "4,5"])
    version = row(surveyed, surveyed.commune_a).version
    imported(office, [A, "3", 120, "4,5"])
    assert row(surveyed, surveyed.commune_a).version == version
    [event] = AuditEvent.objects.about(surveyed.campaign).filter(action="survey.imported")
    assert event.reason == "khao-sat.xlsx"
    [change] = event.changes.all()
    assert (change.attribute, change.old, change.new) == ("3", "", "mean 4.5, sample 120")


def test_the_template_lists_units_and_criteria_and_can_be_imported(surveyed: World, office: Client) -> None:
    imported(office, [A, "3", 120, "4,5"])
    answer = office.get(reverse("campaign_survey_template", args=["dot-thu"]))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content))["survey"]
    assert [list(line) for line in sheet.iter_rows(values_only=True)] == [
        COLUMNS,
        [B, "Xã Đắk Ruồng", "3", None, None],
        [A, "Xã Tân Lập", "3", 120, 4.5],
    ]
    again = upload(office, named(answer.content))
    assert [line.unit.code for line in again.context["plan"].lines] == [A]
    confirm(office, again)
    assert row(surveyed, surveyed.commune_a).points == Decimal("1.8")


def test_an_excluded_unit_keeps_its_survey_behind_the_exclusion(surveyed: World, office: Client) -> None:
    add_exclusion(
        campaign=surveyed.campaign,
        criterion=surveyed.criteria_set.criteria.get(code="3"),
        party=Party.objects.get(owner=surveyed.district, unit=surveyed.commune_a),
        reason="Xã mới thành lập",
        approved_by="UBND huyện",
        by=surveyed.coordinator,
    )
    imported(office, [A, "3", 120, "4,5"])
    stored = row(surveyed, surveyed.commune_a)
    assert (stored.answers, stored.counted_max_points) == ({"mean": "4.5", "sample": 120}, ZERO)


def test_a_closed_campaign_is_settled_again_and_its_proposal_taken_back(surveyed: World, office: Client) -> None:
    finish(surveyed)
    campaign = close_campaign(campaign=surveyed.campaign, by=surveyed.coordinator)
    before = result(surveyed, surveyed.commune_a)
    assert (before.index, before.rank) == (ZERO, 1)
    propose_publication(campaign=campaign, by=surveyed.coordinator, warnings_acknowledged=True)
    imported(office, [A, "3", 120, "5"])
    after = result(surveyed, surveyed.commune_a)
    assert (after.earned_points, after.index, after.rank) == (Decimal(2), Decimal("16.67"), 1)
    surveyed.campaign.refresh_from_db()
    assert not surveyed.campaign.is_proposed


def finish(world: World) -> None:
    """Commune A submitted without an answer, appraised, every loss explained."""
    submit(world, world.commune_a)
    accept_rest(sheet=world.sheet(world.commune_a), by=world.coordinator)
    party = Party.objects.get(owner=world.district, code="G_XA")
    lossy = Score.objects.lossy().filter(sheet__unit=world.commune_a, sheet__campaign=world.campaign)
    for pk in list(lossy.values_list("pk", flat=True)):
        score = Score.objects.for_saving().get(pk=pk)
        save_loss(score=score, cause="Chưa làm", responsible=[(party, "lead")], version=0, by=world.coordinator)
    move_sheet(sheet=world.sheet(world.commune_a), name="finish", by=world.coordinator)


def test_after_publication_nothing_is_imported(surveyed: World, office: Client) -> None:
    finish(surveyed)
    close_campaign(campaign=surveyed.campaign, by=surveyed.coordinator)
    propose_publication(campaign=surveyed.campaign, by=surveyed.coordinator, warnings_acknowledged=True)
    publish_campaign(campaign=surveyed.campaign, by=surveyed.district_leader, warnings_acknowledged=True)
    assert upload(office, book([A, "3", 120, "5"])).status_code == 409
    assert row(surveyed, surveyed.commune_a).points == 0


# Broken and hostile workbooks -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "places"),
    [
        ([["99999", "3", 120, "4"]], [("survey", "A2")]),
        ([[A, "1.1", 120, "4"]], [("survey", "C2")]),
        ([[A, "3", 120, "4"], [A, "3", 130, "4"]], [("survey", "C3")]),
        ([[A, "3", None, "4"]], [("survey", "D2")]),
        ([[A, "3", 120, None]], [("survey", "E2")]),
        ([[A, "3", -1, "4"]], [("survey", "D2")]),
        ([[A, "3", "12,5", "4"]], [("survey", "D2")]),
        ([[A, "3", 120, "5,01"]], [("survey", "E2")]),
        ([[A, "3", 120, "-1"]], [("survey", "E2")]),
        ([[A, "3", 120, "năm"]], [("survey", "E2")]),
        ([[A, "3", 120, "=2+2"]], [("survey", "E2")]),
        ([["", "3", 120, "4"]], [("survey", "A2")]),
        ([["99999", "9", "x", "y"]], [("survey", "A2"), ("survey", "C2"), ("survey", "D2"), ("survey", "E2")]),
    ],
)
def test_what_is_wrong_is_told_at_its_cell(
    surveyed: World, office: Client, lines: list[list[object]], places: list[tuple[str, str]]
) -> None:
    assert problems(upload(office, book(*lines))) == places
    assert row(surveyed, surveyed.commune_a).state == "not_answered"


def test_one_bad_line_keeps_the_whole_file_out(surveyed: World, office: Client) -> None:
    assert problems(upload(office, book([A, "3", 120, "4"], [B, "3", 120, "9"]))) == [("survey", "E3")]
    assert row(surveyed, surveyed.commune_a).state == "not_answered"


def test_a_code_that_excel_made_a_number_is_refused(office: Client) -> None:
    assert problems(upload(office, book([A, 3, 120, "4"]))) == [("survey", "C2")]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"unit_code,sample", b"\x00" * 64])
def test_what_is_no_workbook_is_refused(office: Client, content: bytes) -> None:
    assert upload(office, named(content)).status_code == 422


def test_missing_and_unknown_columns_are_told(office: Client) -> None:
    file = workbook(survey=[["unit_code", "criterion", "value", "secret"], [A, "3", "4", "x"]])
    assert ("survey", "D1") in problems(upload(office, file))
    assert problems(upload(office, workbook(other=[COLUMNS]))) == [("survey", "")]


def test_merged_cells_are_refused_and_hidden_rows_read_aloud(surveyed: World, office: Client) -> None:
    def merge(made: Any) -> None:
        made["survey"].merge_cells("D2:D3")

    assert ("survey", "D2:D3") in problems(
        upload(office, book([A, "3", 120, "4"], [B, "3", 1, "4"], change=merge))
    )

    def hide(made: Any) -> None:
        made["survey"].row_dimensions[2].hidden = True

    preview = upload(office, book([A, "3", 120, "4"], change=hide))
    assert [note.cell for note in preview.context["plan"].notes] == ["2:2"]
    assert preview.context["plan"].with_points == 1


def test_a_formula_in_a_name_is_only_text(surveyed: World, office: Client) -> None:
    file = workbook(survey=[COLUMNS, [A, '=HYPERLINK("http://x.invalid")', "3", 120, "4"]])
    assert upload(office, file).status_code == 200


def test_a_preview_cannot_be_altered_or_moved(surveyed: World, office: Client, login: Login) -> None:
    sealed = upload(office, book([A, "3", 120, "4"])).context["sealed"]
    url = reverse("campaign_survey", args=["dot-thu"])
    assert office.post(url, {"sealed": sealed[:-2]}).status_code == 422
    other = reverse("campaign_survey", args=["dot-cu"])
    assert office.post(other, {"sealed": sealed}).status_code == 422
    assert row(surveyed, surveyed.commune_a).state == "not_answered"


# Rows and totals --------------------------------------------------------------------------------------------


def test_nobody_fills_in_or_decides_a_row_of_the_survey(surveyed: World) -> None:
    entry = RowEntry(LeafState.NOT_APPLICABLE, {}, reason="không có")
    with pytest.raises(MoveRefused):
        save_score(score=row(surveyed, surveyed.commune_a), entry=entry, version=1, by=surveyed.officer_a)
    sheet = submit(surveyed, surveyed.commune_a)
    assert accept_rest(sheet=sheet, by=surveyed.coordinator) == 5
    assert move_sheet(sheet=sheet, name="finish", by=surveyed.coordinator).status == "appraised"


def test_the_unit_sees_its_self_score_without_survey(surveyed: World, office: Client, login: Login) -> None:
    imported(office, [A, "3", 120, "4,5"])
    sheet = surveyed.sheet(surveyed.commune_a)
    page = login("officer_a").get(reverse("sheet", args=[sheet.pk]))
    panel = page.context["page"].panel
    assert panel.without_survey
    assert (panel.earned, panel.maximum, panel.total) == ("0,00", "10", 5)
    text = page.content.decode()
    assert gettext("without survey") in text
    # What others brought in is shown to the unit when the results are published.
    assert "4,5" not in text


def test_the_office_sees_what_was_imported(surveyed: World, office: Client) -> None:
    imported(office, [A, "3", 120, "4,5"])
    submit(surveyed, surveyed.commune_a)
    sheet = surveyed.sheet(surveyed.commune_a)
    text = office.get(reverse("sheet", args=[sheet.pk])).content.decode()
    assert "4,5" in text
    assert "<strong>1,80</strong>" in text
    page = office.get(reverse("appraisal", args=[sheet.pk]))
    [found] = [
        each
        for part in page.context["sections"]
        for group in part.groups
        for each in group.rows
        if each.code == "3"
    ]
    assert (found.given, found.can_edit, found.is_undecided) == ("1,80", False, False)
    assert found.loss is not None
    assert found.loss.lost == "0,20"


def test_the_league_says_that_the_self_score_is_without_survey(surveyed: World, office: Client) -> None:
    entry = RowEntry(LeafState.ANSWERED, {"option": "on_time"})
    score = surveyed.score(surveyed.commune_a, "1.1")
    save_score(score=score, entry=entry, version=1, by=surveyed.officer_a)
    submit(surveyed, surveyed.commune_a)
    for page in (["results_campaign", "dot-thu"], ["results_unit", "dot-thu", A]):
        text = office.get(reverse(page[0], args=page[1:])).content.decode()
        assert gettext("without survey") in text


def test_nobody_has_to_be_named_who_appraises_the_survey(world: World) -> None:
    with_survey(world)
    world.campaign.assignments.filter(criterion__code="3").delete()
    assert uncovered(world.campaign) == []


def test_a_set_without_survey_says_so(world: World, login: Login) -> None:
    answer = login("coordinator").get(reverse("campaign_survey", args=["dot-thu"]))
    assert not answer.context["has_survey"]
    assert b'type="file"' not in answer.content
