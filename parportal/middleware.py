"""What surrounds every request: an id in the logs, and the language the person chose."""

import logging
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation

GetResponse = Callable[[HttpRequest], HttpResponse]
# Of a primary key.
LARGEST_NUMBER = 2**63 - 1
_current_request_id: ContextVar[str] = ContextVar("request_id", default="-")


class RequestIdFilter(logging.Filter):
    """Give every log record the id of the request it belongs to ("-" outside of one)."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = _current_request_id.get()
        return True


def current_request_id() -> str:
    return _current_request_id.get()


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks, which reads words like {"result": "signed_out"} and not a page."""
    return "application/json" in request.headers.get("Accept", "")


def request_id(get_response: GetResponse) -> GetResponse:
    """Name each request, so that the error page, the response and the log speak of the same one."""

    def middleware(request: HttpRequest) -> HttpResponse:
        token = _current_request_id.set(uuid.uuid4().hex[:12])
        try:
            response = get_response(request)
            response.headers["X-Request-Id"] = _current_request_id.get()
            return response
        finally:
            _current_request_id.reset(token)

    return middleware


def language(get_response: GetResponse) -> GetResponse:
    """Vietnamese unless the person chose otherwise: office browsers often ask for English by default."""
    offered = dict(settings.LANGUAGES)

    def middleware(request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        code = chosen if chosen in offered else settings.LANGUAGE_CODE
        with translation.override(code):
            request.LANGUAGE_CODE = code
            response = get_response(request)
        response.headers.setdefault("Content-Language", code)
        return response

    return middleware


def no_endless_numbers(get_response: GetResponse) -> GetResponse:
    """Answer 404 to addresses with a number that no row can have: databases refuse it where it is compared."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(request: HttpRequest, view: object, args: object, kwargs: dict[str, object]) -> None:
        if any(isinstance(value, int) and value > LARGEST_NUMBER for value in kwargs.values()):
            raise Http404

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware


def no_null_characters(get_response: GetResponse) -> GetResponse:
    """Answer 400 to texts with a null character: nobody types one, and PostgreSQL stores none."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(request: HttpRequest, view: object, args: object, kwargs: object) -> None:
        for sent in (request.GET, request.POST):
            if any("\x00" in value for _name, values in sent.lists() for value in values):
                raise BadRequest("null character")

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware
