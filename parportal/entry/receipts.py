"""Receipts: a browser keeps each change until it has one, and a change that is sent twice is applied once.

The browser makes a key for each change and sends it with every attempt. The receipt is written in the transaction
of the change; it is looked up only when the change is refused: what was applied already is refused as stale.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Any
from zlib import crc32

from django.http import HttpRequest, JsonResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from parportal.entry.models import ADD_RECEIPT, Receipt

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

KEY = re.compile(r"[0-9A-Za-z-]{8,36}")
# What may differ from one attempt to the next.
NOT_OF_THE_CHANGE = frozenset({"version", "csrfmiddlewaretoken"})


def user_key(user: AbstractBaseUser) -> str:
    """The name under which a browser keeps what this person typed: 16 hexadecimal digits, always the same."""
    return salted_hmac("parportal.entry.user_key", str(user.pk)).hexdigest()[:16]


def is_other_user(request: HttpRequest) -> bool:
    """Whether what is sent was typed by somebody else than the person who is signed in now."""
    named = request.headers.get("X-Portal-User")
    return named is not None and not constant_time_compare(named, user_key(request.user))  # type: ignore[arg-type]


def other_user() -> JsonResponse:
    return JsonResponse({"result": "other_user"}, status=403)


def locked_answer(words: str) -> JsonResponse:
    """The row cannot be filled in now; what was typed is kept in the browser."""
    return JsonResponse({"result": "locked", "messages": [{"at": "", "text": words}]}, status=409)


def forbidden_answer(words: str) -> JsonResponse:
    return JsonResponse({"result": "forbidden", "messages": [{"at": "", "text": words}]}, status=403)


def change_key(request: HttpRequest) -> str:
    """The key of the change that is sent; empty when there is none, or it cannot be one."""
    key = request.headers.get("Idempotency-Key", "")
    return key if KEY.fullmatch(key) else ""


def keep(request: HttpRequest, status: int, answer: dict[str, Any]) -> JsonResponse:
    """Write the receipt of the change that is being applied, in its transaction (one query), and answer.

    Raises: IntegrityError when the key was used for another change already.
    """
    if key := change_key(request):
        kept = {**answer, "sent": check_sum(request)}
        ADD_RECEIPT.one(Receipt(user=request.user, key=key, status=status, answer=kept))  # type: ignore[misc]
    return JsonResponse(answer, status=status)


def stored_answer(request: HttpRequest) -> JsonResponse | None:
    """The answer to the same change, applied before; None when it was not."""
    key = change_key(request)
    found = Receipt.objects.filter(user=request.user.pk, key=key).first() if key else None
    if found is None or found.answer.get("sent") != check_sum(request):
        return None
    return JsonResponse(found.answer, status=found.status)


def check_sum(request: HttpRequest) -> str:
    """Of what is sent, and where to: a key that comes with something else is another change."""
    sent = sorted((name, values) for name, values in request.POST.lists() if name not in NOT_OF_THE_CHANGE)
    return f"{crc32(repr((request.path, sent)).encode()):08x}"


def received(keys: Collection[str], user: AbstractBaseUser) -> dict[str, object]:
    """To which version of its row led what the person's browser had sent without getting an answer, by key."""
    if not keys:
        return {}
    return dict(Receipt.objects.filter(user=user.pk, key__in=keys).values_list("key", "answer__version"))
