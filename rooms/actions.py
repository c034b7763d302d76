"""What can be done to the rooms: look whether a booking would fit, book, change, release.

`check` and `reserve` stand on one judge, `_judge`; the only difference is that `reserve` holds the locks while it asks.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from accounts.selectors import person_of
from accounts.text import nfc
from audit.journal import record
from rooms.errors import BookingConflict, refusal_of
from rooms.freed import freed
from rooms.ledger import write_ports
from rooms.locking import guarded, lock_booking, lock_bridges, lock_endpoints
from rooms.models import BookedEndpoint, Booking, Endpoint, Tier
from rooms.network import Network, network
from rooms.occupancy import (
    claims_in,
    closures_in,
    loads_in,
    ways_of,
)
from rooms.rows import conflict_rows
from rooms.scheduling.capacity import Demand, Load
from rooms.scheduling.conflicts import Claim, ClosedPeriod, ScheduleRequest, Verdict, examine, request_demand
from rooms.scheduling.errors import SchedulingInvalid
from rooms.scheduling.intervals import Interval
from rooms.scheduling.suggestions import largest_free_subset
from rooms.scheduling.ways import ways_data, ways_within
from rooms.scheduling.ways_out import with_ways_out
from rooms.selectors import tiers
from rooms.statements import Joining, write_shares
from rooms.wishes import BookingRequest, require_times

CHAIN = "network"
OnConflict = Literal["refuse", "skip"]


@dataclass(frozen=True)
class _Scene:
    """All that the judge looks at, and its verdict."""

    request: ScheduleRequest
    known: Network
    claims: Sequence[Claim]
    closures: Sequence[ClosedPeriod]
    loads: Sequence[Load]
    needed: Demand
    verdict: Verdict

    def free_part(self) -> tuple[str, ...]:
        known = self.known
        return largest_free_subset(self.request, known.facts, self.claims, self.closures, known.bridges, self.loads)

    def demand_of(self, endpoints: Sequence[str]) -> Demand:
        """The ports that these take, all that were asked for or the free part of them."""
        if len(endpoints) == len(self.request.endpoints):
            return self.needed
        return request_demand(self.request.reduced_to(endpoints), self.known.facts, self.known.bridges)


def _judge(request: ScheduleRequest, *, locking: bool) -> _Scene:
    """Four queries, three more with locks, one more when somebody has an endpoint; another three when the network has
    changed. Raises the refusals of rooms.errors."""
    if locking:
        lock_endpoints(request.endpoints)
    known = network()
    try:
        needed = request_demand(request, known.facts, known.bridges)
        if locking and needed.ports:
            lock_bridges(needed.ports.keys())
            seen, known = known, network()
            if known is not seen:
                needed = request_demand(request, known.facts, known.bridges)
        facts, bridges = known.facts, known.bridges
        claims = claims_in(known, request.hold, request.endpoints)
        closures = closures_in(known, request.hold, request.endpoints)
        loads = loads_in(known, request.hold)
        verdict = examine(request, facts, claims, closures, bridges, loads, needed)
        if verdict.short_of_ports:
            verdict = with_ways_out(verdict, request, facts, bridges, loads, known.places)
    except SchedulingInvalid as error:
        raise refusal_of(error) from error
    return _Scene(request, known, claims, closures, loads, needed, verdict)


def check(request: BookingRequest, *, booking: Booking | None = None) -> Verdict:
    """What would stand in the way of the request now; books nothing, locks nothing.

    `booking` is the one being changed: what it holds itself does not count. Raises the refusals of rooms.errors.
    """
    return _judge(request.scheduled(booking), locking=False).verdict


def require_free(request: BookingRequest, *, booking: Booking | None = None) -> None:
    """Look before waiting for any lock: whoever comes too late is told at once, and holds nobody up meanwhile.

    What is free here may be taken when the locks are there; reserve and rebook look again. `booking` as in `check`.
    Raises BookingConflict and the refusals of rooms.errors.
    """
    verdict = check(request, booking=booking)
    if not verdict.fits:
        raise BookingConflict(conflict_rows(verdict.conflicts), verdict)


def reserve(actor: User, request: BookingRequest, *, on_conflict: OnConflict = "refuse", held: bool = False) -> Booking:
    """Book all of the request, or, with "skip", the greatest part of it that is free. `held` keeps it for somebody who
    has not agreed yet; rebook puts such a booking in force, release lets it go.

    Raises BookingConflict, with nothing booked, when something stands in the way; with "skip" when nothing is free or
    the main endpoint is not. Raises the refusals of rooms.errors.
    """
    return guarded(lambda: _reserve(actor, request, on_conflict, held=held))


def _reserve(actor: User, request: BookingRequest, on_conflict: OnConflict, *, held: bool) -> Booking:
    scene = _judge(request.scheduled(), locking=True)
    request = _fitting(request, scene, on_conflict)
    person = person_of(actor)
    booking = Booking(
        owner=actor,
        owner_name=person.full_name if person is not None else str(actor),
        owner_phone=person.phone if person is not None else "",
    )
    _write(booking, request)
    if held:
        booking.state = Booking.HELD
    booking.save()
    _hold(booking, request, scene, new=True)
    _record(actor, "booking.held" if held else "booking.made", booking, _data(request))
    return booking


def _fitting(request: BookingRequest, scene: _Scene, on_conflict: OnConflict) -> BookingRequest:
    if scene.verdict.fits:
        return request
    free = scene.free_part() if on_conflict == "skip" else ()
    if not free or (request.host_endpoint is not None and request.host_endpoint not in free):
        raise BookingConflict(conflict_rows(scene.verdict.conflicts), scene.verdict)
    return replace(request, endpoints=free, ways=ways_within(request.ways, free, request.host_endpoint))


def rebook(actor: User, booking: Booking, request: BookingRequest, *, on_conflict: OnConflict = "refuse") -> Booking:
    """Give the booking another time, other endpoints or another title, and put it in force if it was released.

    All or nothing: when something stands in the way, BookingConflict is raised and the booking stays exactly as it was.
    Of what it holds already nothing is taken away and asked for again. Raises the refusals of rooms.errors.
    """
    return guarded(lambda: _rebook(actor, booking, request, on_conflict))


def _rebook(actor: User, booking: Booking, request: BookingRequest, on_conflict: OnConflict) -> Booking:
    booking = lock_booking(booking)
    before, window = _held(booking), Interval(booking.hold_starts_at, booking.hold_ends_at)
    scene = None
    if not _same_hold(booking, before, request):
        scene = _judge(request.scheduled(booking), locking=True)
        request = _fitting(request, scene, on_conflict)
    _write(booking, request)
    booking.save()
    if scene is not None:
        _hold(booking, request, scene)
    _record(actor, "booking.changed", booking, {"endpoints_before": sorted(before), **_data(request)})
    if scene is not None:
        freed.send(Booking, window=window)
    return booking


@transaction.atomic
def release(actor: User | None, booking: Booking) -> Booking:
    """Let go of the endpoints and ports; which they were stays known. Releasing twice changes nothing. `actor` None:
    the system itself, when the time of an offer is over."""
    booking = lock_booking(booking)
    if booking.state == Booking.RELEASED:
        return booking
    booking.state = Booking.RELEASED
    booking.save(update_fields=["state"])
    booking.booked_endpoints.update(released=True)
    booking.booked_ports.update(released=True)
    _record(actor, "booking.released", booking, {"endpoints": sorted(_held(booking))})
    freed.send(Booking, window=Interval(booking.hold_starts_at, booking.hold_ends_at))
    return booking


def extend(actor: User, booking: Booking, ends_at: dt.datetime, *, teardown_minutes: int) -> Booking:
    """Hold everything that the booking holds until a later end, all or nothing.

    Only the time that is added is asked about: what runs already is nobody else's to refuse. Raises BookingConflict,
    with the booking exactly as it was, and the refusals of require_times.
    """
    return guarded(lambda: _extend(actor, booking, ends_at, teardown_minutes))


def _extend(actor: User, booking: Booking, ends_at: dt.datetime, teardown_minutes: int) -> Booking:
    booking = lock_booking(booking)
    hold_ends_at = ends_at + dt.timedelta(minutes=teardown_minutes)
    require_times(booking.hold_starts_at, hold_ends_at)
    codes = sorted(_held(booking))
    before = booking.ends_at
    if hold_ends_at > booking.hold_ends_at:
        host = booking.host_endpoint.code if booking.host_endpoint is not None else None
        added = ScheduleRequest(
            endpoints=tuple(codes),
            starts_at=booking.hold_ends_at,
            ends_at=hold_ends_at,
            host=host,
            booking=booking.pk,
            local=booking.local,
            ways=ways_of(booking.pk),
        )
        verdict = _judge(added, locking=True).verdict
        if not verdict.fits:
            raise BookingConflict(conflict_rows(verdict.conflicts), verdict)
    booking.ends_at, booking.hold_ends_at = ends_at, max(hold_ends_at, booking.hold_ends_at)
    booking.save(update_fields=["ends_at", "hold_ends_at"])
    _until(booking, booking.hold_ends_at)
    _record(
        actor, "booking.extended", booking, {"endpoints": codes, "ends_at_before": before, "ends_at": booking.ends_at}
    )
    return booking


@transaction.atomic
def end_early(actor: User, booking: Booking, at: dt.datetime) -> Booking:
    """Let go of the rest of a booking whose session ended at `at`: endpoints and ports are free from then on.

    What was held until then stays as it was. A hold that had not begun is released as a whole, and one that is over
    stays. Ending twice changes nothing.
    """
    booking = lock_booking(booking)
    if booking.state == Booking.RELEASED or at >= booking.hold_ends_at:
        return booking
    held_until = booking.hold_ends_at
    if at <= booking.hold_starts_at:
        return release(actor, booking)
    booking.ends_at = min(booking.ends_at, at)
    if booking.ends_at <= booking.starts_at:
        booking.starts_at = booking.hold_starts_at
    booking.hold_ends_at = at
    booking.save(update_fields=["starts_at", "ends_at", "hold_ends_at"])
    _until(booking, at)
    _record(
        actor,
        "booking.ended",
        booking,
        {"endpoints": sorted(_held(booking)), "held_until": held_until, "ended_at": at},
    )
    freed.send(Booking, window=Interval(at, held_until))
    return booking


def _until(booking: Booking, ends_at: dt.datetime) -> None:
    booking.booked_endpoints.update(ends_at=ends_at)
    booking.booked_ports.update(ends_at=ends_at)


def _held(booking: Booking) -> set[str]:
    return set(booking.booked_endpoints.values_list("endpoint__code", flat=True))


def _same_hold(booking: Booking, held: set[str], request: BookingRequest) -> bool:
    """Whether the request only renames: then no one else's time is touched and nothing needs to be asked."""
    host = booking.host_endpoint.code if booking.host_endpoint is not None else None
    present = (booking.state, booking.starts_at, booking.ends_at, booking.hold_starts_at, booking.hold_ends_at)
    start, end = _hold_of(request)
    wanted = (Booking.BOOKED, request.starts_at, request.ends_at, start, end)
    same_rooms = held == set(request.endpoints) and host == request.host_endpoint
    same_way = booking.local == request.local and ways_of(booking.pk) == request.ways
    return present == wanted and same_rooms and same_way


