"""Papers for a meeting: small PDFs whose pages say which they are."""

import io
from pathlib import Path

from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from accounts.models import User
from meetings.documents.actions import publish_document, upload_document
from meetings.documents.models import Document
from meetings.planning.models import Meeting

FONT = Path(__file__).resolve().parents[2] / "static/vendor/tinos-5.3.0/Tinos-Regular.ttf"


def pdf(pages: int, words: str = "Giải ngân vốn đầu tư công") -> bytes:
    """`pages` pages A4: "Trang 3 – words"."""
    pdfmetrics.registerFont(TTFont("Tinos", str(FONT)))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    for number in range(1, pages + 1):
        canvas.setFont("Tinos", 20)
        canvas.drawString(80, 700, f"Trang {number} – {words}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (800, 600), "white").save(out, "PNG")
    return out.getvalue()


def write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def published(
    actor: User, meeting: Meeting, folder: Path, *, title: str, item: int | None = None, pages: int = 3
) -> Document:
    """A document that readers have."""
    path = write(folder, "paper.pdf", pdf(pages))
    return publish_document(actor, upload_document(actor, meeting, path=path, name="x.pdf", title=title, item=item))
