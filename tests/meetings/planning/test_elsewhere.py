"""Who is expected in another meeting at that time, and what the pages say of it."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Person, Unit
from meetings.planning.elsewhere import PEOPLE_NAMED, elsewhere, warnings_of
from meetings.planning.models import Meeting, Participant
from rooms.models import Endpoint
from rooms.scheduling.intervals import Interval
from tests.people import People, at, make_person
from tests.scenes import invite, make_meeting

pytestmark = pytest.mark.django_db
SESSION = Interval(at(9), at(11))


@pytest.fixture
def desk(client: Client, people: People) -> Client:
    client.force_login(people.secretary)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def words(answer: object) -> str:
    content = answer.content.decode()  # type: ignore[attr-defined]  # a response of the test client
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", content))


def other_meeting(people: People, **fields: object) -> Meeting:
    """08:00–10:00 at X00688, without a chair."""
    meeting = make_meeting(people, endpoints=["X00688"], title="Tiếp dân", **fields)  # type: ignore[arg-type]
    Meeting.objects.filter(pk=meeting.pk).update(chair=None)
    return meeting


def crowd(meetings: list[Meeting], number: int, unit: Unit, endpoint: Endpoint) -> None:
    """`number` people who are invited to each of the meetings."""
    made = Person.objects.bulk_create(
        Person(full_name=f"Người {n:05}", unit=unit, search_text=f"nguoi {n:05}") for n in range(number)
    )
    Participant.objects.bulk_create(
        Participant(meeting=meeting, person=person, full_name=person.full_name, endpoint=endpoint)
        for meeting in meetings
        for person in made
    )


def test_an_invited_person_is_found_with_meeting_endpoint_and_overlap(people: People) -> None:
    other, here = other_meeting(people), make_meeting(people, endpoints=["T1"], starts_at=at(9))
    invite(other, people, "delegate", "X00688")
    invite(here, people, "delegate", "T1")
    (found,) = elsewhere(people.secretary, SESSION, besides=here, with_invited=True)
    assert (found.name, found.meeting, found.title, found.endpoint, found.chairs) == (
        "Giàng Thị Súa",
        other.pk,
        "Tiếp dân",
        "X00688",
        False,
    )
    assert (found.interval, found.overlap) == (Interval(at(8), at(10)), Interval(at(9), at(10)))


@pytest.mark.parametrize("status", ["draft", "closed", "archived", "postponed", "cancelled"])
def test_a_meeting_that_is_not_to_come_expects_nobody(people: People, status: str) -> None:
    other = other_meeting(people, status=status)
    row = invite(other, people, "delegate", "X00688")
    assert elsewhere(people.secretary, SESSION, people=[row.person_id]) == []


@pytest.mark.parametrize("answer", ["declined", "substitute"])
def test_who_stays_away_from_there_or_from_here_is_not_expected_twice(people: People, answer: str) -> None:
    other, here = other_meeting(people), make_meeting(people, endpoints=["T1"], starts_at=at(9))
    there, mine = invite(other, people, "delegate", "X00688"), invite(here, people, "delegate", "T1")
    for row in (there, mine):
        Participant.objects.filter(pk=row.pk).update(answer=answer)
        assert elsewhere(people.secretary, SESSION, besides=here, with_invited=True) == []
        Participant.objects.filter(pk=row.pk).update(answer="attending")
    assert len(elsewhere(people.secretary, SESSION, besides=here, with_invited=True)) == 1


def test_meetings_that_only_touch_are_no_matter(people: People) -> None:
    row = invite(other_meeting(people), people, "delegate", "X00688")
    assert elsewhere(people.secretary, Interval(at(10), at(11)), people=[row.person_id]) == []


def test_a_meeting_that_is_not_one_s_to_know_is_not_named(people: People) -> None:
    row = invite(other_meeting(people), people, "delegate", "X00688")
    (found,) = elsewhere(people.outsider, SESSION, people=[row.person_id])
    assert (found.meeting, found.title, found.endpoint) == (None, "", None)


def test_the_chair_stands_before_the_others(people: People) -> None:
    other, here = other_meeting(people), make_meeting(people, endpoints=["T1"], starts_at=at(9))
    for name in ("delegate", "chair"):
        invite(other, people, name, "X00688")
    invite(here, people, "delegate", "T1")
    warned = warnings_of(people.secretary, at(9), at(11), chair=people.chair.person, meeting=here)
    assert [each.name for each in warned.people] == ["Hoàng Gia Khánh", "Giàng Thị Súa"]


@pytest.mark.parametrize("number", [1, 3, 208, 5000])
def test_people_are_looked_for_with_the_same_queries_however_many(people: People, number: int) -> None:
    other, here = other_meeting(people), make_meeting(people, endpoints=["T1"], starts_at=at(9))
    crowd([other, here], number, people.network.units["026"], people.network.endpoints["T1"])
    with CaptureQueriesContext(connection) as queries:
        warned = warnings_of(people.secretary, at(9), at(11), chair=people.chair.person, meeting=here)
    assert (warned.people_count, len(warned.people)) == (number, min(number, PEOPLE_NAMED))
    # Calendar, chairs, invited, which meetings may be named (and with them the user's roles and person).
    assert len(queries) == 6


def test_the_edit_page_warns_of_the_invited_too(desk: Client, people: People) -> None:
    other, here = other_meeting(people), make_meeting(people, endpoints=["T1"], starts_at=at(9))
    invite(other, people, "delegate", "X00688")
    invite(here, people, "delegate", "T1")
    text = words(desk.get(reverse("meeting-edit", args=[here.pk])))
    assert "Giàng Thị Súa is expected elsewhere at that time." in text
    assert "Tiếp dân, 08:00–10:00, at X00688 Quang Trung ward" in text


def test_many_people_elsewhere_are_counted_beyond_those_named(desk: Client, people: People) -> None:
    other, here = other_meeting(people), make_meeting(people, endpoints=["T1"], starts_at=at(9))
    crowd([other, here], PEOPLE_NAMED + 7, people.network.units["026"], people.network.endpoints["T1"])
    text = words(desk.get(reverse("meeting-edit", args=[here.pk])))
    assert "7 more people are expected elsewhere." in text


def test_moving_a_meeting_onto_a_day_off_says_so_and_moves_it(desk: Client, people: People) -> None:
    here = make_meeting(people, endpoints=["T1"], starts_at=at(9))
    page = desk.get(reverse("meeting-edit", args=[here.pk]))
    form = page.context["form"]
    sent = {f"initial-{name}": form[name].initial for name in form.fields if name != "version"}
    sent |= {name: form[name].initial for name in form.fields}
    sent = {name: "" if value is None else value for name, value in sent.items()}
    answer = desk.post(reverse("meeting-edit", args=[here.pk]), sent | {"day": "2032-01-01"}, follow=True)
    assert "Thursday 01/01/2032 is a day off: New Year" in words(answer)
    here.refresh_from_db()
    assert here.starts_at == at(9, day=1, month=1, year=2032)


def test_the_search_for_people_says_who_is_expected_elsewhere(desk: Client, people: People) -> None:
    other, here = other_meeting(people), make_meeting(people, endpoints=["T1"], starts_at=at(9))
    invite(other, people, "delegate", "X00688")
    text = words(desk.get(reverse("meeting-invite", args=[here.pk]), {"find": "sua"}))
    assert "Expected elsewhere: Tiếp dân, 08:00–10:00, at X00688 Quang Trung ward" in text


def test_inviting_somebody_who_is_expected_elsewhere_warns_and_invites(desk: Client, people: People) -> None:
    other, here = other_meeting(people), make_meeting(people, endpoints=["T1"], starts_at=at(9))
    row = invite(other, people, "delegate", "X00688")
    free = make_person("Vừ Thị Mai", people.network.units["026"])
    sent = {"person": [row.person_id, free.pk], "endpoint": "T1", "role": "delegate", "summons": "named"}
    text = words(desk.post(reverse("meeting-invite", args=[here.pk]), sent, follow=True))
    assert "1 person is expected in another meeting at that time: Giàng Thị Súa." in text
    assert here.participants.count() == 2


def test_the_list_of_people_marks_them(desk: Client, people: People) -> None:
    other, here = other_meeting(people), make_meeting(people, endpoints=["T1"], starts_at=at(9))
    invite(other, people, "delegate", "X00688")
    invite(here, people, "delegate", "T1")
    assert "Expected elsewhere: Tiếp dân" in words(desk.get(reverse("meeting-people", args=[here.pk])))
