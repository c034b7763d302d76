"""A reorganisation begun, thrown away, carried out, and taking effect on its day (docs/decisions/0015)."""

import datetime as dt
from collections.abc import Collection, Mapping

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.errors import NotFound
from accounts.models import Membership, Person, Succession, Unit, User
from accounts.text import fold, nfc
from accounts.units.actions import write_units
from accounts.units.paths import repath
from accounts.units.rows import UnitsRejected
from realtime.publish import recheck
from rooms.locking import lock_bridges, lock_endpoints
from rooms.models import (
    BookedEndpoint,
    BookedPorts,
    Booking,
    Bridge,
    Endpoint,
    EndpointChange,
    EndpointGroup,
    EndpointPlace,
    PassingUnit,
    Reorganisation,
)
from rooms.reorganisation.actions.drafting import BATCH, locked, note
from rooms.reorganisation.errors import ReorganisationBlocked, ReorganisationEmpty, ReorganisationUndecided
from rooms.reorganisation.plan import Move, Plan
from rooms.reorganisation.selectors import (
    Scene,
    as_room,
    coming_shares,
    heirs,
    loads_with,
    midnight,
    reach_of,
    scene_of,
    stops,
    units_after,
)


@transaction.atomic
def begin(actor: User | None, title: str, on: dt.date) -> Reorganisation:
    """Begin a draft; it belongs to the highest unit whose network the actor manages. Raises NotFound without any."""
    reach = Unit.objects.filter(reach_of(actor, "path")).valid(on=timezone.localdate())
    unit = reach.order_by("path", "pk").first()
    if unit is None:
        raise NotFound
    made = Reorganisation.objects.create(title=nfc(title).strip(), on=on, unit=unit, created_by=actor)
    note(actor, "begun", made, {"on": on})
    return made


@transaction.atomic
def throw_away(actor: User, reorganisation: Reorganisation) -> None:
    """Remove a draft. Raises ReorganisationDone for one that was carried out."""
    held = locked(reorganisation)
    note(actor, "removed", held)
    held.delete()


@transaction.atomic
def carry_out(actor: User | None, reorganisation: Reorganisation) -> Scene | None:
    """Do all of it, once: units end and begin on the day, and where the day has come, everything at them passes on.
    Returns what was done; None when it was done before.

    Raises ReorganisationUndecided, ReorganisationBlocked, ReorganisationEmpty; then nothing was changed.
    """
    held = Reorganisation.objects.select_for_update(of=("self",)).get(pk=reorganisation.pk)
    if held.carried_out_at is not None:
        return None
    scene = scene_of(actor, held)
    _lock(scene.plan, held.on)
    scene = scene_of(actor, held)
    _demand_sound(scene)
    _pass_units(held, scene)
    _keep_decisions(held, scene)
    held.carried_out_at = timezone.now()
    held.carried_out_by = str(actor) if actor is not None else ""
    held.save(update_fields=["carried_out_at", "carried_out_by"])
    plan = scene.plan
    for code, move in plan.moves.items():
        if move.closes_on is not None:
            Endpoint.objects.filter(code=code).update(valid_to=move.closes_on)
    counted = {"on": held.on, "ended": len(plan.ends), "begun": len(plan.opens), "endpoints": len(plan.moves)}
    if held.on <= timezone.localdate():
        _take_effect(held)
    note(actor, "carried_out", held, {**counted, "left_over": held.left_over})
    return scene


