"""Booking endpoints and ports: all or nothing, with the reason for every refusal."""

import datetime as dt

import pytest

from audit.models import Entry
from rooms.actions import check, rebook, release, reserve
from rooms.errors import BookingConflict, BookingTooLong, EndBeforeStart, EndpointUnknown, HostNotSelected, InThePast
from rooms.models import BookedEndpoint, Booking, Closure
from rooms.wishes import BookingRequest
from tests.people import People, at

pytestmark = pytest.mark.django_db


def wish(people: People, *endpoints: str, **fields: object) -> BookingRequest:
    """08:00–10:00 without set-up, of province 02."""
    facts: dict[str, object] = {
        "title": "Giao ban",
        "unit": people.network.units["02"],
        "endpoints": endpoints or ("T1",),
        "starts_at": at(8),
        "ends_at": at(10),
        "setup_minutes": 0,
    }
    return BookingRequest(**(facts | fields))  # type: ignore[arg-type]  # the tests name the fields


def held(booking: Booking) -> dict[str, tuple[dt.datetime, dt.datetime, bool]]:
    shares = BookedEndpoint.objects.filter(booking=booking).select_related("endpoint")
    return {share.endpoint.code: (share.starts_at, share.ends_at, share.released) for share in shares}


def conflicts_of(people: People, request: BookingRequest) -> list[dict[str, object]]:
    with pytest.raises(BookingConflict) as caught:
        reserve(people.secretary, request)
    conflicts = caught.value.params["conflicts"]
    assert isinstance(conflicts, list)
    return conflicts


def test_a_booking_holds_its_endpoints_from_set_up_to_tear_down(people: People) -> None:
    booking = reserve(people.secretary, wish(people, "T1", "X00688", setup_minutes=60, teardown_minutes=30))
    assert held(booking) == {"T1": (at(7), at(10, 30), False), "X00688": (at(7), at(10, 30), False)}
    assert (booking.hold_starts_at, booking.hold_ends_at) == (at(7), at(10, 30))


def test_a_booking_keeps_the_name_and_telephone_of_who_booked(people: People) -> None:
    booking = reserve(people.secretary, wish(people))
    assert (booking.owner, booking.owner_name, booking.owner_phone) == (
        people.secretary,
        "Nguyễn Thị Lan",
        "0219.000.0001",
    )


def test_a_booking_is_one_entry_in_the_journal_of_the_network(people: People) -> None:
    booking = reserve(people.secretary, wish(people, "T1", "T2"))
    entry = Entry.objects.get(chain__name="network")
    assert (entry.verb, entry.object_id, entry.data["endpoints"]) == ("booking.made", str(booking.pk), ["T1", "T2"])


def test_an_endpoint_busy_until_ten_is_free_from_ten(people: People) -> None:
    reserve(people.secretary, wish(people))
    booking = reserve(people.secretary, wish(people, starts_at=at(10), ends_at=at(11)))
    assert held(booking) == {"T1": (at(10), at(11), False)}


def test_an_endpoint_busy_from_eight_is_free_until_eight(people: People) -> None:
    reserve(people.secretary, wish(people))
    assert check(wish(people, starts_at=at(7), ends_at=at(8))).fits


def test_one_second_of_overlap_is_a_conflict(people: People) -> None:
    reserve(people.secretary, wish(people))
    starts_at = at(10) - dt.timedelta(seconds=1)
    (conflict,) = conflicts_of(people, wish(people, starts_at=starts_at, ends_at=at(11)))
    assert conflict["overlap"] == {"starts_at": "2031-12-01T09:59:59+07:00", "ends_at": "2031-12-01T10:00:00+07:00"}


def test_set_up_counts_as_held(people: People) -> None:
    reserve(people.secretary, wish(people))
    (conflict,) = conflicts_of(people, wish(people, starts_at=at(10), ends_at=at(11), setup_minutes=1))
    assert conflict["kind"] == "endpoint_busy"


