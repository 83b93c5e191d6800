"""The texts of the guide: their format, their labels, their pictures, and the way from each page to them."""

import gettext
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from guide.chapters import SLUGS, TEXTS, chapter
from guide.markup import Block, BrokenText, Span, read
from guide.pictures import FOLDER, path_of
from guide.topics import TOPICS, place_of, topic_of
from tests.access_rows import PATTERNS
from tests.access_table import ACCESS

CATALOGUE = Path("locale/vi/LC_MESSAGES/django.mo")
MOST_BYTES = 1_000_000
# Pages that a chapter does not tell about: the guide itself, and what is no page of its own.
ELSEWHERE = {"guide", "guide_chapter", "guide_pdf", "account_logout", "set_language"}


def blocks() -> Iterator[tuple[str, Block]]:
    for slug in SLUGS:
        found = chapter(slug)
        yield from ((slug, block) for block in found.lead)
        yield from ((slug, block) for section in found.sections for block in section.blocks)


def test_each_file_is_a_chapter_or_common_to_all() -> None:
    assert {path.stem for path in TEXTS.glob("*")} == {*SLUGS, "chung"}


def test_a_label_is_written_as_the_pages_show_it() -> None:
    with (settings.BASE_DIR / CATALOGUE).open("rb") as opened:
        shown = set(vars(gettext.GNUTranslations(opened))["_catalog"].values())
    labels = {
        (slug, span.text) for slug, block in blocks() for line in block.lines for span in line if span.is_label
    }
    # The administration begins the names of its tables with a capital.
    wrong = [each for each in labels if {each[1], each[1][0].lower() + each[1][1:]}.isdisjoint(shown)]
    assert labels
    assert sorted(wrong) == []


def test_each_picture_is_there_named_once_or_more_and_all_are_small() -> None:
    named = {file for slug in SLUGS for file in chapter(slug).pictures}
    kept = list((settings.BASE_DIR / "static" / FOLDER).iterdir())
    assert {path.name for path in kept} == named
    assert sum(path.stat().st_size for path in kept) < MOST_BYTES
    assert all(path_of(file).read_bytes().startswith(b"\x89PNG") for file in named)


def test_each_page_leads_to_a_place_in_the_guide() -> None:
    pages = {name for name, method, *_ in ACCESS if method == "GET"} - ELSEWHERE
    anchors = frozenset().union(*(chapter(slug).anchors for slug in SLUGS))
    assert sorted(name for name in pages if topic_of(name) not in anchors) == []


def test_each_topic_is_of_a_page() -> None:
    assert [each for each in TOPICS if not any(name.startswith(each) for name in PATTERNS)] == []


def test_a_page_leads_to_the_readers_first_chapter_that_tells_about_it() -> None:
    mine = [chapter("can-bo-xa"), chapter("dieu-phoi")]
    assert place_of("sheet_shares", mine) == ("can-bo-xa", "phan-cong-cham")
    assert place_of("criteria_set_edit", mine) == ("dieu-phoi", "bo-tieu-chi")
    assert place_of("rehearsal", mine[:1]) == ("can-bo-xa", "")
    assert place_of("no such page", mine) == ("can-bo-xa", "")
    assert place_of("sheet", []) == ("", "")


def test_the_marks_of_the_format() -> None:
    text = read(
        "# Title\n\nLead **Label** and\nmore.\n\n## Part {#part}\n\n3. Three\n   goes on\n4. Four\n\n"
        "- One\n- Two\n\n"
        '> Note\n> well\n\n### Below {#below}\n\n![What it\nshows](a-1.png "Caption")\n'
    )
    assert text.title == "Title"
    assert text.lead[0].lines == ((Span("Lead "), Span("Label", is_label=True), Span(" and more.")),)
    part, below = text.sections
    assert [(each.kind, each.start, len(each.lines)) for each in part.blocks] == [
        ("steps", 3, 2),
        ("bullets", 1, 2),
        ("note", 1, 1),
    ]
    assert part.blocks[0].lines[0] == (Span("Three goes on"),)
    assert part.blocks[2].lines == ((Span("Note well"),),)
    assert (part.depth, below.depth, below.anchor) == (0, 1, "below")
    picture = below.blocks[0].picture
    assert picture is not None
    assert (picture.file, picture.alt, picture.caption) == ("a-1.png", "What it shows", "Caption")


@pytest.mark.parametrize(
    "source",
    [
        "No title",
        "# Title\n\n## No anchor\n",
        "# Title\n\n## One {#a}\n\n## Two {#a}\n",
        "# Title\n\n![No caption](a.png)\n",
        "# Title\n\n1. One\n3. Three\n",
        "# Title\n\n1. One\nand more\n",
    ],
)
def test_a_broken_text_is_refused(source: str) -> None:
    with pytest.raises(BrokenText):
        read(source)
