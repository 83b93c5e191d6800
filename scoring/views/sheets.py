from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from parportal.entry.versions import StaleVersion
from scoring.actions.scores import RowEntry, save_score
from scoring.actions.sheets import extend_deadline, move_sheet
from scoring.deadlines import Deadline
from scoring.forms.sheets import ExtendForm, MoveForm
from scoring.history import sheet_events
from scoring.models import SUBMITTED_OR_LATER, Campaign, Score, ScoreSheet, SheetStatus
from scoring.replacing import criterion_now
from scoring.rows import AnswerProblem, AnswersRefused, parse_answers, rule_problems
from scoring.rules import LeafState, Method, RuleErrors
from scoring.sheet_list import BADGES, sheet_lines
from scoring.sheet_page import SheetPage, sheet_page
from scoring.sheet_panel import Line, line_of, lines_of, panel_of
from scoring.sheet_rows import Refusal, refused_outcome, row_outcome
from scoring.workflow import MOVES, Move, MoveRefused, offered
from units.access import find, person, require
from units.models import User

SHEETS_A_PAGE = 100
# What a person is told next to the buttons of the sheet, in the order of the work.
ON_THE_SHEET = ("propose", "send_back", "submit", "return")


@require_GET
def sheets(request: HttpRequest) -> HttpResponse:
    user = person(request)
    visible = ScoreSheet.objects.visible_to(user)
    campaigns = Campaign.objects.filter(pk__in=visible.values("campaign")).order_by("-year", "code")
    chosen = {name: request.GET.get(name, "") for name in ("campaign", "status")}
    if chosen["campaign"]:
        visible = visible.filter(campaign__code=chosen["campaign"])
    if chosen["status"] in SheetStatus.values:
        visible = visible.filter(status=chosen["status"])
    ordered = visible.select_related("campaign", "unit").order_by(
        "-campaign__year", "campaign__code", "unit__code"
    )
    page = Paginator(ordered, SHEETS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "lines": sheet_lines(list(page.object_list), user),
        "page": page,
        "campaigns": campaigns,
        "statuses": SheetStatus.choices,
        "chosen": chosen,
    }
    return render(request, "scoring/sheets/sheets.html", context)


def sheet_of(user: User, pk: int) -> ScoreSheet:
    """A sheet the person may see, with all that its pages name.

    Raises: Http404.
    """
    visible = ScoreSheet.objects.visible_to(user)
    return find(
        visible.select_related("unit", "campaign__criteria_set", "campaign__grade_scale", "campaign__owner"), pk=pk
    )


@require_GET
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    return show_sheet(request, sheet_of(user, pk), user)


