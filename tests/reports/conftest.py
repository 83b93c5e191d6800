import logging
import unicodedata
from collections.abc import Callable, Generator
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property

import pytest
from django.db import transaction
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from reports.documents import Document
from reports.output.pdf import as_html, as_pdf
from reports.rendering import document_of
from tests.conftest import forget_sets, needs_database
from tests.reports import papers
from tests.reports.kon_ray import KonRay, build
from tests.reports.proposed import proposed_analysis
from tests.reports.report_forms import begin
from units.models import User

page_texts = papers.page_texts


@dataclass(frozen=True)
class Paper:
    """A document, rendered as far as a test asks. Shapes: `texts` holds the text of each page, each run of white
    space one blank; `warnings` what was said while the PDF was made.
    """

    document: Document

    @cached_property
    def html(self) -> str:
        return as_html(self.document)

    @cached_property
    def printed(self) -> tuple[bytes, tuple[str, ...]]:
        said = Said()
        logging.getLogger().addHandler(said)
        try:
            pdf = as_pdf(self.document)
        finally:
            logging.getLogger().removeHandler(said)
        return pdf, tuple(said.texts)

    @property
    def pdf(self) -> bytes:
        return self.printed[0]

    @property
    def warnings(self) -> tuple[str, ...]:
        return self.printed[1]

    @property
    def texts(self) -> tuple[str, ...]:
        return page_texts(self.pdf)

    @property
    def text(self) -> str:
        return " ".join(self.texts)

    @property
    def flow(self) -> str:
        """The text without the numbers of its pages."""
        return " ".join(text.removesuffix(f" {number}") for number, text in enumerate(self.texts, start=1))


class Said(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


def kon_ray_document() -> Document:
    kon_ray = build()
    report = proposed_analysis(kon_ray.result, kon_ray.children)
    report.signer_name = "Nguyễn Văn Thử"
    return document_of(report)


@pytest.fixture(scope="session")
def paper(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Paper:
    """The analysis of Kon Rẫy 2021, made once for all tests that only read it."""
    with django_db_blocker.unblock(), transaction.atomic():
        document = kon_ray_document()
        transaction.set_rollback(True)
    return Paper(document)


@pytest.fixture(scope="module")
def kon_ray_of_module(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Generator[KonRay | None, None, None]:
    """Kon Rẫy, made once for a module in which every test begins with it alone; None for other modules."""
    items = [item for item in request.session.items if item.path == request.path and needs_database(item)]
    asked = [set(getattr(item, "fixturenames", ())) for item in items]
    if not all({"kon_ray", "world", "paper", "transactional_db"} & each == {"kon_ray"} for each in asked):
        yield None
        return
    forget_sets()
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture
def kon_ray(kon_ray_of_module: KonRay | None, db: None) -> KonRay:
    """Each test undoes its own changes."""
    return build() if kon_ray_of_module is None else deepcopy(kon_ray_of_module)


@pytest.fixture(scope="module")
def begun(kon_ray_of_module: KonRay | None, django_db_blocker: DjangoDbBlocker) -> None:
    """For a module in which every test begins the draft of the analysis: then `begin` finds it begun."""
    if kon_ray_of_module is not None:
        with django_db_blocker.unblock():
            begin(kon_ray_of_module)


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    def logged_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return logged_in


def is_nfc(text: str) -> bool:
    return unicodedata.is_normalized("NFC", text)
