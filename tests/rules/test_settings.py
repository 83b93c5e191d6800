"""The declarations of the methods themselves: what the form, the workbook and the guide are made of."""

from decimal import Decimal

import pytest

from scoring.rules import METHODS, Leaf, Method
from scoring.rules.methods.params import Params
from scoring.rules.settings import Setting, SettingKind

DECLARED = [(name, each) for name, method in METHODS.items() for each in method.settings]


@pytest.mark.parametrize(("name", "setting"), DECLARED, ids=lambda each: getattr(each, "name", each))
def test_a_setting_says_what_a_form_needs(name: str, setting: Setting) -> None:
    for each in setting.walk():
        assert each.label
        assert bool(each.words) == (each.kind is SettingKind.WORD)
        assert bool(each.columns) == (each.kind is SettingKind.ROWS)
        assert not each.named_by or each.named_by in [column.name for column in each.columns]
        assert not (each.default is not None and not each.required), "a default is never missing"


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_what_a_setting_depends_on_stands_before_it(method: type[Method]) -> None:
    known: dict[str, Setting] = {}
    for each in method.settings:
        assert each.name not in known
        for part in each.walk():
            if part.only_if:
                other, words = part.only_if
                assert set(words) <= {word for word, _label in known[other].words}
        known[each.name] = each


@pytest.mark.parametrize(("name", "setting"), DECLARED, ids=lambda each: getattr(each, "name", each))
def test_a_default_keeps_to_its_own_limits(name: str, setting: Setting) -> None:
    for each in setting.walk():
        alone = Setting(
            each.name, each.label, each.kind, minimum=each.minimum, maximum=each.maximum, words=each.words
        )
        default = str(each.default) if isinstance(each.default, Decimal) else each.default
        if default is not None:
            with Params([alone], {each.name: default}, Leaf(Decimal(1))) as read:
                assert read.is_sound()


def test_a_setting_is_asked_for_by_the_words_of_another_or_when_that_is_set() -> None:
    by_word = Setting("a", "A", SettingKind.TEXT, only_if=("of", ("ratio",)))
    when_set = Setting("b", "B", SettingKind.TEXT, only_if=("question", ()))
    assert by_word.is_asked({"of": "ratio"})
    assert not by_word.is_asked({"of": "percent"})
    assert not by_word.is_asked({})
    assert when_set.is_asked({"question": "Có không?"})
    assert not when_set.is_asked({"question": None})
    assert not when_set.is_asked({})


def test_a_number_is_a_multiple_of_its_step() -> None:
    with (
        pytest.raises(Exception, match="is not a multiple"),
        Params([Setting("n", "N", SettingKind.NUMBER, step=Decimal(1))], {"n": "1.5"}, Leaf(Decimal(1))),
    ):
        pass
