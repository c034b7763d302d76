"""Bridges and endpoints as files: what their columns mean, and everything that can be wrong, by row and column.

UTF-8, comma separated, columns in any order, more columns are ignored.

    bridges     code,name,unit,ports,parent,link_ports            parent and link_ports may be empty
    endpoints   code,name,name_en,unit,tier,bridge,seats,active   all but code and unit may be empty

An endpoint without a name is called as its unit, without a tier it is of its unit's, without a bridge it takes no port,
without seats it has 30; `active` is yes or no, empty for yes.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from accounts.errors import DomainError
from accounts.text import nfc
from accounts.units.rows import Problem

BRIDGE_COLUMNS: Final = ("code", "name", "unit", "ports", "parent", "link_ports")
ENDPOINT_COLUMNS: Final = ("code", "name", "name_en", "unit", "tier", "bridge", "seats", "active")
SEATS: Final = 30
MOST: Final = 100_000
LONGEST: Final = {"code": 20, "name": 120, "name_en": 150}
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]*")
_WHOLE = re.compile(r"[0-9]{1,9}")
_YES_NO: Final = {"": True, "yes": True, "no": False}
_Line = TypeVar("_Line", "BridgeLine", "EndpointLine")


class EquipmentRejected(DomainError):
    """The file cannot be taken over, and nothing of it was. ``params["problems"]`` holds every Problem found.

    Reasons beside those of units: ``unit_missing``, ``bridge_missing``, ``yes_no_invalid``, and ``ports_in_use`` or
    ``links_in_use`` (value: the bridge, detail: how many meetings to come take at one time).
    """

    code = "equipment_rejected"
    status = 422

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda each: (each.row, each.column)))
        super().__init__(problems=self.problems)


@dataclass(frozen=True, slots=True)
class BridgeLine:
    """One bridge; `parent` is "" for the top, `link_ports` None for as many as there are ports."""

    row: int
    code: str
    name: str
    unit: str
    ports: int
    parent: str
    link_ports: int | None


@dataclass(frozen=True, slots=True)
class EndpointLine:
    """One endpoint; `name`, `tier` and `bridge` are "" where the file says nothing."""

    row: int
    code: str
    name: str
    name_en: str
    unit: str
    tier: str
    bridge: str
    seats: int
    active: bool


def parse_bridges(content: bytes) -> list[BridgeLine]:
    """The bridges of the file, in its order. Raises EquipmentRejected."""
    return _parsed(content, BRIDGE_COLUMNS, _bridge)


def parse_endpoints(content: bytes) -> list[EndpointLine]:
    """The endpoints of the file, in its order. Raises EquipmentRejected."""
    return _parsed(content, ENDPOINT_COLUMNS, _endpoint)


def circles(lines: Iterable[BridgeLine], standing: Mapping[str, str]) -> list[Problem]:
    """Bridges that hang under themselves. `standing`: code → parent of those that are not in the file."""
    by_code = {line.code: line for line in lines}
    parent_of = {**standing, **{line.code: line.parent for line in by_code.values()}}
    problems = []
    for line in by_code.values():
        trail, step = [line.code], line.parent
        while step and step not in trail:
            trail.append(step)
            step = parent_of.get(step, "")
        if step == line.code:
            problems.append(Problem(line.row, "parent", "parent_cycle", line.code, " → ".join([*trail, step])))
    return problems


_Read = Callable[[int, Mapping[str, str], list[Problem]], _Line]


def _parsed(content: bytes, columns: Sequence[str], read: _Read[_Line]) -> list[_Line]:
    problems: list[Problem] = []
    lines: list[_Line] = []
    rows: dict[str, int] = {}
    for row, cells in _rows(content, columns, problems):
        for column in ("code", "unit"):
            if not cells[column]:
                problems.append(Problem(row, column, "empty"))
        for column, longest in LONGEST.items():
            if len(cells.get(column, "")) > longest:
                problems.append(Problem(row, column, "too_long", cells[column], str(longest)))
        if cells["code"] and not _CODE.fullmatch(cells["code"]):
            problems.append(Problem(row, "code", "code_invalid", cells["code"]))
        if cells["code"] in rows:
            problems.append(Problem(row, "code", "duplicate_code", cells["code"], str(rows[cells["code"]])))
        rows.setdefault(cells["code"], row)
        lines.append(read(row, cells, problems))
    if problems:
        raise EquipmentRejected(problems)
    return lines


def _rows(content: bytes, columns: Sequence[str], problems: list[Problem]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Rows that are not blank, with their numbers as a spreadsheet counts them."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise EquipmentRejected([Problem(content.count(b"\n", 0, error.start) + 1, "", "not_utf8")]) from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        heads = [head.strip() for head in next(reader, [])]
        if missing := [column for column in columns if column not in heads]:
            raise EquipmentRejected(Problem(1, column, "column_missing") for column in missing)
        for row, cells in enumerate(reader, start=2):
            if len(cells) != len(heads):
                if any(cell.strip() for cell in cells):
                    problems.append(Problem(row, "", "cells_wrong", str(len(cells)), str(len(heads))))
            elif any(cell.strip() for cell in cells):
                named = dict(zip(heads, cells, strict=True))
                yield row, {column: nfc(named[column]).strip() for column in columns}
    except csv.Error:
        problems.append(Problem(reader.line_num, "", "not_a_table"))


def _bridge(row: int, cells: Mapping[str, str], problems: list[Problem]) -> BridgeLine:
    if not cells["name"]:
        problems.append(Problem(row, "name", "empty"))
    ports = _whole(row, "ports", cells["ports"], problems)
    links = _whole(row, "link_ports", cells["link_ports"], problems) if cells["link_ports"] else None
    return BridgeLine(row, cells["code"], cells["name"], cells["unit"], ports, cells["parent"], links)


def _endpoint(row: int, cells: Mapping[str, str], problems: list[Problem]) -> EndpointLine:
    seats = _whole(row, "seats", cells["seats"], problems) if cells["seats"] else SEATS
    if cells["active"].lower() not in _YES_NO:
        problems.append(Problem(row, "active", "yes_no_invalid", cells["active"]))
    words = {column: cells[column] for column in ("code", "name", "name_en", "unit", "tier", "bridge")}
    return EndpointLine(row=row, **words, seats=seats, active=_YES_NO.get(cells["active"].lower(), True))


def _whole(row: int, column: str, text: str, problems: list[Problem]) -> int:
    if not _WHOLE.fullmatch(text) or int(text) > MOST:
        problems.append(Problem(row, column, "whole_number_invalid", text, str(MOST)))
        return 0
    return int(text)
