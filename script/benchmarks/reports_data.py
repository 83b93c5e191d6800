"""The demonstration, whose analysis of Kon Rẫy is measured, and a campaign of a hundred large sheets."""

from django.core.management import call_command
from django.test import override_settings

from script.benchmarks import web_data

CAMPAIGN, UNITS = "bench-100", 100


def load() -> None:
    web_data.load({CAMPAIGN: UNITS})
    with override_settings(DEMO=True):
        call_command("load_demo", verbosity=0)
