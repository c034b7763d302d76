"""Rules of repetition, against a walk through the calendar day by day."""

import calendar
import datetime as dt
from dataclasses import replace
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.scheduling.recurrence import (
    LAST_DAY,
    MOST_DATES,
    RecurrenceInvalid,
    Rule,
    cut_before,
    dates,
    first_overlap,
    read,
    remainder,
    starts,
    written,
)

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
MONDAY = dt.datetime(2026, 1, 5, 8, 0, tzinfo=VIETNAM)
ONE_DAY = dt.timedelta(days=1)

first_days = st.dates(dt.date(2024, 1, 1), dt.date(2030, 12, 31))
intervals = st.integers(1, 6)
rules = st.one_of(
    st.builds(Rule, frequency=st.just("DAILY"), interval=intervals),
    st.builds(
        Rule,
        frequency=st.just("WEEKLY"),
        interval=intervals,
        weekdays=st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
    ),
    st.builds(
        Rule,
        frequency=st.just("MONTHLY"),
        interval=intervals,
        month_days=st.sets(st.sampled_from([*range(1, 32), *range(-31, 0)]), min_size=1, max_size=4).map(
            lambda days: tuple(sorted(days))
        ),
    ),
    st.builds(
        Rule,
        frequency=st.just("MONTHLY"),
        interval=intervals,
        nth=st.sets(
            st.tuples(st.sampled_from([-5, -4, -3, -2, -1, 1, 2, 3, 4, 5]), st.integers(0, 6)), min_size=1, max_size=3
        ).map(lambda named: tuple(sorted(named))),
    ),
)


def is_date_of(rule: Rule, first: dt.date, day: dt.date) -> bool:
    """Whether the rule, begun on `first`, names the day: told from the calendar alone."""
    if rule.frequency == "DAILY":
        return (day - first).days % rule.interval == 0
    if rule.frequency == "WEEKLY":
        weeks = ((day - ONE_DAY * day.weekday()) - (first - ONE_DAY * first.weekday())).days // 7
        return weeks % rule.interval == 0 and day.weekday() in rule.weekdays
    months = (day.year - first.year) * 12 + day.month - first.month
    if months % rule.interval:
        return False
    length = calendar.monthrange(day.year, day.month)[1]
    if rule.month_days:
        return day.day in rule.month_days or day.day - length - 1 in rule.month_days
    from_front, from_back = (day.day - 1) // 7 + 1, -((length - day.day) // 7 + 1)
    return (from_front, day.weekday()) in rule.nth or (from_back, day.weekday()) in rule.nth


def walked(rule: Rule, first: dt.date, last: dt.date) -> list[dt.date]:
    return [
        day for day in (first + ONE_DAY * n for n in range((last - first).days + 1)) if is_date_of(rule, first, day)
    ]


@given(rules, first_days, st.integers(0, 190))
def test_until_a_day_the_dates_are_those_of_the_calendar(rule: Rule, first: dt.date, span: int) -> None:
    until = first + ONE_DAY * span
    bounded = replace(rule, until=until)
    expected = walked(rule, first, until)
    if expected:
        assert dates(bounded, first) == expected
    else:
        with pytest.raises(RecurrenceInvalid, match="rrule_empty"):
            dates(bounded, first)


@given(rules, first_days, st.integers(1, 12))
def test_so_many_times_the_dates_are_the_first_of_the_calendar(rule: Rule, first: dt.date, number: int) -> None:
    bounded = replace(rule, count=number)
    days = (first + ONE_DAY * n for n in range((LAST_DAY - first).days + 1))
    expected = list(islice((day for day in days if is_date_of(rule, first, day)), number))
    if len(expected) == number:
        assert dates(bounded, first) == expected
    else:
        with pytest.raises(RecurrenceInvalid, match="rrule_too_far" if expected else "rrule_empty"):
            dates(bounded, first)


@given(rules, first_days, st.integers(1, 200), st.times(), st.booleans())
def test_a_rule_written_and_read_again_is_the_same(
    rule: Rule, first: dt.date, number: int, clock: dt.time, counted: bool
) -> None:
    bounded = replace(rule, count=number) if counted else replace(rule, until=first + ONE_DAY * number)
    start = dt.datetime.combine(first, clock.replace(microsecond=0, tzinfo=None), VIETNAM)
    assert read(written(bounded), start) == bounded
    assert read(f"RRULE:{written(bounded).lower()}", start) == bounded


