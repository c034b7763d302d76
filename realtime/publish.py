"""THE function by which screens learn of a change: a numbered row in the transaction of the change, sent on commit."""

from collections.abc import Mapping
from functools import partial

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from realtime.audiences import EVERYONE, checked
from realtime.errors import OutsideTransaction
from realtime.events import Event, jsonable
from realtime.models import LatestState, Stream, StreamEvent
from realtime.wake import wake

EVERY_STREAM = "*"
"""Name of the row whose access version stands for all streams: bumping it locks no other row."""


def publish(stream: str, event: Event, *, audience: str = EVERYONE) -> int:
    """Write ``event`` as the next number of ``stream`` and return that number; sockets get it on commit.

    Locks the row of the stream until the end of the transaction, so numbers have no holes and are committed in their
    order: call it last, after the journal. Raises OutsideTransaction outside transaction.atomic, ValueError for a
    malformed audience, TypeError or ValueError for data that is not JSON.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction(event.kind)
    data = jsonable(event.data())
    checked(audience)
    locked = _advance(stream)
    StreamEvent.objects.create(
        stream=locked, seq=locked.seq, kind=event.kind, at=timezone.now(), audience=audience, data=data
    )
    transaction.on_commit(partial(wake, stream), robust=True)
    return locked.seq


def hold(stream: str) -> int:
    """Let nothing be published on ``stream`` until the end of the transaction; return its last number.

    Raises OutsideTransaction outside transaction.atomic.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction(stream)
    row = _stream(stream)
    return Stream.objects.select_for_update().get(pk=row.pk).seq


def publish_latest(stream: str, kind: str, data: Mapping[str, object], audience: str = EVERYONE) -> None:
    """Replace what ``audience`` knows of ``kind``: latest wins, one row, no number; sockets get it on commit.

    For facts that outdate each other within seconds (page follow, timers). Locks nothing but that row.
    """
    clean = jsonable(data)
    checked(audience)
    with transaction.atomic():
        row = _stream(stream)
        key = {"stream": row, "kind": kind, "audience": audience}
        changed = LatestState.objects.filter(**key).update(data=clean, at=timezone.now(), version=F("version") + 1)
        if not changed:
            _state, created = LatestState.objects.get_or_create(
                **key, defaults={"data": clean, "at": timezone.now(), "version": 1}
            )
            if not created:
                LatestState.objects.filter(**key).update(data=clean, at=timezone.now(), version=F("version") + 1)
        transaction.on_commit(partial(wake, stream), robust=True)


def recheck(stream: str | None) -> None:
    """Ask again who may hear ``stream`` (None: every stream), once the surrounding transaction is committed.

    Sockets that lost the right are closed with 4403. Call it in the transaction that changes a right.
    """
    name = EVERY_STREAM if stream is None else stream
    with transaction.atomic():
        row = _stream(name)
        Stream.objects.filter(pk=row.pk).update(access_version=F("access_version") + 1)
        transaction.on_commit(partial(wake, name), robust=True)


def _advance(name: str) -> Stream:
    """The row of the stream, locked, with its next number taken."""
    if not Stream.objects.filter(name=name).update(seq=F("seq") + 1):
        _stream(name)
        Stream.objects.filter(name=name).update(seq=F("seq") + 1)
    return Stream.objects.get(name=name)


def _stream(name: str) -> Stream:
    return Stream.objects.get_or_create(name=name)[0]
