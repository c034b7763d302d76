"""Attendance of a unit over months: what is counted, for whom, and the page that shows it."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person, Succession, Unit
from meetings.attendance.models import CheckIn
from meetings.planning.models import Meeting, Participant
from meetings.reports.trend import Trend, trend
from meetings.reports.trend_chart import trend_chart
from rooms.models import EndpointPlace
from tests.people import SINCE, People, at, make_unit
from tests.scenes import invite, make_meeting

pytestmark = pytest.mark.django_db

UNTIL = dt.date(2031, 12, 31)
MERGED_ON = dt.date(2031, 11, 1)


def came(row: Participant, mode: str = "in_person") -> Participant:
    CheckIn.objects.create(
        meeting=row.meeting,
        participant=row,
        endpoint=row.endpoint,
        method="manual",
        at=row.meeting.starts_at,
        mode=mode,
    )
    return row


def answered(row: Participant, answer: str) -> Participant:
    row.answer = answer
    row.save(update_fields=["answer"])
    return row


def held(people: People, starts_at: dt.datetime, status: str = "closed") -> Meeting:
    return make_meeting(people, starts_at=starts_at, status=status, minutes=20, setup_minutes=0)


def unit_of(people: People, code: str) -> Unit:
    return people.network.units[code]


def by_month(found: Trend) -> dict[str, tuple[int, int]]:
    """Meetings and persons summoned of the months that have any: {"12/2031": (1, 4)}."""
    return {f"{row.first:%m/%Y}": (row.meetings, row.counts.summoned) for row in found.months if row.meetings}


def merged(people: People, *codes: str, on: dt.date = MERGED_ON) -> Unit:
    """A ward that the wards of these codes passed into on that day; their endpoints stay, closed, where they were."""
    new = make_unit("00999", "Phường Hà Giang 1", "phường", "commune", unit_of(people, "024"))
    for code in codes:
        Succession.objects.create(old=unit_of(people, code), new=new, inherits=True, on=on)
    return new


def test_every_person_is_counted_once_under_one_outcome(people: People) -> None:
    meeting = held(people, at(8))
    came(invite(meeting, people, "delegate", "H026"))
    came(invite(meeting, people, "operator", "X00715"), "online")
    came(answered(invite(meeting, people, "chair", "H026"), "substitute"))
    answered(invite(meeting, people, "observer", "H026"), "declined")
    answered(invite(meeting, people, "nobody", "H026"), "substitute")
    came(answered(invite(meeting, people, "secretary", "H026"), "declined"))
    found = trend(unit_of(people, "026"), until=UNTIL)
    counts = found.months[-1].counts
    assert (counts.in_person, counts.online, counts.substitutes, counts.present) == (2, 1, 1, 4)
    assert (counts.excused, counts.unexcused, counts.summoned, found.months[-1].meetings) == (1, 1, 6, 1)
    assert (found.total, found.meetings) == (counts, 1)


def test_months_with_nothing_are_there_and_the_oldest_comes_first(people: People) -> None:
    invite(held(people, at(8, month=10)), people, "delegate", "H026")
    invite(held(people, at(8, month=12)), people, "delegate", "H026")
    invite(held(people, at(8, month=12, day=2)), people, "delegate", "H026")
    found = trend(unit_of(people, "026"), until=UNTIL)
    assert [row.first for row in found.months] == [dt.date(2031, month, 1) for month in range(1, 13)]
    assert [row.meetings for row in found.months] == [*[0] * 9, 1, 0, 2]
    assert (found.meetings, found.total.unexcused) == (3, 3)
    assert [len(trend(unit_of(people, "026"), until=UNTIL, months=span).months) for span in (24, 36)] == [24, 36]


def test_a_month_begins_at_midnight_in_vietnam(people: People) -> None:
    invite(held(people, at(0, 30, month=12)), people, "delegate", "H026")
    invite(held(people, at(23, 30, day=30, month=11)), people, "delegate", "H026")
    invite(held(people, at(0, 30, month=1)), people, "delegate", "H026")
    invite(held(people, at(23, 30, day=31, year=2030)), people, "delegate", "H026")
    invite(held(people, at(0, 30, month=1, year=2032)), people, "delegate", "H026")
    assert by_month(trend(unit_of(people, "026"), until=UNTIL)) == {
        "01/2031": (1, 1),
        "11/2031": (1, 1),
        "12/2031": (1, 1),
    }


@pytest.mark.parametrize("status", ["draft", "scheduled", "open", "postponed", "cancelled"])
def test_what_was_not_held_to_its_end_is_not_counted(people: People, status: str) -> None:
    invite(held(people, at(8), status=status), people, "delegate", "H026")
    assert trend(unit_of(people, "026"), until=UNTIL).meetings == 0


def test_archived_meetings_are_counted(people: People) -> None:
    invite(held(people, at(8), status="archived"), people, "delegate", "H026")
    assert trend(unit_of(people, "026"), until=UNTIL).meetings == 1


def test_units_below_count_and_units_next_door_do_not(people: People) -> None:
    meeting = held(people, at(8))
    invite(meeting, people, "delegate", "H026")
    invite(meeting, people, "operator", "X00715")
    invite(meeting, people, "nobody", "X00691")
    figures = {code: trend(unit_of(people, code), until=UNTIL).total.summoned for code in ("02", "026", "024", "00688")}
    assert figures == {"02": 3, "026": 2, "024": 1, "00688": 0}


def test_predecessors_count_for_what_they_passed_into(people: People) -> None:
    before = held(people, at(8, month=10))
    invite(before, people, "nobody", "X00688")
    invite(before, people, "observer", "X00691")
    invite(before, people, "operator", "X00715")
    new = merged(people, "00688", "00691")
    found = trend(new, until=UNTIL)
    assert by_month(found) == {"10/2031": (1, 2)}
    assert [(each.unit.code, each.until) for each in found.predecessors] == [
        ("00688", dt.date(2031, 10, 31)),
        ("00691", dt.date(2031, 10, 31)),
    ]
    assert by_month(trend(unit_of(people, "00715"), until=UNTIL)) == {"10/2031": (1, 1)}


def test_predecessors_of_predecessors_count_too(people: People) -> None:
    invite(held(people, at(8, month=3)), people, "nobody", "X00688")
    first = merged(people, "00688", on=dt.date(2031, 6, 1))
    second = make_unit("01000", "Phường Mới", "phường", "commune", unit_of(people, "024"))
    Succession.objects.create(old=first, new=second, inherits=True, on=MERGED_ON)
    found = trend(second, until=UNTIL)
    assert by_month(found) == {"03/2031": (1, 1)}
    assert [each.unit.code for each in found.predecessors] == ["00999", "00688"]


def test_an_endpoint_that_passed_on_counts_for_the_unit_it_belonged_to_on_the_day(people: People) -> None:
    """The room moved next door in November: October stays the old unit's, December is the new one's."""
    endpoint, old, new = people.network.endpoints["X00688"], unit_of(people, "00688"), unit_of(people, "00715")
    invite(held(people, at(8, month=10)), people, "nobody", "X00688")
    invite(held(people, at(8, month=12)), people, "nobody", "X00688")
    invite(held(people, at(0, 30, month=11)), people, "nobody", "X00688")
    EndpointPlace.objects.create(
        endpoint=endpoint, name="Cũ", unit=old, tier=endpoint.tier, valid_from=SINCE, valid_to=MERGED_ON
    )
    endpoint.unit = new
    endpoint.save(update_fields=["unit"])
    assert by_month(trend(old, until=UNTIL)) == {"10/2031": (1, 1)}
    assert by_month(trend(new, until=UNTIL)) == {"11/2031": (1, 1), "12/2031": (1, 1)}
    assert by_month(trend(unit_of(people, "02"), until=UNTIL)) == dict.fromkeys(
        ("10/2031", "11/2031", "12/2031"), (1, 1)
    )


@pytest.mark.parametrize("number", [1, 3, 208])
def test_the_number_of_queries_does_not_grow_with_the_people(people: People, number: int) -> None:
    meeting = held(people, at(8))
    endpoint, unit = people.network.endpoints["H026"], unit_of(people, "026")
    persons = Person.objects.bulk_create(Person(full_name=f"Người {place}", unit=unit) for place in range(number))
    Participant.objects.bulk_create(
        Participant(meeting=meeting, person=person, full_name=person.full_name, endpoint=endpoint) for person in persons
    )
    with CaptureQueriesContext(connection) as queries:
        found = trend(unit, until=UNTIL, months=36)
    assert (found.total.summoned, len(queries)) == (number, 3)


def test_the_drawing_holds_as_many_persons_as_the_table(people: People) -> None:
    meeting = held(people, at(8))
    came(invite(meeting, people, "delegate", "H026"))
    answered(invite(meeting, people, "observer", "H026"), "declined")
    drawn = trend_chart(trend(unit_of(people, "026"), until=UNTIL))
    assert drawn is not None
    assert [mark.persons for mark in drawn.marks] == [0, 1, 2]
    assert [(part.kind, part.top, part.height) for part in drawn.columns[-1].parts] == [
        ("present", "50.00%", "50.00%"),
        ("excused", "0.00%", "50.00%"),
    ]
    assert [column.label for column in drawn.columns] == [str(month) for month in range(1, 13)]
    assert [column.year for column in drawn.columns] == ["2031", *[""] * 11]
    assert trend_chart(trend(unit_of(people, "024"), until=UNTIL)) is None


def test_names_of_months_and_years_do_not_touch_in_a_long_span(people: People) -> None:
    invite(held(people, at(8)), people, "delegate", "H026")
    drawn = trend_chart(trend(unit_of(people, "026"), until=UNTIL.replace(month=11, day=30), months=36))
    assert drawn is None
    drawn = trend_chart(trend(unit_of(people, "026"), until=dt.date(2032, 11, 30), months=36))
    assert drawn is not None
    assert [column.label for column in drawn.columns if column.label] == ["1", "4", "7", "10"] * 3
    assert [column.year for column in drawn.columns if column.year] == ["2030", "2031", "2032"]


def page(client: Client, **asked: str) -> str:
    answer = client.get(reverse("report-units"), asked)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def lately(people: People) -> Meeting:
    """A closed meeting of today: one person of 026 came, one of the ward 00688 did not."""
    meeting = held(people, timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0))
    came(invite(meeting, people, "delegate", "H026"))
    invite(meeting, people, "nobody", "X00688")
    return meeting


@pytest.mark.usefixtures("lately")
def test_the_page_begins_with_the_topmost_unit_and_takes_another(client: Client, people: People) -> None:
    client.force_login(people.secretary)
    whole = page(client)
    assert '<h2 id="unit-name">Tỉnh Hà Giang</h2>' in whole
    assert "Có mặt 1 trên 2 người, đạt 50,0%" in whole
    assert 'role="img"' in whole
    assert 'style="' not in whole
    assert '<optgroup label="Thành phố Hà Giang">' in whole
    assert "Có mặt 1 trên 1 người, đạt 100,0%" in page(client, unit="026", months="36")


@pytest.mark.parametrize(("asked", "months"), [("12", 12), ("24", 24), ("36", 36), ("13", 12), ("x", 12), ("", 12)])
@pytest.mark.usefixtures("lately")
def test_the_page_shows_as_many_months_as_asked(client: Client, people: People, asked: str, months: int) -> None:
    client.force_login(people.secretary)
    assert page(client, months=asked).count('<th class="name" scope="row">') == months


@pytest.mark.usefixtures("lately")
def test_the_page_names_the_predecessors(client: Client, people: People) -> None:
    today = timezone.localdate()
    merged(people, "00688", on=today)
    client.force_login(people.secretary)
    shown = " ".join(page(client, unit="00999").split())
    until = today - dt.timedelta(days=1)
    assert f"Gồm số liệu của: Phường Quang Trung (đến {until:%d/%m/%Y})." in shown
    assert "Gồm số liệu của" not in page(client, unit="026")


@pytest.mark.usefixtures("lately")
def test_the_page_in_english(client: Client, people: People) -> None:
    client.force_login(people.secretary)
    client.cookies["django_language"] = "en-gb"
    shown = page(client)
    assert "Attendance by unit" in shown
    assert "1 of 2 persons present, 50.0%" in shown


def test_an_empty_page_says_what_to_do(client: Client, people: People) -> None:
    client.force_login(people.secretary)
    shown = page(client, unit="026")
    assert "đơn vị không có ai được triệu tập" in shown
    assert "?unit=026&amp;months=36" in shown
    assert "<table" not in shown
    assert "Xem 36 tháng" in shown
    assert "Xem 36 tháng" not in page(client, unit="026", months="36")


@pytest.mark.parametrize(("unit", "status"), [("99999", 404), ("04", 404), ("026", 200)])
def test_units_unknown_or_out_of_reach_are_refused(client: Client, people: People, unit: str, status: int) -> None:
    client.force_login(people.secretary)
    assert client.get(reverse("report-units"), {"unit": unit}).status_code == status


def test_whoever_reads_reports_of_a_part_sees_that_part(client: Client, people: People) -> None:
    client.force_login(people.observer)
    shown = page(client)
    assert '<h2 id="unit-name">Thành phố Hà Giang</h2>' in shown
    assert 'value="026"' not in shown
    assert client.get(reverse("report-units"), {"unit": "026"}).status_code == 404


@pytest.mark.parametrize("username", ["delegate", "operator", "nobody"])
def test_whoever_reads_no_report_reads_no_trend(client: Client, people: People, username: str) -> None:
    client.force_login(getattr(people, username))
    assert client.get(reverse("report-units")).status_code == 403


def test_the_list_of_reports_leads_to_the_page(client: Client, people: People) -> None:
    client.force_login(people.secretary)
    assert f'href="{reverse("report-units")}"' in client.get(reverse("report-list")).content.decode()
