from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.scheduling.capacity import Bridge, Load, NetworkInvalid, PortHolder, PortPeak, demand
from rooms.scheduling.conflicts import (
    BridgeUnreachable,
    Claim,
    ClosedPeriod,
    EndpointBusy,
    EndpointClosed,
    EndpointInvalid,
    LinkExhausted,
    PortsExhausted,
    ScheduleRequest,
    Verdict,
    days_of,
    examine,
)
from rooms.scheduling.endpoints import EndpointFacts, RequestInvalid
from rooms.scheduling.intervals import Interval, IntervalInvalid
from tests.pure.rooms.scheduling.worlds import World, at, clock, during, minutes, named, worlds

HOUR = timedelta(hours=1)
T1 = EndpointFacts("T1")


def ask(
    *endpoints: str,
    start: int = 600,
    end: int = 660,
    setup: timedelta = timedelta(0),
    host: str | None = None,
    booking: int | None = None,
    local: bool = False,
) -> ScheduleRequest:
    return ScheduleRequest(
        endpoints=endpoints,
        starts_at=at(start),
        ends_at=at(end),
        setup=setup,
        host=host,
        booking=booking,
        local=local,
    )


def judge(request: ScheduleRequest, *claims: Claim) -> Verdict:
    return examine(request, named(*(EndpointFacts(code) for code in request.endpoints)), claims, [], [], [])


def test_endpoint_busy_until_ten_is_free_from_ten() -> None:
    request = ScheduleRequest(endpoints=("T1",), starts_at=clock(10), ends_at=clock(11))
    before = Claim("T1", Interval(clock(9), clock(10)), 1)
    after = Claim("T1", Interval(clock(11), clock(12)), 2)
    assert judge(request, before, after) == Verdict((), ("T1",), ())
    assert judge(request, before, after).fits is True


def test_endpoint_busy_one_minute_too_long_is_named_with_meeting_owner_and_overlap() -> None:
    request = ScheduleRequest(endpoints=("T1",), starts_at=clock(10), ends_at=clock(11), setup=HOUR)
    claim = Claim("T1", Interval(clock(8), clock(9, 1)), 7, "Briefing", "Hoàng Văn Thiện", "0219", "Sở Nội vụ", True)
    verdict = judge(request, claim)
    assert verdict.conflicts == (
        EndpointBusy(
            endpoint="T1",
            booking=7,
            title="Briefing",
            owner_name="Hoàng Văn Thiện",
            owner_phone="0219",
            owner_unit="Sở Nội vụ",
            held=True,
            interval=Interval(clock(8), clock(9, 1)),
            overlap=Interval(clock(9), clock(9, 1)),
        ),
    )
    assert (verdict.fits, verdict.free_endpoints) == (False, ())


def test_setup_and_teardown_are_part_of_what_is_asked_for() -> None:
    claims = [Claim("T1", Interval(clock(9), clock(9, 30)), 1), Claim("T1", Interval(clock(11, 30), clock(12)), 2)]
    request = ScheduleRequest(endpoints=("T1",), starts_at=clock(10), ends_at=clock(11))
    half_hour = timedelta(minutes=30)
    assert judge(replace(request, setup=half_hour, teardown=half_hour), *claims).fits is True
    verdict = judge(replace(request, setup=HOUR, teardown=HOUR), *claims)
    assert [conflict.booking for conflict in verdict.conflicts if isinstance(conflict, EndpointBusy)] == [1, 2]


def test_closed_endpoint_is_named_with_reason_reporter_and_overlap() -> None:
    closure = ClosedPeriod("T1", during(630, 900), "Line maintenance", "Ma Văn Tuấn")
    other = ClosedPeriod("T2", during(0, 900), "Not asked for")
    earlier = ClosedPeriod("T1", during(0, 600), "Over by then")
    verdict = examine(ask("T1"), named(T1), [], [other, closure, earlier], [], [])
    assert verdict.conflicts == (
        EndpointClosed(
            endpoint="T1",
            reason="Line maintenance",
            reported_by="Ma Văn Tuấn",
            interval=during(630, 900),
            overlap=during(630, 660),
        ),
    )


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (EndpointFacts("T1", active=False), "inactive"),
        (EndpointFacts("T1", valid_from=date(2025, 5, 23)), "not_yet_valid"),
        (EndpointFacts("T1", valid_to=date(2025, 5, 22)), "no_longer_valid"),
    ],
)
def test_endpoint_outside_its_validity_is_named_with_the_reason(facts: EndpointFacts, reason: str) -> None:
    (conflict,) = examine(ask("T1"), named(facts), [], [], [], []).conflicts
    assert isinstance(conflict, EndpointInvalid)
    assert (conflict.endpoint, conflict.reason, conflict.overlap) == ("T1", reason, during(600, 660))
    assert (conflict.valid_from, conflict.valid_to) == (facts.valid_from, facts.valid_to)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (EndpointFacts("T1", unit_valid_from=date(2025, 5, 23)), "unit_not_yet_valid"),
        (EndpointFacts("T1", unit_valid_to=date(2025, 5, 22)), "unit_no_longer_valid"),
    ],
)
def test_endpoint_of_a_unit_that_is_not_there_on_the_day_is_named_with_the_unit_s_days(
    facts: EndpointFacts, reason: str
) -> None:
    (conflict,) = examine(ask("T1"), named(facts), [], [], [], []).conflicts
    assert isinstance(conflict, EndpointInvalid)
    assert (conflict.reason, conflict.valid_from, conflict.valid_to) == (
        reason,
        facts.unit_valid_from,
        facts.unit_valid_to,
    )


