"""How frames reach one socket, without ever waiting for it.

``QueueWriter`` works with every ASGI server: a bounded queue, emptied by a task that lives only while something waits.

``DirectWriter`` is for daphne: the finished bytes go straight to the operating system when nothing is waiting before
them. Through autobahn and Twisted each delivery costs two system calls and a turn of the loop, and the first socket
waits for the last; written directly, a delivery costs one ``send``. It needs what daphne, autobahn and Twisted do not
promise, so it is taken only when all of it is found as expected (``writer_for``), and a test under a real daphne
fails when an upgrade takes it away. Under TLS, or under another server, the queue is used.
"""

import asyncio
import contextlib
import logging
import sys
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from functools import partial
from typing import Any, Protocol, TypeAlias

from channels.sessions import InstanceSessionWrapper

from realtime.limits import Limits
from realtime.metrics import counters
from realtime.protocol import Burst, Close, Frame

Message: TypeAlias = MutableMapping[str, Any]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

logger = logging.getLogger(__name__)
_CLOSE_PATIENCE = 5.0
_LAST_WORD_PATIENCE = 1.0


class Writer(Protocol):
    def write(self, burst: Burst) -> bool:
        """Write, or keep for later. False when more waits than the limits allow."""

    def load(self) -> float:
        """How much waits for the network: 0 nothing, 1 as much as the limits allow."""

    async def stop(self) -> None:
        """Forget what waits; write nothing more."""


class QueueWriter:
    """Frames wait in a queue while the server's ``send`` does not return."""

    def __init__(self, send: Send, limits: Limits) -> None:
        self._send = send
        self._limits = limits
        self._queue: deque[Frame] = deque()
        self._characters = 0
        self._drainer: asyncio.Task[None] | None = None
        self._stopped = False

    def write(self, burst: Burst) -> bool:
        if self._stopped:
            return True
        counters.buffered += bool(self._queue)
        self._queue.extend(burst.frames)
        self._characters += sum(len(frame.text) for frame in burst.frames)
        if self._drainer is None:
            self._drainer = asyncio.get_running_loop().create_task(self._drain())
        return self.load() <= 1

    def load(self) -> float:
        return max(len(self._queue) / self._limits.queue_frames, self._characters / self._limits.queue_bytes)

    async def stop(self) -> None:
        self._stopped = True
        self._queue.clear()
        if self._drainer is not None:
            self._drainer.cancel()
            await asyncio.gather(self._drainer, return_exceptions=True)

    async def _drain(self) -> None:
        try:
            while self._queue:
                frame = self._queue[0]
                await self._send({"type": "websocket.send", "text": frame.text})
                self._queue.popleft()
                self._characters -= len(frame.text)
        except (OSError, RuntimeError) as gone:
            # The server has already lost the client; the consumer learns it by its disconnect message.
            logger.debug("socket gone: %r", gone)
            self._stopped = True
            self._queue.clear()
        finally:
            self._drainer = None


class DirectWriter:
    """Finished frames to daphne's own TCP socket; what it does not take at once goes into Twisted's buffer."""

    __slots__ = ("_buffered", "_limits", "_open", "_protocol", "_send", "_stopped", "_transport", "_waiting")

    def __init__(self, protocol: Any, limits: Limits) -> None:
        self._protocol = protocol
        self._open = protocol.STATE_OPEN
        self._transport = protocol.transport
        self._send = protocol.transport.socket.send
        self._limits = limits
        self._stopped = False
        self._buffered = 0
        # Of each burst given to the buffer: where it ends in all that was ever buffered, and its frames.
        self._waiting: deque[tuple[int, int]] | None = None

    def write(self, burst: Burst) -> bool:
        transport = self._transport
        if self._stopped or self._protocol.state != self._open or transport.disconnecting:
            return True
        wire = burst.wire
        # As _unsent, said here: thousands of times an event.
        if len(transport.dataBuffer) == transport.offset and not transport._tempDataLen:  # noqa: SLF001
            try:
                taken = self._send(wire)
            except OSError:
                # Full, or gone: Twisted finds out which.
                taken = 0
            if taken == len(wire):
                return True
            wire = wire[taken:]
        counters.buffered += 1
        transport.write(wire)
        self._buffered += len(wire)
        if self._waiting is None:
            self._waiting = deque()
        self._waiting.append((self._buffered, len(burst.frames)))
        return self.load() <= 1

    def load(self) -> float:
        if self._waiting is None:
            return 0
        unsent = self._unsent()
        while self._waiting and self._waiting[0][0] <= self._buffered - unsent:
            self._waiting.popleft()
        frames = sum(frames for _end, frames in self._waiting)
        return max(frames / self._limits.queue_frames, unsent / self._limits.queue_bytes)

    async def stop(self) -> None:
        self._stopped = True

    def _unsent(self) -> int:
        transport = self._transport
        unsent: int = len(transport.dataBuffer) - transport.offset + transport._tempDataLen  # noqa: SLF001 -- no public name tells it
        return unsent


def writer_for(send: Send, limits: Limits) -> DirectWriter | QueueWriter:
    """The best writer for the socket behind an ASGI ``send``."""
    protocol = _daphne_protocol(send) if limits.direct else None
    if protocol is None or not _is_plain_tcp(protocol.transport):
        return QueueWriter(send, limits)
    return DirectWriter(protocol, limits)


async def close(send: Send, code: Close, owner: asyncio.Task[Any] | None, told: Frame | None = None) -> None:
    """Close an accepted socket, the frame ``told`` before it; when the server does not even take that, cancel
    ``owner``, the socket's consumer."""
    try:
        if told is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LAST_WORD_PATIENCE):
                    await send({"type": "websocket.send", "text": told.text})
        async with asyncio.timeout(_CLOSE_PATIENCE):
            await send({"type": "websocket.close", "code": int(code)})
    except (OSError, RuntimeError) as gone:
        logger.debug("socket gone before it was closed: %r", gone)
        if isinstance(gone, TimeoutError) and owner is not None:
            owner.cancel()


def _daphne_protocol(send: Any) -> Any:
    """The protocol object in daphne's ``partial(handle_reply, protocol)``, behind Channels' session if need be."""
    while isinstance(getattr(send, "__self__", None), InstanceSessionWrapper):
        send = send.__self__.real_send
    daphne = sys.modules.get("daphne.ws_protocol")
    if daphne is None or not isinstance(send, partial) or len(send.args) != 1:
        return None
    protocol = send.args[0]
    expected = ("transport", "state", "STATE_OPEN")
    if not isinstance(protocol, daphne.WebSocketProtocol) or not all(hasattr(protocol, name) for name in expected):
        return None
    return protocol


def _is_plain_tcp(transport: Any) -> bool:
    # The exact classes: a TLS wrapper passes attributes through, and bytes written past it would not be encrypted.
    plain = {
        getattr(sys.modules.get("twisted.internet.tcp"), "Server", None),
        getattr(sys.modules.get("twisted.internet.unix"), "Server", None),
    }
    expected = ("socket", "dataBuffer", "offset", "_tempDataLen", "disconnecting", "write")
    return (
        type(transport) in plain
        and not getattr(transport, "TLS", False)
        and all(hasattr(transport, name) for name in expected)
    )
