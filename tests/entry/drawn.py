"""Small documents to be drawn, and some that must not be."""

import io
import struct
import zlib

from PIL import Image


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: object) -> bytes:
    file = io.BytesIO()
    colours: dict[str, tuple[int, ...] | int] = {
        "RGB": (200, 30, 30),
        "RGBA": (200, 30, 30, 0),
        "P": 1,
        "1": 1,
        "CMYK": (0, 200, 200, 0),
    }
    Image.new(mode, size, colours[mode]).save(file, kind, **options)
    return file.getvalue()


def turned_picture() -> bytes:
    """As a phone stores it: lying, with the word that it stands."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return picture("JPEG", (60, 40), exif=exif)


def huge_picture(side: int = 60_000) -> bytes:
    """A few bytes that say they are a picture of 3.6 billion pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def pdf(pages: int = 2, size: str = "595 842", trailer: str = "", more: str = "") -> bytes:
    """A PDF whose pages hold a red square."""
    square = "1 0 0 rg 100 100 200 200 re f"
    kids = " ".join(f"{4 + number} 0 R" for number in range(pages))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>",
        f"<< /Length {len(square)} >>\nstream\n{square}\nendstream",
        *[f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {size}] /Contents 3 0 R >>"] * pages,
        *([more] if more else []),
    ]
    file = io.BytesIO(b"%PDF-1.4\n")
    file.seek(0, io.SEEK_END)
    places = []
    for number, each in enumerate(objects, 1):
        places.append(file.tell())
        file.write(f"{number} 0 obj\n{each}\nendobj\n".encode())
    start = file.tell()
    file.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    file.writelines(f"{place:010} 00000 n \n".encode() for place in places)
    file.write(
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
    )
    return file.getvalue()


def locked_pdf() -> bytes:
    """A PDF that opens with a password only."""
    code = "41" * 32
    lock = f"<< /Filter /Standard /V 1 /R 2 /O <{code}> /U <{code}> /P -4 >>"
    return pdf(1, trailer=f"/Encrypt 5 0 R /ID [<{code}> <{code}>]", more=lock)
