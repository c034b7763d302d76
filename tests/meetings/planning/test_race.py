"""Several people at the same instant, each with a connection of his own: one winner, and every loser is told who won.

The threads write to the real database; on SQLite they queue for its one writer, on PostgreSQL for the rows.
"""

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TypeVar

import pytest
from django.db import connections
from django.utils import timezone

from accounts.errors import StaleVersion
from accounts.models import User
from audit.chain import verify
from audit.models import Entry
from meetings.planning.actions import change_meeting, create_meeting, extend_meeting, open_meeting
from meetings.planning.lifecycle import ActImpossible
from meetings.planning.models import Meeting
from meetings.planning.wishes import Changes
from meetings.reports.invariants import no_double_booking, ports_written_down
from realtime.models import StreamEvent
from rooms.equipment.actions import load_bridges
from rooms.equipment.rows import EquipmentRejected, parse_bridges
from rooms.errors import BookingConflict
from rooms.models import BookedEndpoint, Booking
from rooms.scheduling.ways import Way
from rooms.selectors import read_selection
from tests.meetings.planning.plans import plan
from tests.people import People, at, make_network, make_people
from tests.scenes import make_meeting

pytestmark = pytest.mark.django_db(transaction=True)

WORKERS = 8
SLOTS = 24
CODES = ("T1", "T2", "H024", "H026", "X00688", "X00691", "X00715")
HOUR = dt.timedelta(hours=1)
_Result = TypeVar("_Result")


@pytest.fixture
def people(transactional_db: None) -> People:
    return make_people(make_network())


def at_once(work: Sequence[Callable[[], _Result]]) -> list[_Result]:
    """Run each piece in its own thread with its own connection, all let go together; raises what a thread raised."""
    start = threading.Barrier(len(work))
    results: dict[int, _Result] = {}
    faults: list[BaseException] = []

    def run(index: int) -> None:
        try:
            start.wait(timeout=30)
            results[index] = work[index]()
        except BaseException as fault:  # noqa: BLE001 -- handed to the test's own thread
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(work))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    if faults:
        raise faults[0]
    return [results[index] for index in range(len(work))]


def fresh(user: User) -> User:
    """The same account as another process would load it."""
    return User.objects.get(pk=user.pk)


def overlaps() -> int:
    live = list(BookedEndpoint.objects.filter(released=False).order_by("endpoint", "starts_at"))
    return sum(one.endpoint_id == two.endpoint_id and one.ends_at > two.starts_at for one, two in pairwise(live))


def test_of_eight_who_book_the_same_slot_at_the_same_instant_one_wins_and_the_others_are_told_who(
    people: People,
) -> None:
    """threats.md, 29."""
    starts = [at(0) + slot * HOUR for slot in range(SLOTS)]

    def worker(number: int) -> Callable[[], list[tuple[int, str, object]]]:
        def book() -> list[tuple[int, str, object]]:
            user = fresh(people.secretary)
            told: list[tuple[int, str, object]] = []
            for slot, start in enumerate(starts):
                wish = plan(
                    people,
                    title=f"{slot}/{number}",
                    selection=read_selection({"endpoints": ["T1", "X00688"]}),
                    starts_at=start,
                    ends_at=start + HOUR,
                    setup_minutes=0,
                )
                try:
                    told.append((slot, "won", create_meeting(user, wish).title))
                except BookingConflict as conflict:
                    told.append((slot, "lost", conflict.params["conflicts"]))
            return told

        return book

    results = [each for told in at_once([worker(number) for number in range(WORKERS)]) for each in told]
    winners = {slot: title for slot, result, title in results if result == "won"}
    assert Counter(result for _, result, _ in results) == {"won": SLOTS, "lost": SLOTS * (WORKERS - 1)}
    assert sorted(winners) == list(range(SLOTS))
    meetings = {meeting.title: meeting.pk for meeting in Meeting.objects.all()}
    assert sorted(meetings) == sorted(str(title) for title in winners.values())
    for slot, result, conflicts in results:
        if result == "lost":
            assert isinstance(conflicts, list)
            winner = {"id": meetings[str(winners[slot])], "title": winners[slot]}
            assert [(each["endpoint"], each["meeting"]) for each in conflicts] == [("T1", winner), ("X00688", winner)]
    assert overlaps() == 0
    assert BookedEndpoint.objects.count() == 2 * SLOTS
    assert (
        verify(each.as_record("network") for each in Entry.objects.filter(chain__name="network").order_by("seq"))
        is None
    )


