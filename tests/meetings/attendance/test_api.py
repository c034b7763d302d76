"""POST /api/v1/meetings/{id}/check-ins: one answer per scan for ever, whatever is sent and how often."""

import random
import uuid

import pytest
import time_machine
from django.core.cache import cache
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meetings.attendance.codes import PersonalCode, personal_code, rotating_code
from meetings.attendance.models import CheckIn, Scan
from meetings.attendance.selectors import code_secret, personal_code_of
from meetings.planning.models import Meeting, Participant
from tests.api import Answer, Api
from tests.people import People, at, make_person
from tests.scenes import invite, make_meeting

NOW = at(7, 46)
SCANNED = "2031-12-01T07:45:00+07:00"


@pytest.fixture
def meeting(people: People) -> Meeting:
    return make_meeting(people)


@pytest.fixture
def sua(meeting: Meeting, people: People) -> Participant:
    return invite(meeting, people, "delegate", "X00715")


def scan(**fields: object) -> dict[str, object]:
    return {
        "op_id": str(uuid.uuid4()),
        "endpoint": "X00715",
        "method": "personal_qr",
        "scanned_at": SCANNED,
    } | fields


def send(people: People, meeting: Meeting, batch: object, who: str = "operator") -> Answer:
    with time_machine.travel(NOW, tick=False):
        return Api(getattr(people, who)).post(f"/meetings/{meeting.pk}/check-ins", batch)


def test_each_scan_of_a_batch_has_its_own_answer_in_order(people: People, meeting: Meeting, sua: Participant) -> None:
    elsewhere = invite(meeting, people, "observer", "H026")
    batch = [
        scan(code=personal_code_of(sua)),
        scan(code=personal_code_of(sua)),
        scan(code="xin chào"),
        scan(code=personal_code_of(elsewhere)),
        scan(method="manual", participant=sua.pk + 999),
        scan(endpoint="H026", code=personal_code_of(elsewhere)),
        scan(code=personal_code_of(elsewhere), elsewhere="Đường sạt lở"),
    ]
    answer = send(people, meeting, batch)
    assert answer.status == 200
    assert [(row["op_id"], row["result"], row["reason"]) for row in answer.body] == [
        (batch[0]["op_id"], "accepted", None),
        (batch[1]["op_id"], "duplicate", None),
        (batch[2]["op_id"], "refused", "invalid_code"),
        (batch[3]["op_id"], "refused", "other_endpoint"),
        (batch[4]["op_id"], "refused", "not_invited"),
        (batch[5]["op_id"], "refused", "not_your_endpoint"),
        (batch[6]["op_id"], "accepted", None),
    ]


def test_an_answer_says_who_and_since_when(people: People, meeting: Meeting, sua: Participant) -> None:
    first, second = send(people, meeting, [scan(code=personal_code_of(sua)) for _ in range(2)]).body
    person = {
        "full_name": "Giàng Thị Súa",
        "position": "Chuyên viên",
        "unit": "Huyện Đồng Văn",
        "endpoint": "X00715",
        "place": "xã Lũng Cú",
    }
    assert (first["participant"], first["person"], first["at"], first["first"]) == (sua.pk, person, SCANNED, None)
    assert second["first"] == {"at": SCANNED, "endpoint": "X00715", "place": "xã Lũng Cú"}


