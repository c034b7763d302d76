"""Forgetting old events. Only the front of a stream is removed, so what is left has no hole."""

from datetime import datetime

from django.db.models import Min

from realtime.models import Stream, StreamEvent

_AT_ONCE = 5000


def prune(before: datetime) -> int:
    """Remove the events older than ``before`` and return how many; a client that needs them is told to take the
    snapshot. Numbers go on where they were."""
    removed = 0
    for stream, head in Stream.objects.values_list("pk", "seq").order_by("pk").iterator():
        events = StreamEvent.objects.filter(stream=stream)
        oldest_kept = events.filter(at__gte=before).aggregate(seq=Min("seq"))["seq"] or head + 1
        removed += _remove_before(stream, oldest_kept)
    return removed


def _remove_before(stream: int, seq: int) -> int:
    """In small transactions, so that nobody waits long for the lock."""
    removed = 0
    while True:
        some = StreamEvent.objects.filter(stream=stream, seq__lt=seq).order_by("seq").values_list("pk", flat=True)
        count, _of_each = StreamEvent.objects.filter(pk__in=list(some[:_AT_ONCE])).delete()
        if not count:
            return removed
        removed += count
