"""All papers of one kind of a campaign in one file, a unit after the other.

Each finished part is kept under the folder of the job: a run that follows one whose worker was killed skips it.
"""

from __future__ import annotations

import gc
import hashlib
import secrets
import shutil
import tempfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from parportal.jobs.actions import start
from parportal.jobs.models import Job
from parportal.jobs.tasks import JobFailed, Keep, Progress
from reports.basis import Basis, NoPaper
from reports.documents import Document
from reports.finishing import finished
from reports.kinds import KINDS, Subject, stored
from reports.models import Report, ReportKind
from reports.output.pdf import PdfUnavailable
from reports.papers.data import ChildrenUnclear
from reports.rendering import RENDERED, document_of
from reports.text.figures import figures_of
from reports.text.narrative import written
from scoring.models import Campaign, ScoreSheet, UnitResult
from units.models import Unit, User
from units.models.units import today

SHA256_LENGTH = 64


def kinds_of(campaign: Campaign) -> list[tuple[str, str]]:
    """Kinds that are about one unit of the campaign, and can be made now."""
    return [
        (str(kind), str(ReportKind(kind).label))
        for kind, what in KINDS.items()
        if what.subject is Subject.CAMPAIGN_UNIT and (campaign.is_public or not what.published)
    ]


def start_zip(campaign: Campaign, kind: str, made_as: str, user: User) -> Job:
    names = {"kind": ReportKind(kind).label, "campaign": campaign.title}
    return start(
        key=f"report-zip-{kind}-{made_as}-{campaign.pk}",
        title=_("All units: %(kind)s, %(campaign)s") % names,
        handler=make_zip,
        arguments={
            "campaign_id": campaign.pk,
            "kind": kind,
            "made_as": made_as,
            "user_id": user.pk,
            "folder": folder_of(secrets.token_hex(16)),
        },
        page_url=reverse("campaign_zip", args=[campaign.code]),
        by=user,
    )


def folder_of(token: str) -> str:
    return f"reports/zips/{token}"


@dataclass(frozen=True, slots=True)
class Parts:
    """Papers of units as they are kept until the whole is made."""

    folder: str
    made_as: str

    def name(self, unit: Unit) -> str:
        return f"{self.folder}/{unit.pk}.{self.made_as}"

    def mark(self, unit: Unit) -> str:
        """Written behind the part: where its sum is whole, the part is."""
        return f"{self.folder}/{unit.pk}.sha256"

    def has(self, unit: Unit) -> bool:
        if not default_storage.exists(self.mark(unit)):
            return False
        with default_storage.open(self.mark(unit)) as mark:
            return len(mark.read()) == SHA256_LENGTH

    def keep(self, unit: Unit, content: bytes) -> None:
        self.remove(unit)
        default_storage.save(self.name(unit), ContentFile(content))
        default_storage.save(self.mark(unit), ContentFile(hashlib.sha256(content).hexdigest().encode()))

    def remove(self, unit: Unit) -> None:
        for name in (self.mark(unit), self.name(unit)):
            default_storage.delete(name)


def make_zip(progress: Progress, *, campaign_id: int, kind: str, made_as: str, user_id: int, folder: str) -> Keep:
    """Raises: JobFailed."""
    progress(0, 0)
    user = User.objects.get(pk=user_id)
    campaign = governed(user, campaign_id)
    units = units_of(user, campaign, kind)
    parts, left_out = Parts(folder, made_as), []
    for place, unit in enumerate(units):
        progress(place, len(units) + 1)
        if parts.has(unit):
            continue
        try:
            parts.keep(unit, RENDERED[made_as](paper_for(user, kind, campaign, unit)))
        except (NoPaper, ChildrenUnclear) as why:
            left_out.append(f"{unit.name}: {why}")
        except PdfUnavailable as why:
            raise JobFailed(str(why)) from why
        gc.collect()
    progress(len(units), len(units) + 1)
    made = [unit for unit in units if parts.has(unit)]
    if not made:
        raise JobFailed(" ".join([_("There is no paper of any unit."), *left_out[:3]]))
    name = zipped(parts, made, f"{kind}-{campaign.code}", left_out)

    def keep() -> dict[str, str]:
        for unit in made:
            parts.remove(unit)
        url = reverse("report_zip", args=[folder.rsplit("/", 1)[-1]])
        return {"url": url, "label": _("Download the ZIP"), "file": name, "name": f"{kind}-{campaign.code}.zip"}

    return keep


def governed(user: User, campaign_id: int) -> Campaign:
    """Raises: JobFailed when the person no longer runs the campaign."""
    found = Campaign.objects.visible_to(user).filter(pk=campaign_id)
    campaign = found.select_related("criteria_set__issuer", "owner__parent", "kept_by__parent").first()
    if campaign is None or not campaign.governed_by(user):
        raise JobFailed(_("You may no longer make the papers of this campaign."))
    return campaign


def units_of(user: User, campaign: Campaign, kind: str) -> list[Unit]:
    """Those of which the person may see what the paper tells."""
    results = UnitResult.objects.visible_to(user).filter(campaign=campaign)
    sheets = ScoreSheet.objects.visible_to(user).filter(campaign=campaign)
    seen = Q(pk__in=(results.values("unit") if KINDS[kind].published else sheets.values("unit")))
    return list(Unit.objects.filter(seen).select_related("parent").order_by("code", "pk"))


def paper_for(user: User, kind: str, campaign: Campaign, unit: Unit) -> Document:
    """As it was written by those whose draft the person may see, else as the portal proposes it.

    Raises: NoPaper, ChildrenUnclear.
    """
    basis = Basis(unit, campaign.year, today(), campaign=campaign)
    found = stored(kind, basis)
    if found is not None and Report.objects.editable_by(user).filter(pk=found.pk).exists():
        return document_of(found)
    return finished(written(KINDS[kind].build(basis), figures_of(basis)))


def zipped(parts: Parts, units: Iterable[Unit], prefix: str, left_out: list[str]) -> str:
    """The name of the file in the storage, written part by part."""
    with tempfile.TemporaryFile() as target:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
            for unit in units:
                inside = f"{prefix}-{unit.code}.{parts.made_as}"
                with default_storage.open(parts.name(unit)) as part, archive.open(inside, "w") as place:
                    shutil.copyfileobj(part, place)
            if left_out:
                archive.writestr("left-out.txt", "\n".join(left_out))
        target.seek(0)
        return default_storage.save(f"{parts.folder}/all.zip", File(target))
