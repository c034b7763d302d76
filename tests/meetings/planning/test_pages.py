"""The list of meetings, and changing one while somebody else does."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from meetings.planning.actions import change_meeting, create_meeting
from meetings.planning.models import Meeting
from meetings.planning.wishes import MeetingPlan
from rooms.models import BookedEndpoint
from rooms.scheduling.selection import Selection
from tests.people import People, at
from tests.scenes import invite, make_meeting

pytestmark = pytest.mark.django_db
A_DAY = dt.timedelta(days=1)


def client_of(user: User) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return client


def text_of(user: User, url: str, status: int = 200) -> str:
    response = client_of(user).get(url)
    assert response.status_code == status
    return response.content.decode()


def meetings(people: People) -> dict[str, Meeting]:
    made = {}
    for day, (status, title) in enumerate(
        [
            ("scheduled", "Giao ban tháng 12"),
            ("open", "Phiên họp thường kỳ"),
            ("draft", "Hội nghị tổng kết"),
            ("closed", "Sơ kết du lịch"),
            ("cancelled", "Tập huấn chuyển đổi số"),
        ],
        start=1,
    ):
        made[status] = make_meeting(people, status=status, title=title, starts_at=at(8, day=day))
        Meeting.objects.filter(pk=made[status].pk).update(search_text=title.lower())
    return made


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", ["Giao ban tháng 12", "Phiên họp thường kỳ"]),
        ("?tab=coming", ["Giao ban tháng 12", "Phiên họp thường kỳ"]),
        ("?tab=drafts", ["Hội nghị tổng kết"]),
        ("?tab=past", ["Sơ kết du lịch"]),
        ("?tab=cancelled", ["Tập huấn chuyển đổi số"]),
        ("?tab=nonsense", ["Giao ban tháng 12", "Phiên họp thường kỳ"]),
        ("?tab=all&q=tháng", ["Giao ban tháng 12"]),
        ("?q=tháng", ["Giao ban tháng 12"]),
        ("?q=tìm mãi không thấy", []),
    ],
)
def test_each_tab_holds_its_meetings_and_a_search_looks_everywhere(
    people: People, query: str, titles: list[str]
) -> None:
    made = meetings(people)
    Meeting.objects.filter(pk=made["scheduled"].pk).update(search_text="giao ban thang 12")
    page = text_of(people.secretary, f"/meetings/{query}")
    found = [meeting.title for meeting in made.values() if f'href="/meetings/{meeting.pk}/"' in page]
    assert sorted(found) == sorted(titles)


def test_tabs_say_how_many_meetings_they_hold(people: People) -> None:
    meetings(people)
    page = text_of(people.secretary, "/meetings/")
    for words in ("Coming 2", "Drafts 1", "Closed 1", "Cancelled 1"):
        assert words in page


def test_a_row_tells_endpoints_and_answers(people: People) -> None:
    meeting = make_meeting(people)
    invite(meeting, people, "delegate", "H026")
    invite(meeting, people, "operator", "X00715")
    meeting.participants.filter(person=people.delegate.person).update(answer="attending")
    page = text_of(people.secretary, "/meetings/")
    assert "<b>1</b> / 2" in page
    assert "1 without answer" in page
    assert 'data-label="Endpoints">3<' in page


def test_a_unit_without_meetings_is_led_to_its_first_one(people: People) -> None:
    page = text_of(people.secretary, "/meetings/")
    assert "The unit has no meeting yet" in page
    assert "The system checks 7 endpoints and the ports" in page
    assert "Book the first meeting" in page


def test_a_delegate_sees_the_meetings_of_his_own_and_books_nothing(people: People) -> None:
    made = meetings(people)
    assert "You have no meeting yet" in text_of(people.delegate, "/meetings/")
    invite(made["scheduled"], people, "delegate", "H026")
    page = text_of(people.delegate, "/meetings/")
    assert "Giao ban tháng 12" in page
    assert "Phiên họp thường kỳ" not in page
    assert "Book a meeting" not in page


def test_another_province_sees_nothing(people: People) -> None:
    meetings(people)
    page = text_of(people.outsider, "/meetings/?tab=all")
    assert "Giao ban" not in page


def test_a_long_list_is_paged_and_keeps_the_search(people: People) -> None:
    for number in range(30):
        make_meeting(people, status="closed", title=f"giao ban {number}", starts_at=at(8) + number * A_DAY)
    page = text_of(people.secretary, "/meetings/?tab=past&q=giao")
    assert page.count('<th class="name">') == 25
    assert "?tab=past&amp;q=giao&amp;page=2" in page
    assert text_of(people.secretary, "/meetings/?tab=past&q=giao&page=2").count('<th class="name">') == 5
    assert text_of(people.secretary, "/meetings/?tab=past&page=nine").count('<th class="name">') == 25


@pytest.mark.parametrize("count", [1, 3, 208])
def test_the_number_of_queries_does_not_grow_with_the_list(people: People, count: int) -> None:
    for number in range(count):
        make_meeting(people, title=f"Cuộc họp {number}", starts_at=at(8) + number * A_DAY, endpoints=("T1",))
    client = client_of(people.secretary)
    client.get("/meetings/")
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/meetings/").status_code == 200
    assert len(captured) == 8


# Changing one


@pytest.fixture
def meeting(people: People) -> Meeting:
    return make_meeting(people)


def shown(user: User, meeting: Meeting) -> dict[str, str]:
    """Every field of the form as a browser sends it back: values and what was seen."""
    page = client_of(user).get(f"/meetings/{meeting.pk}/edit/")
    form = page.context["form"]
    sent = {"version": str(meeting.version)}
    for field in form:
        if field.name == "version":
            continue
        value = field.value()
        written = field.field.widget.format_value(value) if value is not None else ""
        plain = written[0] if isinstance(written, list) else written
        sent[field.name] = sent[f"initial-{field.name}"] = str(plain or "")
    return sent


def save(user: User, meeting: Meeting, sent: dict[str, str], **changes: str) -> Any:
    return client_of(user).post(f"/meetings/{meeting.pk}/edit/", {**sent, **changes})


def test_only_what_was_changed_is_saved(people: People, meeting: Meeting) -> None:
    sent = shown(people.secretary, meeting)
    response = save(people.secretary, meeting, sent, title="Hội nghị tổng kết", start="09:00", number="214/GM-UBND")
    assert response.headers["Location"] == f"/meetings/{meeting.pk}/"
    meeting.refresh_from_db()
    assert (meeting.title, meeting.number, meeting.version) == ("Hội nghị tổng kết", "214/GM-UBND", 2)
    assert (meeting.starts_at, meeting.ends_at) == (at(9), at(10))


def test_a_form_that_changes_nothing_makes_no_new_version(people: People, meeting: Meeting) -> None:
    save(people.secretary, meeting, shown(people.secretary, meeting))
    meeting.refresh_from_db()
    assert meeting.version == 1


@pytest.mark.parametrize(
    "wrong", [{"end": "07:00"}, {"title": ""}, {"day": "32/13/2031"}, {"setup_minutes": "-5"}, {"chair": "Không ai cả"}]
)
def test_what_does_not_fit_stays_in_the_form(people: People, meeting: Meeting, wrong: dict[str, str]) -> None:
    sent = shown(people.secretary, meeting)
    response = save(people.secretary, meeting, sent, **{"number": "99/GM", **wrong})
    assert response.status_code == 422
    assert 'value="99/GM"' in response.content.decode()
    meeting.refresh_from_db()
    assert meeting.version == 1


def test_two_who_edit_are_shown_field_by_field_and_nothing_is_lost(people: People, meeting: Meeting) -> None:
    sent = shown(people.secretary, meeting)
    change_meeting(people.administrator, meeting, version=1, changes={"title": "Tên của quản trị", "setup_minutes": 90})
    response = save(people.secretary, meeting, sent, title="Tên của thư ký", number="300/GM-UBND")
    page = response.content.decode()
    assert response.status_code == 409
    assert "Not saved: Trần Văn Quản changed this meeting at" in page
    assert "You differ in 3 places." in page
    assert "0219.000.0001" in page
    rows = {
        each.name: (each.before, each.mine, each.theirs, each.keep_mine) for each in response.context["differences"]
    }
    assert rows == {
        "title": ("Hội nghị giao ban trực tuyến", "Tên của thư ký", "Tên của quản trị", True),
        "number": ("–", "300/GM-UBND", "–", True),
        "setup_minutes": ("60 minutes", "60 minutes", "90 minutes", False),
    }
    carried = dict(response.context["carried"])
    meeting.refresh_from_db()
    assert meeting.title == "Tên của quản trị"
    chosen = {**carried, "resolving": "1", "version": str(meeting.version), "take": "chosen", "keep_title": "theirs"}
    done = client_of(people.secretary).post(
        f"/meetings/{meeting.pk}/edit/", {**chosen, "keep_number": "mine", "keep_setup_minutes": "theirs"}
    )
    assert done.status_code == 302
    meeting.refresh_from_db()
    assert (meeting.title, meeting.number, meeting.setup_minutes) == ("Tên của quản trị", "300/GM-UBND", 90)


def test_all_of_mine_overwrites_only_what_i_changed(people: People, meeting: Meeting) -> None:
    sent = shown(people.secretary, meeting)
    change_meeting(people.administrator, meeting, version=1, changes={"title": "Tên của quản trị", "setup_minutes": 90})
    save(people.secretary, meeting, sent, title="Tên của thư ký", resolving="1", take="mine", version="2")
    meeting.refresh_from_db()
    assert (meeting.title, meeting.setup_minutes) == ("Tên của thư ký", 90)


def test_a_time_that_is_not_free_changes_nothing_and_names_who_is_there(people: People, meeting: Meeting) -> None:
    make_meeting(people, title="Tập huấn", starts_at=at(14), endpoints=("H026",))
    sent = shown(people.secretary, meeting)
    response = save(people.secretary, meeting, sent, start="13:30", end="15:00", title="Tên mới")
    page = response.content.decode()
    assert response.status_code == 409
    assert "Not saved: the time or the endpoints are not free." in page
    assert "H026 Đồng Văn district" in page
    assert "Tập huấn" in page
    assert "0219.000.0001" in page
    assert 'value="Tên mới"' in page
    meeting.refresh_from_db()
    assert (meeting.title, meeting.starts_at, meeting.version) == ("Hội nghị giao ban trực tuyến", at(8), 1)


def plan_of_draft(people: People, hour: int = 8) -> MeetingPlan:
    return MeetingPlan(
        title="Dự thảo",
        unit=people.network.units["02"],
        selection=Selection(endpoints=("T1", "H026")),
        starts_at=at(hour),
        ends_at=at(hour) + dt.timedelta(hours=2),
        host_endpoint="T1",
    )


def test_a_draft_is_saved_and_booked_by_one_button(people: People) -> None:
    draft = create_meeting(people.secretary, plan_of_draft(people), draft=True)
    sent = shown(people.secretary, draft)
    response = save(people.secretary, draft, sent, title="Hội nghị", book="1")
    assert response.status_code == 302
    draft.refresh_from_db()
    assert (draft.title, draft.status) == ("Hội nghị", Meeting.Status.SCHEDULED)
    assert BookedEndpoint.objects.filter(booking=draft.booking, released=False).count() == 2


def test_a_draft_that_cannot_be_booked_is_not_saved_either(people: People, meeting: Meeting) -> None:
    draft = create_meeting(people.secretary, plan_of_draft(people), draft=True)
    sent = shown(people.secretary, draft)
    response = save(people.secretary, draft, sent, title="Hội nghị", book="1")
    assert response.status_code == 409
    draft.refresh_from_db()
    assert (draft.title, draft.status, draft.version) == ("Dự thảo", Meeting.Status.DRAFT, 1)
    again = save(people.secretary, draft, sent, title="Hội nghị")
    assert again.status_code == 302


@pytest.mark.parametrize(
    ("user", "status"),
    [("secretary", 200), ("administrator", 200), ("chair", 403), ("operator", 403), ("outsider", 404), ("nobody", 404)],
)
def test_who_may_change_a_meeting(people: People, meeting: Meeting, user: str, status: int) -> None:
    assert client_of(getattr(people, user)).get(f"/meetings/{meeting.pk}/edit/").status_code == status


def test_a_meeting_in_session_is_not_changed(people: People, meeting: Meeting) -> None:
    sent = shown(people.secretary, meeting)
    Meeting.objects.filter(pk=meeting.pk).update(status=Meeting.Status.OPEN)
    response = save(people.secretary, meeting, sent, title="Tên mới")
    assert response.status_code == 409
    assert "Nothing was changed" in response.content.decode()
