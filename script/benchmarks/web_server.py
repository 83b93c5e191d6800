"""What gunicorn serves during the benchmark: the portal, and the two yardsticks beside it in the same workers."""

from collections.abc import Callable, Iterable
from typing import Any

from parportal.wsgi import application as portal
from script.benchmarks.bare import handlers

BARE: dict[str, Any] = handlers()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    return BARE.get(environ["PATH_INFO"], portal)(environ, start_response)  # type: ignore[no-any-return]
