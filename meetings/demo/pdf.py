"""Setting a paper as a PDF in the State's layout (Nghị định 30/2020, Phụ lục I).

A4, Tinos (the metrics of Times New Roman), margins 20-20-30-20 mm, the page number centred above, not on page 1.
"""

import io
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm, mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageBreak, PageTemplate, Paragraph, Spacer, Table
from reportlab.platypus.doctemplate import ActionFlowable

from meetings.demo.papers import Block, Grid, Heading, Paper, Signature, Text

FACES = {"Tinos": "Regular", "Tinos-Bold": "Bold", "Tinos-Italic": "Italic", "Tinos-BoldItalic": "BoldItalic"}
BODY = ParagraphStyle(
    "body", fontName="Tinos", fontSize=13.5, leading=19, alignment=TA_JUSTIFY, firstLineIndent=1 * cm, spaceAfter=6
)
ITEM = ParagraphStyle("item", parent=BODY, spaceAfter=4)
PART = ParagraphStyle("part", parent=BODY, fontName="Tinos-Bold", spaceBefore=8, keepWithNext=1)
CAPTION = ParagraphStyle(
    "caption", parent=BODY, fontName="Tinos-Bold", firstLineIndent=0, spaceBefore=4, keepWithNext=1
)
CENTRE = ParagraphStyle("centre", parent=BODY, alignment=TA_CENTER, firstLineIndent=0, spaceAfter=0)
BOLD = ParagraphStyle("bold", parent=CENTRE, fontName="Tinos-Bold")
ITALIC = ParagraphStyle("italic", parent=CENTRE, fontName="Tinos-Italic")
SMALL = ParagraphStyle("small", parent=CENTRE, fontSize=11, leading=14, alignment=0)
SMALL_HEAD = ParagraphStyle("small head", parent=SMALL, fontName="Tinos-BoldItalic", fontSize=12, leading=16)
CELL = ParagraphStyle("cell", parent=CENTRE, fontSize=11.5, leading=14, alignment=0)
FIGURE = ParagraphStyle("figure", parent=CELL, alignment=TA_RIGHT)
CELL_HEAD = ParagraphStyle("cell head", parent=CELL, fontName="Tinos-Bold", alignment=TA_CENTER)
TOTAL = ParagraphStyle("total", parent=CELL, fontName="Tinos-Bold")
TOTAL_FIGURE = ParagraphStyle("total figure", parent=TOTAL, alignment=TA_RIGHT)
WIDTH = A4[0] - 50 * mm


@cache
def _register_fonts() -> None:
    for name, face in FACES.items():
        (path,) = Path(settings.BASE_DIR, "static", "vendor").glob(f"tinos-*/Tinos-{face}.ttf")
        pdfmetrics.registerFont(TTFont(name, str(path)))


class _FillTo(ActionFlowable):
    """Puts annexes behind the story, each on a page of its own, until the document has its pages."""

    def __init__(self, paper: Paper, story: list[Flowable]) -> None:
        super().__init__()
        self.paper, self.story = paper, story

    def apply(self, doc: BaseDocTemplate) -> None:
        for grid in self.paper.annexes[: max(self.paper.pages - doc.page, 0)]:
            self.story.append(PageBreak())
            self.story.extend(_set(grid))


def render(paper: Paper) -> bytes:
    """The PDF of the paper, the same bytes for the same paper. It has `paper.pages` pages if its blocks take no more
    and its annexes are enough."""
    _register_fonts()
    out = io.BytesIO()
    doc = BaseDocTemplate(
        out,
        pagesize=A4,
        leftMargin=30 * mm,
        rightMargin=20 * mm,
        topMargin=20 * mm,
        bottomMargin=20 * mm,
        title=paper.subject,
        author=paper.body,
        lang="vi",
        invariant=1,
    )
    frame = Frame(doc.leftMargin, doc.bottomMargin, doc.width, doc.height, 0, 0, 0, 0)
    doc.addPageTemplates([PageTemplate("page", [frame], onPage=_number_page)])
    story: list[Flowable] = [*_opening(paper)]
    for block in paper.blocks:
        story.extend(_set(block))
    story.append(_FillTo(paper, story))
    doc.build(story)
    return out.getvalue()


