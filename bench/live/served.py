"""What the measured servers serve: the product's own sockets with a way to publish, and two consumers beside them.

`ours`    config.asgi as it is installed
`naive`   a consumer with group_add and group_send, as the manuals of Channels show it
`empty`   a consumer that accepts and does nothing: what a socket costs at the least under daphne
"""

import json
import time
from dataclasses import dataclass
from typing import Any, ClassVar

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer, AsyncWebsocketConsumer
from channels.layers import get_channel_layer
from channels.routing import URLRouter
from django.db import transaction
from django.urls import path

from bench.live.scene import MEETING
from config.asgi import application as product
from realtime.events import Effect, Event
from realtime.publish import publish
from realtime.replay import head

GROUP = "conference"
FILLING = "x" * 260


@dataclass(frozen=True, kw_only=True)
class RoundCalled(Event):
    """A round of the measurement: about 380 bytes on the wire, as the events of a meeting have."""

    kind: ClassVar[str] = "round.called"
    effect: ClassVar[Effect] = ("merge", "round")
    round: str
    filling: str = FILLING


class Naive(AsyncJsonWebsocketConsumer):  # type: ignore[misc]  # Channels has no types
    async def connect(self) -> None:
        await self.channel_layer.group_add(GROUP, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(GROUP, self.channel_name)

    async def told(self, message: dict[str, Any]) -> None:
        await self.send_json(message["event"])


class Empty(AsyncWebsocketConsumer):  # type: ignore[misc]
    channel_layer_alias = "none"


def _commit(name: str) -> int:
    """Publish in a transaction; when it was committed, in nanoseconds of the machine's clock."""
    committed: list[int] = []
    with transaction.atomic():
        transaction.on_commit(lambda: committed.append(time.monotonic_ns()))
        publish(f"meeting:{MEETING}", RoundCalled(round=name))
    return committed[0]


async def _publish_ours(name: str) -> int:
    moment: int = await database_sync_to_async(_commit)(name)
    return moment


async def _publish_naive(name: str) -> int:
    began = time.monotonic_ns()
    event = {"type": "event", "seq": 1, "kind": "round.called", "at": "2026-11-21T08:00:00.000000+00:00"}
    await get_channel_layer().group_send(
        GROUP, {"type": "told", "event": {**event, "data": {"round": name, "filling": FILLING}}}
    )
    return began


async def _answer(send: Any, number: int) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": json.dumps(number).encode()})


def _with_publishing(application: Any, publishing: Any) -> Any:
    async def served(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/round/"):
            name, _, times = scope["path"].removeprefix("/round/").partition("/")
            moment = await publishing(name)
            for _time in range(int(times or 1) - 1):
                await publishing(name)
            await _answer(send, moment)
            return
        if scope["type"] == "http" and scope["path"] == "/head":
            last = await database_sync_to_async(head)(f"meeting:{MEETING}")
            await _answer(send, last)
            return
        await application(scope, receive, send)

    return served


def _routed(consumer: Any) -> Any:
    sockets = URLRouter([path("ws/meetings/<int:id>/", consumer.as_asgi())])

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        await (sockets if scope["type"] == "websocket" else product)(scope, receive, send)

    return application


ours = _with_publishing(product, _publish_ours)
naive = _with_publishing(_routed(Naive), _publish_naive)
empty = _routed(Empty)
