"""The report: its numbers are those of the rows, on the page and in every file."""

import csv
import datetime as dt
import io

import openpyxl
import pypdfium2
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from meetings.attendance.models import CheckIn
from meetings.planning.models import Meeting, Participant
from meetings.reports.selectors import attendance_report, report_row
from tests.people import People, at, make_person
from tests.scenes import invite, make_meeting


@pytest.fixture
def meeting(people: People) -> Meeting:
    """Four people: one in person and late, one online, one excused, one silent; closed."""
    meeting = make_meeting(people, status="closed")
    late = invite(meeting, people, "delegate", "H026")
    online = invite(meeting, people, "operator", "X00715")
    excused = invite(meeting, people, "observer", "T1")
    invite(meeting, people, "chair", "T1")
    excused.answer, excused.answer_reason = Participant.Answer.DECLINED, "Đi công tác"
    excused.save()
    check_in(late, at(8, 10), late=True)
    check_in(online, at(7, 50), mode="online")
    return meeting


def check_in(row: Participant, moment: dt.datetime, **fields: object) -> CheckIn:
    return CheckIn.objects.create(
        meeting=row.meeting, participant=row, endpoint=row.endpoint, method="manual", at=moment, **fields
    )


def file(client: Client, meeting: Meeting, kind: str) -> bytes:
    answer = client.get(reverse("report-file", args=[meeting.pk, kind]))
    assert answer.status_code == 200
    return answer.content


def test_everybody_is_counted_once_under_one_outcome(meeting: Meeting) -> None:
    row = report_row(attendance_report(meeting))
    assert row["total"] == {
        "code": "",
        "name": "Toàn tỉnh",
        "endpoints": 3,
        "summoned": 4,
        "in_person": 1,
        "online": 1,
        "substitutes": 0,
        "present": 2,
        "excused": 1,
        "unexcused": 1,
        "not_yet": 0,
        "late": 1,
        "left_early": 0,
        "percent": "50.0",
    }


def test_whoever_is_silent_is_not_yet_absent_while_the_meeting_runs(meeting: Meeting) -> None:
    meeting.status = Meeting.Status.OPEN
    counts = attendance_report(meeting).total.counts
    assert (counts.unexcused, counts.not_yet) == (0, 1)


def test_districts_sum_up_their_own_room_and_their_communes(meeting: Meeting) -> None:
    groups = attendance_report(meeting).groups
    assert [(row.code, row.endpoints, row.counts.summoned, row.counts.present) for row in groups] == [("026", 2, 2, 2)]


def test_the_page_and_the_three_files_say_the_same(client: Client, people: People, meeting: Meeting) -> None:
    client.force_login(people.secretary)
    page = client.get(reverse("report", args=[meeting.pk])).content.decode()
    assert "50,0%" in page
    assert "Đã chốt" in page
    rows = list(csv.reader(io.StringIO(file(client, meeting, "csv").decode("utf-8-sig"))))
    assert len(rows) == 1 + 4
    book = openpyxl.load_workbook(io.BytesIO(file(client, meeting, "xlsx")))
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
    assert [cell for cell in cells if cell.data_type == "f"] == []
    assert {"Giàng Thị Súa", "Ma Văn Tuấn", "Lộc Thị Hương", "Hoàng Gia Khánh"} <= {cell.value for cell in cells}
    pdf = pypdfium2.PdfDocument(file(client, meeting, "pdf"))
    text = " ".join(" ".join(page.get_textpage().get_text_range() for page in pdf).split())
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert "Triệu tập 4 đại biểu, có mặt 2 đại biểu, đạt 50,0%" in text


def test_the_api_gives_the_same_report_and_files(client: Client, people: People, meeting: Meeting) -> None:
    client.force_login(people.secretary)
    assert client.get(f"/api/v1/meetings/{meeting.pk}/attendance").json() == report_row(attendance_report(meeting))
    for kind in ("xlsx", "csv", "pdf"):
        answer = client.get(f"/api/v1/meetings/{meeting.pk}/attendance.{kind}")
        assert (answer.status_code, answer["Content-Disposition"].count(f".{kind}") > 0) == (200, True)


def test_a_meeting_without_anybody_has_a_report_that_says_what_to_do(client: Client, people: People) -> None:
    meeting = make_meeting(people, status="closed")
    client.force_login(people.secretary)
    assert client.get(reverse("report", args=[meeting.pk])).status_code == 200
    for kind in ("xlsx", "csv", "pdf"):
        assert len(file(client, meeting, kind)) > 0


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("administrator", 200),
        ("secretary", 200),
        ("chair", 200),
        ("delegate", 403),
        ("operator", 403),
        ("outsider", 404),
    ],
)
def test_who_may_read_the_report(client: Client, people: People, meeting: Meeting, username: str, status: int) -> None:
    client.force_login(getattr(people, username))
    assert client.get(reverse("report", args=[meeting.pk])).status_code == status
    assert client.get(reverse("report-file", args=[meeting.pk, "pdf"])).status_code == status
    assert client.get(f"/api/v1/meetings/{meeting.pk}/attendance").status_code == status


def test_the_list_holds_what_has_begun_and_only_in_the_own_reach(
    client: Client, people: People, meeting: Meeting
) -> None:
    running = make_meeting(people, status="open", starts_at=at(14))
    make_meeting(people, starts_at=at(8, day=3))
    client.force_login(people.secretary)
    rows = client.get(reverse("report-list")).context["rows"]
    assert [(row.meeting, row.present, row.expected) for row in rows] == [(running, 0, 0), (meeting, 2, 4)]
    client.force_login(people.outsider)
    assert client.get(reverse("report-list")).context["rows"] == []


def test_the_number_of_queries_does_not_grow_with_the_people(client: Client, people: People) -> None:
    client.force_login(people.secretary)
    meeting = make_meeting(people, status="open")
    counts = []
    made = 0
    for size in (1, 3, 208):
        while made < size:
            person = make_person(f"Người {made}", people.network.units["026"])
            row = Participant.objects.create(
                meeting=meeting, person=person, full_name="Người", endpoint=people.network.endpoints["H026"]
            )
            check_in(row, at(7, 50))
            made += 1
        client.get(reverse("report", args=[meeting.pk]))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("report", args=[meeting.pk]), {"view": "all"})
        counts.append(len(queries))
    assert counts[0] == counts[1] == counts[2]
