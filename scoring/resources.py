"""Flat lists of this app, in and out, by django-import-export."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from import_export import fields, resources, widgets

from scoring.models import BlockRule, Campaign, Grade, GradeScale


def graded_by(scale: GradeScale) -> bool:
    """Whether published results were graded by the scale: it stays as it was then."""
    published = Campaign.objects.published()
    by_block = BlockRule.objects.filter(grade_scale=scale, campaign__in=published)
    return published.filter(grade_scale=scale).exists() or by_block.exists()


class GradeResource(resources.ModelResource):  # type: ignore[misc]
    """Grades of the scales: one row a grade, named by scale and code."""

    scale = fields.Field(
        attribute="scale", column_name="scale", widget=widgets.ForeignKeyWidget(GradeScale, field="code")
    )

    class Meta:
        model = Grade
        fields = ("scale", "code", "name", "from_index")
        import_id_fields = ("scale", "code")
        skip_unchanged = True
        report_skipped = True
        use_transactions = True

    def before_save_instance(self, instance: Grade, row: Any, **kwargs: Any) -> None:
        """Raises: ValidationError for a grade of a scale that graded published results."""
        if graded_by(instance.scale):
            raise ValidationError({"scale": _("Published results were graded by this scale; it cannot change.")})
