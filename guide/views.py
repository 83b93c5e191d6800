"""The guide: everybody may read every chapter; those of the reader's own roles come first."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from guide.chapters import SLUGS, Chapter, chapter, chapters_of
from guide.printing import kept_name, make_file
from guide.topics import place_of
from parportal.jobs.actions import start
from units.access import person


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """All chapters; with `?page=NAME` the place that tells about the page of this name."""
    mine = chapters_of(person(request))
    if "page" in request.GET:
        slug, anchor = place_of(request.GET["page"], mine)
        if slug:
            return redirect(reverse("guide_chapter", args=[slug]) + (anchor and f"#{anchor}"))
    own = {each.slug for each in mine}
    others = [chapter(slug) for slug in SLUGS if slug not in own]
    return render(request, "guide/guide.html", {"mine": mine, "others": others})


@require_safe
def guide_chapter(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "guide/chapter.html", {"chapter": find_chapter(slug)})


@require_http_methods(["GET", "HEAD", "POST"])
def guide_pdf(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The printed chapter, if it was made already; POST makes it first, where it was not."""
    found = find_chapter(slug)
    name = kept_name(found)
    if request.method != "POST":
        try:
            kept = default_storage.open(name)
        except FileNotFoundError:
            raise Http404 from None
        return FileResponse(
            kept, as_attachment=True, filename=f"huong-dan-{slug}.pdf", content_type="application/pdf"
        )
    if default_storage.exists(name):
        return redirect("guide_pdf", slug)
    job = start(
        key=f"guide:{name}",
        title=_("Guide: %(chapter)s") % {"chapter": found.title},
        handler=make_file,
        arguments={"slug": slug},
        page_url=reverse("guide_chapter", args=[slug]),
        by=person(request),
    )
    return redirect("job", job.pk)


def find_chapter(slug: str) -> Chapter:
    """Raises: Http404."""
    if slug not in SLUGS:
        raise Http404
    return chapter(slug)
