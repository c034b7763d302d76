"""The list of units as a file: what its columns mean, and everything that can be wrong with it, by row and column.

Columns ``code,name,kind,tier,parent_code,lat,lon`` in any order, UTF-8, comma separated; more columns are ignored.
``lat`` and ``lon`` are decimal degrees (WGS 84) or both empty.
"""

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from accounts.errors import DomainError
from accounts.text import nfc

COLUMNS = ("code", "name", "kind", "tier", "parent_code", "lat", "lon")
LONGEST = {"name": 150, "kind": 40}
LIMITS = {"lat": 90.0, "lon": 180.0}
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,15}")
_DECIMAL = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong. ``row`` as a spreadsheet counts: the heads are row 1. ``detail`` depends on the reason.

    Reasons: ``not_utf8``, ``not_a_table``, ``column_missing``, ``cells_wrong`` (detail: how many there should be),
    ``empty``, ``code_invalid``, ``too_long`` (detail: the limit), ``duplicate_code`` (detail: the first row),
    ``tier_unknown`` (detail: the known ones), ``number_invalid``, ``number_out_of_range`` (detail: the limit),
    ``place_incomplete``, ``parent_missing``, ``parent_cycle`` (detail: the codes on the way round); and against the
    units that stand (detail: their date) ``begins_later``, ``ended_later``, ``parent_begins_later``, ``unit_in_use``
    (row 0: the unit is not in the file).
    """

    row: int
    column: str
    reason: str
    value: str = ""
    detail: str = ""


class UnitsRejected(DomainError):
    """The list cannot be taken over, and nothing of it was. ``params["problems"]`` holds every Problem found."""

    code = "units_rejected"
    status = 422

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda each: (each.row, each.column)))
        super().__init__(problems=self.problems)


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit of the list; ``parent_code`` is empty for the top, ``lat`` and ``lon`` are degrees or None."""

    row: int
    code: str
    name: str
    kind: str
    tier: str
    parent_code: str
    lat: float | None
    lon: float | None


def parse_units(content: bytes, tiers: Collection[str]) -> list[UnitLine]:
    """The lines of the file, in its order. Raises UnitsRejected with every problem of single rows and of repeated
    codes; whether parents exist is asked by `tree_problems`, who knows the units that stand."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise UnitsRejected([Problem(row, "", "not_utf8")]) from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines: list[UnitLine] = []
    problems: list[Problem] = []
    try:
        heads = [head.strip() for head in next(reader, [])]
        if missing := [column for column in COLUMNS if column not in heads]:
            raise UnitsRejected(Problem(1, column, "column_missing") for column in missing)
        rows: dict[str, int] = {}
        for row, cells in _numbered(reader):
            if len(cells) != len(heads):
                problems.append(Problem(row, "", "cells_wrong", str(len(cells)), str(len(heads))))
                continue
            line, found = _line(row, dict(zip(heads, cells, strict=True)), tiers)
            if line.code and line.code in rows:
                found.append(Problem(row, "code", "duplicate_code", line.code, str(rows[line.code])))
            rows.setdefault(line.code, row)
            lines.append(line)
            problems.extend(found)
    except csv.Error:
        problems.append(Problem(reader.line_num, "", "not_a_table"))
    if problems:
        raise UnitsRejected(problems)
    return lines


def tree_problems(lines: Iterable[UnitLine], standing: Mapping[str, str]) -> list[Problem]:
    """Parents that do not exist, and circles. ``standing``: code → parent code of units outside the file that a line
    may name as its parent."""
    by_code = {line.code: line for line in lines}
    parent_of = {**standing, **{line.code: line.parent_code for line in by_code.values()}}
    problems = []
    for line in by_code.values():
        if line.parent_code and line.parent_code not in parent_of:
            problems.append(Problem(line.row, "parent_code", "parent_missing", line.parent_code))
    sound: set[str] = set()
    for line in by_code.values():
        trail: dict[str, None] = {}
        step = line.code
        while step and step in parent_of and step not in sound and step not in trail:
            trail[step] = None
            step = parent_of[step]
        if step in trail:
            way = list(trail)
            circle = way[way.index(step) :]
            rows = [by_code[code].row for code in circle if code in by_code]
            first = min(rows, default=line.row)
            problems.append(Problem(first, "parent_code", "parent_cycle", step, " → ".join([*circle, step])))
        sound.update(trail)
    return problems


def parents_first(lines: Iterable[UnitLine]) -> list[list[UnitLine]]:
    """The lines in generations: every line comes after the line that it names as its parent. Without circles."""
    by_code = {line.code: line for line in lines}
    depths: dict[str, int] = {}
    for line in by_code.values():
        trail = []
        step: UnitLine | None = line
        while step is not None and step.code not in depths:
            trail.append(step.code)
            step = by_code.get(step.parent_code)
        base = -1 if step is None else depths[step.code]
        for offset, code in enumerate(reversed(trail), start=1):
            depths[code] = base + offset
    generations: list[list[UnitLine]] = [[] for _ in range(max(depths.values(), default=-1) + 1)]
    for line in by_code.values():
        generations[depths[line.code]].append(line)
    return generations


def _numbered(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, with their numbers."""
    for row, cells in enumerate(reader, start=2):
        if any(cell.strip() for cell in cells):
            yield row, cells


def _line(row: int, cells: Mapping[str, str], tiers: Collection[str]) -> tuple[UnitLine, list[Problem]]:
    text = {column: nfc(cells[column]).strip() for column in COLUMNS}
    problems = [Problem(row, column, "empty") for column in ("code", "name", "kind", "tier") if not text[column]]
    for column, longest in LONGEST.items():
        if len(text[column]) > longest:
            problems.append(Problem(row, column, "too_long", text[column], str(longest)))
    if text["code"] and not _CODE.fullmatch(text["code"]):
        problems.append(Problem(row, "code", "code_invalid", text["code"]))
    if text["tier"] and text["tier"] not in tiers:
        problems.append(Problem(row, "tier", "tier_unknown", text["tier"], ", ".join(tiers)))
    place = {column: _degrees(row, column, text[column], problems) for column in LIMITS}
    if bool(text["lat"]) != bool(text["lon"]):
        problems.append(Problem(row, "lon" if text["lat"] else "lat", "place_incomplete"))
    words = {column: text[column] for column in COLUMNS if column not in LIMITS}
    return UnitLine(row=row, **words, lat=place["lat"], lon=place["lon"]), problems


def _degrees(row: int, column: str, text: str, problems: list[Problem]) -> float | None:
    if not text:
        return None
    if not _DECIMAL.fullmatch(text):
        problems.append(Problem(row, column, "number_invalid", text))
        return None
    number = float(text)
    if abs(number) > LIMITS[column]:
        problems.append(Problem(row, column, "number_out_of_range", text, f"{LIMITS[column]:g}"))
        return None
    return number
