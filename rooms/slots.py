"""When all of a request is free: the office's calendar, and the search over what is taken."""

import datetime as dt
from dataclasses import dataclass

from rooms.calendar.selectors import public_calendar, with_office_days
from rooms.errors import refusal_of
from rooms.network import network
from rooms.occupancy import claims_in, claims_of_any, closures_in, closures_of_any, loads_in, loads_of_all
from rooms.scheduling.conflicts import OFFICE_ZONE, ScheduleRequest
from rooms.scheduling.errors import SchedulingInvalid
from rooms.scheduling.hindrances import Hindrances, hindrances
from rooms.scheduling.intervals import Interval
from rooms.scheduling.office_hours import Calendar
from rooms.scheduling.suggestions import Search, Slot, first_free_slots, largest_free_subset, suggested_slots
from rooms.wishes import BookingRequest

LONGEST_SEARCH = dt.timedelta(days=92)


def office_calendar(first_year: int, last_year: int) -> Calendar:
    """Office hours and days off of these years: the public calendar, and over it what the office says of single days.

    One query, each time: what an administrator changes holds at once, in every process.
    """
    return with_office_days(public_calendar(first_year, last_year), first_year, last_year)


@dataclass(frozen=True, kw_only=True)
class SlotSearch:
    """Where to look: sessions within `[earliest, horizon]`, at office hours unless `any_hour`.

    `chair_busy`: the chair's other meetings, None = not known.
    """

    earliest: dt.datetime
    horizon: dt.datetime
    count: int = 3
    any_hour: bool = False
    chair_busy: tuple[Interval, ...] | None = None

    def search(self, duration: dt.timedelta) -> Search:
        """The search as the scheduling engine takes it, for a session of this length."""
        years = (self.earliest.astimezone(OFFICE_ZONE).year, self.horizon.astimezone(OFFICE_ZONE).year + 1)
        calendar = None if self.any_hour else office_calendar(*years).suited_to(duration)
        return Search(
            earliest=self.earliest,
            horizon=self.horizon,
            count=self.count,
            calendar=calendar,
            chair_busy=self.chair_busy,
        )


def free_slots(request: BookingRequest, where: SlotSearch, *, booking: int | None = None) -> list[Slot]:
    """The first starts at which all endpoints and ports of the request are free; of its time only the length counts.

    Four queries, one more at office hours. Raises the refusals of rooms.errors.
    """
    return _search(request, where, booking, by_day=False)


def suggestions(request: BookingRequest, where: SlotSearch, *, booking: int | None = None) -> list[Slot]:
    """Free times on different days for a person to choose from, each with its reason. As free_slots otherwise."""
    return _search(request, where, booking, by_day=True)


def _search(request: BookingRequest, where: SlotSearch, booking: int | None, *, by_day: bool) -> list[Slot]:
    find = suggested_slots if by_day else first_free_slots
    try:
        scheduled = ScheduleRequest(
            endpoints=tuple(request.endpoints),
            starts_at=request.starts_at,
            ends_at=request.ends_at,
            setup=dt.timedelta(minutes=request.setup_minutes),
            teardown=dt.timedelta(minutes=request.teardown_minutes),
            host=request.host_endpoint,
            booking=booking,
            local=request.local,
            ways=request.ways,
        )
        if where.horizon - where.earliest < scheduled.duration:
            return []
        window = Interval(where.earliest - scheduled.setup, where.horizon + scheduled.teardown)
        codes, known = scheduled.endpoints, network()
        return find(
            scheduled,
            known.facts,
            claims_of_any(known, window, codes, without=booking),
            closures_of_any(known, window, codes),
            known.bridges,
            loads_of_all(known, window, without=booking),
            where.search(scheduled.duration),
        )
    except SchedulingInvalid as error:
        raise refusal_of(error) from error


def standing_in_the_way(request: BookingRequest, where: SlotSearch) -> Hindrances:
    """What stands in the way of the request most often, over all starts of the search. As free_slots otherwise."""
    try:
        scheduled = request.scheduled()
        if where.horizon - where.earliest < scheduled.duration:
            return Hindrances(0, 0, ())
        window = Interval(where.earliest - scheduled.setup, where.horizon + scheduled.teardown)
        codes, known = scheduled.endpoints, network()
        return hindrances(
            scheduled,
            known.facts,
            claims_in(known, window, codes),
            closures_in(known, window, codes),
            known.bridges,
            loads_in(known, window),
            where.search(scheduled.duration),
        )
    except SchedulingInvalid as error:
        raise refusal_of(error) from error


def largest_part(request: BookingRequest) -> tuple[str, ...]:
    """The codes of the greatest part of the request that is free at its own time. As free_slots otherwise."""
    try:
        scheduled = request.scheduled()
        hold, codes, known = scheduled.hold, scheduled.endpoints, network()
        return largest_free_subset(
            scheduled,
            known.facts,
            claims_in(known, hold, codes),
            closures_in(known, hold, codes),
            known.bridges,
            loads_in(known, hold),
        )
    except SchedulingInvalid as error:
        raise refusal_of(error) from error
