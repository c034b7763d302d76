from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.scheduling.capacity import Bridge, Load, NetworkInvalid, PortPeak
from rooms.scheduling.conflicts import Claim, ClosedPeriod, ScheduleRequest, examine
from rooms.scheduling.endpoints import EndpointFacts, RequestInvalid
from rooms.scheduling.intervals import Interval
from rooms.scheduling.office_hours import Calendar
from rooms.scheduling.suggestions import (
    Search,
    SearchInvalid,
    Slot,
    first_free_slots,
    largest_free_subset,
    suggested_slots,
)
from tests.pure.rooms.scheduling.worlds import SPAN, T0, World, at, clock, named, worlds

HOUR = timedelta(hours=1)
A_DAY = 24 * HOUR
T1 = EndpointFacts("T1")
# Thursday 22 May 2025, 14:00 to 16:30, as in the mock of the conflict sheet.
REQUEST = ScheduleRequest(endpoints=("T1",), starts_at=clock(14), ends_at=clock(16, 30))
WORLD = World(REQUEST, [T1], [], [], [], [])
WEEK = Search(earliest=clock(10), horizon=clock(0, day=29), calendar=Calendar())


def taken(*spans: tuple[datetime, datetime]) -> World:
    return replace(WORLD, busy=[Claim("T1", Interval(*span), n) for n, span in enumerate(spans)])


def starts(slots: list[Slot]) -> list[datetime]:
    return [slot.starts_at for slot in slots]


def find(world: World, search: Search) -> list[Slot]:
    return first_free_slots(world.request, *world.diary, search)


def suggest(world: World, search: Search) -> list[Slot]:
    return suggested_slots(world.request, *world.diary, search)


def test_meeting_starts_the_minute_another_ends() -> None:
    world = taken((clock(13), clock(14)))
    assert starts(find(world, replace(WEEK, earliest=clock(12), count=1))) == [clock(14)]


def test_set_up_needs_its_time_after_another_meeting_but_may_lie_before_office_hours() -> None:
    world = taken((clock(0), clock(7)))
    morning = replace(WEEK, earliest=clock(6), count=1)
    assert starts(find(replace(world, request=replace(REQUEST, setup=HOUR)), morning)) == [clock(8)]
    assert starts(find(replace(world, request=replace(REQUEST, setup=HOUR / 2)), morning)) == [clock(7, 30)]


def test_tear_down_may_lie_after_office_hours_but_not_in_another_meeting() -> None:
    request = replace(REQUEST, teardown=HOUR)
    late = replace(WEEK, earliest=clock(14, 30), count=1)
    assert starts(find(replace(WORLD, request=request), late)) == [clock(14, 30)]
    evening = taken((clock(17, 59), clock(20)))
    assert starts(find(replace(evening, request=request), late)) == [clock(7, 30, day=23)]


def test_meeting_lies_within_morning_or_afternoon_unless_it_may_cross_noon() -> None:
    assert starts(find(WORLD, replace(WEEK, count=2))) == [clock(13, 30), clock(13, 45)]
    across = replace(WEEK, calendar=Calendar(across_noon=True), count=2)
    assert starts(find(WORLD, across)) == [clock(10), clock(10, 15)]


def test_weekend_and_holiday_are_skipped() -> None:
    calendar = Calendar(holidays=frozenset({date(2025, 5, 26)}))
    search = replace(WEEK, earliest=clock(15, day=23), calendar=calendar, count=1)
    assert starts(find(WORLD, search)) == [clock(7, 30, day=27)]


def test_without_a_calendar_any_hour_will_do() -> None:
    search = replace(WEEK, earliest=clock(23, 50, day=24), calendar=None)
    assert starts(find(WORLD, search)) == [clock(0, day=25), clock(0, 15, day=25), clock(0, 30, day=25)]


def test_grid_begins_anew_at_midnight_when_the_step_does_not_divide_the_day() -> None:
    search = replace(WEEK, earliest=clock(20), calendar=None, step=timedelta(hours=7), count=3)
    assert starts(find(WORLD, search)) == [clock(21), clock(0, day=23), clock(7, day=23)]