def test_any_choice_of_endpoints_in_any_order_neither_overlaps_nor_fails(people: People) -> None:
    def worker(seed: int) -> Callable[[], Counter[str]]:
        def book() -> Counter[str]:
            user = fresh(people.secretary)
            told: Counter[str] = Counter()
            for turn in range(20):
                first, number = (seed * 3 + turn) % len(CODES), 1 + (seed + turn * 3) % 5
                codes = [CODES[(first + step * (1 + seed % 3)) % len(CODES)] for step in range(number)]
                start = at((seed + turn * 5) % 13)
                wish = plan(
                    people,
                    selection=read_selection({"endpoints": codes}),
                    host_endpoint=codes[0],
                    starts_at=start,
                    ends_at=start + (1 + turn % 3) * HOUR,
                    setup_minutes=0,
                )
                try:
                    create_meeting(user, wish)
                    told["won"] += 1
                except BookingConflict:
                    told["lost"] += 1
            return told

        return book

    told = sum(at_once([worker(seed) for seed in range(WORKERS)]), Counter())
    assert told["won"] + told["lost"] == WORKERS * 20
    assert told["won"] == Meeting.objects.count()
    assert overlaps() == 0


def test_the_last_port_of_a_bridge_is_given_once(people: People) -> None:
    bridge = people.network.bridges["MCU-01"]
    bridge.ports = 1
    bridge.save()

    def book(code: str) -> Callable[[], str]:
        def attempt() -> str:
            wish = plan(people, selection=read_selection({"endpoints": [code]}), host_endpoint=code, title=code)
            try:
                return create_meeting(fresh(people.secretary), wish).title
            except BookingConflict as conflict:
                conflicts = conflict.params["conflicts"]
                assert isinstance(conflicts, list)
                return ",".join(str(each["kind"]) for each in conflicts)

        return attempt

    results = at_once([book(code) for code in ("T1", "T2", "H024", "X00688", "X00691")])
    assert Counter(result == "ports_exhausted" for result in results) == {True: 4, False: 1}


def test_the_last_port_of_another_bridge_is_given_once_to_those_who_go_there(people: People) -> None:
    bridge = people.network.bridges["MCU-02"]
    bridge.ports = 2
    bridge.save()

    def book(code: str) -> Callable[[], str]:
        def attempt() -> str:
            wish = plan(
                people,
                selection=read_selection({"endpoints": [code]}),
                host_endpoint=code,
                ways={code: Way(bridge="MCU-02")},
                title=code,
            )
            try:
                return create_meeting(fresh(people.secretary), wish).title
            except BookingConflict as conflict:
                conflicts = conflict.params["conflicts"]
                assert isinstance(conflicts, list)
                return ",".join(str(each["kind"]) for each in conflicts)

        return attempt

    results = at_once([book(code) for code in ("T1", "T2", "X00688", "X00691")])
    # A meeting that uses one bridge needs no link.
    assert Counter(result == "ports_exhausted" for result in results) == {True: 2, False: 2}
    assert [*no_double_booking(), *ports_written_down()] == []


