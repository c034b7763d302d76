"""The list of people expected: many at once, each with its own outcome; answers; the roll call is never undone."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Person
from audit.models import Entry
from meetings.attendance.models import CheckIn, Method, Scan
from meetings.planning.actions import close_meeting, create_meeting, open_meeting
from meetings.planning.errors import AnswerIncomplete, EndpointNotInMeeting, ParticipantNotFound, ParticipantPresent
from meetings.planning.lifecycle import ActImpossible
from meetings.planning.models import Meeting, Participant
from meetings.planning.participant_actions import (
    Invitee,
    add_participants,
    answer,
    change_participant,
    reissue_code,
    remove_participant,
)
from meetings.planning.selectors import (
    answer_counts,
    participant_for,
    participant_row,
    participants_of,
    summoned_counts,
)
from realtime.models import Stream, StreamEvent
from tests.meetings.planning.plans import plan
from tests.people import People, at, make_person

pytestmark = pytest.mark.django_db
Answer = Participant.Answer


@pytest.fixture
def meeting(people: People) -> Meeting:
    return create_meeting(people.secretary, plan(people))


def add(people: People, meeting: Meeting, *rows: Invitee) -> list[tuple[str, str]]:
    return [(each.result, each.reason) for each in add_participants(people.secretary, meeting, rows)]


def one(people: People, meeting: Meeting) -> Participant:
    person = Person.objects.get(user=people.delegate)
    (outcome,) = add_participants(people.secretary, meeting, [Invitee(endpoint="H026", person=person.pk)])
    assert outcome.participant is not None
    return outcome.participant


def last_event(meeting: Meeting, kind: str) -> StreamEvent:
    return StreamEvent.objects.filter(stream__name=meeting.stream, kind=kind).order_by("-seq")[0]


def test_somebody_of_the_directory_is_expected_as_he_is_there(people: People, meeting: Meeting) -> None:
    row = one(people, meeting)
    assert (row.full_name, row.position, row.unit_name, row.endpoint.code, row.role, row.answer) == (
        "Giàng Thị Súa",
        "Chuyên viên",
        "Huyện Đồng Văn",
        "H026",
        "delegate",
        "none",
    )


def test_every_row_has_its_own_outcome_in_its_place(people: People, meeting: Meeting) -> None:
    sua = Person.objects.get(user=people.delegate)
    outsider = Person.objects.get(user=people.outsider)
    assert add(
        people,
        meeting,
        Invitee(endpoint="X00688", full_name="Ngoài cuộc họp"),
        Invitee(endpoint="H026", person=sua.pk),
        Invitee(endpoint="H026", person=10**9),
        Invitee(endpoint="H026", person=outsider.pk),
        Invitee(endpoint="H026"),
        Invitee(endpoint="T1", person=sua.pk),
        Invitee(endpoint="X00715", full_name="Vàng Mí Sính", position="Chủ tịch UBND xã"),
    ) == [
        ("refused", "endpoint_not_in_meeting"),
        ("added", ""),
        ("refused", "person_unknown"),
        ("refused", "person_unknown"),
        ("refused", "name_missing"),
        ("exists", ""),
        ("added", ""),
    ]


def test_a_name_that_the_unit_knows_is_that_person(people: People, meeting: Meeting) -> None:
    known = make_person("Vàng Mí Sính", people.network.units["00715"], position="Chủ tịch")
    (outcome,) = add_participants(people.secretary, meeting, [Invitee(endpoint="X00715", full_name="Vàng Mí Sính")])
    assert outcome.participant is not None
    assert (outcome.participant.person, outcome.participant.position) == (known, "Chủ tịch")


def test_a_name_with_another_position_is_another_person(people: People, meeting: Meeting) -> None:
    known = make_person("Vàng Mí Sính", people.network.units["00715"], position="Chủ tịch")
    row = Invitee(endpoint="X00715", full_name="Vàng Mí Sính", position="Kế toán")
    (outcome,) = add_participants(people.secretary, meeting, [row])
    assert outcome.participant is not None
    assert outcome.participant.person != known


def test_an_unknown_name_becomes_a_person_of_the_endpoint_s_unit(people: People, meeting: Meeting) -> None:
    add(people, meeting, Invitee(endpoint="X00715", full_name="  Va\u0300ng Mí Sính ", position="Trưởng thôn"))
    person = Person.objects.get(full_name="Vàng Mí Sính")
    assert (person.unit.code, person.position, person.search_text) == (
        "00715",
        "Trưởng thôn",
        "vang mi sinh truong thon",
    )


def test_the_same_list_twice_adds_nobody_twice(people: People, meeting: Meeting) -> None:
    rows = [Invitee(endpoint="X00715", full_name="Vàng Mí Sính"), Invitee(endpoint="X00715", full_name="Sùng Thị Mỷ")]
    assert add(people, meeting, *rows, *rows) == [("added", ""), ("added", ""), ("exists", ""), ("exists", "")]
    assert add(people, meeting, *rows) == [("exists", ""), ("exists", "")]
    assert Participant.objects.count() == 2


def test_two_namesakes_of_the_directory_are_both_invited(people: People, meeting: Meeting) -> None:
    for _ in range(2):
        make_person("Nguyễn Văn Hùng", people.network.units["00715"])
    row = Invitee(endpoint="X00715", full_name="Nguyễn Văn Hùng")
    assert add(people, meeting, row, row, row) == [("added", ""), ("added", ""), ("exists", "")]


def test_a_list_is_one_entry_and_one_event_for_staff(people: People, meeting: Meeting) -> None:
    add(people, meeting, Invitee(endpoint="T1", full_name="Một"), Invitee(endpoint="T1", full_name="Hai"))
    event = last_event(meeting, "participants.changed")
    rows = [participant_row(each) for each in participants_of(meeting)]
    assert (event.audience, event.data["rows"]) == ("staff", rows)
    assert Entry.objects.get(verb="participants.added").data["participants"] == rows


def test_a_list_that_adds_nobody_is_neither_entry_nor_event(people: People, meeting: Meeting) -> None:
    before = (Entry.objects.count(), StreamEvent.objects.count())
    add(people, meeting, Invitee(endpoint="X00688", full_name="Ngoài cuộc họp"))
    assert (Entry.objects.count(), StreamEvent.objects.count()) == before


def test_the_first_chair_of_the_list_leads_a_meeting_without_one(people: People, meeting: Meeting) -> None:
    chair = Person.objects.get(user=people.chair)
    rows = [
        Invitee(endpoint="T1", person=chair.pk, role="chair"),
        Invitee(endpoint="H026", full_name="Chủ trì tại điểm cầu", role="chair"),
    ]
    add(people, meeting, *rows)
    meeting.refresh_from_db()
    assert (meeting.chair, meeting.version) == (chair, 2)
    assert last_event(meeting, "meeting.changed").data["chair"]["id"] == chair.pk


def test_who_comes_to_the_list_may_hear_at_once(people: People, meeting: Meeting) -> None:
    before = Stream.objects.get(name=meeting.stream).access_version
    one(people, meeting)
    assert Stream.objects.get(name=meeting.stream).access_version == before + 1


def test_people_can_be_put_on_the_list_of_a_draft(people: People) -> None:
    draft = create_meeting(people.secretary, plan(people, starts_at=at(14), ends_at=at(16)), draft=True)
    assert add(people, draft, Invitee(endpoint="T1", full_name="Một"), Invitee(endpoint="T2", full_name="Hai")) == [
        ("added", ""),
        ("refused", "endpoint_not_in_meeting"),
    ]


def test_a_closed_meeting_takes_nobody_any_more(people: People, meeting: Meeting) -> None:
    close_meeting(people.secretary, open_meeting(people.secretary, meeting))
    with pytest.raises(ActImpossible):
        one(people, meeting)


def test_more_than_a_thousand_rows_are_a_fault_of_the_caller(people: People, meeting: Meeting) -> None:
    with pytest.raises(ValueError, match="1001 rows"):
        add(people, meeting, *[Invitee(endpoint="T1", full_name="Một")] * 1001)


def questions(people: People, meeting: Meeting, number: int) -> int:
    rows = [Invitee(endpoint="X00715", full_name=f"Đại biểu {meeting.pk}.{index}") for index in range(number)]
    with CaptureQueriesContext(connection) as queries:
        assert add(people, meeting, *rows) == [("added", "")] * number
    return len([each for each in queries if each["sql"].startswith("SELECT")])


@pytest.mark.parametrize("number", [3, 208])
def test_a_list_asks_the_same_questions_whatever_its_length(people: People, meeting: Meeting, number: int) -> None:
    other = create_meeting(people.secretary, plan(people, starts_at=at(14), ends_at=at(16)))
    assert questions(people, meeting, number) == questions(people, other, 1)


def test_a_thousand_people_are_added_in_their_order(people: People, meeting: Meeting) -> None:
    rows = [Invitee(endpoint="X00715", full_name=f"Đại biểu {index}") for index in range(1000)]
    outcomes = add_participants(people.secretary, meeting, rows)
    assert [each.participant.full_name for each in outcomes if each.participant] == [row.full_name for row in rows]
    assert Participant.objects.count() == 1000


def test_a_participant_moves_to_another_endpoint_of_the_meeting(people: People, meeting: Meeting) -> None:
    row = change_participant(people.secretary, one(people, meeting), endpoint="T1", role="guest", position="Khách mời")
    assert (row.endpoint.code, row.role, row.position) == ("T1", "guest", "Khách mời")
    assert last_event(meeting, "participants.changed").data["rows"][0]["endpoint"] == "T1"


def test_a_participant_does_not_move_out_of_the_meeting(people: People, meeting: Meeting) -> None:
    with pytest.raises(EndpointNotInMeeting):
        change_participant(people.secretary, one(people, meeting), endpoint="X00688")


def test_who_is_taken_off_the_list_is_gone_from_the_screens(people: People, meeting: Meeting) -> None:
    row = one(people, meeting)
    pk = row.pk
    remove_participant(people.secretary, row)
    event = last_event(meeting, "participant.removed")
    assert (event.audience, event.data) == ("staff", {"id": pk})
    with pytest.raises(ParticipantNotFound):
        participant_for(meeting, pk)


def test_who_was_checked_in_stays(people: People, meeting: Meeting) -> None:
    row = one(people, meeting)
    CheckIn.objects.create(
        meeting=meeting, participant=row, endpoint=row.endpoint, method=Method.MANUAL, at=at(8), late=False
    )
    with pytest.raises(ParticipantPresent):
        remove_participant(people.secretary, row)
    assert CheckIn.objects.get().participant_id == row.pk


def test_who_was_scanned_and_refused_stays_too(people: People, meeting: Meeting) -> None:
    row = one(people, meeting)
    Scan.objects.create(
        op_id=uuid.uuid4(),
        meeting=meeting,
        participant=row,
        method=Method.PERSONAL_QR,
        result=Scan.Result.REFUSED,
        scanned_at=at(8),
        received_at=at(8),
    )
    with pytest.raises(ParticipantPresent):
        remove_participant(people.secretary, row)


def test_a_new_code_has_the_next_serial(people: People, meeting: Meeting) -> None:
    assert reissue_code(people.secretary, one(people, meeting)).code_serial == 2
    assert Entry.objects.get(verb="participant.code_reissued").data == {"serial": 2}


def test_attending_is_an_answer_of_one_word(people: People, meeting: Meeting) -> None:
    row = answer(people.delegate, one(people, meeting), Answer.ATTENDING)
    assert (row.answer, row.answered_at is not None) == ("attending", True)


def test_declining_needs_a_reason(people: People, meeting: Meeting) -> None:
    row = one(people, meeting)
    with pytest.raises(AnswerIncomplete):
        answer(people.delegate, row, Answer.DECLINED, reason="  ")
    assert answer(people.delegate, row, Answer.DECLINED, reason="Đi công tác").answer_reason == "Đi công tác"


def test_a_substitute_needs_a_name(people: People, meeting: Meeting) -> None:
    row = one(people, meeting)
    with pytest.raises(AnswerIncomplete):
        answer(people.delegate, row, Answer.SUBSTITUTE)
    given = answer(
        people.delegate, row, Answer.SUBSTITUTE, substitute_name="Sùng A Pó", substitute_position="Phó Chủ tịch"
    )
    assert participant_row(given)["substitute"] == {"full_name": "Sùng A Pó", "position": "Phó Chủ tịch"}


def test_a_later_answer_replaces_an_earlier_one_whole(people: People, meeting: Meeting) -> None:
    row = one(people, meeting)
    answer(people.delegate, row, Answer.SUBSTITUTE, substitute_name="Sùng A Pó", reason="Đi công tác")
    given = answer(people.delegate, row, Answer.ATTENDING)
    assert (given.substitute_name, given.answer_reason, participant_row(given)["substitute"]) == ("", "", None)


def test_after_the_end_there_is_nothing_to_answer(people: People, meeting: Meeting) -> None:
    row = one(people, meeting)
    close_meeting(people.secretary, open_meeting(people.secretary, meeting))
    with pytest.raises(ActImpossible):
        answer(people.delegate, row, Answer.ATTENDING)


def test_answers_and_summoned_are_counted(people: People, meeting: Meeting) -> None:
    answer(people.delegate, one(people, meeting), Answer.ATTENDING)
    add(people, meeting, Invitee(endpoint="T1", full_name="Một"))
    assert answer_counts(meeting) == {"none": 1, "attending": 1, "declined": 0, "substitute": 0}
    assert summoned_counts(meeting) == {"H026": 1, "T1": 1}


def test_participants_are_found_by_endpoint_answer_and_name_without_marks(people: People, meeting: Meeting) -> None:
    answer(people.delegate, one(people, meeting), Answer.ATTENDING)
    add(people, meeting, Invitee(endpoint="T1", full_name="Vàng Mí Sính"))
    assert [row.full_name for row in participants_of(meeting, endpoint="T1")] == ["Vàng Mí Sính"]
    assert [row.full_name for row in participants_of(meeting, answer="attending")] == ["Giàng Thị Súa"]
    assert [row.full_name for row in participants_of(meeting, q="sinh vang")] == ["Vàng Mí Sính"]
