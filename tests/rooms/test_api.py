"""/api/v1: endpoints, bridges, selection, availability and free times, as programs see them."""

from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rooms.models import Closure
from rooms.network import network
from tests.api import Api, meeting_body
from tests.people import People, at
from tests.rooms.networks import add_endpoints

pytestmark = pytest.mark.django_db
DAY = "from=2031-12-01T00:00:00%2B07:00&to=2031-12-02T00:00:00%2B07:00"


@pytest.fixture
def api(people: People) -> Api:
    return Api(people.secretary)


def slots(**fields: object) -> dict[str, object]:
    return {
        "selection": {"under": "026"},
        "minutes": 120,
        "from": "2031-12-01T08:00:00+07:00",
        "to": "2031-12-03T00:00:00+07:00",
        "setup_minutes": 0,
    } | fields


def starts(api: Api, **fields: object) -> list[str]:
    answer = api.post("/slots", slots(**fields))
    assert answer.status == 200, answer.body
    return [row["starts_at"] for row in answer.body["results"]]


def test_an_endpoint_is_listed_with_its_facts(api: Api) -> None:
    assert api.get("/endpoints?q=lung").body == {
        "count": 1,
        "results": [
            {
                "code": "X00715",
                "name": "Xã Lũng Cú",
                "unit": "00715",
                "tier": "commune",
                "bridge": "MCU-02",
                "seats": 30,
                "active": True,
            }
        ],
    }


def test_endpoints_of_a_tier_under_a_unit(api: Api) -> None:
    rows = api.get("/endpoints?tier=commune&under=024").body["results"]
    assert [row["code"] for row in rows] == ["X00688", "X00691"]


def test_a_filter_that_means_nothing_is_said(api: Api) -> None:
    answer = api.get("/endpoints?tier=galaxy&under=04")
    assert (answer.status, answer.body["params"]["fields"]) == (422, {"tier": "unknown", "under": "unknown"})


def test_names_come_in_the_reader_s_language(api: Api) -> None:
    (row,) = api.get("/endpoints?q=lung", {"Accept-Language": "en"}).body["results"]
    assert row["name"] == "Lũng Cú commune"


def test_bridges_are_listed_with_their_parents(api: Api) -> None:
    rows = api.get("/bridges").body["results"]
    assert [(row["code"], row["ports"], row["parent"], row["link_ports"]) for row in rows] == [
        ("MCU-01", 10, None, None),
        ("MCU-02", 4, "MCU-01", 2),
    ]


@pytest.mark.parametrize("path", ["/endpoints", "/bridges", f"/availability?{DAY}"])
def test_who_has_no_role_sees_nothing_of_the_network(people: People, path: str) -> None:
    assert (Api(people.nobody).get(path).status, Api(people.delegate).get(path).status) == (403, 403)


def test_a_selection_is_answered_by_its_endpoints(api: Api) -> None:
    answer = api.post("/selection", {"selection": {"tiers": ["district"], "endpoints": ["T1"], "except": ["H024"]}})
    assert (answer.body["count"], [row["code"] for row in answer.body["results"]]) == (2, ["T1", "H026"])


def test_a_selection_is_not_cut_into_pages(people: People, api: Api) -> None:
    add_endpoints(people.network, 1200)
    answer = api.post("/selection", {"selection": {"under": "02"}})
    assert (answer.body["count"], len(answer.body["results"])) == (1207, 1207)


