"""The attendance report as CSV: UTF-8 with its mark, so that a spreadsheet shows Vietnamese letters."""

import csv
import io
from collections.abc import Iterator
from typing import Final

from accounts.wording import clock
from meetings.reports.figures import AttendanceReport, Counts, PersonLine
from meetings.reports.words import Words

# A spreadsheet takes a cell that begins so for a formula (OWASP, CSV injection); the wide forms are read alike.
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def endpoints_csv(report: AttendanceReport, words: Words) -> bytes:
    """Return one row per endpoint and the total: tier, group, code, name, the figures, the rate in per cent."""
    return _written(_endpoint_rows(report, words))


def persons_csv(report: AttendanceReport, words: Words) -> bytes:
    """Return one row per person: endpoint, name, position, unit, result, time, late, left early, reason, substitute."""
    return _written(_person_rows(report, words))


def plain(text: str) -> str:
    """Return the text with an apostrophe before what a spreadsheet would take for a formula."""
    return "'" + text if text.lstrip(" ").startswith(_FORMULA_STARTS) else text


def note_of(person: PersonLine, words: Words) -> str:
    """Return what there is to add about a person: reason, substitute, late, left early."""
    notes = [person.reason] if person.reason else []
    if person.substitute_name:
        notes.append(words.substitute_note.format(name=person.substitute_name))
    notes += [word for word, so in ((words.late, person.late), (words.left_early, person.left_early)) if so]
    return "; ".join(notes)


def _written(rows: Iterator[list[str | int]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([plain(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue().encode("utf-8-sig", errors="replace")


def _endpoint_rows(report: AttendanceReport, words: Words) -> Iterator[list[str | int]]:
    yield [
        words.tier,
        words.group,
        words.endpoint_code,
        words.endpoint,
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
        words.rate_percent,
    ]
    for row in report.endpoints:
        place = row.endpoint
        group = place.group.name if place.group else ""
        yield [place.tier.name, group, place.code, place.name, *figures_of(row.counts), _percent(row.counts)]
    total = report.total
    yield [total.name, "", "", "", *figures_of(total.counts), _percent(total.counts)]


def figures_of(counts: Counts) -> list[int]:
    """Return the ten figures in the order of every table."""
    return [
        counts.summoned,
        counts.in_person,
        counts.online,
        counts.substitutes,
        counts.present,
        counts.excused,
        counts.unexcused,
        counts.not_yet,
        counts.late,
        counts.left_early,
    ]


def _percent(counts: Counts) -> str:
    return "" if counts.percent is None else str(counts.percent)


def _person_rows(report: AttendanceReport, words: Words) -> Iterator[list[str | int]]:
    yield [
        words.endpoint_code,
        words.endpoint,
        words.full_name,
        words.position,
        words.unit,
        words.result,
        words.checked_in_at,
        words.note,
    ]
    for person in report.persons:
        yield [
            person.endpoint.code,
            person.endpoint.name,
            person.full_name,
            person.position,
            person.unit_name,
            words.outcomes[person.outcome],
            time_of(person, report),
            note_of(person, words),
        ]


def time_of(person: PersonLine, report: AttendanceReport) -> str:
    """Return the time of the check-in in the zone of the report, or nothing."""
    return "" if person.at is None else clock(person.at.astimezone(report.head.starts_at.tzinfo))
