"""Leaves, params and answers by hypothesis: params from the declared settings, answers from the inputs."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from scoring.rules import METHODS, Input, Kind, Leaf, Method, Rounding, Value, build
from scoring.rules.methods.sources import SOURCES
from scoring.rules.settings import MAXIMUM, Setting, SettingKind

HUNDREDTH = Decimal("0.01")
MANY = 10**6
HIGHEST = 100
FIGURES = ("thong-ke: 1.3.2", "thong-ke/quarter: 1.3.1 - 1.3.2")


def hundredths(highest: Decimal | int, *, lowest: Decimal | int = 0) -> st.SearchStrategy[Decimal]:
    return st.integers(int(lowest * 100), int(highest * 100)).map(lambda count: count * HUNDREDTH)


@st.composite
def leaves(draw: st.DrawFn) -> Leaf:
    step = draw(st.sampled_from([HUNDREDTH, Decimal("0.25"), Decimal("0.5"), Decimal(1)]))
    return Leaf(step * draw(st.integers(0, 4000)), step, draw(st.sampled_from(Rounding)))


def points_of(leaf: Leaf) -> st.SearchStrategy[str]:
    return st.integers(0, int(leaf.max_points / leaf.step)).map(lambda steps: str(leaf.step * steps))


@st.composite
def settings_of(
    draw: st.DrawFn, declared: Sequence[Setting], leaf: Leaf, around: Mapping[str, object] | None = None
) -> dict[str, Any]:
    """Params that keep to their declaration, each setting alone; what has a default is left out now and then."""
    params: dict[str, Any] = {}
    known = dict(around or {})
    for each in declared:
        if not each.is_asked(known):
            continue
        may_stay_away = not each.required or each.default is not None
        if not (may_stay_away and draw(st.booleans())):
            params[each.name] = draw(value_of(each, leaf, known))
        known[each.name] = params.get(each.name, each.default)
    return params


def value_of(setting: Setting, leaf: Leaf, known: Mapping[str, object]) -> st.SearchStrategy[Any]:
    match setting.kind:
        case SettingKind.TEXT:
            return st.text("abcđ %0", min_size=1, max_size=5).filter(str.strip)
        case SettingKind.WORD:
            return st.sampled_from([word for word, _label in setting.words])
        case SettingKind.FLAG:
            return st.booleans()
        case SettingKind.POINTS:
            return st.just(MAXIMUM) | points_of(leaf)
        case SettingKind.ROWS:
            rows = st.lists(settings_of(setting.columns, leaf, known), min_size=1, max_size=4)
            return rows.map(lambda found: distinct(found, setting.named_by))
        case _:
            return number_for(setting)


def number_for(setting: Setting) -> st.SearchStrategy[str]:
    lowest = -HIGHEST if setting.minimum is None else setting.minimum
    highest = HIGHEST if setting.maximum is None else min(setting.maximum, Decimal(HIGHEST))
    if setting.step is not None:
        return st.integers(int(lowest), int(highest)).map(str)
    return hundredths(highest, lowest=lowest).map(str)


def distinct(rows: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """The rows without namesakes, and no blanks in names; 1 and 1.00 are the same name."""
    if not name:
        return rows
    named = [{**row, name: "".join(row[name].split())} for row in rows]
    key = Decimal if name == "value" else str
    return list({key(row[name]): row for row in named}.values())


@st.composite
def band_lines(draw: st.DrawFn, leaf: Leaf) -> list[dict[str, Any]]:
    """Bands that meet at some bounds, each bound owned by the band on one side of it."""
    bounds = sorted(draw(st.sets(hundredths(100), max_size=6)) - {Decimal(0), Decimal(100)})
    below = [draw(st.booleans()) for _ in bounds]
    lows = [
        {},
        *({"from": str(at), "from_closed": not owned} for at, owned in zip(bounds, below, strict=True)),
    ]
    highs = [*({"to": str(at), "to_closed": owned} for at, owned in zip(bounds, below, strict=True)), {}]
    bands = [{**low, **high, "points": draw(points_of(leaf))} for low, high in zip(lows, highs, strict=True)]
    return draw(st.permutations(bands))


@st.composite
def with_sources(draw: st.DrawFn, name: str, params: dict[str, Any], leaf: Leaf) -> dict[str, Any]:
    """Params with reported figures behind some of the numbers that the method asks for, if it takes any."""
    if all(each.name != SOURCES for each in METHODS[name].settings):
        return params
    asked = [
        each.name for each in METHODS[name].from_params(params, leaf).inputs() if each.kind is not Kind.CHOICE
    ]
    figures = draw(st.dictionaries(st.sampled_from(asked), st.sampled_from(FIGURES)))
    sources = [{"input": each, "figure": figure} for each, figure in figures.items()]
    return {**params, SOURCES: sources} if sources else params


@st.composite
def params_of(draw: st.DrawFn, name: str, leaf: Leaf) -> dict[str, Any]:
    """Params of a method whose settings do not contradict each other."""
    return draw(with_sources(name, draw(own_params_of(name, leaf)), leaf))


@st.composite
def own_params_of(draw: st.DrawFn, name: str, leaf: Leaf) -> dict[str, Any]:
    """The same without reported figures behind them."""
    declared = [each for each in METHODS[name].settings if each.name != SOURCES]
    params = draw(settings_of(declared, leaf))
    if "exception" in params or "factor" in params:
        # A question that only a person can answer.
        params.pop("fact", None)
    match name:
        case "bands":
            params["bands"] = draw(band_lines(leaf))
        case "ratio":
            floor = Decimal(params.get("floor_percent", 0))
            params["full_percent"] = str(max(floor, Decimal(params.get("full_percent", 100))))
        case "weighted":
            params["parts"][0]["weight"] = "1"
        case "count" | "change":
            if Decimal(params.get("step_points", 1)) == 0:
                params["step_points"] = "0.25"
            params.pop("floor", None)
        case "conversion":
            params["from_max"] = str(max(HIGHEST, Decimal(params["from_max"])))
        case "survey":
            if params["by"] == "mean":
                params["scale_max"] = str(Decimal(params["scale_max"]) + Decimal(params.get("scale_min", 0)) + 1)
    return params


@st.composite
def methods(draw: st.DrawFn, names: tuple[str, ...] = tuple(METHODS)) -> Method:
    name = draw(st.sampled_from(names))
    leaf = Leaf(Decimal(0)) if name == "information" else draw(leaves())
    return build(name, draw(params_of(name, leaf)), leaf)


def answer_to(each: Input) -> st.SearchStrategy[Value]:
    lowest = Decimal(0) if each.minimum is None else each.minimum
    highest = Decimal(HIGHEST) if each.maximum is None else each.maximum
    match each.kind:
        case Kind.INTEGER:
            return st.integers(int(lowest), MANY if each.maximum is None else int(each.maximum))
        case Kind.CHOICE:
            return st.sampled_from([option.code for option in each.options])
        case Kind.POINTS:
            assert each.step is not None
            step = each.step
            return st.integers(0, int(highest / step)).map(lambda steps: steps * step)
        case Kind.PERCENT | Kind.DECIMAL:
            return st.decimals(lowest, highest, places=5)


@st.composite
def answers_to(draw: st.DrawFn, method: Method) -> dict[str, Value]:
    """Answers that can be true together; what is not asked for is left out."""
    answers: dict[str, Value] = {}
    for each in method.inputs():
        if each.is_asked(answers):
            answers[each.name] = draw(answer_to(each))
    if "numerator" in answers:
        answers["numerator"], answers["denominator"] = sorted(
            int(answers[name]) for name in ("numerator", "denominator")
        )
    return answers


@st.composite
def cases(draw: st.DrawFn, names: tuple[str, ...] = tuple(METHODS)) -> tuple[Method, dict[str, Value]]:
    method = draw(methods(names))
    return method, draw(answers_to(method))
