"""What the worker does with a document that has arrived: the virus scan, then the pictures of its pages."""

from __future__ import annotations

from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils.translation import gettext as _

from parportal.entry.kept_files import Scan, scanned
from parportal.entry.previews import DRAWABLE, NoPreview, PagePicture, page_pictures
from parportal.entry.scanning import ScannerSilent
from parportal.jobs.actions import start
from parportal.jobs.models import Job
from parportal.jobs.tasks import JobFailed, Keep, Progress
from scoring.models import Evidence, EvidencePage
from units.access import Role
from units.audit import Action, Change, record
from units.models import Notice, User
from units.notices import notify


def start_scan(evidence: Evidence, *, by: User) -> Job:
    return start(
        key=f"evidence-scan-{evidence.pk}",
        title=_("Virus scan: %(evidence)s") % {"evidence": evidence},
        handler=scan_document,
        arguments={"evidence_id": evidence.pk, "user_id": by.pk},
        page_url=reverse("evidence_preview", args=[evidence.pk]),
        by=by,
    )


def has_preview(evidence: Evidence) -> bool:
    """Whether page pictures can be made of the document: of the kinds that can be drawn, and not in quarantine."""
    return bool(evidence.file) and evidence.extension in DRAWABLE and not evidence.is_in_quarantine


def start_preview(evidence: Evidence, *, by: User) -> Job | None:
    if not has_preview(evidence) or evidence.page_count:
        return None
    return start(
        key=preview_key(evidence),
        title=_("Preview: %(evidence)s") % {"evidence": evidence},
        handler=make_preview,
        arguments={"evidence_id": evidence.pk},
        page_url=reverse("evidence_preview", args=[evidence.pk]),
        by=by,
    )


def preview_key(evidence: Evidence) -> str:
    return f"evidence-preview-{evidence.pk}"


def gone() -> JobFailed:
    return JobFailed(_("The document was taken away meanwhile."))


def make_preview(progress: Progress, *, evidence_id: int) -> Keep:
    """Draw the pages of a document. What nobody may have gets no pictures either.

    Raises: JobFailed with the words that the page of the preview shows.
    """
    progress(0, 0)
    evidence = Evidence.objects.filter(pk=evidence_id).first()
    if evidence is None or not evidence.file or evidence.is_in_quarantine:
        raise gone()
    try:
        with evidence.file.open("rb") as content:
            pages = page_pictures(content, evidence.extension, progress)
    except NoPreview as why:
        raise JobFailed(str(why)) from None

    def keep() -> dict[str, str]:
        keep_pages(evidence_id, pages)
        return {"url": reverse("evidence_preview", args=[evidence_id]), "label": _("Look at the preview")}

    return keep


def keep_pages(evidence_id: int, pages: list[PagePicture]) -> None:
    """Store the pictures, all or none.

    Raises: JobFailed when the document was taken away while its pages were drawn.
    """
    evidence = Evidence.objects.select_for_update().filter(pk=evidence_id).first()
    if evidence is None:
        raise gone()
    made: list[EvidencePage] = []
    try:
        for each in pages:
            page = EvidencePage(evidence=evidence, number=each.number, width=each.width, height=each.height)
            page.file.save("", ContentFile(each.content), save=False)
            made.append(page)
        EvidencePage.objects.bulk_create(made)
        evidence.page_count = len(made)
        evidence.save(update_fields=["page_count"])
    except Exception:
        for page in made:
            page.file.delete(save=False)
        raise


def scan_document(progress: Progress, *, evidence_id: int, user_id: int) -> Keep:
    """Ask the virus scanner about a document in quarantine.

    Raises: JobFailed when there is no verdict; the document stays where it is (`manage.py scan_evidence`).
    """
    progress(0, 0)
    evidence = Evidence.objects.filter(pk=evidence_id).first()
    if evidence is None:
        raise gone()
    try:
        infected = scanned(evidence)
    except ScannerSilent as why:
        raise JobFailed(str(why)) from None

    def keep() -> dict[str, str]:
        keep_verdict(evidence_id, infected=infected, by=User.objects.filter(pk=user_id).first())
        return {"url": reverse("evidence_preview", args=[evidence_id]), "label": _("Look at the document")}

    return keep


def keep_verdict(evidence_id: int, *, infected: bool, by: User | None) -> None:
    """Let a clean document out of quarantine and have it drawn; keep an infected one there and tell the unit."""
    waiting = Evidence.objects.select_for_update(of=("self",)).filter(
        pk=evidence_id, scan__in=(Scan.OFF, Scan.WAITING)
    )
    evidence = waiting.select_related("sheet__unit", "sheet__campaign").first()
    if evidence is None:
        return
    evidence.scan = Scan.INFECTED if infected else Scan.CLEAN
    evidence.save(update_fields=["scan"])
    if infected:
        tell_of_virus(evidence)
    elif by is not None:
        start_preview(evidence, by=by)


def tell_of_virus(evidence: Evidence) -> None:
    changes = [
        Change(score, "evidence_scan", "", evidence) for score in evidence.scores.select_related("criterion")
    ]
    record(Action.EVIDENCE_INFECTED, evidence.sheet, by=None, changes=changes)
    told = User.objects.holding(Role.OFFICER, Role.LEADER, units=[evidence.sheet.unit])
    url = reverse("sheet_evidence", args=[evidence.sheet_id])
    notify(told, kind=Notice.Kind.INFECTED, subject=f"{evidence} ({evidence.sheet})", url=url)
