"""Codes of criteria as decisions write them: 1, 1.1, 1.1.1; fields also I, II, III or A, B, C."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import count

from scoring.content import CriterionContent, SetContent

_ROMAN = (
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
)
_LETTERS = 26
_LAST_NUMBER = re.compile(r"(?P<before>.*?)(?P<number>[0-9]+)(?P<after>\W*)", re.DOTALL)
_LAST_LETTER = re.compile(r"(?P<before>.*[^A-Za-z])?(?P<letter>[a-yA-Y])", re.DOTALL)


def roman(number: int) -> str:
    found = ""
    for value, sign in _ROMAN:
        times, number = divmod(number, value)
        found += sign * times
    return found


def from_roman(text: str) -> int:
    """0 for what is no Roman number as people write them."""
    number, rest = 0, text
    for value, sign in _ROMAN:
        while rest.startswith(sign):
            number, rest = number + value, rest[len(sign) :]
    return number if text and not rest and roman(number) == text else 0


def next_code(content: SetContent, parent: str) -> str:
    """A free code for one more criterion below `parent` (a field below the empty code), in the style of those
    that stand there.
    """
    siblings = [each.code for each in content.criteria if each.parent == parent]
    taken = {each.code for each in content.criteria}
    return next(code for code in _following(siblings, parent) if code not in taken)


def _following(siblings: Sequence[str], parent: str) -> Iterator[str]:
    if not parent and siblings and all(map(from_roman, siblings)):
        yield from map(roman, count(max(map(from_roman, siblings)) + 1))
    last = siblings[-1] if siblings else ""
    if found := _LAST_NUMBER.fullmatch(last):
        width = len(found["number"]) if found["number"].startswith("0") else 0
        for number in count(int(found["number"]) + 1):
            yield f"{found['before']}{number:0{width}d}{found['after']}"
    if found := _LAST_LETTER.fullmatch(last):
        end = "z" if found["letter"].islower() else "Z"
        for letter in range(ord(found["letter"]) + 1, ord(end) + 1):
            yield f"{found['before'] or ''}{chr(letter)}"
    above = f"{parent}." if parent else ""
    yield from (f"{above}{number}" for number in count(1))


def numbered(content: SetContent, branch: str = "") -> dict[str, str]:
    """Every code of the set, or below a criterion, with the code it has by its place: 1, 1.1, 1.1.1.

    Fields keep Roman numbers or letters when all of them have such.
    """
    below = content.children()
    found: dict[str, str] = {branch: branch} if branch else {}
    if not branch:
        fields = [each.code for each in below.get("", ())]
        found = dict(zip(fields, _field_codes(fields), strict=True))
    waiting: list[str] = list(found)
    while waiting:
        code = waiting.pop()
        for place, child in enumerate(below.get(code, ()), 1):
            found[child.code] = f"{found[code]}.{place}"
            waiting.append(child.code)
    return found


def _field_codes(codes: Collection[str]) -> list[str]:
    places = range(1, len(codes) + 1)
    if codes and all(map(from_roman, codes)):
        return [roman(place) for place in places]
    if codes and len(codes) <= _LETTERS and all(re.fullmatch("[A-Z]", code) for code in codes):
        return [chr(ord("A") + place - 1) for place in places]
    return [str(place) for place in places]


def copied_codes(content: SetContent, branch: Sequence[CriterionContent], parent: str) -> dict[str, str]:
    """For each criterion of a branch (top first) a free code for its copy below `parent`."""
    top, *rest = branch
    taken = {each.code for each in content.criteria}
    found = {top.code: next_code(content, parent)}
    taken.add(found[top.code])
    for each in rest:
        above = found[each.parent]
        kept = f"{above}{each.code[len(each.parent) :]}" if each.code.startswith(each.parent) else ""
        numbers = (f"{above}.{number}" for number in count(1))
        found[each.code] = kept if kept and kept not in taken else next(n for n in numbers if n not in taken)
        taken.add(found[each.code])
    return found
