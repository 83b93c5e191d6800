"""The leader's click, for tests of pages."""

from typing import Any

from django.test import Client


def approval(client: Client, url: str) -> dict[str, Any]:
    """What the form on the page of a leader sends: the move, and the hash of what the page shows."""
    page = client.get(url, {"move": "submit"}).content.decode()
    return {"move": "submit", "seen": page.split('name="seen" value="')[1].split('"', 1)[0]}