def test_a_meeting_over_midnight_of_two_days_ago_is_seen(people: People) -> None:
    reserve(people.secretary, wish(people, starts_at=at(9), ends_at=at(8, day=3)))
    assert [
        each["kind"] for each in conflicts_of(people, wish(people, starts_at=at(7, day=3), ends_at=at(9, day=3)))
    ] == ["endpoint_busy"]


def test_a_conflict_names_the_endpoint_the_meeting_its_owner_and_its_time(people: People) -> None:
    first = reserve(people.secretary, wish(people, "T1", title="Họp Tỉnh ủy"))
    assert conflicts_of(people, wish(people, "T1", "T2", starts_at=at(9), ends_at=at(11))) == [
        {
            "kind": "endpoint_busy",
            "endpoint": "T1",
            "endpoint_name": "UBND tỉnh – Phòng họp trực tuyến",
            "booking": first.pk,
            "meeting": {"id": None, "title": "Họp Tỉnh ủy"},
            "owner": {"name": "Nguyễn Thị Lan", "phone": "0219.000.0001", "unit": "Tỉnh Hà Giang"},
            "held": False,
            "starts_at": "2031-12-01T08:00:00+07:00",
            "ends_at": "2031-12-01T10:00:00+07:00",
            "overlap": {"starts_at": "2031-12-01T09:00:00+07:00", "ends_at": "2031-12-01T10:00:00+07:00"},
        }
    ]


def test_a_conflict_says_what_would_be_free(people: People) -> None:
    reserve(people.secretary, wish(people, "T1"))
    with pytest.raises(BookingConflict) as caught:
        reserve(people.secretary, wish(people, "T1", "T2", "X00688"))
    assert caught.value.params["free_endpoints"] == ["T2", "X00688"]


def test_a_conflict_books_nothing_and_leaves_no_entry(people: People) -> None:
    reserve(people.secretary, wish(people, "T1"))
    conflicts_of(people, wish(people, "T1", "T2"))
    assert (Booking.objects.count(), BookedEndpoint.objects.count(), Entry.objects.count()) == (1, 1, 1)


def test_check_judges_as_reserve_does_and_books_nothing(people: People) -> None:
    reserve(people.secretary, wish(people, "T1"))
    verdict = check(wish(people, "T1", "T2"))
    assert ([each.kind for each in verdict.conflicts], verdict.free_endpoints) == (["endpoint_busy"], ("T2",))
    assert Booking.objects.count() == 1


def test_a_closed_endpoint_stands_in_the_way_with_its_reason(people: People) -> None:
    endpoint = people.network.endpoints["T1"]
    Closure.objects.create(
        endpoint=endpoint, starts_at=at(9), ends_at=at(12), reason="Bảo trì đường truyền", reported_by="Ma Văn Tuấn"
    )
    (conflict,) = conflicts_of(people, wish(people))
    assert conflict == {
        "kind": "endpoint_closed",
        "endpoint": "T1",
        "endpoint_name": "UBND tỉnh – Phòng họp trực tuyến",
        "cause": "maintenance",
        "reason": "Bảo trì đường truyền",
        "reported_by": "Ma Văn Tuấn",
        "starts_at": "2031-12-01T09:00:00+07:00",
        "ends_at": "2031-12-01T12:00:00+07:00",
        "overlap": {"starts_at": "2031-12-01T09:00:00+07:00", "ends_at": "2031-12-01T10:00:00+07:00"},
    }


def test_ports_that_others_hold_are_missing_and_the_first_endpoint_that_does_not_fit_is_named(people: People) -> None:
    # A meeting on one bridge takes no port for a link.
    first = reserve(people.secretary, wish(people, "H026", title="Họp huyện"))
    bridge = people.network.bridges["MCU-02"]
    bridge.ports = 2
    bridge.save()
    # X00715 and the link to T1's bridge need two ports beside the one that is held.
    (conflict,) = conflicts_of(people, wish(people, "T1", "X00715", host_endpoint="T1"))
    assert conflict.pop("ways_out")
    assert conflict == {
        "kind": "ports_exhausted",
        "endpoint": "X00715",
        "endpoint_name": "Xã Lũng Cú",
        "bridge": "MCU-02",
        "bridge_name": "Cao nguyên đá",
        "capacity": 2,
        "held": 1,
        "needed": 2,
        "missing": 1,
        "holders": [{"booking": first.pk, "meeting": {"id": None, "title": "Họp huyện"}, "ports": 1}],
        "starts_at": "2031-12-01T08:00:00+07:00",
        "ends_at": "2031-12-01T10:00:00+07:00",
    }


