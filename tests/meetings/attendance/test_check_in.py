"""The roll call on the real database: every scan has one answer for ever, every participant at most one check-in."""

import datetime as dt
import uuid
from dataclasses import replace

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Entry
from meetings.attendance.actions import ScanAnswer, ScanRequest, check_in
from meetings.attendance.codes import rotating_code
from meetings.attendance.errors import TooManyScans
from meetings.attendance.models import CheckIn, Scan
from meetings.attendance.selectors import code_secret, count_rows, personal_code_of
from meetings.planning.models import Meeting, Participant
from realtime.models import StreamEvent
from tests.people import People, at, make_person
from tests.scenes import invite, make_meeting

NOW = at(7, 46)


@pytest.fixture
def meeting(people: People) -> Meeting:
    return make_meeting(people)


@pytest.fixture
def sua(meeting: Meeting, people: People) -> Participant:
    return invite(meeting, people, "delegate", "H026")


def personal(participant: Participant, **changes: object) -> ScanRequest:
    request = ScanRequest(
        op_id=uuid.uuid4(),
        endpoint=participant.endpoint.code,
        method="personal_qr",
        scanned_at=NOW,
        code=personal_code_of(participant),
    )
    return replace(request, **changes)  # type: ignore[arg-type]  # field names are checked by dataclasses.replace


def scan(people: People, meeting: Meeting, *requests: ScanRequest, by: str = "secretary") -> list[ScanAnswer]:
    with time_machine.travel(NOW, tick=False):
        return check_in(getattr(people, by), meeting, requests)


def test_a_valid_personal_code_checks_its_person_in(people: People, meeting: Meeting, sua: Participant) -> None:
    (answer,) = scan(people, meeting, personal(sua))
    assert (answer.result, answer.reason, answer.participant) == ("accepted", "", sua)
    row = CheckIn.objects.get()
    assert (row.participant, row.endpoint.code, row.at, row.late) == (sua, "H026", NOW, False)


def test_a_check_in_writes_one_audit_entry_and_tells_counts_to_all_and_the_fact_to_the_person(
    people: People, meeting: Meeting, sua: Participant
) -> None:
    scan(people, meeting, personal(sua))
    assert list(Entry.objects.values_list("verb", "actor_id")) == [("attendance.scanned", people.secretary.pk)]
    events = StreamEvent.objects.order_by("seq").values_list("seq", "kind", "audience", "data")
    assert list(events) == [
        (1, "attendance.counted", "everyone", {"rows": [{"id": "H026", "present": 1, "late": 0}]}),
        (
            2,
            "attendance.checked_in",
            f"person:{sua.person_id}",
            {"checked_in_at": NOW.isoformat(), "checked_in_endpoint": "H026"},
        ),
    ]


def test_a_replay_gets_the_same_answer_and_changes_nothing(people: People, meeting: Meeting, sua: Participant) -> None:
    request = personal(sua)
    first = scan(people, meeting, request)
    again = scan(people, meeting, request, request)
    assert again == [first[0], first[0]]
    assert (Scan.objects.count(), CheckIn.objects.count(), Entry.objects.count()) == (1, 1, 1)


def test_a_second_scan_of_the_same_person_is_a_duplicate(people: People, meeting: Meeting, sua: Participant) -> None:
    scan(people, meeting, personal(sua))
    (answer,) = scan(people, meeting, personal(sua))
    assert (answer.result, answer.participant, CheckIn.objects.count()) == ("duplicate", sua, 1)


def test_the_earliest_of_many_scans_counts_in_any_order(people: People, meeting: Meeting, sua: Participant) -> None:
    minutes = [45, 40, 43, 30, 44]
    requests = [personal(sua, scanned_at=at(7, minute)) for minute in minutes]
    for request in requests:
        scan(people, meeting, request)
    assert CheckIn.objects.get().at == at(7, 30)


