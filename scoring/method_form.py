"""The settings of a method as fields of a form, ready to print: from `Method.settings` alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from scoring.method_entries import PREFIX, TYPED, Entries, maximum_word, naming, shown
from scoring.rows import AnswerProblem
from scoring.rules.settings import Setting, SettingKind


@dataclass(frozen=True, slots=True)
class ErrorBox:
    """The place beside an input for what is wrong with it. `choices` may be put into the input `name`."""

    id: str
    texts: tuple[str, ...] = ()
    name: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Word:
    code: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class SettingField:
    """One setting, ready to print.

    Shapes: `shown_for` says which words of which input ask for it ("params.of ratio percent"); `is_name` marks
    what no two rows share; `heads` and `rows` are those of a list.
    """

    place: str
    kind: str
    label: str
    hint: str = ""
    placeholder: str = ""
    value: str = ""
    checked: bool = False
    is_stated: bool = False
    is_optional: bool = False
    offers_none: bool = False
    is_name: bool = False
    words: tuple[Word, ...] = ()
    error: str = ""
    choices: tuple[str, ...] = ()
    shown_for: str = ""
    is_asked: bool = True
    heads: tuple[SettingField, ...] = ()
    rows: tuple[SettingRow, ...] = ()

    @property
    def name(self) -> str:
        return PREFIX + self.place

    @property
    def id(self) -> str:
        return f"id_{self.name}"

    @property
    def box(self) -> ErrorBox:
        return ErrorBox(f"{self.id}-errors", (self.error,) if self.error else (), self.name, self.choices)

    @property
    def add_place(self) -> str:
        """What the button that adds a row is called when it shall have the focus."""
        return f"add {self.place}"

    def walk(self) -> Iterator[SettingField]:
        """The field and those of its rows."""
        yield self
        for row in self.rows:
            yield from row.fields


@dataclass(frozen=True, slots=True)
class SettingRow:
    key: int
    number: int
    fields: tuple[SettingField, ...]


def setting_fields(
    settings: Sequence[Setting], entries: Entries, problems: Mapping[str, AnswerProblem] | None = None
) -> tuple[SettingField, ...]:
    """All settings of a method for its form; those not asked for now are there, unseen."""
    writer = _Writer(entries.values(), problems or {})
    return tuple(
        writer.list(each, entries.rows.get(each.name, ()))
        if each.kind is SettingKind.ROWS
        else writer.one(each, entries, around={})
        for each in settings
    )


@dataclass(frozen=True, slots=True)
class _Writer:
    """Puts settings into fields. Shapes: `values` are those of the settings outside the lists."""

    values: Mapping[str, object]
    problems: Mapping[str, AnswerProblem]

    def list(self, setting: Setting, rows: Sequence[Entries]) -> SettingField:
        shown = tuple(
            SettingRow(
                key=position,
                number=position + 1,
                fields=tuple(
                    replace(
                        self.one(column, row, around=row.values(), place=f"{setting.name}.{position}."),
                        is_name=column.name == setting.named_by,
                    )
                    for column in setting.columns
                ),
            )
            for position, row in enumerate(rows or (Entries(),))
        )
        heads = tuple(
            self.one(column, Entries(), around={}, place=f"{setting.name}.") for column in setting.columns
        )
        hint = [_(setting.hint)] if setting.hint else []
        named, source = naming(setting)
        if named and source:
            labels = {each.name: _(each.label) for each in setting.columns}
            line = _("An empty “%(name)s” is made from “%(text)s”.")
            hint.append(line % {"name": labels[named], "text": labels[source]})
        if any(column.kind is SettingKind.POINTS for column in setting.columns):
            hint.append(points_hint())
        return SettingField(
            place=setting.name,
            kind=setting.kind.value,
            label=_(setting.label),
            hint=" ".join(hint),
            error=self._problem(setting.name).text,
            heads=heads,
            rows=shown,
            shown_for=self._shown_for(setting, {}, ""),
            is_asked=setting.is_asked(self.values),
        )

    def one(
        self, setting: Setting, entries: Entries, *, around: Mapping[str, object], place: str = ""
    ) -> SettingField:
        at = place + setting.name
        problem = self._problem(at)
        value = entries.texts.get(setting.name, "")
        if setting.kind is SettingKind.WORD and not value:
            value = str(setting.default or "")
        hint = [_(setting.hint)] if setting.hint else []
        if setting.kind is SettingKind.POINTS and not place:
            hint.append(points_hint())
        return SettingField(
            place=at,
            kind=setting.kind.value,
            label=_(setting.label),
            hint=" ".join(hint),
            placeholder=shown(setting, setting.default) if setting.kind in TYPED else "",
            value=value,
            checked=entries.ticks.get(setting.name, bool(setting.default)),
            is_stated=setting.name in entries.stated,
            is_optional=not setting.required
            or (setting.default is not None and setting.kind is not SettingKind.WORD),
            offers_none=not value or (not setting.required and setting.default is None),
            words=tuple(Word(code, _(label), code == value) for code, label in setting.words),
            error=_("Choose one.")
            if problem.text and setting.kind is SettingKind.WORD and not value
            else problem.text,
            choices=problem.choices,
            shown_for=self._shown_for(setting, around, place),
            is_asked=setting.is_asked({**self.values, **around}),
        )

    def _problem(self, at: str) -> AnswerProblem:
        return self.problems.get(at, AnswerProblem(""))

    def _shown_for(self, setting: Setting, around: Mapping[str, object], place: str) -> str:
        """For which words of which input the setting is asked."""
        if setting.only_if is None:
            return ""
        other, words = setting.only_if
        return " ".join((PREFIX + (place if other in around else "") + other, *words))


def points_hint() -> str:
    return _("Points: a number, or the word “%(word)s” for all points of the criterion.") % {
        "word": maximum_word()
    }
