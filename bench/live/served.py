"""What the measured servers serve: the product's own sockets with a way to publish, and an empty consumer.

`ours`    config.asgi as it is installed
`empty`   a consumer that accepts and does nothing: what a socket costs at the least under daphne
"""

import time
from dataclasses import dataclass
from typing import Any, ClassVar

from config.asgi import application as product  # isort: skip -- sets Django up

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import URLRouter
from django.db import transaction
from django.urls import path

from bench.live.publishing import FILLING, answer, with_publishing
from bench.live.scene import MEETING
from realtime.events import Effect, Event
from realtime.publish import publish
from realtime.replay import head

STREAM = f"meeting:{MEETING}"


@dataclass(frozen=True, kw_only=True)
class RoundCalled(Event):
    """A round of the measurement."""

    kind: ClassVar[str] = "round.called"
    effect: ClassVar[Effect] = ("merge", "round")
    round: str
    filling: str = FILLING


class Empty(AsyncWebsocketConsumer):  # type: ignore[misc]  # Channels has no types
    channel_layer_alias = "none"


def _commit(name: str) -> int:
    committed: list[int] = []
    with transaction.atomic():
        transaction.on_commit(lambda: committed.append(time.monotonic_ns()))
        publish(STREAM, RoundCalled(round=name))
    return committed[0]


async def _publish(name: str) -> int:
    moment: int = await database_sync_to_async(_commit)(name)
    return moment


async def _with_head(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "http" and scope["path"] == "/head":
        await answer(send, await database_sync_to_async(head)(STREAM))
        return
    await product(scope, receive, send)


ours = with_publishing(_with_head, _publish)
empty = URLRouter([path("ws/meetings/<int:id>/", Empty.as_asgi())])
