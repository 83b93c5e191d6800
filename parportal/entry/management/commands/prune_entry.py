from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.utils import timezone

from parportal.commands import PortalCommand
from parportal.entry.models import Receipt, Upload
from parportal.entry.receiving import forget

UPLOAD_DAYS = 14
RECEIPT_DAYS = 180


class Command(PortalCommand):
    help = "Forget uploads that became nothing (with their files) and old receipts; print how many. For a timer."
    epilog = "Example:\n  manage.py prune_entry --upload-days 14 --receipt-days 180"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--upload-days", type=int, default=UPLOAD_DAYS, metavar="N")
        parser.add_argument("--receipt-days", type=int, default=RECEIPT_DAYS, metavar="N")

    def handle(self, *args: Any, upload_days: int, receipt_days: int, **options: Any) -> None:
        now = timezone.now()
        old = list(Upload.objects.filter(created_at__lt=now - timedelta(days=upload_days)))
        for upload in old:
            forget(upload)
        receipts, _by_model = Receipt.objects.filter(at__lt=now - timedelta(days=receipt_days)).delete()
        self.stdout.write(f"{len(old)} uploads, {receipts} receipts")
