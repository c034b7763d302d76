"""The locks that every booking takes, in one order: booking, endpoints by id, bridges by id.

After them come the journal of the network, the row of the meeting and its own journal (planning). On SQLite the
transaction is the lock (BEGIN IMMEDIATE). FOR NO KEY UPDATE: writing a participant at an endpoint does not wait.
"""

from collections.abc import Callable, Collection
from typing import TypeVar

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import QuerySet

from rooms.errors import BookingConflict
from rooms.models import Booking, Bridge, Endpoint
from rooms.selectors import named

_Result = TypeVar("_Result")

SQLITE_GUARD = "endpoint_already_booked"
EXCLUSION, DEADLOCK, SERIALIZATION = "23P01", "40P01", "40001"


def lock_booking(booking: Booking) -> Booking:
    """The booking as it is now, locked until the end of the transaction."""
    return (
        Booking.objects.select_for_update(of=("self",), no_key=True)
        .select_related("unit", "host_endpoint")
        .get(pk=booking.pk)
    )


def lock_bookings(bookings: QuerySet[Booking]) -> None:
    """Lock these bookings in the order of their ids: none is changed or released meanwhile."""
    if connection.features.has_select_for_update:
        list(bookings.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk"))


def lock_endpoints(codes: Collection[str]) -> None:
    """Lock the endpoints of these codes in the order of their ids: nobody else books them meanwhile."""
    if connection.features.has_select_for_update:
        rows = named(Endpoint.objects.order_by("pk"), "code", codes)
        list(rows.select_for_update(no_key=True).values_list("pk"))


def lock_bridges(codes: Collection[str]) -> None:
    """Lock the bridges of these codes in the order of their ids: their ports cannot be given away twice."""
    if connection.features.has_select_for_update:
        list(Bridge.objects.filter(code__in=codes).select_for_update(no_key=True).order_by("pk").values_list("pk"))


def stopped_by_guard(error: Exception) -> bool:
    """Whether the database stopped a write because somebody else's was there first, or to undo a deadlock."""
    if SQLITE_GUARD in str(error):
        return True
    return getattr(error.__cause__, "sqlstate", None) in {EXCLUSION, DEADLOCK, SERIALIZATION}


def guarded(act: Callable[[], _Result]) -> _Result:
    """`act` in a transaction; once more when the database's last guard stopped it: it then sees what was in its way.

    Raises BookingConflict when it is stopped again.
    """
    for _attempt in ("first", "again"):
        try:
            with transaction.atomic():
                return act()
        except (IntegrityError, OperationalError) as error:
            if not stopped_by_guard(error):
                raise
    raise BookingConflict([])
