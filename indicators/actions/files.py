"""Many rows of a return at once: those accepted from a workbook."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from indicators.actions.entries import Filling, drop_line, filling_of, last_line, lock_for_saving, write_entry
from indicators.importing.return_plan import said_in
from indicators.models import Return
from indicators.typed_rows import InputsRefused
from indicators.workflow import MoveRefused, why_rows_are_locked
from parportal.entry.models import Receipt
from parportal.entry.problems import EntryProblem
from parportal.entry.versions import StaleVersion, check_version
from units.audit import Action, Change, record
from units.models import User


@dataclass(frozen=True, slots=True)
class AcceptedRow:
    """A row of a file that a person accepted.

    `version` is that of the row when its preview was shown, `key` its name in that preview. Shapes: `fields` as in
    `FileRow`; `line` is empty for a figure, and for a line that is new.
    """

    key: str
    indicator: int
    line: str
    name: str
    version: int
    fields: Mapping[str, str]
    is_new: bool = False
    is_removed: bool = False


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What was saved and what was not. Units: `saved` counts rows. Shapes: `left_out` pairs a row with why."""

    saved: int
    left_out: tuple[tuple[str, str], ...]


@transaction.atomic
def accept_rows(
    *, reported: Return, rows: Collection[AcceptedRow], file_name: str, by: User, preview: str = ""
) -> Acceptance:
    """Save accepted rows of a file, by the same rules as rows that are typed.

    A row that changed after its preview, or cannot be saved any more, is left out; the others are saved together.
    `preview` names the preview: what is accepted of it again adds no line twice.

    Raises: MoveRefused when the return was locked meanwhile.
    """
    filling = filling_of(lock_for_saving(by, reported.pk))
    if why := why_rows_are_locked(filling.return_of, by):
        raise MoveRefused(why)
    changes: list[Change] = []
    left_out: list[tuple[str, str]] = []
    saved = 0
    lines = NewLines(filling, preview, by)
    for row in rows:
        try:
            changes += accept_row(filling, row, by, lines)
            saved += 1
        except StaleVersion:
            left_out.append((row.name, _("It was changed on the portal after the preview.")))
        except (EntryProblem, InputsRefused):
            left_out.append((row.name, _("It cannot be saved any more as the file says it.")))
    lines.keep()
    if changes:
        record(Action.RETURN_IMPORTED, filling.return_of, by=by, reason=file_name, changes=changes)
    return Acceptance(saved, tuple(left_out))


class NewLines:
    """The lines that a file adds: their numbers, and which of them were added from the same preview before."""

    def __init__(self, filling: Filling, preview: str, by: User) -> None:
        self.filling, self.preview, self.by = filling, preview, by
        found = Receipt.objects.filter(user=by, key=preview).first() if preview else None
        self.added: list[str] = found.answer.get("added", []) if found else []
        self.last: dict[int, int] = {}

    def add(self, row: AcceptedRow) -> str:
        """The key of a line that is added to a table. One query for each table.

        Raises: StaleVersion when it was added before.
        """
        if row.key in self.added:
            raise StaleVersion(1, row.version)
        self.last[row.indicator] = self.last_of(row.indicator) + 1
        return str(self.last[row.indicator])

    def last_of(self, table: int) -> int:
        """The largest number so far, that of a line that the same file removes included."""
        if table not in self.last:
            self.last[table] = last_line(self.filling, table)
        return self.last[table]

    def keep(self) -> None:
        """Write down what was added, in the transaction of the rows."""
        if self.preview and self.added:
            kept = {"status": 200, "answer": {"added": self.added}}
            Receipt.objects.update_or_create(user=self.by, key=self.preview, defaults=kept)


def accept_row(filling: Filling, row: AcceptedRow, by: User, lines: NewLines) -> list[Change]:
    """Raises: StaleVersion, EntryProblem, InputsRefused."""
    place = (row.indicator, row.line)
    if row.is_removed:
        check_version(filling.version(place), row.version)
        lines.last_of(row.indicator)
        return [drop_line(filling=filling, place=place, by=by)]
    item = filling.items.get(row.indicator)
    if item is None:
        raise EntryProblem(_("This row does not belong to the return."))
    is_added = row.is_new and item.has_free_lines
    if is_added:
        place = (row.indicator, lines.add(row))
    said = said_in(item, place[1], row.fields)
    changes = write_entry(filling=filling, place=place, said=said, version=row.version, by=by)
    if is_added:
        lines.added.append(row.key)
    return changes
