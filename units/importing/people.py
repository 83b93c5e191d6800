"""People from a workbook: read cell by cell, tried out row by row, then stored in one transaction.

The sheet `people` has the columns of `units.resources.COLUMNS`; docs and template name them alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO, Any

import tablib
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils import translation
from django.utils.translation import gettext as _
from import_export.results import Result, RowResult

from parportal.entry.dates import format_date
from parportal.entry.problems import ImportProblem, ImportProblems, ProblemLog
from parportal.entry.rows import Row
from parportal.entry.workbooks import open_workbook
from units.access import Role
from units.models import Unit, User
from units.models.units import today
from units.names import folded
from units.resources import COLUMNS, STATE, PeopleResource

SHEET = "people"
# Each new account costs a password hash: more would outlast one request.
MAX_ROWS = 200
FIELDS = ("line", "user_name", "full_name", "title", "unit", "unit_pk", "unit_name", "role", "from", "to")
_SALT = "units.importing.people"
_HOUR = 60 * 60

Values = dict[str, str]


@dataclass(frozen=True, slots=True)
class Previewed:
    """One row as it would be stored: `outcome` is new_account, new_role, changed or unchanged."""

    line: int
    values: Values
    role: str
    outcome: str

    @property
    def first(self) -> str:
        return format_date(date.fromisoformat(self.values["from"]))

    @property
    def last(self) -> str:
        return format_date(date.fromisoformat(self.values["to"])) if self.values["to"] else ""


def read_people(file: IO[bytes] | File[Any], *, by: User) -> list[Values]:
    """The rows of an uploaded workbook as plain text, dates in ISO form, units as primary keys.

    Raises: ImportProblems with everything that the cells alone and the coordinator's units tell.
    """
    book = open_workbook(file)
    reader = _Reader(by)
    rows = book.rows(SHEET, required=COLUMNS[:6], optional=(COLUMNS[6], STATE))
    values = [reader.values(row) for row in rows]
    if not values and not len(book.problems):
        book.problems.add(sheet=SHEET, cell="", value="", reason=_("There is no row in this sheet."))
    if len(values) > MAX_ROWS:
        why = _("At most %(limit)s rows are taken at once.") % {"limit": MAX_ROWS}
        book.problems.add(sheet=SHEET, cell="", value=str(len(values)), reason=why)
    book.problems.raise_if_any()
    return values


class _Reader:
    def __init__(self, by: User) -> None:
        self.units: dict[str, list[Unit]] = {}
        for unit in Unit.objects.managed_by(by):
            self.units.setdefault(unit.code.casefold(), []).append(unit)
        self.roles = role_words()
        self.seen: dict[str, str] = {}

    def values(self, row: Row) -> Values:
        first = row.date("from") or today()
        last = row.date("to")
        if last is not None and last < first:
            row.refuse("to", _("The last day lies before the first day."))
        unit = self.unit(row, first)
        return {
            "line": str(row.number),
            "user_name": self.user_name(row),
            "full_name": self.short(row, "full_name", required=True),
            "title": self.short(row, "title"),
            "unit": unit.code if unit else "",
            "unit_pk": str(unit.pk) if unit else "",
            "unit_name": unit.name if unit else "",
            "role": self.role(row),
            "from": first.isoformat(),
            "to": last.isoformat() if last else "",
        }

    def user_name(self, row: Row) -> str:
        name = row.text("user_name", required=True).lower()
        try:
            User._meta.get_field("username").run_validators(name) if name else None
        except ValidationError as error:
            row.refuse("user_name", " ".join(error.messages))
        full_name = row.text("full_name")
        if folded(self.seen.setdefault(name, full_name)) != folded(full_name):
            row.refuse("full_name", _("The same user name stands above with another full name."))
        return name

    def short(self, row: Row, column: str, *, required: bool = False) -> str:
        text = row.text(column, required=required)
        limit = getattr(User._meta.get_field(column), "max_length", 0)
        if len(text) > limit:
            row.refuse(column, _("At most %(limit)s characters fit here.") % {"limit": limit})
        return " ".join(text.split())

    def role(self, row: Row) -> str:
        word = row.text("role", required=True)
        if not word:
            return ""
        role = self.roles.get(folded(word))
        if role is None:
            words = ", ".join(f"{each.value} ({each.label})" for each in Role if each != Role.ADMINISTRATOR)
            row.refuse("role", _("Only these roles are possible: %(roles)s.") % {"roles": words})
        return role.value if role else ""

    def unit(self, row: Row, first: date) -> Unit | None:
        """The managed unit of this code; of several with the same code, the one that exists on the first day."""
        code = row.text("unit", required=True)
        if not code:
            return None
        found = self.units.get(code.casefold(), [])
        if len(found) > 1:
            found = [each for each in found if each.valid_from <= first and (each.valid_to or first) >= first]
        if len(found) == 1:
            return found[0]
        row.refuse("unit", _("No unit that you manage has this code."))
        return None


def role_words() -> dict[str, Role]:
    """Every word for a role that the file may use: its code, its English and its Vietnamese name."""
    words: dict[str, Role] = {}
    for role in Role:
        if role == Role.ADMINISTRATOR:
            continue
        words[folded(role.value)] = role
        for language in ("en", "vi"):
            with translation.override(language):
                words[folded(str(role.label))] = role
    return words


def try_out(rows: Sequence[Values], *, by: User) -> list[Previewed]:
    """Store everything and take it back: what each row would do.

    Raises: ImportProblems with every row that would be refused.
    """
    result, _resource = run(rows, by=by, dry_run=True)
    names: set[str] = set()
    return [previewed(row_result, names) for row_result in result.rows]


def store(rows: Sequence[Values], *, by: User) -> tuple[int, list[tuple[User, str]]]:
    """Store all rows in one transaction; how many of them changed something, and new accounts with passwords.

    Raises: ImportProblems; nothing is stored then.
    """
    result, resource = run(rows, by=by, dry_run=False)
    totals = result.totals
    return totals[RowResult.IMPORT_TYPE_NEW] + totals[RowResult.IMPORT_TYPE_UPDATE], resource.issued


def run(rows: Sequence[Values], *, by: User, dry_run: bool) -> tuple[Result, PeopleResource]:
    resource = PeopleResource(by)
    dataset = tablib.Dataset(*[[row[name] for name in FIELDS] for row in rows], headers=FIELDS)
    result = resource.import_data(
        dataset, dry_run=dry_run, use_transactions=True, rollback_on_validation_errors=True
    )
    problems = ProblemLog()
    for number, column, reason in refused_rows(result):
        row = rows[number - 1]
        line, value = row["line"], row.get(column, row["user_name"])
        problems.add(sheet=SHEET, cell=f"{line}:{line}", value=value, reason=reason)
    for error in result.base_errors:
        raise error.error
    problems.raise_if_any()
    return result, resource


def refused_rows(result: Result) -> list[tuple[int, str, str]]:
    """Row numbers with the columns meant and the reasons.

    Raises: whatever else went wrong in a row; that is no fault of the file.
    """
    for _number, errors in result.row_errors():
        raise errors[0].error
    return [
        (row.number, column, reason)
        for row in result.invalid_rows
        for column, reasons in row.error_dict.items()
        for reason in reasons
    ]


def previewed(row_result: RowResult, names: set[str]) -> Previewed:
    values: Values = row_result.row_values
    known = values["user_name"] in names or not is_new(values["user_name"])
    names.add(values["user_name"])
    outcomes = {RowResult.IMPORT_TYPE_SKIP: "unchanged", RowResult.IMPORT_TYPE_UPDATE: "changed"}
    outcome = outcomes.get(row_result.import_type, "new_role" if known else "new_account")
    return Previewed(int(values["line"]), values, str(Role(values["role"]).label), outcome)


def is_new(username: str) -> bool:
    return not User.objects.filter(username__iexact=username).exists()


def sealed(rows: Sequence[Values], *, by: User) -> str:
    """The rows of a preview in a form that the browser keeps until they are confirmed, and cannot alter."""
    return signing.dumps({"by": by.pk, "rows": list(rows)}, salt=_SALT, compress=True)


def unsealed(text: str, *, by: User) -> list[Values]:
    """Raises: ImportProblems when the preview is another person's, too old or altered."""
    try:
        content = signing.loads(text, salt=_SALT, max_age=_HOUR)
    except signing.BadSignature:
        content = {}
    if content.get("by") != by.pk:
        why = _("The preview is too old. Upload the file again.")
        raise ImportProblems((ImportProblem("", "", "", why),))
    rows: list[Values] = content["rows"]
    return rows
