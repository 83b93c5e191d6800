"""Grade scales that an office makes for itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import ProtectedError, Q
from django.utils.text import slugify
from django.utils.translation import gettext as _

from parportal.display import points_short
from parportal.entry.versions import check_version
from scoring.actions.grading import renew
from scoring.models import Campaign, Grade, GradeScale
from scoring.workflow import MoveRefused
from units.audit import Action, Change, record
from units.models import Unit, User

MAX_CODE = 50
# No index reaches these: bounds are parked here while they change places.
PARKED = Decimal(100_000)


@dataclass(frozen=True, slots=True)
class GradeEntry:
    """One grade of a scale; `pk` of a grade that exists."""

    pk: int | None
    name: str
    from_index: Decimal


@dataclass(frozen=True, slots=True)
class ScaleEntry:
    name: str
    source: str
    grades: tuple[GradeEntry, ...]


@transaction.atomic
def create_scale(*, entry: ScaleEntry, office: Unit, by: User) -> GradeScale:
    """A scale of an office, with a code of its own."""
    taken = set(GradeScale.objects.values_list("code", flat=True))
    code = free_code(f"{office.code.lower()}-{code_of(entry.name)}", taken)
    scale = GradeScale.objects.create(code=code, name=entry.name, source=entry.source, office=office)
    store_grades(scale, [GradeEntry(None, each.name, each.from_index) for each in entry.grades])
    record(Action.GRADE_RULES_CHANGED, scale, by=by, changes=[Change(scale, "grades", "", text_of(scale))])
    return scale


@transaction.atomic
def change_scale(*, scale: GradeScale, entry: ScaleEntry, version: int | str | None, by: User) -> GradeScale:
    """Change a scale and renew the grades of the campaigns under way that use it.

    Raises: MoveRefused when it is not the person's to change, or a grade that somebody has would go; StaleVersion.
    """
    try:
        scale = GradeScale.objects.editable_by(by).select_for_update().get(pk=scale.pk)
    except GradeScale.DoesNotExist:
        raise MoveRefused(_("This scale cannot be changed. Copy it.")) from None
    check_version(scale.version, version)
    before = f"{scale.name} · {text_of(scale)}"
    scale.name, scale.source, scale.version = entry.name, entry.source, scale.version + 1
    scale.save()
    store_grades(scale, entry.grades)
    scale = GradeScale.objects.get(pk=scale.pk)
    after = f"{scale.name} · {text_of(scale)}"
    record(Action.GRADE_RULES_CHANGED, scale, by=by, changes=[Change(scale, "grades", before, after)])
    uses = Q(grade_scale=scale) | Q(block_rules__grade_scale=scale)
    for campaign in Campaign.objects.select_for_update(of=("self",)).filter(
        pk__in=Campaign.objects.filter(uses).values("pk")
    ):
        renew(campaign)
    return scale


def store_grades(scale: GradeScale, entries: Sequence[GradeEntry]) -> None:
    """Raises: MoveRefused when a grade that somebody has, or a rule names, would go."""
    stored = {each.pk: each for each in scale.grades.all()}
    kept = {entry.pk for entry in entries}
    try:
        for pk in stored.keys() - kept:
            stored.pop(pk).delete()
    except ProtectedError as refusal:
        gone = next(iter(refusal.protected_objects), None)
        raise MoveRefused(
            _("A grade that units have, or a rule names, cannot be removed (%(user)s).") % {"user": gone}
        ) from None
    for place, grade in enumerate(stored.values()):
        Grade.objects.filter(pk=grade.pk).update(from_index=PARKED + place)
    taken = {grade.code for grade in stored.values()}
    for entry in entries:
        grade = stored.get(entry.pk or 0) or Grade(scale=scale, code=free_code(code_of(entry.name), taken))
        taken.add(grade.code)
        grade.name, grade.from_index = entry.name, entry.from_index
        grade.save()


def code_of(name: str) -> str:
    return slugify(name.replace("đ", "d").replace("Đ", "D")) or "thang"


def free_code(wanted: str, taken: set[str]) -> str:
    """The code, cut to its column, with a number after it where it is taken."""
    found, number = wanted[:MAX_CODE].strip("-"), 2
    while found in taken:
        ending = f"-{number}"
        found = wanted[: MAX_CODE - len(ending)].strip("-") + ending
        number += 1
    return found


def text_of(scale: GradeScale) -> str:
    grades = scale.grades.order_by("-from_index")
    return ", ".join(f"{each.name} ≥ {points_short(each.from_index)}" for each in grades)
