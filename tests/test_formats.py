"""Day first and the decimal mark of the language, in forms and on pages, whatever Django's own formats say."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from django.utils import formats, translation

from parportal import display
from scoring.forms.evidence import EvidenceForm
from scoring.forms.sheets import ExtendForm
from scoring.models import Evidence, ScoreSheet
from tests.world import World

pytestmark = pytest.mark.any_database

Login = Callable[[str], Client]
AUGUST = date(2022, 8, 12)
LANGUAGES = ["vi", "en"]


class Entered(forms.Form):
    """Plain fields of Django: what a form that nobody thought about would do."""

    on = forms.DateField()
    at = forms.DateTimeField()


def rendered(template: str, value: object) -> str:
    return Template(template).render(Context({"value": value}))


def read(form: forms.BaseForm, name: str) -> Any:
    form.full_clean()
    assert name not in form.errors, form.errors
    return form.cleaned_data[name]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", ["12/8/2022", "12/08/2022", "12-8-2022", "2022-08-12"])
def test_every_date_field_reads_the_day_first(language: str, text: str) -> None:
    with translation.override(language):
        assert read(Entered({"on": text}), "on") == AUGUST
        assert read(EvidenceForm({"number": "1/BC", "issued_on": text}), "issued_on") == AUGUST


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", ["8/13/2022", "12/13/2022", "31/2/2022"])
def test_a_month_that_there_is_not_is_never_read_as_a_day(language: str, text: str) -> None:
    with translation.override(language):
        form = Entered({"on": text, "at": f"{text} 17:00"})
        assert set(form.errors) == {"on", "at"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_deadline_is_read_day_first_in_the_time_of_vietnam(language: str) -> None:
    due = datetime(2022, 8, 12, 10, 0, tzinfo=UTC)
    with translation.override(language):
        assert read(Entered({"at": "12/8/2022 17:00"}), "at") == due
        assert read(ExtendForm({"due_at": "12/8/2022 17:00", "reason": "x"}, sheet=ScoreSheet()), "due_at") == due


@pytest.mark.parametrize("language", LANGUAGES)
def test_dates_are_shown_day_first_by_every_way_to_show_them(language: str) -> None:
    at = datetime(2022, 8, 12, 10, 0, tzinfo=UTC)
    with translation.override(language):
        assert rendered("{{ value }}", AUGUST) == "12/08/2022"
        assert rendered("{{ value|date }}", AUGUST) == "12/08/2022"
        assert rendered('{{ value|date:"SHORT_DATE_FORMAT" }}', AUGUST) == "12/08/2022"
        assert rendered("{{ value }}", at) == "12/08/2022 17:00"
        assert rendered("{% load portal %}{{ value|day }}", AUGUST) == "12/08/2022"
        assert display.moment(at) == "17:00 12/08/2022"
        assert formats.localize_input(AUGUST) == "12/08/2022"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_date_put_into_a_form_is_read_back_as_the_same_day(language: str) -> None:
    with translation.override(language):
        shown = str(Entered(initial={"on": AUGUST})["on"])
        assert 'value="12/08/2022"' in shown
        assert read(Entered({"on": "12/08/2022"}), "on") == AUGUST


@pytest.mark.parametrize(("language", "number"), [("vi", "1234,5"), ("en", "1234.5")])
def test_numbers_take_the_decimal_mark_of_the_language(language: str, number: str) -> None:
    with translation.override(language):
        assert rendered("{{ value }}", Decimal("1234.5")) == number
        assert rendered("{{ value|floatformat:1 }}", Decimal("1234.5")) == number
        assert formats.localize_input(Decimal("1234.5")) == number


@pytest.mark.parametrize(("language", "number"), [("vi", "1.234,50"), ("en", "1,234.50")])
def test_points_on_screen_are_grouped_and_have_two_decimals(language: str, number: str) -> None:
    with translation.override(language):
        assert rendered("{% load portal %}{{ value|points }}", Decimal("1234.5")) == number


def test_every_language_of_the_portal_has_formats_of_its_own() -> None:
    assert [code for code, _name in settings.LANGUAGES] == LANGUAGES
    assert settings.LANGUAGE_CODE == "vi"
    for code in LANGUAGES:
        with translation.override(code):
            assert formats.get_format("DATE_INPUT_FORMATS")[0] == "%d/%m/%Y"
            assert formats.get_format("DATETIME_INPUT_FORMATS")[0] == "%d/%m/%Y %H:%M"
            assert formats.get_format("FIRST_DAY_OF_WEEK") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_evidence_of_12_8_2022_is_stored_and_shown_as_12_august(
    world: World, login: Login, language: str
) -> None:
    client = login("officer_a")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    score = world.score(world.commune_a, "1.1")
    url = reverse("sheet_evidence_add", args=[score.sheet_id, score.criterion_id])
    assert client.post(url, {"number": "45/BC-UBND", "issued_on": "12/8/2022"}).status_code == 302
    assert Evidence.objects.get().issued_on == AUGUST
    page = client.get(reverse("sheet", args=[score.sheet_id])).content.decode()
    assert f'<html lang="{language}">' in page
    assert "12/08/2022" in page
    assert "08/12/2022" not in page


@pytest.mark.parametrize(("language", "sum_"), [("vi", "1,50 / 12"), ("en", "1.50 / 12")])
def test_a_sheet_speaks_the_number_of_its_reader(world: World, login: Login, language: str, sum_: str) -> None:
    client = login("officer_a")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    score = world.score(world.commune_a, "3")
    url = reverse("sheet_row", args=[score.sheet_id, score.criterion_id])
    client.post(url, {"answer-points": "1,5", "version": 1})
    assert sum_ in client.get(reverse("sheet_panel", args=[score.sheet_id])).content.decode()


def test_an_english_browser_is_answered_in_vietnamese_until_somebody_chooses(world: World, login: Login) -> None:
    page = login("officer_a").get(reverse("home"), headers={"Accept-Language": "en-US,en"})
    assert '<html lang="vi">' in page.content.decode()
