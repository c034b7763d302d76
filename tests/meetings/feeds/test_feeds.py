"""Calendars to subscribe to: whose meetings, how they are written, how an address ends, and how much is asked."""

import datetime as dt
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from accounts.models import Membership, User
from audit.models import Entry
from meetings.attendance.guessing import WRONG_CODES
from meetings.feeds.actions import make_feed, renew_feed, revoke_feed
from meetings.feeds.errors import FeedNotFound, TooManyFeeds
from meetings.feeds.models import CalendarFeed
from meetings.feeds.selectors import digest_of
from meetings.planning.actions import cancel_meeting, extend_meeting, postpone_meeting
from meetings.planning.models import Meeting
from rooms.actions import release, reserve
from rooms.models import BookedEndpoint, Booking
from rooms.wishes import BookingRequest, Outside
from tests.people import People
from tests.scenes import invite, make_meeting

pytestmark = pytest.mark.django_db

Kind = CalendarFeed.Kind
DAY = dt.timedelta(days=1)


@pytest.fixture
def now() -> dt.datetime:
    return timezone.now().replace(microsecond=0)


@pytest.fixture
def desk(client: Client, people: People) -> Client:
    client.force_login(people.secretary)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def address(people: People, kind: CalendarFeed.Kind, who: User | None = None, code: str = "") -> str:
    network = people.network
    _, secret = make_feed(
        who or people.secretary,
        kind,
        endpoint=network.endpoints[code] if kind == Kind.ENDPOINT else None,
        unit=network.units[code] if kind == Kind.UNIT else None,
    )
    return f"/calendar/{secret}.ics"


def events(path: str) -> dict[str, Any]:
    """The events of the calendar by title, fetched by a program without a session."""
    answer = Client().get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    return {str(event["summary"]): event for event in Calendar.from_ical(answer.content).walk("VEVENT")}


def test_a_unit_shows_what_it_and_those_below_convene(people: People, now: dt.datetime) -> None:
    make_meeting(people, starts_at=now + DAY, title="Tỉnh")
    make_meeting(people, starts_at=now + 2 * DAY, title="Huyện", unit="026")
    make_meeting(people, starts_at=now + 3 * DAY, title="Nháp", status="draft")
    make_meeting(people, starts_at=now + 4 * DAY, title="Tỉnh khác", unit="04")
    assert list(events(address(people, Kind.UNIT, code="02"))) == ["Tỉnh", "Huyện"]
    assert list(events(address(people, Kind.UNIT, code="026"))) == ["Huyện"]


def test_an_endpoint_shows_what_takes_place_there(people: People, now: dt.datetime) -> None:
    make_meeting(people, starts_at=now + DAY, title="Có", endpoints=["T1", "X00715"])
    make_meeting(people, starts_at=now + 2 * DAY, title="Không", endpoints=["T1"])
    found = events(address(people, Kind.ENDPOINT, who=people.operator, code="X00715"))
    assert list(found) == ["Có"]
    assert found["Có"]["location"] == "Xã Lũng Cú"


def test_what_central_convenes_stands_at_its_endpoints_and_at_the_unit_that_entered_it(
    people: People, now: dt.datetime
) -> None:
    request = BookingRequest(
        title="Hội nghị của Chính phủ",
        unit=people.network.units["02"],
        endpoints=("T1", "H026"),
        starts_at=now + DAY,
        ends_at=now + DAY + dt.timedelta(hours=2),
        host_endpoint="T1",
        outside=Outside("Văn phòng Chính phủ"),
    )
    block = reserve(people.secretary, request)
    make_meeting(people, starts_at=now + 2 * DAY, title="Sau đó")
    found = events(address(people, Kind.ENDPOINT, code="H026"))
    assert list(found) == ["Hội nghị của Chính phủ", "Sau đó"]
    assert found["Hội nghị của Chính phủ"]["description"] == "Văn phòng Chính phủ"
    assert list(events(address(people, Kind.UNIT, code="02"))) == ["Hội nghị của Chính phủ", "Sau đó"]
    assert list(events(address(people, Kind.ENDPOINT, code="T2"))) == []
    assert list(events(address(people, Kind.PERSON))) == []
    release(people.secretary, block)
    assert list(events(address(people, Kind.ENDPOINT, code="H026"))) == ["Sau đó"]


def test_a_person_sees_their_own_meetings_and_where(people: People, now: dt.datetime) -> None:
    invite(make_meeting(people, starts_at=now + DAY, title="Được mời"), people, "delegate", "H026")
    make_meeting(people, starts_at=now + 2 * DAY, title="Không mời")
    found = events(address(people, Kind.PERSON, who=people.delegate))
    assert list(found) == ["Được mời"]
    assert found["Được mời"]["location"] == "Huyện Đồng Văn"
    assert list(events(address(people, Kind.PERSON, who=people.chair))) == ["Được mời", "Không mời"]