def test_a_replay_gets_the_very_same_answer_though_much_has_happened_since(
    people: People, meeting: Meeting, sua: Participant
) -> None:
    batch = [scan(code=personal_code_of(sua)), scan(code=personal_code_of(sua)), scan(code="?")]
    first = send(people, meeting, batch)
    earlier = scan(code=personal_code_of(sua), scanned_at="2031-12-01T07:10:00+07:00")
    send(people, meeting, [earlier])
    Participant.objects.update(code_serial=7)
    Meeting.objects.update(status="cancelled")
    assert send(people, meeting, list(reversed(batch))).body == list(reversed(first.body))
    assert CheckIn.objects.get().at == at(7, 10)
    assert Scan.objects.count() == 4


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(order=st.permutations(range(6)), cut=st.integers(1, 6), repeated=st.integers(0, 5))
def test_any_order_any_cut_any_repetition_ends_in_one_state(
    people: People, meeting: Meeting, sua: Participant, order: list[int], cut: int, repeated: int
) -> None:
    for table in (CheckIn, Scan):
        table.objects.all().delete()
    scans = [scan(code=personal_code_of(sua), scanned_at=f"2031-12-01T07:{20 + n}:00+07:00") for n in range(6)]
    sent = [scans[place] for place in order] + [scans[repeated]]
    for start in range(0, len(sent), cut):
        assert send(people, meeting, sent[start : start + cut]).status == 200
    assert (Scan.objects.count(), CheckIn.objects.get().at) == (6, at(7, 20))


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("administrator", 200),
        ("secretary", 200),
        ("operator", 200),
        ("chair", 200),
        ("delegate", 200),
        ("observer", 404),
        ("outsider", 404),
        ("nobody", 404),
    ],
)
def test_who_may_not_know_the_meeting_gets_404_and_who_may_not_scan_checks_nobody_in(
    people: People, meeting: Meeting, sua: Participant, who: str, status: int
) -> None:
    answer = send(people, meeting, [scan(code=personal_code_of(sua))], who=who)
    assert answer.status == status
    scans = who in {"administrator", "secretary", "operator"}
    assert CheckIn.objects.count() == int(scans)
    if status == 200 and not scans:
        assert answer.body[0]["reason"] == "not_your_endpoint"


def test_a_visitor_gets_401(meeting: Meeting) -> None:
    assert Api().post(f"/meetings/{meeting.pk}/check-ins", []).status == 401


@pytest.mark.parametrize(
    "batch",
    [
        {"scans": []},
        "text",
        None,
        [1],
        [scan(op_id=7)],
        [scan(participant="three")],
        [scan(scanned_at=1)],
    ],
)
def test_what_is_no_list_of_scans_is_malformed(people: People, meeting: Meeting, batch: object) -> None:
    answer = send(people, meeting, batch)
    assert (answer.status in {400, 422}, Scan.objects.count()) == (True, 0)


@pytest.mark.parametrize(
    "fault",
    [
        {"op_id": "no-uuid"},
        {"method": "guess"},
        {"endpoint": ""},
        {"scanned_at": "2031-12-01T07:45:00"},
        {"scanned_at": "yesterday"},
        {"code": "x" * 501},
        {"elsewhere": "x" * 201},
        {"participant": 0},
        {"unknown": True},
    ],
)
def test_one_scan_that_is_not_acceptable_refuses_the_call_and_counts_nothing(
    people: People, meeting: Meeting, sua: Participant, fault: dict[str, object]
) -> None:
    batch = [scan(code=personal_code_of(sua)), scan(code=personal_code_of(sua)) | fault]
    answer = send(people, meeting, batch)
    assert (answer.status in {400, 422}, Scan.objects.count()) == (True, 0)


def test_more_than_a_thousand_scans_are_not_taken_at_once(people: People, meeting: Meeting) -> None:
    answer = send(people, meeting, [scan(code="?") for _ in range(1001)])
    assert (answer.status, answer.code, Scan.objects.count()) == (422, "unacceptable", 0)


def test_codes_that_were_good_once_or_elsewhere_let_nobody_in(
    people: People, meeting: Meeting, sua: Participant
) -> None:
    other = make_meeting(people, starts_at=at(14))
    there = invite(other, people, "delegate", "X00715")
    old = personal_code_of(sua)
    Participant.objects.filter(pk=sua.pk).update(code_serial=2)
    secret = code_secret()
    batch = [
        scan(code=old),
        scan(code=personal_code_of(there)),
        scan(code=personal_code(PersonalCode(meeting.pk, sua.pk, 2), b"another secret")),
        scan(code=rotating_code(meeting.pk, "X00715", NOW, secret)),
        scan(method="rotating_qr", code=rotating_code(meeting.pk, "X00715", NOW, secret)),
        scan(code=""),
    ]
    assert [row["reason"] for row in send(people, meeting, batch).body] == [
        "reissued",
        "other_meeting",
        "invalid_code",
        "invalid_code",
        "not_invited",
        "invalid_code",
    ]
    assert CheckIn.objects.count() == 0


