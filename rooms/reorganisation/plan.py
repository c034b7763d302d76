"""What a reorganisation does, from what stands, what is to stand, and what was decided. Pure.

Units are named by their codes: before the day one unit stands under a code, from the day on one as well, and where
their facts differ the first ends and the second begins. Nothing is guessed: what is not certain stays undecided, and a
plan with anything undecided is not carried out.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from accounts.names import proper_name
from accounts.units.rows import Problem, UnitLine

WHOLE, MAIN, PART = "whole", "main part", "part"
SHARES: Final = (WHOLE, MAIN, PART)
UNDECIDED, PASS, CLOSE, KEEP, FOLLOW, MOVE = "", "pass", "close", "keep", "follow", "move"
LONGEST_NAME: Final = 150
CARRIED: Final = -1
"""The row of a unit that no sheet names: it is carried along under the heir of the unit above it."""

Shares = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit on the eve of the day; `parent` is "" at the top. `ended`: it was ended on that day already."""

    code: str
    name: str
    kind: str
    tier: str
    parent: str = ""
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """What is decided for a unit: `decision` is "", pass, close or keep; `heir` the code that it passes into."""

    code: str
    shares: Shares = ()
    decision: str = UNDECIDED
    heir: str = ""


@dataclass(frozen=True, slots=True)
class Room:
    """An endpoint as it stands; `bridge` is "" where it has none."""

    code: str
    name: str
    unit: str
    tier: str
    bridge: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is decided for an endpoint: `decision` is "", follow, move or close; empty texts wish for nothing."""

    code: str
    decision: str = UNDECIDED
    unit: str = ""
    name: str = ""
    bridge: str = ""
    closes_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """What an endpoint becomes; `closes_on` None: it goes on."""

    room: Room
    unit: str
    name: str
    tier: str
    bridge: str
    closes_on: dt.date | None = None

    @property
    def renamed(self) -> bool:
        return self.name != self.room.name

    @property
    def rebridged(self) -> bool:
        return self.closes_on is None and self.bridge != self.room.bridge


@dataclass(frozen=True, slots=True)
class Passed:
    """One line of descent."""

    old: str
    new: str
    share: str
    inherits: bool


@dataclass(slots=True)
class Plan:
    """`ends`: code → heir ("" for none). `opens`: units that begin. `moves`: by code of the endpoint."""

    ends: dict[str, str] = field(default_factory=dict)
    opens: dict[str, UnitLine] = field(default_factory=dict)
    passed: list[Passed] = field(default_factory=list)
    moves: dict[str, Move] = field(default_factory=dict)
    open_units: list[str] = field(default_factory=list)
    open_rooms: list[str] = field(default_factory=list)
    suggested_rooms: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def undecided(self) -> int:
        return len(self.open_units) + len(self.open_rooms)


def first_decision(shares: Shares) -> tuple[str, str]:
    """What a line of the mapping says by itself: a unit that passed whole is certain, a divided one is not."""
    if len(shares) == 1 and shares[0][1] == WHOLE:
        return PASS, shares[0][0]
    return UNDECIDED, ""


def likely(shares: Shares) -> str:
    """The one unit that got the main part, "" when it cannot be told."""
    main = [code for code, share in shares if share in {WHOLE, MAIN}]
    return main[0] if len(main) == 1 else ""


@dataclass(slots=True)
class Draft:
    """The mapping made complete: every unit that ends has its passage, and units without an answer a suggestion."""

    standing: Mapping[str, Standing]
    opens: dict[str, UnitLine]
    passages: dict[str, Passage]
    suggestions: dict[str, str] = field(default_factory=dict)

    def ends(self, code: str) -> bool:
        """Whether the unit's row ends: it is decided to pass or close, and not merely to go on as it is."""
        passage = self.passages.get(code)
        if passage is None or passage.decision not in {PASS, CLOSE}:
            return False
        return passage.heir != code or code in self.opens or self.standing[code].ended

    def tier_after(self, code: str) -> str | None:
        """The tier of the unit that has this code from the day on; None when there is none."""
        if code in self.opens:
            return self.opens[code].tier
        unit = self.standing.get(code)
        return unit.tier if unit is not None and not unit.ended and not self.ends(code) else None

    def name_after(self, code: str) -> str:
        return self.opens[code].name if code in self.opens else self.standing[code].name

    def parent_after(self, code: str) -> str:
        if code in self.opens:
            return self.opens[code].parent_code
        return self.standing[code].parent if code in self.standing else ""


