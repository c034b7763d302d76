"""Writing the draft of a reorganisation: from files and by hand. What follows from what was said is added each time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from accounts.models import User
from accounts.sheets import read_rows
from accounts.units.rows import Problem, UnitLine
from audit.journal import NOTHING, record
from rooms.models import Bridge, ComingUnit, Endpoint, EndpointChange, PassingUnit, Reorganisation, Tier
from rooms.reorganisation.errors import ReorganisationDone, UnitNotThere
from rooms.reorganisation.plan import CARRIED, PASS, WHOLE, Draft, first_decision
from rooms.reorganisation.rows import (
    EndpointRow,
    PassageSheet,
    ReorganisationRejected,
    known_columns,
    read_sheet,
    zeros_lost,
)
from rooms.reorganisation.selectors import Scene, eve_units, reach_of, scene_of

CHAIN: Final = "network"
BATCH: Final = 1000
_UNIT_FACTS: Final = ("name", "kind", "tier", "parent_code", "lat", "lon")


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file was (mapping, units or endpoints), how many rows were taken over, how many concern other networks."""

    kind: str
    rows: int
    ignored: int = 0


def locked(reorganisation: Reorganisation) -> Reorganisation:
    """The draft as it is now, locked. Raises ReorganisationDone."""
    held = Reorganisation.objects.select_for_update(of=("self",)).get(pk=reorganisation.pk)
    if held.carried_out_at is not None:
        raise ReorganisationDone
    return held


def note(actor: User | None, verb: str, reorganisation: Reorganisation, data: dict[str, object] | None = None) -> None:
    record(
        actor,
        f"reorganisation.{verb}",
        chain=CHAIN,
        object_type="reorganisation",
        object_id=reorganisation.pk,
        label=reorganisation.title,
        data=data or NOTHING,
    )


def read_into(actor: User | None, reorganisation: Reorganisation, data: bytes, name: str) -> Taken:
    """Take a file over into the draft: a mapping, a list of units, or a list of endpoints; its heads say which.

    All of it or nothing. Raises SheetRejected, ReorganisationRejected, ReorganisationDone.
    """
    content = read_sheet(read_rows(data, name, known_columns), list(Tier.objects.values_list("code", flat=True)))
    with transaction.atomic():
        held = locked(reorganisation)
        if isinstance(content, PassageSheet):
            taken = _take_mapping(actor, held, content)
        else:
            taken = _take_rows(actor, held, content)
        held.save(update_fields=["listed", "ignored"])
        settle(actor, held)
        note(actor, "read", held, {"file": name, "kind": taken.kind, "rows": taken.rows, "ignored": taken.ignored})
    return taken


def _take_mapping(actor: User | None, held: Reorganisation, sheet: PassageSheet) -> Taken:
    units = eve_units(actor, held.on)
    known = {code: shares for code, shares in sheet.shares.items() if code in units}
    lost = {code: meant for code in sheet.shares if (meant := zeros_lost(code, units))}
    if lost:
        raise ReorganisationRejected(
            Problem(sheet.rows[code], "", "zeros_lost", code, meant) for code, meant in lost.items()
        )
    if not known:
        first = next(iter(sheet.shares))
        raise ReorganisationRejected([Problem(sheet.rows[first], "", "no_unit_of_ours", first)])
    standing = {row.unit_id: row for row in held.passing_units.all()}
    fresh: list[PassingUnit] = []
    changed: list[PassingUnit] = []
    for code, shares in known.items():
        decision, heir = first_decision(shares)
        row = standing.get(units[code].pk) or PassingUnit(reorganisation=held, unit=units[code])
        row.shares, row.decision, row.heir, row.touched = [list(pair) for pair in shares], decision, heir, False
        (changed if row.pk else fresh).append(row)
    PassingUnit.objects.bulk_create(fresh, batch_size=BATCH)
    PassingUnit.objects.bulk_update(changed, ["shares", "decision", "heir", "touched"], batch_size=BATCH)
    held.ignored = len(sheet.shares) - len(known)
    return Taken("mapping", len(known), held.ignored)


def _take_rows(actor: User | None, held: Reorganisation, rows: list[UnitLine] | list[EndpointRow]) -> Taken:
    units = [row for row in rows if isinstance(row, UnitLine)]
    return _take_units(held, units) if units else _take_endpoints(actor, held, _wishes(rows))