def test_an_endpoint_s_own_reason_comes_before_its_unit_s() -> None:
    facts = EndpointFacts("T1", active=False, unit_valid_to=date(2025, 5, 22))
    (conflict,) = examine(ask("T1"), named(facts), [], [], [], []).conflicts
    assert isinstance(conflict, EndpointInvalid)
    assert conflict.reason == "inactive"


def test_closing_for_the_night_is_told_apart_from_maintenance() -> None:
    closures = [ClosedPeriod("T1", during(630, 900), cause="opening_hours"), ClosedPeriod("T1", during(630, 900))]
    verdict = examine(ask("T1"), named(T1), [], closures, [], [])
    causes = [each.cause for each in verdict.conflicts if isinstance(each, EndpointClosed)]
    assert sorted(causes) == ["maintenance", "opening_hours"]


def test_endpoint_is_valid_from_its_first_day_until_the_midnight_before_the_day_it_ends() -> None:
    facts = EndpointFacts("T1", valid_from=date(2025, 5, 22), valid_to=date(2025, 5, 23))
    whole_day = ScheduleRequest(endpoints=("T1",), starts_at=clock(0), ends_at=clock(0, day=23))
    assert examine(whole_day, named(facts), [], [], [], []).fits is True
    assert examine(whole_day.moved_to(clock(0, 1)), named(facts), [], [], [], []).fits is False
    assert examine(whole_day.moved_to(clock(23, 59, day=21)), named(facts), [], [], [], []).fits is False


def test_days_are_counted_in_the_zone_of_the_office_not_in_utc() -> None:
    midnight = datetime(2025, 5, 21, 17, 0, tzinfo=UTC)
    office = ask("T1").zone
    assert days_of(Interval(midnight, midnight + HOUR), office) == (date(2025, 5, 22), date(2025, 5, 22))


def test_bridge_short_of_twelve_ports_is_told_as_on_the_conflict_sheet() -> None:
    bridges = [Bridge("MCU-01", "Trung tâm", 200), Bridge("MCU-02", "Cao nguyên đá", 80, "MCU-01")]
    endpoints = [EndpointFacts("T1", "MCU-01"), *(EndpointFacts(f"X{n:03}", "MCU-02") for n in range(72))]
    request = ScheduleRequest(
        endpoints=tuple(each.code for each in endpoints),
        starts_at=clock(14),
        ends_at=clock(16, 30),
        setup=HOUR,
        host="T1",
    )
    training = Load("MCU-02", Interval(clock(13, 15), clock(17)), 19, booking=5, title="Tập huấn")
    verdict = examine(request, named(*endpoints), [], [], bridges, [training])
    assert verdict.conflicts == (
        PortsExhausted(
            bridge="MCU-02",
            name="Cao nguyên đá",
            capacity=80,
            held=19,
            needed=73,
            missing=12,
            interval=Interval(clock(13, 15), clock(16, 30)),
            intervals=(Interval(clock(13, 15), clock(16, 30)),),
            first_endpoint="X060",
            holders=(PortHolder(5, "Tập huấn", 19),),
        ),
    )
    assert verdict.free_endpoints == request.endpoints
    assert verdict.port_peaks == (
        PortPeak("MCU-01", "Trung tâm", 200, 0, 2),
        PortPeak("MCU-02", "Cao nguyên đá", 80, 19, 73),
    )


