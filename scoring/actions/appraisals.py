"""What appraisers write: a row of their round, the cause of a loss and who answers for it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from parportal.entry.versions import StaleVersion, check_version
from scoring.computing import SheetSums
from scoring.models import (
    SUBMITTED_OR_LATER,
    Appraisal,
    Campaign,
    Loss,
    Responsibility,
    Round,
    Score,
    ScoreSheet,
    SheetStatus,
)
from scoring.rules import CountsAs, LeafState, Message, Method, Outcome, RuleError, RuleErrors, Value, encode
from scoring.settling import (
    SETTLED,
    appraised_outcome,
    said_to_be_left_out,
    settle_branch,
    settle_row,
    settle_rows,
    settle_sheet,
    with_branches,
)
from scoring.workflow import MoveRefused, why_appraisal_is_locked, why_row_is_closed
from units.audit import Action, Change, record
from units.models import Party, User


@dataclass(frozen=True, slots=True)
class AppraisalEntry:
    """What an appraiser says of one row: facts (`answers`), or bare `points`, or that it does not apply."""

    state: LeafState = LeafState.ANSWERED
    answers: Mapping[str, Value] = field(default_factory=dict)
    points: Decimal | None = None
    reason: str = ""


@transaction.atomic
def save_appraisal(*, score: Score, entry: AppraisalEntry, version: int | str | None, by: User) -> SheetSums:
    """Write the appraisal of one row in the sheet's present round, and renew the sums of its sheet.

    `score` comes from `Score.objects.appraisable_by(by).for_saving()`. `version` is that of the round's row, 0
    when it does not exist yet.

    Raises: MoveRefused when the sheet is locked, StaleVersion, RuleErrors on impossible points or facts and on
    a reduction without a reason.
    """
    if why := why_appraisal_is_locked(score.sheet, by) or why_row_is_closed(score, by_unit=False):
        raise MoveRefused(why)
    start_appraisal(score.sheet, by=by)
    round_ = present_round(score.sheet)
    return write_round(score=score, round_=round_, entry=entry, version=version, by=by)


def present_round(sheet: ScoreSheet) -> Round:
    """The round that appraisers write now; the coordinator's corrections once the results are published."""
    if sheet.campaign.is_public:
        return Round.AMENDMENT
    if sheet.campaign.external:
        return Round.EXTERNAL
    return Round.SECOND if sheet.explained_at is not None else Round.FIRST


def write_round(
    *, score: Score, round_: Round, entry: AppraisalEntry, version: int | str | None, by: User
) -> SheetSums:
    """Write one round's row of a locked score and settle; shared by appraisal and amendment."""
    outcome = decided(score, entry, by)
    old_points = score.points
    values: dict[str, object] = {
        "state": entry.state.value,
        "answers": encode(entry.answers),
        "points": outcome.points if entry.state is not LeafState.NOT_APPLICABLE else None,
        "pending": is_pending(entry.state, outcome.points),
        "reason": entry.reason.strip(),
        "by": by,
        "at": timezone.now(),
    }
    store_round(score, round_, values, version)
    settle_row(score, outcome)
    score.review = ""
    score.save(update_fields=[*SETTLED, "review"])
    others = settle_branch(score)
    change = Change(score, "points", old_points, score.points)
    state = Change(score, "state", "", entry.state if entry.state is not LeafState.ANSWERED else "")
    later = Change(score, "round", "", "" if round_ is Round.FIRST else round_.label)
    changes = [change, state, later, *others]
    record(Action.APPRAISAL_SAVED, score.sheet, by=by, reason=entry.reason.strip(), changes=changes)
    return settle_sheet(score.sheet, section_id=score.criterion.section_id or score.criterion_id)


def is_pending(state: LeafState, points: Decimal | None) -> bool:
    """Whether facts were given that have points only when the round closes: compared with other units."""
    return state is LeafState.ANSWERED and points is None


def store_round(score: Score, round_: Round, values: dict[str, object], version: int | str | None) -> None:
    """Insert (version 0) or update the round's row; whoever comes second learns that it changed."""
    if str(version).isdecimal() and not int(version):  # type: ignore[arg-type]
        try:
            with transaction.atomic():
                Appraisal.objects.create(score=score, round=round_, **values)
        except IntegrityError:
            raise StaleVersion(1, 0) from None
        return
    row = Appraisal.objects.filter(score=score, round=round_)
    sent = int(version) if str(version).isdecimal() else -1  # type: ignore[arg-type]
    if not row.filter(version=sent).update(**values, version=sent + 1):
        check_version(row.values_list("version", flat=True).first() or 0, version)


