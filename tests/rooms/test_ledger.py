"""What is written down of a booking's ports is what its endpoints take, whatever is done to it."""

import datetime as dt
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings

from accounts.errors import DomainError
from meetings.reports.invariants import no_double_booking, ports_written_down
from rooms.actions import check, rebook, release, reserve
from rooms.equipment.actions import load_bridges, load_endpoints
from rooms.equipment.rows import EquipmentRejected, parse_bridges, parse_endpoints
from rooms.models import BookedEndpoint, BookedPorts, Booking, Bridge
from rooms.network import network
from rooms.occupancy import loads_in
from rooms.scheduling.intervals import Interval
from rooms.wishes import BookingRequest
from tests.people import SINCE, People, at
from tests.rooms.test_occupancy import Step, _perform, _undone, steps

pytestmark = pytest.mark.django_db
Row = tuple[str, int, int, dt.datetime, dt.datetime, bool]


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


def written(booking: Booking) -> list[Row]:
    rows = BookedPorts.objects.filter(booking=booking).order_by("bridge__code")
    return list(rows.values_list("bridge__code", "ports", "links", "starts_at", "ends_at", "released"))


def joined(booking: Booking) -> dict[str, str | None]:
    return dict(BookedEndpoint.objects.filter(booking=booking).values_list("endpoint__code", "bridge__code"))


def test_a_booking_writes_down_its_ports_its_links_and_its_level(people: People) -> None:
    booking = reserve(people.secretary, wish(people, "T1", "H026", "X00715", host_endpoint="T1", setup_minutes=60))
    assert written(booking) == [
        ("MCU-01", 2, 0, at(7), at(10), False),
        ("MCU-02", 3, 1, at(7), at(10), False),
    ]
    assert joined(booking) == {"T1": "MCU-01", "H026": "MCU-02", "X00715": "MCU-02"}
    assert booking.tier_id == "province"


def test_a_local_booking_and_endpoints_without_bridge_write_nothing_down(people: People) -> None:
    local = reserve(people.secretary, wish(people, "T1", "H026", local=True))
    alone = reserve(people.secretary, wish(people, "Y1"))
    assert (written(local), written(alone), joined(local)) == ([], [], {"T1": None, "H026": None})


def test_what_is_left_out_takes_no_ports(people: People) -> None:
    reserve(people.secretary, wish(people, "H026"))
    booking = reserve(people.secretary, wish(people, "T1", "H026", host_endpoint="T1"), on_conflict="skip")
    assert written(booking) == [("MCU-01", 1, 0, at(8), at(10), False)]


def test_a_booking_that_is_changed_is_written_down_anew(people: People) -> None:
    booking = reserve(people.secretary, wish(people, "T1", "X00715"))
    rebook(people.secretary, booking, wish(people, "T1", "T2", ends_at=at(11)))
    assert written(booking) == [("MCU-01", 2, 0, at(8), at(11), False)]
    rebook(people.secretary, booking, wish(people, "T1", "T2", ends_at=at(11), local=True))
    assert (written(booking), joined(booking)) == ([], {"T1": None, "T2": None})
    rebook(people.secretary, booking, wish(people, "T1", ends_at=at(11)))
    assert (written(booking), joined(booking)) == ([("MCU-01", 1, 0, at(8), at(11), False)], {"T1": "MCU-01"})


def test_a_released_booking_gives_back_what_is_written_down_and_takes_it_again(people: People) -> None:
    booking = release(people.secretary, reserve(people.secretary, wish(people, "T1")))
    assert written(booking) == [("MCU-01", 1, 0, at(8), at(10), True)]
    assert loads_in(network(), Interval(at(0), at(23))) == []
    rebook(people.secretary, booking, wish(people, "T1"))
    assert written(booking) == [("MCU-01", 1, 0, at(8), at(10), False)]


def test_the_loads_of_a_window_are_one_query_of_few_rows(people: People) -> None:
    booking = reserve(people.secretary, wish(people, "T1", "T2", "H024", "H026", host_endpoint="T1"))
    known = network()
    with CaptureQueriesContext(connection) as queries:
        loads = loads_in(known, Interval(at(9), at(11)))
    assert [(each.bridge, each.ports, each.links, each.booking) for each in loads] == [
        ("MCU-01", 4, 0, booking.pk),
        ("MCU-02", 2, 1, booking.pk),
    ]
    assert len(queries) == 1
    assert loads_in(network(), Interval(at(10), at(11))) == []


@hypothesis_settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=steps)
def test_after_any_history_what_is_written_down_is_what_the_endpoints_take(people: People, history: list[Step]) -> None:
    def live() -> None:
        for step in history:
            try:
                _perform(people, step)
            except DomainError:
                continue
        assert [*ports_written_down(), *no_double_booking()] == []

    _undone(live)


@pytest.mark.parametrize("change", [{"ports": 9}, {"links": 0}, {"ends_at": at(9)}, {"released": True}])
def test_verify_tells_when_it_is_not(people: People, change: dict[str, object]) -> None:
    booking = reserve(people.secretary, wish(people, "T1", "X00715", host_endpoint="T1"))
    assert list(ports_written_down()) == []
    BookedPorts.objects.filter(booking=booking, bridge__code="MCU-02").update(**change)
    assert [breach.invariant for breach in ports_written_down()] == ["I1"]