def test_the_text_is_a_publication_that_names_nobody(people: People, now: dt.datetime) -> None:
    invite(make_meeting(people, starts_at=now + DAY), people, "delegate", "H026")
    text = Client().get(address(people, Kind.UNIT, code="02")).content.decode()
    for line in (
        "METHOD:PUBLISH",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "TZOFFSETTO:+0700",
        "TZID:Asia/Ho_Chi_Minh",
        "SEQUENCE:1",
        "LAST-MODIFIED:",
        "DTSTART;TZID=Asia/Ho_Chi_Minh:",
    ):
        assert line in text
    for word in ("ATTENDEE", "ORGANIZER", "Giàng", "Khánh", "RRULE"):
        assert word not in text


def test_a_change_is_a_higher_sequence_and_what_is_called_off_says_so(people: People, now: dt.datetime) -> None:
    path = address(people, Kind.ENDPOINT, code="T1")
    running = make_meeting(people, starts_at=now - DAY / 24, title="Dài hơn", status="open")
    extend_meeting(people.chair, running, running.ends_at + DAY / 24)
    cancel_meeting(people.secretary, make_meeting(people, starts_at=now + DAY, title="Hủy"))
    postpone_meeting(people.secretary, make_meeting(people, starts_at=now + 2 * DAY, title="Hoãn"))
    old = cancel_meeting(people.secretary, make_meeting(people, starts_at=now + 3 * DAY, title="Hủy từ lâu"))
    Meeting.objects.filter(pk=old.pk).update(changed_at=now - 31 * DAY)
    found = events(path)
    assert {title: (str(event["status"]), event["sequence"]) for title, event in found.items()} == {
        "Dài hơn": ("CONFIRMED", 2),
        "Hủy": ("CANCELLED", 2),
        "Hoãn": ("CANCELLED", 2),
    }
    assert found["Dài hơn"].end == running.ends_at + DAY / 24


def test_only_the_last_ninety_days_and_the_year_ahead_are_shown(people: People, now: dt.datetime) -> None:
    for days, title in ((-91, "Quá cũ"), (-89, "Cũ"), (399, "Xa"), (401, "Quá xa")):
        make_meeting(people, starts_at=now + days * DAY, title=title)
    assert list(events(address(people, Kind.UNIT, code="02"))) == ["Cũ", "Xa"]


def test_nothing_new_is_said_in_no_words(people: People, now: dt.datetime) -> None:
    meeting = make_meeting(people, starts_at=now + DAY)
    path = address(people, Kind.UNIT, code="02")
    first = Client().get(path)
    mark = first.headers["ETag"]
    again = Client().get(path, headers={"if-none-match": f'"other", {mark}'})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", mark)
    assert Client().get(path).content == first.content
    cancel_meeting(people.secretary, meeting)
    assert Client().get(path, headers={"if-none-match": mark}).status_code == 200


def test_the_right_is_asked_at_every_fetch(people: People, now: dt.datetime) -> None:
    paths = [
        address(people, Kind.UNIT, code="02"),
        address(people, Kind.ENDPOINT, code="T1"),
        address(people, Kind.PERSON),
    ]
    assert [Client().get(path).status_code for path in paths] == [200, 200, 200]
    Membership.objects.filter(user=people.secretary).delete()
    assert [Client().get(path).status_code for path in paths] == [404, 404, 200]
    User.objects.filter(pk=people.secretary.pk).update(is_active=False)
    assert [Client().get(path).status_code for path in paths] == [404, 404, 404]


def test_nobody_makes_a_calendar_of_what_they_may_not_see(people: People) -> None:
    for who, kind, code in (
        (people.outsider, Kind.UNIT, "02"),
        (people.operator, Kind.UNIT, "00715"),
        (people.operator, Kind.ENDPOINT, "T1"),
        (people.delegate, Kind.ENDPOINT, "H026"),
    ):
        with pytest.raises(Exception, match="forbidden"):
            address(people, kind, who=who, code=code)
    assert not CalendarFeed.objects.exists()


def test_a_revoked_or_renewed_address_is_unknown(people: People) -> None:
    feed, secret = make_feed(people.secretary, Kind.PERSON)
    _, newer = renew_feed(people.secretary, feed)
    assert [Client().get(f"/calendar/{each}.ics").status_code for each in (secret, newer)] == [404, 200]
    with pytest.raises(FeedNotFound):
        revoke_feed(people.secretary, feed)
    assert list(Entry.objects.order_by("pk").values_list("verb", flat=True)) == [
        "calendar.made",
        "calendar.revoked",
        "calendar.made",
    ]


