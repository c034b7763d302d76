"""Changing a meeting: nobody's work is overwritten unseen, and the booking moves all or not at all."""

from typing import cast

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from accounts.errors import StaleVersion
from accounts.models import Person
from audit.models import Entry
from meetings.planning.actions import change_meeting, close_meeting, create_meeting, open_meeting
from meetings.planning.lifecycle import ActImpossible
from meetings.planning.models import Meeting
from meetings.planning.selectors import booked_codes
from meetings.planning.wishes import Changes
from realtime.models import StreamEvent
from rooms.errors import BookingConflict, SelectionUnknown
from rooms.models import BookedEndpoint, Booking
from rooms.selectors import read_selection
from tests.meetings.planning.plans import plan
from tests.people import People, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(people: People) -> Meeting:
    return create_meeting(people.secretary, plan(people))


def change(people: People, meeting: Meeting, version: int | None = None, **changes: object) -> Meeting:
    seen = version if version is not None else meeting.version
    return change_meeting(people.secretary, meeting, version=seen, changes=cast("Changes", changes))


def spans() -> set[tuple[object, object]]:
    return set(BookedEndpoint.objects.filter(released=False).values_list("starts_at", "ends_at"))


def test_a_new_time_moves_the_booking(people: People, meeting: Meeting) -> None:
    changed = change(people, meeting, starts_at=at(14), ends_at=at(16), setup_minutes=30)
    assert (changed.starts_at, changed.version, spans()) == (at(14), 2, {(at(13, 30), at(16))})


def test_a_longer_meeting_is_not_in_its_own_way(people: People, meeting: Meeting) -> None:
    change(people, meeting, ends_at=at(11))
    assert spans() == {(at(7), at(11))}


def test_a_new_title_reaches_the_booking_and_the_search(people: People, meeting: Meeting) -> None:
    changed = change(people, meeting, title="Sơ kết công tác xóa nhà tạm")
    assert Booking.objects.get().title == "Sơ kết công tác xóa nhà tạm"
    assert changed.search_text == "so ket cong tac xoa nha tam "


def test_a_new_selection_changes_the_endpoints(people: People, meeting: Meeting) -> None:
    changed = change(people, meeting, selection=read_selection({"endpoints": ["T1", "X00688"]}))
    assert booked_codes(changed) == ["T1", "X00688"]


def test_a_new_main_endpoint_joins_those_that_are_booked(people: People, meeting: Meeting) -> None:
    changed = change(people, meeting, host_endpoint="T2")
    assert booked_codes(changed) == ["T1", "T2", "H026", "X00715"]


def test_a_new_main_endpoint_out_of_reach_is_refused(people: People, meeting: Meeting) -> None:
    with pytest.raises(SelectionUnknown):
        change(people, meeting, host_endpoint="Y1")


def test_a_time_that_does_not_fit_leaves_meeting_and_booking_as_they_were(people: People, meeting: Meeting) -> None:
    create_meeting(people.secretary, plan(people, starts_at=at(14), ends_at=at(16), setup_minutes=0))
    before = (
        Meeting.objects.filter(pk=meeting.pk).values().get(),
        sorted(BookedEndpoint.objects.values_list("pk", "starts_at", "ends_at", "released")),
        Entry.objects.count(),
        StreamEvent.objects.count(),
    )
    with pytest.raises(BookingConflict):
        change(people, meeting, title="Không được lưu", starts_at=at(15), ends_at=at(17))
    assert before == (
        Meeting.objects.filter(pk=meeting.pk).values().get(),
        sorted(BookedEndpoint.objects.values_list("pk", "starts_at", "ends_at", "released")),
        Entry.objects.count(),
        StreamEvent.objects.count(),
    )


def test_what_is_the_same_makes_no_new_version(people: People, meeting: Meeting) -> None:
    changed = change(people, meeting, title=meeting.title, starts_at=at(8))
    assert (changed.version, StreamEvent.objects.count()) == (1, 1)


def test_the_journal_keeps_before_and_after_of_what_changed_only(people: People, meeting: Meeting) -> None:
    change(people, meeting, title="Tên mới", setup_minutes=90)
    entry = Entry.objects.get(verb="meeting.changed")
    assert (entry.data["before"], entry.data["after"]) == (
        {"title": "Hội nghị giao ban trực tuyến", "setup_minutes": 60},
        {"title": "Tên mới", "setup_minutes": 90},
    )


