"""A workbook of documents, read row by row and compared with the register: what is new, and what would change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import IO, Any

from django.conf import settings
from django.core.files import File
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parportal.entry.rows import Row
from parportal.entry.workbooks import Workbook, open_workbook
from plans.models import Document, DocumentKind
from plans.models.documents import numbered
from units.models import Unit
from units.names import folded

SHEET = "documents"
MAX_ROWS = 1000
# The column that names the unit is written for the reader; a row of another unit is refused.
UNIT = "unit"
TITLES = {
    "number": gettext_lazy("Number"),
    "issued_on": gettext_lazy("Date"),
    "issuer": gettext_lazy("Issuer"),
    "subject": gettext_lazy("Subject"),
    "kind": gettext_lazy("Type of paper"),
    "field": gettext_lazy("Field"),
    "is_normative": gettext_lazy("Legal-normative"),
    "expires_on": gettext_lazy("In force until"),
    UNIT: gettext_lazy("Unit"),
}
REQUIRED = ("number", "issued_on", "issuer", "subject")


@dataclass(frozen=True, slots=True)
class DocumentSaid:
    """A document as a row of the workbook says it. `key` and `version` are those of the stored one, if any."""

    number: str
    issued_on: date
    issuer: str
    subject: str
    kind: str
    field: str
    is_normative: bool
    expires_on: date | None
    key: int | None = None
    version: int = 0

    def as_document(self, owner: Unit) -> Document:
        words = asdict(self)
        del words["key"], words["version"]
        return Document(owner=owner, **words)

    @property
    def numbered(self) -> str:
        return numbered(self.number, self.issuer)

    def says_the_same(self, stored: Document) -> bool:
        words = asdict(self)
        del words["key"], words["version"]
        return all(getattr(stored, name) == value for name, value in words.items())

    def to_json(self) -> dict[str, Any]:
        last = self.expires_on.isoformat() if self.expires_on else ""
        return {**asdict(self), "issued_on": self.issued_on.isoformat(), "expires_on": last}

    @classmethod
    def from_json(cls, packed: Mapping[str, Any]) -> DocumentSaid:
        last = date.fromisoformat(packed["expires_on"]) if packed["expires_on"] else None
        return cls(**{**packed, "issued_on": date.fromisoformat(packed["issued_on"]), "expires_on": last})


@dataclass(frozen=True, slots=True)
class DocumentsRead:
    """What a workbook would do. Shapes: `twice` names numbers that an issuer would have used twice in a year."""

    new: list[DocumentSaid]
    changed: list[tuple[Document, DocumentSaid]]
    same: int
    twice: list[DocumentSaid]
    notes: list[str]

    @property
    def said(self) -> list[DocumentSaid]:
        return [*self.new, *(each for _stored, each in self.changed)]


def read_documents(file: IO[bytes] | File[Any], owner: Unit) -> DocumentsRead:
    """Raises: ImportProblems with everything that is wrong with the file."""
    book = open_workbook(file)
    titles = titles_of(book)
    optional = [title for name, title in titles.items() if name not in REQUIRED]
    rows = book.rows(SHEET, required=[titles[name] for name in REQUIRED], optional=optional)
    reader = Reader(titles, owner)
    said = [each for row in rows if (each := reader.said(row)) is not None]
    if not said and not len(book.problems):
        book.problems.add(sheet=SHEET, cell="", value="", reason=_("There is no row in this sheet."))
    if len(said) > MAX_ROWS:
        why = _("At most %(limit)s rows are taken at once.") % {"limit": MAX_ROWS}
        book.problems.add(sheet=SHEET, cell="", value=str(len(said)), reason=why)
    book.problems.raise_if_any()
    return compared(said, owner, [str(each) for each in book.notes])


def titles_of(book: Workbook) -> dict[str, str]:
    """The titles of the columns in the language of the file."""
    there = {folded(title) for title in book.titles(SHEET)} if SHEET in book.sheet_names else set()
    best = titles_in(translation.get_language() or settings.LANGUAGE_CODE)
    for code, _name in settings.LANGUAGES:
        titles = titles_in(code)
        if len(there & set(map(folded, titles.values()))) > len(there & set(map(folded, best.values()))):
            best = titles
    return best


def titles_in(language: str) -> dict[str, str]:
    with translation.override(language):
        return {name: str(title) for name, title in TITLES.items()}


def kinds_by_word() -> dict[str, str]:
    """Every word for a type of paper, in each language."""
    words: dict[str, str] = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            words |= {folded(str(kind.label)): kind.value for kind in DocumentKind}
    return words


class Reader:
    """Reads the rows of one workbook."""

    def __init__(self, titles: Mapping[str, str], owner: Unit) -> None:
        self.titles = titles
        self.owner = owner
        self.kinds = kinds_by_word()

    def said(self, row: Row) -> DocumentSaid | None:
        """None where something that is needed is missing; what is wrong is noted at its cell."""
        issued_on = row.date(self.titles["issued_on"], required=True)
        expires_on = row.date(self.titles["expires_on"])
        if issued_on and expires_on and expires_on < issued_on:
            row.refuse(self.titles["expires_on"], _("The last day lies before the day of the document."))
        texts = {name: self.text(row, name) for name in ("number", "issuer", "subject", "field")}
        words: dict[str, Any] = {**texts, "kind": self.kind(row), "expires_on": expires_on}
        words["is_normative"] = row.flag(self.titles["is_normative"])
        unit = row.text(self.titles[UNIT])
        if unit and folded(unit) != folded(self.owner.name):
            row.refuse(self.titles[UNIT], _("This row is in the register of another unit."))
        if issued_on is None:
            return None
        return DocumentSaid(issued_on=issued_on, **words)

    def text(self, row: Row, name: str) -> str:
        title = self.titles[name]
        text = " ".join(row.text(title, required=name in REQUIRED).split())
        limit = getattr(Document._meta.get_field(name), "max_length", 0)
        if len(text) > limit:
            row.refuse(title, _("At most %(limit)s characters fit here.") % {"limit": limit})
        return text

    def kind(self, row: Row) -> str:
        title = self.titles["kind"]
        word = folded(row.text(title))
        if not word:
            return DocumentKind.OTHER.value
        if word not in self.kinds:
            words = {"choices": ", ".join(str(kind.label) for kind in DocumentKind)}
            row.refuse(title, _("Only these are possible: %(choices)s.") % words)
        return self.kinds.get(word, DocumentKind.OTHER.value)


def compared(said: Iterable[DocumentSaid], owner: Unit, notes: list[str]) -> DocumentsRead:
    """A row is the stored document of its number, issuer and day; each stored one is taken once. One query."""
    rows = list(said)
    years = {each.issued_on.year for each in rows}
    stored = list(Document.objects.filter(owner=owner, issued_on__year__in=years).order_by("-pk"))
    left: dict[tuple[str, date], list[Document]] = {}
    for each in stored:
        left.setdefault((each.numbered, each.issued_on), []).append(each)
    used = Counter((each.numbered, each.issued_on.year) for each in stored)
    new, changed, same = [], [], 0
    for row in rows:
        known = left.get((row.numbered, row.issued_on))
        if not known:
            new.append(row)
            used[row.numbered, row.issued_on.year] += 1
            continue
        found = known.pop()
        if row.says_the_same(found):
            same += 1
        else:
            changed.append((found, replace(row, key=found.pk, version=found.version)))
    twice = [row for row in new if used[row.numbered, row.issued_on.year] > 1]
    return DocumentsRead(new, changed, same, twice, notes)
