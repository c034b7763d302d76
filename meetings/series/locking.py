"""The row lock of a series: the first that an act on a series takes, before bookings, endpoints and bridges (rooms)."""

from collections.abc import Collection, Iterable

from meetings.planning.models import Meeting, Series
from meetings.series.outlook import DateOutlook
from rooms.locking import lock_bridges, lock_endpoints
from rooms.models import Booking


def lock_series(series: Series) -> Series:
    """The series as it is now, locked until the end of the transaction."""
    return (
        Series.objects.select_for_update(of=("self",), no_key=True)
        .select_related("unit", "created_by")
        .get(pk=series.pk)
    )


def lock_meetings_rooms(meetings: Iterable[Meeting]) -> None:
    """Lock the bookings of these meetings in the order of their ids, before they are let go one after the other."""
    _lock_bookings([each.booking_id for each in meetings if each.booking_id is not None])


def _lock_bookings(ids: Collection[int]) -> None:
    if ids:
        rows = Booking.objects.filter(pk__in=ids).select_for_update(no_key=True)
        list(rows.order_by("pk").values_list("pk"))


def lock_rooms(looked: Iterable[DateOutlook], bookings: Collection[int] = ()) -> None:
    """Lock the bookings by id, then all endpoints and all bridges that the dates take, each in the order of their ids:
    afterwards one date is booked after the other without waiting."""
    _lock_bookings(bookings)
    listed = list(looked)
    codes = {code for each in listed if each.wanted.request for code in each.wanted.request.endpoints}
    bridges = {peak.bridge for each in listed if each.verdict for peak in each.verdict.port_peaks}
    lock_endpoints(sorted(codes))
    lock_bridges(sorted(bridges))
