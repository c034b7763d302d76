"""The figures of an attendance report: who was summoned, who came, how, and who did not.

Every person is counted once, under one outcome, at one endpoint. So the endpoints add up to their group and their tier,
the tiers to the total, and the total to the number of persons. An endpoint that reported a head count is counted by it:
its operator saw the room, the scans did not see everybody.

Substitutes stand apart from those present in person or online (they are neither), and present is the sum of the three.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final


class Outcome(StrEnum):
    IN_PERSON = "in_person"
    ONLINE = "online"
    SUBSTITUTE = "substitute"
    EXCUSED = "excused"
    UNEXCUSED = "unexcused"
    NOT_YET = "not_yet"


PRESENT: Final = frozenset({Outcome.IN_PERSON, Outcome.ONLINE, Outcome.SUBSTITUTE})
ABSENT: Final = frozenset({Outcome.EXCUSED, Outcome.UNEXCUSED})


def outcome(*, mode: str | None, substitute: bool, excused: bool, settled: bool) -> Outcome:
    """Name the outcome of one summoned person.

    ``mode`` is ``in_person`` or ``online`` of the check-in, None without one; ``substitute`` says that somebody else
    came in the person's place; ``excused`` that a reason was given and taken; ``settled`` that the roll call is closed:
    only then is silence an unexcused absence. Raises ValueError for another mode.
    """
    if mode is not None:
        present = Outcome(mode)
        if present not in PRESENT:
            raise ValueError(f"not a way to be present: {mode!r}")
        return Outcome.SUBSTITUTE if substitute else present
    if excused:
        return Outcome.EXCUSED
    return Outcome.UNEXCUSED if settled else Outcome.NOT_YET


@dataclass(frozen=True, slots=True)
class TierLine:
    """A tier of the network; ``rank`` orders it, the highest body first."""

    code: str
    name: str
    rank: int = 0


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A unit whose endpoints are summed up, such as a district; ordered by its official code."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class EndpointLine:
    """An endpoint as the report names it. ``group`` is None where the network has no tier between."""

    code: str
    name: str
    tier: TierLine
    group: GroupLine | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """One summoned person. ``at`` is the check-in; ``reason`` and ``substitute_name`` are empty where there is none.

    A person without an endpoint is counted at an EndpointLine with an empty code.
    """

    full_name: str
    position: str
    unit_name: str
    endpoint: EndpointLine
    outcome: Outcome
    at: datetime | None = None
    late: bool = False
    left_early: bool = False
    reason: str = ""
    substitute_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadCount:
    """What an operator reported for one endpoint. Raises ValueError if negative or more than were summoned."""

    endpoint: EndpointLine
    summoned: int
    in_person: int = 0
    online: int = 0
    substitutes: int = 0
    excused: int = 0
    unexcused: int = 0

    def __post_init__(self) -> None:
        parts = (self.in_person, self.online, self.substitutes, self.excused, self.unexcused)
        if min(parts) < 0 or sum(parts) > self.summoned:
            raise ValueError(f"the head count of {self.endpoint.code} does not fit {self.summoned} summoned")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many persons, by outcome. ``late`` and ``left_early`` are some of those present."""

    in_person: int = 0
    online: int = 0
    substitutes: int = 0
    excused: int = 0
    unexcused: int = 0
    not_yet: int = 0
    late: int = 0
    left_early: int = 0

    @property
    def present(self) -> int:
        return self.in_person + self.online + self.substitutes

    @property
    def summoned(self) -> int:
        return self.present + self.excused + self.unexcused + self.not_yet

    @property
    def rate(self) -> float | None:
        """Present out of summoned, 0…1; None where nobody was summoned."""
        return self.present / self.summoned if self.summoned else None

    @property
    def percent(self) -> Decimal | None:
        """The rate in per cent with one decimal, half rounded up: ``Decimal("95.9")``."""
        if not self.summoned:
            return None
        exact = Decimal(100 * self.present) / Decimal(self.summoned)
        return exact.quantize(Decimal("0.1"), ROUND_HALF_UP)

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            in_person=self.in_person + other.in_person,
            online=self.online + other.online,
            substitutes=self.substitutes + other.substitutes,
            excused=self.excused + other.excused,
            unexcused=self.unexcused + other.unexcused,
            not_yet=self.not_yet + other.not_yet,
            late=self.late + other.late,
            left_early=self.left_early + other.left_early,
        )


