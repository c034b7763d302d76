"""The trend as columns of a drawing: places in per cent of its width and height, so that letters keep their size."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from meetings.reports.charts import round_step
from meetings.reports.trend import MonthRow, Trend

BAR: Final = 0.7
QUARTER: Final = 3


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a column; `kind` is "present", "substitutes", "excused" or "unexcused"; lengths in per cent."""

    kind: str
    top: str
    height: str


@dataclass(frozen=True, slots=True)
class Column:
    """A month. `left`, `width` and `middle` in per cent; `label` and `year` are empty where letters would touch."""

    row: MonthRow
    left: str
    width: str
    middle: str
    label: str
    year: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across at so many persons; `top` in per cent."""

    persons: int
    top: str


@dataclass(frozen=True, slots=True)
class TrendChart:
    """`marks` from nought upwards; `columns` the oldest month first."""

    marks: tuple[Mark, ...]
    columns: tuple[Column, ...]


def trend_chart(trend: Trend) -> TrendChart | None:
    """A column per month, as high as its number of persons summoned; None when nobody was summoned."""
    most = max((row.counts.summoned for row in trend.months), default=0)
    if not most:
        return None
    step = round_step(most)
    top = -(-most // step) * step
    marks = tuple(Mark(persons, _percent(1 - persons / top)) for persons in range(0, top + 1, step))
    firsts = [row.first for row in trend.months]
    return TrendChart(marks, tuple(_column(row, place, firsts, top) for place, row in enumerate(trend.months)))


def _column(row: MonthRow, place: int, firsts: list[dt.date], top: int) -> Column:
    across = 1 / len(firsts)
    labelled = len(firsts) <= 12 or row.first.month % QUARTER == 1
    return Column(
        row=row,
        left=_percent((place + (1 - BAR) / 2) * across),
        width=_percent(BAR * across),
        middle=_percent((place + 0.5) * across),
        label=str(row.first.month) if labelled else "",
        year=str(row.first.year) if _names_year(place, firsts) else "",
        parts=tuple(_parts(row, top)),
    )


def _names_year(place: int, firsts: list[dt.date]) -> bool:
    """January names the year; so does the first month, unless the next January is too near for two names."""
    if place == 0:
        near = firsts[1 : len(firsts) // 6 + 1]
        return all(first.month != 1 for first in near)
    return firsts[place].month == 1


def _parts(row: MonthRow, top: int) -> Iterator[Part]:
    """From the floor upwards; nothing for nobody."""
    counts, below = row.counts, 0
    for kind, persons in (
        ("present", counts.in_person + counts.online),
        ("substitutes", counts.substitutes),
        ("excused", counts.excused),
        ("unexcused", counts.unexcused),
    ):
        if persons:
            below += persons
            yield Part(kind, _percent(1 - below / top), _percent(persons / top))


def _percent(part: float) -> str:
    """ "12.5%": with a point in every language, since the drawing reads it."""
    return f"{part * 100:.2f}%"
