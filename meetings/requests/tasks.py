"""The work of the background worker for requests and for the line of those who wait."""

import datetime as dt

from django.utils import timezone
from django_tasks import task

from meetings.requests.actions import lapse_requests
from meetings.requests.line_actions import end_offers, end_waiting, offer_slots
from rooms.scheduling.intervals import Interval


@task()
def offer_freed(start: str, end: str) -> int:
    """Something within this time (RFC 3339) was let go: offer it to those who wait. Returns how many offers."""
    return offer_slots(timezone.now(), Interval(dt.datetime.fromisoformat(start), dt.datetime.fromisoformat(end)))


def look_after_requests(now: dt.datetime) -> None:
    """What time alone brings about: requests and offers lapse, and what became free without an act is offered."""
    lapse_requests(now)
    end_offers(now)
    end_waiting(now)
    offer_slots(now)
