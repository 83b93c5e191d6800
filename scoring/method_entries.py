"""The settings of a method as a person types them, and the params that they say: from `Method.settings` alone.

Typed: decimal comma, the word for "all points". Kept, as the rules read them: text with a point, "max".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from django.http import QueryDict
from django.utils.text import slugify
from django.utils.translation import pgettext

from parportal.entry.numbers import AmbiguousNumber, format_entry, parse_decimal
from parportal.entry.problems import EntryProblem
from scoring.importing.criteria_layout import plain
from scoring.rows import AnswerProblem
from scoring.rules.settings import MAXIMUM, Setting, SettingKind

# Every input is named by its place in the params: params.options.2.points.
PREFIX = "params."
STATED = "params-stated"
MAX_ROWS = 60
NAME_LENGTH = 30
TYPED = (SettingKind.TEXT, SettingKind.NUMBER, SettingKind.POINTS)


@dataclass(frozen=True, slots=True)
class Entries:
    """Settings as they stand in the inputs.

    Shapes: `texts` holds what was typed or chosen, `ticks` the flags; `stated` names what is written down although
    it is the default; `rows` has the entries of every row by the name of their list.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    ticks: Mapping[str, bool] = field(default_factory=dict)
    stated: frozenset[str] = frozenset()
    rows: Mapping[str, tuple[Entries, ...]] = field(default_factory=dict)

    def values(self) -> dict[str, object]:
        """What other settings may depend on."""
        return {name: text.strip() for name, text in self.texts.items()} | dict(self.ticks)

    def is_blank(self, settings: Iterable[Setting]) -> bool:
        """Nothing was typed: a row that says nothing."""
        return not any(self.texts.get(each.name, "") for each in settings if each.kind in TYPED)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the entries say.

    Shapes: `problems` by place among the entries; `rows` has for each list the places, among the entries, of the
    rows that were kept (blank ones are not).
    """

    params: Mapping[str, object]
    problems: Mapping[str, AnswerProblem]
    rows: Mapping[str, tuple[int, ...]]

    def place(self, at: str) -> str:
        """The place among the entries of a place in the params, which have no blank rows."""
        name, _dot, rest = at.partition(".")
        number, _dot, column = rest.partition(".")
        kept = self.rows.get(name, ())
        if number.isdigit() and int(number) < len(kept):
            return f"{name}.{kept[int(number)]}.{column}"
        return at


def stored_entries(settings: Sequence[Setting], params: Mapping[str, object]) -> Entries:
    """Stored params as they stand in the inputs; nonsense in a draft stays to be seen."""
    texts, ticks, stated, rows = {}, {}, set(), {}
    for each in settings:
        value = params.get(each.name)
        if each.kind is SettingKind.ROWS:
            found = value if isinstance(value, list | tuple) else ()
            rows[each.name] = tuple(stored_entries(each.columns, row) for row in found if isinstance(row, Mapping))
            continue
        if value is not None and _is_default(each, value):
            stated.add(each.name)
        if each.kind is SettingKind.FLAG:
            ticks[each.name] = bool(each.default) if value is None else value in (True, "true")
        elif each.kind is SettingKind.WORD:
            texts[each.name] = str(value if value not in (None, "") else each.default or "")
        else:
            texts[each.name] = shown(each, value)
    return Entries(texts, ticks, frozenset(stated), rows)


def typed_entries(settings: Sequence[Setting], post: QueryDict, *, place: str = "") -> Entries:
    """The inputs as they were sent; inputs of other settings are left, so a new method keeps what it shares."""
    texts, ticks, stated, rows = {}, {}, set(), {}
    all_stated = frozenset(post.getlist(STATED))
    for each in settings:
        at = place + each.name
        if each.kind is SettingKind.ROWS:
            keys = [key for key in post.getlist(PREFIX + at) if key.isascii() and key.isdigit()][:MAX_ROWS]
            rows[each.name] = tuple(typed_entries(each.columns, post, place=f"{at}.{key}.") for key in keys)
        elif each.kind is SettingKind.FLAG:
            ticks[each.name] = PREFIX + at in post
        elif each.kind is SettingKind.WORD:
            word = post.get(PREFIX + at)
            # Methods share names of settings, not their words: one of the method before is no answer to this one.
            texts[each.name] = word if word in {"", *dict(each.words)} else str(each.default or "")
        else:
            texts[each.name] = post.get(PREFIX + at, "")
        if at in all_stated:
            stated.add(each.name)
    return Entries(texts, ticks, frozenset(stated), rows)


def with_row_changed(entries: Entries, command: str) -> Entries:
    """The entries after a button of a list was pressed: "add options", "remove options 2"."""
    verb, name, number = [*command.split(" "), "", ""][:3]
    if name not in entries.rows:
        return entries
    rows = entries.rows[name]
    if verb == "add" and len(rows) < MAX_ROWS:
        # An empty list shows one row to begin with; adding means one more than what is seen.
        rows = (*(rows or (Entries(),)), Entries())
    elif verb == "remove":
        rows = tuple(row for position, row in enumerate(rows) if str(position) != number)
    return Entries(entries.texts, entries.ticks, entries.stated, {**entries.rows, name: rows})


def read_entries(settings: Sequence[Setting], entries: Entries) -> Reading:
    """The params that the entries say. Whether the method can work with them is for the method to tell."""
    params: dict[str, object] = {}
    problems: dict[str, AnswerProblem] = {}
    kept: dict[str, tuple[int, ...]] = {}
    for each in settings:
        if not each.is_asked(entries.values()):
            continue
        if each.kind is SettingKind.ROWS:
            rows = entries.rows.get(each.name, ())
            kept[each.name] = tuple(
                position for position, row in enumerate(rows) if not row.is_blank(each.columns)
            )
            listed = []
            for position in kept[each.name]:
                found, wrong = _read_row(each.columns, rows[position], entries.values())
                listed.append(found)
                problems |= {f"{each.name}.{position}.{name}": problem for name, problem in wrong.items()}
            if listed:
                params[each.name] = _with_names(each, listed)
        else:
            _read_one(each, entries, params, problems)
    return Reading(params, problems, kept)


def _read_row(
    columns: Sequence[Setting], row: Entries, around: Mapping[str, object]
) -> tuple[dict[str, object], dict[str, AnswerProblem]]:
    params: dict[str, object] = {}
    problems: dict[str, AnswerProblem] = {}
    for each in columns:
        if each.is_asked({**around, **row.values()}):
            _read_one(each, row, params, problems)
    return params, problems


def _with_names(setting: Setting, rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """Rows with a name each: one that was left empty is made from the text beside it."""
    named, source = naming(setting)
    if not named or not source:
        return rows
    taken = {row.get(named) for row in rows}
    for row in rows:
        stem = _name_from(str(row.get(source, "")))
        if stem and named not in row:
            free = (
                name
                for number in range(1, MAX_ROWS + 2)
                if (name := stem + f"_{number}" * (number > 1)) not in taken
            )
            row[named] = next(free)
            taken.add(row[named])
    return rows


def naming(setting: Setting) -> tuple[str, str]:
    """The column that names the rows of a list and the one with their text; empty where it has no such two."""
    texts = [each.name for each in setting.columns if each.kind is SettingKind.TEXT]
    others = [name for name in texts if name != setting.named_by]
    return (setting.named_by, others[0]) if setting.named_by in texts and others else ("", "")


def _name_from(text: str) -> str:
    """Ban hành đúng hạn → ban_hanh_dung_han."""
    return slugify(text.replace("đ", "d").replace("Đ", "D")).replace("-", "_")[:NAME_LENGTH].strip("_")


def _read_one(
    setting: Setting, entries: Entries, params: dict[str, object], problems: dict[str, AnswerProblem]
) -> None:
    """Put one setting into `params`, or what is wrong with it into `problems`; nothing for an empty input."""
    name = setting.name
    if setting.kind is SettingKind.FLAG:
        ticked = entries.ticks.get(name, bool(setting.default))
        must_say = setting.required and setting.default is None
        if must_say or ticked != bool(setting.default) or name in entries.stated:
            params[name] = ticked
        return
    text = entries.texts.get(name, "").strip()
    if not text or (
        setting.kind is SettingKind.WORD and _is_default(setting, text) and name not in entries.stated
    ):
        return
    try:
        params[name] = _kept(setting, text)
    except AmbiguousNumber as problem:
        problems[name] = AnswerProblem(str(problem), problem.choices)
    except EntryProblem as problem:
        problems[name] = AnswerProblem(str(problem))


def _kept(setting: Setting, text: str) -> str:
    """What was typed, as the params keep it. Raises: EntryProblem."""
    if setting.kind is SettingKind.POINTS:
        is_maximum = text.casefold() in (MAXIMUM, maximum_word().casefold())
        return MAXIMUM if is_maximum else plain(parse_decimal(text, percent_sign=False))
    return plain(parse_decimal(text)) if setting.kind is SettingKind.NUMBER else text


def shown(setting: Setting, value: object) -> str:
    """A stored value as a person would type it."""
    if value is None:
        return ""
    if setting.kind is SettingKind.POINTS and value == MAXIMUM:
        return maximum_word()
    if setting.kind in (SettingKind.NUMBER, SettingKind.POINTS):
        try:
            return format_entry(Decimal(str(value)))
        except (InvalidOperation, ValueError):
            return str(value)
    return str(value)


def maximum_word() -> str:
    """What a person writes for all points of the criterion."""
    return pgettext("all points of a criterion", "max")


def _is_default(setting: Setting, value: object) -> bool:
    """Whether a flag or a word says what it would mean anyway; other settings are empty then."""
    if setting.kind is SettingKind.FLAG:
        return value == bool(setting.default)
    return setting.kind is SettingKind.WORD and setting.default is not None and value == setting.default
