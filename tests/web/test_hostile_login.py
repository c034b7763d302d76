"""The entrance under attack: passwords tried out, sessions planted, addresses to be sent on to, accounts closed."""

import datetime as dt
import hashlib
import re
from urllib.parse import urljoin, urlsplit

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.actions import deactivate, issue_token
from accounts.credentials import Credential
from accounts.models import User
from meetings.attendance.selectors import entry_code_of
from realtime.hearing import ask
from realtime.protocol import Close
from tests.people import People
from tests.scenes import invite, make_meeting
from tests.web.asking import letter

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"
GOOD = "demo-pass-1"
OFFICE = "203.0.113.7"
ELSEWHERE = "198.51.100.9"


def log_in(name: str, password: str = GOOD, *, address: str = OFFICE, client: Client | None = None) -> int:
    """The status of the answer: 302 lets in, 200 asks again, 429 is locked."""
    client = client or Client()
    return client.post(LOGIN, {"login": name, "password": password}, REMOTE_ADDR=address).status_code


@pytest.fixture
def guarded(settings: Settings) -> None:
    settings.AXES_ENABLED = True


@pytest.fixture
def crowd(people: People) -> list[str]:
    """The accounts of an office of 40."""
    User.objects.bulk_create(User(username=f"can-bo-{number}", password="!") for number in range(40))
    return list(User.objects.filter(username__startswith="can-bo-").values_list("username", flat=True))


@pytest.mark.usefixtures("guarded")
def test_a_name_is_locked_for_the_address_of_ten_wrong_passwords_and_for_no_other(people: People) -> None:
    assert [log_in("secretary", "wrong") for _ in range(12)] == [200] * 9 + [429] * 3
    assert log_in("secretary") == 429
    assert log_in("secretary", address=ELSEWHERE) == 302
    assert log_in("chair") == 302


@pytest.mark.usefixtures("guarded")
def test_the_lock_opens_by_itself_after_a_quarter_of_an_hour(people: People) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert [log_in("secretary", "wrong") for _ in range(11)][-1] == 429
        clock.shift(dt.timedelta(minutes=14))
        assert log_in("secretary") == 429
        clock.shift(dt.timedelta(minutes=2))
        assert log_in("secretary") == 302


@pytest.mark.usefixtures("guarded")
def test_whoever_tries_out_a_whole_office_locks_out_nobody_who_knows_the_password(
    people: People, crowd: list[str]
) -> None:
    tried = [log_in(name, f"wrong-{turn}") for turn in range(12) for name in crowd]
    assert (302 in tried, tried.count(429)) == (False, 3 * len(crowd))
    assert log_in("secretary") == 302


@pytest.mark.usefixtures("guarded")
def test_whoever_tries_out_one_name_from_elsewhere_does_not_lock_its_owner_out(people: People) -> None:
    assert [log_in("secretary", "wrong", address=ELSEWHERE) for _ in range(120)][-1] == 429
    assert log_in("secretary") == 302


@pytest.mark.usefixtures("guarded")
def test_one_s_own_slips_are_forgotten_with_the_right_password(people: People) -> None:
    assert [log_in("secretary", "wrong") for _ in range(9)] == [200] * 9
    assert log_in("secretary") == 302
    assert [log_in("secretary", "wrong") for _ in range(9)] == [200] * 9


def test_a_wrong_password_reads_like_a_name_that_does_not_exist(people: People) -> None:
    token = re.compile(r"\b[A-Za-z0-9]{64}\b")
    pages = {
        token.sub("", Client().post(LOGIN, {"login": name, "password": "wrong"}).content.decode()).replace(name, "")
        for name in ("secretary", "nobody-of-that-name")
    }
    assert len(pages) == 1


HOST = "evil.example"
NEXT = [
    *(f"{scheme}{HOST}" for scheme in ("//", "///", "////", "http://", "https://", "https:", "https:/", "https:///")),
    *(f"{start}{HOST}" for start in ("\\\\", "/\\", "\\/", "/\\/", "//\\", "\\\\\\", "https:\\\\", "http:/\\")),
    *(f"{blank}//{HOST}" for blank in (" ", "\t", "\n", "\r\n", "\x0b", "\u00a0", "\u2003", "\ufeff", "\x01", "\x1f")),
    *(f"/{blank}/{HOST}" for blank in ("\t", "\n", "\r", "\x00", " ", "\\\t")),
    *(
        f"http://{host}"
        for host in (f"testserver@{HOST}", f"testserver.{HOST}", f"{HOST}#testserver", f"{HOST}?testserver")
    ),
    *(
        f"//{host}"
        for host in (f"testserver@{HOST}", f"testserver:80@{HOST}", f"{HOST}:80", f"[::1]@{HOST}", "2130706433")
    ),
    *(
        f"{scheme}:alert(1)"
        for scheme in ("javascript", "JaVaScRiPt", "\tjavascript", "java\nscript", "vbscript", "data")
    ),
    f"data:text/html,<script>location='//{HOST}'</script>",
    f"ftp://{HOST}/",
    f"ws://{HOST}/",
    f"file://{HOST}/etc/passwd",
    f"ｈttps://{HOST}",
    f"//{HOST}%2f..",
    f"/%5c{HOST}/../..//{HOST}",
    f"http:{HOST}",
    f"http:///{HOST}",
    f"//{HOST}/%2e%2e",
    f"https:{HOST}/\\testserver",
    f"/\\\t/{HOST}",
    "//evil。example",
    "\\",
    "//",
]
ADDRESSES = [LOGIN, "/accounts/logout/", "/i18n/setlang/", "/accounts/reauthenticate/"]


