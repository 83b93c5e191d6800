from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Reports")

    def ready(self) -> None:
        from reports.output.layout import layout
        from reports.work import reports_work
        from units.work_list import FROM_ABOVE

        FROM_ABOVE.append(reports_work)
        layout()  # what the decree forbids stops the start, not the first paper
