"""Templates of meetings: saved, changed, deleted, booked from; agenda and people are filled in by the same act."""

import datetime as dt
import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.selectors import today
from audit.models import Entry
from meetings.agenda.actions import add_item
from meetings.agenda.models import Item
from meetings.planning.models import Meeting, Participant
from meetings.planning.selectors import booked_codes
from meetings.prepared.actions import book_after, change_template, delete_template, save_as_template
from meetings.prepared.errors import TemplateNameTaken, TemplateNotFound
from meetings.prepared.models import MeetingTemplate
from meetings.prepared.pattern import pattern_of_template
from meetings.prepared.selectors import templates_for
from rooms.errors import BookingConflict
from tests.meetings.planning.plans import plan
from tests.people import People, at
from tests.scenes import invite, make_meeting

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(people: People) -> Meeting:
    """08:00–10:00 at T1, H026, X00715, two items, the delegate at H026 and the operator at X00715."""
    meeting = make_meeting(people)
    add_item(people.secretary, meeting, title="Khai mạc", minutes=10)
    add_item(people.secretary, meeting, title="Báo cáo tuần", presenter="Sở Tài chính", minutes=30)
    invite(meeting, people, "delegate", "H026")
    invite(meeting, people, "operator", "X00715")
    return meeting


@pytest.fixture
def template(people: People, meeting: Meeting) -> MeetingTemplate:
    return save_as_template(people.secretary, meeting, "Giao ban tuần", people=True)


@pytest.fixture
def desk(client: Client, people: People) -> Client:
    client.force_login(people.secretary)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def test_a_meeting_is_kept_without_its_date(template: MeetingTemplate) -> None:
    assert (template.title, template.minutes, template.usual_start, template.setup_minutes) == (
        "Hội nghị giao ban trực tuyến",
        120,
        dt.time(8),
        60,
    )
    assert template.selection == {"endpoints": ["T1", "H026", "X00715"]}
    assert [row["title"] for row in template.agenda] == ["Khai mạc", "Báo cáo tuần"]
    assert [row["endpoint"] for row in template.people] == ["H026", "X00715"]
    assert Entry.objects.filter(verb="template.saved", chain__name="network").get().object_label == "Giao ban tuần"


def test_people_and_agenda_are_kept_only_when_asked_for(people: People, meeting: Meeting) -> None:
    bare = save_as_template(people.secretary, meeting, "Trống", agenda=False)
    assert (bare.agenda, bare.people) == ([], [])


def test_a_name_is_given_once_in_a_unit(people: People, meeting: Meeting, template: MeetingTemplate) -> None:
    with pytest.raises(TemplateNameTaken):
        save_as_template(people.secretary, meeting, " Giao ban tuần ")
    other = save_as_template(people.secretary, meeting, "Khác")
    with pytest.raises(TemplateNameTaken):
        change_template(people.secretary, other, {"name": "Giao ban tuần"})


def test_what_is_deleted_is_gone_for_whoever_still_looks_at_it(people: People, template: MeetingTemplate) -> None:
    delete_template(people.secretary, template)
    with pytest.raises(TemplateNotFound):
        change_template(people.secretary, template, {"name": "Khác"})


def test_a_change_that_changes_nothing_is_not_written_down(people: People, template: MeetingTemplate) -> None:
    before = Entry.objects.count()
    change_template(people.secretary, template, {"name": "Giao ban tuần", "minutes": 120})
    assert Entry.objects.count() == before


def test_templates_of_another_province_are_unknown(people: People, template: MeetingTemplate) -> None:
    assert not templates_for(people.outsider).exists()
    assert list(templates_for(people.secretary, "GIAO BAN tuan")) == [template]


def test_an_endpoint_that_left_the_network_is_dropped_and_named(people: People, template: MeetingTemplate) -> None:
    gone = people.network.endpoints["H026"]
    gone.valid_to = today()
    gone.save()
    pattern = pattern_of_template(people.secretary, template)
    assert (list(pattern.endpoints), list(pattern.dropped)) == (["T1", "X00715"], ["H026"])


def test_a_unit_that_closed_does_not_widen_the_choice(people: People, template: MeetingTemplate) -> None:
    template.selection = {"tiers": ["commune"], "under": "026", "endpoints": ["T1"]}
    people.network.units["026"].valid_to = today()
    people.network.units["026"].save()
    assert list(pattern_of_template(people.secretary, template).endpoints) == ["T1"]


def test_agenda_and_people_come_with_the_booking(people: People, template: MeetingTemplate) -> None:
    pattern = pattern_of_template(people.secretary, template)
    made = book_after(
        people.secretary,
        plan(people, starts_at=at(14), ends_at=at(16)),
        agenda=pattern.agenda,
        people=pattern.people,
    )
    items = Item.objects.filter(meeting=made.meeting)
    assert list(items.values_list("title", "presenter", "minutes")) == [
        ("Khai mạc", "", 10),
        ("Báo cáo tuần", "Sở Tài chính", 30),
    ]
    rows = Participant.objects.filter(meeting=made.meeting).values_list("person__user__username", "endpoint__code")
    assert (set(rows), made.left_out) == ({("delegate", "H026"), ("operator", "X00715")}, 0)


