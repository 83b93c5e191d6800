import io
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import pdfplumber
import pytest
from django.db import transaction
from django.test import Client

from reports.documents import Document
from reports.pdf import as_html, as_pdf
from reports.prefill import new_report
from reports.rendering import document_of
from scoring.models import Campaign
from tests.reports.kon_ray import KonRay, build
from units.models import User

MM = 72 / 25.4


@dataclass(frozen=True)
class Paper:
    """A rendered document. Shapes: `texts` holds the text of each page, each run of white space one blank."""

    document: Document
    html: str
    pdf: bytes
    texts: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join(self.texts)


def page_texts(pdf: bytes) -> tuple[str, ...]:
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        return tuple(" ".join(page.extract_text().split()) for page in opened.pages)


def kon_ray_document() -> Document:
    kon_ray = build()
    report = new_report(kon_ray.result, kon_ray.children)
    report.signer_name = "Nguyễn Văn Thử"
    return document_of(kon_ray.result, report, Campaign.objects.all())


@pytest.fixture(scope="session")
def paper(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Paper:
    """The analysis of Kon Rẫy 2021, made once for all tests that only read it."""
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        document = kon_ray_document()
        transaction.set_rollback(True)
    pdf = as_pdf(document)
    return Paper(document, as_html(document), pdf, page_texts(pdf))


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
