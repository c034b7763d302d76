"""The attendance report as a workbook of three sheets: summary, by endpoint, delegates.

Text is written as text whatever it begins with; figures are numbers and rates are shares, so that they can be added up.
"""

import io
from collections.abc import Iterable, Sequence
from typing import Any, Final

import xlsxwriter

from accounts.wording import clock, day, time_range
from meetings.reports.csv import figures_of, note_of, time_of
from meetings.reports.figures import AttendanceReport, Counts, SumRow
from meetings.reports.words import Words

_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_A4: Final = 9
_LONGEST: Final = 32_000
_FIGURE_WIDTH: Final = 10


def attendance_xlsx(report: AttendanceReport, words: Words) -> bytes:
    """Return the workbook. Memory does not grow with the number of rows."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, dict(_OPTIONS)) as book:
        # The same figures give the same bytes, whenever they are asked for.
        book.set_properties({"title": report.head.title[:250], "created": report.head.starts_at.replace(tzinfo=None)})
        writer = _Writer(book, report, words)
        writer.summary()
        writer.endpoints()
        writer.persons()
    return out.getvalue()


class _Writer:
    def __init__(self, book: Any, report: AttendanceReport, words: Words) -> None:
        self.book = book
        self.report = report
        self.words = words
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.head = book.add_format(
            {"bold": True, "text_wrap": True, "border": 1, "align": "center", "valign": "vcenter"}
        )
        self.text = book.add_format({"border": 1, "valign": "top", "text_wrap": True})
        self.count = book.add_format({"border": 1, "num_format": "#,##0"})
        self.rate = book.add_format({"border": 1, "num_format": "0.0%"})
        self.total_text = book.add_format({"border": 1, "bold": True})
        self.total_count = book.add_format({"border": 1, "bold": True, "num_format": "#,##0"})
        self.total_rate = book.add_format({"border": 1, "bold": True, "num_format": "0.0%"})

    def summary(self) -> None:
        words, report = self.words, self.report
        sheet = self._sheet(words.summary_sheet, [30, 12, *[_FIGURE_WIDTH] * 11])
        row = self._facts(sheet)
        sheet.freeze_panes(row + 1, 1)
        sheet.repeat_rows(row)
        row = self._heads(sheet, row, [words.tier, words.endpoints, *self._figure_heads()])
        for tier in report.tiers:
            row = self._sum_row(sheet, row, tier.sum)
        row = self._sum_row(sheet, row, report.total, total=True)
        if report.groups:
            row = self._heads(sheet, row + 1, [words.group, words.endpoints, *self._figure_heads()])
            for group in report.groups:
                row = self._sum_row(sheet, row, group)
        if report.head.seal:
            sheet.write_string(row + 1, 0, words.seal.format(seal=report.head.seal))

    def endpoints(self) -> None:
        words = self.words
        sheet = self._sheet(words.endpoint_sheet, [6, 14, 24, 12, 30, *[_FIGURE_WIDTH] * 11])
        heads = [words.ordinal, words.tier, words.group, words.endpoint_code, words.endpoint]
        self._heads(sheet, 0, [*heads, *self._figure_heads()])
        sheet.freeze_panes(1, 5)
        sheet.repeat_rows(0)
        rows = self.report.endpoints
        for number, row in enumerate(rows, start=1):
            place = row.endpoint
            sheet.write_number(number, 0, number, self.count)
            group = place.group.name if place.group else ""
            self._texts(sheet, number, 1, [place.tier.name, group, place.code, place.name], self.text)
            self._figures(sheet, number, 5, row.counts)
        last = len(rows) + 1
        total = self.report.total
        self._texts(sheet, last, 0, ["", total.name, "", "", ""], self.total_text)
        self._figures(sheet, last, 5, total.counts, total=True)
        if rows:
            sheet.autofilter(0, 0, len(rows), 15)

    def persons(self) -> None:
        words = self.words
        sheet = self._sheet(words.persons_sheet, [6, 28, 28, 30, 12, 28, 20, 12, 40])
        heads = [words.ordinal, words.full_name, words.position, words.unit, words.endpoint_code, words.endpoint]
        self._heads(sheet, 0, [*heads, words.result, words.checked_in_at, words.note])
        sheet.freeze_panes(1, 2)
        sheet.repeat_rows(0)
        for number, person in enumerate(self.report.persons, start=1):
            sheet.write_number(number, 0, number, self.count)
            cells = [
                person.full_name,
                person.position,
                person.unit_name,
                person.endpoint.code,
                person.endpoint.name,
                words.outcomes[person.outcome],
                time_of(person, self.report),
                note_of(person, words),
            ]
            self._texts(sheet, number, 1, cells, self.text)
        if self.report.persons:
            sheet.autofilter(0, 0, len(self.report.persons), 8)

    def _sheet(self, name: str, widths: Sequence[float]) -> Any:
        sheet = self.book.add_worksheet(name)
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.6, right=0.6, top=0.8, bottom=0.8)
        # In a footer an ampersand begins a code.
        title = self.report.head.title.replace("&", "&&")[:150]
        sheet.set_footer(f"&L{title}&R{self.words.page.format(page='&P', pages='&N')}")
        return sheet

    def _facts(self, sheet: Any) -> int:
        words, head, total = self.words, self.report.head, self.report.total
        zone = head.starts_at.tzinfo
        ends = head.ends_at.astimezone(zone)
        chair = ", ".join(part for part in (head.chair_name, head.chair_position) if part)
        closed = words.still_open
        if head.closed_at is not None:
            at = head.closed_at.astimezone(zone)
            closed = words.closed_at.format(time=clock(at), day=day(at))
        sheet.write_string(0, 0, head.title[:_LONGEST], self.title)
        facts = (
            (words.time, f"{day(head.starts_at)} {time_range(head.starts_at, ends)}"),
            (words.chair, chair),
            (words.reported, f"{total.reported}/{total.endpoints}"),
            (words.closed, closed),
        )
        for row, (name, value) in enumerate(facts, start=1):
            sheet.write_string(row, 0, name)
            sheet.write_string(row, 1, value[:_LONGEST])
        return len(facts) + 2

    def _figure_heads(self) -> list[str]:
        words = self.words
        return [
            words.summoned,
            words.in_person,
            words.online,
            words.substitutes,
            words.present,
            words.excused,
            words.unexcused,
            words.not_yet,
            words.late,
            words.left_early,
            words.rate,
        ]

    def _heads(self, sheet: Any, row: int, heads: Iterable[str]) -> int:
        self._texts(sheet, row, 0, heads, self.head)
        return row + 1

    def _sum_row(self, sheet: Any, row: int, sums: SumRow, *, total: bool = False) -> int:
        self._texts(sheet, row, 0, [sums.name], self.total_text if total else self.text)
        sheet.write_number(row, 1, sums.endpoints, self.total_count if total else self.count)
        self._figures(sheet, row, 2, sums.counts, total=total)
        return row + 1

    def _texts(self, sheet: Any, row: int, first: int, texts: Iterable[str], style: Any) -> None:
        for place, text in enumerate(texts, start=first):
            sheet.write_string(row, place, text[:_LONGEST], style)

    def _figures(self, sheet: Any, row: int, first: int, counts: Counts, *, total: bool = False) -> None:
        numbers = figures_of(counts)
        for place, number in enumerate(numbers, start=first):
            sheet.write_number(row, place, number, self.total_count if total else self.count)
        style = self.total_rate if total else self.rate
        if counts.rate is None:
            sheet.write_blank(row, first + len(numbers), None, style)
        else:
            sheet.write_number(row, first + len(numbers), counts.rate, style)
