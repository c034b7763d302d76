"""A tiny domain for the live part: cards on a wall, and who may see which.

A user's rights are kept in ``first_name`` ("everyone,staff"; "" is none), so that another process sees them too.
"""

import asyncio
import threading
from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from channels.db import database_sync_to_async
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.db import transaction
from django.urls import path

from realtime.consumers import Receive, Scope, stream_consumer
from realtime.errors import UnknownStream
from realtime.events import Event
from realtime.publish import publish
from realtime.writers import Send

Answer = TypeVar("Answer")
APPS = ["accounts", "realtime"]
"""Only their tables are emptied after a test: emptying all takes longer than the test."""
STREAM = "cards:1"
PATIENCE = 30.0
"""Seconds after which a frame that should have come counts as lost; no test waits so long when all is well."""


@dataclass(frozen=True, kw_only=True)
class CardPut(Event):
    """A card was put on the wall."""

    kind = "card.put"
    effect = ("put", "cards")
    awaited = True
    id: int
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class CardTaken(Event):
    """A card was taken away."""

    kind = "card.taken"
    effect = ("drop", "cards")
    id: int


@dataclass(frozen=True, kw_only=True)
class CardsCounted(Event):
    """So many cards hang on each part of the wall."""

    kind = "cards.counted"
    effect = ("put_all", "parts")
    latest_only = True
    rows: list[dict[str, object]]


WITHDRAWN: set[Hashable] = set()
"""Credentials that are not worth anything any more. A credential is the key of a user, or a text that ends in it."""


def _key(credential: Hashable) -> int:
    return int(str(credential).rpartition(":")[2])


def holders(credentials: Collection[Hashable]) -> dict[Hashable, AbstractBaseUser]:
    users = get_user_model().objects.filter(is_active=True).in_bulk([_key(each) for each in credentials])
    return {each: users[_key(each)] for each in credentials if _key(each) in users and each not in WITHDRAWN}


def lost(credentials: Collection[Hashable]) -> list[Hashable]:
    return [each for each in credentials if each in WITHDRAWN]


def audiences_among(users: Sequence[AbstractUser], stream: str) -> dict[int, frozenset[str]]:
    if stream == "cards:404":
        raise UnknownStream(stream)
    return {user.pk: frozenset(user.first_name.split(",")) for user in users if user.first_name}


def put(number: int, audience: str = "everyone", stream: str = STREAM, text: str = "") -> int:
    with transaction.atomic():
        return publish(stream, CardPut(id=number, text=text), audience=audience)


def put_many(count: int, audience: str = "everyone") -> None:
    with transaction.atomic():
        for number in range(count):
            publish(STREAM, CardPut(id=number), audience=audience)


def make_user(name: str, rights: str) -> AbstractUser:
    user = get_user_model()(username=name, first_name=rights)
    assert isinstance(user, AbstractUser)
    user.save()
    return user


def wait_until(happened: Callable[[], bool]) -> None:
    """Wait, in a thread, for what the event loop does."""
    pause = threading.Event()
    for _ in range(int(PATIENCE / 0.01)):
        if happened():
            return
        pause.wait(0.01)
    raise AssertionError("it did not happen")


async def in_database(act: Callable[..., Answer], *args: Any, **kwargs: Any) -> Answer:
    """Do something with the database from a coroutine."""
    answer: Answer = await database_sync_to_async(act)(*args, **kwargs)
    return answer


def as_user(user: AbstractUser | AnonymousUser, credential: str = "") -> Any:
    """The routes of the fake domain, with somebody signed in."""
    routes = URLRouter(
        [path("ws/cards/<int:id>/", stream_consumer(stream_name=lambda kwargs: f"cards:{kwargs['id']}"))]
    )

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        await routes({**scope, "credential": f"{credential}:{user.pk}" if user.pk else None}, receive, send)

    return application


class Tablet:
    """A client at a socket of the fake domain; ``await Tablet.at(...)`` and, at the end, ``leave()``."""

    def __init__(self, user: AbstractUser | AnonymousUser, query: str, wall: int, credential: str = "") -> None:
        self._socket = WebsocketCommunicator(as_user(user, credential), f"/ws/cards/{wall}/{query}")

    @classmethod
    async def at(
        cls, user: AbstractUser | AnonymousUser, after: int | str | None = None, wall: int = 1, credential: str = ""
    ) -> "Tablet":
        tablet = cls(user, "" if after is None else f"?after={after}", wall, credential)
        accepted, _subprotocol = await tablet._socket.connect(PATIENCE)
        assert accepted
        return tablet

    async def frame(self) -> dict[str, Any]:
        """The next frame that is no ping."""
        while True:
            message: dict[str, Any] = await self._socket.receive_json_from(PATIENCE)
            if message != {"type": "ping"}:
                return message

    async def frames(self, count: int) -> list[dict[str, Any]]:
        return [await self.frame() for _ in range(count)]

    async def short(self, count: int = 1) -> list[tuple[str, int]]:
        """The next frames, in short: ("event", 7), ("skip", 8)."""
        return [(frame["type"], frame.get("seq", 0)) for frame in await self.frames(count)]

    async def until(self, seq: int) -> list[tuple[str, int]]:
        """The greeting and all frames after it, in short, until the one with number ``seq``."""
        read = await self.short(2)
        while read[-1][1] < seq:
            read += await self.short()
        return read

    async def raw(self) -> dict[str, Any]:
        message: dict[str, Any] = await self._socket.receive_output(PATIENCE)
        return message

    async def close_code(self) -> int:
        """Read until the server closes."""
        while True:
            message = await self.raw()
            if message["type"] == "websocket.close":
                code: int = message["code"]
                return code

    async def says(self, text: str) -> None:
        await self._socket.send_to(text_data=text)

    async def sends(self, data: bytes) -> None:
        await self._socket.send_to(bytes_data=data)

    async def hears_nothing(self) -> bool:
        """Whether nothing waits after everybody had many turns."""
        for _ in range(20):
            await asyncio.sleep(0)
        return bool(await self._socket.receive_nothing(0.05))

    async def leave(self, code: int = 1000) -> None:
        await self._socket.disconnect(code, timeout=PATIENCE)
