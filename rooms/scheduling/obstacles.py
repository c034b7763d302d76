"""Conflicts as people read them: one obstacle per booking, closure, bridge or link, and the plain data of each."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime

from rooms.scheduling.conflicts import (
    BridgeUnreachable,
    Conflict,
    EndpointBusy,
    EndpointClosed,
    EndpointInvalid,
    LinkExhausted,
    PortsExhausted,
)
from rooms.scheduling.intervals import Interval, hull
from rooms.scheduling.ways import Way

ORDER = tuple(
    each.kind
    for each in (EndpointBusy, EndpointClosed, EndpointInvalid, PortsExhausted, LinkExhausted, BridgeUnreachable)
)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One entry of the conflict sheet: all conflicts that one booking, closure, bridge or link stands for.

    ``endpoints`` without repeats, in the order of the conflicts (of ports and links: the first that does not fit,
    if any). ``interval``: from when to when the obstacle itself lasts; ``overlap``: the span of it that falls into
    the hold wanted. What the conflicts share (owner, title, reason, bridge) is read from ``first``.
    """

    kind: str
    conflicts: tuple[Conflict, ...]
    endpoints: tuple[str, ...]
    interval: Interval
    overlap: Interval

    @property
    def first(self) -> Conflict:
        return self.conflicts[0]


def group_conflicts(conflicts: Iterable[Conflict]) -> list[Obstacle]:
    """The obstacles of the conflict sheet: busy, closed, not valid, ports, links, unreachable; in each kind the one
    with most endpoints first, then in the order of the conflicts.

    Closures are one obstacle when cause, reason, reporter and time agree; endpoints outside their validity when the
    reason and the days agree.
    """
    together: dict[Hashable, list[Conflict]] = {}
    for conflict in conflicts:
        together.setdefault((conflict.kind, _cause(conflict)), []).append(conflict)
    obstacles = [_obstacle(members) for members in together.values()]
    return sorted(obstacles, key=lambda each: (ORDER.index(each.kind), -len(each.endpoints)))


def _cause(conflict: Conflict) -> Hashable:
    match conflict:
        case EndpointBusy():
            return conflict.booking
        case EndpointClosed():
            return conflict.cause, conflict.reason, conflict.reported_by, conflict.interval
        case EndpointInvalid():
            return conflict.reason, conflict.valid_from, conflict.valid_to
        case _:
            return conflict.bridge


def _obstacle(conflicts: list[Conflict]) -> Obstacle:
    endpoints: dict[str, None] = {}
    intervals, overlaps = [], []
    for conflict in conflicts:
        match conflict:
            case EndpointBusy() | EndpointClosed():
                endpoints[conflict.endpoint] = None
                intervals.append(conflict.interval)
                overlaps.append(conflict.overlap)
            case EndpointInvalid():
                endpoints[conflict.endpoint] = None
                intervals.append(conflict.overlap)
                overlaps.append(conflict.overlap)
            case BridgeUnreachable():
                endpoints.update(dict.fromkeys(conflict.endpoints))
                intervals.append(conflict.interval)
                overlaps.append(conflict.interval)
            case _:
                endpoints.update({conflict.first_endpoint: None} if conflict.first_endpoint is not None else {})
                intervals.append(conflict.interval)
                overlaps.append(conflict.interval)
    return Obstacle(
        kind=conflicts[0].kind,
        conflicts=tuple(conflicts),
        endpoints=tuple(endpoints),
        interval=hull(intervals),
        overlap=hull(overlaps),
    )


def as_data(conflict: Conflict) -> dict[str, object]:
    """The conflict as JSON-ready data: ``kind``, then its fields.

    An interval is ``{"starts_at", "ends_at"}`` (RFC 3339 with the offset it came with). Every item has ``endpoint``:
    of ports, links and unreachable bridges it is the first one that does not fit (null: none of this meeting's).
    """
    data: dict[str, object] = {"kind": conflict.kind}
    data["endpoint"] = conflict.endpoint if hasattr(conflict, "endpoint") else conflict.first_endpoint
    data.update({each.name: _plain(getattr(conflict, each.name)) for each in fields(conflict)})
    return data


def _plain(value: object) -> object:
    if isinstance(value, Interval):
        return {"starts_at": value.start.isoformat(), "ends_at": value.end.isoformat()}
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, Way):
        return value.as_data()
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    return value