@dataclass(frozen=True, slots=True)
class EndpointRow:
    """``counts`` stand in the report; ``named`` is what the names alone would give, None without a head count."""

    endpoint: EndpointLine
    counts: Counts
    reported: bool
    named: Counts | None = None

    @property
    def differs(self) -> bool:
        """Whether the head count does not agree with the names."""
        return self.named is not None and replace(self.named, late=0, left_early=0) != replace(
            self.counts, late=0, left_early=0
        )


@dataclass(frozen=True, slots=True)
class SumRow:
    """The sum of some endpoints, ``reported`` of which have reported."""

    code: str
    name: str
    endpoints: int
    reported: int
    counts: Counts


@dataclass(frozen=True, slots=True)
class TierRow:
    """A tier, and within it the sums of its groups (empty where its endpoints have none)."""

    sum: SumRow
    groups: tuple[SumRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingHead:
    """What the report says of the meeting. The zone of ``starts_at`` is that of every time in the report.

    ``total_name`` names the last row ("Toàn tỉnh"). ``closed_at`` is None while the roll call is open. ``seal`` is the
    head of the audit chain, printed so that a later change of the record shows.
    """

    title: str
    starts_at: datetime
    ends_at: datetime
    chair_name: str
    chair_position: str
    total_name: str
    closed_at: datetime | None = None
    seal: str = ""


@dataclass(frozen=True, slots=True)
class AttendanceReport:
    """Rows are ordered: tiers by rank, groups and endpoints by code, persons as their endpoints, then as given.

    ``groups`` sum up every tier under a group: a district's own room and its communes.
    """

    head: MeetingHead
    total: SumRow
    tiers: tuple[TierRow, ...]
    groups: tuple[SumRow, ...]
    endpoints: tuple[EndpointRow, ...]
    persons: tuple[PersonLine, ...]

    @property
    def absentees(self) -> tuple[PersonLine, ...]:
        """Those known by name to be absent, the unexcused first."""
        return tuple(
            sorted(
                (person for person in self.persons if person.outcome in ABSENT),
                key=lambda person: person.outcome is not Outcome.UNEXCUSED,
            )
        )


@dataclass(frozen=True, slots=True)
class Arrival:
    """``present`` persons had checked in before the moment ``at``."""

    at: datetime
    present: int


def tally(
    head: MeetingHead,
    persons: Iterable[PersonLine],
    *,
    endpoints: Iterable[EndpointLine] = (),
    head_counts: Iterable[HeadCount] = (),
) -> AttendanceReport:
    """Count every person once and add up endpoints, groups, tiers and the total.

    ``endpoints`` names those that take part, so that one without a person still has its row. Raises ValueError if an
    endpoint has two head counts, or one code stands for two different endpoints.
    """
    people, counted = tuple(persons), tuple(head_counts)
    reported = {count.endpoint.code: count for count in counted}
    if len(reported) != len(counted):
        raise ValueError("an endpoint has two head counts")
    lines = _distinct_endpoints(
        [*endpoints, *(person.endpoint for person in people), *(count.endpoint for count in counted)]
    )
    of_endpoint: defaultdict[str, list[PersonLine]] = defaultdict(list)
    for person in people:
        of_endpoint[person.endpoint.code].append(person)
    rows = tuple(_endpoint_row(line, of_endpoint[line.code], reported.get(line.code)) for line in lines)
    return AttendanceReport(
        head=head,
        total=_sum("", head.total_name, rows),
        tiers=_tier_rows(rows),
        groups=_group_rows(rows),
        endpoints=rows,
        persons=tuple(person for line in lines for person in of_endpoint[line.code]),
    )


def arrivals(persons: Iterable[PersonLine], *, most: int = 48) -> tuple[Arrival, ...]:
    """Return how many had come by each full step, from the step of the first check-in to that of the last.

    The step is the shortest of 1, 5, 10, 15, 30 minutes, 1, 2, 4 … hours that gives no more than ``most`` points.
    Empty without a check-in.
    """
    times = sorted(person.at for person in persons if person.at is not None and person.outcome in PRESENT)
    if not times:
        return ()
    step = _step(times[0], times[-1], most)
    moment = _floor(times[0], step)
    points = [Arrival(moment, 0)]
    came = 0
    while came < len(times):
        moment += step
        while came < len(times) and times[came] < moment:
            came += 1
        points.append(Arrival(moment, came))
    return tuple(points)


def _distinct_endpoints(lines: Iterable[EndpointLine]) -> list[EndpointLine]:
    by_code: dict[str, EndpointLine] = {}
    for line in lines:
        if by_code.setdefault(line.code, line) != line:
            raise ValueError(f"two endpoints have the code {line.code!r}")
    return sorted(
        by_code.values(),
        key=lambda line: (line.tier.rank, line.tier.code, line.group.code if line.group else "", line.code),
    )


_FIELD: Final = {
    Outcome.IN_PERSON: "in_person",
    Outcome.ONLINE: "online",
    Outcome.SUBSTITUTE: "substitutes",
    Outcome.EXCUSED: "excused",
    Outcome.UNEXCUSED: "unexcused",
    Outcome.NOT_YET: "not_yet",
}


def _counts(people: Sequence[PersonLine]) -> Counts:
    numbers = dict.fromkeys([*_FIELD.values(), "late", "left_early"], 0)
    for person in people:
        numbers[_FIELD[person.outcome]] += 1
        if person.outcome in PRESENT:
            numbers["late"] += person.late
            numbers["left_early"] += person.left_early
    return Counts(**numbers)


def _endpoint_row(line: EndpointLine, people: Sequence[PersonLine], reported: HeadCount | None) -> EndpointRow:
    named = _counts(people)
    if reported is None:
        heard = named.present > 0 or 0 < named.summoned == named.excused
        return EndpointRow(line, named, reported=heard)
    counts = Counts(
        in_person=reported.in_person,
        online=reported.online,
        substitutes=reported.substitutes,
        excused=reported.excused,
        unexcused=reported.unexcused,
    )
    # Nobody counts late heads at the door: these two come from the scans.
    counts = replace(
        counts,
        not_yet=reported.summoned - counts.summoned,
        late=min(named.late, counts.present),
        left_early=min(named.left_early, counts.present),
    )
    return EndpointRow(line, counts, reported=True, named=named if people else None)


def _sum(code: str, name: str, rows: Sequence[EndpointRow]) -> SumRow:
    return SumRow(
        code=code,
        name=name,
        endpoints=len(rows),
        reported=sum(row.reported for row in rows),
        counts=sum((row.counts for row in rows), Counts()),
    )


def _tier_rows(rows: Sequence[EndpointRow]) -> tuple[TierRow, ...]:
    of_tier: defaultdict[TierLine, list[EndpointRow]] = defaultdict(list)
    for row in rows:
        of_tier[row.endpoint.tier].append(row)
    return tuple(TierRow(_sum(tier.code, tier.name, its), _group_rows(its)) for tier, its in of_tier.items())


def _group_rows(rows: Sequence[EndpointRow]) -> tuple[SumRow, ...]:
    of_group: defaultdict[GroupLine, list[EndpointRow]] = defaultdict(list)
    for row in rows:
        if row.endpoint.group is not None:
            of_group[row.endpoint.group].append(row)
    return tuple(
        _sum(group.code, group.name, its) for group, its in sorted(of_group.items(), key=lambda pair: pair[0].code)
    )


def _step(first: datetime, last: datetime, most: int) -> timedelta:
    minutes = 1
    choices = iter((5, 10, 15, 30, 60))
    while (last - _floor(first, timedelta(minutes=minutes))) // timedelta(minutes=minutes) + 2 > most:
        minutes = next(choices, minutes * 2)
    return timedelta(minutes=minutes)


def _floor(moment: datetime, step: timedelta) -> datetime:
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (moment - midnight) // step * step