def test_the_link_of_a_cascade_carries_so_many_meetings_and_no_more(people: People) -> None:
    bridge = people.network.bridges["MCU-02"]
    bridge.link_ports = 1
    bridge.save()
    reserve(people.secretary, wish(people, "T1", "H026", host_endpoint="T1"))
    (conflict,) = conflicts_of(people, wish(people, "T2", "X00715", host_endpoint="T2"))
    assert (conflict["kind"], conflict["bridge"], conflict["parent"], conflict["endpoint"], conflict["missing"]) == (
        "link_exhausted",
        "MCU-02",
        "MCU-01",
        "X00715",
        1,
    )


def test_a_local_meeting_takes_no_ports(people: People) -> None:
    bridge = people.network.bridges["MCU-01"]
    bridge.ports = 1
    bridge.save()
    reserve(people.secretary, wish(people, "T1", local=True))
    reserve(people.secretary, wish(people, "T2"))
    (conflict,) = conflicts_of(people, wish(people, "H024"))
    assert conflict["kind"] == "ports_exhausted"


def test_skip_books_what_is_free(people: People) -> None:
    reserve(people.secretary, wish(people, "T2"))
    booking = reserve(people.secretary, wish(people, "T1", "T2", "X00688"), on_conflict="skip")
    assert sorted(held(booking)) == ["T1", "X00688"]


def test_skip_never_leaves_out_the_main_endpoint(people: People) -> None:
    reserve(people.secretary, wish(people, "T1"))
    with pytest.raises(BookingConflict):
        reserve(people.secretary, wish(people, "T1", "T2", host_endpoint="T1"), on_conflict="skip")
    assert Booking.objects.count() == 1


def test_skip_with_nothing_free_is_a_conflict(people: People) -> None:
    reserve(people.secretary, wish(people, "T1"))
    with pytest.raises(BookingConflict):
        reserve(people.secretary, wish(people, "T1"), on_conflict="skip")


def test_forty_eight_hours_can_be_booked_and_a_minute_more_cannot(people: People) -> None:
    assert check(wish(people, starts_at=at(8), ends_at=at(8, day=3))).fits
    with pytest.raises(BookingTooLong):
        check(wish(people, starts_at=at(8), ends_at=at(8, day=3), setup_minutes=1))


def test_what_is_over_cannot_be_booked(people: People) -> None:
    with pytest.raises(InThePast):
        check(wish(people, starts_at=at(8, year=2020), ends_at=at(10, year=2020)))


def test_an_end_before_the_start_is_refused(people: People) -> None:
    with pytest.raises(EndBeforeStart):
        check(wish(people, starts_at=at(10), ends_at=at(8)))


def test_an_end_at_the_start_is_refused(people: People) -> None:
    with pytest.raises(EndBeforeStart):
        check(wish(people, starts_at=at(10), ends_at=at(10)))


def test_the_main_endpoint_must_be_one_of_the_endpoints(people: People) -> None:
    with pytest.raises(HostNotSelected):
        check(wish(people, "T2", host_endpoint="T1"))


def test_endpoints_that_do_not_exist_are_named(people: People) -> None:
    with pytest.raises(EndpointUnknown) as caught:
        check(wish(people, "T1", "T9"))
    assert caught.value.params == {"endpoints": ["T9"]}


def test_rebooking_moves_what_is_held(people: People) -> None:
    booking = reserve(people.secretary, wish(people, "T1", "T2"))
    rebook(people.secretary, booking, wish(people, "T2", "X00688", starts_at=at(9), ends_at=at(12)))
    assert held(booking) == {"T2": (at(9), at(12), False), "X00688": (at(9), at(12), False)}
    assert reserve(people.secretary, wish(people, "T1")).pk is not None


