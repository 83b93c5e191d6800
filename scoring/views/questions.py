"""Questions about the criteria of a campaign and their answers, for everybody who takes part in it."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from parportal.entry.versions import StaleVersion
from scoring.actions.questions import answer_question, ask_question, change_question, url_of
from scoring.forms.questions import UNANSWERED, AskForm, QuestionFilter, TextForm
from scoring.leaves import leaves_of
from scoring.models import Campaign, CampaignStatus, Question, Share
from scoring.questions import Answerers, asking_units, matching
from scoring.tree import Tree
from scoring.views.campaigns import campaign_of, head
from scoring.workflow import MoveRefused
from units.access import find, person, require
from units.models import Unit, User

PAGE_ROWS = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One question, ready to print."""

    question: Question
    can_answer: bool
    can_change: bool


@require_GET
def campaign_questions(request: HttpRequest, code: str) -> HttpResponse:
    user = person(request)
    return show(request, questioned(user, code), user)


def questioned(user: User, code: str) -> Campaign:
    """A campaign that the person takes part in, or fills in a part of a sheet of.

    Raises: Http404.
    """
    filled = Share.objects.given_to(user).filter(sheet__campaign__status=CampaignStatus.OPEN)
    visible = Q(pk__in=Campaign.objects.visible_to(user).values("pk")) | Q(pk__in=filled.values("sheet__campaign"))
    found = Campaign.objects.filter(visible).select_related("owner", "kept_by", "criteria_set", "grade_scale")
    return find(found, code=code)


def show(
    request: HttpRequest, campaign: Campaign, user: User, *, form: AskForm | None = None, status: int = 200
) -> HttpResponse:
    tree = leaves_of(campaign.criteria_set).tree
    chosen = QuestionFilter(request.GET, tree=tree)
    chosen.is_valid()
    units = asking_units(campaign, user)
    rows = filtered(Question.objects.visible_to(user).filter(campaign=campaign), chosen, tree)
    page = Paginator(rows.select_related("criterion", "unit", "by", "answered_by"), PAGE_ROWS).get_page(
        request.GET.get("page")
    )
    answerers = Answerers.of(campaign, tree)
    own = {unit.pk for unit in units}
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        **head(campaign),
        "filter": chosen,
        "page": page,
        "query": query.urlencode(),
        "takes_part": Campaign.objects.visible_to(user).filter(pk=campaign.pk).exists(),
        "is_filtered": any(chosen.cleaned_data.values()),
        "lines": [
            Line(each, answerers.includes(user, each.criterion_id), each.unit_id in own and not each.answer)
            for each in page.object_list
        ],
        "form": (form or ask_form(request, tree, units)) if units else None,
    }
    return render(request, "scoring/campaigns/questions.html", context, status=status)


def filtered(rows: QuerySet[Question], chosen: QuestionFilter, tree: Tree) -> QuerySet[Question]:
    """Questions about a criterion are also those about what lies below it."""
    wanted = chosen.cleaned_data
    if code := wanted.get("criterion"):
        below = (
            node.criterion.pk
            for node in tree.nodes
            if code in (node.criterion.code, *(each.code for each in node.path))
        )
        rows = rows.filter(criterion__in=list(below))
    if wanted.get("state") == UNANSWERED:
        rows = rows.filter(answer="")
    return matching(rows.order_by("criterion__position", "pk"), wanted.get("q", ""))


def ask_form(request: HttpRequest, tree: Tree, units: list[Unit]) -> AskForm:
    if request.method == "POST":
        return AskForm(request.POST, tree=tree, units=units)
    return AskForm(tree=tree, units=units, initial={"criterion": request.GET.get("criterion", "")})


@require_http_methods(["GET", "HEAD", "POST"])
def campaign_question_ask(request: HttpRequest, code: str) -> HttpResponse:
    user = person(request)
    campaign = campaign_of(user, code)
    units = asking_units(campaign, user)
    require(bool(units), _("Questions are asked by the units of a campaign while it is open."))
    if request.method != "POST":
        return show(request, campaign, user)
    form = ask_form(request, leaves_of(campaign.criteria_set).tree, units)
    if not form.is_valid():
        return show(request, campaign, user, form=form, status=422)
    try:
        question = ask_question(campaign=campaign, by=user, **form.entry())
    except MoveRefused as refusal:
        form.add_error(None, str(refusal))
        return show(request, campaign, user, form=form, status=409)
    messages.success(
        request, _("Your question was sent to the office and the agency that appraises the criterion.")
    )
    return redirect(url_of(question))


def question_of(user: User, code: str, pk: int) -> Question:
    """Raises: Http404."""
    rows = Question.objects.visible_to(user).filter(campaign__code=code)
    related = rows.select_related(
        "campaign__criteria_set", "campaign__owner", "criterion", "unit", "by", "answered_by"
    )
    return find(related, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def campaign_question_answer(request: HttpRequest, code: str, question: int) -> HttpResponse:
    """Answer a question, or correct the answer."""
    user = person(request)
    asked = question_of(user, code, question)
    answerers = Answerers.of(asked.campaign, leaves_of(asked.campaign.criteria_set).tree)
    allowed = answerers.includes(user, asked.criterion_id)
    require(allowed, _("The coordinator answers, and the agency that appraises the criterion."))
    form = TextForm(
        request.POST or None, label=_("Answer"), initial={"text": asked.answer, "version": asked.version}
    )
    if request.method == "POST" and form.is_valid():
        entered = form.cleaned_data
        try:
            answer_question(question=asked, answer=entered["text"], version=entered["version"], by=user)
        except (MoveRefused, StaleVersion) as refusal:
            form = renewed(request, refusal, label=_("Answer"))
        else:
            messages.success(request, _("The answer is shown to all units of the campaign."))
            return redirect(url_of(asked))
    return show_one(request, question_of(user, code, question), form, answers=True)


@require_http_methods(["GET", "HEAD", "POST"])
def campaign_question_change(request: HttpRequest, code: str, question: int) -> HttpResponse:
    """Put an own question better, as long as nobody has answered it."""
    user = person(request)
    asked = question_of(user, code, question)
    own = asked.unit_id in {unit.pk for unit in asking_units(asked.campaign, user)}
    require(own, _("Only the unit that asked changes its question, while the campaign is open."))
    form = TextForm(
        request.POST or None, label=_("Question"), initial={"text": asked.text, "version": asked.version}
    )
    if request.method == "POST" and form.is_valid():
        entered = form.cleaned_data
        try:
            change_question(question=asked, text=entered["text"], version=entered["version"], by=user)
        except (MoveRefused, StaleVersion) as refusal:
            form = renewed(request, refusal, label=_("Question"))
        else:
            messages.success(request, _("The question was changed."))
            return redirect(url_of(asked))
    return show_one(request, question_of(user, code, question), form, answers=False)


def renewed(request: HttpRequest, refusal: Exception, *, label: str) -> TextForm:
    """What was typed and refused; it carries the present version, which stands above it to be compared."""
    data = request.POST.copy()
    if isinstance(refusal, StaleVersion):
        data["version"] = str(refusal.current)
    form = TextForm(data, label=label)
    form.add_error(None, str(refusal))
    return form


def show_one(request: HttpRequest, question: Question, form: TextForm, *, answers: bool) -> HttpResponse:
    """The page of one question with its form; what is stored now stands beside what was typed and refused."""
    status = 409 if form.non_field_errors() else 422 if form.errors else 200
    context = {**head(question.campaign), "question": question, "form": form, "answers": answers}
    return render(request, "scoring/campaigns/question.html", context, status=status)
