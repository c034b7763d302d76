"""Several who take precedence, book and open at the same instant, each with a connection of his own."""

from collections import Counter
from collections.abc import Callable

import pytest

from audit.selectors import verify_all
from meetings.notices.models import Notice
from meetings.planning.actions import create_meeting, open_meeting
from meetings.planning.lifecycle import ActImpossible
from meetings.planning.models import Meeting
from meetings.precedence.actions import preempt, tell_freed
from rooms.actions import release
from rooms.errors import BookingConflict
from rooms.models import BookedEndpoint
from rooms.selectors import read_selection
from tests.meetings.planning.plans import plan
from tests.meetings.planning.test_race import at_once, fresh, overlaps
from tests.people import People, make_network, make_people, make_tier
from tests.scenes import make_meeting

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "Công điện"


@pytest.fixture
def people(transactional_db: None) -> People:
    make_tier("central", "Trung ương", "Central", 0)
    return make_people(make_network())


def sound() -> None:
    """What must hold whoever came first: nothing twice, what gave way holds nothing, every journal intact."""
    assert overlaps() == 0
    for meeting in Meeting.objects.filter(status=Meeting.Status.POSTPONED):
        assert not BookedEndpoint.objects.filter(booking=meeting.booking_id, released=False).exists()
        assert meeting.displaced_by_id is not None
        assert Notice.objects.filter(meeting=meeting, kind="meeting.displaced").exists()
    assert list(verify_all()) == []


def taking(people: People, draft: Meeting) -> Callable[[], str]:
    def attempt() -> str:
        try:
            return preempt(fresh(people.secretary), draft, reason=WHY, ground="higher_instruction").meeting.title
        except BookingConflict as conflict:
            rows = conflict.params["conflicts"]
            assert isinstance(rows, list)
            return ",".join(sorted({str(row["stays"]) for row in rows}))

    return attempt


def test_of_six_who_take_precedence_over_the_same_meetings_one_wins_and_the_others_read_who(people: People) -> None:
    lower = [
        make_meeting(people, unit=unit, endpoints=[code], title=code)
        for unit, code in (("026", "H026"), ("00715", "X00715"))
    ]
    wishes = [plan(people, title=f"Họp khẩn {number}") for number in range(6)]
    drafts = [create_meeting(people.secretary, wish, draft=True) for wish in wishes]
    results = Counter(at_once([taking(people, draft) for draft in drafts]))
    assert results.pop("equal_tier") == 5
    (winner,) = results
    assert Meeting.objects.get(title=winner).status == "scheduled"
    assert {Meeting.objects.get(pk=each.pk).status for each in lower} == {"postponed"}
    assert Notice.objects.filter(kind="meeting.displaced").count() == 2
    sound()


def test_two_who_displace_each_others_neighbours_do_not_wait_for_ever(people: People) -> None:
    """Their bookings, endpoints and bridges overlap crosswise; each ends booked or refused."""
    for code in ("H024", "H026", "X00688", "X00691", "X00715"):
        make_meeting(people, unit="00715", endpoints=[code], title=code)
    people.network.bridges["MCU-02"].ports = 20
    people.network.bridges["MCU-02"].save()
    choices = [
        ["T1", "H026", "X00688"],
        ["T2", "X00715", "H024"],
        ["T1", "X00691", "H024"],
        ["T2", "H026", "X00691"],
    ]
    drafts = [
        create_meeting(
            people.secretary,
            plan(people, title=str(number), selection=read_selection({"endpoints": codes}), host_endpoint=codes[0]),
            draft=True,
        )
        for number, codes in enumerate(choices)
    ]
    results = at_once([taking(people, draft) for draft in drafts])
    won = [each for each in results if each != "equal_tier"]
    assert sorted(won) == sorted(
        Meeting.objects.filter(status="scheduled", unit__code="02").values_list("title", flat=True)
    )
    assert set(won) in ({"0", "1"}, {"0"}, {"1"}, {"2"}, {"3"})
    sound()


def test_against_ordinary_bookings_for_the_same_place_nobody_gets_it_twice(people: People) -> None:
    make_meeting(people, unit="026", endpoints=["H026"], title="Tập huấn")
    draft = create_meeting(people.secretary, plan(people, title="Họp khẩn"), draft=True)

    def ordinary(number: int) -> Callable[[], str]:
        def attempt() -> str:
            unit = people.network.units["00715"]
            wish = plan(
                people,
                title=f"Xã {number}",
                unit=unit,
                selection=read_selection({"endpoints": ["X00715"]}),
                host_endpoint="X00715",
            )
            try:
                return create_meeting(fresh(people.secretary), wish).title
            except BookingConflict:
                return "lost"

        return attempt

    results = at_once([taking(people, draft), *(ordinary(number) for number in range(5))])
    assert results[0] == "Họp khẩn"
    assert Meeting.objects.get(pk=draft.pk).status == "scheduled"
    # Whoever of the commune was first gave way: the session of the province stands in any case.
    assert {each.status for each in Meeting.objects.filter(unit__code="00715")} <= {"postponed"}
    sound()


def test_a_meeting_that_is_opened_at_the_same_instant_either_gives_way_or_stays(people: People) -> None:
    for turn in range(6):
        lower = make_meeting(people, unit="026", endpoints=["H026"], title=f"Tập huấn {turn}")
        wish = plan(people, title=f"Họp khẩn {turn}", selection=read_selection({"endpoints": ["T1", "H026"]}))
        draft = create_meeting(people.secretary, wish, draft=True)

        def opening(meeting: Meeting = lower) -> str:
            try:
                return str(open_meeting(fresh(people.secretary), meeting).status)
            except ActImpossible as impossible:
                return str(impossible.params["reason"])

        results = at_once([taking(people, draft), opening])
        status = Meeting.objects.get(pk=lower.pk).status
        assert (results, status) in (
            ([f"Họp khẩn {turn}", "meeting_is_postponed"], "postponed"),
            (["in_session", "open"], "open"),
        )
        sound()
        for booking in {lower.booking, Meeting.objects.get(pk=draft.pk).booking} - {None}:
            release(people.secretary, booking)  # type: ignore[arg-type]  # None was taken out


def test_however_many_workers_look_an_owner_is_told_once_that_the_time_is_free(people: People) -> None:
    lower = make_meeting(people, unit="026", endpoints=["H026"])
    draft = create_meeting(people.secretary, plan(people), draft=True)
    taken = preempt(people.secretary, draft, reason=WHY, ground="higher_instruction").meeting
    assert taken.booking is not None
    release(people.secretary, taken.booking)
    assert sum(at_once([tell_freed] * 6)) == 1
    assert Notice.objects.filter(meeting=lower, kind="slot.freed").count() == 1
