"""Taking a list of units over: which units stay, change, end or begin on a day.

A unit *is* its code, name, kind, tier and parent's code. Where these are the same, its row stays, and with it the
roles, people and endpoints that point to it; its place on the map is a note that is put right without a new row.
Where they differ, the unit ends on the day and another begins under the same code; a unit that itself begins on that
day is put right instead, for it never stood otherwise.

A unit of the list always hangs under the present row of its parent's code: if the parent ended and began anew, the
unit moves along, and all below it. A unit of which the list says nothing keeps its parent's row, ended or not, since
the list does not say where it went; `Outcome.left_behind` counts them.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from accounts.models import Membership, Person, Unit, User
from accounts.text import fold
from accounts.units.paths import repath
from accounts.units.rows import Problem, UnitLine, UnitsRejected, parents_first, tree_problems
from audit.journal import record
from realtime.publish import recheck

BATCH = 1000
FACTS = ["name", "kind", "tier", "lat", "lon", "search_text", "parent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a list did, in units. ``replaced`` ended and began anew under their code; ``corrected`` changed in place,
    their place on the map included; ``moved`` only hang under another row of the same parent's code; ``removed``
    began on the very day and are not in the list. ``left_behind`` stand under an ended unit; ``roles_ended`` and
    ``people_ended`` are held at, or belong to, units that end."""

    created: int = 0
    replaced: int = 0
    corrected: int = 0
    moved: int = 0
    unchanged: int = 0
    closed: int = 0
    removed: int = 0
    left_behind: int = 0
    roles_ended: int = 0
    people_ended: int = 0


@dataclass(slots=True)
class _Plan:
    """What is to be written. ``begin``: lines that need a new row."""

    end: list[Unit] = field(default_factory=list)
    remove: list[Unit] = field(default_factory=list)
    begin: set[str] = field(default_factory=set)
    replaced: int = 0
    differing: dict[str, Unit] = field(default_factory=dict)


@transaction.atomic
def import_units(
    actor: User | None,
    lines: Sequence[UnitLine],
    *,
    valid_from: dt.date,
    close_missing: bool = False,
    source: str = "",
) -> Outcome:
    """Take the list over as it stands from `valid_from` on; all of it or nothing. The same list again changes nothing.

    `close_missing`: the list is complete, so units that it does not name end on that day. `source` names the list in
    the journal. Raises UnitsRejected with every reason why not.
    """
    outcome = write_units(lines, valid_from=valid_from, close_missing=close_missing)
    record(
        actor,
        "units.imported",
        chain="network",
        object_type="units",
        object_id=valid_from.isoformat(),
        label=source,
        data={"valid_from": valid_from, "close_missing": close_missing, "lines": len(lines), **asdict(outcome)},
    )
    return outcome


def write_units(
    lines: Sequence[UnitLine], *, valid_from: dt.date, close_missing: bool = False, closing: Collection[str] = ()
) -> Outcome:
    """What import_units does, as a part of a greater act: call it in a transaction that writes its own entry.

    `closing`: codes of open units that end on that day and are not in the list.
    """
    standing = list(Unit.objects.select_for_update().order_by("pk"))
    open_units = {unit.code: unit for unit in standing if unit.valid_to is None}
    named = {line.code for line in lines}
    missing = [unit for unit in open_units.values() if unit.code not in named]
    _refuse_broken_tree(lines, [] if close_missing else missing, standing)
    plan = _plan(lines, open_units, standing, valid_from)
    if close_missing:
        plan.end.extend(unit for unit in missing if unit.valid_from < valid_from)
        plan.remove.extend(unit for unit in missing if unit.valid_from == valid_from)
    plan.end.extend(open_units[code] for code in sorted(set(closing) - plan.begin))
    _end(plan, valid_from)
    corrected, moved = _write(lines, plan, open_units, valid_from)
    if repath(timezone.localdate()):
        recheck(None)
    return Outcome(
        created=len(plan.begin) - plan.replaced,
        replaced=plan.replaced,
        corrected=corrected,
        moved=moved,
        unchanged=len(lines) - len(plan.begin) - corrected - moved,
        closed=len(plan.end) - plan.replaced,
        removed=len(plan.remove),
        left_behind=Unit.objects.filter(valid_to__isnull=True, parent__valid_to__isnull=False).count(),
        roles_ended=Membership.objects.filter(unit__in=plan.end).count(),
        people_ended=Person.objects.filter(unit__in=plan.end).count(),
    )


