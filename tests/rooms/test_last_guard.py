"""The database's own refusal of overlapping bookings, and what the actions make of it."""

import datetime as dt

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from rooms import actions
from rooms.actions import reserve
from rooms.errors import BookingConflict
from rooms.locking import guarded, stopped_by_guard
from rooms.models import BookedEndpoint, Booking
from rooms.network import Network
from rooms.occupancy import claims_in
from rooms.scheduling.conflicts import Claim
from rooms.scheduling.intervals import Interval
from rooms.wishes import BookingRequest
from tests.people import People, at

pytestmark = pytest.mark.django_db


def wish(people: People, **fields: object) -> BookingRequest:
    facts: dict[str, object] = {
        "title": "Giao ban",
        "unit": people.network.units["02"],
        "endpoints": ("T1",),
        "starts_at": at(8),
        "ends_at": at(10),
        "setup_minutes": 0,
    }
    return BookingRequest(**(facts | fields))  # type: ignore[arg-type]  # the tests name the fields


def empty_booking(people: People, start: dt.datetime, end: dt.datetime) -> Booking:
    return Booking.objects.create(
        title="Sau lưng mọi người",
        unit=people.network.units["02"],
        owner=people.secretary,
        starts_at=start,
        ends_at=end,
        hold_starts_at=start,
        hold_ends_at=end,
    )


def slip_in(people: People, start: dt.datetime, end: dt.datetime, code: str = "T1") -> BookedEndpoint:
    """Write a share past every action."""
    booking = empty_booking(people, start, end)
    with transaction.atomic():
        return BookedEndpoint.objects.create(
            booking=booking, endpoint=people.network.endpoints[code], starts_at=start, ends_at=end
        )


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (at(8), at(10)),
        (at(9), at(11)),
        (at(7), at(9)),
        (at(8, 30), at(9, 30)),
        (at(7), at(11)),
        (at(9, 59), at(10, 30)),
        (at(7, day=1), at(7, day=3)),
    ],
)
def test_the_database_refuses_an_overlapping_share(people: People, start: dt.datetime, end: dt.datetime) -> None:
    reserve(people.secretary, wish(people))
    with pytest.raises(IntegrityError) as caught:
        slip_in(people, start, end)
    assert stopped_by_guard(caught.value)


@pytest.mark.parametrize(("start", "end"), [(at(10), at(11)), (at(7), at(8))])
def test_the_database_takes_shares_that_only_touch(people: People, start: dt.datetime, end: dt.datetime) -> None:
    reserve(people.secretary, wish(people))
    assert slip_in(people, start, end).pk is not None


def test_the_database_takes_an_overlap_on_another_endpoint(people: People) -> None:
    reserve(people.secretary, wish(people))
    assert slip_in(people, at(8), at(10), "T2").pk is not None


def test_the_database_takes_an_overlap_with_a_released_share(people: People) -> None:
    reserve(people.secretary, wish(people))
    BookedEndpoint.objects.update(released=True)
    assert slip_in(people, at(8), at(10)).pk is not None


def test_the_database_refuses_to_move_a_share_into_another(people: People) -> None:
    reserve(people.secretary, wish(people))
    share = slip_in(people, at(10), at(11))
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        BookedEndpoint.objects.filter(pk=share.pk).update(starts_at=at(9))
    assert stopped_by_guard(caught.value)


def test_the_database_refuses_to_put_a_released_share_back_over_another(people: People) -> None:
    share = slip_in(people, at(8), at(10))
    BookedEndpoint.objects.filter(pk=share.pk).update(released=True)
    reserve(people.secretary, wish(people))
    with pytest.raises(IntegrityError), transaction.atomic():
        BookedEndpoint.objects.filter(pk=share.pk).update(released=False)


def test_the_database_lets_a_share_be_made_longer_over_itself(people: People) -> None:
    share = slip_in(people, at(8), at(10))
    BookedEndpoint.objects.filter(pk=share.pk).update(ends_at=at(11))
    share.refresh_from_db()
    assert share.ends_at == at(11)


def test_the_database_refuses_more_than_48_hours(people: People) -> None:
    with pytest.raises(IntegrityError):
        slip_in(people, at(8), at(8, 0, day=3) + dt.timedelta(seconds=1))


def test_the_database_takes_48_hours(people: People) -> None:
    assert slip_in(people, at(8), at(8, day=3)).pk is not None


def _look_away(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """Let the judge see no claim the first `times` times it looks, as if somebody had slipped past the locks."""
    left = [times]

    def blind(known: Network, window: Interval, codes: tuple[str, ...]) -> list[Claim]:
        left[0] -= 1
        return [] if left[0] >= 0 else claims_in(known, window, codes)

    monkeypatch.setattr(actions, "claims_in", blind)


def test_what_the_last_guard_stopped_is_tried_again_and_named(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    first = reserve(people.secretary, wish(people, title="Người đến trước"))
    _look_away(monkeypatch, 1)
    with pytest.raises(BookingConflict) as caught:
        reserve(people.secretary, wish(people))
    conflicts = caught.value.params["conflicts"]
    assert isinstance(conflicts, list)
    assert [each["booking"] for each in conflicts] == [first.pk]


def test_what_the_last_guard_stopped_twice_is_a_conflict(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    reserve(people.secretary, wish(people))
    _look_away(monkeypatch, 2)
    with pytest.raises(BookingConflict) as caught:
        reserve(people.secretary, wish(people))
    assert caught.value.params["conflicts"] == []
    assert BookedEndpoint.objects.count() == 1


class Deadlock(Exception):
    sqlstate = "40P01"


def test_a_deadlock_is_tried_once_more(people: People) -> None:
    tries = []

    def act() -> str:
        tries.append(1)
        if len(tries) == 1:
            raise OperationalError from Deadlock()
        return "done"

    assert (guarded(act), len(tries)) == ("done", 2)


def test_any_other_fault_of_the_database_is_not_hidden(people: People) -> None:
    def act() -> None:
        raise OperationalError("disk I/O error")

    with pytest.raises(OperationalError, match="disk I/O error"):
        guarded(act)


@pytest.mark.postgres
def test_postgresql_guards_with_an_exclusion_constraint(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT contype FROM pg_constraint WHERE conname = 'booked_endpoint_exclusion'")
        assert cursor.fetchall() == [("x",)]


@pytest.mark.sqlite
def test_sqlite_guards_with_triggers(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'rooms_bookedendpoint'"
        )
        assert cursor.fetchall() == [(4,)]
