"""System checks: what this machine lacks, said before a user meets it."""

import ctypes
import sys
from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Warning, register

# What WeasyPrint loads, and the Debian packages that bring it.
PDF_LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}


@register()
def pdf_libraries(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Whether PDF documents can be made. Only the libraries are tried: WeasyPrint itself is slow to import."""
    if sys.platform != "linux":
        return []
    missing = [package for library, package in PDF_LIBRARIES.items() if not loads(library)]
    if not missing:
        return []
    return [
        Warning(
            "PDF documents cannot be made here: system libraries are missing. Every other page works.",
            hint=f"apt-get install --no-install-recommends {' '.join(missing)}",
            id="parportal.W001",
        )
    ]


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
