"""Plausible facts for a training sheet: the same ones every time, different from unit to unit."""

from decimal import Decimal

from scoring.rules import Answers, CountsAs, Input, Kind, Method, Value
from scoring.rules.methods.count import Count


def plausible(method: Method, seed: int, *, counts_as: str = CountsAs.BASE.value) -> Answers:
    """Facts that the method accepts; a higher `seed` modulo 7 is a worse year."""
    flaw = seed % 7
    inputs = method.inputs()
    if isinstance(method, Count):
        is_fault = method.steps.step_points < 0 or counts_as == CountsAs.PENALTY
        return {each.name: flaw // 3 if is_fault else 5 - flaw // 2 for each in inputs if not each.options} | {
            each.name: each.options[0].code for each in inputs if each.options
        }
    answers = {each.name: fact(each, flaw, place) for place, each in enumerate(inputs)}
    if {"numerator", "denominator"} <= answers.keys():
        answers["denominator"] = 20 + seed % 13
        answers["numerator"] = 20 + seed % 13 - max(0, flaw - 3)
    return answers


def fact(asked: Input, flaw: int, place: int) -> Value:
    match asked.kind:
        case Kind.CHOICE:
            return asked.options[1 if flaw >= 5 and len(asked.options) > 1 else 0].code
        case Kind.PERCENT:
            return Decimal(100 - 3 * max(0, flaw - 2))
        case Kind.INTEGER:
            return (12 + flaw) if place == 0 else max(0, flaw - 3 - place)
        case Kind.POINTS:
            return points(asked, flaw)
        case Kind.DECIMAL:
            return Decimal(4)


def points(asked: Input, flaw: int) -> Decimal:
    best = asked.maximum if asked.maximum is not None else Decimal(0)
    return max(Decimal(0), best - Decimal("0.25") * max(0, flaw - 3))
