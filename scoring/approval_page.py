"""What was approved, ready to print, and what differs from it now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from parportal.display import day, points, points_short
from parportal.entry.numbers import format_decimal
from scoring.models import CriteriaSet, Criterion, Score, ScoreSheet
from scoring.rows import answer_fields, answers_in_words
from scoring.rules import LeafState, Method, RuleErrors, decode
from units.models import User

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ApprovedRow:
    """One row as it was approved. `changed` names what is otherwise now; empty when nothing is."""

    code: str
    title: str
    max_points: str
    points: str
    said: str
    texts: tuple[tuple[str, str], ...]
    evidence: tuple[str, ...]
    changed: str = ""


@dataclass(frozen=True, slots=True)
class ApprovedContent:
    """What was approved, as far as the reader sees the sheet. Sums are left out of a part of it."""

    rows: tuple[ApprovedRow, ...]
    earned: str
    maximum: str
    index: str
    is_whole: bool
    added: tuple[str, ...] = ()

    @property
    def differing(self) -> int:
        return sum(bool(row.changed) for row in self.rows)


def approved_content(
    sheet: ScoreSheet, user: User, content: Content, *, now: Content | None = None
) -> ApprovedContent:
    """The content in words; `now` is the present one, to tell what differs."""
    seen = Score.objects.visible_to(user).filter(sheet=sheet)
    codes = set(seen.values_list("criterion__code", flat=True))
    is_whole = len(codes) == sheet.scores.count()
    methods = methods_of(content)
    present = {row["code"]: row for row in now["rows"]} if now else {}
    rows = [row for row in content["rows"] if is_whole or row["code"] in codes]
    approved = {row["code"] for row in content["rows"]}
    index = content["totals"]["index"]
    places = sheet.campaign.criteria_set.index_decimals
    return ApprovedContent(
        rows=tuple(
            approved_row(row, methods.get(row["code"]), changed(row, present.get(row["code"])) if now else "")
            for row in rows
        ),
        earned=number(content["totals"]["earned_points"]) if is_whole else "",
        maximum=points_short(Decimal(content["totals"]["applicable_max_points"])) if is_whole else "",
        index=format_decimal(Decimal(index), places=places) if index and is_whole else "",
        is_whole=is_whole,
        added=tuple(code for code in present if code not in approved and (is_whole or code in codes)),
    )


def methods_of(content: Content) -> dict[str, Method]:
    """The methods of the set that was in force then; a version of a published set never changes."""
    named = content["criteria_set"]
    criteria_set = CriteriaSet.objects.filter(code=named["code"], version=named["version"]).first()
    if criteria_set is None:
        return {}
    found = {}
    for criterion in Criterion.objects.filter(criteria_set=criteria_set).exclude(method=""):
        try:
            found[criterion.code] = criterion.scoring_method(criteria_set)
        except RuleErrors:
            continue
    return found


def approved_row(row: Content, method: Method | None, changed: str) -> ApprovedRow:
    texts = (
        (_("Why it is not applicable"), row["reason"]),
        (_("Note"), row["note"]),
        (_("Why there is no evidence"), row["why_no_evidence"]),
    )
    return ApprovedRow(
        code=row["code"],
        title=row["title"],
        max_points=number(row["max_points"]),
        points=number(row["self_points"]),
        said=said(row, method),
        texts=tuple(each for each in texts if each[1]),
        evidence=tuple(cited(each) for each in row["evidence"]),
        changed=changed,
    )


def said(row: Content, method: Method | None) -> str:
    if row["left_out"]:
        return _("not applicable by decision")
    if row["state"] != LeafState.ANSWERED:
        return str(dict(Score._meta.get_field("state").flatchoices)[row["state"]])
    if method is None:
        return ", ".join(f"{name}: {value}" for name, value in row["answers"].items())
    answers = decode(method.inputs(), row["answers"])
    fields = answer_fields(method, answers)
    chosen = [option.label for field in fields for option in field.options if option.chosen]
    # The only question of a choice is the criterion itself.
    return chosen[0] if chosen and len(fields) == 1 else answers_in_words(method, answers)


def cited(evidence: Mapping[str, str]) -> str:
    """A piece of evidence with the beginning of its hash, by which the file is known again."""
    parts = [evidence[name] for name in ("number", "issued_on", "issuer", "title", "page", "original_name")]
    if parts[1]:
        parts[1] = day(date.fromisoformat(parts[1]))
    if evidence["sha256"]:
        parts.append(f"SHA-256 {evidence['sha256'][:16]}…")
    return " · ".join(filter(None, parts))


def number(text: str) -> str:
    return points(Decimal(text)) if text else ""


def changed(then: Content, now: Content | None) -> str:
    """What of an approved row is otherwise now, in words."""
    if now is None:
        return _("no longer in the set")
    words = {
        "title": _("wording"),
        "max_points": _("maximum"),
        "state": _("answer state"),
        "answers": _("answers"),
        "self_points": _("self-score"),
        "reason": _("reason why it is not applicable"),
        "note": _("note"),
        "why_no_evidence": _("why there is no evidence"),
        "left_out": _("not applicable by decision"),
        "evidence": _("evidence"),
    }
    return ", ".join(word for name, word in words.items() if then[name] != now[name])
