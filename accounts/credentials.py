"""Who opens a socket: a bearer token, else the browser's session. Asked for many at once (realtime.hearing)."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any, Literal, NamedTuple

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.models import ApiToken, User


class Credential(NamedTuple):
    """The key of a session, or the digest of a token."""

    kind: Literal["session", "token"]
    key: str


class SocketCredential:
    """ASGI middleware: sets scope["credential"], None for nothing. With an Authorization header the session cookie is
    not looked at. Asks nobody: whether the credential is worth anything is told by ``holders``."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        return self.inner({**scope, "credential": _credential(dict(scope["headers"]))}, receive, send)


def _credential(headers: Mapping[bytes, bytes]) -> Credential | None:
    kind, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    if kind.lower() == "bearer":
        return Credential("token", hashlib.sha256(token.strip().encode()).hexdigest())
    try:
        cookies = SimpleCookie(headers.get(b"cookie", b"").decode("latin-1"))
    except CookieError:
        return None
    session = cookies.get(settings.SESSION_COOKIE_NAME)
    return Credential("session", session.value) if session is not None and session.value else None


def holders(credentials: Collection[Credential]) -> dict[Credential, User]:
    """Who holds each of these; what is not valid, or belongs to a closed account, is left out. At most three queries.

    A session counts as in a request: not expired, logged in by a way of logging in that there is, and not from before
    a change of the password.
    """
    claims = _sessions(_keys(credentials, "session"))
    users = User.objects.filter(is_active=True).in_bulk([user for user, _hash in claims.values()])
    found = {
        Credential("session", key): users[user]
        for key, (user, session_hash) in claims.items()
        if user in users and _is_from(users[user], session_hash)
    }
    if digests := _keys(credentials, "token"):
        tokens = ApiToken.objects.select_related("user").filter(digest__in=digests, user__is_active=True)
        found |= {Credential("token", token.digest): token.user for token in tokens}
    return found


def lost(credentials: Collection[Credential]) -> list[Credential]:
    """Which of these have ended: logged out, expired or withdrawn. At most two queries."""
    standing: set[Credential] = set()
    if keys := _keys(credentials, "session"):
        known = _live_sessions(keys).values_list("session_key", flat=True)
        standing |= {Credential("session", key) for key in known}
    if digests := _keys(credentials, "token"):
        tokens = ApiToken.objects.filter(digest__in=digests).values_list("digest", flat=True)
        standing |= {Credential("token", digest) for digest in tokens}
    return [each for each in credentials if each not in standing]


def _keys(credentials: Iterable[Credential], kind: str) -> list[str]:
    return [each.key for each in credentials if each.kind == kind]


def _live_sessions(keys: Collection[str]) -> Any:
    return Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())


def _sessions(keys: Collection[str]) -> dict[str, tuple[int, str]]:
    """Of each session that somebody is logged in with: the account, and the proof that its password is still this."""
    if not keys:
        return {}
    store, claims = SessionStore(), {}
    for key, data in _live_sessions(keys).values_list("session_key", "session_data"):
        held = store.decode(data)
        if held.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS and held.get(SESSION_KEY):
            claims[key] = (int(held[SESSION_KEY]), str(held.get(HASH_SESSION_KEY, "")))
    return claims


def _is_from(user: User, session_hash: str) -> bool:
    if constant_time_compare(session_hash, user.get_session_auth_hash()):
        return True
    return any(constant_time_compare(session_hash, earlier) for earlier in user.get_session_auth_fallback_hash())