def test_a_change_that_the_invited_must_know_is_a_new_revision(people: People, meeting: Meeting) -> None:
    assert change(people, meeting, setup_minutes=90).revision == 0
    assert change(people, meeting, version=2, starts_at=at(9)).revision == 1


def test_a_chair_can_be_named_and_taken_away(people: People, meeting: Meeting) -> None:
    chair = Person.objects.get(user=people.chair)
    assert change(people, meeting, chair=chair).chair == chair
    assert change(people, meeting, version=2, chair=None).chair is None


def test_an_old_version_is_refused_with_who_changed_what(people: People, meeting: Meeting) -> None:
    change(people, meeting, title="Của Lan", setup_minutes=90)
    with pytest.raises(StaleVersion) as caught:
        change(people, meeting, version=1, title="Của tôi", ends_at=at(11))
    params = caught.value.params
    assert (params["version"], params["changed_by"], params["phone"]) == (2, "Nguyễn Thị Lan", "0219.000.0001")
    assert params["fields"] == {
        "title": {"before": "Hội nghị giao ban trực tuyến", "theirs": "Của Lan", "yours": "Của tôi"},
        "ends_at": {
            "before": "2031-12-01T10:00:00+07:00",
            "theirs": "2031-12-01T10:00:00+07:00",
            "yours": "2031-12-01T11:00:00+07:00",
        },
        "setup_minutes": {"before": 60, "theirs": 90, "yours": 60},
    }


def test_what_several_changed_in_between_is_compared_with_what_i_saw(people: People, meeting: Meeting) -> None:
    change(people, meeting, title="Một")
    change(people, meeting, version=2, title="Hai")
    with pytest.raises(StaleVersion) as caught:
        change(people, meeting, version=1, title="Ba")
    assert caught.value.params["fields"] == {
        "title": {"before": "Hội nghị giao ban trực tuyến", "theirs": "Hai", "yours": "Ba"}
    }


def test_an_old_version_is_said_before_any_conflict(people: People, meeting: Meeting) -> None:
    create_meeting(people.secretary, plan(people, starts_at=at(14), ends_at=at(16), setup_minutes=0))
    change(people, meeting, title="Mới")
    with pytest.raises(StaleVersion):
        change(people, meeting, version=1, starts_at=at(15), ends_at=at(17))


def test_an_open_or_closed_meeting_is_not_moved(people: People, meeting: Meeting) -> None:
    meeting = open_meeting(people.secretary, meeting)
    with pytest.raises(ActImpossible):
        change(people, meeting, ends_at=at(11))
    meeting = close_meeting(people.secretary, meeting)
    with pytest.raises(ActImpossible):
        change(people, meeting, title="Sau khi kết thúc")


def test_a_draft_moves_without_asking_for_rooms(people: People, meeting: Meeting) -> None:
    draft = create_meeting(people.secretary, plan(people, starts_at=at(14), ends_at=at(16)), draft=True)
    changed = change(people, draft, starts_at=at(8), ends_at=at(10))
    assert (changed.starts_at, changed.status, BookedEndpoint.objects.count()) == (at(8), "draft", 3)


EDITS = st.lists(
    st.tuples(st.integers(0, 4), st.sampled_from(["read", "save"]), st.sampled_from(["title", "number"])), max_size=30
)


@hypothesis_settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=EDITS)
def test_no_order_of_five_editors_overwrites_what_an_editor_has_not_seen(
    people: People, edits: list[tuple[int, str, str]]
) -> None:
    """threats.md, 30: an editor saves only over the version that he read last."""
    present = create_meeting(people.secretary, plan(people), draft=True)
    seen = dict.fromkeys(range(5), 1)
    version, saved = 1, {"title": present.title, "number": ""}
    for number, (editor, act, field) in enumerate(edits):
        if act == "read":
            seen[editor] = version
            continue
        value = f"{editor}/{number}"
        told: object = None
        try:
            change(people, present, version=seen[editor], **{field: value})
        except StaleVersion as stale:
            told = stale.params["version"]
        assert told == (None if seen[editor] == version else version)
        if told is None:
            version += 1
            seen[editor] = version
            saved[field] = value
    present.refresh_from_db()
    assert (present.version, present.title, present.number) == (version, saved["title"], saved["number"])