def test_a_scan_after_the_start_is_late(people: People, meeting: Meeting, sua: Participant) -> None:
    with time_machine.travel(at(8, 5), tick=False):
        check_in(people.secretary, meeting, [personal(sua, scanned_at=at(8, 5))])
    assert CheckIn.objects.get().late is True


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("", "invalid_code"),
        ("P1.1.1.1.AAAAAAAAAAAAAAAAAAAAAAAAAA", "invalid_code"),
        ("xin chào", "invalid_code"),
        ("\x00", "invalid_code"),
    ],
)
def test_a_code_that_is_not_ours_is_refused_in_one_word(
    people: People, meeting: Meeting, sua: Participant, code: str, reason: str
) -> None:
    (answer,) = scan(people, meeting, personal(sua, code=code))
    assert (answer.result, answer.reason, answer.participant) == ("refused", reason, None)
    assert CheckIn.objects.count() == 0


def test_the_code_of_another_meeting_is_refused(people: People, meeting: Meeting, sua: Participant) -> None:
    other = make_meeting(people, starts_at=at(14))
    there = invite(other, people, "delegate", "H026")
    (answer,) = scan(people, meeting, personal(there))
    assert (answer.result, answer.reason) == ("refused", "other_meeting")


def test_reissue_ends_the_old_code(people: People, meeting: Meeting, sua: Participant) -> None:
    old = personal(sua)
    sua.code_serial += 1
    sua.save()
    answers = scan(people, meeting, old, personal(sua))
    assert [(answer.result, answer.reason) for answer in answers] == [("refused", "reissued"), ("accepted", "")]


def test_the_wrong_endpoint_is_refused_by_name_and_taken_with_a_reason(
    people: People, meeting: Meeting, sua: Participant
) -> None:
    answers = scan(
        people, meeting, personal(sua, endpoint="X00715"), personal(sua, endpoint="X00715", elsewhere="Đi công tác")
    )
    assert [(answer.result, answer.reason, answer.participant) for answer in answers] == [
        ("refused", "other_endpoint", sua),
        ("accepted", "", sua),
    ]
    assert CheckIn.objects.get().endpoint.code == "X00715"


@pytest.mark.parametrize("endpoint", ["T2", "Y1", "NOWHERE", ""])
def test_an_endpoint_outside_the_meeting_is_refused(
    people: People, meeting: Meeting, sua: Participant, endpoint: str
) -> None:
    (answer,) = scan(people, meeting, personal(sua, endpoint=endpoint))
    assert (answer.result, answer.reason) == ("refused", "unknown_endpoint")


def test_an_operator_scans_only_at_the_own_endpoint(people: People, meeting: Meeting, sua: Participant) -> None:
    here = Participant.objects.create(
        meeting=meeting,
        person=make_person("Vàng Mí Dình", people.network.units["00715"]),
        full_name="Vàng Mí Dình",
        endpoint=people.network.endpoints["X00715"],
    )
    answers = scan(people, meeting, personal(sua), personal(here), by="operator")
    assert [(answer.result, answer.reason) for answer in answers] == [
        ("refused", "not_your_endpoint"),
        ("accepted", ""),
    ]


def test_manual_entry_names_the_participant(people: People, meeting: Meeting, sua: Participant) -> None:
    by_hand = replace(personal(sua), code="", method="manual", participant=sua.pk)
    stranger = replace(by_hand, op_id=uuid.uuid4(), participant=999_999)
    answers = scan(people, meeting, by_hand, stranger)
    assert [(answer.result, answer.reason) for answer in answers] == [("accepted", ""), ("refused", "not_invited")]


def rotating(meeting: Meeting, endpoint: str, shown: dt.datetime, **changes: object) -> ScanRequest:
    request = ScanRequest(
        op_id=uuid.uuid4(),
        endpoint=endpoint,
        method="rotating_qr",
        scanned_at=NOW,
        code=rotating_code(meeting.pk, endpoint, shown, code_secret()),
    )
    return replace(request, **changes)  # type: ignore[arg-type]  # field names are checked by dataclasses.replace


def test_the_room_code_checks_in_the_person_of_the_session(people: People, meeting: Meeting, sua: Participant) -> None:
    (answer,) = scan(people, meeting, rotating(meeting, "H026", NOW), by="delegate")
    assert (answer.result, answer.participant) == ("accepted", sua)


@pytest.mark.parametrize("age", [60, 61, 90, 300])
def test_a_photo_of_the_room_code_is_refused_a_minute_later(
    people: People, meeting: Meeting, sua: Participant, age: int
) -> None:
    request = rotating(meeting, "H026", NOW - dt.timedelta(seconds=age))
    (answer,) = scan(people, meeting, request, by="delegate")
    assert (answer.result, answer.reason) == ("refused", "expired")


