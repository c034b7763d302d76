"""Two people who book overlapping series at the same instant, each with a connection of his own: one wins whole, of the
other nothing stays."""

import datetime as dt
from collections import Counter
from collections.abc import Callable

import pytest

from accounts.errors import StaleVersion
from meetings.planning.models import Meeting, Series, SkippedDate
from meetings.series.actions import add_date, change_following, create_series
from meetings.series.errors import DateUnknown
from meetings.series.following import Following
from meetings.series.outlook import Choice, Skip
from rooms.errors import BookingConflict
from rooms.models import BookedEndpoint
from rooms.scheduling.recurrence import read
from rooms.selectors import read_selection
from tests.meetings.planning.plans import plan
from tests.meetings.planning.test_race import at_once, fresh, overlaps
from tests.people import People, at, make_network, make_people

pytestmark = pytest.mark.django_db(transaction=True)

DATES = 6
WEEK = dt.timedelta(days=7)


@pytest.fixture
def people(transactional_db: None) -> People:
    return make_people(make_network())


def test_of_overlapping_series_one_wins_whole_and_of_the_others_nothing_stays(people: People) -> None:
    """Each begins a week after the one before, so that any two have dates in common, and has an endpoint in common with
    every other; in a different order, as people choose them."""
    choices = [["T1", "X00688"], ["X00688", "H024", "T1"], ["H024", "T1"], ["T1", "X00691"]]

    def worker(number: int) -> Callable[[], str]:
        def book() -> str:
            start = at(8) + number * WEEK
            wish = plan(
                people,
                title=str(number),
                selection=read_selection({"endpoints": choices[number]}),
                starts_at=start,
                ends_at=start + dt.timedelta(hours=2),
            )
            try:
                return create_series(
                    fresh(people.secretary), wish, read(f"FREQ=WEEKLY;COUNT={DATES}", start)
                ).series.title
            except BookingConflict:
                return "lost"

        return book

    told = at_once([worker(number) for number in range(4)])
    series = Series.objects.get()
    assert Counter(told) == {series.title: 1, "lost": 3}
    assert list(Meeting.objects.values_list("series", "title").distinct().order_by()) == [(series.pk, series.title)]
    assert Meeting.objects.count() == DATES
    assert BookedEndpoint.objects.count() == DATES * len(choices[int(series.title)])
    assert overlaps() == 0


def test_a_skipped_date_is_added_once(people: People) -> None:
    skip: dict[dt.date, Choice] = {dt.date(2031, 12, 8): Skip()}
    series = create_series(people.secretary, plan(people), read("FREQ=WEEKLY;COUNT=3", at(8)), choices=skip).series

    def attempt() -> str:
        try:
            add_date(fresh(people.secretary), Series.objects.get(pk=series.pk), dt.date(2031, 12, 8), version=1)
        except (StaleVersion, DateUnknown, BookingConflict) as error:
            return error.code
        return "won"

    told = Counter(at_once([attempt] * 5))
    assert told["won"] == 1
    assert Meeting.objects.filter(series=series).count() == 3
    assert not SkippedDate.objects.exists()


def test_a_series_is_split_once(people: People) -> None:
    series = create_series(people.secretary, plan(people), read("FREQ=WEEKLY;COUNT=4", at(8))).series

    def worker(hour: int) -> Callable[[], str]:
        def attempt() -> str:
            wish = Following(clock=dt.time(hour))
            try:
                seen = Series.objects.get(pk=series.pk)
                change_following(fresh(people.secretary), seen, dt.date(2031, 12, 15), wish, version=1)
            except StaleVersion:
                return "stale"
            return str(hour)

        return attempt

    told = at_once([worker(hour) for hour in (9, 10, 11, 13)])
    assert sorted(told, key=len, reverse=True)[:3] == ["stale"] * 3
    winner = int(next(each for each in told if each != "stale"))
    later = Meeting.objects.filter(starts_at__gte=at(0) + 2 * WEEK).order_by("starts_at")
    assert [meeting.starts_at for meeting in later] == [at(winner) + n * WEEK for n in (2, 3)]
    assert Series.objects.count() == 2
    assert overlaps() == 0
