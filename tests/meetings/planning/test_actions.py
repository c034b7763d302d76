"""The life of a meeting: every act in one transaction, with its entry in the journal, its event, and its booking."""

import pytest

from accounts.models import Person
from audit.chain import verify
from audit.models import Entry
from meetings.planning.actions import (
    archive_meeting,
    book_draft,
    cancel_meeting,
    change_meeting,
    close_meeting,
    create_meeting,
    open_meeting,
    postpone_meeting,
)
from meetings.planning.lifecycle import ActImpossible
from meetings.planning.models import Meeting
from meetings.planning.selectors import booked_codes, meeting_row, with_meetings
from meetings.planning.wishes import Changes
from realtime.models import Stream, StreamEvent
from rooms.errors import BookingConflict, EndBeforeStart, InThePast, SelectionUnknown
from rooms.models import BookedEndpoint, Booking
from rooms.selectors import read_selection
from tests.meetings.planning.plans import plan
from tests.people import People, at

pytestmark = pytest.mark.django_db


def live() -> int:
    return BookedEndpoint.objects.filter(released=False).count()


def kinds(meeting: Meeting) -> list[str]:
    events = StreamEvent.objects.filter(stream__name=meeting.stream).order_by("seq")
    return list(events.values_list("kind", flat=True))


def verbs(meeting: Meeting) -> list[str]:
    return list(Entry.objects.filter(chain__name=meeting.stream).order_by("seq").values_list("verb", flat=True))


def last_data(meeting: Meeting) -> dict[str, object]:
    event = StreamEvent.objects.filter(stream__name=meeting.stream).order_by("-seq")[0]
    data: dict[str, object] = event.data
    return data


def access_version(meeting: Meeting) -> int:
    return Stream.objects.get(name=meeting.stream).access_version


def test_a_new_meeting_is_scheduled_and_booked(people: People) -> None:
    meeting = create_meeting(people.secretary, plan(people))
    assert (meeting.status, booked_codes(meeting)) == ("scheduled", ["T1", "H026", "X00715"])
    assert meeting_row(meeting)["booking"] == {"endpoints": 3, "ports": {"MCU-01": 2, "MCU-02": 3}}


def test_a_new_meeting_has_one_entry_and_one_event(people: People) -> None:
    meeting = create_meeting(people.secretary, plan(people))
    assert (verbs(meeting), kinds(meeting)) == (["meeting.created"], ["meeting.changed"])


def test_an_event_of_a_meeting_is_the_meeting_as_the_api_shows_it(people: People) -> None:
    meeting = create_meeting(people.secretary, plan(people))
    assert last_data(meeting) == meeting_row(Meeting.objects.get(pk=meeting.pk))


def test_the_journals_of_a_booked_meeting_are_whole(people: People) -> None:
    meeting = open_meeting(people.secretary, create_meeting(people.secretary, plan(people)))
    for chain in ("network", meeting.stream):
        entries = [entry.as_record(chain) for entry in Entry.objects.filter(chain__name=chain)]
        assert verify(entries) is None


def test_a_meeting_that_does_not_fit_leaves_nothing_behind(people: People) -> None:
    create_meeting(people.secretary, plan(people))
    counted = (
        Meeting.objects.count(),
        Booking.objects.count(),
        live(),
        Entry.objects.count(),
        StreamEvent.objects.count(),
    )
    with pytest.raises(BookingConflict):
        create_meeting(people.secretary, plan(people, title="Cuộc thứ hai"))
    assert counted == (
        Meeting.objects.count(),
        Booking.objects.count(),
        live(),
        Entry.objects.count(),
        StreamEvent.objects.count(),
    )


