"""The attendance report as the paper that the office files: Decree 30/2020/NĐ-CP, form 1.4 (report), with annexes."""

import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from reportlab.platypus import Flowable, PageBreak, Spacer

from accounts.wording import number, percent, share
from meetings.reports.csv import note_of, time_of
from meetings.reports.figures import AttendanceReport, Counts, PersonLine, SumRow, TierRow
from meetings.reports.paper import (
    BODY,
    BOLD_CELL,
    CELL,
    HEAD_CELL,
    WIDTH,
    Paper,
    annex_titles,
    cell,
    document,
    foot,
    head,
    load_fonts,
    longest_word,
    ruled,
    style,
    text,
    titles,
)
from meetings.reports.words import Words, kind_of

_FIGURE: Final = 35.5
_NUMERALS: Final = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


def attendance_pdf(
    report: AttendanceReport, paper: Paper, words: Words, *, fonts: Path, with_persons: bool = True
) -> bytes:
    """Return the PDF: the report, annex I by endpoint, annex II who was absent, annex III everybody.

    ``fonts`` is the folder with the four faces of Tinos; annex III is left out without ``with_persons``, and where
    nobody is known by name. The same report gives the same bytes. Raises FileNotFoundError if a font is missing.
    """
    load_fonts(fonts)
    out = io.BytesIO()
    subject = words.subject.format(title=report.head.title)
    named = with_persons and bool(report.persons)
    story: list[Flowable] = [head(paper, words), *titles(words.report, subject), text(_sentences(report, words), BODY)]
    story += [Spacer(0, 6), _main_table(report, words)]
    story += [foot(words.annexes_named if named else words.annexes, paper, words), PageBreak()]
    story += [*annex_titles("I", words.by_endpoint_title, paper, words), _endpoint_table(report, words), PageBreak()]
    story += [*annex_titles("II", words.absent_title, paper, words), *_absentees(report, words)]
    if named:
        story += [PageBreak(), *annex_titles("III", words.persons_title, paper, words), _person_table(report, words)]
    if report.head.seal:
        story += [Spacer(0, 10), text(words.seal.format(seal=report.head.seal), style(9))]
    document(out, title=subject, author=paper.issuer, language=words.language).build(story)
    return out.getvalue()


def _sentences(report: AttendanceReport, words: Words) -> str:
    meeting, counts = report.head, report.total.counts
    zone = meeting.starts_at.tzinfo
    chair = ", ".join(part for part in (meeting.chair_name, meeting.chair_position) if part)
    start, end = _span(meeting.starts_at, (meeting.closed_at or meeting.ends_at).astimezone(zone), words)
    figures = {
        name: number(value, words.language)
        for name, value in (
            ("summoned", counts.summoned),
            ("present", counts.present),
            ("substitutes", counts.substitutes),
            ("excused", counts.excused),
            ("unexcused", counts.unexcused),
            ("not_yet", counts.not_yet),
        )
    }
    said = [
        words.held.format(
            kind=kind_of(meeting.title, words),
            start=start,
            end=end,
            led_by=words.led_by.format(chair=chair) if chair else "",
            mode=words.modes[_mode(counts)],
            endpoints=number(report.total.endpoints, words.language),
        ),
        words.counted.format(rate=percent(share(counts.present, counts.summoned), words.language), **figures),
        words.absent.format(**figures),
    ]
    if counts.not_yet:
        said.append(words.absent_open.format(**figures))
    return " ".join([*said, words.as_follows])


def _span(starts: datetime, ends: datetime, words: Words) -> tuple[str, str]:
    """Return the beginning as a time and the end as time and date; both with their dates if these differ."""
    moments = []
    for moment in (starts, ends):
        shown = words.clock.format(hour=f"{moment.hour:02}", minute=f"{moment.minute:02}")
        dated = words.date.format(day=moment.day, month=moment.month, year=moment.year)
        moments.append((shown, f"{shown} {dated}"))
    return moments[0][starts.date() != ends.date()], moments[1][1]


def _mode(counts: Counts) -> str:
    if counts.online and not counts.in_person:
        return "online"
    return "both" if counts.online else "in_person"


def _main_table(report: AttendanceReport, words: Words) -> Flowable:
    extra = bool(report.total.counts.not_yet)
    heads = [words.ordinal, words.endpoint, words.short_endpoints, *_figure_heads(words, extra=extra)]
    rows: list[list[Any]] = [_heads(heads)]
    bold = []
    for numeral, tier in zip(_numerals(), report.tiers, strict=False):
        bold.append(len(rows))
        rows.append(_sum_row(numeral, text(tier.sum.name, BOLD_CELL), tier.sum, words, extra=extra))
        if _adds_up(tier):
            for place, group in enumerate(tier.groups, start=1):
                rows.append(_sum_row(str(place), text(group.name, CELL), group, words, extra=extra))
    bold.append(len(rows))
    rows.append(_sum_row("", text(report.total.name, BOLD_CELL), report.total, words, extra=extra))
    return ruled(rows, _widths(heads, [25, 0, 34], 1), right_from=2, bold=tuple(bold))


