"""What is taken when: the same answer as looking at every booking, in a fixed number of queries."""

import datetime as dt
from collections.abc import Callable
from itertools import pairwise

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from accounts.errors import DomainError
from rooms.actions import check, extend, rebook, release, reserve
from rooms.models import BookedEndpoint, Booking, Closure
from rooms.network import network
from rooms.occupancy import availability, loads_in, ports_by_booking
from rooms.scheduling.capacity import port_profiles
from rooms.scheduling.intervals import Interval
from rooms.statements import FEW, spans
from rooms.wishes import BookingRequest
from tests.people import People, at
from tests.rooms.networks import add_endpoints

pytestmark = pytest.mark.django_db
DAY = Interval(at(0), at(0, day=2))


def wish(people: People, *endpoints: str, **fields: object) -> BookingRequest:
    facts: dict[str, object] = {
        "title": "Giao ban",
        "unit": people.network.units["02"],
        "endpoints": endpoints,
        "starts_at": at(8),
        "ends_at": at(10),
        "setup_minutes": 0,
    }
    return BookingRequest(**(facts | fields))  # type: ignore[arg-type]  # the tests name the fields


def test_availability_shows_every_hold_of_the_day_with_its_session_and_owner(people: People) -> None:
    booking = reserve(people.secretary, wish(people, "T1", setup_minutes=60))
    (taken,) = availability(people.secretary, DAY, tier="province").endpoints[0].taken
    assert (taken.booking, taken.interval, taken.session) == (
        booking.pk,
        Interval(at(7), at(10)),
        Interval(at(8), at(10)),
    )
    assert (taken.title, taken.owner_name, taken.owner_unit) == ("Giao ban", "Nguyễn Thị Lan", "Tỉnh Hà Giang")


def test_a_released_hold_is_not_shown(people: People) -> None:
    release(people.secretary, reserve(people.secretary, wish(people, "T1")))
    assert availability(people.secretary, DAY).endpoints[0].taken == []


def test_what_ends_as_the_window_begins_is_not_shown(people: People) -> None:
    reserve(people.secretary, wish(people, "T1"))
    assert availability(people.secretary, Interval(at(10), at(12))).endpoints[0].taken == []


def test_closures_are_shown(people: People) -> None:
    endpoint = people.network.endpoints["T1"]
    Closure.objects.create(endpoint=endpoint, starts_at=at(9), ends_at=at(12), reason="Bảo trì", reported_by="Tuấn")
    (closed,) = availability(people.secretary, DAY).endpoints[0].closed
    assert (closed.interval, closed.reason) == (Interval(at(9), at(12)), "Bảo trì")


def test_the_load_of_a_bridge_is_a_step_function_that_fills_the_window(people: People) -> None:
    reserve(people.secretary, wish(people, "T1", "X00688", "X00715", host_endpoint="T1"))
    one, two = availability(people.secretary, DAY).bridges
    # Two endpoints and one end of the link; one endpoint and the other end.
    assert list(one.steps) == [
        (Interval(at(0), at(8)), 0),
        (Interval(at(8), at(10)), 3),
        (Interval(at(10), at(0, day=2)), 0),
    ]
    assert (one.peak, two.peak) == (3, 2)


def test_ports_that_are_only_held_are_a_step_function_of_their_own(people: People) -> None:
    reserve(people.secretary, wish(people, "T1", host_endpoint="T1"))
    only = reserve(people.secretary, wish(people, "T2", "H024", host_endpoint="T2", starts_at=at(9), ends_at=at(11)))
    Booking.objects.filter(pk=only.pk).update(state=Booking.HELD)
    one, two = availability(people.secretary, DAY).bridges
    assert list(one.held) == [
        (Interval(at(0), at(9)), 0),
        (Interval(at(9), at(11)), 2),
        (Interval(at(11), at(0, day=2)), 0),
    ]
    assert (one.peak, list(two.held)) == (3, [(Interval(at(0), at(0, day=2)), 0)])


def test_the_ports_of_a_booking_are_counted_with_its_links(people: People) -> None:
    booking = reserve(people.secretary, wish(people, "T1", "H026", "X00715", host_endpoint="T1"))
    taken = ports_by_booking([booking])[booking.pk]
    assert (taken.endpoints, dict(taken.ports), dict(taken.links)) == (3, {"MCU-01": 2, "MCU-02": 3}, {"MCU-02": 1})


@pytest.mark.parametrize("number", [1, 3, 208])
def test_availability_takes_the_same_queries_whatever_the_size(people: People, number: int) -> None:
    made = add_endpoints(people.network, number, bridge=None)
    for index in range(min(number, 20)):
        reserve(people.secretary, wish(people, made[index], "T1", starts_at=at(index), ends_at=at(index, 30)))
    network()
    with CaptureQueriesContext(connection) as queries:
        found = availability(people.secretary, DAY)
    assert (len(found.endpoints), len(queries)) == (7 + number, 10)


@pytest.mark.parametrize("number", [1, 3, 208])
def test_a_check_takes_the_same_queries_whatever_the_size(people: People, number: int) -> None:
    made = add_endpoints(people.network, number, bridge=None)
    reserve(people.secretary, wish(people, *made))
    network()
    with CaptureQueriesContext(connection) as queries:
        verdict = check(wish(people, *made))
    assert (len(verdict.conflicts), len(queries)) == (number, 5)