@given(rules, first_days, st.integers(2, 12), st.data())
def test_a_rule_cut_in_two_gives_the_same_dates(rule: Rule, first: dt.date, number: int, data: st.DataObject) -> None:
    for bounded in (replace(rule, count=number), replace(rule, until=first + ONE_DAY * 20 * number)):
        try:
            listed = dates(bounded, first)
        except RecurrenceInvalid:
            continue
        if len(listed) < 2:
            continue
        day = data.draw(st.sampled_from(listed[1:]))
        rest, begins = remainder(bounded, first, day)
        assert dates(cut_before(bounded, first, day), first) + dates(rest, begins) == listed


def test_the_weekly_briefing_of_a_year() -> None:
    rule = read("FREQ=WEEKLY;BYDAY=MO;UNTIL=20261231", MONDAY)
    found = starts(rule, MONDAY)
    assert (len(found), found[0], found[-1].date()) == (52, MONDAY, dt.date(2026, 12, 28))
    assert {start.timetz() for start in found} == {MONDAY.timetz()}


def test_the_clock_stays_where_the_clocks_change() -> None:
    paris = ZoneInfo("Europe/Paris")
    begin = dt.datetime(2026, 3, 23, 9, 0, tzinfo=paris)
    found = starts(read("FREQ=WEEKLY;COUNT=2", begin, paris), begin, paris)
    assert [start.isoformat() for start in found] == ["2026-03-23T09:00:00+01:00", "2026-03-30T09:00:00+02:00"]


def test_the_31st_passes_over_short_months_and_the_last_day_does_not() -> None:
    begin = MONDAY.replace(day=31)
    assert [day.month for day in dates(read("FREQ=MONTHLY;COUNT=4", begin), begin.date())] == [1, 3, 5, 7]
    last = dates(read("FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3", begin), begin.date())
    assert last == [dt.date(2026, 1, 31), dt.date(2026, 2, 28), dt.date(2026, 3, 31)]


def test_what_the_rule_leaves_open_is_the_day_of_the_first_start() -> None:
    assert read("FREQ=WEEKLY;COUNT=2", MONDAY).weekdays == (0,)
    assert read("FREQ=MONTHLY;COUNT=2", MONDAY).month_days == (5,)


def test_a_start_that_the_rule_does_not_name_is_no_date_of_it() -> None:
    found = dates(read("FREQ=WEEKLY;BYDAY=TH;COUNT=1", MONDAY), MONDAY.date())
    assert found == [dt.date(2026, 1, 8)]


def test_the_same_weekday_written_with_a_position_is_understood() -> None:
    assert read("FREQ=MONTHLY;BYDAY=FR;BYSETPOS=-1;COUNT=2", MONDAY) == read("FREQ=MONTHLY;BYDAY=-1FR;COUNT=2", MONDAY)


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("20260119", 19),
        ("20260119T010000Z", 19),
        ("20260119T005959Z", 12),
        ("20260119T080000", 19),
        ("20260119T075959", 12),
        ("20260118T235959Z", 12),
    ],
)
def test_an_instant_as_the_end_includes_the_meeting_that_starts_at_it(until: str, last: int) -> None:
    rule = read(f"FREQ=WEEKLY;BYDAY=MO;UNTIL={until}", MONDAY)
    assert dates(rule, MONDAY.date())[-1] == dt.date(2026, 1, last)


