"""Flat lists of this app, out, by django-import-export. A set comes in whole, as its own workbook or YAML."""

from import_export import fields, resources

from indicators.models import Indicator


class IndicatorResource(resources.ModelResource):  # type: ignore[misc]
    """Indicators of all sets, one row each, for who wants them in a table."""

    set_code = fields.Field(attribute="set__code", column_name="set")
    set_version = fields.Field(attribute="set__version", column_name="version")
    parent_code = fields.Field(attribute="parent__code", column_name="parent")

    class Meta:
        model = Indicator
        columns = ("set_code", "set_version", "code", "parent_code", "title", "measure", "value_type", "roll_up")
        fields = (*columns, "formula", "lines", "from_year", "to_year")
        export_order = fields