def _number_page(canvas: Canvas, doc: BaseDocTemplate) -> None:
    if doc.page > 1:
        canvas.setFont("Tinos", 13)
        canvas.drawCentredString(doc.leftMargin + doc.width / 2, A4[1] - 14 * mm, str(doc.page))


def _opening(paper: Paper) -> Iterator[Flowable]:
    left: list[Flowable] = [Paragraph(paper.parent, _sized(CENTRE, 12))] if paper.parent else []
    left += [Paragraph(paper.body, _sized(BOLD, 12)), _rule(0.14)]
    right: list[Flowable] = [
        Paragraph("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", _sized(BOLD, 12)),
        Paragraph("Độc lập - Tự do - Hạnh phúc", _sized(BOLD, 13)),
        _rule(0.34),
    ]
    numbered = [Paragraph(f"Số: {paper.number}", _sized(CENTRE, 13))]
    dated = [Paragraph(paper.place_day, _sized(ITALIC, 13))]
    yield Table(
        [[left, right], [numbered, dated]],
        colWidths=[WIDTH * 0.42, WIDTH * 0.58],
        style=[("VALIGN", (0, 0), (-1, -1), "TOP")],
    )
    yield Spacer(1, 12)
    yield Paragraph(paper.kind, _sized(BOLD, 14))
    yield Paragraph(paper.subject, _sized(BOLD, 14))
    yield _rule(0.2)
    yield Spacer(1, 10)


def _sized(style: ParagraphStyle, size: float) -> ParagraphStyle:
    return ParagraphStyle(f"{style.name} {size}", parent=style, fontSize=size, leading=size * 1.35)


def _rule(share: float) -> Table:
    """A short line in the middle, `share` of the page's width."""
    return Table(
        [[""]],
        hAlign="CENTER",
        colWidths=[WIDTH * share],
        rowHeights=[3],
        style=[("LINEBELOW", (0, 0), (-1, -1), 0.7, "black")],
    )


def _set(block: Block) -> Iterator[Flowable]:
    if isinstance(block, Heading):
        yield Paragraph(block.text, PART)
    elif isinstance(block, Text):
        yield Paragraph(f"- {block.text}", ITEM) if block.item else Paragraph(block.text, BODY)
    elif isinstance(block, Signature):
        yield _signature(block)
    else:
        yield Paragraph(block.title, CAPTION)
        yield _table(block)
        yield Spacer(1, 10)


def _table(grid: Grid) -> Table:
    last = len(grid.rows) - 1
    lines: list[list[Paragraph]] = [[Paragraph(head, CELL_HEAD) for head in grid.head]]
    for row, cells in enumerate(grid.rows):
        word, figure = (TOTAL, TOTAL_FIGURE) if row == last else (CELL, FIGURE)
        lines.append([Paragraph(cell, word if column == 0 else figure) for column, cell in enumerate(cells)])
    rest = len(grid.head) - 1
    return Table(
        lines,
        colWidths=[WIDTH * 0.4, *([WIDTH * 0.6 / rest] * rest)],
        repeatRows=1,
        style=[
            ("GRID", (0, 0), (-1, -1), 0.5, "black"),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        ],
    )


def _signature(block: Signature) -> Table:
    recipients = [Paragraph("Nơi nhận:", SMALL_HEAD), *(Paragraph(f"- {each}", SMALL) for each in block.recipients)]
    signed = [*(Paragraph(title, BOLD) for title in block.titles), Spacer(1, 52), Paragraph(block.name, BOLD)]
    return Table(
        [[recipients, signed]],
        colWidths=[WIDTH * 0.45, WIDTH * 0.55],
        style=[("VALIGN", (0, 0), (-1, -1), "TOP"), ("NOSPLIT", (0, 0), (-1, -1))],
        spaceBefore=10,
    )