def complete(
    standing: Mapping[str, Standing],
    coming: Mapping[str, UnitLine],
    passages: Mapping[str, Passage],
    *,
    listed: bool,
) -> Draft:
    """Add what follows from what was said. `listed`: `coming` is the complete list of the provinces that it touches."""
    known = {code: passage for code, passage in passages.items() if code in standing}
    needed = _needed(coming, known) if listed else dict(coming)
    opens = {
        code: line
        for code, line in needed.items()
        if code not in standing or standing[code].ended or not _same(line, standing[code])
    }
    draft = Draft(standing, opens, known)
    below = _children(standing)
    if listed:
        _end_what_is_not_listed(draft, needed)
    else:
        for code in opens:
            if code in standing and not standing[code].ended and code not in known:
                known[code] = Passage(code)
        _end_what_is_left_empty(draft, below)
    _carry_along(draft, below)
    draft.suggestions = _suggestions(draft, below)
    return draft


def _same(line: UnitLine, unit: Standing) -> bool:
    return (line.name, line.kind, line.tier, line.parent_code) == (unit.name, unit.kind, unit.tier, unit.parent)


def _needed(coming: Mapping[str, UnitLine], passages: Mapping[str, Passage]) -> dict[str, UnitLine]:
    """Of a list of the whole country the provinces into which something passes."""
    wanted = {code for passage in passages.values() for code, _share in passage.shares}
    wanted |= {passage.heir for passage in passages.values()}
    tops = {_top(code, coming) for code in wanted if code in coming}
    return {code: line for code, line in coming.items() if _top(code, coming) in tops}


def _top(code: str, coming: Mapping[str, UnitLine]) -> str:
    seen = {code}
    while (parent := coming[code].parent_code) in coming and parent not in seen:
        seen.add(parent)
        code = parent
    return code


def _children(standing: Mapping[str, Standing]) -> dict[str, list[str]]:
    below: defaultdict[str, list[str]] = defaultdict(list)
    for unit in standing.values():
        below[unit.parent].append(unit.code)
    return dict(below)


def _end_what_is_not_listed(draft: Draft, needed: Mapping[str, UnitLine]) -> None:
    tops = {_top_standing(code, draft.standing) for code in draft.passages}
    for code, unit in draft.standing.items():
        stays = code in needed and code not in draft.opens
        if code not in draft.passages and not stays and not unit.ended and _top_standing(code, draft.standing) in tops:
            draft.passages[code] = Passage(code)


def _top_standing(code: str, standing: Mapping[str, Standing]) -> str:
    seen = {code}
    while (parent := standing[code].parent) in standing and parent not in seen:
        seen.add(parent)
        code = parent
    return code


def _end_what_is_left_empty(draft: Draft, below: Mapping[str, Sequence[str]]) -> None:
    """A unit all of whose units end and under which none begins has nothing left to hold."""
    kept = {line.parent_code for line in draft.opens.values()}
    grown = True
    while grown:
        grown = False
        for code, children in below.items():
            if code and code not in draft.passages and code not in kept and code not in draft.opens:
                if draft.standing[code].ended or not all(draft.ends(child) for child in children):
                    continue
                draft.passages[code] = Passage(code)
                grown = True