def test_search_given_in_utc_answers_in_the_office_zone() -> None:
    search = replace(WEEK, earliest=clock(8).astimezone(UTC), horizon=clock(17).astimezone(UTC), count=1)
    (slot,) = find(WORLD, search)
    assert slot.starts_at.isoformat() == "2025-05-22T08:00:00+07:00"
    assert slot.ends_at.isoformat() == "2025-05-22T10:30:00+07:00"


def test_meeting_ends_at_the_horizon_at_the_latest() -> None:
    search = replace(WEEK, earliest=clock(14), calendar=None)
    assert starts(find(WORLD, replace(search, horizon=clock(16, 30)))) == [clock(14)]
    assert find(WORLD, replace(search, horizon=clock(16, 29))) == []
    assert find(WORLD, replace(search, horizon=clock(14))) == []


def test_count_of_nothing_finds_nothing() -> None:
    assert find(WORLD, replace(WEEK, count=0)) == []
    assert find(WORLD, replace(WEEK, count=-1)) == []
    assert suggest(WORLD, replace(WEEK, count=-1)) == []


@pytest.mark.parametrize("step", [timedelta(0), timedelta(minutes=-15), timedelta(days=1, minutes=1)])
def test_step_that_makes_no_grid_is_refused(step: timedelta) -> None:
    with pytest.raises(SearchInvalid) as refused:
        replace(WEEK, step=step)
    assert (refused.value.code, refused.value.params) == ("step_out_of_range", {"step": step})


def test_closure_and_days_outside_validity_are_not_free() -> None:
    facts = EndpointFacts("T1", valid_from=date(2025, 5, 23), valid_to=date(2025, 5, 27))
    world = replace(
        WORLD, endpoints=[facts], closures=[ClosedPeriod("T1", Interval(clock(0, day=23), clock(0, day=26)))]
    )
    found = find(world, replace(WEEK, count=99))
    assert (found[0].starts_at, found[-1].starts_at) == (clock(7, 30, day=26), clock(14, 30, day=26))
    other = replace(WORLD, endpoints=[T1], closures=[ClosedPeriod("T2", Interval(clock(0), clock(0, day=26)))])
    assert starts(find(other, replace(WEEK, count=1))) == [clock(13, 30)]


def test_days_on_which_the_unit_is_not_there_are_not_free() -> None:
    facts = EndpointFacts("T1", unit_valid_from=date(2025, 5, 26), unit_valid_to=date(2025, 5, 27))
    found = find(replace(WORLD, endpoints=[facts]), replace(WEEK, count=99))
    assert {slot.starts_at.date() for slot in found} == {date(2025, 5, 26)}


def test_validity_that_covers_the_window_takes_nothing_away() -> None:
    facts = EndpointFacts("T1", valid_from=date(2025, 1, 1), valid_to=date(2026, 1, 1))
    assert starts(find(replace(WORLD, endpoints=[facts]), replace(WEEK, count=1))) == [clock(13, 30)]


def test_inactive_endpoint_is_never_free() -> None:
    world = replace(WORLD, endpoints=[EndpointFacts("T1", active=False)])
    assert (find(world, WEEK), suggest(world, WEEK)) == ([], [])


def test_bridges_that_no_link_joins_are_never_free_together() -> None:
    network = [Bridge("A", "", 9), Bridge("B", "", 9)]
    request = replace(REQUEST, endpoints=("T1", "T2"))
    apart = World(request, [EndpointFacts("T1", "A"), EndpointFacts("T2", "B")], [], [], network, [])
    assert find(apart, WEEK) == []


def test_slot_waits_for_ports_and_for_the_connection_of_the_link() -> None:
    network = [Bridge("P", "Province", 3), Bridge("D", "District", 9, "P", link_ports=1)]
    endpoints = [EndpointFacts("T1", "P"), EndpointFacts("H1", "D")]
    request = replace(REQUEST, endpoints=("T1", "H1"), host="T1")
    loads = [
        Load("P", Interval(clock(13), clock(14)), 2, booking=1),
        Load("D", Interval(clock(13), clock(14, 30)), 1, links=1, booking=2),
    ]
    (slot,) = find(World(request, endpoints, [], [], network, loads), replace(WEEK, earliest=clock(12), count=1))
    assert slot.starts_at == clock(14, 30)
    assert slot.port_peaks == (PortPeak("P", "Province", 3, 0, 2), PortPeak("D", "District", 9, 0, 2))
    assert slot.tightest == PortPeak("P", "Province", 3, 0, 2)


