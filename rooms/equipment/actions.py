"""Taking lists of bridges and endpoints over. What is named is made or put right; what is not named stays as it is."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Unit, User
from accounts.text import fold
from accounts.units.rows import Problem
from audit.journal import record
from rooms.actions import CHAIN
from rooms.equipment.rows import BridgeLine, EndpointLine, EquipmentRejected, circles
from rooms.ledger import BATCH, recount
from rooms.locking import lock_bookings, lock_bridges, lock_endpoints
from rooms.models import BookedEndpoint, Booking, Bridge, Endpoint, Tier
from rooms.network import network
from rooms.occupancy import loads_in
from rooms.scheduling.capacity import NOTHING, link_profiles, port_profiles
from rooms.scheduling.intervals import Interval

AHEAD = dt.timedelta(days=3660)
_Row = TypeVar("_Row", Bridge, Endpoint)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a list did, in rows."""

    created: int
    changed: int
    unchanged: int


@transaction.atomic
def load_bridges(actor: User | None, lines: Sequence[BridgeLine], *, source: str = "") -> Loaded:
    """Make and put right the bridges; all of them or none. Raises EquipmentRejected with every reason why not."""
    bookings = _coming()
    lock_bookings(bookings)
    lock_bridges([*Bridge.objects.values_list("code", flat=True)])
    standing = {bridge.code: bridge for bridge in Bridge.objects.select_related("parent")}
    units = _units(line.unit for line in lines)
    problems = [Problem(line.row, "unit", "unit_missing", line.unit) for line in lines if line.unit not in units]
    known = {*standing, *(line.code for line in lines)}
    problems += [
        Problem(line.row, "parent", "bridge_missing", line.parent)
        for line in lines
        if line.parent and line.parent not in known
    ]
    parents = {code: bridge.parent.code if bridge.parent else "" for code, bridge in standing.items()}
    problems += circles(lines, parents)
    if problems:
        raise EquipmentRejected(problems)
    tally = _Tally()
    for line in lines:
        facts = {"name": line.name, "unit": units[line.unit], "ports": line.ports, "link_ports": line.link_ports}
        standing[line.code] = tally.write(standing.get(line.code) or Bridge(code=line.code), facts)
    for line in lines:
        tally.write(standing[line.code], {"parent": standing.get(line.parent)})
    if any(parents.get(line.code, line.parent) != line.parent for line in lines):
        recount(bookings, network().bridges)
    return _finish(actor, "bridges.loaded", tally, source)


@transaction.atomic
def load_endpoints(
    actor: User | None, lines: Sequence[EndpointLine], *, valid_from: dt.date, source: str = ""
) -> Loaded:
    """Make and put right the endpoints; new ones are in use from `valid_from` on. Raises EquipmentRejected."""
    bookings = _coming()
    lock_bookings(bookings)
    lock_endpoints([line.code for line in lines])
    lock_bridges([*Bridge.objects.values_list("code", flat=True)])
    standing = {each.code: each for each in Endpoint.objects.filter(code__in=[line.code for line in lines])}
    units = _units(line.unit for line in lines)
    tiers = {tier.code: tier for tier in Tier.objects.all()}
    bridges = {bridge.code: bridge for bridge in Bridge.objects.all()}
    problems = []
    for line in lines:
        unit = units.get(line.unit)
        if unit is None:
            problems.append(Problem(line.row, "unit", "unit_missing", line.unit))
        elif (line.tier or unit.tier) not in tiers:
            problems.append(Problem(line.row, "tier", "tier_unknown", line.tier or unit.tier, ", ".join(tiers)))
        if line.bridge and line.bridge not in bridges:
            problems.append(Problem(line.row, "bridge", "bridge_missing", line.bridge))
    if problems:
        raise EquipmentRejected(problems)
    before = {each.pk: each.bridge_id for each in standing.values()}
    tally = _Tally()
    for line in lines:
        unit = units[line.unit]
        name = line.name or unit.name
        facts = {
            "name": name,
            "name_en": line.name_en,
            "unit": unit,
            "tier": tiers[line.tier or unit.tier],
            "bridge": bridges.get(line.bridge),
            "seats": line.seats,
            "active": line.active,
            "search_text": fold(f"{line.code} {name} {line.name_en}")[:220],
        }
        tally.write(standing.get(line.code) or Endpoint(code=line.code, valid_from=valid_from), facts)
    _take_along(bookings, before, standing.values())
    return _finish(actor, "endpoints.loaded", tally, source)


