"""Reads of a reorganisation: what stands on its eve, what was decided, and what its plan would do to what is booked."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from accounts.decision import Right
from accounts.errors import Forbidden, NotFound
from accounts.models import Membership, Person, Succession, Unit, User
from accounts.selectors import require, scope_filter
from accounts.units.rows import Problem, UnitLine
from rooms.models import (
    BookedEndpoint,
    Bridge,
    ComingUnit,
    Endpoint,
    EndpointChange,
    EndpointGroup,
    EndpointPlace,
    PassingUnit,
    Reorganisation,
)
from rooms.network import network
from rooms.reorganisation.plan import Draft, Move, Passage, Plan, Room, Standing, Wish, complete, make_plan
from rooms.scheduling.capacity import NOTHING, Load, demand, link_profiles, port_profiles
from rooms.scheduling.intervals import Interval

AHEAD = dt.timedelta(days=3660)
_HELD = dt.timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Share:
    """One endpoint's part in a session that is still to come; `bridge` is whose port it takes, "" for none."""

    booking: int
    title: str
    owner: str
    starts_at: dt.datetime
    interval: Interval
    local: bool
    host: str
    endpoint: str
    bridge: str
    port: bool


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a plan would break what is booked. `kind` is closed (the endpoint is gone by then), ports or links (the
    bridge has `capacity`, the sessions of that time would take `level`)."""

    kind: str
    endpoint: str
    booking: int
    title: str
    owner: str
    starts_at: dt.datetime
    bridge: str = ""
    capacity: int = 0
    level: int = 0


@dataclass(frozen=True, slots=True)
class Concerned:
    """A session to come with the endpoints of it that change."""

    booking: int
    title: str
    owner: str
    starts_at: dt.datetime
    moves: tuple[Move, ...]


@dataclass(slots=True)
class Scene:
    """All that a reorganisation stands on: the network on its eve and the decisions, and the plan that follows."""

    reorganisation: Reorganisation
    units: dict[str, Unit]
    draft: Draft
    plan: Plan
    endpoints: dict[str, Endpoint] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    roles: dict[str, int] = field(default_factory=dict)


def reorganisations_for(user: User | AnonymousUser) -> QuerySet[Reorganisation]:
    """Those of the units whose network the user manages, latest day first."""
    return Reorganisation.objects.filter(scope_filter(user, Right.MANAGE_NETWORK, "unit__path"))


def reorganisation_for(user: User | AnonymousUser, number: int) -> Reorganisation:
    """One of them. Raises Forbidden for who manages no network, NotFound, and Forbidden when it holds units out of the
    user's reach: it is then for somebody above."""
    require(user, Right.MANAGE_NETWORK)
    found = reorganisations_for(user).filter(pk=number).first()
    if found is None:
        raise NotFound(reorganisation=number)
    beyond = PassingUnit.objects.filter(~scope_filter(user, Right.MANAGE_NETWORK, "unit__path"), reorganisation=found)
    if beyond.exists():
        raise Forbidden(right=Right.MANAGE_NETWORK.value)
    return found


def reach_of(user: User | None, path: str) -> Q:
    """What the actor may reorganise; the console of the machine itself everything."""
    return Q() if user is None else scope_filter(user, Right.MANAGE_NETWORK, path)


def eve_units(user: User | None, on: dt.date) -> dict[str, Unit]:
    """The units within reach that stood on the eve of the day and did not end later, by code. One query."""
    rows = Unit.objects.filter(reach_of(user, "path"), Q(valid_to=None) | Q(valid_to=on), valid_from__lt=on)
    return {unit.code: unit for unit in rows.select_related("parent").order_by("pk")}


def scene_of(user: User | None, reorganisation: Reorganisation) -> Scene:
    """The reorganisation with its plan. Twelve queries, whatever its size."""
    on = reorganisation.on
    units = eve_units(user, on)
    passing = {row.unit.code: row for row in reorganisation.passing_units.select_related("unit")}
    draft = complete(
        {code: _standing(unit, on) for code, unit in units.items()},
        _coming(user, reorganisation),
        {code: passage_of(row) for code, row in passing.items()},
        listed=reorganisation.listed,
    )
    rows = Endpoint.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on), reach_of(user, "unit__path"))
    own = {unit.pk: code for code, unit in units.items()}
    endpoints = {row.code: row for row in rows.select_related("bridge", "unit", "tier") if row.unit_id in own}
    wishes = {row.endpoint.code: wish_of(row) for row in _changes(reorganisation)}
    plan = make_plan(draft, [as_room(row) for row in endpoints.values()], wishes, on=on)
    plan.problems += [Problem(0, "endpoint", "changed_later", code) for code in wishes if code not in endpoints]
    scene = Scene(reorganisation, units, draft, plan, endpoints)
    _count_people(scene)
    _check_rows(user, scene)
    return scene


