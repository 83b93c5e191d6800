"""A generated campaign: 10,035 communes, 100 leaves, loaded by COPY.

The set has eight fields within the maximum, a bonus group with a group inside it, a penalty group and two
knock-out criteria. Rows are answered (0 among them), not applicable, without a case, and not answered.
"""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from scoring.actions.criteria import import_criteria_set
from scoring.content import CriterionContent, SetContent
from scoring.counting import Counting
from scoring.models import (
    Campaign,
    CampaignStatus,
    CriteriaSet,
    Criterion,
    Exclusion,
    FieldResult,
    Grade,
    GradeScale,
    Score,
    ScoreSheet,
    SheetStatus,
    UnitResult,
)
from scoring.rules import LeafState, Method, Outcome, encode, knock_out
from scoring.settling import excluded_outcome, self_outcome
from scoring.tree import Tree
from units.models import Party, Unit, UnitType, User

CODE = "bench"
UNITS = 10_035
FIELDS = 8
BLOCKS = ("vùng cao", "vùng thấp")
FROM = date(2020, 1, 1)
BATCH = 1000


@dataclass(frozen=True)
class Said:
    """One way to fill in a leaf, as its row stores it."""

    state: LeafState
    answers: str
    outcome: Outcome
    is_excluded: bool = False


def load() -> None:
    """Everything from the migrations to the rows; always the same for the same code."""
    call_command("migrate", verbosity=0)
    chance = random.Random(UNITS)
    province = Unit.objects.create(code="01", name="Tỉnh", type=UnitType.PROVINCE, valid_from=FROM)
    campaign = make_campaign(province, make_set(province))
    communes = Unit.objects.bulk_create(
        Unit(code=f"{number:05}", name=f"Xã {number}", type=UnitType.COMMUNE, parent=province, valid_from=FROM)
        for number in range(1, UNITS + 1)
    )
    sheets = ScoreSheet.objects.bulk_create(
        ScoreSheet(campaign=campaign, unit=unit, status=SheetStatus.APPRAISED) for unit in communes
    )
    results = UnitResult.objects.bulk_create(
        UnitResult(campaign=campaign, unit=unit, block=chance.choice(BLOCKS)) for unit in communes
    )
    tree = Tree.of(campaign.criteria_set)
    FieldResult.objects.bulk_create(
        FieldResult(result=result, criterion=root.criterion) for result in results for root in tree.roots
    )
    copy_rows(sheets, tree, chance)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def make_set(issuer: Unit) -> CriteriaSet:
    content = SetContent(
        code=CODE,
        version=1,
        title="Bộ tiêu chí đo tốc độ",
        issuer=issuer.code,
        unit_type=UnitType.COMMUNE.value,
        total_points=Decimal(FIELDS * 11),
        level_names=("Lĩnh vực", "Tiêu chí", "Tiêu chí thành phần"),
        criteria=tuple(criteria()),
    )
    found = import_criteria_set(content=content, by=None)
    found.status = "published"
    found.save()
    return found


def criteria() -> Iterator[CriterionContent]:
    """Eight fields of eleven leaves, a bonus group of eight and a penalty group of four."""
    ratio = {"of": "ratio", "numerator": "Đã làm", "denominator": "Phải làm"}
    for field in range(1, FIELDS + 1):
        yield CriterionContent(f"{field}", "", f"Lĩnh vực {field}", Decimal(11))
        yield CriterionContent(f"{field}.1", f"{field}", "Tiêu chí", Decimal(6))
        yield CriterionContent(f"{field}.2", f"{field}", "Tiêu chí", Decimal(5), knock_out=field < 3)
        for leaf in range(1, 12):
            above = f"{field}.1" if leaf <= 6 else f"{field}.2"
            method = ("ratio", ratio) if leaf % 3 else ("points", {})
            yield CriterionContent(f"{above}.{leaf}", above, "Thành phần", Decimal(1), *method)
    for code, kind, maximum, above in OUTSIDE:
        is_group = any(each[3] == code for each in OUTSIDE)
        method = ("", {}) if is_group else ("points", {})
        yield CriterionContent(code, above, "Ngoài tổng điểm", Decimal(maximum), *method, counts_as=kind)


# Code, kind, maximum, and the group around it.
OUTSIDE = [
    ("9", "bonus", 10, ""),
    *((f"9.{item}", "bonus", 3, "9") for item in range(1, 5)),
    ("9.5", "bonus", 4, "9"),
    *((f"9.5.{item}", "bonus", 2, "9.5") for item in range(1, 5)),
    ("10", "penalty", 6, ""),
    *((f"10.{item}", "penalty", 3, "10") for item in range(1, 5)),
]


