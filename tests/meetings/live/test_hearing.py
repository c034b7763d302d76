"""Who hears what of a meeting, asked for many at once: the rules of planning.access, of one user, are the measure."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.decision import Right, Role
from accounts.models import Membership, Person, User
from accounts.selectors import person_of
from meetings.documents.selectors import STAFF_RIGHTS
from meetings.live.hearing import audiences_among, audiences_of
from meetings.planning.access import meetings_visible_to, participant_of, rights_in, scannable_endpoints
from meetings.planning.models import Meeting, Participant
from realtime.errors import UnknownStream
from tests.people import People
from tests.scenes import invite, make_meeting

pytestmark = pytest.mark.django_db


def by_the_rules(user: User, meeting: Meeting) -> frozenset[str] | None:
    """The same, put together from what is asked of one user."""
    if not meetings_visible_to(user).filter(pk=meeting.pk).exists():
        return None
    rights, person, place = rights_in(user, meeting), person_of(user), participant_of(user, meeting)
    chairs = person is not None and meeting.chair_id == person.pk
    audiences = {"everyone"}
    audiences |= {"staff"} if rights & STAFF_RIGHTS else set()
    readers = place is not None or chairs or rights & {*STAFF_RIGHTS, Right.VIEW_MEETING}
    audiences |= {"readers"} if readers else set()
    audiences |= {f"person:{person.pk}"} if person is not None else set()
    audiences |= {f"endpoint:{place.endpoint.code}", f"at:{place.endpoint.code}"} if place is not None else set()
    if Right.SCAN in rights:
        codes = scannable_endpoints(user, meeting).values_list("endpoint__code", flat=True)
        audiences |= {f"endpoint:{code}" for code in codes}
    return frozenset(audiences)


def everybody(people: People) -> None:
    """Accounts with every role at every unit, two roles at once, a person without a role, and nobody at all."""
    for code, unit in people.network.units.items():
        for role in Role:
            user = User.objects.create(username=f"{role.value}-{code}")
            Membership.objects.create(user=user, role=role.value, unit=unit)
    both = User.objects.create(username="both")
    for role, code in ((Role.OPERATOR, "024"), (Role.OBSERVER, "04")):
        Membership.objects.create(user=both, role=role.value, unit=people.network.units[code])
    Person.objects.create(full_name="Không vai trò", unit=people.network.units["024"], user=both)


@pytest.mark.parametrize("status", Meeting.Status.values)
def test_many_hear_what_each_would_be_told_alone(people: People, status: str) -> None:
    meeting = make_meeting(people)
    for username, code in (("delegate", "H026"), ("operator", "X00715")):
        invite(meeting, people, username, code)
    Meeting.objects.filter(pk=meeting.pk).update(status=status)
    meeting.refresh_from_db()
    everybody(people)
    accounts = User.objects.order_by("pk")
    heard = audiences_among(list(accounts), meeting.stream)
    expected = {user.pk: by_the_rules(user, meeting) for user in accounts.all()}
    assert heard == {pk: audiences for pk, audiences in expected.items() if audiences is not None}
    assert 0 < len(heard) < len(expected)
    for user in accounts.all():
        if user.pk in heard:
            assert audiences_of(user, meeting) == heard[user.pk]


def test_a_meeting_without_a_booking_is_heard_by_those_of_its_unit(people: People) -> None:
    meeting = make_meeting(people)
    Meeting.objects.filter(pk=meeting.pk).update(booking=None)
    everybody(people)
    accounts = User.objects.order_by("pk")
    meeting.refresh_from_db()
    expected = {user.pk: by_the_rules(user, meeting) for user in accounts.all()}
    heard = audiences_among(list(accounts), meeting.stream)
    assert heard == {pk: audiences for pk, audiences in expected.items() if audiences is not None}


def test_five_hundred_are_asked_about_in_five_queries(people: People) -> None:
    meeting = make_meeting(people)
    users = User.objects.bulk_create(User(username=f"daibieu{number}") for number in range(500))
    unit, codes = people.network.units["024"], ("T1", "H026", "X00715")
    invited = Person.objects.bulk_create(Person(full_name=user.username, unit=unit, user=user) for user in users)
    endpoints = [people.network.endpoints[code] for code in codes]
    Participant.objects.bulk_create(
        Participant(meeting=meeting, person=person, endpoint=endpoints[number % 3])
        for number, person in enumerate(invited)
    )
    with CaptureQueriesContext(connection) as queries:
        heard = audiences_among([*users, people.operator], meeting.stream)
    assert (len(heard), len(queries)) == (501, 5)
    assert heard[users[4].pk] == {"everyone", "readers", f"person:{invited[4].pk}", "endpoint:H026", "at:H026"}


@pytest.mark.parametrize("stream", ["meeting:999999", "meeting:", "meeting:x", "meeting", "room:1", ""])
def test_a_name_that_is_no_meeting_s_is_unknown(people: People, stream: str) -> None:
    with pytest.raises(UnknownStream):
        audiences_among([people.secretary], stream)
