"""Two versions of a criteria set beside each other."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from scoring.content import SetContent
from scoring.difference import differences_between
from scoring.models import CriteriaSet
from scoring.tree import Tree
from scoring.views.criteria import visible_set
from units.access import person


@require_safe
def criteria_set_compare(request: HttpRequest, code: str, version: int, other: int) -> HttpResponse:
    """What changed from the older to the newer of two versions that the person sees."""
    user = person(request)
    older, newer = (visible_set(user, code, each) for each in sorted((version, other)))
    contents = [SetContent.of(Tree.of(each)) for each in (older, newer)]
    context = {
        "older": older,
        "newer": newer,
        "versions": CriteriaSet.objects.visible_to(user).filter(code=code).exclude(pk=newer.pk),
        "difference": differences_between(*contents),
    }
    return render(request, "scoring/criteria/compare.html", context)