def test_availability_shows_who_has_what_and_how_full_the_bridges_are(api: Api) -> None:
    meeting = api.post("/meetings", meeting_body()).body
    answer = api.get(f"/availability?{DAY}&under=026")
    endpoints = {row["code"]: row for row in answer.body["endpoints"]}
    assert endpoints["H026"]["busy"] == []
    assert endpoints["X00715"]["busy"] == [
        {
            "starts_at": "2031-12-01T07:00:00+07:00",
            "ends_at": "2031-12-01T10:00:00+07:00",
            "session": {"starts_at": "2031-12-01T08:00:00+07:00", "ends_at": "2031-12-01T10:00:00+07:00"},
            "state": "booked",
            "local": False,
            "booking": endpoints["X00715"]["busy"][0]["booking"],
            "meeting": {"id": meeting["id"], "title": meeting["title"]},
            "owner": {"name": "Nguyễn Thị Lan", "phone": "0219.000.0001", "unit": "Tỉnh Hà Giang"},
        }
    ]
    loads: dict[str, Any] = {row["code"]: row for row in answer.body["bridges"]}
    assert (loads["MCU-02"]["peak"], [step["ports"] for step in loads["MCU-02"]["load"]]) == (2, [0, 2, 0])
    assert (answer.body["from"], answer.body["to"]) == ("2031-12-01T00:00:00+07:00", "2031-12-02T00:00:00+07:00")


def test_a_meeting_that_is_not_one_s_to_know_is_shown_without_its_number(people: People, api: Api) -> None:
    api.post("/meetings", meeting_body())
    answer = Api(people.observer).get(f"/availability?{DAY}&under=00688")
    (taken,) = answer.body["endpoints"][0]["busy"]
    assert taken["meeting"] == {"id": None, "title": "Hội nghị giao ban trực tuyến"}


def test_a_plus_that_nobody_escaped_is_understood(api: Api) -> None:
    assert api.get("/availability?from=2031-12-01T00:00:00+07:00&to=2031-12-02T00:00:00+07:00").status == 200


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("", {"from": "required", "to": "required"}),
        ("from=2031-12-01T00:00:00&to=2031-12-02T00:00:00Z", {"from": "offset_missing"}),
        ("from=x&to=2031-12-02T00:00:00Z", {"from": "moment_format"}),
        ("from=2031-12-02T00:00:00Z&to=2031-12-02T00:00:00Z", {"to": "end_before_start"}),
        ("from=2031-12-01T00:00:00Z&to=2032-01-01T00:00:01Z", {"to": "window_too_long"}),
        (f"{DAY}&under=%00", {"under": "control_character"}),
        (f"{DAY}&under=04", {"under": "unknown"}),
    ],
)
def test_windows_that_cannot_be_are_not_acceptable(api: Api, query: str, fields: dict[str, str]) -> None:
    answer = api.get(f"/availability?{query}")
    assert (answer.status, answer.body["params"]["fields"]) == (422, fields)


@pytest.mark.parametrize("number", [1, 3, 208])
def test_availability_takes_the_same_queries_whatever_its_size(people: People, api: Api, number: int) -> None:
    add_endpoints(people.network, number, bridge=None)
    api.post("/meetings", meeting_body(selection={"under": "02"}))
    network()
    with CaptureQueriesContext(connection) as queries:
        answer = api.get(f"/availability?{DAY}&under=02")
    assert (len(answer.body["endpoints"]), len(queries)) == (7 + number, 14)


def test_the_first_free_times_of_an_empty_network_are_the_first_of_the_office_day(api: Api) -> None:
    assert starts(api) == [
        "2031-12-01T08:00:00+07:00",
        "2031-12-01T08:15:00+07:00",
        "2031-12-01T08:30:00+07:00",
    ]


def test_a_free_time_leaves_room_for_what_is_booked(api: Api) -> None:
    api.post("/meetings", meeting_body(setup_minutes=0))
    assert starts(api, count=1) == ["2031-12-01T13:30:00+07:00"]


def test_at_any_hour_the_next_time_is_right_behind(api: Api) -> None:
    api.post("/meetings", meeting_body(setup_minutes=0))
    assert starts(api, count=2, any_hour=True) == ["2031-12-01T10:00:00+07:00", "2031-12-01T10:15:00+07:00"]


def test_set_up_is_kept_free_too(api: Api) -> None:
    api.post("/meetings", meeting_body(setup_minutes=0))
    assert starts(api, count=1, any_hour=True, setup_minutes=60) == ["2031-12-01T11:00:00+07:00"]


