"""Flat lists of this app, out, by django-import-export."""

from datetime import date

from django.utils.translation import gettext as _
from import_export import fields, resources

from plans.importing.documents_reading import TITLES
from plans.models import Document


class DocumentResource(resources.ModelResource):  # type: ignore[misc]
    """The register of documents, one row each, with the columns that its import reads."""

    unit = fields.Field(attribute="owner__name", column_name="unit")
    issued_on = fields.Field(attribute="issued_on", column_name="issued_on")
    expires_on = fields.Field(attribute="expires_on", column_name="expires_on")

    class Meta:
        model = Document
        fields = tuple(TITLES)
        export_order = fields

    def get_export_headers(self, selected_fields: object = None) -> list[str]:
        """In the language of the reader."""
        return [str(title) for title in TITLES.values()]

    def dehydrate_issued_on(self, document: Document) -> date:
        return document.issued_on

    def dehydrate_expires_on(self, document: Document) -> date | None:
        return document.expires_on

    def dehydrate_kind(self, document: Document) -> str:
        return document.get_kind_display()

    def dehydrate_is_normative(self, document: Document) -> str:
        return _("yes") if document.is_normative else ""