def test_a_booking_does_not_stand_in_its_own_way(people: People) -> None:
    booking = reserve(people.secretary, wish(people, "T1", "T2"))
    rebook(people.secretary, booking, wish(people, "T1", "T2", ends_at=at(11)))
    assert held(booking) == {"T1": (at(8), at(11), False), "T2": (at(8), at(11), False)}


def test_its_own_ports_do_not_count_against_it(people: People) -> None:
    bridge = people.network.bridges["MCU-01"]
    bridge.ports = 2
    bridge.save()
    booking = reserve(people.secretary, wish(people, "T1", "T2"))
    rebook(people.secretary, booking, wish(people, "T1", "T2", starts_at=at(7)))
    assert held(booking)["T1"] == (at(7), at(10), False)


def test_a_rebooking_that_does_not_fit_leaves_the_booking_exactly_as_it_was(people: People) -> None:
    reserve(people.secretary, wish(people, "T2", starts_at=at(10), ends_at=at(12)))
    booking = reserve(people.secretary, wish(people, "T1", "T2", title="Trước"))
    before = (Booking.objects.filter(pk=booking.pk).values().get(), held(booking), Entry.objects.count())
    with pytest.raises(BookingConflict):
        rebook(people.secretary, booking, wish(people, "T1", "T2", "X00688", title="Sau", ends_at=at(11)))
    assert (Booking.objects.filter(pk=booking.pk).values().get(), held(booking), Entry.objects.count()) == before


def test_a_new_title_is_not_refused_for_what_came_after_the_booking(people: People) -> None:
    booking = reserve(people.secretary, wish(people, "T1"))
    Closure.objects.create(
        endpoint=people.network.endpoints["T1"], starts_at=at(9), ends_at=at(12), reason="Bảo trì", reported_by=""
    )
    rebook(people.secretary, booking, wish(people, "T1", title="Tên mới"))
    assert Booking.objects.get(pk=booking.pk).title == "Tên mới"


def test_a_released_booking_is_free_for_others_and_still_knows_its_endpoints(people: People) -> None:
    booking = reserve(people.secretary, wish(people, "T1", "T2"))
    release(people.secretary, booking)
    assert held(booking) == {"T1": (at(8), at(10), True), "T2": (at(8), at(10), True)}
    assert reserve(people.secretary, wish(people, "T1", "T2")).state == Booking.BOOKED


def test_a_released_booking_gives_its_ports_back(people: People) -> None:
    bridge = people.network.bridges["MCU-01"]
    bridge.ports = 1
    bridge.save()
    booking = reserve(people.secretary, wish(people, "T1"))
    release(people.secretary, booking)
    assert reserve(people.secretary, wish(people, "T2")).state == Booking.BOOKED


def test_releasing_twice_is_one_act(people: People) -> None:
    booking = reserve(people.secretary, wish(people))
    release(people.secretary, release(people.secretary, booking))
    verbs = list(Entry.objects.order_by("seq").values_list("verb", flat=True))
    assert verbs == ["booking.made", "booking.released"]


def test_a_released_booking_can_be_put_in_force_again(people: People) -> None:
    booking = release(people.secretary, reserve(people.secretary, wish(people, "T1", "T2")))
    booking = rebook(people.secretary, booking, wish(people, "T1", "T2"))
    assert (booking.state, held(booking)["T1"]) == (Booking.BOOKED, (at(8), at(10), False))


def test_a_released_booking_comes_back_only_if_it_still_fits(people: People) -> None:
    booking = release(people.secretary, reserve(people.secretary, wish(people, "T1", "T2")))
    reserve(people.secretary, wish(people, "T1"))
    with pytest.raises(BookingConflict):
        rebook(people.secretary, booking, wish(people, "T1", "T2"))
    assert held(booking) == {"T1": (at(8), at(10), True), "T2": (at(8), at(10), True)}
