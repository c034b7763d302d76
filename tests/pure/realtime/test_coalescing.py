"""Counts that a later one outdates are left out, and nobody's picture is another for it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.coalescing import outdated
from realtime.events import Effect, Event, State, apply
from realtime.replay import LoggedEvent

AT = dt.datetime(2031, 12, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, kw_only=True)
class TallyCounted(Event):
    """Tallies of several places."""

    kind: ClassVar[str] = "tally.counted"
    effect: ClassVar[Effect] = ("put_all", "tallies")
    latest_only: ClassVar[bool] = True

    rows: list[dict[str, object]]


@dataclass(frozen=True, kw_only=True)
class TallySet(Event):
    """The tally of one place."""

    kind: ClassVar[str] = "tally.reset"
    effect: ClassVar[Effect] = ("put", "tallies")
    latest_only: ClassVar[bool] = True

    id: str


@dataclass(frozen=True, kw_only=True)
class TallyDropped(Event):
    """A place has no tally any more."""

    kind: ClassVar[str] = "tally.dropped"
    effect: ClassVar[Effect] = ("drop", "tallies")

    id: str


IDS = st.sampled_from(["A", "B", "C"])
ROWS = st.lists(IDS, unique=True, max_size=3).flatmap(
    lambda ids: st.tuples(*(st.fixed_dictionaries({"id": st.just(each), "n": st.integers(0, 9)}) for each in ids))
)
DATA: st.SearchStrategy[tuple[str, Mapping[str, object]]] = st.one_of(
    st.tuples(st.just("tally.counted"), ROWS.map(lambda rows: {"rows": list(rows)})),
    st.tuples(st.just("tally.reset"), st.fixed_dictionaries({"id": IDS, "n": st.integers(0, 9)})),
    st.tuples(st.just("tally.dropped"), st.fixed_dictionaries({"id": IDS})),
)
AUDIENCES = st.sampled_from(["everyone", "staff"])


def logged(told: list[tuple[tuple[str, Mapping[str, object]], str]]) -> list[LoggedEvent]:
    return [LoggedEvent(seq, kind, AT, audience, data) for seq, ((kind, data), audience) in enumerate(told, start=1)]


def folded(events: list[LoggedEvent], audiences: set[str]) -> Mapping[str, object]:
    state: State = {}
    for event in events:
        if event.audience in audiences:
            state = apply(state, event.kind, event.data)
    return state.get("tallies", {})


@given(st.lists(st.tuples(DATA, AUDIENCES), max_size=12))
def test_what_is_left_folds_to_the_same_for_every_listener(
    told: list[tuple[tuple[str, Mapping[str, object]], str]],
) -> None:
    events = logged(told)
    gone = outdated(events)
    left = [event for event in events if event.seq not in gone]
    for audiences in ({"everyone"}, {"staff"}, {"everyone", "staff"}):
        assert folded(left, audiences) == folded(events, audiences)


def counted(*ids: str) -> tuple[str, Mapping[str, object]]:
    return "tally.counted", {"rows": [{"id": each, "n": 1} for each in ids]}


@pytest.mark.parametrize(
    ("told", "gone"),
    [
        ([(counted("A"), "everyone"), (counted("A"), "everyone")], {1}),
        ([(counted("A"), "everyone"), (counted("A", "B"), "everyone")], {1}),
        ([(counted("A", "B"), "everyone"), (counted("A"), "everyone")], set()),
        ([(counted("A", "B"), "everyone"), (counted("A"), "everyone"), (counted("B"), "everyone")], {1}),
        ([(counted("A"), "staff"), (counted("A"), "everyone")], set()),
        ([(("tally.dropped", {"id": "A"}), "everyone"), (counted("A"), "everyone")], set()),
        ([(("unknown.happened", {"id": "A"}), "everyone")] * 2, set()),
    ],
)
def test_only_what_is_set_anew_as_a_whole_is_left_out(
    told: list[tuple[tuple[str, Mapping[str, object]], str]], gone: set[int]
) -> None:
    assert outdated(logged(told)) == gone


def test_only_events_that_set_rows_can_be_outdated() -> None:
    with pytest.raises(ValueError, match="outdated"):

        class TallyMerged(Event):
            """Refused."""

            kind: ClassVar[str] = "tally.merged"
            effect: ClassVar[Effect] = ("merge", "tallies")
            latest_only: ClassVar[bool] = True