@pytest.mark.parametrize("number", [1, 3, 208])
def test_a_reservation_asks_the_same_questions_whatever_the_size(people: People, number: int) -> None:
    made = add_endpoints(people.network, number, bridge=None)
    network()
    with CaptureQueriesContext(connection) as queries:
        reserve(people.secretary, wish(people, *made))
    # The stamp of the network, claims, closures, loads; who books, at which level; the journal. Where rows are locked,
    # the endpoints.
    expected = 7 + connection.features.has_select_for_update
    assert len([each for each in queries if each["sql"].startswith("SELECT")]) == expected


def test_of_many_endpoints_the_times_are_those_of_their_shares(people: People) -> None:
    codes = add_endpoints(people.network, FEW + 10, bridge=None)
    first = reserve(people.secretary, wish(people, *codes))
    reserve(people.secretary, wish(people, *codes[:3], starts_at=at(11), ends_at=at(12), setup_minutes=30))
    reserve(people.secretary, wish(people, "T1", starts_at=at(12), ends_at=at(13)))
    longer = reserve(people.secretary, wish(people, *codes[3:], starts_at=at(11), ends_at=at(12)))
    extend(people.secretary, longer, at(12, 45), teardown_minutes=15)
    release(people.secretary, reserve(people.secretary, wish(people, *codes, starts_at=at(15), ends_at=at(16))))
    known = network()

    def times(*named: str, without: int | None = None) -> set[Interval]:
        found = spans(DAY, known.chosen(named), without)
        assert len(found) == len(set(found))
        return set(found)

    shares = BookedEndpoint.objects.filter(released=False, endpoint__code__in=codes).values_list("starts_at", "ends_at")
    every = {Interval(start, end) for start, end in shares}
    assert every == {Interval(at(8), at(10)), Interval(at(10, 30), at(12)), Interval(at(11), at(13))}
    assert times(*codes) == every
    assert times(*codes, without=first.pk) == every - {Interval(at(8), at(10))}
    assert times(*known.ids) == every | {Interval(at(12), at(13))}
    assert times(codes[0]) == {Interval(at(8), at(10)), Interval(at(10, 30), at(12))}


CODES = ("T1", "T2", "H026", "X00688", "X00715")
HOUR = dt.timedelta(hours=1)
Step = tuple[str, int, list[str], int, int, bool]
steps = st.lists(
    st.tuples(
        st.sampled_from(["reserve", "skip", "rebook", "release"]),
        st.integers(0, 20),
        st.lists(st.sampled_from(CODES), min_size=1, max_size=4, unique=True),
        st.integers(0, 9),
        st.integers(1, 4),
        st.booleans(),
    ),
    max_size=12,
)


def _perform(people: People, step: Step) -> None:
    act, which, endpoints, first, length, local = step
    request = wish(
        people,
        *endpoints,
        starts_at=at(8) + first * HOUR,
        ends_at=at(8) + (first + length) * HOUR,
        host_endpoint=endpoints[0],
        local=local,
    )
    bookings = list(Booking.objects.order_by("pk"))
    if act in {"reserve", "skip"} or not bookings:
        reserve(people.secretary, request, on_conflict="skip" if act == "skip" else "refuse")
    elif act == "rebook":
        rebook(people.secretary, bookings[which % len(bookings)], request)
    else:
        release(people.secretary, bookings[which % len(bookings)])


def _every_pair_apart() -> bool:
    live = list(BookedEndpoint.objects.filter(released=False).order_by("endpoint", "starts_at"))
    pairs = pairwise(live)
    return all(one.endpoint_id != two.endpoint_id or one.ends_at <= two.starts_at for one, two in pairs)


def _ports_suffice() -> bool:
    window = Interval(at(0), at(0, day=3))
    profiles = port_profiles(loads_in(network(), window))
    return all(profiles[b.code].peak(window) <= b.ports for b in network().bridges if b.code in profiles)


def _undone(act: Callable[[], None]) -> None:
    with transaction.atomic():
        act()
        transaction.set_rollback(True)


@hypothesis_settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_no_history_of_bookings_overlaps_or_overloads_a_bridge(people: People, steps: list[Step]) -> None:
    bridge = people.network.bridges["MCU-02"]
    bridge.ports = 3
    bridge.save()

    def history() -> None:
        for step in steps:
            before = sorted(BookedEndpoint.objects.values_list("pk", "starts_at", "ends_at", "released"))
            try:
                _perform(people, step)
            except DomainError:
                assert sorted(BookedEndpoint.objects.values_list("pk", "starts_at", "ends_at", "released")) == before
            assert _every_pair_apart()
            assert _ports_suffice()

    _undone(history)


@hypothesis_settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=steps, request_step=st.tuples(st.lists(st.sampled_from(CODES), min_size=1, unique=True), st.integers(0, 9))
)
def test_what_check_says_is_what_reserve_does(
    people: People, steps: list[Step], request_step: tuple[list[str], int]
) -> None:
    def history() -> None:
        for step in steps:
            try:
                _perform(people, step)
            except DomainError:
                continue
        endpoints, first = request_step
        request = wish(people, *endpoints, starts_at=at(8) + first * HOUR, ends_at=at(10) + first * HOUR)
        fits = check(request).fits
        try:
            reserve(people.secretary, request)
        except DomainError:
            assert not fits
        else:
            assert fits

    _undone(history)
