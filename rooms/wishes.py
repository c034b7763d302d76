"""What is wanted of the rooms, before anything is looked at or booked."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from accounts.models import Unit
from rooms.errors import BookingTooLong, EndBeforeStart, InThePast, refusal_of
from rooms.models import Booking
from rooms.scheduling.conflicts import ScheduleRequest
from rooms.scheduling.errors import SchedulingInvalid
from rooms.scheduling.ways import Way
from rooms.statements import LONGEST_HOLD


def require_times(starts_at: dt.datetime, ends_at: dt.datetime, margin_minutes: int = 0) -> None:
    """Whether a session of this time can be booked at all, with so many minutes of set-up and tear-down.

    Raises EndBeforeStart, BookingTooLong, InThePast (its end is over).
    """
    if ends_at <= starts_at:
        raise EndBeforeStart(start=starts_at, end=ends_at)
    if ends_at - starts_at + dt.timedelta(minutes=margin_minutes) > LONGEST_HOLD:
        raise BookingTooLong(hours=LONGEST_HOLD // dt.timedelta(hours=1))
    if ends_at <= timezone.now():
        raise InThePast(ends_at=ends_at)


@dataclass(frozen=True)
class Outside:
    """Who convenes a session that is only entered here: the highest tier, outside this network."""

    convener: str
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class BookingRequest:
    """What is wanted: `endpoints` by code (selectors.choose makes them of a selection), the main one among them, and
    the session's time. Endpoints and ports are held from `setup_minutes` before to `teardown_minutes` after it; a
    `local` meeting holds endpoints but no ports. `ways`: how endpoints join, by code, that do not take a port of their
    own bridge. `outside`: somebody else's session, a fixed block."""

    title: str
    unit: Unit
    endpoints: Sequence[str]
    starts_at: dt.datetime
    ends_at: dt.datetime
    host_endpoint: str | None = None
    setup_minutes: int = 60
    teardown_minutes: int = 0
    local: bool = False
    ways: Mapping[str, Way] = field(default_factory=dict)
    outside: Outside | None = None

    def scheduled(self, booking: Booking | None = None) -> ScheduleRequest:
        """The request as the scheduling engine takes it; `booking` is the one being changed.

        Raises the refusals of rooms.errors, those of require_times first.
        """
        require_times(self.starts_at, self.ends_at, self.setup_minutes + self.teardown_minutes)
        try:
            return ScheduleRequest(
                endpoints=tuple(self.endpoints),
                starts_at=self.starts_at,
                ends_at=self.ends_at,
                setup=dt.timedelta(minutes=self.setup_minutes),
                teardown=dt.timedelta(minutes=self.teardown_minutes),
                host=self.host_endpoint,
                booking=booking.pk if booking is not None else None,
                local=self.local,
                ways=self.ways,
            )
        except SchedulingInvalid as error:
            raise refusal_of(error) from error
