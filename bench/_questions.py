"""What bench/scheduling.py asks: each question as the product answers it, and as bare SQL."""

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db import connection, transaction
from django.test import Client

from accounts.actions import issue_token
from accounts.models import Unit, User
from rooms.actions import check, reserve
from rooms.models import Endpoint
from rooms.occupancy import availability
from rooms.scheduling.conflicts import OFFICE_ZONE
from rooms.scheduling.intervals import Interval, gaps, merge
from rooms.slots import SlotSearch, free_slots
from rooms.wishes import BookingRequest

Question = tuple[str, Callable[[], object], Callable[[], object]]
BOUND = dt.timedelta(hours=48, seconds=1)
OVERLAPPING = "FROM rooms_bookedendpoint WHERE NOT released AND starts_at > %s AND starts_at < %s AND ends_at > %s"
OVERLAPPING_PORTS = OVERLAPPING.replace("bookedendpoint", "bookedports")
NAMES = "SELECT e.code, e.name, e.tier_id, u.name FROM rooms_endpoint e JOIN accounts_unit u ON u.id = e.unit_id"
LISTED = """
    SELECT e.code, e.name, s.starts_at, s.ends_at, b.id, b.starts_at, b.ends_at, b.title, b.owner_name, b.owner_phone,
           b.state, u.name
    FROM rooms_bookedendpoint s JOIN rooms_booking b ON b.id = s.booking_id
    JOIN rooms_endpoint e ON e.id = s.endpoint_id JOIN accounts_unit u ON u.id = b.unit_id
    WHERE NOT s.released AND s.starts_at > %s AND s.starts_at < %s AND s.ends_at > %s ORDER BY s.starts_at
"""


class _Undone(Exception):
    """Rolls a transaction back."""


def ahead(days: int, hour: int, minute: int = 0) -> dt.datetime:
    """A time of the office, so many days from now."""
    day = dt.datetime.now(OFFICE_ZONE).date() + dt.timedelta(days=days)
    return dt.datetime.combine(day, dt.time(hour, minute), OFFICE_ZONE)


def rows(sql: str, parameters: list[object]) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [_plain(each) for each in parameters])
        return list(cursor.fetchall())


def _plain(value: object) -> Any:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S") if connection.vendor == "sqlite" else value
    return value


class Asked:
    """A network of the size of the database, all of it wanted for an hour and a half three days ahead."""

    def __init__(self) -> None:
        self.user, self.unit = User.objects.get(username="bench"), Unit.objects.get(code="00")
        keys = dict(Endpoint.objects.order_by("code").values_list("code", "pk"))
        self.wish = BookingRequest(
            title="Toàn mạng",
            unit=self.unit,
            endpoints=tuple(keys),
            starts_at=ahead(3, 16),
            ends_at=ahead(3, 17, 30),
            host_endpoint=next(iter(keys)),
            setup_minutes=0,
        )
        self.turn = 0
        self.client, self.token = Client(), issue_token(None, self.user)
        self.where = SlotSearch(earliest=ahead(1, 0), horizon=ahead(15, 0))
        self.day = Interval(ahead(3, 0), ahead(4, 0))
        self.homes = list(Endpoint.objects.values_list("pk", "bridge_id"))
        # A whole large network is not named: everything is meant.
        self.among = "" if len(keys) > 900 else f" AND endpoint_id IN ({','.join(map(str, keys.values()))})"

    def taken(self, columns: str, window: Interval) -> list[tuple[object, ...]]:
        return rows(f"SELECT {columns} {OVERLAPPING}{self.among}", [window.start - BOUND, window.end, window.start])

    def check(self) -> None:
        assert check(self.wish).fits

    def check_anew(self) -> None:
        """A list that nobody has asked about lately: another one is left out each time."""
        self.turn = self.turn % (len(self.wish.endpoints) - 1) + 1
        codes = self.wish.endpoints
        assert check(replace(self.wish, endpoints=(*codes[: self.turn], *codes[self.turn + 1 :]))).fits

    def sql_check(self) -> None:
        window = Interval(self.wish.starts_at, self.wish.ends_at)
        assert not self.taken("endpoint_id, starts_at, ends_at, booking_id", window)
        closed = f"SELECT endpoint_id FROM rooms_closure WHERE starts_at < %s AND ends_at > %s{self.among}"
        assert not rows(closed, [window.end, window.start])
        rows(f"SELECT bridge_id, ports, links {OVERLAPPING_PORTS}", [window.start - BOUND, window.end, window.start])

    def over_http(self, selection: dict[str, list[str]]) -> None:
        """POST /meetings/check through all of the product but the network."""
        body = {
            "title": "Toàn mạng",
            "unit": "00",
            "chair": None,
            "starts_at": self.wish.starts_at.isoformat(),
            "ends_at": self.wish.ends_at.isoformat(),
            "setup_minutes": 0,
            "selection": selection,
        }
        answer = self.client.post(
            "/api/v1/meetings/check",
            json.dumps(body),
            content_type="application/json",
            headers={"authorization": f"Bearer {self.token}"},
        )
        assert answer.status_code == 200, answer.content

    def http(self) -> None:
        self.over_http({"tiers": ["commune"]})

    def http_of_one(self) -> None:
        self.over_http({"endpoints": [self.wish.endpoints[0]]})

    def slots(self) -> None:
        assert len(free_slots(self.wish, self.where)) == 3

    def sql_slots(self) -> object:
        window = Interval(self.where.earliest, self.where.horizon)
        taken = self.taken("DISTINCT starts_at, ends_at", window)
        return gaps(window, merge(Interval(_moment(one), _moment(two)) for one, two in taken))

    def availability(self) -> object:
        return availability(self.user, self.day)

    def sql_availability(self) -> object:
        return rows(NAMES, []), rows(LISTED, [self.day.start - BOUND, self.day.end, self.day.start])

    def reserve(self) -> None:
        undone(lambda: reserve(self.user, self.wish))

    def sql_reserve(self) -> None:
        undone(lambda: _insert(self.user.pk, self.unit.pk, self.homes, self.wish.starts_at, self.wish.ends_at))


