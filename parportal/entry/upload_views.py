"""Uploads in parts, for static/js/uploads.js: JSON in words that the page can show."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from parportal.entry.models import Upload, UploadState
from parportal.entry.problems import EntryProblem
from parportal.entry.receipts import is_other_user, other_user
from parportal.entry.receiving import (
    MAX_PART_BYTES,
    PART_BYTES,
    Announced,
    WrongOffset,
    forget,
    open_upload,
    take_part,
)
from parportal.entry.uploads import kept_name

MAX_ANNOUNCEMENT_BYTES = 10_000


def answer(upload: Upload, status: int = 200) -> JsonResponse:
    """How far an upload is. `state` "complete" is the receipt: size and hash were verified here."""
    if upload.state == UploadState.REFUSED and status == 200:
        status = 422
    content = {
        "key": upload.key,
        "name": upload.name,
        "size": upload.size,
        "received": upload.received,
        "state": upload.state,
        "sha256": upload.sha256,
        "part": PART_BYTES,
        "why": upload.why_refused,
    }
    return JsonResponse(content, status=status)


def refusal(why: object, status: int = 422) -> JsonResponse:
    return JsonResponse({"state": "refused", "why": str(why)}, status=status)


@never_cache
@require_POST
def uploads(request: HttpRequest) -> JsonResponse:
    """Announce a file, or find the upload that it had begun."""
    if is_other_user(request):
        return other_user()
    try:
        announced = announcement(request)
        return answer(open_upload(announced=announced, by=request.user))  # type: ignore[arg-type]
    except EntryProblem as problem:
        return refusal(problem)


def announcement(request: HttpRequest) -> Announced:
    """Raises: EntryProblem."""
    not_expected = EntryProblem(_("This upload was not announced as the portal expects it."))
    if length(request) > MAX_ANNOUNCEMENT_BYTES:
        raise not_expected
    try:
        sent: Any = json.loads(request.body)
    except ValueError:
        raise not_expected from None
    kinds = {"key": str, "name": str, "size": int, "sha256": str}
    if not isinstance(sent, dict) or not all(isinstance(sent.get(name), kind) for name, kind in kinds.items()):
        raise not_expected
    return Announced(sent["key"], kept_name(sent["name"]), sent["size"], sent["sha256"].lower())


@never_cache
@require_http_methods(["GET", "HEAD", "POST", "PUT", "DELETE"])
def upload(request: HttpRequest, key: str) -> JsonResponse:
    """One part of a file (`?offset=`), how far the file is, or its end: called off."""
    if is_other_user(request):
        return other_user()
    found = get_object_or_404(Upload.objects.visible_to(request.user), key=key)
    if request.method == "DELETE":
        return call_off(found)
    return answer(found) if request.method in ("GET", "HEAD") else part(request, found)


def call_off(upload: Upload) -> JsonResponse:
    """What became evidence stays; anything else goes."""
    if upload.state != UploadState.COMPLETE or upload.file:
        forget(upload)
    return JsonResponse({"state": "gone", "received": 0})


def part(request: HttpRequest, upload: Upload) -> JsonResponse:
    offset = request.GET.get("offset", "")
    if length(request) > MAX_PART_BYTES or not (offset.isascii() and offset.isdigit() and len(offset) < 16):
        return refusal(_("This part is not as the portal expects it."), 400)
    try:
        return answer(take_part(upload=upload, offset=int(offset), content=request.body))
    except WrongOffset as wrong:
        upload.received = wrong.received
        return answer(upload, 409)
    except EntryProblem as problem:
        return refusal(problem)


def length(request: HttpRequest) -> int:
    """The announced length of the body. Units: bytes."""
    text = request.headers.get("Content-Length") or "0"
    return int(text) if text.isascii() and text.isdigit() else 0
