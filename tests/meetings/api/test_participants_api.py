"""/api/v1/meetings/{id}/participants and /agenda, as programs see them."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Person
from meetings.agenda.models import Item
from meetings.attendance.models import CheckIn, Method
from meetings.planning.models import Meeting, Participant
from tests.api import Answer, Api
from tests.people import People, at
from tests.scenes import invite, make_meeting

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(people: People) -> Meeting:
    return make_meeting(people)


@pytest.fixture
def api(people: People) -> Api:
    return Api(people.secretary)


def results(answer: Answer) -> list[tuple[str, str, bool]]:
    return [(row["result"], row["reason"], row["id"] is not None) for row in answer.body]


def test_people_are_added_each_with_its_outcome(people: People, meeting: Meeting, api: Api) -> None:
    sua = Person.objects.get(user=people.delegate)
    answer = api.post(
        f"/meetings/{meeting.pk}/participants",
        [
            {"endpoint": "H026", "person": sua.pk, "role": "delegate", "summons": "named"},
            {"endpoint": "X00715", "full_name": "Vàng Mí Sính", "position": "Chủ tịch UBND xã", "role": "guest"},
            {"endpoint": "X00691", "full_name": "Ngoài cuộc họp", "role": "delegate"},
            {"endpoint": "T1", "person": sua.pk, "role": "delegate"},
        ],
    )
    assert (answer.status, results(answer)) == (
        201,
        [
            ("added", "", True),
            ("added", "", True),
            ("refused", "endpoint_not_in_meeting", False),
            ("exists", "", True),
        ],
    )
    assert answer.body[0]["participant"] == {
        "id": answer.body[0]["id"],
        "person": sua.pk,
        "full_name": "Giàng Thị Súa",
        "position": "Chuyên viên",
        "unit": "Huyện Đồng Văn",
        "endpoint": "H026",
        "role": "delegate",
        "summons": "named",
        "status": "none",
        "answer": "none",
        "answer_reason": "",
        "substitute": None,
        "answered_at": None,
    }


def test_a_list_that_adds_nobody_is_answered_with_200(meeting: Meeting, api: Api) -> None:
    answer = api.post(f"/meetings/{meeting.pk}/participants", [{"endpoint": "Z", "full_name": "X"}])
    assert (answer.status, results(answer)) == (200, [("refused", "endpoint_not_in_meeting", False)])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ([], (422, {"": "too_few"})),
        ({}, (400, {"": "list_type"})),
        ([5], (400, {"0": "model_attributes_type"})),
        ([{"full_name": "X"}], (422, {"0.endpoint": "required"})),
        ([{"endpoint": "T1", "full_name": 5}], (400, {"0.full_name": "string_type"})),
        ([{"endpoint": "T1", "full_name": "a\x00"}], (422, {"0.full_name": "control_character"})),
        ([{"endpoint": "T1", "full_name": "X", "role": "king"}], (422, {"0.role": "not_a_choice"})),
        ([{"endpoint": "T1", "person": 0}], (422, {"0.person": "out_of_range"})),
        ([{"endpoint": "T1", "person": "5"}], (400, {"0.person": "int_type"})),
        ([{"endpoint": "T1", "full_name": "X", "answer": "attending"}], (422, {"0.answer": "unknown"})),
        ([{"endpoint": "T1", "full_name": "X"}] * 1001, (422, {"": "too_many"})),
    ],
)
def test_lists_that_cannot_be_are_refused_by_place(
    meeting: Meeting, api: Api, body: object, expected: tuple[int, dict[str, str]]
) -> None:
    answer = api.call("POST", f"/meetings/{meeting.pk}/participants", raw=json.dumps(body).encode())
    assert (answer.status, answer.body["params"]["fields"]) == expected
    assert Participant.objects.count() == 0


def test_the_largest_person_number_is_unknown_and_not_a_fault(meeting: Meeting, api: Api) -> None:
    answer = api.post(f"/meetings/{meeting.pk}/participants", [{"endpoint": "T1", "person": 2**63 - 1}])
    assert results(answer) == [("refused", "person_unknown", False)]


def test_who_is_expected_is_listed_by_endpoint(people: People, meeting: Meeting, api: Api) -> None:
    invite(meeting, people, "operator", "X00715")
    invite(meeting, people, "chair", "T1")
    answer = api.get(f"/meetings/{meeting.pk}/participants")
    assert [(row["full_name"], row["endpoint"]) for row in answer.body["results"]] == [
        ("Hoàng Gia Khánh", "T1"),
        ("Ma Văn Tuấn", "X00715"),
    ]


def test_the_status_is_the_presence_once_checked_in(people: People, meeting: Meeting, api: Api) -> None:
    sua = invite(meeting, people, "delegate", "H026")
    CheckIn.objects.create(
        meeting=meeting, participant=sua, endpoint=sua.endpoint, method=Method.MANUAL, at=at(8), mode="online"
    )
    (row,) = api.get(f"/meetings/{meeting.pk}/participants").body["results"]
    assert (row["status"], row["answer"]) == ("online", "none")


@pytest.mark.parametrize("query", ["answer=maybe", "q=%00", "limit=0"])
def test_filters_that_cannot_be_are_not_acceptable(meeting: Meeting, api: Api, query: str) -> None:
    assert api.get(f"/meetings/{meeting.pk}/participants?{query}").status == 422


def test_a_delegate_does_not_see_who_else_is_invited(people: People, meeting: Meeting) -> None:
    invite(meeting, people, "delegate", "H026")
    assert Api(people.delegate).get(f"/meetings/{meeting.pk}/participants").status == 403


def test_a_participant_is_changed_and_taken_off(people: People, meeting: Meeting, api: Api) -> None:
    path = f"/meetings/{meeting.pk}/participants/{invite(meeting, people, 'delegate', 'H026').pk}"
    assert api.patch(path, {"endpoint": "T1", "role": "guest"}).body["endpoint"] == "T1"
    assert api.patch(path, {"endpoint": "X00691"}).code == "endpoint_not_in_meeting"
    assert api.delete(path).status == 204
    assert (api.delete(path).status, api.delete(path).code) == (404, "participant_not_found")


def test_a_participant_of_another_meeting_is_not_found(people: People, meeting: Meeting, api: Api) -> None:
    other = make_meeting(people, starts_at=at(14))
    theirs = invite(other, people, "delegate", "H026")
    assert api.patch(f"/meetings/{meeting.pk}/participants/{theirs.pk}", {"role": "guest"}).status == 404


def test_a_delegate_answers_for_himself_only(people: People, meeting: Meeting) -> None:
    own = invite(meeting, people, "delegate", "H026")
    other = invite(meeting, people, "operator", "X00715")
    delegate = Api(people.delegate)
    given = delegate.post(f"/meetings/{meeting.pk}/participants/{own.pk}/answer", {"answer": "attending"})
    assert (given.status, given.body["answer"]) == (200, "attending")
    assert (
        delegate.post(f"/meetings/{meeting.pk}/participants/{other.pk}/answer", {"answer": "attending"}).status == 403
    )


def test_an_answer_that_lacks_its_reason_is_not_acceptable(people: People, meeting: Meeting) -> None:
    own = invite(meeting, people, "delegate", "H026")
    answer = Api(people.delegate).post(
        f"/meetings/{meeting.pk}/participants/{own.pk}/answer", {"answer": "substitute", "reason": "Đi công tác"}
    )
    assert (answer.status, answer.code, answer.body["params"]["fields"]) == (
        422,
        "answer_incomplete",
        {"substitute_name": "required"},
    )


def test_a_code_is_issued_anew(people: People, meeting: Meeting, api: Api) -> None:
    own = invite(meeting, people, "delegate", "H026")
    assert api.post(f"/meetings/{meeting.pk}/participants/{own.pk}/code").status == 200
    own.refresh_from_db()
    assert own.code_serial == 2


@pytest.mark.parametrize("number", [1, 3, 208])
def test_the_list_takes_the_same_queries_whatever_its_length(
    people: People, meeting: Meeting, api: Api, number: int
) -> None:
    rows = [{"endpoint": "T1", "full_name": f"Đại biểu {index}"} for index in range(number)]
    api.post(f"/meetings/{meeting.pk}/participants", rows)
    with CaptureQueriesContext(connection) as queries:
        answer = api.get(f"/meetings/{meeting.pk}/participants")
    assert (answer.body["count"], len(queries)) == (number, 7)


def test_people_of_the_directory_are_found_within_reach(people: People, api: Api) -> None:
    rows = api.get("/people?q=giang%20sua").body["results"]
    assert [(row["full_name"], row["unit"]) for row in rows] == [("Giàng Thị Súa", "026")]
    assert api.get("/people?q=ngoai").body == {"count": 0, "results": []}
    assert Api(people.delegate).get("/people").status == 403


def test_the_agenda_is_written_ordered_changed_and_run(meeting: Meeting, api: Api) -> None:
    path = f"/meetings/{meeting.pk}/agenda"
    ids = [api.post(path, {"title": title, "minutes": 15}).body["id"] for title in ("Khai mạc", "Báo cáo", "Kết luận")]
    ordered = api.put(f"{path}/order", {"order": [ids[1], ids[0], ids[2]]})
    assert [row["title"] for row in ordered.body["results"]] == ["Báo cáo", "Khai mạc", "Kết luận"]
    assert api.patch(f"{path}/{ids[0]}", {"minutes": 5}).body["minutes"] == 5
    assert api.delete(f"{path}/{ids[2]}").status == 204
    assert (api.post(f"{path}/{ids[1]}/start").status, api.post(f"{path}/{ids[1]}/start").code) == (
        409,
        "meeting_not_open",
    )
    api.post(f"/meetings/{meeting.pk}/open")
    assert api.post(f"{path}/{ids[1]}/start").body["status"] == "running"
    assert [(row["position"], row["status"]) for row in api.get(path).body["results"]] == [
        (1, "running"),
        (2, "waiting"),
    ]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"title": "required"}),
        ({"title": ""}, {"title": "too_short"}),
        ({"title": "a\x00"}, {"title": "control_character"}),
        ({"title": "X", "minutes": 0}, {"minutes": "out_of_range"}),
        ({"title": "X", "minutes": 601}, {"minutes": "out_of_range"}),
        ({"title": "X", "position": 1}, {"position": "unknown"}),
        ({"title": "x" * 301}, {"title": "too_long"}),
    ],
)
def test_items_that_cannot_be_are_refused_by_field(
    meeting: Meeting, api: Api, body: dict[str, object], fields: dict[str, str]
) -> None:
    answer = api.post(f"/meetings/{meeting.pk}/agenda", body)
    assert (answer.status, answer.body["params"]["fields"]) == (422, fields)
    assert Item.objects.count() == 0


@pytest.mark.parametrize("order", [[], [1, 1], [2**63 - 1], [10**9]])
def test_an_order_that_is_not_of_the_items_is_not_acceptable(meeting: Meeting, api: Api, order: list[int]) -> None:
    api.post(f"/meetings/{meeting.pk}/agenda", {"title": "Khai mạc"})
    answer = api.put(f"/meetings/{meeting.pk}/agenda/order", {"order": order})
    assert (answer.status, answer.code) == (422, "order_incomplete")


def test_an_item_of_another_meeting_is_not_found(people: People, meeting: Meeting, api: Api) -> None:
    other = make_meeting(people, starts_at=at(14))
    item = api.post(f"/meetings/{other.pk}/agenda", {"title": "Của cuộc khác"}).body["id"]
    assert api.delete(f"/meetings/{meeting.pk}/agenda/{item}").code == "agenda_item_not_found"
