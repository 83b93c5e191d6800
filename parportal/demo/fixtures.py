"""The shipped fixtures, each loaded once: what a user changed afterwards stays."""

from datetime import date

from django.core.management import call_command

from scoring.models import CriteriaSet, GradeScale
from units.models import Party, Unit

SETS = ("mau-xa-2024", "mau-xa-2026", "mau-so-xa-2026", "kon-ray-2021-district", "kon-ray-2021-commune")

# The demonstration's two parents: import_units may have brought one without the other.
PARENTS = (("614", date(2004, 7, 8)), ("51", date(2025, 7, 1)))


def load_fixtures() -> None:
    if not all(Unit.objects.filter(code=code, valid_from=first).exists() for code, first in PARENTS):
        call_command("loaddata", "units", verbosity=0)
    if not Party.objects.filter(owner__code="614").exists():
        call_command("loaddata", "agencies", verbosity=0)
    if not GradeScale.objects.exists():
        call_command("loaddata", "grade_scales", verbosity=0)
    for code in SETS:
        if not CriteriaSet.objects.filter(code=code).exists():
            call_command("loaddata", code, verbosity=0)