def test_a_room_code_is_worth_a_minute_and_only_its_own_endpoint(
    people: People, meeting: Meeting, sua: Participant
) -> None:
    secret = code_secret()
    codes = [rotating_code(meeting.pk, "X00715", at(7, minute), secret) for minute in (40, 44, 48)]
    codes += [rotating_code(meeting.pk, "H026", NOW, secret)]
    answer = send(people, meeting, [scan(method="rotating_qr", code=code) for code in codes], who="delegate")
    assert [row["reason"] for row in answer.body] == ["expired", "expired", "expired", "other_endpoint"]
    good = rotating_code(meeting.pk, "X00715", NOW, secret)
    assert (
        send(people, meeting, [scan(method="rotating_qr", code=good)], who="delegate").body[0]["result"] == "accepted"
    )


def _guesses(meeting: Meeting, number: int) -> list[str]:
    chance = random.Random(7)  # noqa: S311 -- guesses need no secrecy
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

    def seal() -> str:
        return "".join(chance.choices(letters, k=26))

    return [f"P1.{meeting.pk}.{chance.randrange(1, 50)}.1.{seal()}" for _ in range(number)]


def test_two_thousand_guesses_hit_nothing_and_read_the_same(people: People, meeting: Meeting, sua: Participant) -> None:
    guesses = _guesses(meeting, 2000)
    told = set()
    for start in (0, 1000):
        cache.clear()  # as if a minute had passed: the pause is another test's
        answer = send(people, meeting, [scan(code=code) for code in guesses[start : start + 1000]])
        assert answer.status == 200
        told |= {tuple((key, str(value)) for key, value in row.items() if key != "op_id") for row in answer.body}
    assert len(told) == 1
    assert (Scan.objects.filter(reason="invalid_code").count(), CheckIn.objects.count()) == (2000, 0)


def test_after_twenty_wrong_codes_the_next_must_wait_even_a_right_one(
    people: People, meeting: Meeting, sua: Participant
) -> None:
    for code in _guesses(meeting, 20):
        assert send(people, meeting, [scan(code=code)]).status == 200
    answer = send(people, meeting, [scan(code=personal_code_of(sua))])
    assert (answer.status, answer.code, answer.body["params"]) == (
        429,
        "too_many_wrong_codes",
        {"retry_after_seconds": 60},
    )
    assert (Scan.objects.count(), CheckIn.objects.count()) == (20, 0)
    with time_machine.travel(at(7, 47) + (at(0, 1) - at(0)) / 60, tick=False):
        late = Api(people.operator).post(f"/meetings/{meeting.pk}/check-ins", [scan(code=personal_code_of(sua))])
    assert late.body[0]["result"] == "accepted"


def test_one_accounts_wrong_codes_do_not_stop_another(people: People, meeting: Meeting, sua: Participant) -> None:
    send(people, meeting, [scan(code=code) for code in _guesses(meeting, 20)])
    answer = send(people, meeting, [scan(code=personal_code_of(sua))], who="secretary")
    assert answer.body[0]["result"] == "accepted"


def test_scans_that_are_refused_for_another_reason_are_no_guesses(
    people: People, meeting: Meeting, sua: Participant
) -> None:
    stranger = Participant.objects.create(
        meeting=meeting,
        person=make_person("Lầu Thị Mỷ", people.network.units["026"]),
        full_name="Lầu Thị Mỷ",
        endpoint=people.network.endpoints["H026"],
    )
    refused = send(people, meeting, [scan(code=personal_code_of(stranger)) for _ in range(40)])
    assert {row["reason"] for row in refused.body} == {"other_endpoint"}
    assert send(people, meeting, [scan(code=personal_code_of(sua))]).body[0]["result"] == "accepted"
