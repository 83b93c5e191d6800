"""Takes the pictures of the guide: `script/guide --help`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, ViewportSize, sync_playwright

FOLDER = Path("static/img/guide")
# The light build first, as in the tests (tests/conftest.py).
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = ("background-networking", "component-update", "sync")
VIEWPORT: ViewportSize = {"width": 1024, "height": 768}
MARGIN = 8
COLOURS = 48
# Papers on screen name a font that not every machine has; the portal's own is as wide.
FACES = "".join(
    f"@font-face {{ font-family: 'Times New Roman'; src: url(/static/fonts/LiberationSerif-{name}.ttf); {style} }}"
    for name, style in (
        ("Regular", ""),
        ("Bold", "font-weight: 700"),
        ("Italic", "font-style: italic"),
        ("BoldItalic", "font-style: italic; font-weight: 700"),
    )
)
# Nothing that moves: neither a cursor nor what fades in.
STILL = "*, ::before, ::after { transition: none !important; animation: none !important; caret-color: #fff0 }"


@dataclass(frozen=True, slots=True)
class Picture:
    """`path` is an address, or the name of one that the portal says; `top` the element where the picture begins.

    Units: `height` in pixels. On paper 1024 are as wide as the text, and 480 are 8 cm.
    """

    file: str
    person: str
    path: str
    top: str = "main h1"
    height: int = 440


PICTURES = (
    Picture("phieu-cham", "can-bo-xa", "sheet", height=480),
    Picture("tai-lieu", "can-bo-xa", "evidence", "main fieldset", height=430),
    Picture("trinh-lanh-dao", "can-bo-xa", "propose", height=380),
    Picture("giai-trinh", "can-bo-23482", "explain", "main h2"),
    Picture("so-lieu", "can-bo-xa", "return"),
    Picture("duyet-nop", "lanh-dao-23485", "submit", height=330),
    Picture("khac-phuc", "lanh-dao-xa", "remediation", height=470),
    Picture("tham-dinh", "tu-phap", "appraisal", "main h2[id]"),
    Picture("theo-tieu-chi", "tu-phap", "/campaigns/mau-xa-2024/appraisal/2.1.1/", ".ut-head"),
    Picture("bo-tieu-chi", "noi-vu", "/criteria-sets/mau-xa-2024/1/", "#tree-title"),
    Picture("dot-danh-gia", "noi-vu", "/campaigns/mau-xa-2024/", "#board-title", height=480),
    Picture("phan-cong", "noi-vu", "/campaigns/mau-xa-2024/assign/"),
    Picture("ket-qua", "lanh-dao-huyen", "/results/kon-ray-2021-commune/"),
    Picture("nhiem-vu", "lanh-dao-huyen", "/tasks/board/?year=2021"),
    Picture("don-vi", "quan-tri", "/admin/units/unit/", "#content", height=400),
    Picture("bao-cao", "noi-vu", "report", height=480),
    Picture("van-ban", "noi-vu", "paper", ".paper", height=480),
    Picture("dien-tap", "quan-tri", "/rehearsal/"),
)


@contextmanager
def portal() -> Iterator[Any]:
    """The demonstration in a process of its own. Shapes: what `script.pictures.portal` prints."""
    command = [sys.executable, "-m", "script.pictures.portal"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        if not said:
            sys.exit("guide: the demonstration could not be loaded; see above")
        yield json.loads(said)


def photograph(browser: Browser, served: Mapping[str, Any], wanted: Picture) -> bytes:
    """The picture as PNG. A page that is refused stops the program."""
    context = browser.new_context(viewport=VIEWPORT, service_workers="block", bypass_csp=True)
    cookies = {"sessionid": served["sessions"][wanted.person], "django_language": "vi"}
    context.add_cookies([{"name": name, "value": value, "url": served["url"]} for name, value in cookies.items()])
    page = context.new_page()
    response = page.goto(served["url"] + served["pages"].get(wanted.path, wanted.path))
    if response is None or response.status != 200:
        sys.exit(f"guide: {wanted.file}: {page.url} does not open for {wanted.person}")
    page.add_style_tag(content=FACES + STILL)
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    found = page.locator(wanted.top).filter(visible=True).first.bounding_box()
    assert found is not None, wanted
    top = max(found["y"] - MARGIN, 0)
    taken = page.screenshot(
        full_page=True, clip={"x": 0, "y": top, "width": VIEWPORT["width"], "height": wanted.height}
    )
    context.close()
    return taken


def small(taken: bytes) -> bytes:
    """With few colours, each where it was: text on white needs no more."""
    picture = Image.open(BytesIO(taken)).convert("RGB")
    few = picture.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    written = BytesIO()
    few.save(written, "PNG", optimize=True)
    return written.getvalue()


def main() -> None:
    named = set(sys.argv[1:])
    if unknown := named - {each.file for each in PICTURES}:
        sys.exit(f"guide: no such picture: {', '.join(sorted(unknown))}")
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        sys.exit("guide: neither Chromium nor Chrome is on the PATH")
    FOLDER.mkdir(parents=True, exist_ok=True)
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
    arguments.append("--font-render-hinting=none")  # letters as wide as on paper
    arguments += [f"--disable-{name}" for name in QUIET]
    with portal() as served, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=arguments, env={**os.environ, "LANGUAGE": "vi"}
        )
        for wanted in PICTURES:
            if not named or wanted.file in named:
                content = small(photograph(browser, served, wanted))
                (FOLDER / f"{wanted.file}.png").write_bytes(content)
                print(f"{wanted.file}.png: {len(content):,} bytes")
        browser.close()
    if not named:
        known = {f"{each.file}.png" for each in PICTURES}
        for path in FOLDER.iterdir():
            if path.name not in known:
                path.unlink()


if __name__ == "__main__":
    main()
