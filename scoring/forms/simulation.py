"""What a simulation changes, read from the address, so that it can be passed on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from parportal.display import points_short
from scoring.forms.typed import figure, percentage
from scoring.models import Campaign, Criterion, Grade
from scoring.rules import GradeBand, RankRule
from scoring.simulation import Changes, PointsChange
from scoring.standings import Grading

KEYS = [
    ("yes", pgettext_lazy("tie-break", "ranked by the keys")),
    ("no", pgettext_lazy("tie-break", "share a place")),
]


class SimulationForm(forms.Form):
    """Bounds of the grades, quotas, ties, and the points of one row of one unit.

    What the address does not say is as it is now.
    """

    rank_rule = forms.ChoiceField(
        label=_("Places after a tie"), choices=Campaign._meta.get_field("rank_rule").choices or ()
    )
    ranks_by_keys = forms.ChoiceField(label=_("Equal indexes"), choices=KEYS)
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    points = figure(_("Points it would have"), places=2)

    def __init__(self, data: Mapping[str, Any], *, campaign: Campaign, grading: Grading) -> None:
        self.grading = grading
        self.blocks = sorted(grading.blocks)
        scales = {each.scale for each in grading.blocks.values() if each.scale}
        grades = Grade.objects.filter(scale__in=scales).select_related("scale")
        self.grades = list(grades.order_by("scale__name", "-from_index"))
        now = self.present()
        super().__init__({**now, **data} if data else None, initial=now, auto_id="sim_%s")
        self.add_fields(campaign)

    def present(self) -> dict[str, Any]:
        """Everything as it is now, as a person would type it."""
        values: dict[str, Any] = {
            "rank_rule": self.grading.rank_rule.value,
            "ranks_by_keys": "yes" if self.grading.ranks_by_keys else "no",
        }
        shown = percentage("").prepare_value
        values |= {f"from_{grade.pk}": shown(grade.from_index) for grade in self.grades}
        for number, name in enumerate(self.blocks):
            quota = self.grading.blocks[name].top_quota_percent
            values[f"quota_{number}"] = "" if quota is None else shown(quota)
        return values

    def add_fields(self, campaign: Campaign) -> None:
        for grade in self.grades:
            label = gettext("%(grade)s from") % {"grade": grade.name}
            self.fields[f"from_{grade.pk}"] = percentage(label, required=True, places=4)
        for number, name in enumerate(self.blocks):
            label = gettext("Quota: %(block)s (percent)") % {"block": name}
            self.fields[f"quota_{number}"] = percentage(label if name else gettext("Quota (percent)"))
        if not self.grading.tie_breaks:
            del self.fields["ranks_by_keys"]
        units = sorted((each.unit.code, each.unit.name) for each in self.grading.results)
        self.fields["unit"].choices = [("", "–"), *units]  # type: ignore[attr-defined]
        criteria = campaign.criteria_set.criteria.order_by("position")
        scored = criteria.leaves() if campaign.sheets.exists() else criteria.filter(parent=None)
        self.fields["criterion"] = forms.ModelChoiceField(
            scored, label=_("Criterion"), required=False, to_field_name="code", empty_label="–"
        )

    @property
    def scale_fields(self) -> list[tuple[str, list[BoundField]]]:
        """The bounds, by scale."""
        found: dict[str, list[BoundField]] = {}
        for grade in self.grades:
            found.setdefault(grade.scale.name, []).append(self[f"from_{grade.pk}"])
        return list(found.items())

    @property
    def quota_fields(self) -> list[BoundField]:
        return [self[f"quota_{number}"] for number in range(len(self.blocks))]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.check_bounds(cleaned)
        row = {name: cleaned.get(name) for name in ("unit", "criterion", "points")}
        if any(value not in (None, "") for value in row.values()):
            for name, value in row.items():
                if value in (None, "") and name not in self.errors:
                    self.add_error(name, gettext("A unit, a criterion and its points belong together."))
        criterion, points = row["criterion"], row["points"]
        if isinstance(criterion, Criterion) and points is not None and points > criterion.max_points:
            text = gettext("At most %(points)s points.") % {"points": points_short(criterion.max_points)}
            self.add_error("points", text)
        return cleaned

    def check_bounds(self, cleaned: Mapping[str, Any]) -> None:
        """Two grades of a scale do not begin at the same index."""
        seen = set()
        for grade in self.grades:
            bound = (grade.scale_id, cleaned.get(f"from_{grade.pk}"))
            if bound in seen and bound[1] is not None:
                self.add_error(f"from_{grade.pk}", gettext("Another grade is given from this index."))
            seen.add(bound)

    def changes(self) -> Changes:
        data = self.cleaned_data
        bands: dict[int, tuple[GradeBand, ...]] = {}
        for grade in self.grades:
            band = GradeBand(grade.code, grade.name, data[f"from_{grade.pk}"])
            bands[grade.scale_id] = (*bands.get(grade.scale_id, ()), band)
        points = None
        if data["points"] is not None:
            points = PointsChange(data["unit"], data["criterion"], data["points"])
        by_keys = data.get("ranks_by_keys")
        return Changes(
            bands=bands,
            quotas={name: data[f"quota_{number}"] for number, name in enumerate(self.blocks)},
            rank_rule=RankRule(data["rank_rule"]),
            ranks_by_keys=None if by_keys is None else by_keys == "yes",
            points=points,
        )
