"""Ways of joining over the API: what a conflict proposes can be sent back as it stands."""

import pytest

from meetings.planning.models import Meeting
from rooms.occupancy import ways_of
from rooms.scheduling.ways import Way
from tests.api import Api
from tests.people import People

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(people: People) -> Api:
    bridge = people.network.bridges["MCU-01"]
    bridge.ports = 4
    bridge.save()
    return Api(people.secretary)


def body(**fields: object) -> dict[str, object]:
    """T1, T2, H024, X00688 and X00691: five on the four ports of MCU-01."""
    facts: dict[str, object] = {
        "title": "Giao ban",
        "unit": "02",
        "starts_at": "2031-12-01T08:00:00+07:00",
        "ends_at": "2031-12-01T10:00:00+07:00",
        "selection": {"endpoints": ["T1", "T2", "H024", "X00688", "X00691"]},
        "host_endpoint": "T1",
    }
    return facts | fields


def test_a_conflict_of_ports_carries_ways_out_and_each_can_be_sent_back(api: Api) -> None:
    refused = api.post("/meetings", body())
    (conflict,) = refused.body["params"]["conflicts"]
    assert (refused.status, conflict["kind"], conflict["endpoint"]) == (409, "ports_exhausted", "X00691")
    assert [out["kind"] for out in conflict["ways_out"]] == ["bridge", "relay", "receive"]
    for out in conflict["ways_out"]:
        assert api.post("/meetings/check", body(ways=out["ways"])).body["fits"]
    made = api.post("/meetings", body(ways=conflict["ways_out"][1]["ways"]))
    assert (made.status, made.body["booking"]) == (201, {"endpoints": 5, "ports": {"MCU-01": 4}})


def test_a_change_keeps_the_ways_and_can_set_them(api: Api) -> None:
    pk = api.post("/meetings", body(ways={"X00691": {"receive": True}})).body["id"]
    moved = api.patch(f"/meetings/{pk}", {"version": 1, "ends_at": "2031-12-01T11:00:00+07:00"})
    assert (moved.status, moved.body["booking"]["ports"]) == (200, {"MCU-01": 4})
    booking = Meeting.objects.get(pk=pk).booking_id
    assert ways_of(booking) == {"X00691": Way(receive=True)}
    short = api.post(f"/meetings/{pk}/check", {"version": 2, "ways": {}})
    assert [each["kind"] for each in short.body["conflicts"]] == ["ports_exhausted"]
    assert api.patch(f"/meetings/{pk}", {"version": 2, "ways": {}}).status == 409
    changed = api.patch(f"/meetings/{pk}", {"version": 2, "ways": {"X00688": {"relay": "H024"}}})
    assert (changed.status, ways_of(booking)) == (200, {"X00688": Way(relay="H024")})


@pytest.mark.parametrize(
    ("ways", "status", "code"),
    [
        ({"X00691": {}}, 400, "way_malformed"),
        ({"X00691": {"receive": False}}, 400, "way_malformed"),
        ({"X00691": {"bridge": "MCU-02", "receive": True}}, 400, "way_malformed"),
        ({"X00691": {"fax": "1"}}, 422, "unacceptable"),
        ({"X00715": {"receive": True}}, 422, "way_not_selected"),
        ({"T1": {"receive": True}}, 422, "way_of_host"),
        ({"X00691": {"relay": "X00691"}}, 422, "way_without_port"),
        ({"X00691": {"bridge": "MCU-09"}}, 422, "way_bridge_unknown"),
        ([], 400, "malformed"),
    ],
)
def test_ways_that_cannot_be_are_refused_with_their_code(api: Api, ways: object, status: int, code: str) -> None:
    for address in ("/meetings", "/meetings/check"):
        answer = api.post(address, body(ways=ways))
        assert (answer.status, answer.code) == (status, code)
    assert Meeting.objects.count() == 0


def test_a_draft_takes_no_ways(api: Api) -> None:
    refused = api.post("/meetings", body(draft=True, ways={"X00691": {"receive": True}}))
    assert (refused.status, refused.body["params"]["fields"]) == (422, {"ways": "not_booked"})
    pk = api.post("/meetings", body(draft=True)).body["id"]
    refused = api.patch(f"/meetings/{pk}", {"version": 1, "ways": {"X00691": {"receive": True}}})
    assert refused.body["params"]["fields"] == {"ways": "not_booked"}
