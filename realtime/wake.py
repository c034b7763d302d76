"""Telling the hubs that a stream has changed. Called from any thread, after a commit; never waits."""

import threading
from collections.abc import Callable

from realtime.nudge import nudger

_lock = threading.Lock()
_listeners: set[Callable[[str], None]] = set()


def listen(listener: Callable[[str], None]) -> None:
    """Call ``listener(stream)`` after every commit of this process that changed a stream, in whatever thread."""
    with _lock:
        _listeners.add(listener)


def unlisten(listener: Callable[[str], None]) -> None:
    with _lock:
        _listeners.discard(listener)


def wake(stream: str) -> None:
    """Let every hub look at ``stream``: those of this process directly, those of the others by a nudge."""
    with _lock:
        listeners = tuple(_listeners)
    for listener in listeners:
        listener(stream)
    nudger.nudge(stream)
