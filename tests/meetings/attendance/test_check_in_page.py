"""The delegate's own device: opening the code changes nothing, the button checks in, every refusal says what to do."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from meetings.attendance.codes import PersonalCode, personal_code, rotating_code
from meetings.attendance.models import CheckIn, Scan
from meetings.attendance.qr import qr_path
from meetings.attendance.selectors import code_secret, personal_code_of
from meetings.planning.models import Meeting, Participant
from tests.people import People, at
from tests.scenes import invite, make_meeting

NOW = at(7, 46)
FORGED = "R1.1.X00715.65000000.AAAAAAAAAAAAAAAAAAAAAAAAAA"


@pytest.fixture
def meeting(people: People) -> Meeting:
    return make_meeting(people)


@pytest.fixture
def sua(meeting: Meeting, people: People) -> Participant:
    return invite(meeting, people, "delegate", "X00715")


def browser(people: People, who: str = "delegate") -> Client:
    client = Client()
    # Sessions end after hours: log in on the morning of the meeting.
    with time_machine.travel(at(6)):
        client.force_login(getattr(people, who))
    return client


def code_of(meeting: Meeting, endpoint: str = "X00715", when: dt.datetime = NOW) -> str:
    return rotating_code(meeting.pk, endpoint, when, code_secret())


def state(client: Client, code: str, *, press: bool = False, when: dt.datetime = NOW, op_id: object = None) -> str:
    with time_machine.travel(when, tick=False):
        if press:
            response = client.post(f"/c/{code}", {"op_id": str(op_id or uuid.uuid4())})
        else:
            response = client.get(f"/c/{code}")
    return str(response.context["state"])


def test_a_visitor_logs_in_first_and_comes_back(meeting: Meeting) -> None:
    code = code_of(meeting)
    assert Client().get(f"/c/{code}").headers["Location"] == f"/accounts/login/?next=/c/{code}"


def test_opening_the_code_changes_nothing(people: People, meeting: Meeting, sua: Participant) -> None:
    client = browser(people)
    with time_machine.travel(NOW, tick=False), CaptureQueriesContext(connection) as queries:
        response = client.get(f"/c/{code_of(meeting)}")
    assert (response.status_code, response.context["state"], response.context["participant"]) == (200, "ready", sua)
    assert [query["sql"] for query in queries if not query["sql"].lstrip().startswith("SELECT")] == []


def test_the_button_checks_in(people: People, meeting: Meeting, sua: Participant) -> None:
    assert state(browser(people), code_of(meeting), press=True) == "accepted"
    row = CheckIn.objects.get()
    assert (row.participant, row.endpoint.code, row.method, row.at) == (sua, "X00715", "rotating_qr", NOW)


def test_a_button_pressed_twice_is_one_scan(people: People, meeting: Meeting, sua: Participant) -> None:
    client, op_id = browser(people), uuid.uuid4()
    states = [state(client, code_of(meeting), press=True, op_id=op_id) for _ in range(2)]
    assert (states, Scan.objects.count(), CheckIn.objects.count()) == (["accepted", "accepted"], 1, 1)


def test_somebody_who_is_in_already_is_told_since_when(people: People, meeting: Meeting, sua: Participant) -> None:
    client = browser(people)
    state(client, code_of(meeting), press=True)
    later = NOW + dt.timedelta(minutes=3)
    again = code_of(meeting, when=later)
    assert [state(client, again, when=later), state(client, again, when=later, press=True)] == ["already", "already"]
    assert CheckIn.objects.get().at == NOW


@pytest.mark.parametrize(("seconds", "expected"), [(0, "ready"), (59, "ready"), (60, "expired"), (3600, "expired")])
def test_a_code_holds_for_its_step_and_the_next(
    people: People, meeting: Meeting, sua: Participant, seconds: int, expected: str
) -> None:
    assert state(browser(people), code_of(meeting), when=NOW + dt.timedelta(seconds=seconds)) == expected


def test_a_code_that_expires_between_opening_and_pressing_says_how_to_scan_again(
    people: People, meeting: Meeting, sua: Participant
) -> None:
    client, code = browser(people), code_of(meeting)
    assert state(client, code) == "ready"
    assert state(client, code, press=True, when=NOW + dt.timedelta(seconds=61)) == "expired"
    assert (Scan.objects.count(), CheckIn.objects.count()) == (0, 0)


def test_a_code_passed_on_to_somebody_elsewhere_lets_nobody_in(people: People, meeting: Meeting) -> None:
    invite(meeting, people, "delegate", "H026")
    client = browser(people)
    assert [state(client, code_of(meeting)), state(client, code_of(meeting), press=True)] == ["elsewhere", "elsewhere"]
    assert CheckIn.objects.count() == 0


@pytest.mark.parametrize("who", ["delegate", "outsider", "nobody", "secretary"])
def test_somebody_who_is_not_on_the_list_is_told_nothing_of_the_meeting(
    people: People, meeting: Meeting, who: str
) -> None:
    client = browser(people, who)
    with time_machine.travel(NOW, tick=False):
        response = client.post(f"/c/{code_of(meeting)}", {"op_id": str(uuid.uuid4())})
    assert response.context["state"] == "not_invited"
    assert meeting.title not in response.content.decode()
    assert Scan.objects.count() == 0


@pytest.mark.parametrize("status", ["closed", "cancelled", "postponed"])
def test_a_meeting_that_is_not_on_takes_nobody(people: People, meeting: Meeting, sua: Participant, status: str) -> None:
    Meeting.objects.update(status=status, closed_at=at(7, 30))
    assert state(browser(people), code_of(meeting), press=True) == "not_on"
    assert CheckIn.objects.count() == 0


def _wrong_codes(meeting: Meeting, sua: Participant) -> list[str]:
    right = code_of(meeting)
    other_key = rotating_code(meeting.pk, "X00715", NOW, b"another secret")
    return [
        FORGED,
        right.lower(),
        right + "A",
        right[:-1],
        right.replace("X00715", "H026"),
        other_key,
        personal_code_of(sua),
        personal_code(PersonalCode(1, 1, 1), b"another secret"),
        "m42.X00715:1xUav2:signature",
        "xin chào",
        "R1." + "9" * 400,
    ]


def test_whatever_is_not_a_code_of_a_screen_reads_the_same(people: People, meeting: Meeting, sua: Participant) -> None:
    bodies = set()
    for code in _wrong_codes(meeting, sua):
        client = browser(people)
        with time_machine.travel(NOW, tick=False):
            response = client.get(f"/c/{code}")
        assert (response.status_code, response.context["state"]) == (404, "invalid")
        body = response.content.decode().replace(str(response.context["csrf_token"]), "")
        bodies.add(body)
    assert len(bodies) == 1


def test_whoever_tries_out_codes_must_wait_a_minute(people: People, meeting: Meeting, sua: Participant) -> None:
    client = browser(people)
    states = [state(client, FORGED) for _ in range(21)]
    assert states == ["invalid"] * 20 + ["slow_down"]
    assert state(client, code_of(meeting), press=True) == "slow_down"
    later = NOW + dt.timedelta(seconds=61)
    assert state(client, code_of(meeting, when=later), press=True, when=later) == "accepted"


def test_another_account_on_the_same_device_must_wait_too(people: People, meeting: Meeting, sua: Participant) -> None:
    first, second = browser(people, "nobody"), browser(people)
    for _ in range(20):
        state(first, FORGED)
    second.cookies["device"] = first.cookies["device"].value
    assert state(second, code_of(meeting)) == "slow_down"
    del second.cookies["device"]
    assert state(second, code_of(meeting)) == "ready"


def test_one_device_that_checks_in_two_people_is_noted(people: People, meeting: Meeting, sua: Participant) -> None:
    invite(meeting, people, "nobody", "X00715")
    first, second = browser(people), browser(people, "nobody")
    state(first, code_of(meeting), press=True)
    second.cookies["device"] = first.cookies["device"].value
    state(second, code_of(meeting), press=True)
    assert list(Scan.objects.order_by("pk").values_list("result", "reason")) == [
        ("accepted", ""),
        ("accepted", "shared_device"),
    ]


def test_the_device_keeps_its_name_out_of_reach_of_scripts(people: People, meeting: Meeting, sua: Participant) -> None:
    client = browser(people)
    state(client, code_of(meeting))
    cookie = client.cookies["device"]
    assert (len(cookie.value), cookie["httponly"], cookie["samesite"]) == (43, True, "Lax")
    state(client, code_of(meeting))
    assert client.cookies["device"].value == cookie.value


def test_a_press_without_its_number_does_nothing(people: People, meeting: Meeting, sua: Participant) -> None:
    client = browser(people)
    assert state(client, code_of(meeting), press=True, op_id="none") == "ready"
    assert Scan.objects.count() == 0


def test_a_press_needs_the_token_of_our_page(people: People, meeting: Meeting, sua: Participant) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.delegate)
    with time_machine.travel(NOW, tick=False):
        response = client.post(f"/c/{code_of(meeting)}", {"op_id": str(uuid.uuid4())})
    assert (response.status_code, CheckIn.objects.count()) == (403, 0)


def test_ones_own_code_is_shown_to_its_owner(people: People, meeting: Meeting, sua: Participant) -> None:
    response = browser(people).get(f"/meetings/{meeting.pk}/my-code/")
    assert response.context["qr"].path == qr_path(personal_code_of(sua), correction="quartile").path
    Participant.objects.update(code_serial=2)
    sua.refresh_from_db()
    again = browser(people).get(f"/meetings/{meeting.pk}/my-code/")
    assert again.context["qr"].path == qr_path(personal_code_of(sua), correction="quartile").path
    assert again.context["qr"].path != response.context["qr"].path


@pytest.mark.parametrize("who", ["secretary", "operator", "chair", "outsider", "nobody"])
def test_nobody_else_has_a_code_in_the_meeting(people: People, meeting: Meeting, sua: Participant, who: str) -> None:
    assert browser(people, who).get(f"/meetings/{meeting.pk}/my-code/").status_code == 404