def _wishes(rows: Sequence[UnitLine | EndpointRow]) -> list[EndpointRow]:
    return [row for row in rows if isinstance(row, EndpointRow)]


def _take_units(held: Reorganisation, lines: Sequence[UnitLine]) -> Taken:
    held.coming_units.all().delete()
    ComingUnit.objects.bulk_create((_coming(held, line) for line in lines), batch_size=BATCH)
    held.listed = True
    return Taken("units", len(lines))


def _coming(held: Reorganisation, line: UnitLine) -> ComingUnit:
    return ComingUnit(reorganisation=held, code=line.code, **{fact: getattr(line, fact) for fact in _UNIT_FACTS})


def _take_endpoints(actor: User | None, held: Reorganisation, rows: Sequence[EndpointRow]) -> Taken:
    reach = Endpoint.objects.filter(reach_of(actor, "unit__path"))
    endpoints = {row.code: row for row in reach.only("code")}
    bridges = {bridge.code: bridge for bridge in Bridge.objects.all()}
    problems = []
    for row in rows:
        if row.code not in endpoints:
            problems.append(Problem(row.row, "", "endpoint_missing", row.code))
        if row.bridge and row.bridge not in bridges:
            problems.append(Problem(row.row, "", "bridge_missing", row.bridge))
    if problems:
        raise ReorganisationRejected(problems)
    held.endpoint_changes.filter(endpoint__in=[endpoints[row.code] for row in rows]).delete()
    decisions = EndpointChange.Decision
    EndpointChange.objects.bulk_create(
        EndpointChange(
            reorganisation=held,
            endpoint=endpoints[row.code],
            decision=decisions.CLOSE if row.closes_on else decisions.MOVE if row.unit else decisions.FOLLOW,
            unit_code=row.unit,
            name=row.name,
            bridge=bridges.get(row.bridge),
            closes_on=row.closes_on,
            touched=True,
        )
        for row in rows
    )
    return Taken("endpoints", len(rows))


@transaction.atomic
def add_by_hand(
    actor: User | None, reorganisation: Reorganisation, olds: Sequence[str], line: UnitLine, share: str = WHOLE
) -> None:
    """Let units pass into one: merged (several), renamed or hung elsewhere (one, the code its own), divided (asked
    several times for the same old unit, with shares). A `line` without a name means a unit that stands already.

    Raises UnitNotThere, ReorganisationDone.
    """
    held = locked(reorganisation)
    units = eve_units(actor, held.on)
    if missing := [code for code in olds if code not in units]:
        raise UnitNotThere(codes=missing)
    coming = held.coming_units.filter(code=line.code)
    if line.name:
        facts = {fact: getattr(line, fact) for fact in _UNIT_FACTS}
        held.coming_units.update_or_create(code=line.code, defaults=facts)
    elif line.code not in units and not coming.exists():
        raise UnitNotThere(codes=[line.code])
    for code in olds:
        row, _made = held.passing_units.get_or_create(unit=units[code])
        parts = {new: part for new, part in row.shares if new != line.code and share != WHOLE}
        row.shares = [*([new, part] for new, part in parts.items()), [line.code, share]]
        row.decision, row.heir = first_decision(tuple((new, part) for new, part in row.shares))
        row.touched = row.decision != ""
        row.save()
    settle(actor, held)
    note(actor, "added", held, {"units": list(olds), "into": line.code, "share": share})


@transaction.atomic
def decide_units(
    actor: User | None, reorganisation: Reorganisation, pks: Collection[int], decision: str, heir: str = ""
) -> int:
    """Say what becomes of these lines of the mapping; how many it was. Raises UnitNotThere, ReorganisationDone."""
    held = locked(reorganisation)
    if decision == PASS:
        _demand_unit(scene_of(actor, held).draft, heir)
    rows = held.passing_units.filter(pk__in=pks)
    number = rows.update(decision=decision, heir=heir if decision == PASS else "", touched=True)
    settle(actor, held)
    note(actor, "decided", held, {"units": number, "decision": decision, "heir": heir})
    return number


def _demand_unit(draft: Draft, code: str) -> None:
    if draft.tier_after(code) is None:
        raise UnitNotThere(codes=[code])


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointWish:
    """What is decided for endpoints: `decision` of EndpointChange; the rest is left as it is where it is empty."""

    decision: str
    unit: str = ""
    name: str = ""
    bridge: Bridge | None = None
    closes_on: object = None


