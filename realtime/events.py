"""Events and what they do to a screen's state (pure).

A slice declares its events in its own ``events`` module as frozen dataclasses::

    @dataclass(frozen=True, kw_only=True)
    class ItemStarted(Event):
        '''An agenda item began.'''

        kind = "agenda.item_started"
        effect = ("put", "items")

        id: int
        title: str
        started_at: datetime

The state of a screen is ``{collection: {id: row}}``. ``apply`` folds one event into it; static/js/tablet/state.js is
its twin in the browser. Snapshot at m, folded with the events m+1 … n, must be the snapshot at n.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any, ClassVar, Literal, TypeAlias, cast
from uuid import UUID

from realtime.errors import DuplicateKind, UnknownKind

Operation: TypeAlias = Literal["put", "drop", "put_all", "replace", "merge"]
Effect: TypeAlias = tuple[Operation, str]
"""An operation and the collection it works on:

``put``      data has "id"; the row of that id becomes data
``drop``     data has "id"; the row of that id goes
``put_all``  each of data["rows"] is put
``replace``  data["rows"] become the whole collection
``merge``    the members of data are laid over the collection, which is then one row of its own
"""
Row: TypeAlias = Mapping[str, object]
State: TypeAlias = Mapping[str, Row]

_OPERATIONS = frozenset({"put", "drop", "put_all", "replace", "merge"})
_KIND = re.compile(r"[a-z][a-z_]*\.[a-z][a-z_]*")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_registry: dict[str, "type[Event]"] = {}


class Event:
    """Base of all events: a frozen dataclass with a ``kind`` (noun.past_participle) and an ``effect``.

    ``awaited`` kinds are those of which staff see how many tablets have them (``realtime.presence``). A class that sets
    no kind is abstract. Raises DuplicateKind and ValueError while the class is being made.
    """

    kind: ClassVar[str]
    effect: ClassVar[Effect]
    awaited: ClassVar[bool] = False
    latest_only: ClassVar[bool] = False
    """Of several told at once, only the last that sets a row is (realtime.coalescing): for counts, put or put_all."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "kind" not in cls.__dict__:
            return
        if not _KIND.fullmatch(cls.kind) or len(cls.kind) > 80:
            raise ValueError(f"not a kind of event: {cls.kind!r}")
        operation, collection = cls.effect
        if operation not in _OPERATIONS or not collection:
            raise ValueError(f"not an effect: {cls.effect!r}")
        if cls.latest_only and operation not in {"put", "put_all"}:
            raise ValueError(f"only what sets rows can be outdated: {cls.effect!r}")
        known = _registry.get(cls.kind)
        # dataclass(slots=True) makes the class a second time: the later one is the one in use.
        if known is not None and (known.__module__, known.__name__) != (cls.__module__, cls.__name__):
            raise DuplicateKind(cls.kind)
        _registry[cls.kind] = cls

    def data(self) -> dict[str, object]:
        """The fact, complete, as JSON data: by default every field of the dataclass under its own name."""
        return {name: jsonable(getattr(self, name)) for name in field_names(type(self))}


def field_names(event: "type[Event]") -> list[str]:
    """The fields of an event class. Raises TypeError when it is no dataclass."""
    return [field.name for field in fields(cast("Any", event))]


def kinds() -> Iterator["type[Event]"]:
    """Every event class that has been imported, by kind."""
    return iter([_registry[kind] for kind in sorted(_registry)])


def event_class(kind: str) -> "type[Event]":
    """The class of a kind. Raises UnknownKind."""
    try:
        return _registry[kind]
    except KeyError:
        raise UnknownKind(kind) from None


def apply(state: State, kind: str, data: Row) -> dict[str, Row]:
    """The state after the event; the given one is left as it is. Raises UnknownKind.

    >>> apply({"items": {"7": {"id": 7}}}, "agenda.item_removed", {"id": 7})
    {'items': {}}
    """
    operation, collection = event_class(kind).effect
    before = state.get(collection, {})
    after: Row
    match operation:
        case "put":
            after = {**before, **_by_id([data])}
        case "drop":
            gone = str(data["id"])
            after = {key: row for key, row in before.items() if key != gone}
        case "put_all":
            after = {**before, **_by_id(_rows(data))}
        case "replace":
            after = _by_id(_rows(data))
        case "merge":
            after = {**before, **data}
    return {**state, collection: after}


def jsonable(value: object) -> object:
    """``value`` as JSON data, the same before and after it was stored.

    Times become RFC 3339 with offset; dates, UUIDs, decimals and enums texts; dataclasses objects. NUL and lone
    surrogates become U+FFFD. Raises TypeError for anything else, ValueError for NaN, infinities and naive times.
    """
    match value:
        case Mapping():
            return {str(jsonable(str(key))): jsonable(item) for key, item in value.items()}
        case list() | tuple():
            return [jsonable(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: jsonable(getattr(value, field.name)) for field in fields(value)}
    return _scalar(value)


def _scalar(value: object) -> str | int | float | None:
    match value:
        case Enum():
            return _scalar(value.value)
        case None | bool() | int():
            return value
        case str():
            return _UNSTORABLE.sub("\ufffd", value)
        case float():
            if not math.isfinite(value):
                raise ValueError(f"not a JSON number: {value!r}")
            return int(value) if value.is_integer() else value
        case datetime():
            if value.tzinfo is None:
                raise ValueError("a time without a zone")
            return value.isoformat()
        case date() | time():
            return value.isoformat()
        case UUID() | Decimal():
            return str(value)
    raise TypeError(f"not for an event: {type(value).__name__}")


def _rows(data: Row) -> Iterable[Row]:
    return cast("Iterable[Row]", data["rows"])


def _by_id(rows: Iterable[Row]) -> dict[str, object]:
    return {str(row["id"]): row for row in rows}
