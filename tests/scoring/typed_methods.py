"""Every scoring method as an officer types its settings in Vietnamese, and the params that they say."""

from typing import Any

TYPED: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "points": ({}, {}),
    "choice": (
        {
            "params.options.0.label": "Ban hành đúng hạn",
            "params.options.0.points": "tối đa",
            "params.options.1.label": "Ban hành trễ hạn",
            "params.options.1.points": "0,5",
        },
        {
            "options": [
                {"code": "ban_hanh_dung_han", "label": "Ban hành đúng hạn", "points": "max"},
                {"code": "ban_hanh_tre_han", "label": "Ban hành trễ hạn", "points": "0.5"},
            ]
        },
    ),
    "bands": (
        {
            "params.of": "percent",
            "params.label": "Tỷ lệ",
            "params.bands.0.to": "70",
            "params.bands.0.points": "0",
            "params.bands.1.from": "70 %",
            "params.bands.1.points": "1,5",
        },
        {
            "of": "percent",
            "label": "Tỷ lệ",
            "bands": [{"to": "70", "points": "0"}, {"from": "70", "points": "1.5"}],
        },
    ),
    "ratio": (
        {
            "params.of": "ratio",
            "params.numerator": "Hồ sơ đúng hạn",
            "params.denominator": "Tổng số hồ sơ",
            "params.full_percent": "99,5",
        },
        {"of": "ratio", "numerator": "Hồ sơ đúng hạn", "denominator": "Tổng số hồ sơ", "full_percent": "99.5"},
    ),
    "weighted": (
        {
            "params.parts.0.label": "Đúng hạn",
            "params.parts.0.weight": "1",
            "params.parts.1.label": "Quá hạn",
            "params.parts.1.weight": "0,5",
        },
        {
            "parts": [
                {"name": "dung_han", "label": "Đúng hạn", "weight": "1"},
                {"name": "qua_han", "label": "Quá hạn", "weight": "0.5"},
            ]
        },
    ),
    "count": (
        {"params.label": "Số phiên trễ", "params.base": "max", "params.step_points": "-0,5"},
        {"label": "Số phiên trễ", "base": "max", "step_points": "-0.5"},
    ),
    "conversion": (
        {
            "params.label": "Chỉ số DDCI",
            "params.from_max": "100",
            "params.by": "table",
            "params.table.0.value": "60",
            "params.table.0.points": "0,5",
            "params.table.1.value": "82,5",
            "params.table.1.points": "tối đa",
            "params.between": "line",
        },
        {
            "label": "Chỉ số DDCI",
            "from_max": "100",
            "by": "table",
            "table": [{"value": "60", "points": "0.5"}, {"value": "82.5", "points": "max"}],
            "between": "line",
        },
    ),
    "change": (
        {
            "params.label": "Số đơn thư",
            "params.kind": "integer",
            "params.better": "lower",
            "params.improved": "1,5",
            "params.unchanged": "1",
        },
        {"label": "Số đơn thư", "kind": "integer", "better": "lower", "improved": "1.5", "unchanged": "1"},
    ),
    "peer": (
        {
            "params.of": "percent",
            "params.label": "Tỷ lệ hài lòng",
            "params.by": "target",
            "params.target": "80",
            "params.target_percent": "62,5",
        },
        {"of": "percent", "label": "Tỷ lệ hài lòng", "by": "target", "target": "80", "target_percent": "62.5"},
    ),
    "survey": (
        {"params.by": "mean", "params.scale_min": "1", "params.scale_max": "5", "params.minimum_sample": "30"},
        {"by": "mean", "scale_min": "1", "scale_max": "5", "minimum_sample": "30"},
    ),
    "information": (
        {"max_points": "0", "params.label": "Số công chức", "params.kind": "integer"},
        {"label": "Số công chức", "kind": "integer"},
    ),
}
