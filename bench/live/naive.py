"""A consumer with group_add and group_send, as the manuals of Channels show it, in a project that has nothing else."""

import os
import time
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.live.settings")
django_application = get_asgi_application()

from channels.generic.websocket import AsyncJsonWebsocketConsumer  # noqa: E402 -- needs the app registry
from channels.layers import get_channel_layer  # noqa: E402
from channels.routing import URLRouter  # noqa: E402
from django.urls import path  # noqa: E402

from bench.live.publishing import FILLING, with_publishing  # noqa: E402

GROUP = "conference"


class Naive(AsyncJsonWebsocketConsumer):  # type: ignore[misc]  # Channels has no types
    async def connect(self) -> None:
        await self.channel_layer.group_add(GROUP, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(GROUP, self.channel_name)

    async def told(self, message: dict[str, Any]) -> None:
        await self.send_json(message["event"])


async def _publish(name: str) -> int:
    began = time.monotonic_ns()
    event = {"type": "event", "seq": 1, "kind": "round.called", "at": "2026-11-21T08:00:00.000000+00:00"}
    await get_channel_layer().group_send(
        GROUP, {"type": "told", "event": {**event, "data": {"round": name, "filling": FILLING}}}
    )
    return began


sockets = URLRouter([path("ws/meetings/<int:id>/", Naive.as_asgi())])
application = with_publishing(sockets, _publish)
