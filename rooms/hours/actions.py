"""What can be done to the hours of an endpoint: set its week, report it out of service, end that or take it back.

Each takes the lock of the endpoint first: whoever books it at that moment is before or after, not in between. Bookings
that stand are never touched; those who see the page are told of them.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import pairwise

from django.db import transaction
from django.utils import timezone

from accounts.errors import NotFound
from accounts.models import User
from accounts.selectors import person_of
from accounts.text import nfc
from audit.journal import record
from rooms.actions import CHAIN
from rooms.errors import ClosureInvalid, ClosureOver, HoursInvalid
from rooms.hours.selectors import week_data, week_of
from rooms.locking import lock_endpoints
from rooms.models import Closure, Endpoint, OpeningHours
from rooms.scheduling.opening_hours import Span


@transaction.atomic
def set_week(actor: User, endpoint: Endpoint, week: Mapping[int, Sequence[Span]]) -> None:
    """Give the endpoint these opening hours instead of its present ones; none at all: it is always open. The same week
    again changes nothing. Raises HoursInvalid."""
    for weekday, spans in week.items():
        edges = [edge for span in sorted(spans) for edge in span]
        if any(opens >= closes for opens, closes in spans) or any(a > b for a, b in pairwise(edges)):
            raise HoursInvalid(weekday=weekday)
    lock_endpoints([endpoint.code])
    before, after = week_data(week_of(endpoint)), week_data({day: sorted(spans) for day, spans in week.items()})
    if before == after:
        return
    OpeningHours.objects.filter(endpoint=endpoint).delete()
    OpeningHours.objects.bulk_create(
        OpeningHours(endpoint=endpoint, weekday=weekday, opens=opens, closes=closes)
        for weekday, spans in week.items()
        for opens, closes in spans
    )
    verb = "endpoint.hours_set" if after else "endpoint.always_open"
    _record(actor, verb, endpoint, {"before": before, "after": after})


@transaction.atomic
def report_closure(
    actor: User,
    endpoint: Endpoint,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    *,
    reason: str,
    reported_by: str | None = None,
) -> Closure:
    """The endpoint is out of service for that time. `reported_by` is who says so when it is not the actor.

    Raises ClosureInvalid for a time that is empty or over.
    """
    if ends_at <= starts_at:
        raise ClosureInvalid(fields={"end": "end_before_start"})
    if ends_at <= timezone.now():
        raise ClosureInvalid(fields={"end": "in_the_past"})
    lock_endpoints([endpoint.code])
    person = person_of(actor)
    closure = Closure.objects.create(
        endpoint=endpoint,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=nfc(reason).strip(),
        reported_by=reported_by if reported_by is not None else (person.full_name if person else str(actor)),
    )
    _record(
        actor,
        "closure.reported",
        endpoint,
        {"starts_at": starts_at, "ends_at": ends_at, "reason": closure.reason, "closure": closure.pk},
    )
    return closure


@transaction.atomic
def end_closure(actor: User, endpoint: Endpoint, closure_id: int) -> Closure | None:
    """The endpoint is in service again: what has begun ends now, what has not is taken back (then None).

    Raises NotFound, and ClosureOver for one that has ended.
    """
    lock_endpoints([endpoint.code])
    closure = Closure.objects.filter(endpoint=endpoint, pk=closure_id).first()
    if closure is None:
        raise NotFound(closure=closure_id)
    now = timezone.now().replace(microsecond=0)
    if closure.ends_at <= now:
        raise ClosureOver
    facts = {"starts_at": closure.starts_at, "ends_at": closure.ends_at, "reason": closure.reason}
    if closure.starts_at >= now:
        closure.delete()
        _record(actor, "closure.removed", endpoint, facts)
        return None
    closure.ends_at = now
    closure.save(update_fields=["ends_at"])
    _record(actor, "closure.ended", endpoint, {**facts, "ended_at": now})
    return closure


def _record(actor: User, verb: str, endpoint: Endpoint, data: dict[str, object]) -> None:
    record(
        actor,
        verb,
        chain=CHAIN,
        object_type="endpoint",
        object_id=endpoint.pk,
        label=str(endpoint),
        data=data,
    )
