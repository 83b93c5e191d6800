from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction

from parportal.commands import PortalCommand
from parportal.entry import scanning
from parportal.entry.kept_files import KeptFile, Scan, scanned
from plans.document_jobs import keep_verdict as keep_verdict_on_document
from plans.models import Document
from scoring.evidence_jobs import keep_verdict
from scoring.models import Evidence


class Command(PortalCommand):
    help = (
        "Scan the documents in quarantine, of evidence and of the registers, that the virus scanner has not "
        "judged yet; print how many were clean and how many infected. For a timer, and after the scanner was "
        "out of order."
    )
    epilog = "Examples:\n  manage.py scan_evidence\n  manage.py scan_evidence --all    # also what came earlier"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="also documents that were never scanned")

    def handle(self, *args: Any, **options: Any) -> None:
        if not scanning.is_on():
            raise CommandError("CLAMAV_COMMAND is not set: there is no scanner.")
        wanted = (Scan.WAITING, Scan.OFF) if options["all"] else (Scan.WAITING,)
        verdicts = {True: 0, False: 0}
        for evidence in Evidence.objects.filter(scan__in=wanted).exclude(file="").select_related("added_by"):
            infected = verdict(evidence)
            with transaction.atomic():
                keep_verdict(evidence.pk, infected=infected, by=evidence.added_by)
            verdicts[infected] += 1
        for document in Document.objects.filter(scan__in=wanted).exclude(file=""):
            infected = verdict(document)
            with transaction.atomic():
                keep_verdict_on_document(document, infected=infected)
            verdicts[infected] += 1
        self.stdout.write(f"{verdicts[False]} clean, {verdicts[True]} infected")


def verdict(row: KeptFile) -> bool:
    """Raises: CommandError when the scanner is silent."""
    try:
        return scanned(row)
    except scanning.ScannerSilent as why:
        raise CommandError(str(why)) from None
