"""A client at the real socket of a meeting: the whole application of config.asgi, origin and cookies included."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client

from accounts.actions import issue_token
from accounts.models import User
from config.asgi import application

Answer = TypeVar("Answer")
Headers = list[tuple[bytes, bytes]]
HOST = "testserver"
PATIENCE = 15.0
"""Seconds after which a frame that should have come counts as lost; no test waits so long when all is well."""


async def in_database(act: Callable[..., Answer], *args: Any, **kwargs: Any) -> Answer:
    """Do something with the database from a coroutine."""
    answer: Answer = await database_sync_to_async(act)(*args, **kwargs)
    return answer


def cookie_of(user: User) -> tuple[bytes, bytes]:
    """The session of a browser in which the user has logged in."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return b"cookie", f"{name}={client.cookies[name].value}".encode()


def token_of(user: User) -> tuple[bytes, bytes]:
    return b"authorization", f"Bearer {issue_token(None, user)}".encode()


def from_page(origin: str, host: str = HOST) -> Headers:
    return [(b"host", host.encode()), (b"origin", origin.encode())]


class Tablet:
    """`await Tablet.of(user, meeting.pk, after=7)`; at the end `leave()`."""

    def __init__(self, meeting: int, after: int | None, headers: Headers) -> None:
        query = "" if after is None else f"?after={after}"
        self._socket = WebsocketCommunicator(application, f"/ws/meetings/{meeting}/{query}", headers=headers)

    @classmethod
    async def of(cls, user: User, meeting: int, after: int | None = None) -> "Tablet":
        cookie = await in_database(cookie_of, user)
        tablet = cls(meeting, after, [*from_page(f"http://{HOST}"), cookie])
        assert await tablet.opens()
        return tablet

    async def opens(self) -> bool:
        """Whether the handshake is accepted."""
        accepted, _code = await self._socket.connect(PATIENCE)
        return bool(accepted)

    async def frame(self) -> dict[str, Any]:
        """The next frame that is no ping."""
        while True:
            message: dict[str, Any] = await self._socket.receive_json_from(PATIENCE)
            if message != {"type": "ping"}:
                return message

    async def until(self, seq: int) -> list[dict[str, Any]]:
        """All numbered frames until number `seq`, the hello left out."""
        frames: list[dict[str, Any]] = []
        while not frames or frames[-1]["seq"] < seq:
            frame = await self.frame()
            if frame["type"] in {"event", "skip", "gap"}:
                frames.append(frame)
        return frames

    async def close_code(self) -> int:
        """Read until the server closes."""
        while True:
            message = await self._socket.receive_output(PATIENCE)
            if message["type"] == "websocket.close":
                code: int = message["code"]
                return code

    async def says_received(self, seq: int) -> None:
        """Say that everything up to this number is handled."""
        await self._socket.send_json_to({"type": "received", "seq": seq})

    async def leave(self) -> None:
        await self._socket.disconnect(timeout=PATIENCE)
        await asyncio.sleep(0)
