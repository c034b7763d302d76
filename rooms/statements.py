"""What every check and every search reads of the bookings, and what a reservation writes, as plain statements.

Building them by the ORM took half of the time of a check (decision 0018). Whatever overlaps a window began less than
48 hours before it: nothing is held for longer, and that bounds the range scan over the start (performance.md, 4).
Windows are one or several, endpoints and bookings are named by id.
"""

import datetime as dt
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection

from rooms.scheduling.intervals import Interval

LONGEST_HOLD = dt.timedelta(hours=48)
SCAN = LONGEST_HOLD + dt.timedelta(seconds=1)

Windows = Interval | Sequence[Interval]
"""A window of time, or several: the dates of a series are looked at in one query."""
Parameters = list[Any]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Endpoints by id, said by the shorter list: those ``named``, or ``all_but`` those; ``number`` of them."""

    named: tuple[int, ...]
    number: int
    all_but: bool = False


def windows_of(window: Windows) -> Sequence[Interval]:
    return [window] if isinstance(window, Interval) else window


def shares(window: Windows, endpoints: Chosen) -> list[tuple[int, Interval, int]]:
    """Endpoint, time and booking of every share in force."""
    when, parameters = _overlapping(window, SCAN)
    who, named = _among("endpoint_id", endpoints)
    found = _rows(
        f"SELECT endpoint_id, {_time('starts_at')}, {_time('ends_at')}, booking_id FROM rooms_bookedendpoint"
        f" WHERE NOT released AND {when} AND {who} ORDER BY starts_at, id",
        [*parameters, *named],
    )
    return [(endpoint, _interval(start, end), booking) for endpoint, start, end, booking in found]


FEW = 50
"""Up to so many endpoints are looked for by their shares."""


def spans(window: Interval, endpoints: Chosen, without: int | None) -> list[Interval]:
    """The times at which any of the endpoints is taken, each once, however many share it; but for one booking's.

    Of few endpoints their shares are read; of many the bookings, whose hold is that of each of their shares, until one
    share is found: for 208 endpoints half of the time.
    """
    few = endpoints.number <= FEW
    start, end = ("starts_at", "ends_at") if few else ("hold_starts_at", "hold_ends_at")
    when, parameters = _overlapping(window, SCAN, "hold_" if not few else "")
    who, named = _among("endpoint_id", endpoints)
    sources = (
        f"rooms_bookedendpoint WHERE NOT released AND {when} AND {who} AND booking_id <> %s"
        if few
        else f"rooms_booking b WHERE {when} AND EXISTS (SELECT 1 FROM rooms_bookedendpoint s"
        f" WHERE s.booking_id = b.id AND NOT s.released AND {who}) AND b.id <> %s"
    )
    found = _rows(f"SELECT DISTINCT {_time(start)}, {_time(end)} FROM {sources}", [*parameters, *named, without or 0])
    return [_interval(start, end) for start, end in found]


def port_sums(window: Interval, without: int | None) -> list[tuple[Interval, list[tuple[int, int, int]]]]:
    """At each time at which ports are taken: bridge, ports and links that are taken together at just this time; but for
    one booking's."""
    when, parameters = _overlapping(window, SCAN)
    sums = (
        "SELECT bridge_id, starts_at, ends_at, SUM(ports) AS ports, SUM(links) AS links FROM rooms_bookedports"
        f" WHERE NOT released AND {when} AND booking_id <> %s GROUP BY bridge_id, starts_at, ends_at"
    )
    # A list for each time: reading a time once for each of 150 bridges took longer than the search.
    listed = (
        "json_group_array(json_array(bridge_id, ports, links))"
        if connection.vendor == "sqlite"
        else "CAST(json_agg(json_build_array(bridge_id, ports, links)) AS text)"
    )
    found = _rows(
        f"SELECT {_time('starts_at')}, {_time('ends_at')}, {listed} FROM ({sums}) sums GROUP BY starts_at, ends_at",
        [*parameters, without or 0],
    )
    return [(_interval(start, end), json.loads(taken)) for start, end, taken in found]


def ports(window: Windows) -> list[tuple[int, Interval, int, int, int, str]]:
    """Bridge, time, ports, links, booking and its title, of every booking in force; by booking."""
    when, parameters = _overlapping(window, SCAN, "p.")
    found = _rows(
        f"SELECT p.bridge_id, {_time('p.starts_at')}, {_time('p.ends_at')}, p.ports, p.links, p.booking_id, b.title"
        " FROM rooms_bookedports p JOIN rooms_booking b ON b.id = p.booking_id"
        f" WHERE NOT p.released AND {when} ORDER BY p.booking_id, p.bridge_id",
        parameters,
    )
    return [
        (bridge, _interval(start, end), number, links, booking, title)
        for bridge, start, end, number, links, booking, title in found
    ]