def lands(location: str) -> tuple[str, str]:
    """Scheme and host to which a browser goes: it drops tabs and ends of lines and reads "\\" as "/"."""
    plain = re.sub(r"[\t\r\n]", "", location).strip("".join(map(chr, range(33)))).replace("\\", "/")
    parts = urlsplit(urljoin(f"http://testserver{LOGIN}", plain))
    return parts.scheme, parts.netloc


@pytest.mark.parametrize("path", ADDRESSES)
def test_nobody_is_sent_on_to_another_site(people: People, path: str) -> None:
    led = {}
    for value in NEXT:
        client = Client()
        if path != LOGIN:
            client.force_login(people.secretary)
        said = {"login": "secretary", "password": GOOD, "language": "en", "next": value}
        for answer in (client.post(path, said), client.post(f"{path}?next=x", said)):
            if answer.status_code == 302 and lands(answer.headers["Location"]) != ("http", "testserver"):
                led[value] = answer.headers["Location"]
    assert led == {}
    assert len(NEXT) >= 55


def test_a_page_of_ours_is_gone_back_to(people: People) -> None:
    answer = Client().post(LOGIN, {"login": "secretary", "password": GOOD, "next": "/meetings/?tab=all"})
    assert answer.headers["Location"] == "/meetings/?tab=all"


def planted() -> tuple[Client, str]:
    """A browser with a session whose key somebody else knows."""
    client = Client()
    session = client.session
    session["seen"] = True
    session.save()
    return client, str(session.session_key)


def test_a_session_planted_before_the_login_is_worth_nothing_after_it(people: People, settings: Settings) -> None:
    client, key = planted()
    assert log_in("secretary", client=client) == 302
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != key
    assert not Session.objects.filter(session_key=key).exists()
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = key
    assert letter(thief.get("/meetings/")) == "L"


def test_nor_after_entering_with_the_code_of_an_invitation(people: People, settings: Settings) -> None:
    meeting = make_meeting(people, starts_at=timezone.now())
    code = entry_code_of(invite(meeting, people, "nobody", "X00691"))
    client, key = planted()
    assert client.post("/join/", {"code": code, "enter": "1"}).status_code == 302
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != key
    assert not Session.objects.filter(session_key=key).exists()


def test_entering_as_somebody_else_takes_nothing_along(people: People) -> None:
    meeting = make_meeting(people, starts_at=timezone.now())
    code = entry_code_of(invite(meeting, people, "nobody", "X00691"))
    client = Client()
    client.force_login(people.administrator)
    session = client.session
    session["kept"] = "of the administrator"
    session.save()
    client.post("/join/", {"code": code, "enter": "1"})
    assert (client.session["_auth_user_id"], "kept" in client.session) == (str(people.nobody.pk), False)


def test_leaving_makes_the_cookie_worthless(people: People, settings: Settings) -> None:
    client = Client()
    client.force_login(people.secretary)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post("/accounts/logout/")
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = key
    assert letter(thief.get("/meetings/")) == "L"


def test_a_new_password_ends_every_other_session(people: People) -> None:
    own, other = Client(), Client()
    for client in (own, other):
        client.force_login(people.secretary)
    words = {"oldpassword": GOOD, "password1": "mot-mat-khau-dai", "password2": "mot-mat-khau-dai"}
    assert own.post("/accounts/password/change/", words).status_code == 302
    assert [letter(client.get("/meetings/")) for client in (own, other)] == ["+", "L"]


def test_a_closed_account_gets_in_nowhere(people: People) -> None:
    meeting = make_meeting(people)
    token = issue_token(None, people.secretary)
    client = Client()
    client.force_login(people.secretary)
    deactivate(None, people.secretary)
    bearer = {"Authorization": f"Bearer {token}"}
    said = {
        "page": letter(client.get("/meetings/")),
        "session at the API": letter(client.get("/api/v1/meetings")),
        "token": letter(Client().get("/api/v1/meetings", headers=bearer)),
        "file": letter(client.get(f"/documents/1/{'a' * 64}.pdf")),
        "password": log_in("secretary"),
        "sockets": ask(
            [
                Credential("session", client.cookies[settings.SESSION_COOKIE_NAME].value),
                Credential("token", hashlib.sha256(token.encode()).hexdigest()),
            ],
            meeting.stream,
        ),
    }
    assert said == {
        "page": "L",
        "session at the API": "1",
        "token": "1",
        "file": "1",
        "password": 200,
        "sockets": [Close.ANONYMOUS, Close.ANONYMOUS],
    }


def test_an_account_that_is_only_marked_as_closed_gets_in_nowhere_either(people: People) -> None:
    client = Client()
    client.force_login(people.secretary)
    token = issue_token(None, people.secretary)
    User.objects.filter(pk=people.secretary.pk).update(is_active=False)
    bearer = {"Authorization": f"Bearer {token}"}
    answers = [
        client.get("/meetings/"),
        client.get("/api/v1/meetings"),
        Client().get("/api/v1/meetings", headers=bearer),
    ]
    assert [letter(answer) for answer in answers] == ["L", "1", "1"]
    assert log_in("secretary") != 302 or letter(client.get("/meetings/")) == "L"


def test_a_role_that_is_taken_away_is_gone_with_the_next_call(people: People) -> None:
    client = Client()
    client.force_login(people.secretary)
    assert letter(client.get("/meetings/new/")) == "+"
    people.secretary.memberships.all().delete()
    assert letter(client.get("/meetings/new/")) == "#"
