"""What has changed on the streams that this process has sockets for: read in one go, in a database thread."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from django.db.models import Q

from realtime.models import LatestState, Stream, StreamEvent
from realtime.publish import EVERY_STREAM
from realtime.replay import REPLAY_LIMIT, LoggedEvent

StateKey: TypeAlias = tuple[str, str]
"""kind, audience"""


@dataclass(frozen=True, slots=True)
class Known:
    """What a process has seen of a stream; ``seq`` is None when it has only begun to look."""

    seq: int | None
    states: Mapping[StateKey, int]


@dataclass(frozen=True, slots=True)
class StateRow:
    version: int
    data: Mapping[str, object]


@dataclass(slots=True)
class News:
    """What there is of a stream: its head, the events after what was known (at most REPLAY_LIMIT), changed states."""

    seq: int = 0
    access: tuple[int, int] = (0, 0)
    """Access version of the stream and of all streams together."""
    events: list[LoggedEvent] = field(default_factory=list)
    states: dict[StateKey, StateRow] = field(default_factory=dict)


def read(known: Mapping[str, Known], recent: int) -> dict[str, News]:
    """The news of each stream in ``known``; of one that was not known yet, its last ``recent`` events. One query when
    nothing has changed, at most three."""
    news = {name: News() for name in known}
    changed: dict[str, set[StateKey]] = {}
    everywhere = 0
    rows = Stream.objects.filter(name__in=[*known, EVERY_STREAM]).values_list(
        "name", "seq", "access_version", "states__kind", "states__audience", "states__version"
    )
    for name, seq, access_version, kind, audience, version in rows:
        if name == EVERY_STREAM:
            everywhere = access_version
            continue
        news[name].seq, news[name].access = seq, (access_version, 0)
        # Without a state the outer join gives one row of nothing.
        if version and known[name].states.get((kind, audience)) != version:
            changed.setdefault(name, set()).add((kind, audience))
    for each in news.values():
        each.access = (each.access[0], everywhere)
    _add_events(news, known, recent)
    _add_states(news, changed)
    return news


def _add_events(news: Mapping[str, News], known: Mapping[str, Known], recent: int) -> None:
    wanted = Q()
    for name, each in news.items():
        seen = known[name].seq
        if seen is None:
            seen = max(0, each.seq - recent)
        if each.seq > seen:
            wanted |= Q(stream__name=name, seq__gt=seen, seq__lte=min(each.seq, seen + REPLAY_LIMIT))
    if not wanted:
        return
    rows = StreamEvent.objects.filter(wanted).order_by("stream", "seq")
    for name, *event in rows.values_list("stream__name", "seq", "kind", "at", "audience", "data"):
        news[name].events.append(LoggedEvent(*event))


def _add_states(news: Mapping[str, News], changed: Mapping[str, set[StateKey]]) -> None:
    if not changed:
        return
    rows = LatestState.objects.filter(stream__name__in=changed).values_list(
        "stream__name", "kind", "audience", "version", "data"
    )
    for name, kind, audience, version, data in rows:
        if (kind, audience) in changed[name]:
            news[name].states[kind, audience] = StateRow(version, data)
