"""What the worker clears away by itself."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.utils import timezone

from meetings.attendance.events import AttendanceCounted
from meetings.management.commands import worker
from realtime.audiences import EVERYONE
from realtime.models import StreamEvent
from realtime.publish import publish
from realtime.replay import Gap, Replay, events_after
from tests.people import People
from tests.scenes import make_meeting

pytestmark = pytest.mark.django_db


def test_live_events_go_after_thirty_days_and_who_is_so_far_behind_takes_the_snapshot(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = make_meeting(people).stream
    for days in (31, 29, 0):
        with transaction.atomic():
            seq = publish(stream, AttendanceCounted(rows=[]))
        at = timezone.now() - dt.timedelta(days=days)
        StreamEvent.objects.filter(stream__name=stream, seq=seq).update(at=at)
    looks = iter([False, True])
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    worker.clean_up(SimpleNamespace(wait=lambda _seconds: next(looks)))  # type: ignore[arg-type]  # one look
    listener = frozenset({EVERYONE})
    assert isinstance(events_after(stream, 0, listener), Gap)
    kept = events_after(stream, 1, listener)
    assert isinstance(kept, Replay)
    assert [event.seq for event in kept.events] == [2, 3]
