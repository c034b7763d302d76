"""The first page: the strip, the work by deadline, what runs, what comes; everyone gets the page that is theirs."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from meetings.agenda.models import Item
from meetings.attendance.models import CheckIn
from meetings.documents.models import Document
from meetings.invitations.models import Letter
from meetings.live.today import day_of, work_for, working_days_before
from meetings.planning.models import Meeting, Participant
from tests.people import People, at
from tests.scenes import invite, make_meeting

NOW = at(10, 12)


def letter(participant: Participant, status: str) -> Letter:
    return Letter.objects.create(
        participant=participant,
        revision=0,
        status=status,
        reason="550" if status == "failed" else "",
        address="a@example.vn",
        message_id=f"<{uuid.uuid4()}@x>",
        sent_at=NOW if status == "sent" else None,
    )


def test_meetings_that_overlap_lie_in_lanes_of_their_own(people: People) -> None:
    first = make_meeting(people, starts_at=at(8))
    second = make_meeting(people, starts_at=at(9), endpoints=["T2"])
    third = make_meeting(people, starts_at=at(14), endpoints=["T2"])
    day = day_of(people.secretary, NOW)
    assert [[bar.meeting for bar in lane] for lane in day.lanes] == [[first, third], [second]]


def test_what_is_over_cancelled_or_a_draft_is_no_part_of_the_strip(people: People) -> None:
    make_meeting(people, status="cancelled")
    make_meeting(people, status="draft", endpoints=["T2"])
    make_meeting(people, starts_at=at(8, day=2), endpoints=["H024"])
    assert day_of(people.secretary, NOW).lanes == []


def test_a_meeting_of_the_evening_counts_and_is_drawn_with_its_hours(people: People) -> None:
    evening = make_meeting(people, starts_at=at(19))
    day = day_of(people.secretary, at(20, 6))
    ((bar,),) = day.lanes
    assert (bar.meeting, day.meetings) == (evening, 1)
    assert (day.strip.first, day.strip.last) == (7, 21)
    assert (bar.hold_start, bar.start, bar.end, day.now_step) == (132, 144, 168, 157)


def test_a_running_meeting_tells_its_figures_and_its_item(people: People) -> None:
    meeting = make_meeting(people, status="open")
    here, _missing = invite(meeting, people, "delegate", "H026"), invite(meeting, people, "operator", "X00715")
    CheckIn.objects.create(meeting=meeting, participant=here, endpoint=here.endpoint, method="manual", at=NOW)
    Item.objects.create(meeting=meeting, position=1, title="Khai mạc", status="done")
    item = Item.objects.create(meeting=meeting, position=2, title="Giải ngân", status="running", started_at=NOW)
    (row,) = day_of(people.secretary, NOW).running
    assert (row.present, row.expected, row.heard, row.endpoints) == (1, 2, 1, 3)
    assert (row.item, row.ordinal, row.items) == (item, 2, 2)


def test_work_is_listed_by_kind_with_its_number_and_place(people: People) -> None:
    draft = make_meeting(people, status="draft", starts_at=at(8, day=8))
    Meeting.objects.filter(pk=draft.pk).update(booking=None)
    meeting = make_meeting(people, starts_at=at(8, day=4))
    asked, told = invite(meeting, people, "delegate", "H026"), invite(meeting, people, "operator", "X00715")
    invite(meeting, people, "observer", "T1")
    letter(asked, "sent")
    letter(told, "failed")
    told.answer = Participant.Answer.SUBSTITUTE
    told.save()
    Document.objects.create(meeting=meeting, title="Báo cáo")
    work = [(each.kind, each.meeting, each.number) for each in work_for(people.secretary, NOW)]
    assert sorted(work, key=lambda each: each[0]) == [
        ("draft", draft, 1),
        ("failed", meeting, 1),
        ("substitute", meeting, 1),
        ("unanswered", meeting, 1),
        ("uninvited", meeting, 1),
        ("unpublished", meeting, 1),
    ]


def test_the_work_of_another_province_is_not_mine(people: People) -> None:
    draft = make_meeting(people, status="draft", starts_at=at(8, day=8))
    Meeting.objects.filter(pk=draft.pk).update(booking=None)
    assert work_for(people.outsider, NOW) == []


@pytest.mark.parametrize(
    ("moment", "days", "due"),
    [
        (at(14, day=5), 3, at(17, day=2)),
        (at(14, day=8), 3, at(17, day=3)),
        (at(8, day=9), 1, at(17, day=8)),
    ],
)
def test_working_days_leave_out_saturday_and_sunday(moment: dt.datetime, days: int, due: dt.datetime) -> None:
    assert working_days_before(moment, days) == due


@pytest.mark.parametrize("username", ["administrator", "secretary", "operator", "chair", "observer"])
def test_whoever_has_a_desk_gets_the_day(client: Client, people: People, username: str) -> None:
    make_meeting(people, status="open")
    with time_machine.travel(NOW, tick=False):
        client.force_login(getattr(people, username))
        answer = client.get(reverse("today"))
    assert answer.status_code == 200
    assert "Hôm nay, thứ Hai 01/12/2031" in answer.content.decode().replace("\xa0", " ")


@pytest.mark.parametrize("username", ["delegate", "nobody"])
def test_whoever_only_attends_goes_on_to_the_tablet(client: Client, people: People, username: str) -> None:
    client.force_login(getattr(people, username))
    answer = client.get(reverse("today"))
    assert (answer.status_code, answer["Location"]) == (302, reverse("tablet-home"))


def test_an_empty_day_says_so(client: Client, people: People) -> None:
    client.force_login(people.secretary)
    content = client.get(reverse("today")).content.decode()
    assert "Hôm nay không có cuộc họp nào trên mạng lưới." in content
    assert "Hôm nay không còn việc nào cần xử lý." in content


def test_the_number_of_queries_does_not_grow_with_the_meetings(client: Client, people: People) -> None:
    with time_machine.travel(NOW, tick=False):
        client.force_login(people.secretary)
    counts = []
    made = 0
    for size in (1, 3, 20):
        while made < size:
            meeting = make_meeting(people, starts_at=at(8, day=2 + made), endpoints=["T2"])
            letter(invite(meeting, people, "delegate", "T2"), "sent")
            Document.objects.create(meeting=meeting, title="Báo cáo")
            made += 1
        with time_machine.travel(NOW, tick=False):
            client.get(reverse("today"))
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse("today"))
        counts.append(len(queries))
    assert counts[0] == counts[1] == counts[2]
