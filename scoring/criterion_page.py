"""One criterion of a draft in the editor: what its form says, stored or just typed, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _

from parportal.display import message
from scoring.content import CriterionContent, SetContent
from scoring.forms.criterion import CriterionForm
from scoring.importing.criteria_layout import canonical
from scoring.method_entries import (
    Entries,
    Reading,
    naming,
    read_entries,
    stored_entries,
    typed_entries,
    with_row_changed,
)
from scoring.method_form import ErrorBox, SettingField, Word, setting_fields
from scoring.method_words import in_words
from scoring.rows import AnswerProblem, sentence
from scoring.rules import METHODS, Method, RuleErrors, build
from scoring.rules.settings import Setting
from scoring.try_out import Line, TryOut, edge_lines, round_in_words, try_out

# Names of inputs beside the attributes, the settings (`params.`) and the facts tried (`answer-`).
METHOD, SHOWN, COMMAND = "method", "shown", "do"
# Attributes side by side: what stands above the method, and below it.
ABOVE = (("code", "max_points", "counts_as"), ("title",))
BELOW = (
    ("function", "no_case_policy", "zero_denominator_policy"),
    ("evidence_required", "knock_out"),
    ("guidance",),
)


@dataclass(frozen=True)
class CriterionEntry:
    """The form of one criterion. `post` is None while it shows what is stored.

    Shapes: `entries` are the settings of the method that is chosen in the form.
    """

    content: SetContent
    criterion: CriterionContent
    form: CriterionForm
    method: str
    entries: Entries
    post: QueryDict | None = None

    @property
    def is_leaf(self) -> bool:
        return self.criterion.code not in self.content.children()

    @property
    def settings(self) -> Sequence[Setting]:
        return METHODS[self.method].settings if self.method in METHODS else ()

    @cached_property
    def reading(self) -> Reading:
        return read_entries(self.settings, self.entries)

    @property
    def is_readable(self) -> bool:
        """Everything typed can be read: only then is it kept."""
        return self.form.is_valid() and not self.reading.problems

    @property
    def changes_method(self) -> bool:
        """The form that was sent shows other inputs than its answer has to."""
        post = self.post
        return post is not None and (COMMAND in post or post.get(SHOWN, "") != self.method)

    @cached_property
    def candidate(self) -> CriterionContent:
        """The criterion as the form says it; where it cannot be read, as it is stored."""
        if self.post is None:
            return self.criterion
        typed = self.form.readable()
        if self.is_leaf:
            typed |= {"method": self.method, "params": canonical(self.reading.params)}
        return replace(self.criterion, **typed)


def entry_of(content: SetContent, criterion: CriterionContent, post: QueryDict | None = None) -> CriterionEntry:
    """The form of a criterion: as stored, or as sent; a button of a list has then done its work on the rows."""
    is_leaf = criterion.code not in content.children()
    form = CriterionForm(post, criterion=criterion, is_leaf=is_leaf)
    chosen = criterion.method if post is None or not is_leaf else post.get(METHOD, "")
    method = chosen if chosen in METHODS else ""
    settings = METHODS[method].settings if method and is_leaf else ()
    if post is None:
        entries = stored_entries(settings, criterion.params)
    else:
        entries = with_row_changed(typed_entries(settings, post), post.get(COMMAND, ""))
    return CriterionEntry(content, criterion, form, method, entries, post)


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute with the place for its errors."""

    field: BoundField
    box: ErrorBox


@dataclass(frozen=True, slots=True)
class CriterionPage:
    """The form of a criterion with what follows from it.

    Shapes: `above` and `below` are groups of attributes around the method; `problems` are those of the method that
    have no input of their own; `incomplete` counts what the rules refuse in settings that can be read; `words`
    explain the method; `tried` is None for a method that cannot score yet.
    """

    form: CriterionForm
    is_leaf: bool
    method: str
    methods: tuple[Word, ...]
    settings: tuple[SettingField, ...]
    above: tuple[tuple[Attribute, ...], ...]
    below: tuple[tuple[Attribute, ...], ...]
    problems: tuple[str, ...]
    incomplete: int
    unreadable: int
    words: tuple[str, ...] = ()
    tried: TryOut | None = None
    edges: tuple[Line, ...] = ()
    edge_round: str = ""
    focus: str = ""

    def boxes_of_attributes(self) -> tuple[ErrorBox, ...]:
        """The places beside every attribute, also the empty ones: an error that was mended goes away."""
        return tuple(each.box for group in (*self.above, *self.below) for each in group)

    def boxes_of_settings(self) -> tuple[ErrorBox, ...]:
        return tuple(each.box for setting in self.settings for each in setting.walk())

    def boxes_of_facts(self) -> tuple[ErrorBox, ...]:
        return tuple(each.box for each in self.tried.inputs) if self.tried else ()