def _coming() -> QuerySet[Booking]:
    """The bookings that are not over, and those released, which may be put in force again."""
    return Booking.objects.filter(Q(hold_ends_at__gt=timezone.now()) | Q(state=Booking.RELEASED))


def _take_along(bookings: QuerySet[Booking], before: Mapping[int, int | None], endpoints: Iterable[Endpoint]) -> None:
    """What is booked for an endpoint on the bridge that was its own takes its port on the new one."""
    moved: defaultdict[tuple[int | None, int | None], list[int]] = defaultdict(list)
    for endpoint in endpoints:
        if before[endpoint.pk] != endpoint.bridge_id:
            moved[before[endpoint.pk], endpoint.bridge_id].append(endpoint.pk)
    touched: set[int] = set()
    changes: list[tuple[list[int], int | None]] = []
    for (old, new), pks in moved.items():
        rows = BookedEndpoint.objects.filter(
            endpoint__in=pks, bridge=old, way=BookedEndpoint.Way.PORT, booking__in=bookings.filter(local=False)
        )
        shares = dict(rows.values_list("pk", "booking_id"))
        touched.update(shares.values())
        changes.append((list(shares), new))
    for shares_moved, new in changes:
        for part in _parts(shares_moved):
            BookedEndpoint.objects.filter(pk__in=part).update(bridge=new)
    bridges = network().bridges
    for part in _parts(sorted(touched)):
        recount(Booking.objects.filter(pk__in=part), bridges)


def _parts(pks: Sequence[int]) -> Iterator[Sequence[int]]:
    return (pks[start : start + BATCH] for start in range(0, len(pks), BATCH))


class _Tally:
    """Writes rows where they differ and counts what became of each."""

    def __init__(self) -> None:
        self.made: set[str] = set()
        self.changed: set[str] = set()
        self.seen: set[str] = set()

    def write(self, row: _Row, facts: Mapping[str, object]) -> _Row:
        self.seen.add(row.code)
        new = row.pk is None
        if not new and all(getattr(row, name) == value for name, value in facts.items()):
            return row
        for name, value in facts.items():
            setattr(row, name, value)
        row.save()
        (self.made if new else self.changed).add(row.code)
        return row

    def loaded(self) -> Loaded:
        changed = self.changed - self.made
        return Loaded(len(self.made), len(changed), len(self.seen - self.made - changed))


def _units(codes: Iterable[str]) -> dict[str, Unit]:
    rows = Unit.objects.valid(on=timezone.localdate()).filter(code__in=set(codes))
    return {unit.code: unit for unit in rows}


def _finish(actor: User | None, verb: str, tally: _Tally, source: str) -> Loaded:
    """Refuse what meetings to come do not fit into any more; else note it in the journal."""
    _refuse_short()
    loaded = tally.loaded()
    data = {"created": sorted(tally.made), "changed": sorted(tally.changed - tally.made)}
    record(actor, verb, chain=CHAIN, object_type="equipment", object_id=source, label=source, data=data)
    return loaded


def _refuse_short() -> None:
    now = timezone.now()
    window = Interval(now, now + AHEAD)
    bridges = network().bridges
    loads = loads_in(network(), window)
    ports, links = port_profiles(loads), link_profiles(loads)
    problems = []
    for bridge in bridges:
        taken, linked = (each.get(bridge.code, NOTHING).peak(window) for each in (ports, links))
        if taken > bridge.ports:
            problems.append(Problem(0, "ports", "ports_in_use", bridge.code, str(taken)))
        if bridge.link_ports is not None and linked > bridge.link_ports:
            problems.append(Problem(0, "link_ports", "links_in_use", bridge.code, str(linked)))
    if problems:
        raise EquipmentRejected(problems)
