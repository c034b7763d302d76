"""The hash chain of the journal (pure).

Every entry carries the SHA-256 of its own fields and of the hash before it, so that a changed, removed, added or
moved entry shows. The form that is hashed is JSON with sorted keys, without white space, in UTF-8 without escapes;
times in UTC with microseconds. What is hashed is exactly what is stored: texts are brought to NFC before they are
stored (``normalised``), not while they are checked.
"""

import hashlib
import json
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Final
from uuid import UUID

START: Final = "0" * 64
"""``prev_hash`` of the first entry of a chain."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One entry as it is stored. ``at`` is aware; ``prev_hash`` and ``hash`` are 64 lower-case hex digits."""

    chain: str
    seq: int
    at: datetime
    actor_id: int | None
    actor_name: str
    verb: str
    object_type: str
    object_id: str
    object_label: str
    data: Mapping[str, object]
    request_id: str
    prev_hash: str
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """How long a chain is said to be and the hash of its last entry (START when it is empty)."""

    length: int
    hash: str


class Fault(StrEnum):
    ALTERED = "altered"
    """The fields no longer give the hash."""
    UNLINKED = "unlinked"
    """``prev_hash`` is not the hash of the entry before."""
    OUT_OF_SEQUENCE = "out_of_sequence"
    """An entry is missing, doubled or stands in another's place."""
    MISPLACED = "misplaced"
    """The entry names another chain than those around it."""
    TRUNCATED = "truncated"
    """The chain ends before, or goes on after, the head that was written down."""


@dataclass(frozen=True, slots=True)
class Broken:
    """``seq`` is the first number at which the chain no longer holds."""

    seq: int
    fault: Fault


def normalised(value: object) -> object:
    """``value`` as JSON data that both databases give back unchanged.

    Texts become NFC, with U+FFFD for NUL and lone surrogates (PostgreSQL stores neither); whole floats become
    integers (jsonb does not keep 1e2 and 100 apart); dates, times, UUIDs, decimals and enums become texts.
    Raises TypeError for anything else, ValueError for NaN, infinities and times without a zone.
    """
    match value:
        case Mapping():
            return {str(normalised(str(key))): normalised(item) for key, item in value.items()}
        case list() | tuple():
            return [normalised(item) for item in value]
        case set() | frozenset():
            return sorted((normalised(item) for item in value), key=_canonical_json)
        case _:
            return _scalar(value)


def _scalar(value: object) -> str | int | float | None:
    match value:
        case Enum():
            return _scalar(value.value)
        case None | bool() | int():
            return value
        case str():
            return _UNSTORABLE.sub("\ufffd", unicodedata.normalize("NFC", value))
        case float():
            if not math.isfinite(value):
                raise ValueError(f"not a JSON number: {value!r}")
            return int(value) if value.is_integer() else value
        case datetime():
            return utc_text(value)
        case date() | time():
            return value.isoformat()
        case UUID() | Decimal():
            return str(value)
    raise TypeError(f"not for the journal: {type(value).__name__}")


def utc_text(at: datetime) -> str:
    """``at`` in UTC as 2026-11-21T07:30:00.000000+00:00. Raises ValueError when it has no zone."""
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def canonical(record: Record) -> str:
    """The text whose UTF-8 bytes are hashed: every field of the record but its ``hash``."""
    return _canonical_json(
        {
            "actor_id": record.actor_id,
            "actor_name": record.actor_name,
            "at": utc_text(record.at),
            "chain": record.chain,
            "data": record.data,
            "object_id": record.object_id,
            "object_label": record.object_label,
            "object_type": record.object_type,
            "prev_hash": record.prev_hash,
            "request_id": record.request_id,
            "seq": record.seq,
            "verb": record.verb,
        }
    )


def entry_hash(record: Record) -> str:
    """SHA-256 of the canonical form, 64 lower-case hex digits."""
    return hashlib.sha256(canonical(record).encode("utf-8", "surrogatepass")).hexdigest()


def verify(entries: Iterable[Record], head: Head | None = None) -> Broken | None:
    """Check one chain, given from its first entry on in the order of ``seq``; None when it holds.

    With ``head`` the end is checked as well: without it, entries removed from the end cannot be missed.
    Reads the entries once and keeps one of them, so a chain of any length needs no more memory than a short one.
    """
    length, previous, name = 0, START, None
    for entry in entries:
        expected = length + 1
        if entry.seq != expected:
            return Broken(min(entry.seq, expected), Fault.OUT_OF_SEQUENCE)
        if name is not None and entry.chain != name:
            return Broken(expected, Fault.MISPLACED)
        if entry.prev_hash != previous:
            return Broken(expected, Fault.UNLINKED)
        if entry.hash != entry_hash(entry):
            return Broken(expected, Fault.ALTERED)
        if head is not None and expected > head.length:
            return Broken(expected, Fault.TRUNCATED)
        length, previous, name = expected, entry.hash, entry.chain
    if head is None:
        return None
    if head.length != length:
        return Broken(length + 1, Fault.TRUNCATED)
    if head.hash != previous:
        return Broken(length, Fault.ALTERED)
    return None


def _canonical_json(value: object) -> str:
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_as_mapping
    )


def _as_mapping(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"not JSON: {type(value).__name__}")
