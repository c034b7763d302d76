"""Papers for tests: real PDFs, and a way to take them in without opening them in a process of their own."""

import hashlib
import io
from pathlib import Path

import pikepdf
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from meetings.documents.ingest import Ingested
from meetings.documents.rejections import Limits
from meetings.documents.storage import Area, path_of


def pdf(text: str = "BAO CAO", pages: int = 1) -> bytes:
    """A PDF with that text on every page, at the fonts' plain letters."""
    out = io.BytesIO()
    sheet = canvas.Canvas(out, pagesize=A4, invariant=True)
    for number in range(1, pages + 1):
        sheet.drawString(72, 760, text)
        sheet.drawString(72, 720, f"trang {number}")
        sheet.showPage()
    sheet.save()
    return out.getvalue()


def locked_pdf() -> bytes:
    """A PDF that needs a password to be opened."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as plain:
        plain.save(out, encryption=pikepdf.Encryption(user="mat-khau", owner="chu"))
    return out.getvalue()


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(out, "PNG")
    return out.getvalue()


def take_unopened(path: Path, name: str, _limits: Limits | None = None, *, media: Path) -> Ingested:
    """In place of ``ingest``: the file is stored as it is, under its hash; the text after "%%" is its first page."""
    content = path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    for area in Area:
        place = path_of(area, sha256)
        assert place.is_relative_to(media)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    return Ingested(
        path=path_of(Area.DOCUMENTS, sha256),
        content_type="application/pdf",
        sha256=sha256,
        bytes=len(content),
        pages=3,
        thumbnail=path_of(Area.THUMBNAILS, sha256),
        original=path_of(Area.ORIGINALS, sha256),
        original_sha256=sha256,
        first_page=content.decode(errors="replace").partition("%%")[2],
    )
