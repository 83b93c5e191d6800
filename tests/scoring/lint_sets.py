"""Small criteria sets with one thing wrong."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from scoring.content import CriterionContent, SetContent
from scoring.importing.criteria_example import EXAMPLE
from scoring.lint import Finding, lint


def node(code: str, maximum: str, method: str = "points", **more: Any) -> CriterionContent:
    """A criterion under the one that its code says, sound as a leaf; a method of "" makes it a parent."""
    more = {"parent": code.rpartition(".")[0], "title": f"Tiêu chí {code}", "evidence_required": True, **more}
    return CriterionContent(code=code, max_points=Decimal(maximum), method=method, function="office", **more)


def group(code: str, cap: str, counts_as: str = "bonus", **more: Any) -> CriterionContent:
    return node(code, cap, "", counts_as=counts_as, evidence_required=False, **more)


def set_of(*criteria: CriterionContent, total: str) -> SetContent:
    return replace(EXAMPLE, total_points=Decimal(total), criteria=criteria)


def errors(content: SetContent, frame: SetContent | None = None) -> list[Finding]:
    return [finding for finding in lint(content, frame) if finding.is_error]


def warnings(content: SetContent) -> list[Finding]:
    return [finding for finding in lint(content) if not finding.is_error]


def kinds(found: list[Finding]) -> list[tuple[str, str, str]]:
    return [(finding.kind, finding.code, finding.at) for finding in found]


BONUS_OF_13_UNDER_10 = set_of(
    node("1", "100"),
    group("B", "10", parent=""),
    node("B.1", "5", counts_as="bonus"),
    node("B.2", "5", counts_as="bonus"),
    node("B.3", "3", counts_as="bonus"),
    total="100",
)
COMPONENT_OF_3_WORTH_6 = set_of(
    node("1", "3", ""),
    node(
        "1.1",
        "3",
        "choice",
        params={
            "options": [
                {"code": "co", "label": "Có mô hình mới", "points": "6"},
                {"code": "khong", "label": "Không có", "points": "0"},
            ]
        },
    ),
    total="3",
)
CHILDREN_OF_10_25_UNDER_10 = set_of(
    node("1", "10", ""), node("1.1", "5"), node("1.2", "3"), node("1.3", "2.25"), total="10"
)
TWO_BANDS_OWN_90 = set_of(
    node(
        "1",
        "2",
        "bands",
        params={
            "of": "percent",
            "label": "Tỷ lệ hồ sơ đúng hạn",
            "bands": [
                {"to": "70", "points": "0"},
                {"from": "70", "to": "90", "to_closed": True, "points": "1"},
                {"from": "90", "to": "100", "to_closed": True, "points": "2"},
            ],
        },
    ),
    total="2",
)