def make_campaign(owner: Unit, criteria_set: CriteriaSet) -> Campaign:
    scale = GradeScale.objects.create(code=CODE, name="90/80/65/50")
    for place, bound in enumerate((90, 80, 65, 50, 0)):
        Grade.objects.create(scale=scale, code=f"g{place}", name=f"Loại {place}", from_index=Decimal(bound))
    return Campaign.objects.create(
        code=CODE,
        title="Đợt đo tốc độ",
        owner=owner,
        criteria_set=criteria_set,
        year=2024,
        grade_scale=scale,
        status=CampaignStatus.CLOSED,
        self_score_due_at=timezone.now(),
    )


def ways_to_fill(method: Method, chance: random.Random) -> list[Said]:
    """Sixteen ways, one of them without an answer, one without a case, two not applicable by decision."""
    found = [Said(LeafState.NOT_ANSWERED, "{}", self_outcome(method, LeafState.NOT_ANSWERED, {}))]
    found.append(Said(LeafState.NO_CASE, "{}", self_outcome(method, LeafState.NO_CASE, {})))
    found += [Said(LeafState.NOT_ANSWERED, "{}", excluded_outcome(), is_excluded=True)] * 2
    while len(found) < 16:
        answers = some_answers(method, chance)
        outcome = self_outcome(method, LeafState.ANSWERED, answers)
        found.append(Said(LeafState.ANSWERED, json.dumps(encode(answers)), outcome))
    return found


def some_answers(method: Method, chance: random.Random) -> Mapping[str, Decimal | int | str]:
    """Facts that a unit might give; one in four of them earns nothing."""
    if method.name == "points":
        return {"points": Decimal(chance.choice((0, *range(25, 101)))) / 100}
    whole = chance.randint(1, 40)
    return {"numerator": chance.choice((0, chance.randint(0, whole), whole)), "denominator": whole}


def copy_rows(sheets: Sequence[ScoreSheet], tree: Tree, chance: random.Random) -> None:
    """A million rows by COPY, which takes seconds where the ORM takes minutes."""
    criteria_set = tree.criteria_set
    leaves = [node.criterion for node in tree.leaves]
    ways = [(leaf, ways_to_fill(leaf.scoring_method(criteria_set), chance)) for leaf in leaves]
    knock_outs = Counting.of(criteria_set, [node.criterion for node in tree.nodes]).knock_outs
    exclusion = exclude(sheets[0].campaign, leaves[0])
    statement = f"COPY {Score._meta.db_table} ({', '.join(COLUMNS)}) FROM STDIN"
    with connection.cursor() as cursor:
        # The keys of generated rows are right: checking a million of them would take longer than all the rest.
        cursor.execute("SET session_replication_role = replica")
        for start in range(0, len(sheets), BATCH):
            lines: list[str] = []
            for sheet in sheets[start : start + BATCH]:
                said = {leaf.code: (leaf.pk, chance.choice(fills)) for leaf, fills in ways}
                counted = knock_out({code: way.outcome for code, (_leaf, way) in said.items()}, knock_outs)
                lines += [
                    line(sheet.pk, leaf, way, counted[code], exclusion) for code, (leaf, way) in said.items()
                ]
            cursor.copy_expert(statement, io.StringIO("".join(lines)))
        cursor.execute("SET session_replication_role = DEFAULT")


COLUMNS = (
    *("sheet_id", "criterion_id", "state", "answers", "self_points", "points", "counted_max_points"),
    *("exclusion_id", "reason", "note", "why_no_evidence", "to_check", "review", "version"),
)


def line(sheet: int, leaf: int, said: Said, counted: Outcome, exclusion: int) -> str:
    """A row as COPY reads it."""
    given = said.outcome.points if said.state is not LeafState.NOT_ANSWERED else None
    values = (
        *(sheet, leaf, said.state.value, said.answers, hundredths(given)),
        *(hundredths(counted.points), hundredths(counted.counted_max_points)),
        *(exclusion if said.is_excluded else None, "", "", "", "f", "", 1),
    )
    return "\t".join("\\N" if value is None else str(value) for value in values) + "\n"


def hundredths(points: Decimal | None) -> int | None:
    return None if points is None else int(points * 100)


def exclude(campaign: Campaign, leaf: Criterion) -> int:
    """A decision to point at: whose rows it excludes is said by the rows."""
    by = User.objects.create_user(CODE, None)
    party = Party.objects.create(owner=campaign.owner, code=CODE, name="Các xã")
    columns = {"criterion": leaf, "party": party, "reason": "không có", "approved_by": "UBND tỉnh", "by": by}
    return Exclusion.objects.create(campaign=campaign, **columns).pk
