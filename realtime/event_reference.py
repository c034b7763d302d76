"""The reference of all events, written from their classes: docs/events.md."""

import inspect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import is_dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict
from uuid import UUID

from realtime.events import Event, field_names

_HEAD = """\
# Events

Written by `manage.py events_doc` from the event classes; do not edit.

A screen's state is `{collection: {id: row}}`. The effect of an event says how it is folded in:

| effect | does |
|---|---|
| `put` | the row with the `id` of the data becomes the data |
| `drop` | the row with the `id` of the data goes |
| `put_all` | each of `rows` is put |
| `replace` | `rows` become the whole collection |
| `merge` | the members of the data are laid over the collection, which is one row of its own |

A tablet that has handled everything up to number 41 says so over its socket, at most once a second:
`{"type": "received", "seq": 41}`. Who prepares or runs the meeting learns of it, about once a second, by the state
`presence.counted`: `newest`, the number of the newest event that is awaited (0: none yet), and `places`, for each
endpoint with a tablet a list of two numbers: its tablets, and those of them that have everything up to `newest`.
"""
_NAMES: Mapping[Any, str] = {
    int: "number",
    float: "number",
    str: "text",
    bool: "true or false",
    NoneType: "null",
    datetime: "time, RFC 3339",
    date: "date, YYYY-MM-DD",
    time: "time of day, HH:MM:SS",
    UUID: "text, UUID",
    Decimal: "text, decimal number",
    object: "any",
    Any: "any",
}


def reference(classes: Iterable[type[Event]]) -> str:
    """The whole document, Markdown, ending in one newline."""
    return "\n".join([_HEAD, *(_section(event) for event in classes)]).rstrip() + "\n"


def _section(event: type[Event]) -> str:
    operation, collection = event.effect
    lines = [f"## `{event.kind}`", "", inspect.getdoc(event) or "", "", f"Effect: `{operation}` in `{collection}`.", ""]
    if event.awaited:
        lines += ["Awaited.", ""]
    types = get_type_hints(event)
    rows = [f"| `{name}` | {describe(types[name])} |" for name in field_names(event)]
    table = ["| field | type |", "|---|---|", *rows, ""] if rows else ["No fields.", ""]
    return "\n".join(lines + table)


def describe(kind: Any) -> str:
    """A type in the words of JSON."""
    if kind in _NAMES:
        return _NAMES[kind]
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return " or ".join(describe(one) for one in inner)
    if origin is Literal:
        return "one of " + ", ".join(f"`{value}`" for value in inner)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return "object" if describe(inner[1]) == "any" else f"object of {describe(inner[1])}"
    if isinstance(origin, type) and issubclass(origin, Sequence):
        return f"list of {describe(inner[0])}"
    if isinstance(kind, type) and issubclass(kind, Enum):
        return "one of " + ", ".join(f"`{member.value}`" for member in kind)
    if is_typeddict(kind) or (isinstance(kind, type) and is_dataclass(kind)):
        members = get_type_hints(kind)
        return "object with " + ", ".join(f"`{name}` ({describe(members[name])})" for name in members)
    return "object" if isinstance(kind, type) and issubclass(kind, Mapping) else "list"
