"""How a State body lays out a paper: Decree 30/2020/NĐ-CP, annexes I and III. The pieces of which each paper is built.

A4, Times New Roman (here Tinos, of the same metrics), national title and motto with a rule as long as the motto, number
left open for the records office, place and date in italics, page number in the top margin from the second page.
The Party's layout is another profile and shares none of this.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

from reportlab import rl_config
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm, mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, KeepTogether, PageTemplate, Paragraph, Spacer, Table

from meetings.reports.words import Words

REGULAR: Final = "Paper"
BOLD: Final = "Paper-Bold"
ITALIC: Final = "Paper-Italic"
BOLD_ITALIC: Final = "Paper-BoldItalic"
_FACES: Final = {REGULAR: "Regular", BOLD: "Bold", ITALIC: "Italic", BOLD_ITALIC: "BoldItalic"}
_FAMILIES: Final = ("Tinos", "LiberationSerif")

_EDGE: Final = 20 * mm
_BINDING: Final = 30 * mm
WIDTH: Final = A4[0] - _BINDING - _EDGE
OPEN_NUMBER: Final = "\N{NO-BREAK SPACE}" * 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """The office and the people of a paper.

    ``parent_body`` and ``issuing_body`` stand in the head ("UBND TỈNH HÀ GIANG", "VĂN PHÒNG"), ``issuer`` in a sentence
    ("Văn phòng UBND tỉnh Hà Giang"). ``authority`` is empty or a line such as "KT. CHÁNH VĂN PHÒNG".
    """

    parent_body: str
    issuing_body: str
    issuer: str
    symbol: str
    place: str
    dated: date
    recipients: tuple[str, ...]
    authority: str = ""
    signer_title: str = ""
    signer: str = ""


class Rule(Flowable):
    """A centred line of a given length."""

    def __init__(self, length: float, before: float = 2) -> None:
        super().__init__()
        self.length = length
        self.before = before

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        self.width = available_width
        return available_width, self.before + 1

    def draw(self) -> None:
        left = (self.width - self.length) / 2
        self.canv.setLineWidth(0.75)
        self.canv.line(left, 0.5, left + self.length, 0.5)


def load_fonts(folder: Path) -> None:
    """Make the four faces in ``folder`` known to ReportLab, once. Raises FileNotFoundError if one is missing."""
    if set(_FACES).issubset(pdfmetrics.getRegisteredFontNames()):
        return
    family = next((name for name in _FAMILIES if (folder / f"{name}-Regular.ttf").exists()), _FAMILIES[0])
    for name, face in _FACES.items():
        path = folder / f"{family}-{face}.ttf"
        if not path.exists():
            raise FileNotFoundError(path)
        pdfmetrics.registerFont(TTFont(name, str(path)))


def style(size: float, font: str = REGULAR, *, centred: bool = False, **more: Any) -> ParagraphStyle:
    """Return a style; unless told, its lines leave room above Ấ and below ỵ."""
    more.setdefault("leading", size * 1.3)
    if centred:
        more["alignment"] = TA_CENTER
    return ParagraphStyle(f"{font}-{size}", fontName=font, fontSize=size, **more)


BODY: Final = style(14, leading=19.5, alignment=TA_JUSTIFY, firstLineIndent=1.27 * cm, spaceBefore=6)


def text(words: str, how: ParagraphStyle) -> Paragraph:
    """Return a paragraph of plain text: whatever stands in it is text."""
    return Paragraph(escape(printable(words)), how)


def cell(words: str, width: float) -> Any:
    """Return what stands in a cell of this width: a string if it fits on one line, for that costs much less."""
    line = printable(words)
    fits = pdfmetrics.stringWidth(line, CELL.fontName, CELL.fontSize) <= width - _PADDING
    return line if fits else Paragraph(escape(line), CELL)


def printable(words: str) -> str:
    """Return the text without line ends and controls; spaces that do not break stay."""
    return "".join(letter if letter.isprintable() or letter == "\N{NO-BREAK SPACE}" else " " for letter in words)


def head(paper: Paper, words: Words) -> Table:
    """Return the two columns on top: bodies and number at left, nation, motto, place and date at right."""
    motto = pdfmetrics.stringWidth(words.motto, BOLD, 14)
    issuing = min(pdfmetrics.stringWidth(paper.issuing_body, BOLD, 13), WIDTH * 0.38)
    left = [
        text(paper.parent_body, style(13, centred=True)),
        text(paper.issuing_body, style(13, BOLD, centred=True)),
        Rule(max(issuing / 2, 40)),
    ]
    right = [
        text(words.nation, style(12.5, BOLD, leading=16.9, centred=True)),
        text(words.motto, style(14, BOLD, leading=16.9, centred=True)),
        Rule(motto),
    ]
    number = text(f"{words.number}{OPEN_NUMBER}/{paper.symbol}", style(13, centred=True))
    dated = text(dated_at(paper, words), style(14, ITALIC, centred=True))
    columns = [WIDTH * 0.40, WIDTH * 0.60]
    return Table([[left, right], [number, dated]], colWidths=columns, style=_bare(("TOPPADDING", (0, 1), (-1, 1), 8)))


def dated_at(paper: Paper, words: Words) -> str:
    """Return the line of place and date: days under 10 and the months 1 and 2 have a nought before them."""
    return words.place_and_date.format(place=paper.place, **_date_parts(paper.dated))


def _date_parts(dated: date) -> dict[str, str]:
    month = f"{dated.month:02}" if dated.month < 3 else str(dated.month)
    return {"day": f"{dated.day:02}", "month": month, "year": str(dated.year)}


def titles(kind: str, subject: str) -> list[Flowable]:
    """Return the kind of paper and its subject, with the short rule below."""
    return [
        Spacer(0, 16),
        text(kind, style(14, BOLD, centred=True)),
        text(subject, style(14, BOLD, spaceBefore=2, centred=True)),
        Rule(100, before=5),
        Spacer(0, 8),
    ]


def foot(last: str, paper: Paper, words: Words) -> Flowable:
    """Return the last paragraph with recipients and signature: these are never alone on a page.

    The place of the signature is there whether or not anybody has signed.
    """
    left: list[Flowable] = [text(words.recipients, style(12, BOLD_ITALIC))]
    left += [text(f"- {one}", style(11)) for one in paper.recipients]
    right: list[Flowable] = [
        text(line, style(14, BOLD, centred=True)) for line in (paper.authority, paper.signer_title) if line
    ]
    right += [Spacer(0, 25 * mm), text(paper.signer, style(14, BOLD, centred=True))]
    table = Table([[left, right]], colWidths=[WIDTH * 0.45, WIDTH * 0.55], style=_bare())
    return KeepTogether([text(last, BODY), Spacer(0, 10), table])


def annex_titles(numeral: str, title: str, paper: Paper, words: Words) -> list[Flowable]:
    """Return the head of an annex, which says with what it is enclosed."""
    date_only = dated_at(paper, words).partition(", ")[2]
    enclosed = words.enclosed_with.format(gap=OPEN_NUMBER, symbol=paper.symbol, date=date_only, issuer=paper.issuer)
    return [
        text(words.annex.format(numeral=numeral), style(14, BOLD, centred=True)),
        text(title, style(14, BOLD, centred=True)),
        text(enclosed, style(13, ITALIC, spaceAfter=10, centred=True)),
    ]


_PADDING: Final = 7
_ABOVE: Final = 1.5
_BELOW: Final = 2.5
CELL: Final = style(11, leading=13.5)
BOLD_CELL: Final = style(11, BOLD, leading=13.5)
HEAD_CELL: Final = style(10, BOLD, centred=True, leading=13)


def longest_word(head: str) -> float:
    """Return the width a column needs so that no word of its head is broken."""
    return _PADDING + 0.5 + max(pdfmetrics.stringWidth(word, BOLD, HEAD_CELL.fontSize) for word in head.split())


def ruled(rows: list[list[Any]], widths: list[float], *, right_from: int, bold: tuple[int, ...] = ()) -> Table:
    """Return a table of black lines whose first row stands on every page. Columns from ``right_from`` are figures."""
    commands: list[Any] = [
        ("FONT", (0, 0), (-1, -1), REGULAR, 11, 13.5),
        ("GRID", (0, 0), (-1, -1), 0.75, "black"),
        ("VALIGN", (0, 0), (-1, 0), "MIDDLE"),
        ("VALIGN", (0, 1), (-1, -1), "TOP"),
        ("ALIGN", (0, 1), (0, -1), "CENTER"),
        ("ALIGN", (right_from, 1), (-1, -1), "RIGHT"),
        ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ("TOPPADDING", (0, 0), (-1, -1), _ABOVE),
        ("BOTTOMPADDING", (0, 0), (-1, -1), _BELOW),
    ]
    commands += [("FONT", (0, row), (-1, row), BOLD, 11, 13.5) for row in bold]
    # Measured here once: a table measures what is left of it again for every page it is split at.
    heights = [max(_height(one, width) for one, width in zip(row, widths, strict=True)) for row in rows]
    return Table(rows, colWidths=widths, rowHeights=heights, repeatRows=1, style=commands)


def _height(one: Any, width: float) -> float:
    inner = one.wrap(width - _PADDING, A4[1])[1] if isinstance(one, Paragraph) else CELL.leading
    return float(inner) + _ABOVE + _BELOW


def document(out: Any, *, title: str, author: str, language: str) -> BaseDocTemplate:
    """Return the A4 document to build. The same story gives the same bytes."""
    # Its base 85 is written in Python and makes the file larger; PDF has been binary since ever.
    rl_config.useA85 = 0
    made = BaseDocTemplate(
        out, pagesize=A4, title=title, author=author, lang=language, invariant=1, initialFontName=REGULAR
    )
    frame = Frame(
        _BINDING,
        _EDGE,
        WIDTH,
        A4[1] - 2 * _EDGE,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )
    made.addPageTemplates([PageTemplate(frames=[frame], onPage=_number_page)])
    return made


def _number_page(canvas: Any, made: Any) -> None:
    if made.page > 1:
        canvas.setFont(REGULAR, 13)
        canvas.drawCentredString(A4[0] / 2, A4[1] - 13 * mm, str(made.page))


def _bare(*more: Any) -> list[Any]:
    return [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 0),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
        *more,
    ]