def _refuse_broken_tree(lines: Sequence[UnitLine], parents: Iterable[Unit], standing: Iterable[Unit]) -> None:
    codes = {unit.pk: unit.code for unit in standing}
    outside = {unit.code: codes.get(unit.parent_id or 0, "") for unit in parents}
    if problems := tree_problems(lines, outside):
        raise UnitsRejected(problems)


def _plan(lines: Sequence[UnitLine], open_units: Mapping[str, Unit], standing: Sequence[Unit], day: dt.date) -> _Plan:
    """What becomes of each line. Raises UnitsRejected where the list is older than what stands."""
    codes = {unit.pk: unit.code for unit in standing}
    ended: dict[str, dt.date] = {}
    for unit in standing:
        if unit.valid_to is not None:
            ended[unit.code] = max(unit.valid_to, ended.get(unit.code, unit.valid_to))
    plan, problems = _Plan(), []
    for line in lines:
        held = open_units.get(line.code)
        if held is not None and _is_same(line, held, codes):
            continue
        if held is not None and held.valid_from > day:
            problems.append(Problem(line.row, "code", "begins_later", line.code, held.valid_from.isoformat()))
        elif held is not None and held.valid_from == day:
            plan.differing[line.code] = held
        elif held is not None:
            plan.end.append(held)
            plan.begin.add(line.code)
            plan.replaced += 1
        elif ended.get(line.code, day) > day:
            problems.append(Problem(line.row, "code", "ended_later", line.code, ended[line.code].isoformat()))
        else:
            plan.begin.add(line.code)
    for line in lines:
        parent = open_units.get(line.parent_code)
        if line.code in plan.begin and parent is not None and parent.valid_from > day:
            date = parent.valid_from.isoformat()
            problems.append(Problem(line.row, "parent_code", "parent_begins_later", line.parent_code, date))
    if problems:
        raise UnitsRejected(problems)
    return plan


def _is_same(line: UnitLine, unit: Unit, codes: Mapping[int, str]) -> bool:
    parent_code = codes.get(unit.parent_id or 0, "")
    return (unit.name, unit.kind, unit.tier, parent_code) == (line.name, line.kind, line.tier, line.parent_code)


def _end(plan: _Plan, day: dt.date) -> None:
    Unit.objects.filter(pk__in=[unit.pk for unit in plan.end]).update(valid_to=day)
    for unit in sorted(plan.remove, key=lambda each: each.path.count("/"), reverse=True):
        try:
            unit.delete()
        except ProtectedError:
            raise UnitsRejected([Problem(0, "code", "unit_in_use", unit.code, day.isoformat())]) from None


def _write(lines: Sequence[UnitLine], plan: _Plan, open_units: Mapping[str, Unit], day: dt.date) -> tuple[int, int]:
    """Write the units of the list, parents before children. Returns how many were corrected and how many moved."""
    present = dict(open_units)
    corrected: list[Unit] = []
    moved: list[Unit] = []
    for generation in parents_first(lines):
        fresh = []
        for line in generation:
            parent = present[line.parent_code] if line.parent_code else None
            held = open_units.get(line.code)
            if line.code in plan.begin or held is None:
                fresh.append(_filled(Unit(code=line.code, path="", valid_from=day), line, parent))
            elif line.code in plan.differing or (held.lat, held.lon) != (line.lat, line.lon):
                corrected.append(_filled(held, line, parent))
            elif held.parent_id != (parent.pk if parent else None):
                moved.append(_filled(held, line, parent))
        Unit.objects.bulk_create(fresh, batch_size=BATCH)
        present.update((unit.code, unit) for unit in fresh)
    Unit.objects.bulk_update([*corrected, *moved], FACTS, batch_size=BATCH)
    return len(corrected), len(moved)


def _filled(unit: Unit, line: UnitLine, parent: Unit | None) -> Unit:
    unit.name, unit.kind, unit.tier = line.name, line.kind, line.tier
    unit.lat, unit.lon, unit.parent = line.lat, line.lon, parent
    unit.search_text = fold(f"{line.code} {line.name}")
    return unit
