"""What the worker does with a file of the register: the virus scan. Of infected ones the unit is told."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from parportal.entry.kept_files import Scan, await_scan, scanned
from parportal.entry.scanning import ScannerSilent
from parportal.jobs.actions import start
from parportal.jobs.tasks import JobFailed, Keep, Progress
from plans.models import Document
from units.access import Role
from units.audit import Action, Change, record
from units.models import Notice, User
from units.notices import notify


def arrived(document: Document, *, by: User) -> None:
    """What follows when a file was stored: the scan, where there is a scanner."""
    if not await_scan(document):
        return
    start(
        key=f"document-scan-{document.pk}-{document.sha256[:16]}",
        title=_("Virus scan: %(evidence)s") % {"evidence": document},
        handler=scan_document,
        arguments={"document_id": document.pk, "sha256": document.sha256},
        page_url=reverse("document", args=[document.pk]),
        by=by,
    )


def scan_document(progress: Progress, *, document_id: int, sha256: str) -> Keep:
    """Ask the virus scanner about a file in quarantine.

    Raises: JobFailed when there is no verdict; the file stays where it is (`manage.py scan_evidence`).
    """
    progress(0, 0)
    document = Document.objects.filter(pk=document_id, sha256=sha256).first()
    if document is None:
        raise JobFailed(_("The document was taken away meanwhile."))
    try:
        infected = scanned(document)
    except ScannerSilent as why:
        raise JobFailed(str(why)) from None

    def keep() -> dict[str, str]:
        keep_verdict(document, infected=infected)
        return {"url": reverse("document", args=[document_id]), "label": _("Look at the document")}

    return keep


def keep_verdict(document: Document, *, infected: bool) -> None:
    """Let a clean file out of quarantine; keep an infected one there and tell the unit.

    Nothing when the document has another file by now.
    """
    waiting = Document.objects.select_for_update(of=("self",)).filter(
        pk=document.pk, file=document.file.name, scan__in=(Scan.OFF, Scan.WAITING)
    )
    found = waiting.select_related("owner").first()
    if found is None:
        return
    found.scan = Scan.INFECTED if infected else Scan.CLEAN
    found.save(update_fields=["scan"])
    if infected:
        record(Action.EVIDENCE_INFECTED, found, by=None, changes=[Change(found, "evidence_scan", "", found)])
        told = User.objects.holding(Role.OFFICER, Role.LEADER, Role.COORDINATOR, units=[found.owner])
        notify(told, kind=Notice.Kind.INFECTED, subject=f"{found} ({found.owner})", url=document_url(found))


def document_url(document: Document) -> str:
    return reverse("document", args=[document.pk])
