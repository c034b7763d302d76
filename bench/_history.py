"""A network of any size with ten years of bookings, written past the actions: the ground of bench/scheduling.py.

Three windows of 90 minutes a day (07:30, 09:30, 14:00), in each so many endpoints that ten years make the
number of shares asked for; bookings of twenty endpoints. The days run from ten years ago to five weeks ahead.
"""

import datetime as dt
import io
import random
import time
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction

from accounts.decision import Role
from accounts.models import Membership, Unit, User
from rooms.models import BookedEndpoint, BookedPorts, Booking, Bridge, Endpoint
from rooms.scheduling.conflicts import OFFICE_ZONE

WINDOWS = (dt.time(7, 30), dt.time(9, 30), dt.time(14, 0))
LENGTH = dt.timedelta(minutes=90)
PER_BOOKING = 20
DAYS_BACK, DAYS_AHEAD = 3650, 35
SINCE = dt.date(2000, 1, 1)
guard = import_module("rooms.migrations.0002_endpoint_exclusion")

Row = tuple[object, ...]


def build(endpoints: int, shares: int, *, anew: bool = False) -> float:
    """Migrate the database of the settings and fill it, unless it holds just that already. Returns seconds taken."""
    began = time.perf_counter()
    call_command("migrate", verbosity=0, interactive=False)
    if not anew and (Endpoint.objects.count(), BookedEndpoint.objects.count() >= shares) == (endpoints, True):
        return time.perf_counter() - began
    call_command("flush", verbosity=0, interactive=False)
    import_module("rooms.migrations.0003_tiers").add_tiers(_Apps, _Schema)
    _network(endpoints)
    _history(shares)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return time.perf_counter() - began


class _Apps:
    @staticmethod
    def get_model(app: str, name: str) -> object:
        from django.apps import apps

        return apps.get_model(app, name)


class _Schema:
    connection = connection


def _network(number: int) -> None:
    """A province (or the country), its bridges of 200 endpoints each, cascaded to the one of the top."""
    top = Unit.objects.create(
        code="00", name="Toàn mạng", kind="province", tier="province", path="/0/", valid_from=SINCE
    )
    user = User.objects.create(username="bench")
    Membership.objects.create(user=user, role=Role.SECRETARIAT.value, unit=top)
    root = Bridge.objects.create(code="MCU-00", name="Trung tâm", unit=top, ports=2 * number + 100)
    regional = Bridge.objects.bulk_create(
        Bridge(code=f"MCU-{n:03}", name=f"Vùng {n}", unit=top, ports=2 * number + 100, parent=root)
        for n in range(1, max(2, number // 200) + 1)
    )
    units = Unit.objects.bulk_create(
        Unit(
            code=f"U{n:03}",
            name=f"Huyện {n}",
            kind="district",
            tier="district",
            parent=top,
            path=f"/0/{n}/",
            valid_from=SINCE,
        )
        for n in range(1, max(2, number // 20) + 1)
    )
    Endpoint.objects.bulk_create(
        (
            Endpoint(
                code=f"X{n:05}",
                name=f"Điểm {n}",
                unit=units[n % len(units)],
                tier_id="commune",
                bridge=regional[n % len(regional)],
                valid_from=SINCE,
                search_text=f"x{n:05} diem {n}",
            )
            for n in range(number)
        ),
        batch_size=2000,
    )


def _history(shares: int) -> None:
    endpoints = list(Endpoint.objects.order_by("pk").values_list("pk", "bridge_id"))
    days = DAYS_BACK + DAYS_AHEAD
    per_window = min(len(endpoints), -(-shares // (days * len(WINDOWS))))
    user, unit = User.objects.get(username="bench"), Unit.objects.get(code="00")
    _without_guards()
    bookings: list[Row] = []
    booked: list[Row] = []
    ports: list[Row] = []
    for number, start, members in _sessions(endpoints, per_window):
        end = start + LENGTH
        bookings.append(
            (
                number,
                f"Giao ban {number}",
                "Người đặt",
                "0219 000 000",
                start,
                end,
                start,
                end,
                False,
                False,
                "booked",
                start,
                user.pk,
                unit.pk,
            )
        )
        booked.extend((start, end, False, number, endpoint, bridge, "port") for endpoint, bridge in members)
        counts: dict[int, int] = {}
        for _endpoint, bridge in members:
            counts[bridge] = counts.get(bridge, 0) + 1
        ports.extend((taken, 1, start, end, False, number, bridge) for bridge, taken in counts.items())
    with transaction.atomic():
        _write(
            Booking,
            "id,title,owner_name,owner_phone,starts_at,ends_at,hold_starts_at,hold_ends_at,local,fixed,state,created_at,owner_id,unit_id",
            bookings,
        )
        _write(BookedEndpoint, "starts_at,ends_at,released,booking_id,endpoint_id,bridge_id,way", booked)
        _write(BookedPorts, "ports,links,starts_at,ends_at,released,booking_id,bridge_id", ports)
    _with_guards()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT setval('rooms_booking_id_seq', (SELECT max(id) FROM rooms_booking))")


def _sessions(
    endpoints: list[tuple[int, int]], per_window: int
) -> Iterator[tuple[int, dt.datetime, list[tuple[int, int]]]]:
    lots = random.Random(208)
    today = dt.datetime.now(OFFICE_ZONE).date()
    number = 0
    for offset in range(-DAYS_BACK, DAYS_AHEAD):
        day = today + dt.timedelta(days=offset)
        for window in WINDOWS:
            chosen = lots.sample(endpoints, per_window)
            start = dt.datetime.combine(day, window, OFFICE_ZONE).astimezone(dt.UTC)
            for first in range(0, per_window, PER_BOOKING):
                number += 1
                yield number, start, chosen[first : first + PER_BOOKING]


def _write(model: type[Booking | BookedEndpoint | BookedPorts], columns: str, rows: list[Row]) -> None:
    table, names = model._meta.db_table, columns.split(",")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            text = io.StringIO()
            for row in rows:
                text.write("\t".join(str(value) for value in row) + "\n")
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                copy.write(text.getvalue())
        else:
            marks = ",".join(["%s"] * len(names))
            plain: list[tuple[Any, ...]] = [tuple(_plain(value) for value in row) for row in rows]
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", plain)


def _plain(value: object) -> Any:
    return value.strftime("%Y-%m-%d %H:%M:%S") if isinstance(value, dt.datetime) else value


def _without_guards() -> None:
    with connection.schema_editor(atomic=False) as editor:
        guard.tear_down(None, editor)


def _with_guards() -> None:
    with connection.schema_editor(atomic=False) as editor:
        guard.build(None, editor)
