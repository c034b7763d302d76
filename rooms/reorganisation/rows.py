"""The sheets of a reorganisation: which of three a file is, what its rows say, and every cell that does not fit. Pure.

    mapping     old_code,new_code,share                          share: whole, main part or part; empty for whole
    units       code,name,kind,tier,parent_code,lat,lon          as `load_units` takes it (accounts.units.rows)
    endpoints   endpoint,new_unit,new_name,new_bridge,closes_on  what is empty stays as it follows by itself

Heads may be in English or Vietnamese, in any order; more columns are ignored.
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from accounts.cells import HEADER_WITHIN, Line, Sheet
from accounts.errors import DomainError
from accounts.text import fold, nfc
from accounts.units.rows import COLUMNS, Problem, UnitLine, UnitsRejected, parse_units
from rooms.reorganisation.plan import MAIN, PART, SHARES, WHOLE, Shares

MOST_PROBLEMS: Final = 200
_HEADS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "old_code": ("old code", "ma cu", "ma don vi cu"),
        "new_code": ("new code", "ma moi", "ma don vi moi"),
        "share": ("share", "phan", "phan chuyen"),
        "code": ("code", "ma", "ma don vi"),
        "name": ("name", "ten", "ten don vi"),
        "kind": ("kind", "loai"),
        "tier": ("tier", "cap"),
        "parent_code": ("parent code", "ma cap tren", "ma don vi cap tren"),
        "lat": ("lat", "vi do"),
        "lon": ("lon", "kinh do"),
        "endpoint": ("endpoint", "diem cau", "ma diem cau"),
        "new_unit": ("new unit", "thuoc don vi moi"),
        "new_name": ("new name", "ten moi"),
        "new_bridge": ("new bridge", "mcu moi"),
        "closes_on": ("closes on", "dong tu ngay"),
    }
)
_FIELD_OF: Final = {alias: field for field, aliases in _HEADS.items() for alias in aliases}
_SHARE_OF: Final = {
    "": WHOLE,
    "whole": WHOLE,
    "toan bo": WHOLE,
    "main part": MAIN,
    "phan lon": MAIN,
    "phan chinh": MAIN,
    "part": PART,
    "mot phan": PART,
}
_DAY: Final = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})|(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)


class ReorganisationRejected(DomainError):
    """The file was not taken over, and nothing of it was. ``params["problems"]`` holds what is wrong, up to 200."""

    code = "reorganisation_rejected"
    status = 422

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda each: (each.row, each.column)))[:MOST_PROBLEMS]
        super().__init__(problems=self.problems)


@dataclass(frozen=True, slots=True)
class EndpointRow:
    """What is wished for one endpoint; empty texts and None wish for nothing."""

    row: int
    code: str
    unit: str
    name: str
    bridge: str
    closes_on: dt.date | None


@dataclass(frozen=True, slots=True)
class PassageSheet:
    """Old code → its shares in the order of the file, and the row where each old code stands first."""

    shares: Mapping[str, Shares]
    rows: Mapping[str, int]


Content = PassageSheet | list[UnitLine] | list[EndpointRow]


def field_of(head: str) -> str | None:
    """The column that a head names, None for one that is not used."""
    bare = re.sub(r"\([^)]*\)", " ", fold(head))
    return _FIELD_OF.get(" ".join(re.findall(r"[a-z0-9]+", bare)))


def known_columns(cells: Sequence[str]) -> int:
    return len({field_of(cell) for cell in cells} - {None})


def read_sheet(sheet: Sheet, tiers: Collection[str]) -> Content:
    """What the sheet says. Raises ReorganisationRejected with every problem found."""
    header = next((line for line in sheet.lines[:HEADER_WITHIN] if known_columns(line.cells) >= 2), None)
    if header is None:
        raise ReorganisationRejected([Problem(1, "", "heads_unknown")])
    places = {field: place for place, head in enumerate(header.cells) if (field := field_of(head)) is not None}
    lines = [line for line in sheet.lines if line.number > header.number]
    if not lines:
        raise ReorganisationRejected([Problem(header.number, "", "no_rows")])
    heads = {field: header.cells[place] for field, place in places.items()}
    if {"old_code", "new_code"} <= set(places):
        return _mapping(lines, places, heads)
    if "endpoint" in places:
        return _endpoints(lines, places, heads)
    if {"code", "parent_code"} <= set(places):
        return _units(lines, places, heads, tiers)
    raise ReorganisationRejected([Problem(header.number, "", "heads_unknown")])


def _cell(line: Line, places: Mapping[str, int], field: str) -> str:
    place = places.get(field)
    return nfc(line.cells[place]).strip() if place is not None and place < len(line.cells) else ""


def _mapping(lines: Iterable[Line], places: Mapping[str, int], heads: Mapping[str, str]) -> PassageSheet:
    problems: list[Problem] = []
    shares: dict[str, dict[str, str]] = {}
    rows: dict[str, int] = {}
    for line in lines:
        old, new = _cell(line, places, "old_code"), _cell(line, places, "new_code")
        said = _cell(line, places, "share")
        share = _SHARE_OF.get(" ".join(fold(said).split()))
        for field, text in (("old_code", old), ("new_code", new)):
            if not text:
                problems.append(Problem(line.number, heads[field], "empty"))
            elif len(text) > 16:
                problems.append(Problem(line.number, heads[field], "too_long", text[:40], "16"))
        if share is None:
            problems.append(Problem(line.number, heads["share"], "share_unknown", said[:40]))
        else:
            # The same pair twice (two quarters of one ward, in the official list) counts once, with the greater share.
            parts, rank = shares.setdefault(old, {}), SHARES.index
            parts[new] = min(share, parts.get(new, share), key=rank)
            rows.setdefault(old, line.number)
    for old, parts in shares.items():
        if len(parts) > 1 and WHOLE in parts.values():
            problems.append(Problem(rows[old], heads["old_code"], "whole_and_parts", old))
    if problems:
        raise ReorganisationRejected(problems)
    return PassageSheet({old: tuple(parts.items()) for old, parts in shares.items()}, rows)


def _endpoints(lines: Iterable[Line], places: Mapping[str, int], heads: Mapping[str, str]) -> list[EndpointRow]:
    problems: list[Problem] = []
    found: dict[str, EndpointRow] = {}
    for line in lines:
        code, name = _cell(line, places, "endpoint"), _cell(line, places, "new_name")
        said = _cell(line, places, "closes_on")
        day = read_day(said)
        if not code:
            problems.append(Problem(line.number, heads["endpoint"], "empty"))
        elif code in found:
            problems.append(Problem(line.number, heads["endpoint"], "duplicate_code", code, str(found[code].row)))
        if len(name) > 150:
            problems.append(Problem(line.number, heads["new_name"], "too_long", name[:40], "150"))
        if said and day is None:
            problems.append(Problem(line.number, heads["closes_on"], "day_invalid", said[:40]))
        unit, bridge = _cell(line, places, "new_unit"), _cell(line, places, "new_bridge")
        found.setdefault(code, EndpointRow(line.number, code, unit, name, bridge, day))
    if problems:
        raise ReorganisationRejected(problems)
    return list(found.values())


def read_day(text: str) -> dt.date | None:
    """A day written 01/07/2025 or 2025-07-01."""
    found = _DAY.fullmatch(text.strip())
    if found is None:
        return None
    day, month, year = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


def _units(
    lines: Sequence[Line], places: Mapping[str, int], heads: Mapping[str, str], tiers: Collection[str]
) -> list[UnitLine]:
    """The list of units by the one reader of such lists; rows keep the numbers that the person sees."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    number = 1
    for line in lines:
        for _blank in range(number + 1, line.number):
            writer.writerow([])
        writer.writerow([_cell(line, places, field) for field in COLUMNS])
        number = line.number
    try:
        return parse_units(out.getvalue().encode(), tiers)
    except UnitsRejected as rejected:
        named = [
            Problem(each.row, heads.get(each.column, each.column), each.reason, each.value, each.detail)
            for each in rejected.problems
        ]
        raise ReorganisationRejected(named) from None


def zeros_lost(code: str, known: Collection[str]) -> str:
    """The code that is probably meant where a spreadsheet took the zeros in front away: "688" for "00688"."""
    fitting = [padded for width in (2, 3, 5) if (padded := code.zfill(width)) in known]
    return fitting[0] if code.isdecimal() and code not in known and fitting else ""