def show_sheet(
    request: HttpRequest, sheet: ScoreSheet, user: User, *, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    page = sheet_page(sheet, user, refusal=refusal)
    return render(request, "scoring/sheets/sheet.html", sheet_context(sheet, user, page), status=status)


def sheet_context(sheet: ScoreSheet, user: User, page: SheetPage) -> dict[str, object]:
    moves = [move for move in offered(sheet, user) if move.name in ON_THE_SHEET]
    return {
        "sheet": sheet,
        "campaign": sheet.campaign,
        "badge": BADGES[SheetStatus(sheet.status)],
        "page": page,
        "panel": page.panel,
        "can_edit": not page.locked,
        "deadline": Deadline.of(sheet.deadline_at) if sheet.status == SheetStatus.DRAFT else None,
        "moves": [(move, move.refusal(sheet)) for move in moves],
        "can_extend": may_extend(sheet, user),
        "may_appraise": sheet.status in SUBMITTED_OR_LATER and sheet.is_appraised_by(user),
        "reason_state": LeafState.NOT_APPLICABLE.value,
    }


def may_extend(sheet: ScoreSheet, user: User) -> bool:
    return sheet.campaign.coordinated_by(user) and sheet.status in (SheetStatus.DRAFT, SheetStatus.AWAITING_LEADER)


@require_POST
def sheet_row(request: HttpRequest, pk: int, criterion_pk: int) -> HttpResponse:
    """Save one row. htmx gets the outcome and the sums back, a plain form the page again."""
    user = person(request)
    post = request.POST
    try:
        with transaction.atomic():
            score = row_to_save(user, pk, criterion_pk)
            require(score.sheet.is_filled_by(user), _("Only the unit itself fills in its sheet."))
            method = score.criterion.scoring_method(score.sheet.campaign.criteria_set)
            save_score(score=score, entry=row_entry(method, post), version=post.get("version"), by=user)
    except AnswersRefused as refused:
        return refuse(request, score, user, problems=refused.problems)
    except RuleErrors as errors:
        return refuse(request, score, user, problems=rule_problems(errors))
    except StaleVersion as stale:
        return refuse(request, score, user, words=str(stale), is_stale=True)
    except MoveRefused as refusal:
        return refuse(request, score, user, words=str(refusal))
    if not request.htmx:  # type: ignore[attr-defined]
        messages.success(request, _("%(code)s was saved.") % {"code": score.criterion.code})
        return redirect(f"{reverse('sheet', args=[pk])}#row-{criterion_pk}")
    lines = lines_of(score.sheet)
    saved = next(line for line in lines if line.score.pk == score.pk)
    panel = panel_of(lines, score.sheet)
    section = next(each for each in panel.sections if each.pk == saved.section.pk)
    # The page knows the row by the criterion that it was opened with.
    outcome = replace(row_outcome(saved), pk=criterion_pk)
    others = [row_outcome(line) for line in beside(saved, lines)]
    context = {"outcome": outcome, "others": others, "panel": panel, "section": section, "fresh": True}
    return render(request, "scoring/sheets/sheet.html#saved", context)


def row_to_save(user: User, pk: int, criterion_pk: int) -> Score:
    """The row, locked with its sheet; a page opened before the set was replaced names the old criterion.

    Raises: Http404.
    """
    rows = Score.objects.visible_to(user).for_saving()
    found = rows.filter(sheet=pk, criterion=criterion_pk).first()
    return found or find(rows, sheet=pk, criterion=criterion_now(pk, criterion_pk))


def beside(saved: Line, lines: Sequence[Line]) -> list[Line]:
    """The other rows of the saved one's knock-out branch: they may count otherwise now."""
    branch = saved.score.criterion.knock_out_branch_id
    return [
        line
        for line in lines
        if branch is not None and line is not saved and line.score.criterion.knock_out_branch_id == branch
    ]


def row_entry(method: Method, post: Mapping[str, str]) -> RowEntry:
    """What a row's form says.

    Raises: AnswersRefused.
    """
    texts = {"reason": post.get("reason", ""), "note": post.get("note", "")}
    state = post.get("state", "")
    if state in (LeafState.NOT_APPLICABLE, LeafState.NO_CASE):
        return RowEntry(LeafState(state), {}, **texts)
    answers = parse_answers(method, post)
    return RowEntry(LeafState.ANSWERED if answers else LeafState.NOT_ANSWERED, answers, **texts)


def refuse(
    request: HttpRequest,
    score: Score,
    user: User,
    *,
    problems: Mapping[str, AnswerProblem] | None = None,
    words: str = "",
    is_stale: bool = False,
) -> HttpResponse:
    """Nothing was saved: tell why at the row and keep what was typed there."""
    refusal = Refusal(score.criterion_id, request.POST, problems or {}, words, is_stale)
    status = 409 if words else 422
    if not request.htmx:  # type: ignore[attr-defined]
        return show_sheet(request, sheet_of(user, score.sheet_id), user, refusal=refusal, status=status)
    asked = request.resolver_match.kwargs["criterion_pk"] if request.resolver_match else score.criterion_id
    outcome = replace(refused_outcome(stored_line(score, user), refusal), pk=asked)
    return render(request, "scoring/sheets/sheet.html#outcome", {"outcome": outcome}, status=status)


def stored_line(score: Score, user: User) -> Line:
    """The row as it is in the database now, whatever the refused save made of the object."""
    rows = Score.objects.visible_to(user).select_related(
        "criterion__section", "sheet__campaign__criteria_set", "updated_by"
    )
    fresh = find(rows, pk=score.pk)
    if fresh.criterion.knock_out_branch_id is not None:
        # What the row counts depends on the rows beside it.
        return next(line for line in lines_of(fresh.sheet) if line.score.pk == score.pk)
    section = fresh.criterion.section or fresh.criterion
    return line_of(fresh, section, fresh.sheet, has_evidence=True)


@require_http_methods(["GET", "HEAD", "POST"])
def sheet_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, with everything that is still open, then make the move."""
    user = person(request)
    sheet = sheet_of(user, pk)
    data = request.POST if request.method == "POST" else request.GET
    move = MOVES.get(data.get("move", ""))
    require(move is not None and move.who(user, sheet), _("This step is not yours to take."))
    assert move is not None
    form = MoveForm(request.POST or None, is_late=move.name == "return" and sheet.is_past_deadline())
    if request.method == "POST" and (not move.needs_reason or form.is_valid()):
        try:
            entered = form.cleaned_data if move.needs_reason else {}
            due_at = entered.get("due_at") if move.name == "return" else None
            move_sheet(sheet=sheet, name=move.name, by=user, reason=entered.get("reason", ""), due_at=due_at)
        except MoveRefused as refusal:
            return ask(request, sheet, user, move, form, refused=str(refusal))
        messages.success(request, _("Done: %(move)s.") % {"move": move.title})
        return redirect(next_url(request, sheet))
    return ask(request, sheet, user, move, form)


def ask(
    request: HttpRequest, sheet: ScoreSheet, user: User, move: Move, form: MoveForm, *, refused: str = ""
) -> HttpResponse:
    concerns_the_unit = move.name in ("propose", "submit")
    context = {
        "sheet": sheet,
        "campaign": sheet.campaign,
        "move": move,
        "form": form,
        "refused": refused or move.refusal(sheet),
        "panel": sheet_page(sheet, user).panel if concerns_the_unit else None,
        "with_deadline": move.name == "return",
        "next": request.POST.get("next", request.GET.get("next", "")),
        "deadline": Deadline.of(sheet.deadline_at),
    }
    status = 409 if refused else 422 if request.method == "POST" else 200
    return render(request, "scoring/sheets/move.html", context, status=status)


def next_url(request: HttpRequest, sheet: ScoreSheet) -> str:
    """Where the person came from, if that is a page of this portal; otherwise the sheet."""
    url = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if url and safe else reverse("sheet", args=[sheet.pk])


@require_http_methods(["GET", "HEAD", "POST"])
def sheet_extend(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    sheet = sheet_of(user, pk)
    require(sheet.campaign.coordinated_by(user), _("Only the coordinator gives a unit more time."))
    form = ExtendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            extend_deadline(sheet=sheet, by=user, **form.cleaned_data)
        except MoveRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The unit has a new deadline."))
            return redirect(next_url(request, sheet))
    context = {
        "sheet": sheet,
        "campaign": sheet.campaign,
        "form": form,
        "deadline": Deadline.of(sheet.deadline_at),
        "next": request.POST.get("next", request.GET.get("next", "")),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "scoring/sheets/extend.html", context, status=status)


@require_GET
def sheet_history(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    sheet = sheet_of(user, pk)
    events, page = sheet_events(sheet, user, page=request.GET.get("page"))
    context = {"sheet": sheet, "campaign": sheet.campaign, "events": events, "page": page}
    return render(request, "scoring/sheets/history.html", context)
