"""Posts to the rows of commune A's return, for tests of entry."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.test import Client
from django.urls import reverse

from indicators.models import Entry, Period, Return
from tests.indicators.reporting import indicator, return_of
from tests.world import World

Login = Callable[[str], Client]
CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


@dataclass
class Rows:
    """The rows of a return as a person posts them. Columns are named by their code."""

    world: World
    period: Period
    client: Client

    @property
    def reported(self) -> Return:
        return return_of(self.period, self.world.commune_a)

    def pk(self, code: str) -> int:
        return indicator(self.period, code).pk

    def url(self, code: str, line: str = "") -> str:
        args = [self.reported.pk, self.pk(code), *([line] if line else [])]
        return reverse("return_row", args=args)

    def name(self, code: str, part: str, line: str = "") -> str:
        """The id of a part of the row on the page."""
        return f"r{self.pk(code)}{f'-l{line}' if line else ''}-{part}"

    def post(self, code: str, line: str = "", **sent: Any) -> Any:
        return self.sending(code, line, **sent)()

    def sending(
        self, code: str, line: str = "", *, version: int | str = 0, key: str = "", **typed: str
    ) -> Callable[[], Any]:
        """`typed`: value, note, reason, as_of_on, is_estimate, or the code of a column with _ for its point."""
        beside = ("value", "note", "reason", "as_of_on", "is_estimate")
        named = {
            name if name in beside else f"c{self.pk(name.replace('_', '.'))}": value
            for name, value in typed.items()
        }
        headers = {"Accept": "application/json", **({"Idempotency-Key": key} if key else {})}
        return partial(self.client.post, self.url(code, line), {**named, "version": version}, headers=headers)

    def entry(self, code: str, line: str = "") -> Entry:
        return Entry.objects.get(return_of=self.reported, indicator=self.pk(code), line=line)

    def cells(self, code: str, line: str = "") -> dict[str, Any]:
        return {
            each.indicator.code: each.text if each.number is None else each.number
            for each in self.entry(code, line).values.select_related("indicator")
        }

    def page(self) -> str:
        return text(self.client.get(reverse("return", args=[self.reported.pk])))


def text(response: Any) -> str:
    content: bytes = response.content
    return content.decode()
