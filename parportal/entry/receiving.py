"""Files that come in small parts over a bad line: opened, filled part by part, taken when whole and verified.

A part that was sent twice is kept once; a wrong offset is answered with the true one. Only when all of it is
there, its size and hash are as announced and its content is what its name says, an upload is complete: that
answer is the receipt.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from parportal.entry.archives import CHUNK_BYTES, size_text
from parportal.entry.models import Upload, UploadPart, UploadState, upload_path
from parportal.entry.problems import EntryProblem
from parportal.entry.uploads import CONTENT_TYPES, CheckedUpload, check_upload, extension_of

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

# What a browser is asked to send at once, and the most that is taken at once.
PART_BYTES = 256 * 1024
MAX_PART_BYTES = 1024 * 1024
# Files of one person that are not evidence of anything yet.
MAX_OPEN = 20
_KEY = re.compile(r"[0-9a-zA-Z-]{8,36}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class WrongOffset(Exception):
    """A part that does not begin where the last one ended; `received` bytes are there."""

    def __init__(self, received: int) -> None:
        super().__init__(received)
        self.received = received


@dataclass(frozen=True, slots=True)
class Announced:
    """What the browser says of a file before it sends it. Units: `size` in bytes; `sha256` in hexadecimal."""

    key: str
    name: str
    size: int
    sha256: str


def open_upload(*, announced: Announced, by: AbstractBaseUser) -> Upload:
    """The upload to fill: a new one, or the one that this file had begun, whatever its key was then.

    Raises: EntryProblem for a file that would not be taken, before any of it is sent.
    """
    expect_takeable(announced)
    with transaction.atomic():
        same = Upload.objects.select_for_update().filter(user=by.pk)
        found = same.filter(key=announced.key).first() or begun_before(announced, by)
        if found is None:
            make_room(by)
            return Upload.objects.create(
                user_id=by.pk, key=announced.key, name=announced.name, size=announced.size, sha256=announced.sha256
            )
        if (found.size, found.sha256) != (announced.size, announced.sha256):
            raise EntryProblem(_("Another file is being sent under this key."))
        if found.state == UploadState.REFUSED:
            begin_again(found)
    return finish(found)


def begun_before(announced: Announced, by: AbstractBaseUser) -> Upload | None:
    """The same file by name, size and hash, unfinished or not used yet."""
    same = Upload.objects.filter(user=by.pk, name=announced.name, size=announced.size, sha256=announced.sha256)
    unused = same.exclude(state=UploadState.REFUSED).exclude(state=UploadState.COMPLETE, file="")
    return unused.order_by("-pk").first()


def expect_takeable(announced: Announced) -> None:
    """Raises: EntryProblem."""
    if not _KEY.fullmatch(announced.key) or not _SHA256.fullmatch(announced.sha256):
        raise EntryProblem(_("This upload was not announced as the portal expects it."))
    if announced.size <= 0:
        raise EntryProblem(_("This file is empty."))
    if announced.size > settings.MAX_UPLOAD_BYTES:
        limit = {"limit": size_text(settings.MAX_UPLOAD_BYTES)}
        raise EntryProblem(_("This file is larger than %(limit)s."), limit)
    if extension_of(announced.name) not in CONTENT_TYPES:
        kinds = {"kinds": ", ".join(CONTENT_TYPES)}
        raise EntryProblem(_("Files of this kind are not taken. Possible are: %(kinds)s."), kinds)


def make_room(by: AbstractBaseUser) -> None:
    """Forget the oldest unfinished uploads of a person who has too many; never one that is complete.

    Raises: EntryProblem when that many complete ones wait to be used.
    """
    held = Upload.objects.filter(user=by.pk).exclude(file="", state=UploadState.COMPLETE)
    surplus = held.count() - MAX_OPEN + 1
    if surplus <= 0:
        return
    unfinished = list(held.exclude(state=UploadState.COMPLETE).order_by("pk")[:surplus])
    for upload in unfinished:
        forget(upload)
    if len(unfinished) < surplus:
        raise EntryProblem(_("Too many files wait to be used. Add them to their rows first, or wait a few days."))


def take_part(*, upload: Upload, offset: int, content: bytes) -> Upload:
    """Keep one part; the last one makes the file whole. A part that is there already changes nothing.

    Raises: WrongOffset; EntryProblem for a part that is too long.
    """
    with transaction.atomic():
        locked = Upload.objects.select_for_update().get(pk=upload.pk)
        is_there = offset + len(content) <= locked.received
        if locked.state == UploadState.RECEIVING and not is_there:
            if offset != locked.received:
                raise WrongOffset(locked.received)
            if offset + len(content) > locked.size:
                raise EntryProblem(_("More was sent than was announced for this file."))
            keep_part(locked, content)
    return finish(locked)


def keep_part(upload: Upload, content: bytes) -> None:
    part = UploadPart(upload=upload, offset=upload.received, size=len(content))
    part.file.save("", ContentFile(content), save=False)
    try:
        part.save()
        upload.received += part.size
        upload.save(update_fields=["received"])
    except Exception:
        part.file.delete(save=False)
        raise


def finish(upload: Upload) -> Upload:
    """Join, verify and keep a file whose parts are all there; anything else is given back as it is.

    Outside of a transaction: joining is slow. Whoever comes second finds the work done.
    """
    if upload.state != UploadState.RECEIVING or upload.received < upload.size:
        return upload
    with tempfile.TemporaryFile() as whole:
        try:
            sha256 = join(upload, whole)
            verify(upload, File(whole, name=upload.name), sha256)
        except OSError:
            upload.refresh_from_db()
            if upload.state == UploadState.RECEIVING:
                raise
            return upload
        except EntryProblem as problem:
            return settle(upload, UploadState.REFUSED, why=str(problem))
        whole.seek(0)
        stored = upload.file.storage.save(upload_path(upload, ""), File(whole))
    return settle(upload, UploadState.COMPLETE, stored=stored)


def join(upload: Upload, whole: IO[bytes]) -> str:
    """Write the parts one behind the other; their sha256.

    Raises: OSError when a part has gone, because somebody else finished this upload.
    """
    digest = hashlib.sha256()
    for part in upload.parts.all():
        with part.file.open("rb") as content:
            while chunk := content.read(CHUNK_BYTES):
                digest.update(chunk)
                whole.write(chunk)
    return digest.hexdigest()


def verify(upload: Upload, whole: File[Any], sha256: str) -> None:
    """Raises: EntryProblem."""
    if sha256 != upload.sha256:
        raise EntryProblem(_("What arrived is not the file that was sent: its check sum differs. Send it again."))
    check_upload(whole, max_bytes=settings.MAX_UPLOAD_BYTES, allowed=CONTENT_TYPES)


def settle(upload: Upload, state: UploadState, *, stored: str = "", why: str = "") -> Upload:
    """End the upload, unless somebody else did; its parts go."""
    with transaction.atomic():
        locked = Upload.objects.select_for_update().get(pk=upload.pk)
        if locked.state != UploadState.RECEIVING:
            transaction.on_commit(lambda: locked.file.storage.delete(stored) if stored else None)
            return locked
        locked.state, locked.why_refused, locked.file.name = state, why, stored
        if state == UploadState.COMPLETE:
            locked.completed_at = timezone.now()
        else:
            locked.received = 0
        locked.save()
        drop_parts(locked)
    return locked


def begin_again(upload: Upload) -> None:
    upload.state, upload.why_refused, upload.received = UploadState.RECEIVING, "", 0
    upload.save(update_fields=["state", "why_refused", "received"])


def drop_parts(upload: Upload) -> None:
    parts = list(upload.parts.all())
    upload.parts.all().delete()

    def delete_files() -> None:
        for part in parts:
            part.file.delete(save=False)

    transaction.on_commit(delete_files)


@transaction.atomic
def forget(upload: Upload) -> None:
    """Delete an upload with its parts and its file: called off by the person, or never finished.

    Read again under its lock: the file may have become evidence, or have arrived, a moment ago.
    """
    locked = Upload.objects.select_for_update().filter(pk=upload.pk).first()
    if locked is None:
        return
    drop_parts(locked)
    storage, name = locked.file.storage, locked.file.name
    locked.delete()
    if name:
        transaction.on_commit(lambda: storage.delete(name))


def give_away(upload: Upload) -> tuple[str, CheckedUpload]:
    """The stored name of a complete file and what it is. From now on the file belongs to the caller's row.

    Inside the caller's transaction; `upload` is locked.

    Raises: EntryProblem for what is not complete, or was given away before.
    """
    if upload.state != UploadState.COMPLETE or not upload.file:
        raise EntryProblem(_("“%(name)s” has not arrived yet. Send it again."), {"name": upload.name})
    extension = extension_of(upload.name)
    stored = str(upload.file.name)
    upload.file.name = ""
    upload.save(update_fields=["file"])
    return stored, CheckedUpload(CONTENT_TYPES[extension], upload.sha256, upload.size, extension)
