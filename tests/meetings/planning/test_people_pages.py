"""The list of people at the desk: by endpoint, filtered, added to from the directory, changed, taken off."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Person, User
from meetings.attendance.models import CheckIn, Scan
from meetings.planning.models import Meeting, Participant
from tests.people import People, at, make_person
from tests.scenes import invite, make_meeting

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(people: People) -> Meeting:
    return make_meeting(people)


def client_of(user: User) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return client


def text_of(user: User, url: str, **headers: str) -> str:
    response = client_of(user).get(url, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def expect(meeting: Meeting, people: People, names: list[str], endpoint: str) -> None:
    place = people.network.endpoints[endpoint]
    for name in names:
        person = make_person(name, place.unit)
        Participant.objects.create(
            meeting=meeting, person=person, full_name=name, unit_name=place.unit.name, endpoint=place
        )


def test_people_stand_under_their_endpoint_with_its_figures(people: People, meeting: Meeting) -> None:
    expect(meeting, people, ["Lù Văn Phong", "Sùng Mí Chá"], "H026")
    expect(meeting, people, ["Vừ Thị Mai"], "X00715")
    Participant.objects.filter(full_name="Lù Văn Phong").update(answer="attending")
    page = text_of(people.secretary, f"/meetings/{meeting.pk}/people/")
    assert page.index("Đồng Văn district") < page.index("Lù Văn Phong") < page.index("Vừ Thị Mai")
    assert "2 invited, 1 coming, 1 without answer" in page
    assert "3 people invited" in page


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?q=phong", ["Lù Văn Phong"]),
        ("?q=van+lu", ["Lù Văn Phong"]),
        ("?endpoint=X00715", ["Vừ Thị Mai"]),
        ("?answer=none", ["Sùng Mí Chá", "Vừ Thị Mai"]),
        ("?answer=nonsense", ["Lù Văn Phong", "Sùng Mí Chá", "Vừ Thị Mai"]),
        ("?endpoint=H026&answer=attending&q=phong", ["Lù Văn Phong"]),
        ("?q=khong+co", []),
    ],
)
def test_the_list_is_narrowed_by_name_endpoint_and_answer(
    people: People, meeting: Meeting, query: str, names: list[str]
) -> None:
    expect(meeting, people, ["Lù Văn Phong", "Sùng Mí Chá"], "H026")
    expect(meeting, people, ["Vừ Thị Mai"], "X00715")
    Participant.objects.filter(full_name="Lù Văn Phong").update(answer="attending")
    page = text_of(people.secretary, f"/meetings/{meeting.pk}/people/{query}", **{"HX-Request": "true"})
    assert page.lstrip().startswith('<div id="people-list">')
    assert [name for name in ("Lù Văn Phong", "Sùng Mí Chá", "Vừ Thị Mai") if name in page] == names


def test_a_name_with_markup_is_shown_as_it_is_written(people: People, meeting: Meeting) -> None:
    expect(meeting, people, ["<script>alert(1)</script>"], "H026")
    page = text_of(people.secretary, f"/meetings/{meeting.pk}/people/")
    assert "<script>alert(1)</script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.parametrize("count", [1, 3, 208, 3156])
def test_the_number_of_queries_does_not_grow_with_the_list(people: People, meeting: Meeting, count: int) -> None:
    codes = ("T1", "H026", "X00715")
    unit = people.network.units["026"]
    persons = [Person(full_name=f"Người {n:04}", unit=unit, search_text=f"nguoi {n:04}") for n in range(count)]
    Person.objects.bulk_create(persons)
    Participant.objects.bulk_create(
        Participant(
            meeting=meeting,
            person=person,
            full_name=person.full_name,
            endpoint=people.network.endpoints[codes[number % 3]],
        )
        for number, person in enumerate(persons)
    )
    client, url = client_of(people.secretary), f"/meetings/{meeting.pk}/people/"
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
    assert len(captured) == 13
    assert response.content.decode().count('scope="row"') == min(count, 100)


def test_people_of_the_directory_are_found_without_marks_and_put_on_the_list(people: People, meeting: Meeting) -> None:
    client, url = client_of(people.secretary), f"/meetings/{meeting.pk}/people/new/"
    found = client.get(url, {"find": "giang sua"}, headers={"HX-Request": "true"}).content.decode()
    assert found.lstrip().startswith('<div id="found">')
    assert "Giàng Thị Súa" in found
    assert client.get(url, {"find": "giang sua"}).status_code == 200
    person = people.delegate.person
    sent = {"person": [person.pk], "endpoint": "H026", "role": "delegate", "summons": "head"}
    page = client.post(url, sent, follow=True).content.decode()
    assert "1 person added." in page
    row = Participant.objects.get(meeting=meeting)
    assert (row.person, row.endpoint.code, row.summons) == (person, "H026", "head")
    again = client.post(url, sent, follow=True).content.decode()
    assert "1 person was on the list already." in again
    assert "On the list, H026" in client.get(url, {"find": "giang sua"}).content.decode()


def test_somebody_who_is_not_in_the_directory_is_written_down_by_name(people: People, meeting: Meeting) -> None:
    url = f"/meetings/{meeting.pk}/people/new/"
    sent = {
        "full_name": "Lò Thị Nga",
        "position": "Công chức",
        "endpoint": "X00715",
        "role": "guest",
        "summons": "named",
    }
    client_of(people.secretary).post(url, sent)
    row = Participant.objects.get(meeting=meeting)
    assert (row.full_name, row.position, row.role, row.person.unit.code) == (
        "Lò Thị Nga",
        "Công chức",
        "guest",
        "00715",
    )


@pytest.mark.parametrize(
    "wrong", [{"endpoint": "X99999"}, {"full_name": " "}, {"role": "king"}, {"person": "all"}, {"person": "9" * 30}]
)
def test_what_does_not_fit_adds_nobody(people: People, meeting: Meeting, wrong: dict[str, str]) -> None:
    sent = {"full_name": "Lò Thị Nga", "endpoint": "T1", "role": "guest", "summons": "named", **wrong}
    response = client_of(people.secretary).post(f"/meetings/{meeting.pk}/people/new/", sent)
    assert response.status_code == 422
    assert Participant.objects.count() == 0


def test_people_of_another_province_are_not_found_and_not_taken(people: People, meeting: Meeting) -> None:
    client, url = client_of(people.secretary), f"/meetings/{meeting.pk}/people/new/"
    stranger = people.outsider.person
    assert client.get(url, {"find": stranger.full_name}).context["found"] == []
    sent = {"person": [stranger.pk], "endpoint": "T1", "role": "delegate", "summons": "head"}
    assert "1 person could not be added." in client.post(url, sent, follow=True).content.decode()
    assert Participant.objects.count() == 0


def test_one_person_is_changed_gets_a_new_code_and_is_taken_off(people: People, meeting: Meeting) -> None:
    row = invite(meeting, people, "delegate", "H026")
    client, url = client_of(people.secretary), f"/meetings/{meeting.pk}/people/{row.pk}/"
    assert client.get(url).status_code == 200
    client.post(url, {"endpoint": "X00715", "position": "Phó Chủ tịch", "role": "chair", "summons": "named"})
    row.refresh_from_db()
    assert (row.endpoint.code, row.position, row.role, row.summons) == ("X00715", "Phó Chủ tịch", "chair", "named")
    page = client.post(f"{url}code/", follow=True).content.decode()
    assert "Giàng Thị Súa has a new code; the earlier ones are no longer valid." in page
    row.refresh_from_db()
    assert row.code_serial == 2
    assert "Giàng Thị Súa was taken off the list." in client.post(f"{url}remove/", follow=True).content.decode()
    assert Participant.objects.count() == 0
    assert client.get(url).status_code == 404


def test_whoever_was_checked_in_stays_on_the_list(people: People, meeting: Meeting) -> None:
    row = invite(meeting, people, "delegate", "H026")
    scan = Scan.objects.create(
        op_id="00000000-0000-0000-0000-000000000001",
        meeting=meeting,
        participant=row,
        method="manual",
        result="accepted",
        scanned_at=at(8),
        received_at=at(8),
    )
    CheckIn.objects.create(
        meeting=meeting, participant=row, endpoint=row.endpoint, method="manual", at=at(8), scan=scan
    )
    url = f"/meetings/{meeting.pk}/people/{row.pk}/remove/"
    page = client_of(people.secretary).post(url, follow=True).content.decode()
    assert "Not taken off: this person has been checked in or scanned already." in page
    assert Participant.objects.count() == 1


@pytest.mark.parametrize("path", ["new/", "import/", "{}/", "{}/remove/", "{}/code/", "template.xlsx"])
@pytest.mark.parametrize(("user", "status"), [("chair", 403), ("operator", 403), ("outsider", 404), ("nobody", 404)])
def test_only_those_who_prepare_the_meeting_change_its_list(
    people: People, meeting: Meeting, path: str, user: str, status: int
) -> None:
    row = invite(meeting, people, "delegate", "H026")
    client, url = client_of(getattr(people, user)), f"/meetings/{meeting.pk}/people/{path.format(row.pk)}"
    answer: Any = client.get(url) if "template" in path else client.post(url, {"endpoint": "T1"})
    assert answer.status_code == status
    assert Participant.objects.count() == 1


def test_the_chair_reads_the_list(people: People, meeting: Meeting) -> None:
    invite(meeting, people, "delegate", "H026")
    page = text_of(people.chair, f"/meetings/{meeting.pk}/people/")
    assert "Giàng Thị Súa" in page
    assert "Add people" not in page
    assert "/people/new/" not in page
