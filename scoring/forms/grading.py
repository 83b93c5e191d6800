"""How a campaign is graded: its settings, a rule, a decision on one unit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from parportal.entry.fields import DayInput
from scoring.actions.grading import BlockEntry, DecisionEntry, GradingEntry, RuleEntry
from scoring.forms.typed import percentage
from scoring.models import (
    Campaign,
    Criterion,
    Grade,
    GradeDecisionKind,
    GradeRuleKind,
    GradeScale,
    UnitResult,
)
from scoring.rules import CountsAs
from scoring.standings import PENALTY, blocks_of

# As many as anybody can want to read.
MAX_KEYS = 4


def block_names(campaign: Campaign) -> list[str]:
    """The named ranking blocks of a campaign."""
    return sorted({name for name in campaign.results.values_list("block", flat=True) if name})


class GradingForm(forms.Form):
    """Scales, quotas and tie-break keys, for the campaign and for each of its ranking blocks."""

    grade_scale = forms.ModelChoiceField(GradeScale.objects.all(), label=_("Grade scale"))
    rank_rule = forms.ChoiceField(
        label=_("Places after a tie"), choices=Campaign._meta.get_field("rank_rule").choices or ()
    )
    ranks_by_keys = forms.BooleanField(label=_("Equal indexes are ranked by the tie-break keys"), required=False)
    top_quota_percent = percentage(
        _("Top grade for at most (percent of the ranked units of a block)"),
        help_text=_("Rounded down to whole units. Empty: no quota."),
    )

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        self.blocks = block_names(campaign)
        kwargs["initial"] = initial_of(campaign, self.blocks)
        super().__init__(*args, **kwargs)
        choices = key_choices(campaign)
        for number in range(MAX_KEYS):
            label = _("Tie-break key %(number)s") % {"number": number + 1}
            self.fields[f"key_{number}"] = forms.ChoiceField(label=label, choices=choices, required=False)
        for number, block in enumerate(self.blocks):
            scale = forms.ModelChoiceField(
                GradeScale.objects.all(),
                label=_("Grade scale: %(block)s") % {"block": block},
                required=False,
                empty_label=gettext("as the campaign"),
            )
            self.fields[f"scale_{number}"] = scale
            quota = percentage(_("Quota: %(block)s (percent)") % {"block": block})
            self.fields[f"quota_{number}"] = quota

    @property
    def keys(self) -> list[BoundField]:
        return [self[f"key_{number}"] for number in range(MAX_KEYS)]

    @property
    def block_fields(self) -> list[tuple[str, BoundField, BoundField]]:
        return [(name, self[f"scale_{n}"], self[f"quota_{n}"]) for n, name in enumerate(self.blocks)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        seen = set()
        for number in range(MAX_KEYS):
            key = cleaned.get(f"key_{number}")
            if key and key in seen:
                self.add_error(f"key_{number}", gettext("This key stands above already."))
            seen.add(key)
        if cleaned.get("ranks_by_keys") and not any(seen):
            self.add_error("ranks_by_keys", gettext("Choose at least one tie-break key."))
        return cleaned

    def entry(self) -> GradingEntry:
        data = self.cleaned_data
        return GradingEntry(
            grade_scale=data["grade_scale"],
            rank_rule=data["rank_rule"],
            top_quota_percent=data["top_quota_percent"],
            ranks_by_keys=data["ranks_by_keys"],
            tie_breaks=tuple(data[f"key_{number}"] for number in range(MAX_KEYS) if data[f"key_{number}"]),
            blocks={
                name: BlockEntry(data[f"scale_{number}"], data[f"quota_{number}"])
                for number, name in enumerate(self.blocks)
            },
        )


def initial_of(campaign: Campaign, blocks: Iterable[str]) -> dict[str, Any]:
    initial: dict[str, Any] = {
        "grade_scale": campaign.grade_scale,
        "rank_rule": campaign.rank_rule,
        "top_quota_percent": campaign.top_quota_percent,
        "ranks_by_keys": campaign.ranks_by_keys,
    }
    initial |= {f"key_{number}": code for number, code in enumerate(campaign.tie_breaks)}
    own = {each.block: each for each in campaign.block_rules.all()}
    for number, block in enumerate(blocks):
        if rule := own.get(block):
            initial[f"scale_{number}"] = rule.grade_scale_id
            initial[f"quota_{number}"] = rule.top_quota_percent
    return initial


def key_choices(campaign: Campaign) -> list[tuple[str, str]]:
    """Tie-break keys: the fields of the set, and fewer penalty points."""
    fields = campaign.criteria_set.fields.order_by("position")
    return [
        ("", "–"),
        *((each.code, f"{each.code}. {each.title}") for each in fields),
        (PENALTY, gettext("fewer penalty points")),
    ]


class GradeChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A grade, named with its scale where the campaign has several."""

    several = False

    def label_from_instance(self, obj: Grade) -> str:
        return f"{obj.name} ({obj.scale.name})" if self.several else obj.name