def _lock(plan: Plan, on: dt.date) -> None:
    """Bookings, endpoints, bridges: in the one order of all acts on rooms."""
    touched = {share.booking for share in coming_shares(on) if share.endpoint in plan.moves}
    list(Booking.objects.filter(pk__in=touched).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    lock_endpoints(list(plan.moves))
    rebridged = [move for move in plan.moves.values() if move.rebridged]
    lock_bridges({code for move in rebridged for code in (move.bridge, move.room.bridge) if code})


def _demand_sound(scene: Scene) -> None:
    plan = scene.plan
    if plan.undecided:
        raise ReorganisationUndecided(units=len(plan.open_units), endpoints=len(plan.open_rooms))
    broken = stops(plan, coming_shares(scene.reorganisation.on))
    if plan.problems or broken:
        raise ReorganisationBlocked(plan.problems, broken)
    if not (plan.ends or plan.opens or plan.moves):
        raise ReorganisationEmpty


def _pass_units(held: Reorganisation, scene: Scene) -> None:
    plan = scene.plan
    ending = [code for code in plan.ends if scene.units[code].valid_to is None and code not in plan.opens]
    try:
        write_units(list(plan.opens.values()), valid_from=held.on, closing=ending)
    except UnitsRejected as rejected:
        raise ReorganisationBlocked(rejected.problems, []) from rejected
    after = units_after({line.new for line in plan.passed}, held.on)
    Succession.objects.bulk_create(
        (
            Succession(
                old=scene.units[line.old], new=after[line.new], share=line.share, inherits=line.inherits, on=held.on
            )
            for line in plan.passed
            if line.new in after and after[line.new].pk != scene.units[line.old].pk
        ),
        batch_size=BATCH,
    )


def _keep_decisions(held: Reorganisation, scene: Scene) -> None:
    """Write down what was carried out as it was: units that were carried along, and what became of each endpoint."""
    listed = set(held.passing_units.values_list("unit_id", flat=True))
    passages = scene.draft.passages
    PassingUnit.objects.bulk_create(
        (
            PassingUnit(
                reorganisation=held,
                unit=scene.units[code],
                shares=[list(pair) for pair in passages[code].shares],
                decision=passages[code].decision,
                heir=passages[code].heir,
            )
            for code in scene.plan.ends
            if scene.units[code].pk not in listed
        ),
        batch_size=BATCH,
    )
    held.endpoint_changes.all().delete()
    bridges = {bridge.code: bridge for bridge in Bridge.objects.all()}
    EndpointChange.objects.bulk_create(
        (
            EndpointChange(
                reorganisation=held,
                endpoint=scene.endpoints[code],
                decision=EndpointChange.Decision.CLOSE if move.closes_on else EndpointChange.Decision.MOVE,
                unit_code=move.unit,
                name=move.name,
                bridge=bridges.get(move.bridge) if move.rebridged else None,
                closes_on=move.closes_on,
                touched=True,
            )
            for code, move in scene.plan.moves.items()
        ),
        batch_size=BATCH,
    )


def take_effect_where_due(today: dt.date) -> int:
    """Let reorganisations that were carried out ahead of their day take effect, now that it has come; how many."""
    due = Reorganisation.objects.filter(carried_out_at__isnull=False, took_effect_at__isnull=True, on__lte=today)
    done = 0
    for pk in due.order_by("on", "pk").values_list("pk", flat=True):
        with transaction.atomic():
            held = Reorganisation.objects.select_for_update(of=("self",)).get(pk=pk)
            if held.took_effect_at is not None:
                continue
            codes = list(held.endpoint_changes.values_list("endpoint__code", flat=True))
            touched = {share.booking for share in coming_shares(held.on) if share.endpoint in set(codes)}
            list(Booking.objects.filter(pk__in=touched).order_by("pk").select_for_update(no_key=True).values_list("pk"))
            lock_endpoints(codes)
            lock_bridges(list(Bridge.objects.values_list("code", flat=True)))
            _take_effect(held)
            note(None, "took_effect", held, {"left_over": held.left_over})
            done += 1
    return done


def _take_effect(held: Reorganisation) -> None:
    """Endpoints, people, roles and meetings to come pass to the heirs; paths follow."""
    _change_endpoints(held)
    passed = heirs(held)
    _pass_people(passed)
    for old, new in passed.items():
        Bridge.objects.filter(unit=old).update(unit=new)
    _pass_groups(passed)
    since = midnight(held.on)
    for old in set(Booking.objects.filter(starts_at__gte=since).values_list("unit_id", flat=True)) & set(passed):
        Booking.objects.filter(unit=old, starts_at__gte=since).update(unit=passed[old])
    for name in settings.REORGANISATION_FOLLOWERS:
        import_string(name)(passed, since)
    held.took_effect_at = timezone.now()
    held.save(update_fields=["took_effect_at", "left_over"])
    repath(max(timezone.localdate(), held.on))
    recheck(None)


def _change_endpoints(held: Reorganisation) -> None:
    changes = list(held.endpoint_changes.select_related("endpoint__bridge", "endpoint__unit", "bridge"))
    units = units_after({change.unit_code for change in changes}, held.on)
    kept = _unfitting(held, changes)
    since = {row.endpoint_id: row.valid_to for row in EndpointPlace.objects.order_by("valid_to")}
    places, endpoints, rebridged = [], [], {}
    for change in changes:
        endpoint = change.endpoint
        if change.decision == EndpointChange.Decision.CLOSE:
            continue
        first = since.get(endpoint.pk, endpoint.valid_from)
        if first < held.on:
            places.append(_place(endpoint, first, held.on))
        unit = units[change.unit_code]
        if unit.code != endpoint.unit.code or unit.tier != endpoint.unit.tier:
            endpoint.tier_id = unit.tier
        endpoint.unit, endpoint.name = unit, change.name
        endpoint.search_text = fold(f"{endpoint.code} {endpoint.name} {endpoint.name_en} {unit.short_name}")[:220]
        if change.bridge is not None and endpoint.code not in kept:
            endpoint.bridge = change.bridge
            rebridged[endpoint.code] = change.bridge
        endpoints.append(endpoint)
    EndpointPlace.objects.bulk_create(places, batch_size=BATCH)
    Endpoint.objects.bulk_update(endpoints, ["unit", "name", "tier", "bridge", "search_text"], batch_size=BATCH)
    held.left_over = sorted(kept)
    _move_ports(held.on, rebridged)


def _place(endpoint: Endpoint, first: dt.date, last: dt.date) -> EndpointPlace:
    return EndpointPlace(
        endpoint=endpoint,
        name=endpoint.name,
        name_en=endpoint.name_en,
        unit_id=endpoint.unit_id,
        tier_id=endpoint.tier_id,
        bridge_id=endpoint.bridge_id,
        valid_from=first,
        valid_to=last,
    )


def _unfitting(held: Reorganisation, changes: Collection[EndpointChange]) -> set[str]:
    """Endpoints that stay on their bridge: what was booked since the reorganisation was carried out would not fit."""
    plan = Plan()
    for change in changes:
        if change.bridge is not None:
            room = as_room(change.endpoint)
            plan.moves[room.code] = Move(room, change.unit_code, change.name, room.tier, change.bridge.code)
    broken = {stop.bridge for stop in stops(plan, coming_shares(held.on))}
    return {code for code, move in plan.moves.items() if move.bridge in broken}


def _move_ports(on: dt.date, rebridged: Mapping[str, Bridge]) -> None:
    """Let the sessions to come take their ports where their endpoints are now."""
    if not rebridged:
        return
    shares = coming_shares(on)
    booked = {share.booking for share in shares if share.endpoint in rebridged}
    for code, bridge in rebridged.items():
        held = BookedEndpoint.objects.filter(booking__in=booked, endpoint__code=code, bridge__isnull=False)
        held.update(bridge=bridge)
    written = BookedPorts.objects.filter(booking__in=booked)
    counted = set(written.values_list("booking_id", flat=True))
    if not counted:
        return
    bridges = {bridge.code: bridge for bridge in Bridge.objects.all()}
    fresh = coming_shares(on)
    written.delete()
    BookedPorts.objects.bulk_create(
        BookedPorts(
            booking_id=load.booking,
            bridge=bridges[load.bridge],
            ports=load.ports,
            links=load.links,
            starts_at=load.interval.start,
            ends_at=load.interval.end,
        )
        for load in loads_with({}, [share for share in fresh if share.booking in counted])
        if load.booking is not None
    )


def _pass_people(passed: Mapping[int, int]) -> None:
    people = list(Person.objects.filter(unit__in=Unit.objects.filter(pk__in=passed)).only("pk", "unit_id"))
    for person in people:
        person.unit_id = passed[person.unit_id]
    Person.objects.bulk_update(people, ["unit"], batch_size=BATCH)
    roles = list(Membership.objects.filter(unit__in=Unit.objects.filter(pk__in=passed)).order_by("pk"))
    held = set(Membership.objects.values_list("user_id", "role", "unit_id"))
    moved, double = [], []
    for role in roles:
        wanted = (role.user_id, role.role, passed[role.unit_id])
        if wanted in held:
            double.append(role.pk)
        else:
            held.add(wanted)
            role.unit_id = passed[role.unit_id]
            moved.append(role)
    Membership.objects.filter(pk__in=double).delete()
    Membership.objects.bulk_update(moved, ["unit"], batch_size=BATCH)


def _pass_groups(passed: Mapping[int, int]) -> None:
    """Saved selections keep their name; where the heir has one of that name, the old unit's name stands behind it."""
    taken = set(EndpointGroup.objects.values_list("unit_id", "name"))
    for group in EndpointGroup.objects.select_related("unit").order_by("pk"):
        new = passed.get(group.unit_id)
        if new is None:
            continue
        if (new, group.name) in taken:
            group.name = f"{group.name[:60]} ({group.unit.short_name[:30]} {group.pk})"
        taken.add((new, group.name))
        group.unit_id = new
        group.save(update_fields=["unit", "name"])
