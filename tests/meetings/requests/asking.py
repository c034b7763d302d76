"""Who asks whom in the tests of requests: the district 024 has a secretary of its own, who may not book beyond it."""

from dataclasses import dataclass

from accounts.decision import Role
from accounts.models import Membership, User
from meetings.planning.models import Meeting
from meetings.planning.wishes import MeetingPlan
from meetings.requests.actions import book_and_ask
from meetings.requests.models import UsageRequest
from rooms.scheduling.selection import Selection
from rooms.selectors import read_selection
from tests.meetings.planning.plans import plan
from tests.people import People, make_person


@dataclass
class Office:
    """`people.secretary` decides over the province's rooms and those of districts where nobody may book; `city` books
    for the district 024 and under it, `highland` for the district 026 and under it."""

    people: People
    city: User
    highland: User


def make_office(people: People) -> Office:
    return Office(people, _secretary(people, "city", "024"), _secretary(people, "highland", "026"))


def _secretary(people: People, username: str, unit: str) -> User:
    person = make_person(f"Thư ký {unit}", people.network.units[unit], username=username, phone="0219.000.0024")
    if person.user is None:
        raise AssertionError(username)
    Membership.objects.create(user=person.user, role=Role.SECRETARIAT.value, unit=people.network.units[unit])
    return person.user


def city_plan(office: Office, *own: str, **fields: object) -> MeetingPlan:
    """A meeting of the district 024 over its own endpoints named, led from the first."""
    selection = read_selection({"endpoints": list(own)}) if own else Selection()
    facts = {
        "unit": office.people.network.units["024"],
        "selection": selection,
        "host_endpoint": own[0] if own else None,
        "title": "Họp giao ban thành phố",
    }
    return plan(office.people, **(facts | fields))


def asked(office: Office, *codes: str, own: tuple[str, ...] = ("H024",), **fields: object) -> Meeting:
    """A meeting of 024 that has asked for those endpoints of others."""
    return book_and_ask(office.city, city_plan(office, *own, **fields), codes)


def request_of(meeting: Meeting, unit: str) -> UsageRequest:
    return UsageRequest.objects.get(meeting=meeting, unit__code=unit)