def criterion_page(entry: CriterionEntry) -> CriterionPage:
    """Everything the page shows of a criterion, computed from the form as it stands."""
    method, refused = built(entry)
    problems = {**refused.by_place, **entry.reading.problems}
    settings = setting_fields(entry.settings, entry.entries, problems)
    typed: Mapping[str, str] = entry.post or {}
    tried = try_out(method, typed) if method else None
    return CriterionPage(
        form=entry.form,
        is_leaf=entry.is_leaf,
        method=entry.method,
        methods=tuple(Word(name, _(each.title), name == entry.method) for name, each in METHODS.items()),
        settings=settings,
        above=groups(entry.form, ABOVE, refused),
        below=groups(entry.form, BELOW, refused),
        problems=refused.others,
        incomplete=len(refused.by_place) + len(refused.by_attribute) + len(refused.others),
        unreadable=len(entry.form.errors) + len(entry.reading.problems),
        words=in_words(method) if method else (),
        tried=tried,
        edges=edge_lines(method, typed) if method else (),
        edge_round=round_in_words(method, typed) if method else "",
        focus=focus_of(entry),
    )


@dataclass(frozen=True, slots=True)
class Refused:
    """What the rules refuse in the settings. Shapes: `by_place` among the entries, `by_attribute` by input of the
    form, `others` have no input.
    """

    by_place: Mapping[str, AnswerProblem] = field(default_factory=dict)
    by_attribute: Mapping[str, str] = field(default_factory=dict)
    others: tuple[str, ...] = ()


def built(entry: CriterionEntry) -> tuple[Method | None, Refused]:
    """The method as the form sets it, or what keeps it from scoring; neither where no method is chosen."""
    candidate = entry.candidate
    if not entry.is_leaf or not entry.method:
        return None, Refused()
    try:
        method = build(entry.method, candidate.params, entry.content.leaf(candidate))
    except RuleErrors as errors:
        return None, _refused(entry, errors)
    return (None if entry.reading.problems else method), Refused()


def _refused(entry: CriterionEntry, errors: RuleErrors) -> Refused:
    places = {f.place for each in setting_fields(entry.settings, entry.entries) for f in each.walk()}
    by_place: dict[str, AnswerProblem] = {}
    by_attribute: dict[str, str] = {}
    others: list[str] = []
    for error in errors.errors:
        place, text = entry.reading.place(error.at), sentence(message(error.message))
        if place in places:
            by_place.setdefault(place, AnswerProblem(text))
        elif error.at in entry.form.fields:
            by_attribute.setdefault(error.at, text)
        else:
            others.append(f"{error.at}: {text}")
    return Refused(by_place, by_attribute, tuple(others))


def groups(
    form: CriterionForm, names: Sequence[Sequence[str]], refused: Refused
) -> tuple[tuple[Attribute, ...], ...]:
    """The attributes that are asked of this criterion, with what is wrong with them."""
    found = []
    for group in names:
        attributes = []
        for name in (name for name in group if name in form.fields):
            told = [str(text) for text in form[name].errors] or [refused.by_attribute.get(name, "")]
            box = ErrorBox(f"id_{name}-errors", tuple(filter(None, told)))
            attributes.append(Attribute(form[name], box))
        found.append(tuple(attributes))
    return tuple(filter(None, found))


def focus_of(entry: CriterionEntry) -> str:
    """The input that has the focus after a button of a list: the new row, or the button that adds one."""
    command = entry.post.get(COMMAND, "") if entry.post else ""
    verb, name, _number = [*command.split(" "), "", ""][:3]
    rows = entry.entries.rows.get(name, ())
    if verb == "add" and rows:
        setting = next(each for each in entry.settings if each.name == name)
        column = naming(setting)[1] or setting.columns[0].name
        return f"{name}.{len(rows) - 1}.{column}"
    return f"add {name}" if verb == "remove" else ""
