"""Waiting for a slot that is taken: who is offered it, for how long, and what ends it."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.utils import timezone

from audit.models import Entry
from meetings.live.today import work_for
from meetings.notices.models import Notice
from meetings.planning.actions import book_draft, cancel_meeting, change_meeting, create_meeting, postpone_meeting
from meetings.planning.lifecycle import ActImpossible
from meetings.planning.models import Meeting
from meetings.planning.wishes import Changes
from meetings.requests.errors import NotInLine, OfferGone, TooLateToWait
from meetings.requests.line_actions import (
    create_waiting,
    end_offers,
    end_waiting,
    join_line,
    leave_line,
    offer_slots,
    take,
)
from meetings.requests.models import WaitingEntry
from meetings.requests.selectors import places
from meetings.requests.tasks import look_after_requests, offer_freed
from rooms.models import BookedEndpoint, Booking, Closure
from rooms.scheduling.intervals import Interval
from rooms.selectors import read_selection
from tests.meetings.planning.plans import plan
from tests.people import People, at

pytestmark = pytest.mark.django_db
State = WaitingEntry.State


@pytest.fixture
def taken(people: People) -> Meeting:
    """T1, H026 and X00715 are booked 08:00–10:00."""
    return create_meeting(people.secretary, plan(people))


def wait(people: People, title: str, *codes: str, **fields: object) -> Meeting:
    selection = read_selection({"endpoints": list(codes)})
    wish = plan(people, title=title, selection=selection, host_endpoint=codes[0], **fields)
    return create_waiting(people.secretary, wish)


def entry(meeting: Meeting) -> WaitingEntry:
    return WaitingEntry.objects.select_related("meeting").get(meeting=meeting)


def states() -> dict[str, str]:
    return dict(WaitingEntry.objects.values_list("meeting__title", "state"))


def offer() -> int:
    return offer_slots(timezone.now())


@pytest.mark.usefixtures("taken")
def test_nothing_is_offered_while_something_is_in_the_way(people: People) -> None:
    meeting = wait(people, "Chờ", "T1")
    assert offer() == 0
    assert (meeting.status, meeting.booking, states()) == ("draft", None, {"Chờ": "waiting"})
    assert Entry.objects.filter(verb="line.joined").count() == 1


def test_a_freed_slot_is_held_for_the_first_in_line_and_told(people: People, taken: Meeting) -> None:
    first, _second = wait(people, "Một", "T1", "H026"), wait(people, "Hai", "T1")
    cancel_meeting(people.secretary, taken)
    now = timezone.now()
    assert offer_slots(now) == 1
    assert states() == {"Một": "offered", "Hai": "waiting"}
    first.refresh_from_db()
    assert first.booking is not None
    assert (first.status, first.booking.state) == ("draft", Booking.HELD)
    held = BookedEndpoint.objects.filter(released=False).values_list("endpoint__code", flat=True)
    assert sorted(held) == ["H026", "T1"]
    until = entry(first).offer_expires_at
    assert until == now + dt.timedelta(hours=24)
    (notice,) = Notice.objects.filter(kind="slot.offered")
    assert (notice.user, notice.data["endpoints"]) == (people.secretary, 2)
    told = Entry.objects.get(verb="slot.offered")
    assert told.actor_id is None


def test_an_offer_ends_two_hours_before_the_meeting(people: People, taken: Meeting) -> None:
    meeting = wait(people, "Chờ", "T1")
    cancel_meeting(people.secretary, taken)
    offer_slots(at(2))
    assert entry(meeting).offer_expires_at == at(6)


def test_whoever_does_not_fit_wholly_is_passed_over_without_losing_the_place(people: People, taken: Meeting) -> None:
    create_meeting(
        people.secretary,
        plan(people, title="T2", selection=read_selection({"endpoints": ["T2"]}), host_endpoint="T2"),
    )
    wait(people, "Cả hai", "T1", "T2")
    wait(people, "Một phòng", "T1")
    cancel_meeting(people.secretary, taken)
    assert offer() == 1
    assert states() == {"Cả hai": "waiting", "Một phòng": "offered"}


def test_two_who_want_different_rooms_are_both_offered_theirs(people: People, taken: Meeting) -> None:
    wait(people, "Một", "T1")
    wait(people, "Hai", "H026")
    cancel_meeting(people.secretary, taken)
    assert offer() == 2


def test_taking_the_offer_schedules_the_meeting(people: People, taken: Meeting) -> None:
    meeting = wait(people, "Chờ", "T1")
    postpone_meeting(people.secretary, taken)
    offer()
    meeting = take(people.secretary, meeting)
    assert meeting.booking is not None
    assert (meeting.status, meeting.booking.state, states()) == ("scheduled", Booking.BOOKED, {"Chờ": "taken"})
    with pytest.raises(OfferGone):
        take(people.secretary, meeting)


def test_nothing_can_be_taken_that_was_not_offered(people: People, taken: Meeting) -> None:
    meeting = wait(people, "Chờ", "T1")
    with pytest.raises(OfferGone):
        take(people.secretary, meeting)
    with pytest.raises(OfferGone):
        take(people.secretary, taken)


def test_declined_the_next_in_line_gets_it(people: People, taken: Meeting) -> None:
    first, second = wait(people, "Một", "T1"), wait(people, "Hai", "T1")
    cancel_meeting(people.secretary, taken)
    offer()
    leave_line(people.secretary, first)
    first.refresh_from_db()
    assert (first.status, first.booking) == ("draft", None)
    assert offer() == 1
    assert states() == {"Một": "withdrawn", "Hai": "offered"}
    with pytest.raises(NotInLine):
        leave_line(people.secretary, first)
    assert take(people.secretary, second).status == "scheduled"


def test_expired_the_next_in_line_gets_it_and_the_first_is_told(people: People, taken: Meeting) -> None:
    first = wait(people, "Một", "T1")
    wait(people, "Hai", "T1")
    cancel_meeting(people.secretary, taken)
    offer()
    until = entry(first).offer_expires_at
    assert until is not None
    assert end_offers(until - dt.timedelta(seconds=1)) == 0
    assert end_offers(until) == 1
    assert end_offers(until) == 0
    assert states() == {"Một": "lapsed", "Hai": "waiting"}
    assert offer() == 1
    assert Notice.objects.filter(kind="offer.lapsed", meeting=first).count() == 1
    first.refresh_from_db()
    assert first.booking is None


def test_an_offer_whose_time_is_over_cannot_be_taken_before_it_is_taken_back(people: People, taken: Meeting) -> None:
    meeting = wait(people, "Chờ", "T1")
    cancel_meeting(people.secretary, taken)
    offer()
    WaitingEntry.objects.update(offer_expires_at=timezone.now())
    with pytest.raises(OfferGone):
        take(people.secretary, meeting)


def test_the_line_empties_when_nothing_can_be_offered_any_more(people: People, taken: Meeting) -> None:
    wait(people, "Chờ", "T1")
    assert end_waiting(at(5, 59)) == 0
    assert end_waiting(at(6)) == 1
    assert states() == {"Chờ": "lapsed"}
    cancel_meeting(people.secretary, taken)
    assert offer() == 0


def test_it_is_too_late_to_wait_for_what_begins_soon(people: People) -> None:
    soon = timezone.now() + dt.timedelta(minutes=90)
    with pytest.raises(TooLateToWait):
        wait(people, "Chờ", "T1", starts_at=soon, ends_at=soon + dt.timedelta(hours=1))
    assert not Meeting.objects.exists()


def test_only_a_draft_stands_in_line_and_once(people: People, taken: Meeting) -> None:
    with pytest.raises(ActImpossible):
        join_line(people.secretary, taken)
    meeting = wait(people, "Chờ", "T1")
    placed = entry(meeting).placed_at
    join_line(people.secretary, meeting)
    assert entry(meeting).placed_at == placed
    leave_line(people.secretary, meeting)
    join_line(people.secretary, meeting)
    assert (entry(meeting).state, entry(meeting).placed_at > placed) == (State.WAITING, True)


def test_another_time_is_another_line_and_what_was_held_is_let_go(people: People, taken: Meeting) -> None:
    first, second = wait(people, "Một", "T1"), wait(people, "Hai", "T1")
    cancel_meeting(people.secretary, taken)
    offer()
    first.refresh_from_db()
    change_meeting(
        people.secretary, first, version=first.version, changes=Changes(starts_at=at(8, 30), ends_at=at(9, 30))
    )
    first.refresh_from_db()
    assert (first.booking, states()) == (None, {"Một": "waiting", "Hai": "waiting"})
    assert not BookedEndpoint.objects.filter(released=False).exists()
    assert places([entry(first), entry(second)]) == {entry(second).pk: 1, entry(first).pk: 2}
    assert offer() == 1
    assert states()["Hai"] == "offered"


def test_another_title_keeps_the_offer(people: People, taken: Meeting) -> None:
    meeting = wait(people, "Một", "T1")
    cancel_meeting(people.secretary, taken)
    offer()
    meeting.refresh_from_db()
    change_meeting(people.secretary, meeting, version=meeting.version, changes=Changes(title="Khác"))
    assert states() == {"Khác": "offered"}
    assert take(people.secretary, meeting).status == "scheduled"


def test_cancelling_the_draft_frees_what_was_held_for_it(people: People, taken: Meeting) -> None:
    meeting = wait(people, "Một", "T1")
    cancel_meeting(people.secretary, taken)
    offer()
    cancel_meeting(people.secretary, meeting)
    assert states() == {"Một": "withdrawn"}
    assert not BookedEndpoint.objects.filter(released=False).exists()


def test_who_books_the_draft_himself_is_no_longer_in_line(people: People) -> None:
    meeting = wait(people, "Một", "T1")
    book_draft(people.secretary, meeting)
    assert states() == {"Một": "taken"}
    assert offer() == 0


def test_a_closure_that_ends_is_found_without_an_act(people: People) -> None:
    closure = Closure.objects.create(
        endpoint=people.network.endpoints["T1"], starts_at=at(7), ends_at=at(12), reason="Sửa đường truyền"
    )
    wait(people, "Một", "T1")
    assert offer() == 0
    closure.delete()
    assert offer() == 1


def test_ports_that_are_short_are_waited_for_too(people: People, taken: Meeting) -> None:
    people.network.bridges["MCU-01"].ports = 2
    people.network.bridges["MCU-01"].save()
    wait(people, "Chờ cổng", "T2")
    assert offer() == 0
    cancel_meeting(people.secretary, taken)
    assert offer() == 1


@pytest.mark.django_db
def test_letting_something_go_sets_the_background_work_on_whoever_waits(
    people: People, taken: Meeting, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: object
) -> None:
    set_on: list[tuple[str, str]] = []
    task = SimpleNamespace(enqueue=lambda *window: set_on.append(window))
    monkeypatch.setattr("meetings.requests.following.offer_freed", task)
    meeting = wait(people, "Chờ", "T1")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        change_meeting(people.secretary, taken, version=1, changes=Changes(starts_at=at(10), ends_at=at(11)))
    assert [dt.datetime.fromisoformat(each) for each in set_on[0]] == [at(7), at(10)]
    leave_line(people.secretary, meeting)
    set_on.clear()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        cancel_meeting(people.secretary, taken)
    assert set_on == []


def test_only_those_who_want_time_within_the_window_are_looked_at(people: People) -> None:
    wait(people, "Sáng", "T1")
    assert offer_slots(timezone.now(), Interval(at(8, day=9), at(9, day=9))) == 0
    assert offer_slots(timezone.now(), Interval(at(8), at(9))) == 1


def test_one_look_of_the_worker_ends_offers_and_makes_the_next(people: People, taken: Meeting) -> None:
    first = wait(people, "Một", "T1")
    wait(people, "Hai", "T1")
    cancel_meeting(people.secretary, taken)
    look_after_requests(timezone.now())
    until = entry(first).offer_expires_at
    assert until is not None
    look_after_requests(until)
    assert states() == {"Một": "lapsed", "Hai": "offered"}


def test_the_task_offers_what_became_free_in_its_window(people: People, taken: Meeting) -> None:
    wait(people, "Một", "T1")
    cancel_meeting(people.secretary, taken)
    assert offer_freed.call(at(7).isoformat(), at(10).isoformat()) == 1


def test_a_draft_in_line_is_nothing_to_do_today(people: People, taken: Meeting) -> None:
    meeting = wait(people, "Chờ", "T1")
    assert [work.kind for work in work_for(people.secretary, timezone.now()) if work.meeting == meeting] == []
    leave_line(people.secretary, meeting)
    assert [work.kind for work in work_for(people.secretary, timezone.now()) if work.meeting == meeting] == ["draft"]