def decided(score: Score, entry: AppraisalEntry, by: User) -> Outcome:
    """What the entry makes of the row.

    Raises: RuleErrors.
    """
    method = score.criterion.scoring_method(score.sheet.campaign.criteria_set)
    if leaves_out(score, entry.state) and not score.sheet.campaign.coordinated_by(by):
        raise refused(_("Only the coordinator decides that a criterion does not apply."), at="state")
    if entry.state is LeafState.ANSWERED and not entry.answers:
        check_points(score, entry.points)
    outcome = appraised_outcome(method, entry.state, entry.answers, entry.points)
    if score.sheet.campaign.external and is_pending(entry.state, outcome.points):
        raise refused(_("Enter the points: the parent compared units that are not known here."), at="points")
    if (
        is_reduction(score, entry.state, outcome) or counts_again(score, method, outcome)
    ) and not entry.reason.strip():
        raise refused(_("Give the reason of the reduction."), at="reason")
    return outcome


def leaves_out(score: Score, state: LeafState) -> bool:
    """Whether an appraisal takes a row out of the sums in a way that only the coordinator may decide."""
    return state is LeafState.NOT_APPLICABLE or (state is LeafState.NO_CASE and score.state != state)


def is_reduction(score: Score, state: LeafState, outcome: Outcome) -> bool:
    """Fewer points than the unit gave itself, or a claim (not applicable, no case arose) that is not granted.

    Of a penalty it is more points than the unit said. Facts without points yet reduce nothing.
    """
    given, said = outcome.points or Decimal(0), score.self_points
    if score.criterion.counts_as == CountsAs.PENALTY:
        return given > (said or Decimal(0))
    reduced = said is not None and given < said and not is_pending(state, outcome.points)
    claimed = score.state in (LeafState.NOT_APPLICABLE, LeafState.NO_CASE)
    return reduced or (claimed and state != score.state)


def counts_again(score: Score, method: Method, outcome: Outcome) -> bool:
    """Whether points are lost in a row that the unit's answer leaves out: 0 of 2 is less than not counted."""
    lost = outcome.counted_max_points - (outcome.points or Decimal(0))
    is_base = score.criterion.counts_as == CountsAs.BASE
    return is_base and lost > 0 and said_to_be_left_out(score, method)


def check_points(score: Score, points: Decimal | None) -> None:
    """Bare points keep to the leaf: 0 to its maximum, in steps of the set.

    Raises: RuleErrors.
    """
    step = score.sheet.campaign.criteria_set.leaf_step
    if points is None:
        raise refused(_("Enter the points."), at="points")
    if not 0 <= points <= score.criterion.max_points:
        raise RuleErrors(
            [
                RuleError(
                    Message(_("Points must lie between 0 and %(max)s."), {"max": score.criterion.max_points}),
                    at="points",
                )
            ]
        )
    if points % step:
        raise RuleErrors([RuleError(Message(_("Points go in steps of %(step)s."), {"step": step}), at="points")])


def refused(text: str, *, at: str) -> RuleErrors:
    return RuleErrors([RuleError(Message(text.replace("%", "%%")), at=at)])


def start_appraisal(sheet: ScoreSheet, *, by: User) -> None:
    """The first save of an appraiser moves a submitted sheet; one appraised outside needs no submission here."""
    waiting = {SheetStatus.SUBMITTED}
    if sheet.campaign.external:
        waiting |= {SheetStatus.DRAFT, SheetStatus.AWAITING_LEADER}
    if sheet.status in waiting:
        sheet.status = SheetStatus.UNDER_APPRAISAL
        sheet.save(update_fields=["status"])
        record(Action.APPRAISAL_STARTED, sheet, by=by)


@transaction.atomic
def accept_rest(*, sheet: ScoreSheet, by: User) -> int:
    """Accept the self-score of every row the person may appraise and nobody has yet; how many were accepted.

    Claims "not applicable" stay for the coordinator's own decision, and rows under review for whoever reads what
    changed; rows without an answer get 0. A parent that is not on the portal publishes what was lost: there rows
    without an answer get full points.

    Raises: MoveRefused when the sheet is locked.
    """
    sheet = lock(sheet)
    if why := why_appraisal_is_locked(sheet, by):
        raise MoveRefused(why)
    rows = Score.objects.appraisable_by(by).for_people().filter(sheet=sheet, appraisals=None, review="")
    scores = list(rows.exclude(state=LeafState.NOT_APPLICABLE.value).select_related("criterion"))
    if not scores:
        return 0
    start_appraisal(sheet, by=by)
    Appraisal.objects.bulk_create(accepted(score, sheet, by) for score in scores)
    together = with_branches(Score.objects.filter(pk__in=[score.pk for score in scores]))
    settled = {row.pk: (row, before) for row, before in settle_rows(sheet.campaign, together)}
    changes = [Change(score, "points", "", settled.pop(score.pk, (score,))[0].points) for score in scores]
    changes += [Change(row, "points", before, row.points) for row, before in settled.values()]
    record(Action.APPRAISAL_SAVED, sheet, by=by, reason=_("remaining rows accepted"), changes=changes)
    settle_sheet(sheet)
    return len(scores)