def test_the_room_code_of_another_endpoint_is_refused(people: People, meeting: Meeting, sua: Participant) -> None:
    (answer,) = scan(people, meeting, rotating(meeting, "X00715", NOW), by="delegate")
    assert (answer.result, answer.reason) == ("refused", "other_endpoint")


def test_a_room_code_in_the_hand_of_somebody_not_invited_is_refused(people: People, meeting: Meeting) -> None:
    (answer,) = scan(people, meeting, rotating(meeting, "H026", NOW), by="chair")
    assert (answer.result, answer.reason) == ("refused", "not_invited")


def test_one_device_for_two_people_is_flagged(people: People, meeting: Meeting, sua: Participant) -> None:
    chair = invite(meeting, people, "chair", "H026")
    first = scan(people, meeting, rotating(meeting, "H026", NOW, device="a-tablet"), by="delegate")
    second = scan(people, meeting, rotating(meeting, "H026", NOW, device="a-tablet"), by="chair")
    assert [(answer.result, answer.reason, answer.participant) for answer in (*first, *second)] == [
        ("accepted", "", sua),
        ("accepted", "shared_device", chair),
    ]


@pytest.mark.parametrize("offset", [dt.timedelta(days=-1), dt.timedelta(minutes=5), dt.timedelta(days=1)])
def test_a_clock_far_off_is_flagged_and_the_servers_time_counts(
    people: People, meeting: Meeting, sua: Participant, offset: dt.timedelta
) -> None:
    (answer,) = scan(people, meeting, personal(sua, scanned_at=NOW + offset))
    assert (answer.result, answer.flagged, CheckIn.objects.get().at) == ("accepted", True, NOW)


@pytest.mark.parametrize("status", ["draft", "cancelled", "postponed"])
def test_a_meeting_that_is_not_on_takes_no_scans(people: People, status: str) -> None:
    meeting = make_meeting(people, status=status)
    participant = invite(meeting, people, "delegate", "H026")
    (answer,) = scan(people, meeting, personal(participant))
    assert (answer.result, answer.reason) == ("refused", "meeting_not_on")


def test_a_closed_meeting_takes_what_was_scanned_without_a_line_before_it_closed(people: People) -> None:
    meeting = make_meeting(people, status="closed", starts_at=at(5), minutes=120)
    before, after = (invite(meeting, people, name, "H026") for name in ("delegate", "observer"))
    answers = scan(people, meeting, personal(before, scanned_at=at(6, 30)), personal(after, scanned_at=at(7, 30)))
    assert [(answer.result, answer.reason) for answer in answers] == [
        ("accepted", ""),
        ("refused", "meeting_closed"),
    ]


def test_an_op_id_of_another_meeting_tells_nothing_of_it(people: People, meeting: Meeting, sua: Participant) -> None:
    request = personal(sua)
    scan(people, meeting, request)
    other = make_meeting(people, starts_at=at(14))
    (answer,) = scan(people, other, request)
    assert (answer.result, answer.reason, answer.participant) == ("refused", "other_meeting", None)


def test_a_thousand_and_one_scans_are_too_many(people: People, meeting: Meeting, sua: Participant) -> None:
    with pytest.raises(TooManyScans):
        check_in(people.secretary, meeting, [personal(sua)] * 1001)


def test_a_batch_costs_the_same_number_of_queries_whatever_its_length(people: People, meeting: Meeting) -> None:
    counts = []
    for size in (2, 1, 3, 50):
        for table in (CheckIn, Scan, Participant):
            table.objects.all().delete()
        rows = [
            Participant.objects.create(
                meeting=meeting,
                person=make_person(f"Người {size} {number}", people.network.units["026"]),
                full_name="Người",
                endpoint=people.network.endpoints["H026"],
            )
            for number in range(size)
        ]
        requests = [
            replace(personal(row), code="", method="manual", participant=row.pk, scanned_at=NOW) for row in rows
        ]
        with CaptureQueriesContext(connection) as queries:
            scan(people, meeting, *requests)
        events = sum("realtime_" in query["sql"] for query in queries.captured_queries)
        counts.append(len(queries) - events)
    assert counts[1] == counts[2] == counts[3]
    assert count_rows(meeting) == [{"id": "H026", "present": 50, "late": 0}]
