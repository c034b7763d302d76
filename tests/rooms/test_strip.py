"""The hours that days are drawn with: an evening session, or one over midnight, is in view wherever it is drawn."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from rooms.scheduling.intervals import Interval
from rooms.strip import Strip, strip_for
from tests.people import People, at
from tests.scenes import make_meeting

DAY = dt.date(2031, 12, 1)
WHOLE_DAY = Interval(at(0), at(0, day=2))
WEEK = Interval(at(0), at(0, day=8))
QUARTERS = st.integers(-40, 140)


@pytest.fixture
def desk(client: Client, people: People) -> Client:
    client.force_login(people.secretary)
    return client


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        (at(8), at(11), (7, 18)),
        (at(7), at(18), (7, 18)),
        (at(6, 55), at(8), (6, 18)),
        (at(17), at(18, 5), (7, 19)),
        (at(19), at(21, 30), (7, 22)),
        (at(22), at(0, day=2), (7, 24)),
        (at(22), at(2, day=2), (7, 24)),
        (at(22, day=30, month=11), at(1, 30), (0, 18)),
        (at(8, day=30, month=11), at(8, day=3), (0, 24)),
        (at(20, day=2), at(21, day=2), (7, 18)),
    ],
)
def test_a_day_is_drawn_from_seven_to_six_or_as_far_as_its_sessions_reach(
    start: dt.datetime, end: dt.datetime, hours: tuple[int, int]
) -> None:
    strip = strip_for([Interval(start, end)], WHOLE_DAY)
    assert (strip.first, strip.last) == hours


def test_a_week_has_the_same_hours_on_every_day() -> None:
    sessions = [Interval(at(5, day=2), at(6, day=2)), Interval(at(19, day=4), at(20, day=4))]
    assert strip_for(sessions, WEEK) == Strip(5, 20)
    assert strip_for([Interval(at(22, day=2), at(2, day=3))], WEEK) == Strip(0, 24)


@given(st.lists(st.tuples(QUARTERS, st.integers(1, 120)), max_size=6))
def test_no_part_of_a_session_on_the_day_is_beyond_its_edges(sessions: list[tuple[int, int]]) -> None:
    quarter = dt.timedelta(minutes=15)
    spans = [Interval(at(0) + begin * quarter, at(0) + (begin + length) * quarter) for begin, length in sessions]
    strip = strip_for(spans, WHOLE_DAY)
    assert 0 <= strip.first <= 7 < 18 <= strip.last <= 24
    parts = [part for span in spans if (part := span.intersection(WHOLE_DAY))]
    assert all(strip.on(DAY).covers(part) for part in parts)
    widths = [strip.step(part.end, DAY) - strip.step(part.start, DAY) for part in parts]
    assert widths == [part.duration // dt.timedelta(minutes=5) for part in parts]


@pytest.mark.parametrize(("clock", "place"), [((6, 0), 0), ((7, 0), 0), ((10, 12), 38), ((13, 15), 75), ((21, 0), 132)])
def test_a_time_has_its_place_and_what_lies_beyond_is_at_the_edge(clock: tuple[int, int], place: int) -> None:
    assert Strip().step(at(*clock), DAY) == place


def test_the_heads_are_whole_hours_twelve_steps_apart() -> None:
    strip = Strip(6, 20)
    assert strip.hours[0] == ("06", 0, 12)
    assert strip.hours[-1] == ("19", 156, 168)
    assert (strip.number, strip.steps) == (14, 168)


@pytest.mark.django_db
def test_an_evening_meeting_is_in_view_on_the_day(desk: Client, people: People) -> None:
    make_meeting(people, starts_at=at(20), endpoints=("T1", "H026"))
    answer = desk.get(reverse("network"), {"day": "2031-12-01"})
    grid = answer.context["grid"]
    assert grid.strip == Strip(7, 22)
    test, session = grid.row("T1").drawn
    assert (test.first, test.last, session.first, session.last) == (144, 156, 156, 180)
    assert 'class="avail hours-15"' in answer.content.decode()
    assert any(step.x >= 800 for strip in grid.ports for step in strip.steps)


@pytest.mark.django_db
def test_an_evening_meeting_is_in_view_in_the_week(desk: Client, people: People) -> None:
    make_meeting(people, starts_at=at(20), endpoints=("T1",))
    row = desk.get(reverse("network"), {"day": "2031-12-03", "view": "week"}).context["grid"].row("T1")
    assert len(row.bars) == 2


@pytest.mark.django_db
@pytest.mark.parametrize("view", ["", "week"])
def test_an_evening_meeting_is_in_view_in_the_load_of_the_bridges(desk: Client, people: People, view: str) -> None:
    make_meeting(people, starts_at=at(20), endpoints=("T1", "H026"))
    page = desk.get(reverse("network-bridges"), {"day": "2031-12-01", "view": view}).context["page"]
    assert any(each.peak.level and each.steps for each in page.bridges)
    assert all(bool(each.peak.level) == bool(each.steps) for each in page.bridges)


@pytest.mark.django_db
def test_a_free_evening_is_not_drawn(desk: Client, people: People) -> None:
    make_meeting(people, starts_at=at(9))
    assert desk.get(reverse("network"), {"day": "2031-12-01"}).context["grid"].strip == Strip(7, 18)
