"""The socket itself: authenticated elsewhere, it joins a stream, listens for signs of life, and leaves.

It writes nothing to the database and knows nothing of the domain: commands go over HTTP.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from realtime import protocol
from realtime.hearing import Credential
from realtime.hub import Hub, running_hub
from realtime.metrics import counters
from realtime.protocol import Burst, Client, Close, Received
from realtime.seats import Seat
from realtime.writers import Message, Send, close

Scope: TypeAlias = dict[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
StreamName: TypeAlias = Callable[[Mapping[str, Any]], str]
Application: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

_CUT = 1006
"""RFC 6455: gone without a word."""


def stream_consumer(*, stream_name: StreamName) -> Any:
    """ASGI application for one socket on one stream (Any: Django's path() is typed for views).

    Route it with the name of the stream made from the parts of the path::

        path("ws/meetings/<int:id>/", stream_consumer(stream_name=lambda kwargs: f"meeting:{kwargs['id']}"))

    ``scope["credential"]`` tells who listens (realtime.hearing); ``?after=N`` asks for the events after number N
    first. The socket is always accepted before it is closed, so that a browser sees the close code. It is no subclass
    of Channels' consumers: they would give each socket a queue of its own and each frame a change of threads.
    """

    def application(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        # What a socket keeps for hours is told here, so that nothing of the handshake is kept with it.
        stream = stream_name(scope.get("url_route", {}).get("kwargs", {}))
        return _serve(stream, scope.get("credential"), protocol.after(scope.get("query_string", b"")), receive, send)

    return application


async def _serve(stream: str, credential: Credential, after: int | None, receive: Receive, send: Send) -> None:
    if (await receive())["type"] != "websocket.connect":
        return
    await send({"type": "websocket.accept"})
    counters.accepted += 1
    if credential is None:
        counters.close(Close.ANONYMOUS)
        await close(send, Close.ANONYMOUS, None)
        await _until_gone(receive)
        return
    hub = running_hub()
    seat = Seat(stream, credential, send, hub.limits, hub.clock())
    gone = _CUT
    try:
        await hub.join(seat, after)
        gone = await _listen(hub, seat, receive)
    finally:
        if not seat.closed:
            counters.close(gone)
        await hub.leave(seat)


_PONG = Burst([protocol.pong()])


async def _listen(hub: Hub, seat: Seat, receive: Receive) -> int:
    """Hear the client until it is gone; the code with which it went."""
    while True:
        message = await receive()
        if message["type"] != "websocket.receive":
            return int(message.get("code") or _CUT)
        seat.heard(hub.clock())
        text = message.get("text")
        meant = Client.MALFORMED if text is None else protocol.client_frame(text)
        if meant is Client.MALFORMED or seat.frames_heard > hub.limits.client_frames:
            hub.close(seat, Close.MALFORMED)
        elif meant is Client.PING:
            hub.write(seat, _PONG)
        elif isinstance(meant, Received):
            hub.received(seat, meant.seq)
        del message


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] == "websocket.receive":
        pass