@pytest.mark.parametrize(
    ("text", "code", "params"),
    [
        ("FREQ=SECONDLY;COUNT=3", "rrule_frequency", {"frequency": "SECONDLY"}),
        ("FREQ=HOURLY;COUNT=3", "rrule_frequency", {"frequency": "HOURLY"}),
        ("FREQ=YEARLY;COUNT=3", "rrule_frequency", {"frequency": "YEARLY"}),
        ("FREQ=WEEKLY", "rrule_unbounded", {}),
        ("FREQ=WEEKLY;COUNT=201", "rrule_too_many", {"most": MOST_DATES}),
        ("FREQ=WEEKLY;COUNT=0", "rrule_malformed", {"part": "COUNT"}),
        ("FREQ=WEEKLY;COUNT=3;UNTIL=20260601", "rrule_malformed", {"part": "UNTIL"}),
        ("FREQ=WEEKLY;UNTIL=20260230", "rrule_malformed", {"part": "UNTIL"}),
        ("FREQ=WEEKLY;UNTIL=21010101", "rrule_too_far", {"last": LAST_DAY}),
        ("FREQ=WEEKLY;UNTIL=99991231T235959Z", "rrule_malformed", {"part": "UNTIL"}),
        ("FREQ=WEEKLY;COUNT=3;INTERVAL=0", "rrule_malformed", {"part": "INTERVAL"}),
        ("FREQ=WEEKLY;COUNT=3;INTERVAL=100", "rrule_malformed", {"part": "INTERVAL"}),
        ("FREQ=WEEKLY;COUNT=3;COUNT=4", "rrule_malformed", {"part": "COUNT"}),
        ("FREQ=WEEKLY;COUNT=٣", "rrule_malformed", {"part": "COUNT"}),
        ("FREQ=WEEKLY;COUNT=3;BYDAY=1MO", "rrule_malformed", {"part": "BYDAY"}),
        ("FREQ=WEEKLY;COUNT=3;BYDAY=XX", "rrule_malformed", {"part": "BYDAY"}),
        ("FREQ=WEEKLY;COUNT=3;BYMONTHDAY=1", "rrule_part", {"part": "BYMONTHDAY"}),
        ("FREQ=WEEKLY;COUNT=3;BYHOUR=9", "rrule_part", {"part": "BYHOUR"}),
        ("FREQ=WEEKLY;COUNT=3;WKST=SU", "rrule_part", {"part": "WKST"}),
        ("FREQ=DAILY;COUNT=3;BYDAY=MO", "rrule_part", {"part": "BYDAY"}),
        ("FREQ=MONTHLY;COUNT=3;BYDAY=MO", "rrule_part", {"part": "BYDAY"}),
        ("FREQ=MONTHLY;COUNT=3;BYDAY=6MO", "rrule_malformed", {"part": "BYDAY"}),
        ("FREQ=MONTHLY;COUNT=3;BYDAY=1MO;BYMONTHDAY=1", "rrule_part", {"part": "BYMONTHDAY"}),
        ("FREQ=MONTHLY;COUNT=3;BYDAY=MO,TU;BYSETPOS=1", "rrule_part", {"part": "BYSETPOS"}),
        ("FREQ=MONTHLY;COUNT=3;BYMONTHDAY=32", "rrule_malformed", {"part": "BYMONTHDAY"}),
        ("FREQ=MONTHLY;COUNT=3;BYMONTHDAY=0", "rrule_malformed", {"part": "BYMONTHDAY"}),
        ("", "rrule_malformed", {"part": "RRULE"}),
        ("every monday", "rrule_malformed", {"part": "RRULE"}),
        ("FREQ=NEVER;COUNT=3", "rrule_malformed", {"part": "FREQ"}),
        ("COUNT=3", "rrule_malformed", {"part": "FREQ"}),
        ("FREQ=WEEKLY;;COUNT=3", "rrule_malformed", {"part": "RRULE"}),
        ("FREQ=WEEKLY;COUNT=3;X=" + "9" * 1000, "rrule_malformed", {"part": "RRULE"}),
    ],
)
def test_what_is_not_taken_is_refused_by_name(text: str, code: str, params: dict[str, object]) -> None:
    with pytest.raises(RecurrenceInvalid) as refused:
        read(text, MONDAY)
    assert (refused.value.code, refused.value.params) == (code, params)


@given(
    st.text(max_size=80)
    | st.from_regex(r"FREQ=(WEEKLY|MONTHLY|DAILY)(;[A-Z]{2,10}=[-+0-9A-Z,]{0,9}){0,4}", fullmatch=True)
)
def test_whatever_is_typed_is_a_rule_or_refused(text: str) -> None:
    try:
        rule = read(text, MONDAY)
        assert 1 <= len(dates(rule, MONDAY.date())) <= MOST_DATES
    except RecurrenceInvalid:
        return  # any other error fails the test


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("FREQ=DAILY;UNTIL=20271231", "rrule_too_many"),
        ("FREQ=WEEKLY;UNTIL=20251231", "rrule_empty"),
        ("FREQ=MONTHLY;INTERVAL=99;COUNT=200", "rrule_too_far"),
        ("FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31;COUNT=200", "rrule_too_far"),
    ],
)
def test_a_rule_without_dates_or_with_too_many_is_refused(text: str, code: str) -> None:
    with pytest.raises(RecurrenceInvalid, match=code):
        dates(read(text, MONDAY), MONDAY.date())


def test_dates_that_run_into_each_other_are_found() -> None:
    begins = starts(read("FREQ=DAILY;COUNT=3", MONDAY), MONDAY)
    assert first_overlap(begins, ONE_DAY) is None
    assert first_overlap(begins, ONE_DAY + dt.timedelta(minutes=1)) == begins[1]
