"""What the pages of a reorganisation show: lines of the mapping, of endpoints, and the effects, a page at a time."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from accounts.models import Succession, Unit, User
from accounts.names import display_name
from accounts.units.rows import Problem
from rooms.models import EndpointChange, PassingUnit, Reorganisation
from rooms.reorganisation.plan import Move
from rooms.reorganisation.selectors import (
    Concerned,
    Scene,
    Stop,
    coming_shares,
    concerned,
    scene_of,
    stops,
    units_after,
)


@dataclass(frozen=True, slots=True)
class Target:
    """A unit that something passes into; `share` is in words, `chosen`: it inherits; `there`: it stands on that day."""

    code: str
    name: str
    share: str = ""
    chosen: bool = False
    there: bool = True


@dataclass(frozen=True, slots=True)
class UnitLineShown:
    row: PassingUnit
    name: str
    above: str
    targets: tuple[Target, ...]
    suggestion: Target | None
    people: int = 0
    roles: int = 0


@dataclass(frozen=True, slots=True)
class EndpointLineShown:
    row: EndpointChange
    unit: str
    target: Target | None
    suggestion: Target | None


@dataclass(frozen=True, slots=True)
class MoveShown:
    """One endpoint before and after."""

    move: Move
    unit_before: str
    unit_after: str


class Names:
    """The names of units from the day on, by code, in the reader's language."""

    def __init__(self, language: str, scene: Scene | None, after: Mapping[str, Unit]) -> None:
        self.language, self.scene, self.after = language, scene, after

    def target(self, code: str, share: str = "", *, chosen: bool = False) -> Target:
        name, there = code, True
        if self.scene is None:
            unit = self.after.get(code)
            name, there = (unit.display_name, True) if unit is not None else (code, False)
        else:
            draft = self.scene.draft
            there = draft.tier_after(code) is not None
            if code in draft.opens:
                name = display_name(draft.opens[code].name, draft.opens[code].kind, self.language)
            elif code in self.scene.units:
                name = self.scene.units[code].display_name
        return Target(code, name, str(dict(Succession.SHARES).get(share, "")), chosen, there)


def unit_lines(rows: Iterable[PassingUnit], names: Names) -> list[UnitLineShown]:
    """Lines of the mapping; their units with parents must be loaded."""
    found = []
    for row in rows:
        scene = names.scene
        codes = [code for code, _share in row.shares]
        targets = [names.target(code, share, chosen=code == row.heir) for code, share in row.shares]
        if row.heir and row.heir not in codes:
            targets.append(names.target(row.heir, chosen=True))
        guess = names.target(row.suggestion) if row.suggestion and row.suggestion not in codes else None
        unit = row.unit
        found.append(
            UnitLineShown(
                row,
                unit.display_name,
                unit.parent.display_name if unit.parent is not None else "",
                tuple(targets),
                guess,
                scene.people.get(unit.code, 0) if scene else 0,
                scene.roles.get(unit.code, 0) if scene else 0,
            )
        )
    return found


def endpoint_lines(rows: Iterable[EndpointChange], names: Names) -> list[EndpointLineShown]:
    """Lines of endpoints; endpoint, its unit and bridge must be loaded."""
    return [
        EndpointLineShown(
            row,
            row.endpoint.unit.display_name,
            names.target(row.unit_code) if row.unit_code else None,
            names.target(row.suggestion) if row.suggestion else None,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Effects:
    """What carrying a draft out would do and what stands in its way; figures beside."""

    scene: Scene
    meetings: Sequence[Concerned]
    stops: Sequence[Stop]

    @property
    def problems(self) -> Sequence[Problem]:
        return self.scene.plan.problems

    @property
    def ready(self) -> bool:
        plan = self.scene.plan
        changes = bool(plan.ends or plan.opens or plan.moves)
        return changes and not plan.undecided and not plan.problems and not self.stops

    @property
    def people(self) -> int:
        return sum(self.scene.people.get(code, 0) for code in self.scene.plan.ends)

    @property
    def roles(self) -> int:
        return sum(self.scene.roles.get(code, 0) for code in self.scene.plan.ends)


def effects_of(user: User, reorganisation: Reorganisation) -> Effects:
    """The dry run. A fixed number of queries."""
    scene = scene_of(user, reorganisation)
    shares = coming_shares(reorganisation.on)
    return Effects(scene, concerned(scene.plan, shares), stops(scene.plan, shares))


def move_lines(moves: Iterable[Move], names: Names) -> list[MoveShown]:
    found = []
    for move in moves:
        before = names.scene.units[move.room.unit].display_name if names.scene is not None else move.room.unit
        found.append(MoveShown(move, before, names.target(move.unit).name))
    return found


def names_after(codes: Iterable[str], on: dt.date, language: str) -> Names:
    """Names where the reorganisation was carried out: of the units that stand now. One query."""
    return Names(language, None, units_after(set(codes), on))
