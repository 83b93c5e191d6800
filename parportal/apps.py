from django.apps import AppConfig
from django.contrib.admin import apps as admin


class PortalConfig(AppConfig):
    """The project's own templates tags, commands and checks."""

    name = "parportal"
    default = True

    def ready(self) -> None:
        from parportal import checks  # noqa: F401  (registers the system checks)


class PortalAdminConfig(admin.AdminConfig):
    """Django's admin, opened only to people who hold the administrator's role."""

    default = False
    default_site = "parportal.admin.PortalAdminSite"
