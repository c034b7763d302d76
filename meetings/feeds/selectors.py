"""What a calendar shows: a bounded window of meetings, in a fixed number of queries, checked anew at each fetch."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from accounts.decision import Right, decide
from accounts.models import Person, User
from accounts.selectors import grants_of, person_of
from meetings.feeds.errors import FeedNotFound
from meetings.feeds.models import CalendarFeed
from meetings.planning.access import meetings_attended_by
from meetings.planning.addresses import address_of, uid_of
from meetings.planning.calendar import Entry, Status
from meetings.planning.models import Meeting, Participant
from rooms.models import BookedEndpoint, Booking, Endpoint

BEHIND: Final = dt.timedelta(days=90)
AHEAD: Final = dt.timedelta(days=400)
CANCELLED_SHOWN: Final = dt.timedelta(days=30)
"""How long after it was called off a meeting still stands in the calendar, as cancelled: readers fetch rarely."""

RIGHT_FOR: Final = {CalendarFeed.Kind.ENDPOINT: Right.VIEW_NETWORK, CalendarFeed.Kind.UNIT: Right.VIEW_MEETING}
_SHOWN: Final = (Meeting.Status.SCHEDULED, Meeting.Status.OPEN, Meeting.Status.CLOSED, Meeting.Status.ARCHIVED)
_OFF: Final = (Meeting.Status.CANCELLED, Meeting.Status.POSTPONED)


def feeds_of(user: User) -> QuerySet[CalendarFeed]:
    """The calendars in use that the user made, newest first."""
    return CalendarFeed.objects.filter(created_by=user, revoked_at__isnull=True).select_related(
        "endpoint__unit", "unit"
    )


def feed_of(user: User, feed_id: int) -> CalendarFeed:
    """One of the user's own that is in use. Raises FeedNotFound."""
    feed = feeds_of(user).filter(pk=feed_id).first()
    if feed is None:
        raise FeedNotFound(feed=feed_id)
    return feed


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def feed_by_secret(secret: str) -> CalendarFeed:
    """The calendar of that address, if its maker may still see what it shows. Raises FeedNotFound."""
    feeds = CalendarFeed.objects.select_related("created_by", "endpoint__unit", "unit")
    feed = feeds.filter(digest=digest_of(secret), revoked_at__isnull=True).first()
    if feed is None or not may_see(feed.created_by, feed):
        raise FeedNotFound
    return feed


def may_see(user: User, feed: CalendarFeed) -> bool:
    """Whether the user holds the right that such a calendar needs, over its endpoint's unit or its unit."""
    if not user.is_active:
        return False
    if feed.kind == CalendarFeed.Kind.PERSON:
        return person_of(user) is not None
    unit = feed.endpoint.unit if feed.endpoint is not None else feed.unit
    right = RIGHT_FOR[CalendarFeed.Kind(feed.kind)]
    return unit is not None and decide(grants_of(user), right, unit.path).allowed


@dataclass(frozen=True)
class Shown:
    """A calendar at a moment: its name, its entries by time, and a mark that is another when any of it is."""

    name: str
    entries: Sequence[Entry]
    mark: str


def shown(feed: CalendarFeed, now: dt.datetime) -> Shown:
    """At most five queries, however many meetings. Drafts are in no calendar, and nobody invited is named. What Central
    convenes stands in the calendars of the endpoints that it holds and of the unit for which it was entered."""
    user = feed.created_by
    meetings = _meetings(feed).filter(starts_at__gt=now - BEHIND, starts_at__lt=now + AHEAD)
    recently = Q(status__in=_OFF, booking__isnull=False, changed_at__gt=now - CANCELLED_SHOWN)
    rows = meetings.filter(Q(status__in=_SHOWN) | recently).annotate(place=_place(feed)).order_by("starts_at", "pk")
    rows = rows.select_related("host_endpoint__unit")
    places = _places(rows) if feed.kind == CalendarFeed.Kind.PERSON else {}
    entries = [_entry(row, feed, places) for row in rows]
    blocks = _blocks(feed).filter(starts_at__gt=now - BEHIND, starts_at__lt=now + AHEAD)
    entries += [_block(row, feed) for row in blocks.select_related("host_endpoint__unit").order_by("starts_at", "pk")]
    entries.sort(key=attrgetter("starts_at"))
    person = person_of(user)
    name = feed.target_name or (person.full_name if person is not None else str(user))
    # Whatever stands in the text stands in the mark; to write the text takes far longer.
    mark = hashlib.sha256(repr((feed.pk, name, entries)).encode()).hexdigest()[:32]
    return Shown(name, entries, mark)


def _meetings(feed: CalendarFeed) -> QuerySet[Meeting]:
    if feed.kind == CalendarFeed.Kind.PERSON:
        return meetings_attended_by(feed.created_by)
    if feed.endpoint is not None:
        booked = BookedEndpoint.objects.filter(booking=OuterRef("booking"), endpoint=feed.endpoint)
        return Meeting.objects.filter(Exists(booked))
    if feed.unit is not None:
        return Meeting.objects.filter(unit__path__startswith=feed.unit.path)
    return Meeting.objects.none()


def _blocks(feed: CalendarFeed) -> QuerySet[Booking]:
    """Sessions from outside, which have no meeting of ours."""
    blocks = Booking.objects.filter(fixed=True).exclude(state=Booking.RELEASED)
    if feed.endpoint is not None:
        return blocks.filter(Exists(BookedEndpoint.objects.filter(booking=OuterRef("pk"), endpoint=feed.endpoint)))
    return blocks.filter(unit=feed.unit) if feed.unit is not None else blocks.none()


def _block(block: Booking, feed: CalendarFeed) -> Entry:
    place = feed.endpoint or block.host_endpoint
    return Entry(
        uid=f"block-{block.pk}-{block.created_at:%Y%m%d%H%M%S}@diem-cau",
        sequence=0,
        starts_at=block.starts_at,
        ends_at=block.ends_at,
        summary=block.title,
        modified_at=block.created_at,
        location=place.display_name if place is not None else "",
        description=block.owner_name,
    )


def _place(feed: CalendarFeed) -> Subquery:
    """The id of the endpoint at which the person of a calendar is expected."""
    people = Person.objects.filter(user=feed.created_by_id)
    own = Participant.objects.filter(meeting=OuterRef("pk"), person__in=people)
    return Subquery(own.values("endpoint")[:1])


def _places(rows: QuerySet[Meeting]) -> dict[int, Endpoint]:
    ids = {row.place for row in rows if row.place is not None}  # type: ignore[attr-defined]  # annotated by shown
    return {endpoint.pk: endpoint for endpoint in Endpoint.objects.select_related("unit").filter(pk__in=ids)}


def _entry(meeting: Meeting, feed: CalendarFeed, places: dict[int, Endpoint]) -> Entry:
    place = feed.endpoint or places.get(meeting.place or 0) or meeting.host_endpoint  # type: ignore[attr-defined]
    off = meeting.status in _OFF  # whoever postpones frees the time: until there is a new one it is off
    page = "tablet" if feed.kind == CalendarFeed.Kind.PERSON else "meeting"
    return Entry(
        uid=uid_of(meeting),
        sequence=meeting.version,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        summary=meeting.title,
        modified_at=meeting.changed_at,
        location=place.display_name if place is not None else "",
        status=Status.CANCELLED if off else Status.CONFIRMED,
        url=address_of(page, meeting.pk),
    )