def test_ports_short_twice_are_one_conflict_from_the_first_to_the_last_shortage() -> None:
    bridge = Bridge("A", "A", 1)
    loads = [Load("A", during(600, 610), 1), Load("A", during(650, 700), 1)]
    (conflict,) = examine(ask("T1"), named(EndpointFacts("T1", "A")), [], [], [bridge], loads).conflicts
    assert isinstance(conflict, PortsExhausted)
    assert conflict.interval == during(600, 660)
    assert conflict.intervals == (during(600, 610), during(650, 660))


def test_link_without_a_free_connection_is_a_conflict_of_its_own() -> None:
    bridges = [Bridge("P", "Province", 9), Bridge("D", "District", 9, "P", link_ports=1)]
    endpoints = [EndpointFacts("T1", "P"), EndpointFacts("H1", "D")]
    loads = [Load("D", during(0, 630), 1, links=1, booking=3, title="Briefing")]
    assert examine(ask("T1", "H1", host="T1"), named(*endpoints), [], [], bridges, loads).conflicts == (
        LinkExhausted(
            bridge="D",
            name="District",
            parent="P",
            capacity=1,
            held=1,
            needed=1,
            missing=1,
            interval=during(600, 630),
            intervals=(during(600, 630),),
            first_endpoint="H1",
            holders=(PortHolder(3, "Briefing", 1),),
        ),
    )


def test_bridge_that_no_link_joins_to_the_host_is_a_conflict() -> None:
    bridges = [Bridge("P", "Province", 9), Bridge("S", "Island", 9)]
    endpoints = [EndpointFacts("T1", "P"), EndpointFacts("S1", "S"), EndpointFacts("S2", "S")]
    assert examine(ask("S2", "S1", "T1", host="T1"), named(*endpoints), [], [], bridges, []).conflicts == (
        BridgeUnreachable(
            bridge="S", name="Island", endpoints=("S2", "S1"), interval=during(600, 660), first_endpoint="S2"
        ),
    )


def test_booking_that_is_changed_does_not_stand_in_its_own_way() -> None:
    bridge = Bridge("A", "A", 1)
    claims = [Claim("T1", during(600, 660), 8)]
    loads = [Load("A", during(600, 660), 1, booking=8)]
    facts = [EndpointFacts("T1", "A")]
    assert examine(ask("T1", booking=8), named(*facts), claims, [], [bridge], loads).fits is True
    kinds = [
        conflict.kind
        for conflict in examine(ask("T1", booking=9), named(*facts), claims, [], [bridge], loads).conflicts
    ]
    assert kinds == ["endpoint_busy", "ports_exhausted"]


def test_local_meeting_takes_the_room_but_no_ports() -> None:
    facts = [EndpointFacts("T1", "A")]
    full = [Bridge("A", "A", 0)]
    assert examine(ask("T1", local=True), named(*facts), [], [], full, []) == Verdict((), ("T1",), ())
    assert examine(ask("T1"), named(*facts), [], [], full, []).fits is False
    claim = Claim("T1", during(600, 660), 1)
    assert examine(ask("T1", local=True), named(*facts), [claim], [], full, []).fits is False


def test_conflicts_follow_the_order_asked_for_then_time_then_bridges() -> None:
    bridges = [Bridge("P", "", 0), Bridge("D", "", 0, "P", link_ports=0)]
    endpoints = [EndpointFacts("T1", "P"), EndpointFacts("H1", "D", active=False)]
    claims = [
        Claim("T1", during(640, 660), 1),
        Claim("T1", during(600, 610), 2),
        Claim("H1", during(650, 900), 3),
    ]
    closures = [ClosedPeriod("T1", during(610, 620), "Later"), ClosedPeriod("T1", during(600, 610), "At once")]
    verdict = examine(ask("H1", "T1", host="T1"), named(*endpoints), claims, closures, bridges, [])
    told = [
        (
            each.kind,
            each.bridge if isinstance(each, PortsExhausted | LinkExhausted | BridgeUnreachable) else each.endpoint,
        )
        for each in verdict.conflicts
    ]
    assert told == [
        ("endpoint_invalid", "H1"),
        ("endpoint_busy", "H1"),
        ("endpoint_busy", "T1"),
        ("endpoint_closed", "T1"),
        ("endpoint_closed", "T1"),
        ("endpoint_busy", "T1"),
        ("ports_exhausted", "P"),
        ("ports_exhausted", "D"),
        ("link_exhausted", "D"),
    ]