def _changes(reorganisation: Reorganisation) -> QuerySet[EndpointChange]:
    return reorganisation.endpoint_changes.select_related("endpoint", "bridge")


def _standing(unit: Unit, on: dt.date) -> Standing:
    parent = unit.parent.code if unit.parent is not None else ""
    return Standing(unit.code, unit.name, unit.kind, unit.tier, parent, ended=unit.valid_to == on)


def passage_of(row: PassingUnit) -> Passage:
    return Passage(row.unit.code, tuple((code, share) for code, share in row.shares), row.decision, row.heir)


def wish_of(row: EndpointChange) -> Wish:
    bridge = row.bridge.code if row.bridge is not None else ""
    return Wish(row.endpoint.code, row.decision, row.unit_code, row.name, bridge, row.closes_on)


def as_room(endpoint: Endpoint) -> Room:
    bridge = endpoint.bridge.code if endpoint.bridge is not None else ""
    return Room(endpoint.code, endpoint.name, endpoint.unit.code, endpoint.tier_id, bridge)


def _coming(user: User | None, reorganisation: Reorganisation) -> dict[str, UnitLine]:
    """The units that are to stand, and those that stand from the day on already."""
    begun = Unit.objects.filter(reach_of(user, "path"), valid_to=None, valid_from=reorganisation.on)
    lines = {unit.code: _line(unit, unit.parent.code if unit.parent else "") for unit in begun.select_related("parent")}
    rows = ComingUnit.objects.filter(reorganisation=reorganisation)
    return lines | {row.code: _line(row, row.parent_code) for row in rows}


def _line(row: Unit | ComingUnit, parent_code: str) -> UnitLine:
    return UnitLine(0, row.code, row.name, row.kind, row.tier, parent_code, row.lat, row.lon)


def _count_people(scene: Scene) -> None:
    """People and roles at the units that end. Two queries."""
    codes = {unit.pk: code for code, unit in scene.units.items() if code in scene.draft.passages}
    people = Person.objects.order_by().values_list("unit_id").annotate(number=Count("pk"))
    roles = Membership.objects.order_by().values_list("unit_id").annotate(number=Count("pk"))
    scene.people = {codes[pk]: number for pk, number in people if pk in codes}
    scene.roles = {codes[pk]: number for pk, number in roles if pk in codes}


def _check_rows(user: User | None, scene: Scene) -> None:
    """What the pure plan cannot see: units of others, people who would belong nowhere, later changes."""
    plan, on = scene.plan, scene.reorganisation.on
    wanted = set(plan.opens) | {code for code in plan.ends.values() if code}
    if user is not None:
        others = Unit.objects.filter(~reach_of(user, "path"), valid_to=None).values_list("code", flat=True)
        plan.problems += [Problem(0, "new_code", "beyond_reach", code) for code in others if code in wanted]
    begun = Unit.objects.filter(valid_to=None, valid_from__gt=on).values_list("code", flat=True)
    plan.problems += [Problem(0, "new_code", "begins_later", code) for code in begun if code in plan.opens]
    heirless = {scene.units[code].pk: code for code, heir in plan.ends.items() if not heir}
    if heirless:
        held = {code for code in heirless.values() if scene.people.get(code) or scene.roles.get(code)}
        bridges = Bridge.objects.order_by().values_list("unit_id", flat=True)
        groups = EndpointGroup.objects.order_by().values_list("unit_id", flat=True)
        held |= {heirless[pk] for pk in bridges.union(groups) if pk in heirless}
        plan.problems += [Problem(0, "old_code", "still_held", code) for code in sorted(held)]
    moved = {scene.endpoints[code].pk: code for code in plan.moves}
    latest = EndpointPlace.objects.values_list("endpoint_id").annotate(last=Max("valid_to")).order_by()
    since = {code: scene.endpoints[code].valid_from for code in plan.moves}
    since |= {moved[pk]: last for pk, last in latest if pk in moved}
    plan.problems += [Problem(0, "endpoint", "changed_later", code) for code, day in since.items() if day > on]