def grade_choice(scales: Iterable[int | None]) -> GradeChoice:
    found = [pk for pk in scales if pk]
    grades = Grade.objects.filter(scale__in=found).select_related("scale")
    choice = GradeChoice(grades, label=_("Grade"), empty_label=_("Choose…"))
    choice.several = len(found) > 1
    return choice


class RuleForm(forms.Form):
    """A precondition or a cap that follows from the points of one criterion."""

    kind = forms.ChoiceField(
        label=_("Kind of rule"),
        choices=[
            (GradeRuleKind.PRECONDITION, _("precondition: below the share, not this grade nor a higher one")),
            (GradeRuleKind.CAP, _("cap: below the share, at most this grade")),
        ],
    )
    criterion = forms.ModelChoiceField(Criterion.objects.none(), label=_("Criterion"), empty_label=_("Choose…"))
    below_percent = percentage(_("Below (percent of its applicable maximum)"), required=True)
    title = forms.CharField(
        label=_("What it says"), max_length=300, help_text=_("Shown with the result of every unit it limits.")
    )
    legal_basis = forms.CharField(label=_("Legal basis"), max_length=200)

    field_order = ("kind", "grade", "criterion", "below_percent", "title", "legal_basis")

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        blocks = blocks_of(campaign, set(campaign.results.values_list("block", flat=True)))
        self.fields["grade"] = grade_choice({each.scale for each in blocks.values()})
        self.order_fields(self.field_order)
        judged = campaign.criteria_set.criteria.filter(counts_as=CountsAs.BASE.value, max_points__gt=0)
        if not campaign.sheets.exists() and campaign.results.exclude(fields=None).exists():
            judged = judged.filter(parent=None)  # imported without sheets: only fields have points
        self.fields["criterion"].queryset = judged.order_by("position")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        grade, kind = cleaned.get("grade"), cleaned.get("kind")
        if grade:
            refuse_idle(self, grade, kind)
        return cleaned

    def entry(self) -> RuleEntry:
        names = ("kind", "grade", "criterion", "below_percent", "title", "legal_basis")
        return RuleEntry(**{name: self.cleaned_data[name] for name in names})


def refuse_idle(form: forms.Form, grade: Grade, kind: str | None) -> None:
    """A cap at the best grade limits nobody; without the lowest one there would be no grade at all."""
    grades = grade.scale.all_grades
    if kind == "cap" and grade == grades[0]:
        form.add_error("grade", gettext("This is the highest grade: a cap there limits nobody."))
    if kind == "precondition" and grade == grades[-1]:
        form.add_error("grade", gettext("Below the lowest grade there is none."))


class GradeDecisionForm(forms.Form):
    """What people decided on the grade of one unit. After publication: with the reason of the amendment."""

    kind = forms.ChoiceField(
        label=_("Kind of decision"),
        choices=[
            (GradeDecisionKind.CAP, _("cap: at most this grade")),
            (GradeDecisionKind.PRECONDITION, _("precondition not met: not this grade nor a higher one")),
            (GradeDecisionKind.COUNCIL, _("decision of the council: this grade")),
        ],
    )
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    legal_basis = forms.CharField(label=_("Legal basis"), max_length=200)
    decided_on = forms.DateField(label=_("Date of the decision"), widget=DayInput())
    amendment_reason = forms.CharField(
        label=_("Reason of the amendment"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    field_order = ("kind", "grade", "reason", "legal_basis", "decided_on", "amendment_reason")

    def __init__(self, *args: Any, result: UnitResult, **kwargs: Any) -> None:
        kwargs["auto_id"] = "decide_%s"
        super().__init__(*args, **kwargs)
        campaign = result.campaign
        self.fields["grade"] = grade_choice([blocks_of(campaign, [result.block])[result.block].scale])
        self.order_fields(self.field_order)
        if not campaign.is_public:
            del self.fields["amendment_reason"]

    def clean_decided_on(self) -> Any:
        decided_on = self.cleaned_data["decided_on"]
        if decided_on > timezone.localdate():
            raise forms.ValidationError(gettext("This day is still to come."))
        return decided_on

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if grade := cleaned.get("grade"):
            refuse_idle(self, grade, cleaned.get("kind"))
        return cleaned

    def entry(self) -> DecisionEntry:
        names = ("kind", "grade", "reason", "legal_basis", "decided_on")
        return DecisionEntry(**{name: self.cleaned_data[name] for name in names})
