"""How endpoints join a meeting that do not take a port of their own bridge, as pages show it and forms carry it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rooms.scheduling.ways import Way, WayKind, WayOut
from rooms.selectors import endpoints_named

_CODE = r"[0-9A-Za-z._-]{1,40}"
_WRITTEN = re.compile(rf"({_CODE}):(?:(bridge|relay):({_CODE})|receive)")


@dataclass(frozen=True)
class JoinRow:
    """Endpoints that join in the same way. `target`: code of the bridge or of the endpoint that relays, "" for
    television; `target_name` of the latter. `written`: as the booking form carries it."""

    kind: WayKind
    target: str
    target_name: str
    codes: Sequence[str]
    names: Sequence[str]

    @property
    def others(self) -> int:
        """How many endpoints beside the first that is named."""
        return len(self.codes) - 1

    @property
    def written(self) -> str:
        way = ":".join(filter(None, [self.kind, self.target]))
        return ",".join(f"{code}:{way}" for code in self.codes)


@dataclass(frozen=True)
class OutRow:
    """A way out of a shortage, for one button: `target` when all change to the same one."""

    kind: WayKind
    target: str
    codes: Sequence[str]
    names: Sequence[str]
    written: str


def join_rows(ways: Mapping[str, Way]) -> list[JoinRow]:
    """The ways, those that are the same together, in the order of their endpoints. One query, none for no ways."""
    return _rows(ways, _names([ways]))


def out_rows(found: Sequence[Sequence[WayOut]]) -> list[list[OutRow]]:
    """The ways out of several shortages as buttons, in their order. One query, none for no ways out."""
    names = _names([out.ways for outs in found for out in outs])
    return [[_out_row(out, names) for out in outs] for outs in found]


def _out_row(out: WayOut, names: Mapping[str, str]) -> OutRow:
    rows = _rows(out.ways, names)
    codes = list(out.ways)
    return OutRow(
        kind=out.kind,
        target=rows[0].target if len(rows) == 1 else "",
        codes=codes,
        names=[names.get(code, code) for code in codes],
        written=",".join(row.written for row in rows),
    )


def _names(found: Iterable[Mapping[str, Way]]) -> dict[str, str]:
    codes = {code for ways in found for code in ways}
    codes |= {way.relay for ways in found for way in ways.values() if way.relay is not None}
    return {code: row.display_name for code, row in endpoints_named(codes).items()} if codes else {}


def _rows(ways: Mapping[str, Way], names: Mapping[str, str]) -> list[JoinRow]:
    together: dict[tuple[WayKind, str], list[str]] = {}
    for code, way in ways.items():
        together.setdefault((way.kind, way.bridge or way.relay or ""), []).append(code)
    return [
        JoinRow(kind, target, names.get(target, target), codes, [names.get(code, code) for code in codes])
        for (kind, target), codes in together.items()
    ]


def written_ways(ways: Mapping[str, Way]) -> str:
    """The ways as a form carries them."""
    return ",".join(row.written for row in _rows(ways, {}))


def read_written(parts: Iterable[str]) -> dict[str, Way]:
    """The ways of a form's hidden fields; what cannot be read is left out: nobody typed it."""
    ways = {}
    for part in parts:
        match = _WRITTEN.fullmatch(part)
        if match is not None:
            code, kind, target = match.groups()
            if kind == "bridge":
                ways[code] = Way(bridge=target)
            else:
                ways[code] = Way(relay=target) if kind == "relay" else Way(receive=True)
    return ways
