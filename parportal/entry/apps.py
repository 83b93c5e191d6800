from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EntryConfig(AppConfig):
    name = "parportal.entry"
    label = "entry"
    verbose_name = _("entry")
    default_auto_field = "django.db.models.BigAutoField"
