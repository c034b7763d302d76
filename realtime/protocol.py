"""What goes over the socket (pure): text frames of JSON, close codes, and the bytes of a frame on the wire."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, IntEnum
from functools import cached_property
from typing import Final
from urllib.parse import parse_qs

CLIENT_FRAME_LIMIT: Final = 4096
"""Characters a client may send in one frame: it has nothing to say but "pong", "ping" and how far it has come."""

_HIGHEST: Final = 10**18


class Close(IntEnum):
    """Close codes. All are sent after the socket was accepted: a browser shows no reason for a refused handshake."""

    TRY_AGAIN = 1013
    MALFORMED = 4400
    ANONYMOUS = 4401
    FORBIDDEN = 4403
    UNKNOWN = 4404
    SLOW = 4408


class Client(Enum):
    """What a client's frame means."""

    PONG = "pong"
    PING = "ping"
    OTHER = "other"
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class Received:
    """A client has handled everything up to number ``seq``. Tablets say it, after hello and then at most once a second;
    desks, boards and room screens do not."""

    seq: int


class Frame:
    """One text frame: its text for a server that frames by itself, its bytes for a socket written to directly."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def wire(self) -> bytes:
        return wire(self.text)


class Burst:
    """Frames that are written together; made once, given to many sockets."""

    def __init__(self, frames: Iterable[Frame]) -> None:
        self.frames = tuple(frames)
        self.sockets = 0
        """To how many it was given since that was last added up (realtime.metrics)."""

    @cached_property
    def wire(self) -> bytes:
        return b"".join([frame.wire for frame in self.frames])


def hello(seq: int, now: datetime) -> Frame:
    """First frame of a socket: the last number of the stream when it was joined, and the server's clock."""
    return _frame({"type": "hello", "seq": seq, "now": rfc3339(now)})


def event(seq: int, kind: str, at: datetime, data: Mapping[str, object]) -> Frame:
    return _frame({"type": "event", "seq": seq, "kind": kind, "at": rfc3339(at), "data": data})


def skip(seq: int) -> Frame:
    """In place of an event that this socket may not hear, so that its numbers have no hole."""
    return _frame({"type": "skip", "seq": seq})


def state(kind: str, data: Mapping[str, object]) -> Frame:
    """Latest wins, no number."""
    return _frame({"type": "state", "kind": kind, "data": data})


def gap(seq: int) -> Frame:
    """Events up to ``seq`` will not come: take the snapshot. Live events go on with ``seq`` + 1."""
    return _frame({"type": "gap", "seq": seq})


def ping() -> Frame:
    return _frame({"type": "ping"})


def pong() -> Frame:
    return _frame({"type": "pong"})


def client_frame(text: str) -> Client | Received:
    """What a client's frame asks for. Unknown types are OTHER, so that newer clients meet no closed door."""
    if len(text) > CLIENT_FRAME_LIMIT:
        return Client.MALFORMED
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return Client.MALFORMED
    match message:
        case {"type": "pong"}:
            return Client.PONG
        case {"type": "ping"}:
            return Client.PING
        case {"type": "received", "seq": int(seq)} if not isinstance(seq, bool) and 0 <= seq <= _HIGHEST:
            return Received(seq)
        case {"type": "received"}:
            return Client.MALFORMED
        case {"type": str()}:
            return Client.OTHER
    return Client.MALFORMED


def after(query_string: bytes) -> int | None:
    """The number after which a client wants to go on; None when it names none.

    What is not a number is -1: no stream has it, so the client is told to take the snapshot.
    """
    values = parse_qs(query_string.decode("latin-1"), keep_blank_values=True).get("after")
    if values is None:
        return None
    text = values[-1]
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else -1


def rfc3339(at: datetime) -> str:
    """``at`` in UTC with microseconds: 2026-11-21T07:30:00.000000+00:00."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def wire(text: str) -> bytes:
    """``text`` as one unmasked, final text frame (RFC 6455, section 5.2)."""
    payload = text.encode("utf-8")
    length = len(payload)
    if length < 126:
        header = bytes((0x81, length))
    elif length < 1 << 16:
        header = b"\x81\x7e" + length.to_bytes(2, "big")
    else:
        header = b"\x81\x7f" + length.to_bytes(8, "big")
    return header + payload


def _frame(message: Mapping[str, object]) -> Frame:
    return Frame(json.dumps(message, separators=(",", ":"), ensure_ascii=False))
