"""docs/events.md is written from the classes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Literal, TypedDict
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from realtime.discovery import load_events
from realtime.event_reference import reference
from realtime.events import Event, kinds


class Status(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"


class Place(TypedDict):
    lat: float


@dataclass(frozen=True, kw_only=True)
class Speaker:
    name: str
    until: datetime | None


@dataclass(frozen=True, kw_only=True)
class DocumentedThing(Event):
    """Something happened to a thing.

    Sent at most twice a second.
    """

    kind = "documented.thing_happened"
    effect = ("put_all", "things")
    id: int
    op: UUID
    status: Status
    speakers: tuple[Speaker, ...]
    titles: Mapping[str, str]
    mode: Literal["on", "off"]
    anything: object
    place: Place


@dataclass(frozen=True, kw_only=True)
class DocumentedNothing(Event):
    """Nothing more to say."""

    kind = "documented.nothing_said"
    effect = ("merge", "meeting")


def test_a_class_becomes_a_section() -> None:
    text = reference([DocumentedThing, DocumentedNothing])
    assert (
        text.partition("## `documented.thing_happened`")[2]
        == """

Something happened to a thing.

Sent at most twice a second.

Effect: `put_all` in `things`.

| field | type |
|---|---|
| `id` | number |
| `op` | text, UUID |
| `status` | one of `waiting`, `running` |
| `speakers` | list of object with `name` (text), `until` (time, RFC 3339 or null) |
| `titles` | object of text |
| `mode` | one of `on`, `off` |
| `anything` | any |
| `place` | object with `lat` (number) |

## `documented.nothing_said`

Nothing more to say.

Effect: `merge` in `meeting`.

No fields.
"""
    )


def test_the_file_is_written_checked_and_found_out_of_date(settings: Settings, tmp_path: Path) -> None:
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()
    with pytest.raises(CommandError, match="out of date"):
        call_command("events_doc", check=True)
    call_command("events_doc")
    call_command("events_doc", check=True)
    file = tmp_path / "docs" / "events.md"
    assert "documented." not in file.read_text(encoding="utf-8")
    file.write_text(file.read_text(encoding="utf-8") + "more", encoding="utf-8")
    with pytest.raises(CommandError, match="out of date"):
        call_command("events_doc", check=True)


def test_every_event_of_the_product_says_what_it_means() -> None:
    load_events()
    silent = [event.kind for event in kinds() if (event.__doc__ or "").partition("(")[0] in ("", event.__name__)]
    assert silent == []
