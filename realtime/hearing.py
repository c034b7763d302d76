"""The one question upwards: which audiences of this stream may this user hear? (settings.REALTIME_AUDIENCES)"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias, cast

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from realtime.errors import UnknownStream
from realtime.protocol import Close

User: TypeAlias = AbstractBaseUser | AnonymousUser
Answer: TypeAlias = frozenset[str] | Close
"""The audiences, or the code with which the socket is to be closed."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Who holds a socket. ``credential_valid`` (from scope["credential_valid"], when whoever authenticated put it
    there) tells in a database thread whether the token or session still stands."""

    user: User
    credential_valid: Callable[[], bool] | None = None


def ask(user: User, stream: str) -> Answer:
    """What ``user`` may hear of ``stream``; ANONYMOUS, UNKNOWN or FORBIDDEN when nothing."""
    if not user.is_authenticated or not user.is_active:
        return Close.ANONYMOUS
    audiences_for = cast("Callable[[User, str], frozenset[str] | None]", import_string(settings.REALTIME_AUDIENCES))
    try:
        audiences = audiences_for(user, stream)
    except UnknownStream:
        return Close.UNKNOWN
    return Close.FORBIDDEN if audiences is None else audiences


def ask_again(listeners: Sequence[Listener], stream: str) -> list[Answer]:
    """``ask`` for listeners whose rights may have changed: their accounts are read anew, in one query."""
    users = QuerySet[AbstractBaseUser](get_user_model()).in_bulk([listener.user.pk for listener in listeners])
    answers: dict[object, Answer] = {pk: ask(user, stream) for pk, user in users.items()}
    return [
        Close.ANONYMOUS
        if listener.credential_valid is not None and not listener.credential_valid()
        else answers.get(listener.user.pk, Close.ANONYMOUS)
        for listener in listeners
    ]