def test_verify_tells_of_a_link_and_a_bridge_over_what_they_carry(people: People) -> None:
    reserve(people.secretary, wish(people, "T1", "X00715", host_endpoint="T1"))
    Bridge.objects.filter(code="MCU-02").update(link_ports=0, ports=1)
    assert [breach.fact for breach in no_double_booking()] == [
        "MCU-02 carries 2 connections on 1 ports",
        "the link of MCU-02 carries 1 meetings, it can carry 0",
    ]


def test_verify_tells_of_ports_that_a_released_booking_still_holds(people: People) -> None:
    booking = release(people.secretary, reserve(people.secretary, wish(people, "T1")))
    BookedPorts.objects.filter(booking=booking).update(released=False)
    assert [breach.fact for breach in ports_written_down()] == [
        f"booking {booking.pk} is released and still holds ports"
    ]


ENDPOINTS = "code,name,name_en,unit,tier,bridge,seats,active\n"
BRIDGES = "code,name,unit,ports,parent,link_ports\n"


def load(endpoints: str = "", bridges: str = "") -> None:
    if bridges:
        load_bridges(None, parse_bridges((BRIDGES + bridges).encode()))
    if endpoints:
        load_endpoints(None, parse_endpoints((ENDPOINTS + endpoints).encode()), valid_from=SINCE)


def test_bookings_to_come_follow_an_endpoint_to_its_new_bridge(people: People) -> None:
    booking = reserve(people.secretary, wish(people, "T1", "X00688", host_endpoint="T1"))
    gone = release(
        people.secretary, reserve(people.secretary, wish(people, "X00688", starts_at=at(11), ends_at=at(12)))
    )
    load(endpoints="X00688,,,00688,,MCU-02,,\n")
    assert joined(booking) == {"T1": "MCU-01", "X00688": "MCU-02"}
    assert written(booking) == [("MCU-01", 2, 0, at(8), at(10), False), ("MCU-02", 2, 1, at(8), at(10), False)]
    assert written(gone) == [("MCU-02", 1, 0, at(11), at(12), True)]
    assert list(ports_written_down()) == []
    load(endpoints="X00688,,,00688,,,,\n")
    assert (joined(booking)["X00688"], written(booking)) == (None, [("MCU-01", 1, 0, at(8), at(10), False)])


def test_bookings_that_are_over_keep_the_bridge_of_their_day(people: People) -> None:
    booking = reserve(people.secretary, wish(people, "T1", "X00688", host_endpoint="T1"))
    past = {"starts_at": at(8, year=2025), "ends_at": at(10, year=2025)}
    Booking.objects.update(hold_starts_at=past["starts_at"], hold_ends_at=past["ends_at"], **past)
    load(endpoints="X00688,,,00688,,MCU-02,,\n")
    assert joined(booking) == {"T1": "MCU-01", "X00688": "MCU-01"}


def test_bookings_to_come_follow_a_bridge_to_its_new_parent(people: People) -> None:
    booking = reserve(people.secretary, wish(people, "T1", "X00715", host_endpoint="T1"))
    load(bridges="MCU-03,Trung gian,02,20,MCU-01,\nMCU-02,Cao nguyên đá,026,4,MCU-03,2\n")
    assert [(code, ports, links) for code, ports, links, *_ in written(booking)] == [
        ("MCU-01", 2, 0),
        ("MCU-02", 2, 1),
        ("MCU-03", 2, 1),
    ]
    assert list(ports_written_down()) == []


def test_a_move_that_meetings_to_come_do_not_fit_into_is_refused_and_undone(people: People) -> None:
    booking = reserve(people.secretary, wish(people, "T1", "T2", "H024", "X00688", "X00691"))
    before = (written(booking), joined(booking))
    with pytest.raises(EquipmentRejected) as caught:
        load(endpoints="".join(f"{code},,,02,,MCU-02,,\n" for code in ("T1", "T2", "H024", "X00688", "X00691")))
    assert [problem.reason for problem in caught.value.problems] == ["ports_in_use"]
    assert (written(booking), joined(booking)) == before


def test_filling_writes_down_what_a_booking_of_before_takes(people: People) -> None:
    booking = reserve(people.secretary, wish(people, "T1", "H026", "X00715", host_endpoint="T1"))
    local = reserve(people.secretary, wish(people, "X00688", local=True))
    gone = release(people.secretary, reserve(people.secretary, wish(people, "T2", "X00691")))
    before = [(written(each), joined(each)) for each in (booking, local, gone)]
    BookedPorts.objects.all().delete()
    BookedEndpoint.objects.update(bridge=None)
    Booking.objects.update(tier=None)
    import_module("rooms.migrations.0005_fill_ports").fill(apps, None)
    assert [(written(each), joined(each)) for each in (booking, local, gone)] == before
    assert set(Booking.objects.values_list("tier", flat=True)) == {"province"}


def test_a_check_reads_what_is_written_down(people: People) -> None:
    reserve(people.secretary, wish(people, "T1"))
    BookedPorts.objects.update(ports=10)
    assert [each.kind for each in check(wish(people, "T2")).conflicts] == ["ports_exhausted"]