def _sum_row(mark: str, name: Any, sums: SumRow, words: Words, *, extra: bool) -> list[Any]:
    return [mark, name, number(sums.endpoints, words.language), *_figures(sums.counts, words, extra=extra)]


def _adds_up(tier: TierRow) -> bool:
    """Whether the groups of a tier say more than its endpoints do: a district of one room is that room."""
    return 0 < len(tier.groups) < tier.sum.endpoints


def _endpoint_table(report: AttendanceReport, words: Words) -> Flowable:
    extra = bool(report.total.counts.not_yet)
    heads = [words.ordinal, words.endpoint_code, words.endpoint, *_figure_heads(words, extra=extra)]
    rows: list[list[Any]] = [_heads(heads)]
    for place, row in enumerate(report.endpoints, start=1):
        name = text(row.endpoint.name, CELL)
        rows.append([str(place), row.endpoint.code, name, *_figures(row.counts, words, extra=extra)])
    rows.append(["", "", text(report.total.name, BOLD_CELL), *_figures(report.total.counts, words, extra=extra)])
    return ruled(rows, _widths(heads, [25, 46, 0], 2), right_from=3, bold=(len(rows) - 1,))


def _figure_heads(words: Words, *, extra: bool) -> list[str]:
    heads = [
        words.summoned,
        words.short_in_person,
        words.short_online,
        words.short_substitutes,
        words.short_present,
        words.excused,
        words.short_unexcused,
    ]
    return [*heads, *([words.not_yet] if extra else []), words.rate_percent]


def _figures(counts: Counts, words: Words, *, extra: bool) -> list[str]:
    values = [
        counts.summoned,
        counts.in_person,
        counts.online,
        counts.substitutes,
        counts.present,
        counts.excused,
        counts.unexcused,
    ]
    if extra:
        values.append(counts.not_yet)
    rate = "" if counts.percent is None else number(counts.percent, words.language, 1)
    return [*(number(value, words.language) for value in values), rate]


def _widths(heads: list[str], least: list[float], name: int) -> list[float]:
    """Return widths at which no word of a head is broken; column ``name`` takes what the others leave."""
    floors = [*least, *[_FIGURE] * (len(heads) - len(least))]
    widths = [max(floor, longest_word(one)) for one, floor in zip(heads, floors, strict=True)]
    widths[name] = WIDTH - sum(widths) + widths[name]
    return widths


def _absentees(report: AttendanceReport, words: Words) -> list[Flowable]:
    if not report.absentees:
        return [text(words.nobody_absent, BODY)]
    heads = [words.ordinal, words.full_name, words.position, words.unit, words.endpoint, words.result, words.reason]
    rows: list[list[Any]] = [_heads(heads)]
    widths = [WIDTH * part / 160 for part in (9, 30, 27, 28, 24, 20, 22)]
    rows += _numbered(
        widths,
        (
            (
                person.full_name,
                person.position,
                person.unit_name,
                person.endpoint.name,
                words.outcomes[person.outcome],
                person.reason,
            )
            for person in report.absentees
        ),
    )
    return [ruled(rows, widths, right_from=7)]


def _person_table(report: AttendanceReport, words: Words) -> Flowable:
    heads = [words.ordinal, words.full_name, words.position, words.unit, words.endpoint, words.result, words.note]
    rows: list[list[Any]] = [_heads(heads)]
    widths = [WIDTH * part / 160 for part in (11, 30, 26, 27, 23, 21, 22)]
    rows += _numbered(
        widths,
        (
            (
                person.full_name,
                person.position,
                person.unit_name,
                person.endpoint.name,
                _result(person, report, words),
                note_of(person, words),
            )
            for person in report.persons
        ),
    )
    return ruled(rows, widths, right_from=7)


def _result(person: PersonLine, report: AttendanceReport, words: Words) -> str:
    return " ".join(part for part in (words.outcomes[person.outcome], time_of(person, report)) if part)


def _numbered(widths: list[float], rows: Iterable[tuple[str, ...]]) -> Iterator[list[Any]]:
    for place, row in enumerate(rows, start=1):
        yield [str(place), *(cell(words, width) for words, width in zip(row, widths[1:], strict=True))]


def _heads(heads: Iterable[str]) -> list[Any]:
    return [text(one, HEAD_CELL) for one in heads]


def _numerals() -> Iterator[str]:
    yield from _NUMERALS
    while True:
        yield "–"