@pytest.mark.parametrize(
    ("endpoints", "host", "code", "params"),
    [
        ((), None, "no_endpoints", {}),
        (("A", "B", "A", "B", "C"), None, "endpoint_repeated", {"endpoints": ["A", "B"]}),
        (("A",), "B", "host_not_selected", {"endpoints": ["B"]}),
    ],
)
def test_request_that_contradicts_itself_is_refused(
    endpoints: tuple[str, ...], host: str | None, code: str, params: dict[str, object]
) -> None:
    with pytest.raises(RequestInvalid) as refused:
        ScheduleRequest(endpoints=endpoints, starts_at=at(0), ends_at=at(10), host=host)
    assert (refused.value.code, refused.value.params) == (code, params)


def test_request_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(IntervalInvalid):
        ScheduleRequest(endpoints=("A",), starts_at=at(10), ends_at=at(0))


def test_endpoints_that_nobody_knows_are_refused_by_name() -> None:
    with pytest.raises(RequestInvalid) as refused:
        examine(ask("T1", "T9", "T8"), named(T1), [], [], [], [])
    assert (refused.value.code, refused.value.params) == ("endpoint_unknown", {"endpoints": ["T9", "T8"]})


def test_endpoint_on_a_bridge_that_nobody_knows_is_refused() -> None:
    with pytest.raises(NetworkInvalid) as refused:
        examine(ask("T1"), named(EndpointFacts("T1", "A")), [], [], [], [])
    assert refused.value.code == "bridge_unknown"


def test_moved_request_is_as_long_and_reduced_request_drops_a_host_that_is_gone() -> None:
    request = ask("T1", "T2", host="T2", setup=HOUR)
    assert request.moved_to(at(0)) == ask("T1", "T2", start=0, end=60, host="T2", setup=HOUR)
    assert request.moved_to(at(0)).hold == during(-60, 60)
    assert request.reduced_to(["T2"]) == ask("T2", host="T2", setup=HOUR)
    assert request.reduced_to(["T1"]) == ask("T1", setup=HOUR)


@given(worlds())
def test_verdict_agrees_with_looking_at_every_minute_of_every_endpoint_and_bridge(world: World) -> None:
    request = world.request
    verdict = examine(request, *world.diary)
    wanted = minutes(request.hold)
    others = [claim for claim in world.busy if request.booking is None or claim.booking != request.booking]
    blocking: list[Claim | ClosedPeriod] = [*others, *world.closures]
    taken = {
        code: {minute for each in blocking if each.endpoint == code for minute in minutes(each.interval)}
        for code in request.endpoints
    }
    assert verdict.free_endpoints == tuple(code for code in request.endpoints if not taken[code] & wanted)
    found = {code: set[int]() for code in request.endpoints}
    for conflict in verdict.conflicts:
        if isinstance(conflict, EndpointBusy | EndpointClosed):
            found[conflict.endpoint] |= minutes(conflict.overlap)
            assert conflict.interval.intersection(request.hold) == conflict.overlap
    assert found == {code: taken[code] & wanted for code in request.endpoints}

    bridge_of = {each.code: each.bridge for each in world.endpoints}
    host_bridge = bridge_of[request.host] if request.host else None
    needed = demand(world.bridges, {code: bridge_of[code] for code in request.endpoints}, host_bridge)
    loads = [load for load in world.loads if request.booking is None or load.booking != request.booking]
    for peak in verdict.port_peaks:
        held = [
            sum(load.ports for load in loads if load.bridge == peak.bridge and minute in minutes(load.interval))
            for minute in wanted
        ]
        assert (peak.held, peak.needed) == (max(held), needed.ports[peak.bridge])
    assert [peak.bridge for peak in verdict.port_peaks] == list(needed.ports)
    short = [each.bridge for each in verdict.conflicts if isinstance(each, PortsExhausted)]
    assert short == [peak.bridge for peak in verdict.port_peaks if peak.remaining < 0]
    cut_off = [each.bridge for each in verdict.conflicts if isinstance(each, BridgeUnreachable)]
    assert cut_off == list(needed.unreachable)


@given(worlds(), st.data())
def test_verdict_does_not_depend_on_the_order_of_the_diary(world: World, data: st.DataObject) -> None:
    shuffled = examine(
        world.request,
        named(*data.draw(st.permutations(world.endpoints))),
        data.draw(st.permutations(world.busy)),
        data.draw(st.permutations(world.closures)),
        world.bridges,
        data.draw(st.permutations(world.loads)),
    )
    assert shuffled == examine(world.request, *world.diary)


def test_closures_alike_but_for_their_reason_are_told_in_one_order() -> None:
    closures = [ClosedPeriod("T1", during(600, 660), reason) for reason in ("B", "A")]
    assert (
        examine(ask("T1"), named(T1), [], closures, [], []).conflicts
        == examine(ask("T1"), named(T1), [], closures[::-1], [], []).conflicts
    )
