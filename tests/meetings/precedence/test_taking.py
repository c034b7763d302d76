"""A session of a higher tier takes its place: who gives way, who is told, and what stays exactly as it was."""

import datetime as dt
import uuid

import pytest
import time_machine

from accounts.decision import Role
from accounts.errors import Forbidden
from accounts.models import Membership, User
from audit.models import Entry
from audit.selectors import verify_all
from meetings.agenda.models import Item
from meetings.live.actions import call_off, put_off
from meetings.notices.models import Notice
from meetings.planning.actions import change_meeting, create_meeting
from meetings.planning.lifecycle import ActImpossible
from meetings.planning.models import Meeting, Participant
from meetings.planning.selectors import booked_codes
from meetings.planning.wishes import Changes
from meetings.precedence.actions import move_here, preempt, preempt_plan, tell_freed
from meetings.precedence.errors import NotAgreed
from meetings.precedence.selectors import way_back
from realtime.models import Stream, StreamEvent
from rooms.errors import BookingConflict
from rooms.models import BookedEndpoint, Booking, Closure, Tier
from rooms.selectors import read_selection
from tests.meetings.planning.plans import plan
from tests.people import People, at, make_endpoint
from tests.scenes import invite, make_meeting

WHY = "Công điện của Thủ tướng Chính phủ về phòng, chống bão số 3"


@pytest.fixture
def lower(people: People) -> Meeting:
    """08:00–10:00 of the district 026, booked by its own secretary."""
    clerk = User.objects.create_user("clerk", password="demo-pass-1")
    Membership.objects.create(user=clerk, role=Role.SECRETARIAT.value, unit=people.network.units["026"])
    meeting = make_meeting(people, unit="026", endpoints=["H026", "X00715"], title="Tập huấn chuyển đổi số")
    meeting.created_by = clerk
    meeting.selection = {"endpoints": ["H026", "X00715"]}
    meeting.save()
    Booking.objects.filter(meeting=meeting).update(owner=clerk, owner_name="Sùng Mí Páo", owner_phone="0912")
    invite(meeting, people, "delegate", "H026")
    Item.objects.create(meeting=meeting, position=1, title="Khai mạc", minutes=10)
    return Meeting.objects.get(pk=meeting.pk)


@pytest.fixture
def draft(people: People) -> Meeting:
    """The province wants T1, H026 and X00715 at the same time."""
    return create_meeting(people.secretary, plan(people, title="Họp khẩn phòng, chống bão"), draft=True)


def take(people: People, meeting: Meeting) -> Meeting:
    return preempt(people.secretary, meeting, reason=WHY, ground="higher_instruction").meeting


def picture() -> object:
    """All that must not change when nothing is done."""
    return (
        list(Meeting.objects.order_by("pk").values()),
        list(Booking.objects.order_by("pk").values()),
        list(BookedEndpoint.objects.order_by("pk").values()),
        Entry.objects.count(),
        StreamEvent.objects.count(),
        Notice.objects.count(),
    )


def test_the_lower_meeting_is_to_be_moved_with_all_its_data_and_the_higher_is_booked(
    people: People, lower: Meeting, draft: Meeting
) -> None:
    taken = take(people, draft)
    assert (taken.status, booked_codes(taken)) == ("scheduled", ["T1", "H026", "X00715"])
    moved = Meeting.objects.get(pk=lower.pk)
    assert (moved.status, moved.displaced_by, moved.reason) == ("postponed", taken.booking, WHY)
    assert (moved.starts_at, moved.ends_at, moved.selection) == (lower.starts_at, lower.ends_at, lower.selection)
    assert (moved.revision, moved.version) == (lower.revision + 1, lower.version + 1)
    assert Participant.objects.filter(meeting=moved).count() == 1
    assert Item.objects.get(meeting=moved).title == "Khai mạc"
    released = Booking.objects.get(meeting=lower)
    assert released.state == Booking.RELEASED
    assert set(released.booked_endpoints.values_list("released", flat=True)) == {True}


