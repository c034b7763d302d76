"""Endpoints that join without a port of their own bridge: booked, kept, offered as a way out, and let go."""

import pytest

from rooms.actions import check, rebook, release, reserve
from rooms.equipment.actions import load_endpoints
from rooms.equipment.rows import parse_endpoints
from rooms.errors import BookingConflict, WayBridgeUnknown, WayNotSelected, WayOfHost, WayWithoutPort
from rooms.models import BookedEndpoint, Booking
from rooms.occupancy import ports_by_booking, ways_of
from rooms.scheduling.conflicts import PortsExhausted
from rooms.scheduling.ways import Way
from rooms.wishes import BookingRequest
from tests.people import SINCE, People
from tests.rooms.test_ledger import joined, wish, written

pytestmark = pytest.mark.django_db
ELSEWHERE = {"X00691": Way(bridge="MCU-02"), "X00688": Way(relay="H024"), "T2": Way(receive=True)}


def all_ways(people: People, **fields: object) -> BookingRequest:
    return wish(people, *ENDPOINTS, host_endpoint="T1", **({"ways": ELSEWHERE} | fields))


ENDPOINTS = ("T1", "T2", "H024", "X00688", "X00691")


def test_each_share_says_how_it_joins_and_only_ports_are_taken(people: People) -> None:
    booking = reserve(people.secretary, all_ways(people))
    rows = BookedEndpoint.objects.filter(booking=booking).order_by("endpoint__code")
    assert list(rows.values_list("endpoint__code", "way", "bridge__code", "relay__code")) == [
        ("H024", "port", "MCU-01", None),
        ("T1", "port", "MCU-01", None),
        ("T2", "receive", None, None),
        ("X00688", "relay", None, "H024"),
        ("X00691", "port", "MCU-02", None),
    ]
    # T1, H024 and the link's end; X00691 and the other end.
    assert dict(ports_by_booking([booking])[booking.pk].ports) == {"MCU-01": 3, "MCU-02": 2}
    assert ways_of(booking.pk) == ELSEWHERE


def test_a_change_takes_back_and_gives_ways(people: People) -> None:
    booking = reserve(people.secretary, all_ways(people))
    ways = {"X00691": Way(relay="H024")}
    rebook(people.secretary, booking, all_ways(people, ways=ways))
    assert ways_of(booking.pk) == ways
    assert [(code, ports) for code, ports, *_ in written(booking)] == [("MCU-01", 4)]
    rebook(people.secretary, booking, all_ways(people, ways={}))
    assert (ways_of(booking.pk), joined(booking)) == ({}, dict.fromkeys(ENDPOINTS, "MCU-01"))


def test_a_local_booking_has_no_ways(people: People) -> None:
    booking = reserve(people.secretary, all_ways(people, local=True))
    assert (ways_of(booking.pk), written(booking)) == ({}, [])


@pytest.mark.parametrize(
    ("ways", "refusal"),
    [
        ({"Y1": Way(receive=True)}, WayNotSelected),
        ({"T1": Way(receive=True)}, WayOfHost),
        ({"X00688": Way(relay="H026")}, WayWithoutPort),
        ({"X00688": Way(bridge="MCU-09")}, WayBridgeUnknown),
    ],
)
def test_ways_that_cannot_be_are_refused(people: People, ways: dict[str, Way], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        reserve(people.secretary, all_ways(people, ways=ways))
    assert Booking.objects.count() == 0


def short(people: People, ports: int) -> None:
    bridge = people.network.bridges["MCU-01"]
    bridge.ports = ports
    bridge.save()


def test_a_short_bridge_offers_ways_out_and_each_of_them_books(people: People) -> None:
    short(people, 4)
    asked = wish(people, *ENDPOINTS, host_endpoint="T1")
    with pytest.raises(BookingConflict) as caught:
        reserve(people.secretary, asked)
    rows = caught.value.params["conflicts"]
    assert isinstance(rows, list)
    # Who goes to the other bridge leaves an end of the link behind: two have to.
    assert rows[0]["ways_out"] == [
        {"kind": "bridge", "ways": {"X00688": {"bridge": "MCU-02"}, "X00691": {"bridge": "MCU-02"}}},
        {"kind": "relay", "ways": {"X00691": {"relay": "H024"}}},
        {"kind": "receive", "ways": {"X00691": {"receive": True}}},
    ]
    (conflict,) = check(asked).conflicts
    assert isinstance(conflict, PortsExhausted)
    for out in conflict.ways_out:
        release(
            people.secretary, reserve(people.secretary, wish(people, *ENDPOINTS, host_endpoint="T1", ways=out.ways))
        )


def test_skip_lets_go_of_who_is_relayed_by_one_that_is_left_out(people: People) -> None:
    reserve(people.secretary, wish(people, "H024"))
    booking = reserve(people.secretary, all_ways(people), on_conflict="skip")
    assert sorted(joined(booking)) == ["T1", "T2", "X00688", "X00691"]
    assert ways_of(booking.pk) == {code: way for code, way in ELSEWHERE.items() if code != "X00688"}


def test_an_endpoint_that_moves_to_the_bridge_it_joins_by_joins_as_usual(people: People) -> None:
    booking = reserve(people.secretary, all_ways(people))
    head = "code,name,name_en,unit,tier,bridge,seats,active\n"
    rows = head + "X00691,,,00691,,MCU-02,,\nH024,,,024,,MCU-02,,\n"
    load_endpoints(None, parse_endpoints(rows.encode()), valid_from=SINCE)
    assert ways_of(booking.pk) == {code: way for code, way in ELSEWHERE.items() if code != "X00691"}
    assert joined(booking)["H024"] == "MCU-02"
