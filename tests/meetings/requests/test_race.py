"""Several at the same instant, each with a connection of his own: a slot is offered once, a request answered once."""

from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest
from django.utils import timezone

from accounts.errors import DomainError, StaleVersion
from accounts.models import User
from audit.chain import verify
from audit.models import Entry
from meetings.notices.models import Notice
from meetings.planning.actions import cancel_meeting, create_meeting
from meetings.planning.models import Meeting
from meetings.requests.actions import approve, lapse_requests, refuse
from meetings.requests.errors import RequestDecided
from meetings.requests.line_actions import create_waiting, end_offers, leave_line, offer_slots, take
from meetings.requests.models import UsageRequest, WaitingEntry
from rooms.errors import BookingConflict
from rooms.models import BookedEndpoint, Booking
from rooms.selectors import read_selection
from tests.meetings.planning.plans import plan
from tests.meetings.planning.test_race import at_once, fresh, overlaps
from tests.meetings.requests.asking import Office, asked, make_office, request_of
from tests.people import People, make_network, make_people

pytestmark = pytest.mark.django_db(transaction=True)

WORKERS = 6


@pytest.fixture
def people(transactional_db: None) -> People:
    return make_people(make_network())


@pytest.fixture
def office(people: People) -> Office:
    return make_office(people)


def wait(people: People, title: str, *codes: str) -> Meeting:
    selection = read_selection({"endpoints": list(codes)})
    return create_waiting(people.secretary, plan(people, title=title, selection=selection, host_endpoint=codes[0]))


def offer() -> int:
    return offer_slots(timezone.now())


def whole_journal() -> None:
    for name in set(Entry.objects.values_list("chain__name", flat=True)):
        assert verify(each.as_record(name) for each in Entry.objects.filter(chain__name=name).order_by("seq")) is None


def test_workers_that_look_at_once_offer_a_slot_once_and_to_the_first(people: People) -> None:
    taken = create_meeting(people.secretary, plan(people))
    for number in range(4):
        wait(people, str(number), "T1", "X00715")
    other = wait(people, "khác", "H026")
    cancel_meeting(people.secretary, taken)
    offered = at_once([offer] * WORKERS)
    assert sum(offered) == 2
    states = dict(WaitingEntry.objects.values_list("meeting__title", "state"))
    assert states == {"0": "offered", "1": "waiting", "2": "waiting", "3": "waiting", other.title: "offered"}
    assert Booking.objects.filter(state=Booking.HELD).count() == 2
    assert Notice.objects.filter(kind="slot.offered").count() == 2
    assert overlaps() == 0
    whole_journal()


def test_whoever_books_at_the_instant_of_the_offer_gets_it_or_the_line_does_never_both(people: People) -> None:
    taken = create_meeting(people.secretary, plan(people))
    wait(people, "Chờ", "T1")
    cancel_meeting(people.secretary, taken)

    def book() -> int:
        wish = plan(people, title="Chen", selection=read_selection({"endpoints": ["T1"]}))
        try:
            create_meeting(fresh(people.secretary), wish)
        except BookingConflict:
            return 0
        return 1

    assert sum(at_once([offer, offer, book, book])) == 1
    assert BookedEndpoint.objects.filter(released=False).count() == 1
    assert overlaps() == 0


def outcome(act: Callable[[User], object], user: User) -> Callable[[], str]:
    def attempt() -> str:
        try:
            act(fresh(user))
        except (DomainError, StaleVersion) as error:
            return error.code
        return "done"

    return attempt


def test_an_offer_that_is_taken_declined_and_ended_at_once_ends_in_one_way(people: People) -> None:
    taken = create_meeting(people.secretary, plan(people))
    meeting = wait(people, "Chờ", "T1")
    cancel_meeting(people.secretary, taken)
    offer()
    until = WaitingEntry.objects.get().offer_expires_at
    if until is None:
        raise AssertionError

    results = at_once(
        [
            outcome(lambda user: take(user, meeting), people.secretary),
            outcome(lambda user: leave_line(user, meeting), people.secretary),
            outcome(
                lambda _user: None if end_offers(until) else leave_line(people.secretary, meeting), people.secretary
            ),
            outcome(lambda user: take(user, meeting), people.secretary),
        ]
    )
    assert Counter(results)["done"] == 1
    meeting.refresh_from_db()
    state = WaitingEntry.objects.get().state
    live = BookedEndpoint.objects.filter(released=False).count()
    assert (state, meeting.status, live) in {
        ("taken", "scheduled", 1),
        ("withdrawn", "draft", 0),
        ("lapsed", "draft", 0),
    }
    whole_journal()


def test_one_of_many_answers_to_a_request_counts(office: Office) -> None:
    meeting = asked(office, "H026", "X00715")
    request = request_of(meeting, "026")
    until = request.expires_at
    results = at_once(
        [
            *[outcome(lambda user: approve(user, request), office.highland)] * 3,
            *[outcome(lambda user: refuse(user, request, reason="Bận"), office.people.secretary)] * 2,
            outcome(lambda _user: None if lapse_requests(until) else _decided(), office.highland),
        ]
    )
    assert Counter(results)["done"] == 1
    state = UsageRequest.objects.get().state
    lent = BookedEndpoint.objects.filter(endpoint__code__in=["H026", "X00715"], released=False).count()
    assert (state, lent) in {("approved", 2), ("refused", 0), ("lapsed", 0)}
    decided = Entry.objects.filter(verb__in=["request.approved", "request.refused", "request.lapsed"])
    assert decided.count() == 1
    whole_journal()


def _approve(request: UsageRequest, user: User) -> None:
    approve(user, request)


def _decided() -> None:
    raise RequestDecided(state="")


def test_rivals_approved_at_once_are_not_both_approved(office: Office) -> None:
    meetings = [asked(office, "X00715", "H026", own=(code,), title=code) for code in ("H024", "X00688", "X00691")]
    requests = [request_of(meeting, "026") for meeting in meetings]
    results = at_once([outcome(partial(_approve, each), office.highland) for each in requests])
    assert Counter(results)["done"] == 1
    assert Counter(UsageRequest.objects.values_list("state", flat=True)) == {"approved": 1, "refused": 2}
    assert overlaps() == 0
    whole_journal()