def coming_shares(on: dt.date) -> list[Share]:
    """Every endpoint's part in sessions in force that end after the day has begun and are not over. One query."""
    start = max(midnight(on), timezone.now())
    rows = BookedEndpoint.objects.filter(released=False, ends_at__gt=start, starts_at__gt=start - _HELD).values_list(
        "booking_id",
        "booking__title",
        "booking__owner_name",
        "booking__starts_at",
        "starts_at",
        "ends_at",
        "booking__local",
        "booking__host_endpoint__code",
        "endpoint__code",
        "bridge__code",
        "endpoint__bridge__code",
        "way",
    )
    return [
        Share(
            pk, title, owner, begins, Interval(first, last), local, host or "", code, held or own or "", way == "port"
        )
        for pk, title, owner, begins, first, last, local, host, code, held, own, way in rows.order_by("starts_at", "pk")
    ]


def midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min), timezone.get_default_timezone())


def concerned(plan: Plan, shares: Iterable[Share]) -> list[Concerned]:
    """The sessions to come at endpoints that change, by time."""
    found: dict[int, tuple[Share, list[Move]]] = {}
    for share in shares:
        if share.endpoint in plan.moves:
            found.setdefault(share.booking, (share, []))[1].append(plan.moves[share.endpoint])
    rows = [Concerned(pk, one.title, one.owner, one.starts_at, tuple(m)) for pk, (one, m) in found.items()]
    return sorted(rows, key=lambda each: (each.starts_at, each.booking))


def stops(plan: Plan, shares: Sequence[Share]) -> list[Stop]:
    """What of the sessions to come the plan would break, by time. One query."""
    found = []
    for share in shares:
        move = plan.moves.get(share.endpoint)
        if move is not None and move.closes_on is not None and share.interval.end > midnight(move.closes_on):
            found.append(_stop("closed", share, share.endpoint))
    rebridged = {code: move.bridge for code, move in plan.moves.items() if move.rebridged}
    found += _short(rebridged, shares) if rebridged else []
    return sorted(found, key=lambda each: (each.starts_at, each.booking, each.endpoint))


def _stop(kind: str, share: Share, endpoint: str, bridge: str = "", capacity: int = 0, level: int = 0) -> Stop:
    return Stop(kind, endpoint, share.booking, share.title, share.owner, share.starts_at, bridge, capacity, level)


def _short(rebridged: Mapping[str, str], shares: Sequence[Share]) -> list[Stop]:
    """Sessions for which a bridge lacks ports, or its link upwards connections, that it did not lack before."""
    bridges = network().bridges
    limits = {bridge.code: (bridge.ports, bridge.link_ports) for bridge in bridges}
    now = loads_with({}, shares)
    then = loads_with(rebridged, shares)
    found = []
    for kind, profiles, place in (("ports", port_profiles, 0), ("links", link_profiles, 1)):
        before, after = profiles(now), profiles(then)
        for code, profile in after.items():
            limit = limits[code][place]
            if limit is None:
                continue
            for share in shares:
                if share.endpoint not in rebridged or share.local or not share.port:
                    continue
                level = profile.peak(share.interval)
                if level > limit and level > before.get(code, NOTHING).peak(share.interval):
                    found.append(_stop(kind, share, share.endpoint, code, limit, level))
    return found


def loads_with(rebridged: Mapping[str, str], shares: Iterable[Share]) -> list[Load]:
    """What the sessions take of the bridges if these endpoints were on these bridges. One query."""
    bridges = network().bridges
    sessions: defaultdict[int, list[Share]] = defaultdict(list)
    for share in shares:
        if share.port and not share.local:
            sessions[share.booking].append(share)
    found: list[Load] = []
    for booking, parts in sessions.items():
        on = {each.endpoint: rebridged.get(each.endpoint, each.bridge) or None for each in parts}
        needed = demand(bridges, on, on.get(parts[0].host))
        found += needed.loads(parts[0].interval, booking=booking, title=parts[0].title)
    return found


def heirs(reorganisation: Reorganisation) -> dict[int, int]:
    """Old unit → the unit that inherits, of a reorganisation that was carried out. One query."""
    passing = PassingUnit.objects.filter(reorganisation=reorganisation).values("unit_id")
    return dict(Succession.objects.filter(inherits=True, old__in=passing).values_list("old_id", "new_id"))


def units_after(codes: Collection[str], on: dt.date) -> dict[str, Unit]:
    """The units that have these codes from the day on. One query."""
    wanted = set(codes)
    rows = Unit.objects.filter(valid_to=None, valid_from__lte=on)
    return {unit.code: unit for unit in rows if unit.code in wanted}