def undone(act: Callable[[], object]) -> None:
    """The act in a transaction that is rolled back."""
    try:
        with transaction.atomic():
            act()
            raise _Undone
    except _Undone:
        pass


def questions() -> list[Question]:
    asked = Asked()
    return [
        ("check", asked.check, asked.sql_check),
        ("check of another list each time", asked.check_anew, asked.sql_check),
        ("check over HTTP", asked.http, asked.http_of_one),
        ("slots", asked.slots, asked.sql_slots),
        ("availability", asked.availability, asked.sql_availability),
        ("reserve", asked.reserve, asked.sql_reserve),
    ]


def _moment(value: object) -> dt.datetime:
    if isinstance(value, dt.datetime):
        return value if value.tzinfo else value.replace(tzinfo=dt.UTC)
    return dt.datetime.fromisoformat(str(value)).replace(tzinfo=dt.UTC)


def _insert(user: int, unit: int, homes: list[tuple[int, int]], start: dt.datetime, end: dt.datetime) -> None:
    """The booking, a share for each endpoint and its ports, as plain statements."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO rooms_booking (title,owner_name,owner_phone,starts_at,ends_at,hold_starts_at,hold_ends_at,local,fixed,state,created_at,owner_id,unit_id)"  # noqa: E501
            " VALUES (%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s) RETURNING id",
            [
                _plain(each)
                for each in ("Toàn mạng", "", "", start, end, start, end, False, False, "booked", start, user, unit)
            ],
        )
        (booking,) = cursor.fetchone()
        if connection.vendor == "postgresql":
            cursor.execute(
                "INSERT INTO rooms_bookedendpoint (starts_at,ends_at,released,booking_id,endpoint_id,bridge_id,way)"
                " SELECT %s,%s,false,%s,e,b,'port' FROM unnest(%s::bigint[], %s::bigint[]) AS t(e,b)",
                [start, end, booking, [pk for pk, _bridge in homes], [bridge for _pk, bridge in homes]],
            )
        else:
            cursor.execute(
                "INSERT INTO rooms_bookedendpoint (starts_at,ends_at,released,booking_id,endpoint_id,bridge_id,way)"
                " SELECT %s,%s,0,%s,json_extract(value,'$[0]'),json_extract(value,'$[1]'),'port' FROM json_each(%s)",
                [_plain(start), _plain(end), booking, json.dumps(homes)],
            )
