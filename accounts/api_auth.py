"""Who calls the API: a bearer token, else the browser's session with its CSRF token."""

from typing import ClassVar

from django.http import HttpRequest
from ninja.errors import AuthenticationError
from ninja.security import HttpBearer
from ninja.security.session import SessionAuth
from ninja.utils import check_csrf

from accounts.errors import DomainError
from accounts.models import User
from accounts.selectors import user_of_token

_NOTE = "accounts.caller"


class CsrfFailed(DomainError):
    """A write with a session but without the token of one of our pages."""

    code: ClassVar[str] = "csrf_failed"
    status: ClassVar[int] = 403


def caller(request: HttpRequest) -> User | None:
    """The account behind a call, None for a visitor. With an Authorization header the session is not looked at.

    Remembered on the request: several parts of the chain ask.
    """
    if _NOTE not in request.META:
        request.META[_NOTE] = _caller(request)
    user: User | None = request.META[_NOTE]
    return user


def _caller(request: HttpRequest) -> User | None:
    authorization = request.headers.get("Authorization", "")
    if authorization:
        kind, _, token = authorization.partition(" ")
        return user_of_token(token.strip()) if kind.lower() == "bearer" else None
    return request.user if isinstance(request.user, User) and request.user.is_active else None


class BearerToken(HttpBearer):
    """`Authorization: Bearer TOKEN`; the token's user becomes the request's."""

    def authenticate(self, request: HttpRequest, token: str) -> User:
        """Raises AuthenticationError for a token that is not valid: the session is then no way in either."""
        user = caller(request)
        if user is None:
            raise AuthenticationError
        request.user = user
        return user


class BrowserSession(SessionAuth):
    """The session of a logged-in browser. A visitor gets 401 before anything is said about CSRF."""

    def __call__(self, request: HttpRequest) -> User | None:
        """Raises CsrfFailed for a write without the token of one of our pages."""
        user = None if request.headers.get("Authorization") else caller(request)
        if user is not None and check_csrf(request) is not None:
            raise CsrfFailed
        return user