def _hold_of(request: BookingRequest) -> tuple[dt.datetime, dt.datetime]:
    return (
        request.starts_at - dt.timedelta(minutes=request.setup_minutes),
        request.ends_at + dt.timedelta(minutes=request.teardown_minutes),
    )


def _write(booking: Booking, request: BookingRequest) -> None:
    booking.title = nfc(request.title).strip()
    booking.unit = request.unit
    booking.tier = Tier.objects.filter(code=request.unit.tier).first()
    booking.starts_at, booking.ends_at = request.starts_at, request.ends_at
    booking.hold_starts_at, booking.hold_ends_at = _hold_of(request)
    booking.local = request.local
    booking.state = Booking.BOOKED
    host = request.host_endpoint
    booking.host_endpoint = Endpoint.objects.get(code=host) if host is not None else None
    if request.outside is not None:
        booking.fixed, booking.tier = True, tiers().first()
        booking.owner_name = nfc(request.outside.convener).strip()
        booking.owner_phone = nfc(request.outside.phone).strip()


def _hold(booking: Booking, request: BookingRequest, scene: _Scene, *, new: bool = False) -> None:
    """Make the shares of the booking, and the ports written down for it, those of the request: drop, move and add.
    `new`: it has none yet."""
    wanted, bridges = scene.known.ids_of(request.endpoints), scene.known.bridge_ids
    needed = scene.demand_of(request.endpoints)
    joined = _joinings(request, needed, wanted, bridges)
    start, end = booking.hold_starts_at, booking.hold_ends_at
    if new:
        write_shares(booking.pk, Interval(start, end), joined)
        write_ports(booking, needed, bridges, new=True)
        return
    shares = BookedEndpoint.objects.filter(booking=booking)
    present: dict[int, Joining] = {
        pk: (way, bridge, relay)
        for pk, way, bridge, relay in shares.values_list("endpoint_id", "way", "bridge_id", "relay_id")
    }
    gone = [pk for pk in present if pk not in joined]
    if gone:
        shares.filter(endpoint__in=gone).delete()
    if len(gone) < len(present):
        shares.update(starts_at=start, ends_at=end, released=False)
    if added := {pk: joining for pk, joining in joined.items() if pk not in present}:
        write_shares(booking.pk, Interval(start, end), added)
    _rejoin(shares, {pk: joined[pk] for pk, joining in present.items() if pk in joined and joined[pk] != joining})
    write_ports(booking, needed, bridges)


