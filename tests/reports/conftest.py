import logging
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import transaction
from django.test import Client

from reports.documents import Document
from reports.output.pdf import as_html, as_pdf
from reports.rendering import document_of
from tests.reports import papers
from tests.reports.kon_ray import KonRay, build
from tests.reports.proposed import proposed_analysis
from units.models import User

page_texts = papers.page_texts


@dataclass(frozen=True)
class Paper:
    """A rendered document. Shapes: `texts` holds the text of each page, each run of white space one blank;
    `warnings` what was said while it was made.
    """

    document: Document
    html: str
    pdf: bytes
    texts: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join(self.texts)

    @property
    def flow(self) -> str:
        """The text without the numbers of its pages."""
        return " ".join(text.removeprefix(f"{number} ") for number, text in enumerate(self.texts, start=1))


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
def paper(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Paper:
    """The analysis of Kon Rẫy 2021, made once for all tests that only read it."""
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        document = kon_ray_document()
        transaction.set_rollback(True)
    said = Said()
    logging.getLogger().addHandler(said)
    try:
        pdf = as_pdf(document)
    finally:
        logging.getLogger().removeHandler(said)
    return Paper(document, as_html(document), pdf, page_texts(pdf), tuple(said.texts))


@pytest.fixture
def kon_ray(db: None) -> KonRay:
    return build()


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    def logged_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return logged_in


def is_nfc(text: str) -> bool:
    return unicodedata.is_normalized("NFC", text)