def test_ports_are_kept_free_too(people: People, api: Api) -> None:
    bridge = people.network.bridges["MCU-02"]
    bridge.ports = 2
    bridge.save()
    api.post("/meetings", meeting_body(setup_minutes=0))
    first = starts(api, count=1, any_hour=True, selection={"endpoints": ["H026"]})
    assert first == ["2031-12-01T10:00:00+07:00"]


def test_weekends_and_public_holidays_are_left_out(api: Api) -> None:
    # 5 December 2031 is a Friday; 1 January 2032 a holiday.
    friday = {"from": "2031-12-05T17:00:00+07:00", "to": "2031-12-09T00:00:00+07:00"}
    assert starts(api, count=1, **friday) == ["2031-12-08T07:30:00+07:00"]
    new_year = {"from": "2031-12-31T17:00:00+07:00", "to": "2032-01-03T00:00:00+07:00"}
    assert starts(api, count=1, **new_year) == ["2032-01-02T07:30:00+07:00"]


def test_a_meeting_longer_than_half_a_day_goes_over_noon(api: Api) -> None:
    assert starts(api, minutes=360, count=1) == ["2031-12-01T08:00:00+07:00"]


def test_a_closed_endpoint_is_waited_for(people: People, api: Api) -> None:
    Closure.objects.create(
        endpoint=people.network.endpoints["H026"], starts_at=at(0), ends_at=at(0, day=2), reason="Bảo trì"
    )
    assert starts(api, count=1) == ["2031-12-02T07:30:00+07:00"]


def test_without_any_free_time_the_list_is_empty(people: People, api: Api) -> None:
    Closure.objects.create(
        endpoint=people.network.endpoints["H026"], starts_at=at(0), ends_at=at(0, day=4), reason="Bảo trì"
    )
    assert api.post("/slots", slots()).body == {"count": 0, "results": []}


def test_every_free_time_can_be_booked(api: Api) -> None:
    api.post("/meetings", meeting_body())
    for row in api.post("/slots", slots(setup_minutes=60)).body["results"]:
        body = meeting_body(
            selection={"under": "026"}, host_endpoint=None, starts_at=row["starts_at"], ends_at=row["ends_at"]
        )
        assert api.post("/meetings/check", body).body["fits"]


def test_without_from_and_to_the_next_fortnight_is_searched(api: Api) -> None:
    with time_machine.travel(at(9, 7), tick=False):
        answer = api.post("/slots", {"selection": {"under": "026"}, "minutes": 60, "any_hour": True})
    assert answer.body["results"][0]["starts_at"] == "2031-12-01T09:15:00+07:00"


def test_the_past_is_not_offered(api: Api) -> None:
    with time_machine.travel(at(14, day=2), tick=False):
        assert starts(api, count=1, minutes=60) == ["2031-12-02T14:00:00+07:00"]


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"minutes": 0}, {"minutes": "out_of_range"}),
        ({"minutes": 2881}, {"minutes": "out_of_range"}),
        ({"count": 51}, {"count": "out_of_range"}),
        ({"to": "2031-12-01T08:00:00+07:00"}, {"to": "end_before_start"}),
        ({"to": "2032-06-01T08:00:00+07:00"}, {"to": "window_too_long"}),
        ({"colour": "red"}, {"colour": "unknown"}),
        ({"selection": {"under": "026", "x": 1}}, {"selection.x": "unknown"}),
    ],
)
def test_searches_that_cannot_be_are_not_acceptable(
    api: Api, changes: dict[str, object], fields: dict[str, str]
) -> None:
    answer = api.post("/slots", slots(**changes))
    assert (answer.status, answer.body["params"]["fields"]) == (422, fields)


def test_a_search_may_not_name_what_is_out_of_reach(api: Api) -> None:
    assert api.post("/slots", slots(selection={"endpoints": ["Y1"]})).code == "selection_unknown"
