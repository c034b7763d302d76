"""When one endpoint can be used: its week, the times it is out of service, and the meetings that these hit."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts.decision import Right, rights_over
from accounts.errors import Forbidden, NotFound
from accounts.models import User
from accounts.selectors import grants_of, scope_filter
from rooms.models import BookedEndpoint, Closure, Endpoint, OpeningHours
from rooms.occupancy import live_in
from rooms.scheduling.intervals import Interval, hull
from rooms.scheduling.opening_hours import Span

HITS_NAMED = 20
State = Literal["running", "coming", "over"]


@dataclass(frozen=True, slots=True)
class Hit:
    """A session booked at the endpoint while it is out of service: it stays booked, its owner has to know."""

    booking: int
    title: str
    owner_name: str
    owner_phone: str
    owner_unit: str
    session: Interval
    hold: Interval


@dataclass(frozen=True, slots=True)
class ClosureLine:
    """A time out of service as the page lists it; `hits` of one that is over are not looked for."""

    closure: Closure
    state: State
    hits: Sequence[Hit] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Powers:
    """What the user may do with an endpoint: change its week, report it out of service."""

    manages: bool
    reports: bool


def powers_over(user: User | AnonymousUser, endpoint: Endpoint) -> Powers:
    """Its week belongs to whoever manages the network there; out of service reports, beside these, whoever works at
    the endpoint or runs meetings there (Right.SCAN: its technician and the secretariat)."""
    rights = rights_over(grants_of(user), endpoint.unit.path)
    return Powers(Right.MANAGE_NETWORK in rights, bool({Right.MANAGE_NETWORK, Right.SCAN} & rights))


def endpoint_for(user: User | AnonymousUser, code: str, *, manage: bool = False) -> tuple[Endpoint, Powers]:
    """The endpoint and what the user may do with it; with `manage` the week must be among it.

    Raises NotFound for one beyond the user's network, Forbidden for one that is only looked at.
    """
    rows = Endpoint.objects.filter(scope_filter(user, Right.VIEW_NETWORK, "unit__path"))
    found = rows.select_related("unit", "tier", "bridge", "contact").filter(code=code).first()
    if found is None:
        raise NotFound(endpoint=code)
    powers = powers_over(user, found)
    if not (powers.manages if manage else powers.reports):
        raise Forbidden(right=(Right.MANAGE_NETWORK if manage else Right.SCAN).value)
    return found, powers


def week_of(endpoint: Endpoint) -> dict[int, list[Span]]:
    """Weekday (Monday = 0) → its spans, ascending; empty for an endpoint that is always open. One query."""
    week: dict[int, list[Span]] = {}
    rows = OpeningHours.objects.filter(endpoint=endpoint).order_by("weekday", "opens")
    for weekday, opens, closes in rows.values_list("weekday", "opens", "closes"):
        week.setdefault(weekday, []).append((opens, closes))
    return week


def week_data(week: Mapping[int, Sequence[Span]]) -> dict[str, list[str]]:
    """The week for the journal: "0" to "6" → "07:30-11:30"."""
    return {
        str(weekday): [f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in spans]
        for weekday, spans in sorted(week.items())
        if spans
    }


def closures_of(endpoint: Endpoint) -> QuerySet[Closure]:
    """Every time that the endpoint was or will be out of service, the latest first."""
    return Closure.objects.filter(endpoint=endpoint).order_by("-starts_at", "-pk")


def hits(endpoint: Endpoint, closed: Interval) -> tuple[list[Hit], int]:
    """The first 20 bookings in force at the endpoint that overlap the interval, by time, and how many there are.

    Two queries.
    """
    rows = live_in_whole(endpoint, closed)
    return _hits(rows[:HITS_NAMED]), rows.count()


def live_in_whole(endpoint: Endpoint, closed: Interval) -> QuerySet[BookedEndpoint]:
    """The endpoint's shares of bookings in force that overlap the interval, by time."""
    return live_in(closed).filter(endpoint=endpoint).select_related("booking__unit").order_by("starts_at", "pk")


def _hits(rows: QuerySet[BookedEndpoint]) -> list[Hit]:
    return [
        Hit(
            row.booking_id,
            row.booking.title,
            row.booking.owner_name,
            row.booking.owner_phone,
            row.booking.unit.display_name,
            Interval(row.booking.starts_at, row.booking.ends_at),
            Interval(row.starts_at, row.ends_at),
        )
        for row in rows
    ]


def closure_lines(endpoint: Endpoint, closures: Sequence[Closure], now: dt.datetime) -> list[ClosureLine]:
    """The closures with the bookings that those not over hit from now on. One query at most."""
    ahead = [Interval(max(each.starts_at, now), each.ends_at) for each in closures if each.ends_at > now]
    booked = _hits(live_in_whole(endpoint, hull(ahead))) if ahead else []
    lines = []
    for each in closures:
        if each.ends_at <= now:
            lines.append(ClosureLine(each, "over"))
            continue
        left = Interval(max(each.starts_at, now), each.ends_at)
        state: State = "running" if each.starts_at <= now else "coming"
        lines.append(ClosureLine(each, state, [hit for hit in booked if hit.hold.overlaps(left)]))
    return lines


def closure_for(endpoint: Endpoint, closure_id: int) -> Closure:
    """Raises NotFound."""
    found = Closure.objects.filter(endpoint=endpoint, pk=closure_id).first()
    if found is None:
        raise NotFound(closure=closure_id)
    return found
