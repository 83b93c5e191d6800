"""The shipped fixtures, each loaded once: what a user changed afterwards stays."""

from django.core.management import call_command

from scoring.models import CriteriaSet, GradeScale
from units.models import Party, Unit

SETS = ("mau-xa-2024", "mau-xa-2026", "kon-ray-2021-district", "kon-ray-2021-commune")


def load_fixtures() -> None:
    if not Unit.objects.filter(code="614").exists():
        call_command("loaddata", "units", verbosity=0)
    if not Party.objects.filter(owner__code="614").exists():
        call_command("loaddata", "agencies", verbosity=0)
    if not GradeScale.objects.exists():
        call_command("loaddata", "grade_scales", verbosity=0)
    for code in SETS:
        if not CriteriaSet.objects.filter(code=code).exists():
            call_command("loaddata", code, verbosity=0)
