"""What limits a grade, beyond the worked examples of docs/scoring.md."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.rules import (
    Contender,
    GradeBand,
    RankRule,
    Ruling,
    StepKind,
    grade_after,
    grade_steps,
    rank,
)

T = [
    GradeBand("xs", "Xuất sắc", Decimal(90)),
    GradeBand("tot", "Tốt", Decimal(80)),
    GradeBand("kha", "Khá", Decimal(65)),
    GradeBand("tb", "Trung bình", Decimal(50)),
    GradeBand("yeu", "Yếu", Decimal(0)),
]


def ruling(kind: str, grade: str) -> Ruling:
    return Ruling(StepKind(kind), grade, "lý do", "Điều 1")


def kinds(index: str | None, *rulings: Ruling, quota: str | None = None) -> list[str]:
    unit = Contender(Decimal(index) if index else None, rulings=rulings)
    steps = grade_steps({1: unit}, T, Decimal(quota) if quota else None)[1]
    return [step.kind.value for step in steps]


def final(index: str, *rulings: Ruling) -> str | None:
    return grade_after(grade_steps({1: Contender(Decimal(index), rulings=rulings)}, T)[1])


def test_the_steps_are_taken_in_one_order_whatever_the_order_of_the_rulings() -> None:
    rulings = (ruling("council", "kha"), ruling("cap", "tot"), ruling("precondition", "xs"))
    unit = Contender(Decimal(95), rulings=rulings)
    steps = grade_steps({1: unit, 2: Contender(Decimal(96))}, T, Decimal(50))
    assert [step.kind.value for step in steps[1]] == ["band", "precondition", "cap", "council"]
    assert [step.kind.value for step in steps[2]] == ["band", "quota"]
    assert kinds("95", ruling("council", "kha"), quota="100") == ["band", "quota", "council"]
    assert [kind.value for kind in StepKind] == ["band", "precondition", "cap", "quota", "council"]


def test_without_an_index_there_is_no_grade_not_even_by_the_council() -> None:
    assert kinds(None, ruling("council", "tot"), quota="25") == []


@pytest.mark.parametrize(
    ("index", "rulings", "expected"),
    [
        ("95", [("precondition", "xs")], "tot"),
        ("95", [("precondition", "tot")], "kha"),
        ("95", [("precondition", "xs"), ("precondition", "tot")], "kha"),
        ("95", [("precondition", "yeu")], None),
        ("95", [("cap", "kha"), ("cap", "tb")], "tb"),
        ("55", [("cap", "kha")], "tb"),
        ("55", [("precondition", "tot")], "tb"),
        ("40", [("cap", "yeu")], "yeu"),
        ("40", [("council", "xs")], "xs"),
    ],
)
def test_a_limit_lowers_and_never_lifts(index: str, rulings: list[tuple[str, str]], expected: str | None) -> None:
    assert final(index, *(ruling(*each) for each in rulings)) == expected


def test_below_every_grade_there_is_none_and_a_limit_leaves_it_so() -> None:
    scale = [GradeBand("nhom-1", "Nhóm I", Decimal(90))]
    units = {1: Contender(Decimal(85), rulings=(ruling("cap", "nhom-1"),)), 2: Contender(Decimal(91))}
    steps = grade_steps(units, scale, Decimal(50))
    assert grade_after(steps[1]) is None
    assert grade_after(steps[2]) == "nhom-1"


def test_a_scale_of_one_grade_has_nothing_below_its_quota() -> None:
    scale = [GradeBand("nhom-1", "Nhóm I", Decimal(90))]
    steps = grade_steps({1: Contender(Decimal(91)), 2: Contender(Decimal(92))}, scale, Decimal(50))
    assert [grade_after(steps[unit]) for unit in (1, 2)] == [None, "nhom-1"]


def test_who_was_capped_takes_no_place_of_the_quota() -> None:
    units = {
        "bị khống chế": Contender(Decimal(99), rulings=(ruling("cap", "kha"),)),
        "A": Contender(Decimal(95)),
        "B": Contender(Decimal(94)),
        "C": Contender(Decimal(50)),
    }
    steps = grade_steps(units, T, Decimal(25))
    assert {unit: grade_after(steps[unit]) for unit in units} == {
        "bị khống chế": "kha",
        "A": "xs",
        "B": "tot",
        "C": "tb",
    }


def test_units_equal_at_the_edge_are_told_why_they_go_down_together() -> None:
    units = {
        name: Contender(Decimal(index)) for name, index in [("A", "95"), ("B", "93"), ("C", "93.00"), ("D", "91")]
    }
    steps = grade_steps(units, T, Decimal(50))
    assert [grade_after(steps[name]) for name in units] == ["xs", "tot", "tot", "tot"]
    texts = {name: steps[name][-1].message.text for name in units}
    assert texts["B"] == texts["C"]
    assert "go down together" in texts["B"]
    assert "go down together" not in texts["D"]
    assert "within the quota" in texts["A"]


INDEXES = st.integers(0, 10_000).map(lambda hundredths: Decimal(hundredths) / 100)
KEYS = st.tuples(st.integers(0, 3).map(lambda thirds: Fraction(thirds, 3)), st.integers(-2, 0).map(Fraction))
RULINGS = st.lists(
    st.builds(ruling, st.sampled_from(["precondition", "cap"]), st.sampled_from([band.code for band in T])),
    max_size=2,
).map(tuple)
UNITS = st.lists(
    st.builds(
        Contender, st.one_of(st.none(), st.sampled_from([Decimal(90), Decimal(95)]), INDEXES), KEYS, RULINGS
    ),
    max_size=30,
)
QUOTAS = st.integers(0, 100).map(Decimal)


@given(UNITS, QUOTAS)
def test_the_quota_is_never_exceeded(units: list[Contender], quota: Decimal) -> None:
    steps = grade_steps(dict(enumerate(units)), T, quota)
    top = sum(grade_after(each) == "xs" for each in steps.values())
    ranked = sum(unit.index is not None for unit in units)
    assert top * 100 <= quota * ranked


@given(UNITS, QUOTAS)
def test_the_quota_keeps_the_best_and_treats_equals_alike(units: list[Contender], quota: Decimal) -> None:
    steps = grade_steps(dict(enumerate(units)), T, quota)
    before = {place: each[-2].grade for place, each in steps.items() if each and each[-1].kind is StepKind.QUOTA}
    assert set(before.values()) <= {"xs"}
    kept = [units[place].standing for place in before if grade_after(steps[place]) == "xs"]
    lowered = [units[place].standing for place in before if grade_after(steps[place]) == "tot"]
    assert len(kept) + len(lowered) == len(before)
    assert not kept or not lowered or min(kept) > max(lowered)


@given(UNITS, st.randoms(use_true_random=False), QUOTAS)
def test_grades_and_ranks_do_not_depend_on_the_order_of_the_units(
    units: list[Contender], random: object, quota: Decimal
) -> None:
    members = dict(enumerate(units))
    shuffled = list(members)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    moved = {place: members[place] for place in shuffled}
    assert grade_steps(members, T, quota) == grade_steps(moved, T, quota)
    for rule in RankRule:
        assert ranks(members, rule) == ranks(moved, rule)


@given(UNITS, st.data(), st.sampled_from(RankRule))
def test_raising_an_index_never_worsens_its_place(
    units: list[Contender], data: st.DataObject, rule: RankRule
) -> None:
    scored = [place for place, unit in enumerate(units) if unit.index is not None]
    if not scored:
        return
    raised = data.draw(st.sampled_from(scored))
    members = dict(enumerate(units))
    more = (members[raised].index or 0) + data.draw(INDEXES)
    after = {**members, raised: Contender(more, members[raised].keys)}
    assert (ranks(after, rule)[raised] or 0) <= (ranks(members, rule)[raised] or 0)


@given(UNITS)
def test_keys_only_split_ties(units: list[Contender]) -> None:
    members = dict(enumerate(units))
    plain = rank({place: unit.index for place, unit in members.items()})
    split = ranks(members, RankRule.COMPETITION)
    for one in members:
        for other in members:
            if plain[one] is not None and plain[other] is not None and plain[one] < plain[other]:  # type: ignore[operator]
                assert split[one] < split[other]  # type: ignore[operator]


def ranks(units: dict[int, Contender], rule: RankRule) -> dict[int, int | None]:
    indexes = {place: unit.index for place, unit in units.items()}
    return rank(indexes, rule, {place: unit.keys for place, unit in units.items()})
