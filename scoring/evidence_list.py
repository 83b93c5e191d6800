"""All evidence of a sheet: where each document is used, its versions, and what the reader may do with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Prefetch
from django.urls import reverse

from parportal.entry.archives import size_text
from scoring.evidence_part import address, badges, evidence_text, file_address, preview_address
from scoring.evidence_rules import approved_items, is_late_now, why_no_evidence_now
from scoring.filling import Filling, filling_of
from scoring.models import Evidence, Score, ScoreSheet
from scoring.tree import Tree
from scoring.workflow import why_row_is_closed
from units.models import User


@dataclass(frozen=True, slots=True)
class Use:
    """A row that a document proves. `remove_url` is empty where it cannot be taken away."""

    code: str
    title: str
    url: str
    remove_url: str


@dataclass(frozen=True, slots=True)
class Version:
    number: int
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Item:
    """One document, ready to print. Shapes: `versions` are the earlier ones, the last one first."""

    evidence: Evidence
    text: str
    size: str
    badges: str
    uses: tuple[Use, ...]
    number: int
    versions: tuple[Version, ...]
    file_url: str
    preview_url: str
    may_change: bool
    may_replace: bool
    may_link: bool


@dataclass(frozen=True, slots=True)
class EvidenceList:
    """Shapes: `rows` are the codes and titles of rows that documents can be linked to."""

    items: tuple[Item, ...]
    rows: tuple[tuple[str, str], ...]
    locked: str
    late: bool


def evidence_list(sheet: ScoreSheet, user: User) -> EvidenceList:
    """Seven queries, whatever the number of documents."""
    filling = filling_of(sheet, Tree.of(sheet.campaign.criteria_set), user)
    visible = Score.objects.visible_to(user).filter(sheet=sheet).select_related("criterion", "exclusion")
    rows = list(visible.order_by("criterion__position"))
    late = is_late_now(sheet)
    locked = why_no_evidence_now(sheet, user) if late else filling.locked
    open_rows = {row.pk for row in rows if can_fill(row, filling, late=late, locked=locked)}
    documents = Evidence.objects.visible_to(user).filter(sheet=sheet)
    current = documents.filter(replaced_by=None).prefetch_related(Prefetch("scores", visible))
    earlier = {each.pk: each for each in Evidence.objects.filter(sheet=sheet).exclude(replaced_by=None)}
    writer = Writer(sheet, open_rows, approved_items(sheet), earlier, late)
    return EvidenceList(
        items=tuple(writer.item(each) for each in current),
        rows=tuple((row.criterion.code, row.criterion.title) for row in rows if row.pk in open_rows),
        locked=locked,
        late=late,
    )


def can_fill(row: Score, filling: Filling, *, late: bool, locked: str) -> bool:
    why = locked if late else filling.why_locked(row.criterion_id)
    return not (why or why_row_is_closed(row))


@dataclass(frozen=True, slots=True)
class Writer:
    """Shapes: `open_rows` and `approved` hold primary keys of rows and documents."""

    sheet: ScoreSheet
    open_rows: set[int]
    approved: set[int]
    earlier: Mapping[int, Evidence]
    late: bool

    def item(self, evidence: Evidence) -> Item:
        rows = sorted(evidence.scores.all(), key=lambda row: row.criterion.position)
        chain = list(self.chain(evidence))
        kept = evidence.is_late or evidence.pk in self.approved
        mine = bool(rows) and not self.late and all(row.pk in self.open_rows for row in rows)
        return Item(
            evidence=evidence,
            text=evidence_text(evidence),
            size=size_text(evidence.size) if evidence.file else "",
            badges=badges(evidence),
            uses=tuple(self.use(evidence, row, removable=mine and not kept) for row in rows),
            number=len(chain) + 1,
            versions=tuple(self.version(evidence, each, len(chain) - n) for n, each in enumerate(chain)),
            file_url=file_address(evidence),
            preview_url=preview_address(evidence),
            may_change=mine and not kept,
            may_replace=mine,
            may_link=bool(self.open_rows) and (evidence.is_late or not self.late),
        )

    def chain(self, evidence: Evidence) -> Iterable[Evidence]:
        while evidence.replaces_id is not None:
            evidence = self.earlier[evidence.replaces_id]
            yield evidence

    def version(self, present: Evidence, earlier: Evidence, number: int) -> Version:
        downloads = earlier.file and not earlier.is_in_quarantine
        url = reverse("evidence_version", args=[present.pk, earlier.pk]) if downloads else ""
        return Version(number, evidence_text(earlier), url)

    def use(self, evidence: Evidence, row: Score, *, removable: bool) -> Use:
        return Use(
            code=row.criterion.code,
            title=row.criterion.title,
            url=f"{reverse('sheet', args=[self.sheet.pk])}#row-{row.criterion_id}",
            remove_url=address("evidence_remove", self.sheet.pk, row.criterion_id, evidence.pk)
            if removable
            else "",
        )
