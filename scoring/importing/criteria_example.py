"""The filled example in the empty workbook: small, with the methods most used. Data, hence in Vietnamese."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from scoring.content import CriterionContent, SetContent

EXAMPLE_PREFIX = "example "


def _leaf(code: str, title: str, max_points: str, method: str, params: dict[str, Any]) -> CriterionContent:
    parent = code.rpartition(".")[0]
    return CriterionContent(code, parent, title, Decimal(max_points), method, params, evidence_required=True)


EXAMPLE = SetContent(
    code="vi-du",
    version=1,
    title="Bộ tiêu chí ví dụ",
    decision_number="01/QĐ-UBND",
    decision_on=date(2026, 1, 15),
    issuer="614",
    unit_type="commune",
    total_points=Decimal(10),
    level_names=("Lĩnh vực", "Tiêu chí"),
    criteria=(
        CriterionContent("1", "", "Chỉ đạo, điều hành", Decimal(6), function="home_affairs"),
        _leaf(
            "1.1",
            "Ban hành kế hoạch cải cách hành chính",
            "1",
            "choice",
            {
                "options": [
                    {"code": "dung_han", "label": "Đúng thời hạn", "points": "max"},
                    {"code": "cham", "label": "Chậm thời hạn", "points": "0.5"},
                    {"code": "khong", "label": "Không ban hành", "points": "0"},
                ]
            },
        ),
        _leaf(
            "1.2",
            "Thực hiện nhiệm vụ được giao",
            "3",
            "weighted",
            {
                "parts": [
                    {"name": "dung_han", "label": "Hoàn thành đúng hạn", "weight": "1"},
                    {"name": "qua_han", "label": "Hoàn thành quá hạn", "weight": "0.5"},
                    {"name": "chua_xong", "label": "Chưa hoàn thành", "weight": "0"},
                ]
            },
        ),
        _leaf(
            "1.3",
            "Hình thức tuyên truyền",
            "2",
            "count",
            {"label": "Số hình thức", "base": "0", "step_points": "0.5", "floor": "0", "cap": "2"},
        ),
        CriterionContent("2", "", "Cải cách thủ tục hành chính", Decimal(4), function="office"),
        _leaf(
            "2.1",
            "Hồ sơ giải quyết đúng hạn",
            "2",
            "ratio",
            {
                "of": "ratio",
                "numerator": "Hồ sơ đúng hạn",
                "denominator": "Hồ sơ đã giải quyết",
                "floor_percent": "50",
                "full_percent": "95",
            },
        ),
        _leaf(
            "2.2",
            "Hồ sơ nộp trực tuyến",
            "1",
            "bands",
            {
                "of": "percent",
                "label": "Tỷ lệ hồ sơ trực tuyến",
                "bands": [
                    {"to": "50", "points": "0"},
                    {"from": "50", "to": "80", "points": "0.5"},
                    {"from": "80", "points": "1"},
                ],
            },
        ),
        _leaf("2.10", "Sáng kiến trong giải quyết thủ tục", "1", "points", {}),
    ),
)
