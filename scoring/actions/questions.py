"""Questions about criteria, and their answers: for all units of a campaign."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from parportal.entry.versions import check_version
from scoring.leaves import leaves_of
from scoring.models import Campaign, CampaignStatus, Criterion, Question
from scoring.questions import Answerers, asking_units
from scoring.workflow import MoveRefused
from units.access import Role
from units.audit import Action, Change, record
from units.models import Notice, Unit, User
from units.notices import notify

LONGEST = 4000


@transaction.atomic
def ask_question(*, campaign: Campaign, criterion: Criterion, unit: Unit, text: str, by: User) -> Question:
    """Raises: MoveRefused unless the person belongs to a unit of an open campaign and asks something."""
    if unit not in asking_units(campaign, by):
        raise MoveRefused(_("Questions are asked by the units of a campaign while it is open."))
    tree = leaves_of(campaign.criteria_set).tree
    if criterion.pk not in tree.by_id:
        raise MoveRefused(_("This criterion does not belong to the criteria set of the campaign."))
    question = Question.objects.create(
        campaign=campaign, criterion=criterion, unit=unit, text=checked(text), by=by
    )
    changes = [Change(question, "question", "", question.text)]
    record(Action.QUESTION_ASKED, campaign, by=by, changes=changes)
    agencies = Answerers.of(campaign, tree).agencies[criterion.pk]
    coordinators = User.objects.holding(Role.COORDINATOR, units=[campaign.office_id])
    told = coordinators | User.objects.holding(Role.APPRAISER, units=agencies)
    notify(told.distinct(), kind=Notice.Kind.ASKED, subject=subject_of(question), url=url_of(question))
    return question


def checked(text: str) -> str:
    """Raises: MoveRefused for an empty text, or one that is too long."""
    text = text.strip()
    if not text:
        raise MoveRefused(_("Write something."))
    if len(text) > LONGEST:
        raise MoveRefused(_("At most %(count)s characters.") % {"count": LONGEST})
    return text


def subject_of(question: Question) -> str:
    return f"{question.criterion}: {question.text}"


def url_of(question: Question) -> str:
    return f"{reverse('campaign_questions', args=[question.campaign.code])}#question-{question.pk}"


def locked(question: Question) -> Question:
    rows = Question.objects.select_for_update(of=("self",))
    return rows.select_related("campaign__criteria_set", "criterion", "unit").get(pk=question.pk)


@transaction.atomic
def change_question(*, question: Question, text: str, version: int | str | None, by: User) -> Question:
    """Put a question better, as long as nobody has answered it.

    Raises: MoveRefused, StaleVersion.
    """
    question = locked(question)
    if question.unit not in asking_units(question.campaign, by):
        raise MoveRefused(_("Only the unit that asked changes its question, while the campaign is open."))
    if question.answer:
        raise MoveRefused(_("The question was answered meanwhile: ask another one."))
    check_version(question.version, version)
    before, question.text = question.text, checked(text)
    question.version += 1
    question.save(update_fields=["text", "version"])
    changes = [Change(question, "question", before, question.text)]
    record(Action.QUESTION_CHANGED, question.campaign, by=by, changes=changes)
    return question


@transaction.atomic
def answer_question(*, question: Question, answer: str, version: int | str | None, by: User) -> Question:
    """Answer, or correct the answer: the history keeps what was said before.

    Raises: MoveRefused, StaleVersion.
    """
    question = locked(question)
    campaign = question.campaign
    if not Answerers.of(campaign, leaves_of(campaign.criteria_set).tree).includes(by, question.criterion_id):
        raise MoveRefused(_("The coordinator answers, and the agency that appraises the criterion."))
    if campaign.status == CampaignStatus.DRAFT:
        raise MoveRefused(_("The campaign is not open."))
    check_version(question.version, version)
    before, question.answer = question.answer, checked(answer)
    question.answered_by, question.answered_at = by, timezone.now()
    question.version += 1
    question.save(update_fields=["answer", "answered_by", "answered_at", "version"])
    changes = [Change(question, "answer", before, question.answer)]
    record(Action.QUESTION_ANSWERED, campaign, by=by, changes=changes)
    if before != question.answer:
        told = User.objects.holding(Role.OFFICER, Role.LEADER, units=[question.unit_id])
        notify(told, kind=Notice.Kind.ANSWERED, subject=subject_of(question), url=url_of(question))
    return question
