"""What one listener's screen of a meeting shows, complete, as it stands at one number of the meeting's stream.

A snapshot holds exactly what the events of the stream keep up: snapshot at m, folded with the events m+1 … n
(``realtime.events.apply``, in the browser static/js/tablet/state.js), is the snapshot at n. Whoever adds an event adds
its collection here.
"""

import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache as once
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from accounts.errors import NotFound
from accounts.models import User
from accounts.schemas import Row, written
from accounts.selectors import person_of
from meetings.agenda.selectors import item_row, items_of
from meetings.attendance.models import CheckIn
from meetings.attendance.selectors import count_rows
from meetings.documents.actions import READERS
from meetings.documents.selectors import published_rows
from meetings.live.hearing import audiences_of
from meetings.planning.models import Meeting
from meetings.planning.selectors import expected_rows, meeting_row, participant_row, participants_of
from meetings.requests.selectors import event_rows
from realtime.audiences import EVERYONE, STAFF
from realtime.discovery import load_events
from realtime.events import kinds
from realtime.publish import hold
from realtime.replay import head

ME: Final = "me"
_TRIES: Final = 4
_KEPT_FOR: Final = 60
_MAKING: Final = [threading.Lock() for _ in range(64)]
"""One for all that are asked for under the same keys (and, by chance, some others)."""


@dataclass(frozen=True, slots=True)
class _View:
    """A meeting as it is now, for somebody who hears these audiences of its stream."""

    meeting: Meeting
    audiences: frozenset[str]


def _documents(view: _View) -> Row:
    if READERS not in view.audiences:
        return {}
    return _by_id(published_rows(view.meeting, staff=STAFF in view.audiences))


def _participants(view: _View) -> Row:
    if STAFF not in view.audiences:
        return {}
    return _by_id(participant_row(participant) for participant in participants_of(view.meeting))


def _requests(view: _View) -> Row:
    return _by_id(event_rows(view.meeting)) if STAFF in view.audiences else {}


_SHARED: Final[Mapping[str, Callable[[_View], Row]]] = {
    "meeting": lambda view: dict(meeting_row(view.meeting)),
    "agenda": lambda view: _by_id(item_row(item) for item in items_of(view.meeting)),
    "documents": _documents,
    "participants": _participants,
    "requests": _requests,
    "expected": lambda view: _by_id(expected_rows(view.meeting)),
    "counts": lambda view: _by_id(count_rows(view.meeting)),
}
"""The collections that are the same for all who hear the same of these three audiences."""
_KINDS_OF_LISTENER: Final = frozenset({EVERYONE, READERS, STAFF})

COLLECTIONS: Final = (*_SHARED, ME)


@once
def effects() -> dict[str, list[str]]:
    """What each kind of event on a meeting's stream does to the state: kind → [operation, collection]."""
    load_events()
    return {event.kind: list(event.effect) for event in kinds() if event.__module__.startswith("meetings.")}


def snapshot(user: User | AnonymousUser, meeting: Meeting, only: Collection[str] = COLLECTIONS) -> Row:
    """The state for this listener: "seq", the number it stands at; "now", the server's clock; "effects"; and the
    collections named in `only`: "meeting" (one row), "agenda", "documents", "participants", "expected" and "counts"
    (rows by id; the id of the last two is an endpoint's code), "me" (one row).

    What the listener may not hear is not in it. Raises NotFound when the meeting is gone.
    """
    for _try in range(_TRIES):
        seq = head(meeting.stream)
        state = _state(user, meeting.pk, seq, only)
        if head(meeting.stream) == seq:
            break
    else:
        # Something is published all the time: let it wait for once.
        with transaction.atomic():
            seq = hold(meeting.stream)
            state = _state(user, meeting.pk, seq, only)
    return {"seq": seq, "now": written(timezone.now()), "effects": effects(), **state}


def _state(user: User | AnonymousUser, pk: int, seq: int, only: Collection[str]) -> Row:
    meeting = Meeting.objects.select_related("unit", "chair", "host_endpoint", "booking").filter(pk=pk).first()
    if meeting is None:
        raise NotFound(meeting=pk)
    audiences = audiences_of(user, meeting)
    kind = "+".join(sorted(audiences & _KINDS_OF_LISTENER))
    keys = {name: f"snapshot:{pk}:{seq}:{kind}:{name}" for name in _SHARED if name in only}
    rows = _shared(_View(meeting, audiences), seq, keys)
    members: dict[str, object] = {name: rows[key] for name, key in keys.items()}
    if ME in only:
        members[ME] = _me(user, meeting)
    return members


def _shared(view: _View, seq: int, keys: Mapping[str, str]) -> Row:
    """The shared collections by key: hundreds of tablets that come back at once ask for the same ones. The first makes
    them, the others wait for it and take what it has made."""
    known = cache.get_many(keys.values())
    if len(known) == len(keys):
        return known
    with _MAKING[hash((*keys.values(),)) % len(_MAKING)]:
        known |= cache.get_many([key for key in keys.values() if key not in known])
        fresh = {key: _SHARED[name](view) for name, key in keys.items() if key not in known}
        if fresh and seq and head(view.meeting.stream) == seq:
            # Nothing was published while it was read.
            cache.set_many(fresh, _KEPT_FOR)
    return {**known, **fresh}


def _me(user: User | AnonymousUser, meeting: Meeting) -> Row:
    """The listener's own facts: checked_in_at and checked_in_endpoint (a code), None until checked in."""
    person = person_of(user)
    here = CheckIn.objects.filter(meeting=meeting, participant__person=person).select_related("endpoint").first()
    if person is None or here is None:
        return {"checked_in_at": None, "checked_in_endpoint": None}
    return {"checked_in_at": written(here.at), "checked_in_endpoint": here.endpoint.code}


def _by_id(rows: Iterable[Mapping[str, object]]) -> Row:
    return {str(row["id"]): row for row in rows}
