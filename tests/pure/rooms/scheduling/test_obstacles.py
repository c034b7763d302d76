from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from rooms.scheduling.capacity import PortHolder
from rooms.scheduling.conflicts import (
    BridgeUnreachable,
    Conflict,
    EndpointBusy,
    EndpointClosed,
    EndpointInvalid,
    LinkExhausted,
    PortsExhausted,
    examine,
)
from rooms.scheduling.intervals import Interval
from rooms.scheduling.obstacles import as_data, group_conflicts
from tests.pure.rooms.scheduling.worlds import World, clock, during, worlds


def busy(endpoint: str, booking: int, interval: Interval, overlap: Interval) -> EndpointBusy:
    return EndpointBusy(
        endpoint=endpoint,
        booking=booking,
        title=f"Meeting {booking}",
        owner_name="Hoàng Văn Thiện",
        owner_phone="0219.386.2205",
        owner_unit="Sở Nội vụ",
        held=booking == 5,
        interval=interval,
        overlap=overlap,
    )


TRAINING = Interval(clock(13, 15), clock(17))
TRAINING_OVERLAP = Interval(clock(13, 15), clock(16, 30))
MORNING = Interval(clock(13, 30), clock(15, 30))
CLOSED = EndpointClosed(
    endpoint="X00692",
    reason="Line maintenance",
    reported_by="Ma Văn Tuấn",
    interval=Interval(clock(13, 30), clock(18)),
    overlap=Interval(clock(13, 30), clock(16, 30)),
)
PORTS = PortsExhausted(
    bridge="MCU-02",
    name="Cao nguyên đá",
    capacity=80,
    held=19,
    needed=73,
    missing=12,
    interval=TRAINING_OVERLAP,
    intervals=(TRAINING_OVERLAP,),
    first_endpoint="X00751",
    holders=(PortHolder(5, "Tập huấn", 19),),
)
LINK = LinkExhausted(
    bridge="MCU-03",
    name="Phía tây",
    parent="MCU-01",
    capacity=1,
    held=1,
    needed=1,
    missing=1,
    interval=TRAINING_OVERLAP,
    intervals=(TRAINING_OVERLAP,),
    first_endpoint=None,
    holders=(),
)
CUT_OFF = BridgeUnreachable(bridge="S", name="Island", endpoints=("S1", "S2"), interval=TRAINING, first_endpoint="S1")
GONE = [
    EndpointInvalid(
        endpoint=code,
        reason="no_longer_valid",
        valid_from=None,
        valid_to=date(2025, 7, 1),
        overlap=TRAINING_OVERLAP,
    )
    for code in ("H025", "H026")
]


def test_sheet_tells_twenty_one_endpoints_and_one_bridge_as_four_obstacles() -> None:
    trained = [f"X{number:05}" for number in range(700, 719)]
    conflicts: list[Conflict] = [
        busy("T3", 6, MORNING, MORNING),
        *(busy(code, 5, TRAINING, TRAINING_OVERLAP) for code in trained),
        CLOSED,
        PORTS,
    ]
    obstacles = group_conflicts(conflicts)
    assert [(each.kind, len(each.endpoints), each.interval, each.overlap) for each in obstacles] == [
        ("endpoint_busy", 19, TRAINING, TRAINING_OVERLAP),
        ("endpoint_busy", 1, MORNING, MORNING),
        ("endpoint_closed", 1, CLOSED.interval, CLOSED.overlap),
        ("ports_exhausted", 1, TRAINING_OVERLAP, TRAINING_OVERLAP),
    ]
    assert obstacles[0].endpoints == tuple(trained)
    assert obstacles[0].first == conflicts[1]
    assert obstacles[3].conflicts == (PORTS,)


def test_obstacle_spans_all_times_of_the_booking_and_counts_an_endpoint_once() -> None:
    (obstacle,) = group_conflicts(
        [
            busy("A", 1, during(0, 10), during(5, 10)),
            busy("B", 1, during(20, 40), during(20, 30)),
            busy("A", 1, during(20, 40), during(20, 30)),
        ]
    )
    assert obstacle.endpoints == ("A", "B")
    assert (obstacle.interval, obstacle.overlap) == (during(0, 40), during(5, 30))


def test_every_kind_has_its_place_on_the_sheet_and_one_obstacle_per_cause() -> None:
    obstacles = group_conflicts([CUT_OFF, LINK, PORTS, *GONE, CLOSED, busy("T3", 6, MORNING, MORNING)])
    assert [(each.kind, each.endpoints, each.overlap) for each in obstacles] == [
        ("endpoint_busy", ("T3",), MORNING),
        ("endpoint_closed", ("X00692",), CLOSED.overlap),
        ("endpoint_invalid", ("H025", "H026"), TRAINING_OVERLAP),
        ("ports_exhausted", ("X00751",), TRAINING_OVERLAP),
        ("link_exhausted", (), TRAINING_OVERLAP),
        ("bridge_unreachable", ("S1", "S2"), TRAINING),
    ]


def test_nothing_in_the_way_is_no_obstacle() -> None:
    assert group_conflicts([]) == []


@given(worlds(), st.data())
def test_obstacles_hold_every_conflict_once_and_each_booking_once(world: World, data: st.DataObject) -> None:
    conflicts = list(examine(world.request, *world.diary).conflicts)
    obstacles = group_conflicts(data.draw(st.permutations(conflicts)))
    told = [conflict for obstacle in obstacles for conflict in obstacle.conflicts]
    assert sorted(map(str, told)) == sorted(map(str, conflicts))
    bookings = [each.first.booking for each in obstacles if isinstance(each.first, EndpointBusy)]
    assert len(bookings) == len(set(bookings))
    assert all(isinstance(obstacle.overlap.intersection(world.request.hold), Interval) for obstacle in obstacles)


def test_busy_endpoint_as_data_has_the_endpoint_the_owner_and_both_times() -> None:
    assert as_data(busy("T3", 5, TRAINING, TRAINING_OVERLAP)) == {
        "kind": "endpoint_busy",
        "endpoint": "T3",
        "booking": 5,
        "title": "Meeting 5",
        "owner_name": "Hoàng Văn Thiện",
        "owner_phone": "0219.386.2205",
        "owner_unit": "Sở Nội vụ",
        "held": True,
        "interval": {"starts_at": "2025-05-22T13:15:00+07:00", "ends_at": "2025-05-22T17:00:00+07:00"},
        "overlap": {"starts_at": "2025-05-22T13:15:00+07:00", "ends_at": "2025-05-22T16:30:00+07:00"},
    }


def test_ports_as_data_name_the_first_endpoint_that_does_not_fit_and_who_holds_the_rest() -> None:
    data = as_data(PORTS)
    span = {"starts_at": "2025-05-22T13:15:00+07:00", "ends_at": "2025-05-22T16:30:00+07:00"}
    assert (data["kind"], data["endpoint"], data["first_endpoint"]) == ("ports_exhausted", "X00751", "X00751")
    assert (data["interval"], data["intervals"]) == (span, [span])
    assert data["holders"] == [{"booking": 5, "title": "Tập huấn", "ports": 19}]


def test_dates_of_validity_as_data_are_plain_days() -> None:
    data = as_data(GONE[0])
    assert (data["valid_from"], data["valid_to"], data["reason"]) == (None, "2025-07-01", "no_longer_valid")


def test_link_without_an_endpoint_as_data_says_null() -> None:
    assert as_data(LINK)["endpoint"] is None