def lock(sheet: ScoreSheet) -> ScoreSheet:
    """The sheet as it is now; a save of one of its rows waits until the transaction ends."""
    locked = ScoreSheet.objects.select_for_update(of=("self",))
    return locked.select_related("unit", "campaign__criteria_set", "campaign__grade_scale").get(pk=sheet.pk)


def accepted(score: Score, sheet: ScoreSheet, by: User) -> Appraisal:
    """The appraisal that takes over what the unit said; facts that are compared at the close stay facts."""
    state = LeafState.NO_CASE if score.state == LeafState.NO_CASE else LeafState.ANSWERED
    points, answers, pending = score.self_points, score.answers, False
    if points is None:
        pending = score.state == LeafState.ANSWERED and not sheet.campaign.external
        points, answers = (None, answers) if pending else (points_unanswered(score, sheet.campaign), {})
    round_ = present_round(sheet)
    return Appraisal(
        score=score, round=round_, state=state.value, answers=answers, points=points, pending=pending, by=by
    )


def points_unanswered(score: Score, campaign: Campaign) -> Decimal:
    """What a row without an answer is accepted with: nothing, or what a parent that names only losses left it."""
    keeps_all = campaign.external and score.criterion.counts_as == CountsAs.BASE
    return score.criterion.max_points if keeps_all else Decimal(0)


@dataclass(frozen=True, slots=True)
class LossEntry:
    """Why a row lost points, and who answers for it, in which role (`ResponsibilityRole`)."""

    cause: str
    responsible: Sequence[tuple[Party, str]] = ()


@transaction.atomic
def save_loss(
    *,
    score: Score,
    cause: str,
    responsible: Iterable[tuple[Party, str]],
    version: int | str | None,
    by: User,
) -> Loss:
    """Record why a row lost points and who answers for it; `version` is 0 for the first time.

    `score` comes from `Score.objects.appraisable_by(by).for_saving()`.

    Raises: StaleVersion, RuleErrors when a party is named twice, MoveRefused before the unit has submitted and
    once the results are published.
    """
    campaign = score.sheet.campaign
    # The state of the sheet too: it is locked, while the campaign may have been read before it was published.
    if campaign.is_public or score.sheet.status == SheetStatus.PUBLISHED:
        raise MoveRefused(_("The results are published. A correction is an amendment."))
    if not campaign.external and score.sheet.status not in SUBMITTED_OR_LATER:
        raise MoveRefused(why_appraisal_is_locked(score.sheet))
    return write_loss(score=score, entry=LossEntry(cause, tuple(responsible)), version=version, by=by)


def write_loss(*, score: Score, entry: LossEntry, version: int | str | None, by: User) -> Loss:
    """Write cause and parties of a locked score; shared by appraisal and amendment."""
    named_once([party for party, _role in entry.responsible])
    loss, created = Loss.objects.get_or_create(score=score)
    check_version(0 if created else loss.version, version)
    before = {"cause": loss.cause, "responsible": named(loss)}
    loss.cause = entry.cause.strip()
    loss.version = 1 if created else loss.version + 1
    loss.save()
    loss.responsibilities.all().delete()
    Responsibility.objects.bulk_create(
        Responsibility(loss=loss, party=party, role=role) for party, role in entry.responsible
    )
    changes = [
        Change(score, "cause", before["cause"], loss.cause),
        Change(score, "responsible", before["responsible"], named(loss)),
    ]
    record(Action.LOSS_SAVED, score.sheet, by=by, changes=changes)
    return loss


def named_once(parties: Iterable[Party]) -> None:
    """Raises: RuleErrors."""
    seen: set[int] = set()
    for party in parties:
        if party.pk in seen:
            raise refused(_("%(party)s is named twice.") % {"party": party.name}, at="responsible")
        seen.add(party.pk)


@transaction.atomic
def accept_proposals(*, sheet: ScoreSheet, entries: Mapping[int, LossEntry], by: User) -> int:
    """Record proposed causes and parties for rows (by primary key) that have none yet; how many were recorded.

    Raises: MoveRefused, as `save_loss`.
    """
    lock(sheet)
    rows = Score.objects.appraisable_by(by).filter(sheet=sheet, pk__in=entries, loss=None)
    scores = list(rows.select_related("criterion", "sheet__campaign", "sheet__unit"))
    for score in scores:
        entry = entries[score.pk]
        save_loss(score=score, cause=entry.cause, responsible=entry.responsible, version=0, by=by)
    return len(scores)


def named(loss: Loss) -> str:
    """The responsible parties of a loss as one line of the history."""
    rows = loss.responsibilities.select_related("party")
    return "; ".join(f"{each.party.name} ({each.get_role_display()})" for each in rows)
