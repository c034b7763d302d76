"""Who outranks whom: which bookings must give way to a session of a higher level, and which never do.

The chair may put a meeting off on the instruction of a higher level or by force majeure (QĐ 45/2018/QĐ-TTg). So a
session may take the place of sessions convened at a lower tier, never of one of its own tier or a higher one, of one
entered from outside as fixed, or of one in session; and only of as many as truly stand in its way.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from rooms.scheduling.capacity import Bridge, Demand, Load, load_profile
from rooms.scheduling.conflicts import (
    Claim,
    ClosedPeriod,
    Conflict,
    EndpointBusy,
    LinkExhausted,
    PortsExhausted,
    ScheduleRequest,
    examine,
    request_demand,
)
from rooms.scheduling.endpoints import EndpointFacts
from rooms.scheduling.intervals import Interval

Why = Literal["higher_tier", "equal_tier", "fixed", "in_session", "not_scheduled", "tier_unknown", "no_session"]
"""Why something does not give way; ``no_session``: it is no session at all (closed, not valid, no connection)."""

MOST_STEPS = 20_000
"""How many partial choices are looked at before the best found so far is taken."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A booking as the rule sees it. ``rank`` of the tier that convenes it, 0 at the top, None = not known.

    ``fixed``: entered from outside. ``in_session``: it is running. ``scheduled``: a meeting stands behind it that is
    booked and can be put off.
    """

    booking: int
    rank: int | None
    fixed: bool = False
    in_session: bool = False
    scheduled: bool = True


def stays(standing: Standing | None, rank: int | None) -> Why | None:
    """Why a booking does not give way to a session of that rank; None: it gives way."""
    if standing is None or rank is None:
        return "tier_unknown"
    if standing.fixed:
        return "fixed"
    if standing.in_session:
        return "in_session"
    if not standing.scheduled:
        return "not_scheduled"
    if standing.rank is None:
        return "tier_unknown"
    if standing.rank == rank:
        return "equal_tier"
    return "higher_tier" if standing.rank < rank else None


@dataclass(frozen=True, slots=True)
class Precedence:
    """What taking precedence would do.

    ``displaced``: the bookings that give way, ascending; empty when nothing stands in the way or not all of it gives
    way. ``remaining``: the conflicts that are left when everything lower has gone, with only those holders that stay.
    ``reasons``: booking → why it stays, of all that do.
    """

    displaced: tuple[int, ...]
    remaining: tuple[Conflict, ...]
    reasons: Mapping[int, Why] = field(default_factory=dict)

    @property
    def possible(self) -> bool:
        return not self.remaining

    def why(self, conflict: Conflict) -> Why | None:
        """Why this conflict cannot be removed by taking precedence; None: it can."""
        match conflict:
            case EndpointBusy():
                return self.reasons.get(conflict.booking)
            case PortsExhausted() | LinkExhausted():
                left = [
                    each for each in self.remaining if (each.kind, _bridge(each)) == (conflict.kind, conflict.bridge)
                ]
                if not left:
                    return None
                holders = left[0].holders if isinstance(left[0], PortsExhausted | LinkExhausted) else ()
                known = [
                    self.reasons[each.booking]
                    for each in holders
                    if each.booking is not None and each.booking in self.reasons
                ]
                return known[0] if known else "no_session"
            case _:
                return "no_session"


def _bridge(conflict: Conflict) -> str:
    return conflict.bridge if isinstance(conflict, PortsExhausted | LinkExhausted) else ""


def precedence(
    request: ScheduleRequest,
    facts: Mapping[str, EndpointFacts],
    busy: Sequence[Claim],
    closures: Sequence[ClosedPeriod],
    bridges: Sequence[Bridge],
    loads: Sequence[Load],
    standings: Mapping[int, Standing],
    rank: int | None,
) -> Precedence:
    """Which bookings must give way so that the whole request fits, the fewest; of equally few those whose tiers are
    lowest, and of these the ones booked last.

    All that hold a wanted endpoint must. Where ports or links are short besides, the choice is exact up to MOST_STEPS
    partial choices, then the best one found. Raises as ``conflicts.examine``.
    """
    needed = request_demand(request, facts, bridges)
    around = {claim.booking for claim in busy} | {load.booking for load in loads if load.booking is not None}
    others = around - {request.booking}
    reasons = {each: why for each in sorted(others) if (why := stays(standings.get(each), rank)) is not None}
    lower = others - reasons.keys()
    left_busy = [claim for claim in busy if claim.booking not in lower]
    left_loads = [load for load in loads if load.booking not in lower]
    verdict = examine(request, facts, left_busy, closures, bridges, left_loads)
    if not verdict.fits:
        return Precedence((), verdict.conflicts, reasons)
    wanted = set(request.endpoints)
    forced = {
        claim.booking
        for claim in busy
        if claim.booking in lower and claim.endpoint in wanted and claim.interval.overlaps(request.hold)
    }
    kept = [load for load in loads if load.booking not in forced and load.booking != request.booking]
    gaps = _gaps(bridges, kept, needed, request.hold, lower)
    ranks = {each: standings[each].rank or 0 for each in lower}
    return Precedence(tuple(sorted(forced | _Choice(gaps, ranks).made())), (), reasons)


@dataclass(frozen=True, slots=True)
class _Gap:
    """A moment at which a bridge or a link lacks ``missing``, and what each lower booking would give back then."""

    missing: int
    gives: Mapping[int, int]


def _gaps(
    bridges: Sequence[Bridge], loads: Sequence[Load], needed: Demand, window: Interval, lower: set[int]
) -> list[_Gap]:
    found: dict[tuple[int, tuple[tuple[int, int], ...]], _Gap] = {}
    limits = {bridge.code: bridge for bridge in bridges}
    sides = [(code, number, limits[code].ports, "ports") for code, number in needed.ports.items()]
    for code, number in needed.links.items():
        limit = limits[code].link_ports
        if limit is not None:
            sides.append((code, number, limit, "links"))
    for code, number, limit, what in sides:
        here = [load for load in loads if load.bridge == code and load.interval.overlaps(window)]
        amounts = [(load, load.ports if what == "ports" else load.links) for load in here]
        for moment, level in load_profile((load.interval, amount) for load, amount in amounts).steps(window):
            missing = level + number - limit
            if missing <= 0:
                continue
            gives: dict[int, int] = {}
            for load, amount in amounts:
                if load.booking in lower and amount and load.interval.contains(moment.start):
                    gives[load.booking] = gives.get(load.booking, 0) + amount
            found.setdefault((missing, tuple(sorted(gives.items()))), _Gap(missing, gives))
    return list(found.values())


class _Choice:
    """The fewest bookings that fill every gap; `made` gives the best of them."""

    def __init__(self, gaps: Sequence[_Gap], ranks: Mapping[int, int]) -> None:
        self.gaps = gaps
        self.ranks = ranks
        self.steps = 0
        self.best: tuple[tuple[int, ...], frozenset[int]] | None = None

    def made(self) -> frozenset[int]:
        if not self.gaps:
            return frozenset()
        fallback = self._one_by_one()
        for size in range(1, len(fallback) + 1):
            self._try([gap.missing for gap in self.gaps], frozenset(), frozenset(), size)
            if self.best is not None:
                return self.best[1]
            if self.steps > MOST_STEPS:
                break
        return fallback

    def _key(self, chosen: Iterable[int]) -> tuple[int, ...]:
        """Greater is better: the highest tier that gives way first, then who booked last."""
        listed = list(chosen)
        return (*sorted(self.ranks[each] for each in listed), *sorted(listed))

    def _try(self, missing: list[int], chosen: frozenset[int], out: frozenset[int], left: int) -> None:
        """Fill the first gap that is open by each booking that helps there; `out` were tried before."""
        self.steps += 1
        if self.steps > MOST_STEPS:
            return
        still = [(index, lack) for index, lack in enumerate(missing) if lack > 0]
        if not still:
            key = self._key(chosen)
            if self.best is None or key > self.best[0]:
                self.best = key, chosen
            return
        for index, lack in still:
            gives = self.gaps[index].gives
            most = sorted((n for each, n in gives.items() if each not in chosen and each not in out), reverse=True)
            if sum(most[:left]) < lack:
                return
        first = self.gaps[still[0][0]].gives
        tried: set[int] = set()
        for each in sorted(first, key=lambda one: (-self.ranks[one], -first[one], -one)):
            if each in chosen or each in out:
                continue
            rest = [lack - gap.gives.get(each, 0) for lack, gap in zip(missing, self.gaps, strict=True)]
            self._try(rest, chosen | {each}, out | frozenset(tried), left - 1)
            tried.add(each)

    def _one_by_one(self) -> frozenset[int]:
        """A choice that fills every gap and of which none could stay, found without trying all."""
        missing = [gap.missing for gap in self.gaps]
        chosen: list[int] = []
        while any(lack > 0 for lack in missing):
            helps: dict[int, int] = {}
            for lack, gap in zip(missing, self.gaps, strict=True):
                for each, amount in gap.gives.items():
                    if lack > 0 and each not in chosen:
                        helps[each] = helps.get(each, 0) + min(amount, lack)
            taken = max(helps, key=lambda one: (helps[one], self.ranks[one], one))
            chosen.append(taken)
            missing = [lack - gap.gives.get(taken, 0) for lack, gap in zip(missing, self.gaps, strict=True)]
        for each in sorted(chosen, key=lambda one: (self.ranks[one], one)):
            if all(-lack >= gap.gives.get(each, 0) for lack, gap in zip(missing, self.gaps, strict=True)):
                chosen.remove(each)
                missing = [lack + gap.gives.get(each, 0) for lack, gap in zip(missing, self.gaps, strict=True)]
        return frozenset(chosen)
