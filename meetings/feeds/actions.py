"""What can be done with calendars: make an address, make it void, put a new one in its place."""

import secrets

from django.db import transaction
from django.utils import timezone

from accounts.actions import CHAIN
from accounts.errors import Forbidden
from accounts.models import Unit, User
from audit.journal import record
from meetings.feeds.errors import FeedNotFound, TooManyFeeds
from meetings.feeds.models import CalendarFeed
from meetings.feeds.selectors import RIGHT_FOR, digest_of, may_see
from rooms.models import Endpoint

MOST_IN_USE = 50
Kind = CalendarFeed.Kind


@transaction.atomic
def make_feed(
    actor: User, kind: CalendarFeed.Kind, *, endpoint: Endpoint | None = None, unit: Unit | None = None
) -> tuple[CalendarFeed, str]:
    """A new calendar of the actor's and its secret, 256 bits, which is told this once; only its SHA-256 is kept.

    Raises Forbidden when the actor may not see what it would show, TooManyFeeds.
    """
    secret = secrets.token_urlsafe(32)
    feed = CalendarFeed(created_by=actor, kind=kind, endpoint=endpoint, unit=unit, digest=digest_of(secret))
    if not may_see(actor, feed):
        raise Forbidden(right=RIGHT_FOR[kind].value if kind in RIGHT_FOR else "person")
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    if CalendarFeed.objects.filter(created_by=actor, revoked_at__isnull=True).count() >= MOST_IN_USE:
        raise TooManyFeeds(most=MOST_IN_USE)
    feed.save()
    _record(actor, "calendar.made", feed)
    return feed, secret


@transaction.atomic
def revoke_feed(actor: User, feed: CalendarFeed) -> None:
    """Whoever has its address sees nothing any more. Raises FeedNotFound when it is void already."""
    feed = _locked(feed)
    feed.revoked_at = timezone.now()
    feed.save(update_fields=["revoked_at"])
    _record(actor, "calendar.revoked", feed)


@transaction.atomic
def renew_feed(actor: User, feed: CalendarFeed) -> tuple[CalendarFeed, str]:
    """The same calendar under a new address; the old one is void. Raises as make_feed and revoke_feed."""
    revoke_feed(actor, feed)
    return make_feed(actor, Kind(feed.kind), endpoint=feed.endpoint, unit=feed.unit)


def _locked(feed: CalendarFeed) -> CalendarFeed:
    rows = CalendarFeed.objects.select_for_update(of=("self",)).select_related("endpoint__unit", "unit")
    found = rows.filter(pk=feed.pk, revoked_at__isnull=True).first()
    if found is None:
        raise FeedNotFound(feed=feed.pk)
    return found


def _record(actor: User, verb: str, feed: CalendarFeed) -> None:
    target = feed.endpoint.code if feed.endpoint is not None else feed.unit.code if feed.unit is not None else ""
    label = feed.target_name or str(actor)
    data: dict[str, object] = {"kind": feed.kind, "target": target}
    record(actor, verb, chain=CHAIN, object_type="calendar", object_id=feed.pk, label=label, data=data)
