"""The workbook in which the results of a survey are entered: a line for each unit and criterion of a campaign."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from scoring.importing.survey import COLUMNS, SHEET, survey_criteria, surveyed_units, value_input
from scoring.models import Campaign, Score
from scoring.rules import LeafState, decode


def survey_workbook(campaign: Campaign) -> bytes:
    """The template, filled with what was imported before."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        # The same template again is the same bytes.
        book.set_properties({"created": datetime(2022, 1, 1, tzinfo=UTC)})
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        sheet = book.add_worksheet(SHEET)
        sheet.freeze_panes(1, 3)
        sheet.set_column(0, 0, 12, text)
        sheet.set_column(1, 1, 30)
        sheet.set_column(2, 2, 12, text)
        sheet.set_column(3, 4, 12)
        sheet.write_row(0, 0, COLUMNS, bold)
        write_notes(sheet, campaign)
        write_lines(sheet, campaign, text)
    return target.getvalue()


def write_notes(sheet: Any, campaign: Campaign) -> None:
    """Comments that say what the columns hold."""
    values = "\n".join(
        f"{each.code}: {_(value_input(each.scoring_method(campaign.criteria_set)).label)}"
        for each in survey_criteria(campaign)
    )
    sheet.write_comment(0, 3, _("How many answers the survey has. Leave sample and value empty: no survey."))
    sheet.write_comment(0, 4, _("What is entered here:\n%(values)s") % {"values": values}, {"height": 120})


def write_lines(sheet: Any, campaign: Campaign, text: Any) -> None:
    stored = {
        (score.sheet.unit_id, score.criterion_id): score
        for score in Score.objects.filter(
            sheet__campaign=campaign, state=LeafState.ANSWERED.value, criterion__in=survey_criteria(campaign)
        ).select_related("sheet")
    }
    number = 0
    criteria = [(each, each.scoring_method(campaign.criteria_set)) for each in survey_criteria(campaign)]
    for unit in surveyed_units(campaign):
        for criterion, method in criteria:
            number += 1
            sheet.write_string(number, 0, unit.code, text)
            sheet.write_string(number, 1, unit.name)
            sheet.write_string(number, 2, criterion.code, text)
            if score := stored.get((unit.pk, criterion.pk)):
                answers = decode(method.inputs(), score.answers)
                sheet.write_number(number, 3, answers["sample"])
                sheet.write_number(number, 4, answers[value_input(method).name])