def test_both_sides_keep_it_in_their_journals_and_tell_their_screens(
    people: People, lower: Meeting, draft: Meeting
) -> None:
    taken = take(people, draft)
    told = Entry.objects.get(chain__name=lower.stream, verb="meeting.displaced")
    assert (told.data["by"], told.data["reason"], told.data["ground"]) == (taken.title, WHY, "higher_instruction")
    done = Entry.objects.get(chain__name=taken.stream, verb="meeting.preempted")
    assert done.data["displaced"] == [{"meeting": lower.pk, "title": lower.title}]
    assert StreamEvent.objects.filter(stream__name=lower.stream, kind="meeting.postponed").count() == 1
    assert StreamEvent.objects.filter(stream__name=taken.stream, kind="meeting.scheduled").count() == 1
    assert Stream.objects.get(name=lower.stream).access_version == 1
    assert list(verify_all()) == []


def test_whoever_booked_it_is_told_what_by_whom_and_why(people: People, lower: Meeting, draft: Meeting) -> None:
    taken = take(people, draft)
    notice = Notice.objects.get()
    assert (notice.user, notice.kind, notice.meeting) == (lower.created_by, "meeting.displaced", lower)
    facts = {name: notice.data[name] for name in ("title", "unit", "actor", "phone", "reason", "booking")}
    assert facts == {
        "title": "Họp khẩn phòng, chống bão",
        "unit": "Tỉnh Hà Giang",
        "actor": "Nguyễn Thị Lan",
        "phone": "0219.000.0001",
        "reason": WHY,
        "booking": taken.booking_id,
    }


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("unit", "02", "equal_tier"),
        ("status", "open", "in_session"),
        ("fixed", True, "fixed"),
        ("tier", "province", "equal_tier"),
        ("tier", "central", "higher_tier"),
    ],
)
def test_what_does_not_give_way_refuses_it_with_who_and_why_and_everything_is_as_it_was(
    people: People, lower: Meeting, draft: Meeting, field: str, value: object, why: str
) -> None:
    booking = lower.booking
    assert booking is not None
    if field == "unit":
        booking.unit = people.network.units[str(value)]
    elif field == "status":
        Meeting.objects.filter(pk=lower.pk).update(status=value)
    elif field == "tier":
        booking.tier = Tier.objects.get(pk=value)
    else:
        booking.fixed = bool(value)
    booking.save()
    before = picture()
    with pytest.raises(BookingConflict) as refused:
        take(people, draft)
    rows = refused.value.params["conflicts"]
    assert isinstance(rows, list)
    assert [(row["kind"], row["endpoint"], row["stays"], row["displaceable"]) for row in rows] == [
        ("endpoint_busy", "H026", why, False),
        ("endpoint_busy", "X00715", why, False),
        ("ports_exhausted", "X00715", why, False),
    ]
    assert rows[0]["meeting"] == {"id": lower.pk, "title": lower.title}
    assert rows[0]["owner"]["name"] == "Sùng Mí Páo"
    assert picture() == before


def test_the_tier_kept_with_the_booking_counts_more_than_its_units(
    people: People, lower: Meeting, draft: Meeting
) -> None:
    Booking.objects.filter(meeting=lower).update(unit=people.network.units["02"], tier="commune")
    assert take(people, draft).status == "scheduled"


def test_a_lower_unit_displaces_nobody(people: People, lower: Meeting) -> None:
    Booking.objects.filter(meeting=lower).update(unit=people.network.units["02"])
    wish = plan(
        people, unit=people.network.units["026"], selection=read_selection({"under": "026"}), host_endpoint=None
    )
    with pytest.raises(BookingConflict):
        preempt_plan(people.secretary, wish, reason=WHY, ground="force_majeure")
    assert Meeting.objects.count() == 1


