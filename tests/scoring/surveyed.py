"""The small district with a survey in its set: criterion 3 (2 points) is filled by an import."""

import io
from collections.abc import Callable, Iterable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from scoring.actions.campaigns import open_campaign
from scoring.models import Campaign, Criterion, GradeScale
from tests.entry.books import workbook
from tests.world import World, make_campaign, make_set

COLUMNS = ["unit_code", "unit_name", "criterion", "sample", "value"]
# The mean of answers from 0 to 5; a sample below 30 does not count.
PARAMS = {"by": "mean", "scale_max": "5", "minimum_sample": "30"}


def with_survey(world: World, params: dict[str, Any] | None = None) -> World:
    """The world of a new campaign by a set whose last criterion is a survey; the old one is put aside."""
    criteria_set = make_set(world.district, code="bo-co-khao-sat")
    criterion = Criterion.objects.get(criteria_set=criteria_set, code="3")
    criterion.method, criterion.params = "survey", params or PARAMS
    criterion.save()
    Campaign.objects.update(code="dot-cu")
    GradeScale.objects.update(code="thang-cu")
    agencies = {"home_affairs": world.home_affairs, "justice": world.justice}
    draft = make_campaign(world.district, criteria_set, [world.commune_a, world.commune_b], agencies)
    world.criteria_set = criteria_set
    world.campaign = open_campaign(campaign=draft, by=world.coordinator)
    return world


def book(*lines: Iterable[object], change: Callable[[Any], object] | None = None) -> io.BytesIO:
    """A workbook with these lines: unit, criterion, sample, value."""
    rows = [[unit, "", criterion, sample, value] for unit, criterion, sample, value in lines]
    return workbook(change=change, survey=[COLUMNS, *rows])


def upload(client: Client, file: io.BytesIO, name: str = "khao-sat.xlsx") -> Any:
    url = reverse("campaign_survey", args=["dot-thu"])
    return client.post(url, {"file": SimpleUploadedFile(name, file.getvalue())})


def confirm(client: Client, preview: Any) -> Any:
    return client.post(reverse("campaign_survey", args=["dot-thu"]), {"sealed": preview.context["sealed"]})


def imported(client: Client, *lines: Iterable[object]) -> Any:
    preview = upload(client, book(*lines))
    assert preview.status_code == 200, preview.content.decode()
    return confirm(client, preview)