def test_moves_releases_and_new_bookings_at_once_leave_what_is_written_down_true(people: People) -> None:
    meetings = [
        create_meeting(people.secretary, plan(people, starts_at=at(hour), ends_at=at(hour + 1), setup_minutes=0))
        for hour in (1, 3, 5)
    ]

    def move(meeting: Meeting, hour: int) -> Callable[[], str]:
        def attempt() -> str:
            changes = Changes(starts_at=at(hour), ends_at=at(hour + 1), ways={"X00715": Way(relay="H026")})
            try:
                return str(change_meeting(fresh(people.secretary), meeting, version=1, changes=changes).status)
            except (BookingConflict, StaleVersion) as refused:
                return refused.code

        return attempt

    def equip(ports: int) -> Callable[[], str]:
        def attempt() -> str:
            lines = f"code,name,unit,ports,parent,link_ports\nMCU-02,Cao nguyên đá,026,{ports},MCU-01,2\n"
            try:
                load_bridges(None, parse_bridges(lines.encode()))
            except EquipmentRejected:
                return "refused"
            return "loaded"

        return attempt

    at_once([move(meetings[0], 7), move(meetings[1], 7), move(meetings[2], 9), equip(3), equip(2)])
    assert [*no_double_booking(), *ports_written_down()] == []


def test_two_who_save_the_same_version_do_not_overwrite_each_other(people: People) -> None:
    meeting = create_meeting(people.secretary, plan(people))

    def save(number: int) -> Callable[[], str]:
        def attempt() -> str:
            changes = Changes(title=f"Của {number}", starts_at=at(9) + number * HOUR, ends_at=at(11) + number * HOUR)
            try:
                return change_meeting(fresh(people.secretary), meeting, version=1, changes=changes).title
            except StaleVersion as stale:
                return str(stale.params["version"])

        return attempt

    results = at_once([save(number) for number in range(WORKERS)])
    meeting.refresh_from_db()
    assert sorted(results, key=len) == ["2"] * (WORKERS - 1) + [meeting.title]
    assert meeting.version == 2
    number = int(meeting.title.split()[1])
    assert set(BookedEndpoint.objects.values_list("starts_at", flat=True)) == {at(8) + number * HOUR}


def test_a_meeting_is_opened_once(people: People) -> None:
    meeting = create_meeting(people.secretary, plan(people))

    def attempt() -> str:
        try:
            return str(open_meeting(fresh(people.secretary), meeting).status)
        except ActImpossible as impossible:
            return str(impossible.params["reason"])

    assert Counter(at_once([attempt] * WORKERS)) == {"open": 1, "meeting_already_open": WORKERS - 1}
    assert StreamEvent.objects.filter(kind="meeting.opened").count() == 1


def test_an_extension_and_a_booking_of_the_same_time_never_both_succeed(people: People) -> None:
    """A running meeting wants another hour; somebody else wants one of its rooms for that hour, at the same instant."""
    now = timezone.now().replace(microsecond=0)
    rounds = 6

    def play(number: int) -> list[str]:
        Meeting.objects.all().delete()
        Booking.objects.all().delete()
        running = make_meeting(people, status="open", starts_at=now - HOUR, minutes=90, title=f"Đang họp {number}")
        end = running.ends_at

        def extending() -> str:
            try:
                extend_meeting(fresh(people.chair), running, end + HOUR)
            except BookingConflict as conflict:
                return f"refused by {conflict.params['conflicts'][0]['meeting']['title']}"  # type: ignore[index]
            return "extended"

        def booking() -> str:
            wish = plan(
                people,
                title="Chen vào",
                selection=read_selection({"endpoints": ["X00715"]}),
                host_endpoint="X00715",
                starts_at=end,
                ends_at=end + HOUR,
                setup_minutes=0,
            )
            try:
                create_meeting(fresh(people.secretary), wish)
            except BookingConflict as conflict:
                return f"refused by {conflict.params['conflicts'][0]['meeting']['title']}"  # type: ignore[index]
            return "booked"

        return sorted(at_once([extending, booking]))

    outcomes = [play(number) for number in range(rounds)]
    for number, outcome in enumerate(outcomes):
        assert outcome in (["booked", "refused by Chen vào"], ["extended", f"refused by Đang họp {number}"])
    assert overlaps() == 0