def test_link_without_a_limit_is_never_in_the_way() -> None:
    network = [Bridge("P", "Province", 9), Bridge("D", "District", 9, "P")]
    endpoints = [EndpointFacts("T1", "P"), EndpointFacts("H1", "D")]
    request = replace(REQUEST, endpoints=("T1", "H1"), host="T1")
    loads = [Load("D", Interval(clock(13), clock(17)), 1, links=50)]
    assert starts(find(World(request, endpoints, [], [], network, loads), replace(WEEK, count=1))) == [clock(13, 30)]


def test_slot_that_needs_no_ports_has_no_tightest_bridge() -> None:
    assert find(WORLD, WEEK)[0].tightest is None


def test_own_booking_does_not_block_its_new_time() -> None:
    world = taken((clock(13), clock(17)))
    search = replace(WEEK, earliest=clock(14), count=1)
    assert starts(find(replace(world, request=replace(REQUEST, booking=0)), search)) == [clock(14)]
    assert starts(find(replace(world, request=replace(REQUEST, booking=1)), search)) == [clock(7, 30, day=23)]


def test_unknown_endpoint_and_unknown_bridge_are_refused() -> None:
    with pytest.raises(RequestInvalid):
        find(replace(WORLD, endpoints=[]), WEEK)
    with pytest.raises(NetworkInvalid):
        suggest(replace(WORLD, endpoints=[EndpointFacts("T1", "A")]), WEEK)


def test_reasons_say_what_a_time_has_for_it() -> None:
    busy_all_day = taken((clock(0), clock(0, day=23)))
    search = replace(WEEK, count=99, chair_busy=(Interval(clock(8, day=23), clock(17, day=26)),))
    found = {slot.starts_at: slot for slot in find(busy_all_day, search)}
    assert found[clock(7, 30, day=23)].reasons == ("soonest",)
    assert found[clock(7, 45, day=23)].reasons == ("next_free",)
    assert found[clock(14, day=23)].reasons == ("same_time_next_day",)
    assert found[clock(14, day=26)].reasons == ("same_time_later_day",)
    assert found[clock(14, 15, day=26)].reasons == ("next_free",)
    assert found[clock(8, day=27)].reasons == ("three_working_days", "chair_free")
    assert found[clock(14, day=28)].reason == "same_time_later_day"
    assert [found[clock(14, day=day)].days_later for day in (23, 26, 27)] == [1, 4, 5]


def test_time_on_the_day_asked_for_says_so() -> None:
    assert [slot.reasons for slot in find(WORLD, replace(WEEK, count=2))] == [("soonest", "same_day"), ("same_day",)]


def test_three_working_days_are_counted_from_the_day_of_the_notice() -> None:
    early = replace(WEEK, notified_on=date(2025, 5, 20), earliest=clock(7, day=23), count=1)
    assert find(WORLD, early)[0].reasons == ("soonest", "three_working_days")


def test_office_that_never_works_gives_no_notice() -> None:
    never = Calendar(weekdays=frozenset(), worked_days=frozenset({date(2025, 5, 28)}))
    search = Search(earliest=clock(0), horizon=clock(0, day=29), calendar=never, count=1)
    assert [slot.reasons for slot in find(WORLD, search)] == [("soonest",)]
    assert [slot.reasons for slot in suggest(WORLD, search)] == [("same_time_later_day",)]


def test_sheet_offers_the_same_time_next_day_then_one_with_notice_then_one_free_for_the_chair() -> None:
    world = taken((clock(0), clock(0, day=23)), (clock(14, day=26), clock(15, day=26)))
    world = replace(world, busy=[*world.busy, Claim("T1", Interval(clock(14, day=27), clock(15, day=27)), 9)])
    search = replace(
        WEEK,
        notified_on=date(2025, 5, 21),
        chair_busy=(Interval(clock(0, day=23), clock(0, day=27)),),
    )
    offered = suggest(world, search)
    assert [(slot.starts_at, slot.reason) for slot in offered] == [
        (clock(14, day=23), "same_time_next_day"),
        (clock(7, 30, day=26), "three_working_days"),
        (clock(7, 30, day=27), "chair_free"),
    ]
    assert offered[2].reasons == ("chair_free", "three_working_days")