def test_a_booking_that_does_not_fit_leaves_neither_agenda_nor_people(
    people: People, template: MeetingTemplate
) -> None:
    pattern = pattern_of_template(people.secretary, template)
    counts = (Meeting.objects.count(), Item.objects.count(), Participant.objects.count(), Entry.objects.count())
    with pytest.raises(BookingConflict):
        book_after(people.secretary, plan(people), agenda=pattern.agenda, people=pattern.people)
    assert counts == (
        Meeting.objects.count(),
        Item.objects.count(),
        Participant.objects.count(),
        Entry.objects.count(),
    )


def test_the_booking_page_begins_with_the_template_on_the_next_working_day(
    desk: Client, template: MeetingTemplate
) -> None:
    page = desk.get(f"/templates/{template.pk}/book/").content.decode()
    assert 'value="Hội nghị giao ban trực tuyến"' in page
    assert 'name="start" value="08:00"' in page
    assert 'name="end" value="10:00"' in page
    assert '<input type="hidden" name="add" value="T1">' in page
    assert page.count('name="with_agenda" value="1" checked') == 1
    assert page.count('name="with_people" value="1" checked') == 1


def booking(template: MeetingTemplate, **fields: Any) -> dict[str, Any]:
    day = timezone.localdate() + dt.timedelta(days=30)
    return {
        "title": template.title,
        "unit": "02",
        "host_endpoint": "T1",
        "chair": "",
        "day": day.isoformat(),
        "start": "08:00",
        "end": "10:00",
        "setup_minutes": "60",
        "teardown_minutes": "15",
        "add": ["T1", "H026"],
        "with_agenda": "1",
        "with_people": "1",
        **fields,
    }


def test_booking_from_a_template_fills_in_what_is_ticked(desk: Client, template: MeetingTemplate) -> None:
    answer = desk.post(f"/templates/{template.pk}/book/", booking(template), follow=True)
    meeting = Meeting.objects.latest("pk")
    assert (booked_codes(meeting), meeting.teardown_minutes) == (["T1", "H026"], 15)
    assert (meeting.items.count(), meeting.participants.count()) == (2, 1)
    assert "1 person was not taken over" in answer.content.decode()


def test_what_is_not_ticked_is_left_out_also_after_a_refusal(desk: Client, template: MeetingTemplate) -> None:
    sent = booking(template, title="", with_people="")
    del sent["with_people"], sent["with_agenda"]
    page = desk.post(f"/templates/{template.pk}/book/", sent)
    assert page.status_code == 422
    assert "checked" not in page.content.decode().split('name="with_agenda"')[1].split(">")[0]
    desk.post(f"/templates/{template.pk}/book/", sent | {"title": "Giao ban"})
    meeting = Meeting.objects.latest("pk")
    assert (meeting.items.count(), meeting.participants.count()) == (0, 0)


def test_a_template_is_saved_changed_and_deleted_on_its_pages(desk: Client, meeting: Meeting) -> None:
    assert "There is no template yet" in desk.get("/templates/").content.decode()
    assert "2 items" in desk.get(f"/meetings/{meeting.pk}/template/").content.decode()
    desk.post(f"/meetings/{meeting.pk}/template/", {"name": "Tuần", "agenda": "on", "people": "on"})
    template = MeetingTemplate.objects.get()
    assert "Tuần" in desk.get("/templates/").content.decode()
    form = {"name": "Tháng", "title": "Họp", "usual_start": "14:00", "minutes": "45", "setup_minutes": "0"}
    assert desk.post(f"/templates/{template.pk}/", form).status_code == 422
    desk.post(f"/templates/{template.pk}/", form | {"teardown_minutes": "5", "drop_people": "on"})
    template.refresh_from_db()
    assert (template.name, template.minutes, template.usual_start, len(template.agenda), template.people) == (
        "Tháng",
        45,
        dt.time(14),
        2,
        [],
    )
    assert "Delete the template" in desk.get(f"/templates/{template.pk}/delete/").content.decode()
    desk.post(f"/templates/{template.pk}/delete/")
    assert not MeetingTemplate.objects.exists()


def test_a_taken_name_is_said_and_what_was_written_stays(desk: Client, meeting: Meeting) -> None:
    desk.post(f"/meetings/{meeting.pk}/template/", {"name": "Tuần"})
    answer = desk.post(f"/meetings/{meeting.pk}/template/", {"name": "Tuần"})
    assert answer.status_code == 409
    assert 'value="Tuần"' in answer.content.decode()


@pytest.mark.parametrize("number", [0, 1, 3, 208, 10_000])
def test_the_list_asks_as_much_for_none_as_for_ten_thousand(
    desk: Client, people: People, number: int, django_assert_max_num_queries: Any
) -> None:
    unit = people.network.units["02"]
    MeetingTemplate.objects.bulk_create(
        MeetingTemplate(name=f"Mẫu {index:05}", title="Họp", unit=unit, minutes=60, created_by=people.secretary)
        for index in range(number)
    )
    with django_assert_max_num_queries(9):
        page = desk.get("/templates/")
    assert page.content.decode().count('<th class="name">') == min(number, 25)


def test_the_api_saves_and_lists_templates(desk: Client, meeting: Meeting) -> None:
    body = {"meeting": meeting.pk, "name": "Tuần", "people": True}
    made = desk.post("/api/v1/templates", json.dumps(body), content_type="application/json")
    assert (made.status_code, made.json()["people"], len(made.json()["agenda"])) == (201, 2, 2)
    again = desk.post("/api/v1/templates", json.dumps(body), content_type="application/json")
    assert again.json()["code"] == "template_name_taken"
    assert desk.get("/api/v1/templates?q=tuan").json() == {"count": 1, "results": [made.json()]}