def _carry_along(draft: Draft, below: Mapping[str, Sequence[str]]) -> None:
    """What hangs under a unit that passes on, and is not spoken of, begins anew under the heir: its facts are the same,
    its parent is another, and the old row keeps the old tree."""
    queue = [code for code in draft.passages if draft.ends(code)]
    for code in queue:
        heir = draft.passages[code].heir
        for child in below.get(code, ()) if heir else ():
            unit, said = draft.standing[child], draft.passages.get(child)
            if unit.ended or child in draft.opens or (said is not None and said.decision != KEEP):
                continue
            draft.opens[child] = UnitLine(CARRIED, child, unit.name, unit.kind, unit.tier, heir, None, None)
            draft.passages[child] = Passage(child, ((child, WHOLE),), PASS, child)
            queue.append(child)


def _suggestions(draft: Draft, below: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """For a divided unit who got the main part; for one that only held others, the unit above most of their heirs."""
    found = {}
    for code, passage in draft.passages.items():
        if passage.decision:
            continue
        guess = likely(passage.shares)
        if not guess and not passage.shares:
            above = Counter(draft.parent_after(target) or target for target in _targets(code, draft, below))
            guess = min(above, key=lambda each: (-above[each], each)) if above else ""
            line = draft.opens.get(code)
            if not guess and line is not None and line.name == draft.standing[code].name:
                guess = code
        if guess and draft.tier_after(guess) is not None:
            found[code] = guess
    return found


def _targets(code: str, draft: Draft, below: Mapping[str, Sequence[str]]) -> list[str]:
    """Where the lowest units under a unit pass into, as far as it can be told."""
    found, queue = [], list(below.get(code, ()))
    for child in queue:
        queue.extend(below.get(child, ()))
        passage = draft.passages.get(child)
        if passage is not None and not below.get(child):
            target = passage.heir or likely(passage.shares)
            if target and draft.tier_after(target) is not None:
                found.append(target)
    return found


def make_plan(draft: Draft, rooms: Iterable[Room], wishes: Mapping[str, Wish], *, on: dt.date) -> Plan:
    """All that the reorganisation does, all that is undecided, and all that is wrong."""
    plan = Plan(opens=draft.opens, open_units=sorted(c for c, each in draft.passages.items() if not each.decision))
    for code, passage in draft.passages.items():
        if draft.ends(code):
            plan.ends[code] = passage.heir if passage.decision == PASS else ""
            plan.passed += _descent(passage) if passage.decision == PASS else []
    _check_units(draft, plan)
    below = _children(draft.standing)
    listed = list(rooms)
    named: list[tuple[Room, Wish, str]] = []
    for room in listed:
        wish = wishes.get(room.code) or Wish(room.code)
        if room.unit not in draft.passages and not wish.decision:
            continue
        decided = _destination(room, wish, draft)
        if wish.decision == CLOSE:
            plan.moves[room.code] = Move(room, room.unit, room.name, room.tier, room.bridge, wish.closes_on or on)
        elif decided is None:
            plan.open_rooms.append(room.code)
            if near := _near(room, draft, below):
                plan.suggested_rooms[room.code] = near
        elif draft.tier_after(decided) is None:
            plan.problems.append(Problem(0, "unit", "unit_not_there", decided, room.code))
        else:
            named.append((room, wish, decided))
    _name_rooms(named, listed, draft, plan)
    return plan


def _descent(passage: Passage) -> list[Passed]:
    lines = [Passed(passage.code, code, share, code == passage.heir) for code, share in passage.shares]
    if not any(line.inherits for line in lines):
        lines.append(Passed(passage.code, passage.heir, PART if lines else WHOLE, True))
    return lines


def _destination(room: Room, wish: Wish, draft: Draft) -> str | None:
    """The code of the unit that the endpoint belongs to from the day on; None while it is undecided."""
    if wish.decision == MOVE:
        return wish.unit
    passage = draft.passages.get(room.unit)
    if passage is None or passage.decision == KEEP:
        return room.unit
    if passage.decision != PASS:
        return None
    # A room passes by itself to a unit of the same tier only: whether the room of a district becomes one of the
    # province, of a commune, or closes is for a person to say.
    same_tier = draft.tier_after(passage.heir) == draft.standing[room.unit].tier
    return passage.heir if wish.decision == FOLLOW or same_tier else None


def _near(room: Room, draft: Draft, below: Mapping[str, Sequence[str]]) -> str:
    """For the room of a unit that held others: the unit of the same name among their heirs, else its own heir."""
    unit = draft.standing[room.unit]
    own = proper_name(unit.name, unit.kind)
    fitting = []
    for code in set(_targets(room.unit, draft, below)):
        line = draft.opens.get(code)
        kind = line.kind if line is not None else draft.standing[code].kind
        name = proper_name(draft.name_after(code), kind)
        if name == own or name.startswith(f"{own} "):
            fitting.append((len(name), name, code))
    if fitting and unit.parent:
        return min(fitting)[2]
    passage = draft.passages.get(room.unit)
    return (passage.heir if passage is not None else "") or draft.suggestions.get(room.unit, "")


def _name_rooms(named: Sequence[tuple[Room, Wish, str]], rooms: Iterable[Room], draft: Draft, plan: Plan) -> None:
    """A room that was called as its unit is called as its new unit; where several come together, one is, and the
    others carry their old name behind it."""
    called: dict[str, list[tuple[Room, str]]] = defaultdict(list)
    moving = {room.code for room, _wish, _unit in named}
    taken = {
        room.unit
        for room in rooms
        if room.code not in moving and room.unit not in plan.ends and room.name == draft.standing[room.unit].name
    }
    for room, wish, unit in named:
        if not wish.name and room.name == draft.standing[room.unit].name and (room.unit != unit or unit in plan.ends):
            called[unit].append((room, room.unit))
    names: dict[str, str] = {}
    for unit, group in called.items():
        group.sort(key=lambda pair: (pair[1] != unit, pair[1], pair[0].code))
        for place, (room, old) in enumerate(group):
            whole = draft.name_after(unit)
            if place or unit in taken:
                before = draft.standing[old]
                same_tier = before.tier == draft.tier_after(unit)
                whole = f"{whole} ({proper_name(before.name, before.kind) if same_tier else before.name})"
            names[room.code] = whole[:LONGEST_NAME]
    for room, wish, unit in named:
        changed = unit != room.unit or unit in plan.ends
        tier = (draft.tier_after(unit) or room.tier) if unit != room.unit else room.tier
        move = Move(room, unit, wish.name or names.get(room.code, room.name), tier, wish.bridge or room.bridge)
        if changed or move.renamed or move.rebridged:
            plan.moves[room.code] = move


def _check_units(draft: Draft, plan: Plan) -> None:
    for code, passage in draft.passages.items():
        for target, _share in passage.shares:
            if draft.tier_after(target) is None and passage.decision in {UNDECIDED, PASS} and target != passage.heir:
                plan.problems.append(Problem(0, "new_code", "new_unit_unknown", target, code))
        if passage.decision == PASS and draft.tier_after(passage.heir) is None:
            plan.problems.append(Problem(0, "new_code", "new_unit_unknown", passage.heir, code))
        if passage.decision == KEEP and code in draft.opens:
            plan.problems.append(Problem(0, "old_code", "kept_but_replaced", code))
    for line in draft.opens.values():
        trail, step = {line.code}, line.parent_code
        while step and step not in trail and draft.tier_after(step) is not None:
            trail.add(step)
            step = draft.parent_after(step)
        if step in trail:
            plan.problems.append(Problem(0, "parent_code", "parent_cycle", line.code, step))
        elif step:
            plan.problems.append(Problem(0, "parent_code", "parent_not_there", step, line.code))
    for code, unit in draft.standing.items():
        stays = not unit.ended and not draft.ends(code) and code not in draft.opens
        if stays and unit.parent in plan.ends and draft.passages.get(code, Passage(code, decision=KEEP)).decision:
            plan.problems.append(Problem(0, "parent_code", "parent_not_there", unit.parent, code))
    plan.problems = list(dict.fromkeys(plan.problems))
