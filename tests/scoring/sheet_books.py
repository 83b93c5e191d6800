"""The workbook of a score sheet in the hands of a unit: downloaded, filled in, uploaded, accepted."""

import io
import json
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from parportal.entry.receipts import user_key
from scoring.actions.campaigns import open_campaign
from scoring.actions.scores import RowEntry, save_score
from scoring.models import Campaign, CriteriaSet, Criterion, GradeScale, Score, ScoreSheet
from scoring.rules import LeafState
from tests.scoring.typed_methods import TYPED
from tests.world import World, make_campaign
from units.models import UnitType, User

SHEET = "Phiếu chấm"
FIRST_LINE = 9
# Where the columns stand.
COLUMN = {"code": "A", "state": "D", "value": "F", "reason": "H", "note": "I", "why_no_evidence": "J"}
CRITERION, INPUT = "M", "N"


class Sheet:
    """A downloaded workbook, to be filled in."""

    def __init__(self, content: bytes) -> None:
        self.book = openpyxl.load_workbook(io.BytesIO(content))
        self.sheet = self.book[SHEET]

    def lines(self, code: str) -> list[int]:
        """The lines of a row, by its code."""
        first = next(
            line for line in range(FIRST_LINE, self.sheet.max_row + 1) if self.sheet[f"A{line}"].value == code
        )
        criterion = self.sheet[f"{CRITERION}{first}"].value
        lines = range(first, self.sheet.max_row + 1)
        return [line for line in lines if self.sheet[f"{CRITERION}{line}"].value == criterion]

    def at(self, code: str, name: str) -> str:
        """The address of a text, or of the value of an input."""
        lines = self.lines(code)
        if name in COLUMN:
            return f"{COLUMN[name]}{lines[0]}"
        return next(f"F{line}" for line in lines if self.sheet[f"{INPUT}{line}"].value == name)

    def put(self, code: str, **values: Any) -> "Sheet":
        for name, value in values.items():
            self.sheet[self.at(code, name)].value = value
        return self

    def get(self, code: str, name: str) -> Any:
        return self.sheet[self.at(code, name)].value

    @property
    def content(self) -> bytes:
        file = io.BytesIO()
        self.book.save(file)
        return file.getvalue()


def download(client: Client, sheet: ScoreSheet) -> Sheet:
    answer = client.get(reverse("sheet_workbook", args=[sheet.pk]))
    assert answer.status_code == 200
    return Sheet(answer.content)


def upload(client: Client, sheet: ScoreSheet, content: bytes | Sheet, name: str = "phieu.xlsx") -> Any:
    data = content.content if isinstance(content, Sheet) else content
    return client.post(reverse("sheet_import", args=[sheet.pk]), {"file": SimpleUploadedFile(name, data)})


def changes(preview: Any) -> dict[str, Any]:
    """The rows that would change, by code."""
    assert preview.status_code == 200, [str(each) for each in preview.context.get("problems", ())]
    return {each.code: each for each in preview.context["plan"].changes}


def refusals(preview: Any) -> list[tuple[str, str]]:
    """Where single rows are refused, and why."""
    assert preview.status_code == 200, [str(each) for each in preview.context.get("problems", ())]
    return [(each.cell, each.reason) for each in preview.context["plan"].refused]


def accept(client: Client, sheet: ScoreSheet, preview: Any, *codes: str, follow: bool = True) -> Any:
    """Accept the rows of these codes; those that the page proposes when none is named."""
    plan = preview.context["plan"]
    chosen = codes or [each.code for each in plan.changes if not each.is_conflict]
    data = {f"take-{each.criterion}": "file" if each.code in chosen else "" for each in plan.changes}
    url = reverse("sheet_import", args=[sheet.pk])
    return client.post(url, {"sealed": preview.context["sealed"], **data}, follow=follow)


def told(answer: Any) -> str:
    return " ".join(str(each) for each in answer.context["messages"])


def save(world: World, code: str, answers: dict[str, Any], by: str = "officer_a", **texts: str) -> Score:
    score = world.score(world.commune_a, code)
    entry = RowEntry(LeafState.ANSWERED, answers, **texts)
    save_score(score=score, entry=entry, version=score.version, by=world.people[by])
    return score


def stored(world: World, code: str) -> Score:
    return world.score(world.commune_a, code)


def problems(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 422
    return [(each.sheet, each.cell) for each in answer.context["problems"]]


# Rows that a browser could not send ------------------------------------------------------------------------------
def unsent(user: User, rows: Iterable[tuple[Score, dict[str, str]]], *more: tuple[ScoreSheet, int]) -> bytes:
    """The file that the browser writes when a person logs out with rows that were not sent."""
    by_sheet: dict[int, list[dict[str, Any]]] = {}
    for score, fields in rows:
        row = {
            "criterion": score.criterion_id,
            "code": score.criterion.code,
            "key": "8d0a1f7e-5b7e-4a53-9c1b-7b0c9a3f9d10",
            "version": score.version,
            "fields": fields,
            "typed_at": "2026-11-21T03:40:00Z",
        }
        by_sheet.setdefault(score.sheet_id, []).append(row)
    for sheet, count in more:
        by_sheet[sheet.pk] = [{"criterion": 1, "code": "1", "version": 1, "fields": {}}] * count
    return file_of(
        {
            "format": "par-portal-rows",
            "version": 1,
            "user": user_key(user),
            "saved_at": "2026-11-21T03:42:00Z",
            "sheets": [
                {"url": f"/sheets/{pk}/", "title": "Phiếu", "rows": found} for pk, found in by_sheet.items()
            ],
        }
    )


def file_of(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False).encode()


# A set with every method -----------------------------------------------------------------------------------------
def every_method(world: World, change: Callable[[CriteriaSet], object] | None = None) -> World:
    """The world of a campaign by a set with a leaf of each method in use; the tenth has the code 1.10."""
    criteria_set = CriteriaSet.objects.create(
        code="bo-du-cach",
        title="Bộ đủ cách chấm",
        issuer=world.district,
        unit_type=UnitType.COMMUNE,
        total_points=Decimal(2 * (len(TYPED) - 1)),
        level_names=["Lĩnh vực", "Tiêu chí"],
        status="published",
    )
    columns: dict[str, Any] = {"criteria_set": criteria_set, "function": "home_affairs"}
    root = Criterion.objects.create(
        code="1", title="Lĩnh vực", max_points=criteria_set.total_points, position=1, **columns
    )
    for number, (method, (typed, params)) in enumerate(TYPED.items(), 1):
        Criterion.objects.create(
            code=f"1.{number}",
            title=f"Tiêu chí “{method}”",
            max_points=Decimal(typed.get("max_points", "2")),
            parent=root,
            section=root,
            position=number + 1,
            method=method,
            params=params,
            **columns,
        )
    if change:
        change(criteria_set)
    Campaign.objects.update(code="dot-cu")
    GradeScale.objects.update(code="thang-cu")
    draft = make_campaign(world.district, criteria_set, [world.commune_a], {"home_affairs": world.home_affairs})
    world.criteria_set = criteria_set
    world.campaign = open_campaign(campaign=draft, by=world.coordinator)
    return world
