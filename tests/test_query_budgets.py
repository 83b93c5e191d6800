"""Pages and saves of the demonstration's round keep to their number of queries."""

from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from scoring.models import Criterion, Score, ScoreSheet
from units.models import User

pytestmark = pytest.mark.any_database

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
PERSONAS = ["can-bo-xa", "lanh-dao-xa", "noi-vu", "lanh-dao-huyen", "tu-phap"]


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username), backend=BACKEND)
    return client


def work(queries: CaptureQueriesContext) -> list[str]:
    return [query["sql"] for query in queries if not query["sql"].startswith(CONTROL)]


@pytest.mark.parametrize("username", PERSONAS)
@pytest.mark.parametrize("page", ["sheet", "sheet_history"])
def test_a_sheet_of_a_hundred_rows_needs_few_queries(demo: None, username: str, page: str) -> None:
    user = User.objects.get(username=username)
    client = signed_in(username)
    sheets = ScoreSheet.objects.visible_to(user).filter(campaign__code="mau-xa-2024")
    assert sheets
    client.get(reverse(page, args=[sheets[0].pk]))  # what a process remembers of published sets is there now
    for sheet in {(sheet.status, bool(sheet.return_reason)): sheet for sheet in sheets}.values():
        url = reverse(page, args=[sheet.pk])
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        # Appraised points, explanations and their authors are read after the submission, and for the office.
        fills_in = sheet.status == "draft" and username.endswith("-xa")
        budget = 12 if page == "sheet" and fills_in else 15
        assert len(work(queries)) <= budget, f"{sheet.status}\n" + "\n".join(work(queries))
    assert all(Score.objects.filter(sheet=sheet).count() >= 70 for sheet in sheets)


@pytest.mark.parametrize("username", ["noi-vu", "lanh-dao-huyen", "tu-phap"])
def test_a_criterion_of_all_units_needs_at_most_12_queries(demo: None, username: str) -> None:
    client, user = signed_in(username), User.objects.get(username=username)
    mine = Score.objects.visible_to(user).filter(sheet__campaign__code="mau-xa-2024", loss__isnull=False)
    if username == "tu-phap":
        mine = mine.appraisable_by(user)
    # What was reported of a row is one query more, last year's value of one that scores a change two.
    plain = Criterion.objects.exclude(method="change").exclude(params__has_key="sources")
    # A page per method: nothing else of a criterion changes what is asked.
    leaves = {leaf.method: leaf for leaf in plain.filter(scores__in=mine).distinct()}
    assert len(leaves) > 1
    for leaf in leaves.values():
        url = reverse("appraisal_by_criterion", args=["mau-xa-2024", leaf.code])
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        assert len(work(queries)) <= 12, "\n".join(work(queries))


def test_a_saved_row_needs_at_most_12_queries_in_one_transaction(demo: None) -> None:
    officer = User.objects.get(username="can-bo-xa")
    sheet = ScoreSheet.objects.filter(campaign__code="mau-xa-2024", status="draft", return_reason="").first()
    assert sheet is not None
    officer.memberships.update(unit=sheet.unit)
    client = signed_in("can-bo-xa")
    methods = ("points", "count", "choice", "ratio")
    rows = Score.objects.filter(sheet=sheet, criterion__method__in=methods).select_related("criterion")
    saved = set()
    client.get(reverse("sheet", args=[sheet.pk]))  # as an officer does; the set is known from now on
    ContentType.objects.get_for_models(ScoreSheet, Score)  # what the history asks once in the life of a process
    for row in rows:
        data: dict[str, Any] = {"version": row.version, **first_answer(row)}
        headers = {"Accept": "application/json", "Idempotency-Key": f"budget-of-{row.pk:08}"}
        with CaptureQueriesContext(connection) as queries:
            answer = client.post(reverse("sheet_row", args=[sheet.pk, row.criterion_id]), data, headers=headers)
        assert answer.status_code == 200, answer.content.decode()
        # The rows of a knock-out branch are settled and told of together: they and their appraisals are read.
        budget = 12 if row.criterion.knock_out_branch_id is None else 16
        assert len(work(queries)) <= budget, "\n".join(work(queries))
        saved.add(row.criterion.method)
    assert saved == set(methods)


def first_answer(row: Score) -> dict[str, str]:
    """Something that the method of the row takes."""
    method = row.criterion.scoring_method(row.sheet.campaign.criteria_set)
    inputs = method.inputs()
    return {f"answer-{each.name}": each.options[0].code if each.options else "1" for each in inputs}
