"""How fast conflicts and free times are found, beside a double loop over the same data in the same run.

    python -m bench.engine

`examine`: 208 endpoints asked for three hours, with 10 to 10,000 existing claims, and all of 31,000 endpoints with
31,000 claims. The double loop asks of every endpoint and every claim whether they collide; it leaves the ports out.
`first_free_slots`: three starts of three hours in office hours of the next 90 days. Its double loop tries every
quarter hour against every claim until it has as many, ports left out too: it wins where the first day is free, and
loses where the diary is full. Both sides are checked to give the same answer. Median of several rounds, ms.
"""

import random
import statistics
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import groupby

from rooms.scheduling.capacity import Bridge, Load, demand
from rooms.scheduling.conflicts import OFFICE_ZONE, Claim, ClosedPeriod, ScheduleRequest, examine
from rooms.scheduling.endpoints import EndpointFacts
from rooms.scheduling.intervals import Interval
from rooms.scheduling.office_hours import Calendar
from rooms.scheduling.suggestions import QUARTER_HOUR, Search, first_free_slots, largest_free_subset

START = datetime(2025, 5, 22, tzinfo=OFFICE_ZONE)
DAYS = 90
OFFICE = Calendar()
BRIDGES = [
    Bridge("MCU-00", "Province", 40_000),
    *(Bridge(f"MCU-{n:02}", "District", 4_000, "MCU-00") for n in range(1, 12)),
]


def network(number: int) -> list[EndpointFacts]:
    return [EndpointFacts(f"X{n:05}", BRIDGES[n % len(BRIDGES)].code) for n in range(number)]


def diary(endpoints: list[EndpointFacts], number: int) -> tuple[list[Claim], list[Load]]:
    """Claims of 90 minutes in office hours, 20 endpoints to a booking, over the whole span of days."""
    lots = random.Random(number)
    claims = []
    for booking in range(-(-number // 20)):
        begin = START + timedelta(days=lots.randrange(DAYS), minutes=lots.choice([450, 540, 810, 900]))
        interval = Interval(begin, begin + timedelta(minutes=90))
        for _ in range(min(20, number - booking * 20)):
            claims.append(Claim(lots.choice(endpoints).code, interval, booking, "Briefing"))
    bridge_of = {each.code: each.bridge for each in endpoints}
    loads: list[Load] = []
    for booking, members in groupby(claims, key=lambda claim: claim.booking):
        own = list(members)
        needed = demand(BRIDGES, {claim.endpoint: bridge_of[claim.endpoint] for claim in own}, None)
        loads.extend(needed.loads(own[0].interval, booking=booking))
    lots.shuffle(claims)
    return claims, loads


def colliding(request: ScheduleRequest, claims: list[Claim]) -> list[Claim]:
    """The double loop."""
    window = request.hold
    return [
        claim
        for code in request.endpoints
        for claim in claims
        if claim.endpoint == code and claim.interval.overlaps(window)
    ]


def tried_one_by_one(request: ScheduleRequest, claims: list[Claim], search: Search) -> list[datetime]:
    wanted = set(request.endpoints)
    found: list[datetime] = []
    start = search.earliest
    while len(found) < search.count and start + request.duration <= search.horizon:
        moved = request.moved_to(start)
        meeting = Interval(moved.starts_at, moved.ends_at)
        if any(span.covers(meeting) for span in OFFICE.spans(start.date())) and not any(
            claim.endpoint in wanted and claim.interval.overlaps(moved.hold) for claim in claims
        ):
            found.append(start)
        start += QUARTER_HOUR
    return found


def median_ms(act: Callable[[], object], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        act()
        times.append((time.perf_counter() - begin) * 1000)
    return statistics.median(times)


def row(
    question: str, endpoints: int, claims: int, ours: Callable[[], object], peer: Callable[[], object] | None
) -> None:
    mine = median_ms(ours, 9)
    if peer is None:
        print(f"| {question} | {endpoints:,} | {claims:,} | {mine:,.2f} | – | – |")
        return
    theirs = median_ms(peer, 3)
    print(f"| {question} | {endpoints:,} | {claims:,} | {mine:,.2f} | {theirs:,.2f} | {theirs / mine:,.1f} |")


def measure(number: int, claims_number: int, *, with_peer: bool) -> None:
    endpoints = network(number)
    claims, loads = diary(endpoints, claims_number)
    request = ScheduleRequest(
        endpoints=tuple(each.code for each in endpoints),
        starts_at=START + timedelta(hours=14),
        ends_at=START + timedelta(hours=17),
        setup=timedelta(minutes=30),
        host=endpoints[0].code,
    )
    search = Search(earliest=START + timedelta(hours=7), horizon=START + timedelta(days=DAYS), calendar=OFFICE)
    closures: list[ClosedPeriod] = []
    known = ({each.code: each for each in endpoints}, claims, closures, BRIDGES, loads)
    if with_peer:
        assert len(examine(request, *known).conflicts) == len(colliding(request, claims))
        slots = [slot.starts_at for slot in first_free_slots(request, *known, search)]
        assert slots == tried_one_by_one(request, claims, search)
    row(
        "examine",
        number,
        claims_number,
        lambda: examine(request, *known),
        (lambda: colliding(request, claims)) if with_peer else None,
    )
    row(
        "first_free_slots",
        number,
        claims_number,
        lambda: first_free_slots(request, *known, search),
        (lambda: tried_one_by_one(request, claims, search)) if with_peer else None,
    )
    row("largest_free_subset", number, claims_number, lambda: largest_free_subset(request, *known), None)


def main() -> None:
    print("| question | endpoints | claims | ms | double loop ms | ratio |")
    print("|---|--:|--:|--:|--:|--:|")
    for claims in (10, 1_000, 10_000):
        measure(208, claims, with_peer=True)
    measure(31_000, 31_000, with_peer=False)


if __name__ == "__main__":
    main()
