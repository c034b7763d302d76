"""Adding endpoints to a booked meeting and taking some out, on its edit page: all or nothing."""

from typing import Any

import pytest
from django.test import Client

from meetings.planning.actions import create_meeting
from meetings.planning.models import Meeting
from meetings.planning.plan_form import PlanForm
from meetings.planning.selectors import booked_codes
from meetings.planning.wishes import EndpointChange
from rooms.models import BookedEndpoint
from rooms.scheduling.selection import Selection
from rooms.selectors import read_selection
from tests.meetings.planning.plans import plan
from tests.people import People, at
from tests.rooms.networks import add_endpoints
from tests.scenes import invite, make_meeting

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(people: People) -> Meeting:
    return create_meeting(people.secretary, plan(people))


@pytest.fixture
def desk(client: Client, people: People) -> Client:
    client.force_login(people.secretary)
    return client


def sent(people: People, meeting: Meeting, **fields: Any) -> dict[str, Any]:
    """What the page sends when nothing was touched but these fields."""
    form = PlanForm(people.secretary, meeting, [])
    body: dict[str, Any] = {}
    for name, field in form.fields.items():
        value = form.initial[name]
        text = value.strftime("%H:%M") if hasattr(value, "strftime") and name in {"start", "end"} else str(value)
        body[name] = text
        if field.show_hidden_initial:
            body[f"initial-{name}"] = text
    return body | fields


def save(desk: Client, people: People, meeting: Meeting, **fields: Any) -> Any:
    return desk.post(f"/meetings/{meeting.pk}/edit/", sent(people, meeting, **fields))


@pytest.mark.parametrize(
    "typed",
    ["X00688", "x00688", "Phường Quang Trung", "phuong quang trung", ["X00688", ""]],
)
def test_an_endpoint_is_added_by_code_or_by_name(
    desk: Client, people: People, meeting: Meeting, typed: str | list[str]
) -> None:
    assert save(desk, people, meeting, add=typed).status_code == 302
    meeting.refresh_from_db()
    assert (booked_codes(meeting), meeting.version) == (["T1", "H026", "X00688", "X00715"], 2)


def test_several_at_once_one_of_them_taken_out(desk: Client, people: People, meeting: Meeting) -> None:
    save(desk, people, meeting, add="X00688, T2", leave=["X00715"])
    meeting.refresh_from_db()
    assert booked_codes(meeting) == ["T1", "T2", "H026", "X00688"]
    assert not BookedEndpoint.objects.filter(endpoint__code="X00715").exists()


def test_what_is_kept_keeps_its_row(desk: Client, people: People, meeting: Meeting) -> None:
    before = set(BookedEndpoint.objects.values_list("pk", flat=True))
    save(desk, people, meeting, add="X00688")
    assert before < set(BookedEndpoint.objects.values_list("pk", flat=True))


def test_what_was_booked_beyond_the_writers_reach_stays(client: Client, people: People) -> None:
    """Somebody of the district changes a meeting that the province gave an endpoint of its own."""
    meeting = make_meeting(people, unit="026", endpoints=["H026", "T1"])
    person = people.delegate
    person.memberships.update(role="secretariat")
    client.force_login(person)
    form = sent(people, meeting, add="X00715")
    assert client.post(f"/meetings/{meeting.pk}/edit/", form).status_code == 302
    assert booked_codes(meeting) == ["T1", "H026", "X00715"]


def test_an_added_endpoint_that_is_taken_leaves_all_as_it_was_and_names_the_meeting(
    desk: Client, people: People, meeting: Meeting
) -> None:
    other = make_meeting(people, starts_at=at(9), setup_minutes=0, endpoints=["X00688"], title="Giao ban phường")
    before = list(BookedEndpoint.objects.order_by("pk").values())
    answer = save(desk, people, meeting, add="X00688, T2", title="Không được lưu")
    page = answer.content.decode()
    assert answer.status_code == 409
    for words in ("X00688", other.title, "Nguyễn Thị Lan", "0219.000.0001", "09:00", 'value="Không được lưu"'):
        assert words in page
    assert 'name="add" value="T2"' in page
    assert list(BookedEndpoint.objects.order_by("pk").values()) == before
    assert Meeting.objects.get(pk=meeting.pk).title == meeting.title


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"add": "K9999"}, "K9999"),
        ({"add": "Y1"}, "Y1"),
        ({"leave": ["T1"]}, "T1"),
        ({"leave": ["T1", "H026", "X00715"], "host_endpoint": ""}, ""),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_lost(
    desk: Client, people: People, meeting: Meeting, fields: dict[str, Any], words: str
) -> None:
    answer = save(desk, people, meeting, **fields)
    assert (answer.status_code, Meeting.objects.get(pk=meeting.pk).version) == (422, 1)
    assert words in answer.content.decode()


def test_an_endpoint_where_people_are_expected_is_not_taken_out(desk: Client, people: People, meeting: Meeting) -> None:
    invite(meeting, people, "delegate", "X00715")
    answer = save(desk, people, meeting, leave=["X00715"])
    assert answer.status_code == 422
    assert booked_codes(meeting) == ["T1", "H026", "X00715"]


def test_a_draft_only_changes_its_wish(desk: Client, people: People) -> None:
    draft = create_meeting(people.secretary, plan(people), draft=True)
    save(desk, people, draft, add="X00688", leave=["X00715"])
    draft.refresh_from_db()
    assert draft.selection == {"under": "026", "endpoints": ["T1", "X00688"], "except": ["X00715"]}
    assert BookedEndpoint.objects.count() == 0


def test_when_somebody_else_saved_first_the_choice_of_endpoints_goes_along(
    desk: Client, people: People, meeting: Meeting
) -> None:
    form = sent(people, meeting, add="X00688", leave=["X00715"])
    save(desk, people, meeting, title="Tên của người khác")
    page = desk.post(f"/meetings/{meeting.pk}/edit/", form).content.decode()
    assert '<input type="hidden" name="add" value="X00688">' in page
    assert '<input type="hidden" name="leave" value="X00715">' in page
    desk.post(f"/meetings/{meeting.pk}/edit/", form | {"resolving": "1", "version": "2"})
    meeting.refresh_from_db()
    assert (booked_codes(meeting), meeting.title) == (["T1", "H026", "X00688"], "Tên của người khác")


@pytest.mark.any_database
@pytest.mark.parametrize("number", [208, 10_000])
def test_the_page_asks_no_more_for_a_large_meeting(
    desk: Client, people: People, number: int, django_assert_max_num_queries: Any
) -> None:
    codes = add_endpoints(people.network, number, bridge=None)
    meeting = make_meeting(people, endpoints=codes)
    with django_assert_max_num_queries(14):
        page = desk.get(f"/meetings/{meeting.pk}/edit/")
    assert page.content.decode().count('name="leave"') == number


def test_laying_a_change_over_a_selection_names_exceptions_only_where_needed() -> None:
    delta = EndpointChange(joining=("A",), leaving=("B",))
    narrow = read_selection({"endpoints": ["B", "C"]})
    assert delta.laid_over(narrow) == Selection(endpoints=("C", "A"))
    wide = read_selection({"under": "02", "except": ["A"], "endpoints": ["B"]})
    assert delta.laid_over(wide) == Selection(under="02", endpoints=("A",), except_=("B",))