@transaction.atomic
def decide_endpoints(
    actor: User | None, reorganisation: Reorganisation, codes: Collection[str], wish: EndpointWish
) -> int:
    """Say what becomes of these endpoints; how many it was. Raises UnitNotThere, ReorganisationDone."""
    held = locked(reorganisation)
    reach = Endpoint.objects.filter(reach_of(actor, "unit__path"))
    endpoints = {row.code: row for row in reach.filter(code__in=codes)}
    if missing := [code for code in codes if code not in endpoints]:
        raise UnitNotThere(codes=missing)
    if wish.decision == EndpointChange.Decision.MOVE:
        _demand_unit(scene_of(actor, held).draft, wish.unit)
    facts = {
        "decision": wish.decision,
        "unit_code": wish.unit,
        "bridge": wish.bridge,
        "closes_on": wish.closes_on,
        "touched": True,
    }
    for endpoint in endpoints.values():
        name = {"name": wish.name} if len(endpoints) == 1 else {}
        held.endpoint_changes.update_or_create(endpoint=endpoint, defaults=facts | name)
    settle(actor, held)
    note(actor, "decided", held, {"endpoints": sorted(endpoints), "decision": wish.decision, "unit": wish.unit})
    return len(endpoints)


@transaction.atomic
def take_suggestions(actor: User | None, reorganisation: Reorganisation) -> int:
    """Decide every line that is open and has a suggestion as suggested; how many. Raises ReorganisationDone."""
    held = locked(reorganisation)
    number = 0
    units = list(held.passing_units.filter(decision="").exclude(suggestion=""))
    for row in units:
        row.decision, row.heir, row.touched = PASS, row.suggestion, True
    PassingUnit.objects.bulk_update(units, ["decision", "heir", "touched"], batch_size=BATCH)
    number += len(units)
    settle(actor, held)
    rooms = list(held.endpoint_changes.filter(decision="").exclude(suggestion=""))
    for change in rooms:
        change.decision, change.unit_code, change.touched = EndpointChange.Decision.MOVE, change.suggestion, True
    EndpointChange.objects.bulk_update(rooms, ["decision", "unit_code", "touched"], batch_size=BATCH)
    settle(actor, held)
    note(actor, "decided", held, {"suggested": number + len(rooms)})
    return number + len(rooms)


def settle(actor: User | None, held: Reorganisation) -> Scene:
    """Write what follows from the draft: lines for units that must end, suggestions, endpoints that are undecided."""
    scene = scene_of(actor, held)
    draft, plan = scene.draft, scene.plan
    rows = {row.unit.code: row for row in held.passing_units.select_related("unit")}
    gone = [
        row.pk
        for code, row in rows.items()
        if not row.shares and not row.touched and (code not in draft.passages or not _own(draft, code))
    ]
    PassingUnit.objects.filter(pk__in=gone).delete()
    fresh, changed = [], []
    for code, passage in draft.passages.items():
        guess = draft.suggestions.get(code, "")
        row = rows.get(code)
        if row is None and _own(draft, code):
            made = PassingUnit(reorganisation=held, unit=scene.units[code], shares=[list(p) for p in passage.shares])
            made.suggestion = guess
            fresh.append(made)
        elif row is not None and row.suggestion != guess:
            row.suggestion = guess
            changed.append(row)
    PassingUnit.objects.bulk_create(fresh, batch_size=BATCH)
    PassingUnit.objects.bulk_update(changed, ["suggestion"], batch_size=BATCH)
    held.endpoint_changes.filter(touched=False).delete()
    said = set(held.endpoint_changes.values_list("endpoint__code", flat=True))
    EndpointChange.objects.bulk_create(
        (
            EndpointChange(
                reorganisation=held, endpoint=scene.endpoints[code], suggestion=plan.suggested_rooms.get(code, "")
            )
            for code in plan.open_rooms
            if code not in said
        ),
        batch_size=BATCH,
    )
    return scene


def _own(draft: Draft, code: str) -> bool:
    """Whether the unit has a line of its own; what is only carried along under an heir has none."""
    passage, line = draft.passages[code], draft.opens.get(code)
    return line is None or line.row != CARRIED or passage.shares != ((code, WHOLE),)
