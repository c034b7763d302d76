"""Telling the other processes of the installation, over the channel layer, that a stream has changed.

A nudge carries no fact, only the name of a stream: the log holds the fact, and every hub looks at it once a second
anyway. So a nudge may be lost, late or doubled, and a dead Redis neither slows nor fails a request: nudges are sent by
a thread of their own.
"""

import asyncio
import logging
import threading
import uuid
from typing import Any, Final

from channels.layers import InMemoryChannelLayer, get_channel_layer

from realtime.metrics import counters

GROUP: Final = "realtime.hub"
PROCESS: Final = uuid.uuid4().hex
"""Name of this process, so that it does not listen to itself."""
_PATIENCE = 2.0

logger = logging.getLogger(__name__)


def shared_layer() -> Any:
    """The channel layer that reaches other processes; None in an installation of one process."""
    layer = get_channel_layer()
    return None if layer is None or isinstance(layer, InMemoryChannelLayer) else layer


class Nudger:
    """Collects names of streams and sends them, many at a time when they come fast."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._names: set[str] = set()
        self._thread: threading.Thread | None = None
        self._ready: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None
        self._stopping = False
        self._reachable = True

    def nudge(self, stream: str) -> None:
        """Let the other processes look at ``stream``. Returns at once."""
        if shared_layer() is None:
            return
        with self._lock:
            self._names.add(stream)
            if self._thread is None:
                self._stopping = False
                self._thread = threading.Thread(target=self._run, name="realtime-nudge", daemon=True)
                self._thread.start()
            self._ring()

    def stop(self) -> None:
        """Send what is collected and end the thread."""
        with self._lock:
            thread, self._stopping = self._thread, True
            self._ring()
        if thread is not None:
            thread.join()

    def _ring(self) -> None:
        if self._ready is not None:
            loop, bell = self._ready
            loop.call_soon_threadsafe(bell.set)

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        bell = asyncio.Event()
        with self._lock:
            self._ready = (asyncio.get_running_loop(), bell)
        while True:
            with self._lock:
                names, self._names = sorted(self._names), set()
                if not names and self._stopping:
                    self._thread = self._ready = None
                    return
            if names:
                await self._send(names)
            else:
                await bell.wait()
                bell.clear()

    async def _send(self, names: list[str]) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):
                await shared_layer().group_send(GROUP, {"type": "hub.wake", "streams": names, "process": PROCESS})
        except Exception as error:
            # Whatever the layer raises: the log is read without it, only up to a second later.
            counters.nudges_lost += 1
            if self._reachable:
                logger.exception("other processes cannot be nudged")
            self._reachable = False
            logger.debug("nudge lost: %r", error)
        else:
            self._reachable = True


nudger = Nudger()
