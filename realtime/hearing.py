"""The two questions upwards: who holds this credential, and what may they hear of this stream?

Both are asked for many at once: after a power cut a thousand tablets come within a minute.
"""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from typing import Any, TypeAlias, cast

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.module_loading import import_string

from realtime.errors import UnknownStream
from realtime.protocol import Close

Credential: TypeAlias = Hashable
"""What a socket came with (scope["credential"]), None for nothing; only REALTIME_HOLDERS and REALTIME_LOST read it."""
Answer: TypeAlias = frozenset[str] | Close
"""The audiences, or the code with which the socket is to be closed."""
Holders: TypeAlias = Callable[[Collection[Credential]], Mapping[Credential, AbstractBaseUser]]
"""Who holds each credential, read anew; those that are not valid (any more), or whose account is closed, left out."""
Lost: TypeAlias = Callable[[Collection[Credential]], Collection[Credential]]
"""Which of these credentials that were valid are so no more. Asked every few seconds: cheaper than Holders."""
Audiences: TypeAlias = Callable[[Sequence[Any], str], Mapping[Any, frozenset[str]]]
"""What each of these users, by primary key, may hear of the stream; those who may not are left out. Raises
UnknownStream."""


def ask(credentials: Sequence[Credential], stream: str) -> list[Answer]:
    """What each may hear of ``stream``; ANONYMOUS, UNKNOWN or FORBIDDEN when nothing. A fixed number of queries."""
    holders = cast("Holders", import_string(settings.REALTIME_HOLDERS))(
        {each for each in credentials if each is not None}
    )
    users = list({user.pk: user for user in holders.values()}.values())
    try:
        heard = cast("Audiences", import_string(settings.REALTIME_AUDIENCES))(users, stream) if users else {}
    except UnknownStream:
        return [Close.UNKNOWN if each in holders else Close.ANONYMOUS for each in credentials]
    return [
        heard.get(holders[each].pk, Close.FORBIDDEN) if each in holders else Close.ANONYMOUS for each in credentials
    ]


def lost(credentials: Collection[Credential]) -> Collection[Credential]:
    """Which of these are not valid any more. A fixed number of queries."""
    return cast("Lost", import_string(settings.REALTIME_LOST))(credentials)
