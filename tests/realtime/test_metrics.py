"""What is counted of sockets and events, and how the lag is estimated."""

import datetime as dt
import math
from bisect import bisect_left

import pytest
from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from realtime.metrics import BOUNDS, OTHER, RECENT_MINUTES, Counters, Figures, quantile
from realtime.protocol import wire
from realtime.publish import publish_latest, recheck
from tests.realtime.conftest import Open
from tests.realtime.fake import APPS, STREAM, in_database, put, put_many

in_the_database = pytest.mark.django_db(transaction=True, available_apps=APPS)
NOON = dt.datetime(2031, 6, 2, 12, tzinfo=dt.UTC)

lags = st.one_of(st.floats(0, 60), st.sampled_from(BOUNDS))


def bucket_of(lag: float) -> int:
    return bisect_left(BOUNDS, lag)


@given(lags=st.lists(lags, min_size=1), share=st.floats(0, 1))
def test_an_estimate_lies_in_the_bucket_of_the_true_quantile(lags: list[float], share: float) -> None:
    buckets = [0] * (len(BOUNDS) + 1)
    for lag in lags:
        buckets[bucket_of(lag)] += 1
    estimate = quantile(buckets, share)
    assert estimate is not None
    true = sorted(lags)[max(1, math.ceil(len(lags) * share)) - 1]
    assert bucket_of(estimate) == bucket_of(true)


@given(counts=st.lists(st.integers(0, 1000), min_size=len(BOUNDS) + 1, max_size=len(BOUNDS) + 1))
def test_a_larger_share_is_never_estimated_earlier(counts: list[int]) -> None:
    estimates = [quantile(counts, share) for share in (0.0, 0.5, 0.9, 0.99, 1.0)]
    if any(counts):
        assert estimates == sorted(estimates, key=lambda each: -1 if each is None else each)
        assert None not in estimates
    else:
        assert estimates == [None] * 5


def test_beyond_the_last_bound_nobody_knows_how_late() -> None:
    counters = Counters()
    counters.told([NOON - dt.timedelta(seconds=31)], NOON)
    figures = counters.figures(NOON)
    assert figures.p99 == math.inf
    assert figures.late


def test_a_clock_that_is_ahead_counts_as_no_lag() -> None:
    counters = Counters()
    counters.told([NOON + dt.timedelta(seconds=5)], NOON)
    assert (counters.lag[0], counters.lag_seconds) == (1, 0)


def test_recent_figures_forget_what_is_past_and_the_others_do_not() -> None:
    counters = Counters()
    for minute in range(20):
        now = NOON + dt.timedelta(minutes=minute)
        counters.told([now - dt.timedelta(milliseconds=3)] * 2, now)
        counters.drop(now)
    now = NOON + dt.timedelta(minutes=19)
    figures = counters.figures(now)
    assert (sum(figures.recent_lag), figures.recent_dropped) == (2 * (RECENT_MINUTES + 1), RECENT_MINUTES + 1)
    assert (figures.events, sum(figures.lag), figures.dropped) == (40, 40, 20)
    later = counters.figures(now + dt.timedelta(minutes=RECENT_MINUTES + 1))
    assert (later.p99, later.recent_dropped, later.events) == (None, 0, 40)


def test_figures_that_were_taken_do_not_change() -> None:
    counters = Counters()
    taken = counters.figures(NOON)
    counters.told([NOON], NOON)
    counters.accepted += 1
    counters.close(1000)
    assert taken == Figures()


def test_stored_figures_of_another_version_are_read() -> None:
    assert Figures.read({"accepted": 7, "of_tomorrow": 1}) == Figures(accepted=7)


@in_the_database
async def test_sockets_frames_and_bytes_are_counted(
    counted: Counters, open_tablet: Open, delegate: AbstractUser, secretary: AbstractUser
) -> None:
    tablets = [await open_tablet(delegate), await open_tablet(secretary), await open_tablet(delegate, wall=2)]
    texts = [(await tablet.raw())["text"] for tablet in tablets]
    await in_database(put, 1, "staff", text="Đồng Văn")
    await in_database(put_many, 3)
    texts += [(await tablet.raw())["text"] for tablet in tablets[:2] for _ in range(4)]
    assert len({text for text in texts if "skip" in text}) == 1
    assert (counted.accepted, counted.sockets, counted.streams) == (3, 3, 2)
    assert (counted.frames, counted.octets) == (len(texts), sum(len(wire(text)) for text in texts))
    assert (counted.events, sum(counted.lag)) == (4, 4)
    assert counted.lag_seconds > 0
    assert counted.reads > 0
    assert counted.read_seconds > 0
    recent = counted.figures(timezone.now())
    assert sum(recent.recent_lag) == 4
    assert recent.median is not None
    for tablet in tablets:
        await tablet.leave()
    assert (counted.sockets, counted.streams, counted.closed["1000"]) == (0, 0, 3)


@in_the_database
async def test_every_socket_is_counted_under_the_code_that_closed_it(
    counted: Counters, open_tablet: Open, delegate: AbstractUser, outsider: AbstractUser
) -> None:
    assert await (await open_tablet(AnonymousUser())).close_code() == 4401
    assert await (await open_tablet(outsider)).close_code() == 4403
    assert await (await open_tablet(delegate, wall=404)).close_code() == 4404
    tablet = await open_tablet(delegate)
    await tablet.says("no JSON")
    assert await tablet.close_code() == 4400
    await (await open_tablet(delegate)).leave(3999)
    await (await open_tablet(delegate)).leave(1001)
    closed = {code: count for code, count in counted.closed.items() if count}
    assert closed == {"4401": 1, "4403": 1, "4404": 1, "4400": 1, OTHER: 1, "1001": 1}
    assert (counted.accepted, counted.sockets) == (6, 0)


@in_the_database
async def test_who_comes_back_is_a_replay_and_who_was_away_too_long_a_gap(
    counted: Counters, open_tablet: Open, delegate: AbstractUser
) -> None:
    await in_database(put_many, 5)
    await (await open_tablet(delegate)).frame()
    back = await open_tablet(delegate, after=2)
    assert (await back.until(5))[-1] == ("event", 5)
    assert (counted.replays, counted.gaps) == (1, 0)
    lost = await open_tablet(delegate, after=99)
    assert await lost.short(2) == [("hello", 5), ("gap", 5)]
    assert (counted.replays, counted.gaps, counted.events) == (2, 1, 0)


@in_the_database
async def test_rechecks_and_states_are_counted(counted: Counters, open_tablet: Open, delegate: AbstractUser) -> None:
    tablet = await open_tablet(delegate)
    await tablet.frame()
    before = counted.frames
    await in_database(publish_latest, STREAM, "page", {"n": 2})
    await tablet.frame()
    await in_database(recheck, STREAM)
    await in_database(put, 1)
    await tablet.frame()
    assert (counted.frames - before, counted.rechecks) == (2, 1)