def _joinings(
    request: BookingRequest, needed: Demand, ids: Mapping[str, int], bridges: Mapping[str, int]
) -> dict[int, Joining]:
    """How each endpoint, by id, joins."""
    joined: dict[int, Joining] = dict.fromkeys(ids.values(), (BookedEndpoint.Way.PORT, None, None))
    for bridge, codes in needed.endpoints.items():
        joined |= dict.fromkeys((ids[code] for code in codes), (BookedEndpoint.Way.PORT, bridges[bridge], None))
    if not request.local:
        for code, way in request.ways.items():
            if way.relay is not None:
                joined[ids[code]] = (BookedEndpoint.Way.RELAY, None, ids[way.relay])
            elif way.receive:
                joined[ids[code]] = (BookedEndpoint.Way.RECEIVE, None, None)
    return joined


def _rejoin(shares: QuerySet[BookedEndpoint], joined: Mapping[int, Joining]) -> None:
    """Write down how these endpoints, by id, join from now on."""
    together: defaultdict[Joining, list[int]] = defaultdict(list)
    for endpoint, joining in joined.items():
        together[joining].append(endpoint)
    for (way, bridge, relay), endpoints in together.items():
        shares.filter(endpoint__in=endpoints).update(way=way, bridge=bridge, relay=relay)


def _data(request: BookingRequest) -> dict[str, object]:
    return {
        "endpoints": list(request.endpoints),
        "host_endpoint": request.host_endpoint,
        "starts_at": request.starts_at,
        "ends_at": request.ends_at,
        "setup_minutes": request.setup_minutes,
        "teardown_minutes": request.teardown_minutes,
        "local": request.local,
        **({"ways": ways_data(request.ways)} if request.ways else {}),
        **({"convened_by": request.outside.convener} if request.outside is not None else {}),
    }


def _record(actor: User | None, verb: str, booking: Booking, data: dict[str, object]) -> None:
    record(
        actor,
        verb,
        chain=CHAIN,
        object_type="booking",
        object_id=booking.pk,
        label=booking.title,
        data=data,
    )
