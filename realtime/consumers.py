"""The socket itself: authenticated elsewhere, it joins a stream, listens for signs of life, and leaves.

It writes nothing to the database and knows nothing of the domain: commands go over HTTP.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from django.contrib.auth.models import AnonymousUser

from realtime import protocol
from realtime.hearing import Listener
from realtime.hub import Hub, running_hub
from realtime.protocol import Burst, Client, Close, Received
from realtime.seats import Seat
from realtime.writers import Message, Send, close

Scope: TypeAlias = dict[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
StreamName: TypeAlias = Callable[[Mapping[str, Any]], str]
Application: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]


class StreamConsumer:
    """ASGI application for one socket on one stream.

    Route it with the name of the stream made from the parts of the path::

        path("ws/meetings/<int:id>/", StreamConsumer.as_asgi(stream_name=lambda kwargs: f"meeting:{kwargs['id']}"))

    ``scope["user"]`` is who listens; ``?after=N`` asks for the events after number N first. The socket is always
    accepted before it is closed, so that a browser sees the close code. It is no subclass of Channels' consumers: they
    would give each socket a queue of its own and each frame a change of threads.
    """

    def __init__(self, stream_name: StreamName) -> None:
        self._stream_name = stream_name

    @classmethod
    def as_asgi(cls, *, stream_name: StreamName) -> Callable[..., Any]:
        """The application for ``path`` in a ``URLRouter``; ``stream_name`` gets the parts that the path captured."""

        async def application(scope: Scope, receive: Receive, send: Send) -> None:
            await cls(stream_name)(scope, receive, send)

        return application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        connect = await receive()
        if connect["type"] != "websocket.connect":
            return
        await send({"type": "websocket.accept"})
        user = scope.get("user") or AnonymousUser()
        if not user.is_authenticated:
            await close(send, Close.ANONYMOUS, None)
            await _until_gone(receive)
            return
        hub = running_hub()
        stream = self._stream_name(scope.get("url_route", {}).get("kwargs", {}))
        seat = Seat(stream, Listener(user, scope.get("credential_valid")), send, hub.limits, hub.clock())
        try:
            await hub.join(seat, protocol.after(scope.get("query_string", b"")))
            await _listen(hub, seat, receive)
        finally:
            await hub.leave(seat)


async def _listen(hub: Hub, seat: Seat, receive: Receive) -> None:
    pong = Burst([protocol.pong()])
    while True:
        message = await receive()
        if message["type"] != "websocket.receive":
            return
        seat.heard(hub.clock())
        text = message.get("text")
        meant = Client.MALFORMED if text is None else protocol.client_frame(text)
        if meant is Client.MALFORMED or seat.frames_heard > hub.limits.client_frames:
            hub.close(seat, Close.MALFORMED)
        elif meant is Client.PING:
            hub.write(seat, pong)
        elif isinstance(meant, Received):
            hub.received(seat, meant.seq)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] == "websocket.receive":
        pass