def holders(bookings: Iterable[int]) -> dict[int, tuple[str, str, str, str, str]]:
    """Title, owner's name and telephone, name of the unit and state of these bookings. None asked, no query."""
    named = list(dict.fromkeys(bookings))
    if not named:
        return {}
    who, parameters = _in("b.id", named)
    found = _rows(
        "SELECT b.id, b.title, b.owner_name, b.owner_phone, u.name, b.state"
        f" FROM rooms_booking b JOIN accounts_unit u ON u.id = b.unit_id WHERE {who}",
        parameters,
    )
    return {booking: (title, name, phone, unit, state) for booking, title, name, phone, unit, state in found}


def closures(window: Windows, endpoints: Chosen) -> list[tuple[int, Interval, str, str]]:
    """Endpoint, time, reason and reporter of what is out of service."""
    when, parameters = _overlapping(window, None)
    who, named = _among("endpoint_id", endpoints)
    found = _rows(
        "SELECT endpoint_id, starts_at, ends_at, reason, reported_by FROM rooms_closure"
        f" WHERE {when} AND {who} ORDER BY starts_at, id",
        [*parameters, *named],
    )
    return [(endpoint, _interval(start, end), reason, reporter) for endpoint, start, end, reason, reporter in found]


Joining = tuple[str, int | None, int | None]
"""Way, id of the bridge, id of the endpoint that relays: as a share writes them."""


def write_shares(booking: int, hold: Interval, joined: Mapping[int, Joining]) -> None:
    """Write a share in force for each endpoint. Raises IntegrityError when somebody else has one of them."""
    starts_at, ends_at = (connection.ops.adapt_datetimefield_value(moment) for moment in (hold.start, hold.end))
    if connection.vendor == "sqlite":
        listed: Parameters = [json.dumps([[endpoint, *joining] for endpoint, joining in joined.items()])]
        columns = ", ".join(f"json_extract(value, '$[{place}]')" for place in range(4))
        source = f"SELECT {columns} FROM json_each(%s)"
    else:
        ways, bridges, relays = ([joining[place] for joining in joined.values()] for place in range(3))
        listed = [list(joined), ways, bridges, relays]
        source = "SELECT * FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::bigint[])"
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH listed (endpoint, way, bridge, relay) AS ({source})"
            " INSERT INTO rooms_bookedendpoint"
            " (booking_id, starts_at, ends_at, released, endpoint_id, way, bridge_id, relay_id)"
            " SELECT %s, %s, %s, %s, endpoint, way, bridge, relay FROM listed",
            [*listed, booking, starts_at, ends_at, False],
        )


def _overlapping(window: Windows, scan: dt.timedelta | None, of: str = "") -> tuple[str, Parameters]:
    """What overlaps the window or one of the windows; `scan`: nothing is longer than this."""
    parts: list[str] = []
    parameters: Parameters = []
    for each in windows_of(window):
        bounds = [each.end, each.start] if scan is None else [each.end, each.start, each.start - scan]
        begins = "" if scan is None else f" AND {of}starts_at > %s"
        parts.append(f"({of}starts_at < %s AND {of}ends_at > %s{begins})")
        parameters += [connection.ops.adapt_datetimefield_value(moment) for moment in bounds]
    return (f"({' OR '.join(parts)})" if parts else "FALSE"), parameters


def _among(column: str, chosen: Chosen) -> tuple[str, Parameters]:
    if chosen.all_but and not chosen.named:
        return "TRUE", []
    said, parameters = _in(column, chosen.named)
    return (f"NOT ({said})" if chosen.all_but else said), parameters


def _in(column: str, values: Collection[int]) -> tuple[str, Parameters]:
    if connection.vendor == "sqlite":
        return f"{column} IN (SELECT value FROM json_each(%s))", [json.dumps(list(values))]
    return f"{column} = ANY(%s::bigint[])", [list(values)]


def _rows(sql: str, parameters: Parameters) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


@lru_cache(maxsize=10_000)
def _interval(start: dt.datetime | str, end: dt.datetime | str) -> Interval:
    """Many endpoints are taken at the same times: each is made once. Half of a search of 31,000 was making them."""
    return Interval(_moment(start), _moment(end))


def _moment(value: dt.datetime | str) -> dt.datetime:
    """SQLite keeps times in UTC and does not say so."""
    moment = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=dt.UTC)


def _time(column: str) -> str:
    """The column as it is quickest to read: SQLite's own text, of which most is known already."""
    return f"CAST({column} AS text)" if connection.vendor == "sqlite" else column