def test_a_conflict_names_the_meeting_in_the_way(people: People) -> None:
    first = create_meeting(people.secretary, plan(people, title="Người đến trước"))
    with pytest.raises(BookingConflict) as caught:
        create_meeting(people.secretary, plan(people))
    conflicts = caught.value.params["conflicts"]
    assert isinstance(conflicts, list)
    named = {"id": first.pk, "title": "Người đến trước"}
    assert [each["meeting"] for each in conflicts if each["kind"] == "endpoint_busy"] == [named] * 3
    (ports,) = [each for each in conflicts if each["kind"] == "ports_exhausted"]
    assert [each["meeting"] for each in ports["holders"]] == [named]


def test_a_meeting_that_is_not_the_reader_s_to_know_has_a_title_and_no_number(people: People) -> None:
    meeting = create_meeting(people.secretary, plan(people, title="Họp của tỉnh"))
    row: dict[str, object] = {"booking": meeting.booking_id, "meeting": {"id": None, "title": "Họp của tỉnh"}}
    assert with_meetings(people.observer, [row]) == [
        {"booking": meeting.booking_id, "meeting": {"id": None, "title": "Họp của tỉnh"}}
    ]
    assert with_meetings(people.operator, [row]) == [
        {"booking": meeting.booking_id, "meeting": {"id": meeting.pk, "title": "Họp của tỉnh"}}
    ]


def test_endpoints_out_of_the_booker_s_reach_cannot_be_booked(people: People) -> None:
    with pytest.raises(SelectionUnknown):
        create_meeting(people.secretary, plan(people, selection=read_selection({"endpoints": ["T1", "Y1"]})))


def test_a_draft_books_nothing_and_shows_no_booking(people: People) -> None:
    meeting = create_meeting(people.secretary, plan(people), draft=True)
    assert (meeting.status, meeting.booking, live(), meeting_row(meeting)["booking"]) == ("draft", None, 0, None)


def test_a_draft_of_the_past_or_of_a_wrong_time_is_refused(people: People) -> None:
    with pytest.raises(InThePast):
        create_meeting(people.secretary, plan(people, starts_at=at(8, year=2020), ends_at=at(9, year=2020)), draft=True)
    with pytest.raises(EndBeforeStart):
        create_meeting(people.secretary, plan(people, ends_at=at(8)), draft=True)


def test_a_draft_may_lie_on_another_meeting_s_time_and_is_refused_when_booked(people: People) -> None:
    create_meeting(people.secretary, plan(people))
    draft = create_meeting(people.secretary, plan(people), draft=True)
    with pytest.raises(BookingConflict):
        book_draft(people.secretary, draft)
    draft.refresh_from_db()
    assert (draft.status, draft.booking, draft.version) == ("draft", None, 1)


def test_a_draft_is_booked_as_it_was_wished(people: People) -> None:
    draft = create_meeting(people.secretary, plan(people), draft=True)
    meeting = book_draft(people.secretary, draft)
    assert (meeting.status, booked_codes(meeting), meeting.version) == ("scheduled", ["T1", "H026", "X00715"], 2)
    assert (verbs(meeting), kinds(meeting)) == (
        ["meeting.created", "meeting.scheduled"],
        ["meeting.changed", "meeting.scheduled"],
    )


def test_a_scheduled_meeting_is_not_booked_twice(people: People) -> None:
    meeting = create_meeting(people.secretary, plan(people))
    with pytest.raises(ActImpossible):
        book_draft(people.secretary, meeting)
    assert Booking.objects.count() == 1


def test_what_is_not_free_can_be_left_out(people: People) -> None:
    create_meeting(people.secretary, plan(people, selection=read_selection({"under": "026"}), host_endpoint=None))
    meeting = create_meeting(people.secretary, plan(people), on_conflict="skip")
    assert booked_codes(meeting) == ["T1"]


def test_opening_and_closing_keep_the_times(people: People) -> None:
    meeting = open_meeting(people.secretary, create_meeting(people.secretary, plan(people)))
    assert (meeting.status, meeting.opened_at is not None, meeting.closed_at) == ("open", True, None)
    meeting = close_meeting(people.secretary, meeting)
    assert (meeting.status, meeting.closed_at is not None) == ("closed", True)
    assert kinds(meeting) == ["meeting.changed", "meeting.opened", "meeting.closed"]
    assert meeting.version == 3