def test_a_closed_endpoint_gives_way_to_nobody(people: People, lower: Meeting, draft: Meeting) -> None:
    endpoint = people.network.endpoints["T1"]
    Closure.objects.create(endpoint=endpoint, starts_at=at(7), ends_at=at(9), reason="Bảo trì đường truyền")
    before = picture()
    with pytest.raises(BookingConflict) as refused:
        take(people, draft)
    rows = refused.value.params["conflicts"]
    assert isinstance(rows, list)
    assert [(row["kind"], row["stays"]) for row in rows] == [("endpoint_closed", "no_session")]
    assert picture() == before


def test_who_only_holds_short_ports_gives_way_too_but_no_more_than_must(people: People, draft: Meeting) -> None:
    """MCU-02 has four ports and two links; H026, X00715 and a link take three of the four."""
    people.network.bridges["MCU-02"].ports = 5
    people.network.bridges["MCU-02"].save()
    extra = [make_endpoint_on_two(people, code) for code in ("Z1", "Z2", "Z3")]
    meetings = [make_meeting(people, unit="00715", endpoints=[code], title=code) for code in extra]
    preempted = preempt(people.secretary, draft, reason=WHY, ground="higher_instruction")
    assert [each.title for each in preempted.displaced] == ["Z3"]
    assert [Meeting.objects.get(pk=each.pk).status for each in meetings] == ["scheduled", "scheduled", "postponed"]


def make_endpoint_on_two(people: People, code: str) -> str:
    network = people.network
    tier = Tier.objects.get(pk="commune")
    network.endpoints[code] = make_endpoint(code, network.units["00688"], tier, network.bridges["MCU-02"], code)
    return code


def test_with_nothing_in_the_way_it_is_simply_booked(people: People, draft: Meeting) -> None:
    preempted = preempt(people.secretary, draft, reason=WHY, ground="higher_instruction")
    assert (preempted.meeting.status, preempted.displaced, Notice.objects.count()) == ("scheduled", [], 0)


def test_more_than_was_agreed_to_is_not_displaced(people: People, lower: Meeting, draft: Meeting) -> None:
    before = picture()
    with pytest.raises(NotAgreed) as refused:
        preempt(people.secretary, draft, reason=WHY, ground="higher_instruction", agreed=())
    assert refused.value.params == {"bookings": [lower.booking_id]}
    assert picture() == before


def test_who_may_not_book_for_the_unit_takes_no_precedence(people: People, lower: Meeting, draft: Meeting) -> None:
    before = picture()
    with pytest.raises(Forbidden):
        preempt(people.chair, draft, reason=WHY, ground="higher_instruction")
    assert picture() == before


def test_what_is_booked_already_takes_no_precedence(people: People, lower: Meeting, draft: Meeting) -> None:
    taken = take(people, draft)
    with pytest.raises(ActImpossible):
        take(people, taken)


def test_a_plan_is_written_down_and_booked_in_one_act_or_not_at_all(people: People, lower: Meeting) -> None:
    done = preempt_plan(people.secretary, plan(people, title="Họp khẩn"), reason=WHY, ground="force_majeure")
    assert (done.meeting.title, done.meeting.status) == ("Họp khẩn", "scheduled")
    assert [each.pk for each in done.displaced] == [lower.pk]


def test_a_displaced_meeting_can_take_precedence_itself_with_its_old_booking(
    people: People, lower: Meeting, draft: Meeting
) -> None:
    take(people, draft)
    commune = make_meeting(
        people, unit="00715", endpoints=["H026"], starts_at=at(14), setup_minutes=0, title="Tiếp dân"
    )
    moved = change_meeting(
        people.secretary,
        Meeting.objects.get(pk=lower.pk),
        version=lower.version + 1,
        changes=Changes(starts_at=at(14), ends_at=at(16)),
    )
    again = take(people, moved)
    assert (again.status, again.booking_id, again.displaced_by) == ("scheduled", lower.booking_id, None)
    assert Meeting.objects.get(pk=commune.pk).displaced_by_id == lower.booking_id


