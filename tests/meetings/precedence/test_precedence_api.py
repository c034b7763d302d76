"""POST /meetings/{id}/preempt, and what a check says of displacing."""

import pytest

from meetings.planning.models import Meeting
from rooms.models import Booking
from tests.api import Api
from tests.people import People, at
from tests.scenes import invite, make_meeting

WHY = "Công điện của Thủ tướng Chính phủ"


@pytest.fixture
def api(people: People) -> Api:
    return Api(people.secretary)


@pytest.fixture
def lower(people: People) -> Meeting:
    meeting = make_meeting(people, unit="026", endpoints=["H026", "X00715"], title="Tập huấn chuyển đổi số")
    Meeting.objects.filter(pk=meeting.pk).update(selection={"endpoints": ["H026", "X00715"]})
    invite(meeting, people, "delegate", "H026")
    return meeting


def body(**changes: object) -> dict[str, object]:
    return {
        "title": "Họp khẩn",
        "starts_at": "2031-12-01T08:00:00+07:00",
        "ends_at": "2031-12-01T10:00:00+07:00",
        "unit": "02",
        "selection": {"endpoints": ["T1"], "under": "026"},
        "host_endpoint": "T1",
        **changes,
    }


def drafted(api: Api, **changes: object) -> int:
    return int(api.post("/meetings", body(draft=True, **changes)).body["id"])


def test_a_draft_takes_its_place_and_says_who_gave_way_and_where_they_could_go(api: Api, lower: Meeting) -> None:
    pk = drafted(api)
    answer = api.post(f"/meetings/{pk}/preempt", {"reason": WHY})
    assert (answer.status, answer.body["status"], answer.body["booking"]["endpoints"]) == (200, "scheduled", 3)
    (displaced,) = answer.body["displaced"]
    slots = displaced.pop("slots")
    assert displaced == {
        "id": lower.pk,
        "title": "Tập huấn chuyển đổi số",
        "unit": "026",
        "starts_at": "2031-12-01T08:00:00+07:00",
        "ends_at": "2031-12-01T10:00:00+07:00",
        "endpoints": 2,
        "invited": 1,
        "owner": {"name": "Nguyễn Thị Lan", "phone": "0219.000.0001"},
    }
    assert len(slots) == 3
    assert api.get(f"/meetings/{lower.pk}").body["status"] == "postponed"


def test_what_does_not_give_way_is_a_conflict_and_nothing_changes(api: Api, lower: Meeting) -> None:
    Booking.objects.filter(meeting=lower).update(fixed=True)
    pk = drafted(api)
    answer = api.post(f"/meetings/{pk}/preempt", {"reason": WHY, "ground": "force_majeure"})
    assert (answer.status, answer.code) == (409, "booking_conflict")
    rows = answer.body["params"]["conflicts"]
    assert {(row["displaceable"], row["stays"]) for row in rows} == {(False, "fixed")}
    assert (api.get(f"/meetings/{pk}").body["status"], api.get(f"/meetings/{lower.pk}").body["status"]) == (
        "draft",
        "scheduled",
    )


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({}, 422),
        ({"reason": "  "}, 422),
        ({"reason": WHY, "ground": "because"}, 422),
        ({"reason": 7}, 400),
        ({"reason": "x" * 301}, 422),
        ([], 400),
    ],
)
def test_a_reason_and_a_known_ground_are_needed(api: Api, lower: Meeting, sent: object, status: int) -> None:
    assert api.post(f"/meetings/{drafted(api)}/preempt", sent).status == status


def test_what_is_booked_already_is_refused(api: Api, lower: Meeting) -> None:
    assert api.post(f"/meetings/{lower.pk}/preempt", {"reason": WHY}).code == "act_impossible"


def test_the_same_call_with_a_key_is_answered_the_same_and_done_once(api: Api, lower: Meeting) -> None:
    pk = drafted(api)
    first, second = (
        api.post(f"/meetings/{pk}/preempt", {"reason": WHY}, headers={"Idempotency-Key": "bao-so-3"}) for _ in range(2)
    )
    assert (first.status, first.body) == (second.status, second.body)
    assert Meeting.objects.get(pk=lower.pk).version == lower.version + 1


def test_who_may_not_book_for_the_unit_is_refused(people: People, api: Api, lower: Meeting) -> None:
    pk = drafted(api)
    assert Api(people.chair).post(f"/meetings/{pk}/preempt", {"reason": WHY}).status == 403
    assert Api(people.outsider).post(f"/meetings/{pk}/preempt", {"reason": WHY}).status == 404


def test_a_check_says_of_each_conflict_whether_it_gives_way(people: People, api: Api, lower: Meeting) -> None:
    make_meeting(people, unit="02", endpoints=["T1"], starts_at=at(9), setup_minutes=0, title="Thường trực")
    rows = api.post("/meetings/check", body()).body["conflicts"]
    assert [(row["endpoint"], row["displaceable"], row["stays"]) for row in rows] == [
        ("T1", False, "equal_tier"),
        ("H026", True, None),
        ("X00715", True, None),
        ("X00715", True, None),
    ]
    assert [row["kind"] for row in rows][-1] == "ports_exhausted"
