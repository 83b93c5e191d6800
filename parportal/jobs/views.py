from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from parportal.jobs.actions import revive_dead
from parportal.jobs.models import Job


def job(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a job is; the page asks again until it is finished."""
    visible = Job.objects.visible_to(request.user)
    found = get_object_or_404(visible, pk=pk)
    if found.is_stale and revive_dead(visible.filter(pk=pk)):
        found.refresh_from_db()
    asked_by_page = getattr(request, "htmx", False)
    template = "jobs/job.html#progress" if asked_by_page else "jobs/job.html"
    return render(request, template, {"job": found})
