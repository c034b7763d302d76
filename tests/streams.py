"""The promise every screen stands on: snapshot at m + events m+1 … n = snapshot at n."""

import json
from collections.abc import Callable, Collection, Mapping
from typing import Any

from realtime.audiences import EVERYONE
from realtime.discovery import load_events
from realtime.events import apply, jsonable
from realtime.replay import Replay, events_after

Snapshot = Mapping[str, Any]


def assert_stream_complete(
    snapshot: Callable[[], Snapshot],
    action: Callable[[], object],
    *,
    stream: str,
    audiences: Collection[str] = (EVERYONE,),
    ignoring: Collection[str] = ("now",),
) -> list[str]:
    """Fold what ``action`` publishes into the snapshot before it and compare with the snapshot after it.

    ``snapshot()`` gives what one listener sees: "seq", and the collections of the state under their names.
    ``audiences`` are those of that listener. ``ignoring`` names members of the snapshot that are no collections.
    Returns the kinds of the events that the listener heard, so that a test can say which they must be.
    """
    load_events()
    before = _plain(snapshot())
    action()
    after = _plain(snapshot())
    replay = events_after(stream, before["seq"], frozenset(audiences))
    assert isinstance(replay, Replay), f"no replay after {before['seq']}: {replay}"
    assert replay.seq == after["seq"], f"the snapshot says number {after['seq']}, the log {replay.seq}"
    state: Mapping[str, Mapping[str, object]] = _collections(before, ignoring)
    for event in replay.events:
        state = apply(state, event.kind, event.data)
    expected = _collections(after, ignoring)
    for name in sorted({*state, *expected}):
        # A collection without rows may be missing on either side.
        assert state.get(name, {}) == expected.get(name, {}), f"{name} differs after {_kinds(replay)}"
    return _kinds(replay)


def _plain(snapshot: Snapshot) -> dict[str, Any]:
    """The snapshot as a client reads it."""
    plain: dict[str, Any] = json.loads(json.dumps(jsonable(snapshot)))
    return plain


def _collections(snapshot: dict[str, Any], ignoring: Collection[str]) -> dict[str, Any]:
    return {name: rows for name, rows in snapshot.items() if name != "seq" and name not in ignoring}


def _kinds(replay: Replay) -> list[str]:
    return [event.kind for event in replay.events]