def test_three_free_times_are_offered_and_one_click_takes_one(people: People, lower: Meeting, draft: Meeting) -> None:
    take(people, draft)
    moved = Meeting.objects.get(pk=lower.pk)
    found = way_back(people.secretary, moved)
    assert (found.old_time_fits, len(found.slots)) == (False, 3)
    done = move_here(people.secretary, moved, starts_at=found.slots[1].starts_at)
    assert (done.status, done.starts_at, done.displaced_by) == ("scheduled", found.slots[1].starts_at, None)
    assert (done.ends_at - done.starts_at, booked_codes(done)) == (dt.timedelta(hours=2), ["H026", "X00715"])
    assert Notice.objects.filter(read_at=None).count() == 0


def test_a_meeting_whose_old_time_is_over_is_offered_times_to_come(
    people: People, lower: Meeting, draft: Meeting
) -> None:
    take(people, draft)
    with time_machine.travel(at(9, day=3), tick=False):
        found = way_back(people.secretary, Meeting.objects.get(pk=lower.pk))
    assert found.old_time_fits is False
    assert [slot.starts_at > at(9, day=3) for slot in found.slots] == [True] * 3


def freed_for(meeting: Meeting) -> list[str]:
    return sorted(Notice.objects.filter(meeting=meeting, kind="slot.freed").values_list("user__username", flat=True))


def test_when_the_higher_session_is_cancelled_the_owner_is_told_and_can_take_the_time_back(
    people: People, lower: Meeting, draft: Meeting
) -> None:
    taken = take(people, draft)
    call_off(people.secretary, taken, reason="Bão tan")
    assert freed_for(lower) == ["clerk"]
    moved = Meeting.objects.get(pk=lower.pk)
    assert way_back(people.secretary, moved).old_time_fits is True
    back = move_here(people.secretary, moved, starts_at=moved.starts_at)
    assert (back.status, back.starts_at, back.displaced_by) == ("scheduled", lower.starts_at, None)


def test_when_it_is_put_off_the_owner_is_told_and_however_many_workers_look_once(
    people: People, lower: Meeting, draft: Meeting
) -> None:
    put_off(people.secretary, take(people, draft))
    assert (tell_freed(), tell_freed()) == (0, 0)
    assert freed_for(lower) == ["clerk"]


def test_when_it_moves_away_the_worker_tells_the_owner(people: People, lower: Meeting, draft: Meeting) -> None:
    taken = take(people, draft)
    assert tell_freed() == 0
    changes = Changes(starts_at=at(14), ends_at=at(16))
    change_meeting(people.secretary, taken, version=taken.version, changes=changes)
    assert (tell_freed(), tell_freed(), freed_for(lower)) == (1, 0, ["clerk"])


def test_nobody_is_told_of_a_time_that_is_not_wanted_any_more(people: People, lower: Meeting, draft: Meeting) -> None:
    taken = take(people, draft)
    call_off(people.secretary, Meeting.objects.get(pk=lower.pk))
    call_off(people.secretary, taken)
    assert freed_for(lower) == []


def test_the_number_of_queries_does_not_grow_with_the_meetings_that_give_way(
    people: People, django_assert_max_num_queries: object
) -> None:
    for number, code in enumerate(("H024", "H026", "X00688", "X00691", "X00715")):
        make_meeting(people, unit="00715", endpoints=[code], title=f"{number} {uuid.uuid4()}")
    wish = plan(people, selection=read_selection({"under": "02"}))
    people.network.bridges["MCU-02"].ports = 20
    people.network.bridges["MCU-02"].save()
    with django_assert_max_num_queries(260):  # type: ignore[operator]  # pytest-django's fixture
        done = preempt_plan(people.secretary, wish, reason=WHY, ground="higher_instruction")
    assert len(done.displaced) == 5
