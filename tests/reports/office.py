"""LibreOffice, as a reader of what the portal writes for Word."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from reports.output.pdf import font_path

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
needs_office = pytest.mark.skipif(not OFFICE, reason="no LibreOffice on this machine")
# The portal's own fonts in the place of Times New Roman, which is as wide: no package of fonts is needed.
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir>
<alias binding="same"><family>Times New Roman</family><prefer><family>Liberation Serif</family></prefer></alias>
</fontconfig>"""


def as_read_by_office(contents: Mapping[str, bytes], folder: Path) -> dict[str, bytes]:
    """The PDFs that LibreOffice makes of DOCX files, by name; it is started once for all of them."""
    fonts = folder / "fonts.conf"
    fonts.write_text(FONTS.format(fonts=font_path("LiberationSerif-Regular.ttf").parent, cache=folder / "cache"))
    for name, content in contents.items():
        (folder / f"{name}.docx").write_bytes(content)
    command = [str(OFFICE), "--headless", f"-env:UserInstallation={(folder / 'office').as_uri()}"]
    command += ["--convert-to", "pdf", "--outdir", str(folder / "out")]
    command += [str(folder / f"{name}.docx") for name in contents]
    environment = {**os.environ, "FONTCONFIG_FILE": str(fonts), "HOME": str(folder)}
    subprocess.run(command, env=environment, capture_output=True, check=True, timeout=120)
    return {name: (folder / "out" / f"{name}.pdf").read_bytes() for name in contents}