def test_the_secret_is_kept_nowhere(people: People) -> None:
    feed, secret = make_feed(people.secretary, Kind.PERSON)
    assert feed.digest == digest_of(secret)
    assert secret not in str([*CalendarFeed.objects.values(), *Entry.objects.values()])
    assert len(secret) >= 43


def test_whoever_guesses_must_wait(people: People) -> None:
    path = address(people, Kind.PERSON)
    statuses = [Client().get(f"/calendar/guess-{number}.ics").status_code for number in range(WRONG_CODES)]
    assert set(statuses) == {404}
    paused = Client().get(path)
    assert paused.status_code == 429
    assert int(paused.headers["Retry-After"]) > 0


def test_the_page_shows_a_new_address_once(desk: Client) -> None:
    page = desk.post("/calendar/", {"kind": "endpoint", "endpoint": "t1"})
    text = page.content.decode()
    feed = CalendarFeed.objects.get()
    secret = text.split("/calendar/")[-1].split(".ics")[0] if ".ics" in text else ""
    shown_once = next(part.split(".ics")[0] for part in text.split("/calendar/") if ".ics" in part[:80])
    assert digest_of(shown_once) == feed.digest
    assert secret
    later = desk.get("/calendar/").content.decode()
    assert ".ics" not in later
    assert "Endpoint: T1" in later
    assert "no-store" in page.headers["Cache-Control"]


def test_addresses_are_renewed_and_revoked_on_the_page(desk: Client, people: People) -> None:
    desk.post("/calendar/", {"kind": "unit", "unit": "02"})
    first = CalendarFeed.objects.get()
    desk.post(f"/calendar/{first.pk}/renew/")
    second = CalendarFeed.objects.get(revoked_at__isnull=True)
    assert (second.unit, second.pk != first.pk) == (people.network.units["02"], True)
    desk.post(f"/calendar/{second.pk}/revoke/")
    assert not CalendarFeed.objects.filter(revoked_at__isnull=True).exists()
    assert desk.post(f"/calendar/{second.pk}/revoke/").status_code == 404


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"kind": "what"},
        {"kind": "endpoint", "endpoint": "Y1"},
        {"kind": "endpoint"},
        {"kind": "unit", "unit": "04"},
    ],
)
def test_what_cannot_be_shown_is_asked_again(desk: Client, sent: dict[str, str]) -> None:
    assert desk.post("/calendar/", sent).status_code == 422
    assert not CalendarFeed.objects.exists()


def test_nobody_keeps_addresses_without_number(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("meetings.feeds.actions.MOST_IN_USE", 2)
    for _ in range(2):
        make_feed(people.secretary, Kind.PERSON)
    with pytest.raises(TooManyFeeds):
        make_feed(people.secretary, Kind.PERSON)


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("kind", "number"),
    [(Kind.UNIT, 0), (Kind.UNIT, 10_000), (Kind.ENDPOINT, 3), (Kind.ENDPOINT, 208), (Kind.PERSON, 208)],
)
def test_ten_thousand_meetings_are_asked_for_as_few(
    people: People, now: dt.datetime, kind: CalendarFeed.Kind, number: int, django_assert_max_num_queries: Any
) -> None:
    unit, endpoint = people.network.units["02"], people.network.endpoints["T1"]
    starts = [now - 80 * DAY + index * DAY / 24 for index in range(number)]
    bookings = Booking.objects.bulk_create(
        Booking(
            title="Họp",
            unit=unit,
            owner=people.secretary,
            owner_name="Lan",
            starts_at=start,
            ends_at=start + DAY / 48,
            hold_starts_at=start,
            hold_ends_at=start + DAY / 48,
        )
        for start in starts
    )
    BookedEndpoint.objects.bulk_create(
        BookedEndpoint(booking=each, endpoint=endpoint, starts_at=each.starts_at, ends_at=each.ends_at)
        for each in bookings
    )
    Meeting.objects.bulk_create(
        Meeting(
            title="Họp",
            unit=unit,
            booking=each,
            chair=people.secretary.person,
            starts_at=each.starts_at,
            ends_at=each.ends_at,
            status="scheduled",
            created_by=people.secretary,
        )
        for each in bookings
    )
    path = address(people, kind, code={Kind.UNIT: "02", Kind.ENDPOINT: "T1"}.get(kind, ""))
    with django_assert_max_num_queries(8):
        answer = Client().get(path)
    assert answer.content.count(b"BEGIN:VEVENT") == number
    with django_assert_max_num_queries(8):
        assert Client().get(path, headers={"if-none-match": answer.headers["ETag"]}).status_code == 304
