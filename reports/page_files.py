"""Pictures of the pages of a finished paper: files beside it in the storage, without rows of their own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.core.files.storage import default_storage

from reports.models import ReportFile


@dataclass(frozen=True, slots=True)
class Page:
    """One page that was drawn. Units: pixels. Shapes: `name` is that of the file in the storage."""

    number: int
    width: int
    height: int
    name: str


def folder_of(made: ReportFile) -> str:
    return f"reports/pages/{PurePosixPath(str(made.file.name)).stem}"


def index_of(made: ReportFile) -> str:
    """Written last: where it stands, every page does."""
    return f"{folder_of(made)}/pages.json"


def pages_of(made: ReportFile) -> list[Page]:
    """Nothing when the pages were not drawn yet."""
    if not default_storage.exists(index_of(made)):
        return []
    with default_storage.open(index_of(made)) as stored:
        return [Page(*row) for row in json.load(stored)]


def stored_names(made: ReportFile) -> list[str]:
    """Every file that belongs to one: itself, its pages."""
    pages = pages_of(made)
    return [str(made.file.name), *(page.name for page in pages), *([index_of(made)] if pages else [])]
