"""Whose session or token a socket came with: as a request of the browser or of a program would be answered."""

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from accounts.actions import issue_token
from accounts.credentials import Credential, SocketCredential, holders, lost
from accounts.models import ApiToken, User
from tests.people import People

pytestmark = pytest.mark.django_db
Headers = list[tuple[bytes, bytes]]


def session_of(user: User) -> Credential:
    client = Client()
    client.force_login(user)
    return Credential("session", client.cookies[django_settings.SESSION_COOKIE_NAME].value)


def token_of(user: User) -> Credential:
    issue_token(None, user)
    return Credential("token", ApiToken.objects.latest("pk").digest)


@pytest.mark.parametrize("issue", [session_of, token_of])
def test_a_closed_account_holds_nothing(people: People, issue: Callable[[User], Credential]) -> None:
    credential = issue(people.secretary)
    assert holders([credential]) == {credential: people.secretary}
    User.objects.filter(pk=people.secretary.pk).update(is_active=False)
    assert holders([credential]) == {}


def test_a_session_ends_by_logging_out_and_by_time(people: People) -> None:
    kept, out, late = session_of(people.secretary), session_of(people.secretary), session_of(people.chair)
    Session.objects.get(session_key=out.key).delete()
    Session.objects.filter(session_key=late.key).update(expire_date=timezone.now() - dt.timedelta(seconds=1))
    assert holders([kept, out, late]) == {kept: people.secretary}
    assert sorted(lost([kept, out, late])) == sorted([out, late])


def test_a_session_from_before_a_change_of_the_password_is_worth_nothing(people: People) -> None:
    before = session_of(people.secretary)
    people.secretary.set_password("mật khẩu mới 1")
    people.secretary.save()
    after = session_of(people.secretary)
    assert holders([before, after]) == {after: people.secretary}


def test_a_session_signed_with_an_earlier_key_of_the_installation_holds(people: People, settings: Settings) -> None:
    earlier = session_of(people.secretary)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-only-for-tests-0123456789-abcdefghijklmnopqrs"
    assert holders([earlier]) == {earlier: people.secretary}
    settings.SECRET_KEY_FALLBACKS = []
    assert holders([earlier]) == {}


def test_a_way_of_logging_in_that_is_gone_is_worth_nothing(people: People, settings: Settings) -> None:
    session = session_of(people.secretary)
    settings.AUTHENTICATION_BACKENDS = ["accounts.nowhere.Backend"]
    assert holders([session]) == {}


def test_a_visitor_s_session_and_what_is_made_up_hold_nothing(people: People) -> None:
    client = Client()
    session = client.session
    session["language"] = "vi"
    session.save()
    assert session.session_key is not None
    asked = [
        Credential("session", session.session_key),
        Credential("session", "x" * 32),
        Credential("token", session.session_key),
        Credential("token", ""),
    ]
    assert holders(asked) == {}
    assert lost(asked) == asked[1:]


def test_a_token_that_was_withdrawn_is_lost(people: People) -> None:
    kept, withdrawn = token_of(people.secretary), token_of(people.chair)
    ApiToken.objects.filter(digest=withdrawn.key).delete()
    assert holders([kept, withdrawn]) == {kept: people.secretary}
    assert lost([kept, withdrawn]) == [withdrawn]


def test_any_number_is_asked_about_in_three_queries(people: People) -> None:
    asked = [session_of(people.secretary) for _ in range(20)] + [token_of(people.chair) for _ in range(20)]
    with CaptureQueriesContext(connection) as queries:
        assert len(holders(asked)) == 40
    assert len(queries) == 3
    with CaptureQueriesContext(connection) as queries:
        assert lost(asked) == []
    assert len(queries) == 2


def test_a_session_holds_until_its_last_moment(people: People) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        session = session_of(people.secretary)
        clock.shift(django_settings.SESSION_COOKIE_AGE - 1)
        assert holders([session]) == {session: people.secretary}
        clock.shift(2)
        assert (holders([session]), lost([session])) == ({}, [session])


COOKIE = django_settings.SESSION_COOKIE_NAME.encode()


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ([], None),
        ([(b"cookie", COOKIE + b"=abc")], "session"),
        ([(b"cookie", b"theme=dark; " + COOKIE + b"=abc; language=vi")], "session"),
        ([(b"cookie", COOKIE + b"=")], None),
        ([(b"cookie", b"other=abc")], None),
        ([(b"cookie", b"\xff=\xfe;;=")], None),
        ([(b"authorization", b"Bearer abc")], "token"),
        ([(b"authorization", b"bearer  abc")], "token"),
        ([(b"authorization", b"Bearer abc"), (b"cookie", COOKIE + b"=abc")], "token"),
        ([(b"authorization", b"Basic abc")], None),
    ],
)
async def test_what_a_socket_came_with(headers: Headers, kind: str | None) -> None:
    seen: list[Credential | None] = []

    async def inner(scope: dict[str, object], receive: object, send: object) -> None:
        credential = scope["credential"]
        assert credential is None or isinstance(credential, Credential)
        seen.append(credential)

    await SocketCredential(inner)({"type": "websocket", "headers": headers}, None, None)
    (credential,) = seen
    assert (credential.kind if credential else None) == kind
    if credential is not None and credential.kind == "session":
        assert credential.key == "abc"