def test_suggestions_keep_a_clock_time_that_is_not_on_the_grid() -> None:
    world = replace(WORLD, request=REQUEST.moved_to(clock(14, 5)))
    search = replace(WEEK, earliest=clock(0, day=23), count=1)
    assert starts(suggest(world, search)) == [clock(14, 5, day=23)]
    narrow = replace(search, earliest=clock(14, 4, day=23), horizon=clock(16, 36, day=23))
    assert [(slot.starts_at, slot.reasons) for slot in suggest(world, narrow)] == [
        (clock(14, 5, day=23), ("same_time_next_day",))
    ]
    narrower = replace(search, earliest=clock(14, 6, day=23), horizon=clock(16, 43, day=23))
    assert suggest(world, narrower) == []


grids = st.builds(timedelta, minutes=st.integers(1, 20))


def on_grid(search: Search) -> list[datetime]:
    """Every grid point of the day of T0 from the earliest to the horizon, minute by minute."""
    midnight = T0.replace(hour=0)
    return [
        each
        for each in (midnight + timedelta(minutes=minute) for minute in range(24 * 60))
        if (each - midnight) % search.step == timedelta(0) and search.earliest <= each <= search.horizon
    ]


@given(worlds(), grids, st.integers(0, SPAN), st.integers(0, 2 * SPAN), st.booleans())
def test_slots_are_exactly_the_first_grid_points_that_pass_the_examination(
    world: World, step: timedelta, earliest: int, horizon: int, office: bool
) -> None:
    hours = [(at(10).time(), at(35).time()), (at(40).time(), at(70).time())]
    calendar = Calendar(office_hours=hours) if office else None
    search = Search(earliest=at(earliest), horizon=at(horizon), step=step, count=4, calendar=calendar)
    expected = []
    for start in on_grid(search):
        moved = world.request.moved_to(start)
        meeting = Interval(moved.starts_at, moved.ends_at)
        open_then = calendar is None or any(span.covers(meeting) for span in calendar.spans(start.date()))
        if moved.ends_at <= search.horizon and open_then and examine(moved, *world.diary).fits:
            expected.append(start)
    found = find(world, search)
    assert starts(found) == expected[:4]
    for slot in found:
        assert slot.port_peaks == examine(world.request.moved_to(slot.starts_at), *world.diary).port_peaks


@given(worlds(), grids)
def test_suggestions_are_free_on_different_days_and_begin_with_the_first_free_day(
    world: World, step: timedelta
) -> None:
    search = Search(earliest=at(0), horizon=at(SPAN) + 5 * A_DAY, step=step)
    offered = suggest(world, search)
    assert len({slot.starts_at.date() for slot in offered}) == len(offered)
    assert starts(offered) == sorted(starts(offered))
    for slot in offered:
        assert examine(world.request.moved_to(slot.starts_at), *world.diary).fits is True
        assert slot.ends_at - slot.starts_at == world.request.duration
    first = find(world, replace(search, count=1))
    if first:
        assert offered[0].starts_at.date() <= first[0].starts_at.date()


@given(worlds())
def test_largest_free_subset_can_be_booked_and_nothing_greater_can(world: World) -> None:
    request = world.request
    subset = largest_free_subset(request, *world.diary)
    assert subset == tuple(code for code in request.endpoints if code in subset)
    assert not subset or examine(request.reduced_to(subset), *world.diary).fits
    bookable = [
        chosen
        for size in range(1, len(request.endpoints) + 1)
        for chosen in combinations(request.endpoints, size)
        if examine(request.reduced_to(chosen), *world.diary).fits
    ]
    with_host = [chosen for chosen in bookable if request.host in chosen]
    assert len(subset) == max(map(len, with_host or bookable), default=0)


def test_largest_free_subset_of_a_local_meeting_asks_for_no_ports() -> None:
    request = replace(REQUEST, endpoints=("T1", "T2"), local=True)
    full = [Bridge("A", "", 0)]
    facts = named(EndpointFacts("T1", "A"), EndpointFacts("T2", "A"))
    claim = Claim("T2", Interval(clock(14), clock(15)), 1)
    assert largest_free_subset(request, facts, [claim], [], full, []) == ("T1",)
