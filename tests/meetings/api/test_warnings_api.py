"""/api/v1: what speaks against the time of a meeting, with the check and with what is booked all the same."""

import pytest

from accounts.models import Person
from tests.api import Api, meeting_body
from tests.people import People, at
from tests.scenes import invite, make_meeting

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(people: People) -> Api:
    return Api(people.secretary)


def test_check_warns_of_a_chair_who_is_expected_elsewhere(people: People, api: Api) -> None:
    other = make_meeting(people, endpoints=["T2"])
    chair = Person.objects.get(user=people.chair)
    checked = api.post("/meetings/check", meeting_body(chair=chair.pk))
    assert (checked.body["fits"], checked.body["people_elsewhere"]) == (True, 1)
    assert checked.body["warnings"] == [
        {
            "kind": "person_elsewhere",
            "person": {"id": chair.pk, "full_name": "Hoàng Gia Khánh"},
            "chairs": True,
            "meeting": {"id": other.pk, "title": other.title},
            "endpoint": "T2",
            "starts_at": "2031-12-01T08:00:00+07:00",
            "ends_at": "2031-12-01T10:00:00+07:00",
            "overlap": {"starts_at": "2031-12-01T08:00:00+07:00", "ends_at": "2031-12-01T10:00:00+07:00"},
        }
    ]


def test_what_is_booked_all_the_same_is_answered_with_what_speaks_against_its_time(api: Api) -> None:
    # 1 January 2032 is a Thursday.
    answer = api.post(
        "/meetings", meeting_body(starts_at="2032-01-01T08:00:00+07:00", ends_at="2032-01-01T10:00:00+07:00")
    )
    assert answer.status == 201
    assert answer.body["warnings"] == [
        {
            "kind": "on_holiday",
            "day": "2032-01-01",
            "name": "Tết Dương lịch",
            "starts_at": "2032-01-01T08:00:00+07:00",
            "ends_at": "2032-01-01T10:00:00+07:00",
        }
    ]


def test_hours_at_which_no_office_works_are_warned_of(api: Api) -> None:
    body = meeting_body(starts_at="2031-12-01T06:30:00+07:00", ends_at="2031-12-01T08:00:00+07:00")
    (warning,) = api.post("/meetings/check", body).body["warnings"]
    assert (warning["kind"], warning["part"], warning["ends_at"]) == (
        "outside_office_hours",
        "before",
        "2031-12-01T07:30:00+07:00",
    )


def test_the_check_of_a_change_looks_for_everybody_invited(people: People, api: Api) -> None:
    other, here = make_meeting(people, endpoints=["T2"]), make_meeting(people, endpoints=["T1"], starts_at=at(14))
    invite(other, people, "delegate", "T2")
    invite(here, people, "delegate", "T1")
    change = {"version": here.version, "starts_at": "2031-12-01T09:00:00+07:00", "ends_at": "2031-12-01T11:00:00+07:00"}
    checked = api.post(f"/meetings/{here.pk}/check", change).body
    named = [(each["person"]["full_name"], each["overlap"]["ends_at"]) for each in checked["warnings"]]
    assert named == [
        ("Hoàng Gia Khánh", "2031-12-01T10:00:00+07:00"),
        ("Giàng Thị Súa", "2031-12-01T10:00:00+07:00"),
    ]
    assert checked["people_elsewhere"] == 2


def test_a_meeting_that_is_not_the_caller_s_to_know_is_not_named(people: People) -> None:
    make_meeting(people, endpoints=["T2"])
    person = Person.objects.get(user=people.chair)
    Person.objects.filter(pk=person.pk).update(unit=people.network.units["04"])
    body = meeting_body(chair=person.pk, unit="04", selection={"endpoints": ["Y1"]}, host_endpoint="Y1")
    (warning,) = Api(people.outsider).post("/meetings/check", body).body["warnings"]
    assert (warning["meeting"], warning["endpoint"]) == ({"id": None, "title": ""}, None)