def test_an_open_meeting_is_not_opened_again(people: People) -> None:
    meeting = open_meeting(people.secretary, create_meeting(people.secretary, plan(people)))
    with pytest.raises(ActImpossible) as caught:
        open_meeting(people.secretary, meeting)
    assert caught.value.params == {"status": "open", "act": "open", "reason": "meeting_already_open"}
    assert verbs(meeting) == ["meeting.created", "meeting.opened"]


def test_the_state_of_the_database_decides_and_not_the_one_at_hand(people: People) -> None:
    old = create_meeting(people.secretary, plan(people))
    cancel_meeting(people.secretary, old)
    with pytest.raises(ActImpossible):
        open_meeting(people.secretary, old)


def test_a_cancelled_meeting_frees_its_endpoints(people: People) -> None:
    meeting = cancel_meeting(people.secretary, create_meeting(people.secretary, plan(people)), reason=" Mưa lũ ")
    assert (meeting.status, meeting.reason, live(), meeting.revision) == ("cancelled", "Mưa lũ", 0, 1)
    assert (last_data(meeting)["status"], last_data(meeting)["booking"]) == ("cancelled", None)
    assert create_meeting(people.secretary, plan(people)).status == "scheduled"


def test_a_draft_can_be_cancelled(people: People) -> None:
    meeting = cancel_meeting(people.secretary, create_meeting(people.secretary, plan(people), draft=True))
    assert (meeting.status, meeting.revision) == ("cancelled", 0)


def test_an_open_meeting_is_not_cancelled_and_keeps_its_rooms(people: People) -> None:
    meeting = open_meeting(people.secretary, create_meeting(people.secretary, plan(people)))
    with pytest.raises(ActImpossible):
        cancel_meeting(people.secretary, meeting)
    assert live() == 3


def test_a_postponed_meeting_frees_its_endpoints_and_says_why(people: People) -> None:
    meeting = postpone_meeting(
        people.secretary, create_meeting(people.secretary, plan(people)), reason="Trung ương họp"
    )
    assert (meeting.status, live(), last_data(meeting)["reason"]) == ("postponed", 0, "Trung ương họp")


def test_a_postponed_meeting_is_booked_again_at_its_new_time(people: People) -> None:
    meeting = postpone_meeting(
        people.secretary, create_meeting(people.secretary, plan(people)), reason="Trung ương họp"
    )
    changes = Changes(starts_at=at(14), ends_at=at(16))
    meeting = change_meeting(people.secretary, meeting, version=meeting.version, changes=changes)
    meeting = book_draft(people.secretary, meeting)
    assert (meeting.status, meeting.reason, booked_codes(meeting)) == ("scheduled", "", ["T1", "H026", "X00715"])
    assert set(BookedEndpoint.objects.values_list("starts_at", "ends_at", "released")) == {(at(13), at(16), False)}
    assert meeting.revision == 2


def test_a_closed_meeting_is_archived(people: People) -> None:
    meeting = close_meeting(
        people.secretary, open_meeting(people.secretary, create_meeting(people.secretary, plan(people)))
    )
    assert archive_meeting(people.secretary, meeting).status == "archived"


def test_acts_that_change_who_may_hear_ask_the_sockets_again(people: People) -> None:
    meeting = create_meeting(people.secretary, plan(people))
    before = access_version(meeting)
    cancel_meeting(people.secretary, meeting)
    assert access_version(meeting) == before + 1


def test_a_chair_belongs_to_the_meeting(people: People) -> None:
    chair = Person.objects.get(user=people.chair)
    meeting = create_meeting(people.secretary, plan(people, chair=chair))
    assert meeting_row(meeting)["chair"] == {
        "id": chair.pk,
        "full_name": "Hoàng Gia Khánh",
        "position": "Chuyên viên",
    }
