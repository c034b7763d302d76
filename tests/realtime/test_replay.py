"""Events after a number: all that may be heard, or an honest gap."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from realtime.models import Stream, StreamEvent
from realtime.replay import REPLAY_LIMIT, Gap, Replay, events_after, head
from tests.realtime.fake import STREAM, put, put_many

pytestmark = pytest.mark.django_db
EVERYONE = frozenset({"everyone"})


def seqs(replay: Replay | Gap) -> list[int]:
    assert isinstance(replay, Replay)
    return [event.seq for event in replay.events]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    audiences=st.lists(st.sampled_from(["everyone", "staff", "person:7"]), max_size=12),
    heard=st.frozensets(st.sampled_from(["everyone", "staff", "person:7"])),
    after=st.integers(-1, 14),
)
def test_a_replay_is_the_rest_of_what_may_be_heard(
    audiences: list[str], heard: frozenset[str], after: int, db: None
) -> None:
    Stream.objects.filter(name=STREAM).delete()
    for number, audience in enumerate(audiences):
        put(number, audience)
    last = len(audiences)
    expected = [seq for seq, audience in enumerate(audiences, start=1) if seq > after and audience in heard]
    replay = events_after(STREAM, after, heard)
    if 0 <= after <= last:
        assert (replay.seq, seqs(replay)) == (last, expected)
    else:
        assert replay == Gap(last)


def test_a_replay_carries_the_events_complete() -> None:
    put(7, "staff", text="Tờ trình")
    replay = events_after(STREAM, 0, frozenset({"staff"}))
    assert isinstance(replay, Replay)
    (event,) = replay.events
    logged = StreamEvent.objects.get()
    assert (event.kind, event.at, event.audience, event.data) == (
        "card.put",
        logged.at,
        "staff",
        {"id": 7, "text": "Tờ trình"},
    )


def test_a_stream_on_which_nothing_was_published_is_empty() -> None:
    assert events_after("cards:9", 0, EVERYONE) == Replay(0, ())
    assert events_after("cards:9", 1, EVERYONE) == Gap(0)


def test_a_thousand_events_are_replayed_and_one_more_is_a_gap() -> None:
    put_many(REPLAY_LIMIT + 1)
    assert seqs(events_after(STREAM, 1, EVERYONE)) == list(range(2, REPLAY_LIMIT + 2))
    assert events_after(STREAM, 0, EVERYONE) == Gap(REPLAY_LIMIT + 1)


def aged(*days: int) -> None:
    """One event for each number of days, that old."""
    for age in days:
        put(age)
        StreamEvent.objects.filter(seq=head(STREAM)).update(at=timezone.now() - timedelta(days=age))


def kept() -> list[int]:
    return list(StreamEvent.objects.order_by("seq").values_list("seq", flat=True))


def test_old_events_are_pruned_and_numbers_go_on(capsys: pytest.CaptureFixture[str]) -> None:
    aged(40, 35, 31, 29, 1)
    call_command("prune_streams", keep_days=30)
    assert (kept(), capsys.readouterr().out) == ([4, 5], "3 events removed\n")
    assert events_after(STREAM, 2, EVERYONE) == Gap(5)
    assert seqs(events_after(STREAM, 3, EVERYONE)) == [4, 5]
    assert put(9) == 6


def test_pruning_leaves_no_hole_when_the_clock_was_set_back() -> None:
    aged(40, 20, 35, 1)
    call_command("prune_streams", keep_days=30, verbosity=0)
    assert kept() == [2, 3, 4]


def test_a_stream_may_be_pruned_to_its_end() -> None:
    aged(40, 40)
    call_command("prune_streams", keep_days=30)
    assert kept() == []
    assert events_after(STREAM, 2, EVERYONE) == Replay(2, ())
    assert put(1) == 3


def test_today_is_never_pruned() -> None:
    with pytest.raises(CommandError, match="at least 1"):
        call_command("prune_streams", keep_days=0)
