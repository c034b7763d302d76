import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from meetings.planning.calendar import (
    Attendee,
    AttendeeRole,
    Entry,
    Mailbox,
    Participation,
    Status,
    cancel,
    publish,
    request,
)

STAMP = datetime(2025, 5, 12, 2, 0, tzinfo=UTC)
OFFICE = Mailbox("Văn phòng UBND tỉnh", "vanphong@hagiang.gov.vn")
LAN = Attendee(Mailbox("Nguyễn Thị Lan", "lan@hagiang.gov.vn"))
MEETING = Entry(
    uid="meeting-42@hagiang.gov.vn",
    sequence=3,
    starts_at=datetime(2025, 5, 15, 1, 0, tzinfo=UTC),
    ends_at=datetime(2025, 5, 15, 4, 30, tzinfo=UTC),
    summary="Hội nghị giao ban trực tuyến công tác tháng 5",
    modified_at=datetime(2025, 5, 11, 9, 30, tzinfo=UTC),
    location="X00715 Xã Lũng Cú",
    description="Chủ trì: Hoàng Gia Khánh\nĐề nghị có mặt trước 15 phút.",
    organizer=OFFICE,
    url="https://diemcau.hagiang.gov.vn/meetings/42/",
)
EVENT_KEYS = ["DESCRIPTION", "DTEND", "DTSTAMP", "DTSTART", "LAST-MODIFIED", "LOCATION", "ORGANIZER", "SEQUENCE"]
EVENT_KEYS += ["STATUS", "SUMMARY", "UID", "URL"]

hostile = st.text(min_size=1, max_size=80) | st.text(
    alphabet="ab \r\n:;,\"\\^'nN=\u2028\x85\x0b\t-ATENDBGI", min_size=1, max_size=80
)
local_parts = st.from_regex(r"[a-z0-9.+-]{1,12}", fullmatch=True)
moments = st.integers(0, 4_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))
zones = st.sampled_from([UTC, ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), timezone(timedelta(hours=7))])


def read(ics: bytes) -> tuple[Calendar, list[Any]]:
    calendar = Calendar.from_ical(ics)
    assert isinstance(calendar, Calendar)
    return calendar, calendar.walk("VEVENT")


def one(ics: bytes) -> Any:
    (event,) = read(ics)[1]
    return event


def flat(text: str) -> str:
    return " ".join(text.replace("\x85", " ").split())


def test_a_request_says_all_that_a_calendar_needs() -> None:
    calendar, (event,) = read(request(MEETING, LAN, stamp=STAMP))
    assert (calendar["METHOD"], calendar["VERSION"], calendar["CALSCALE"]) == ("REQUEST", "2.0", "GREGORIAN")
    assert "METHOD" not in event
    assert sorted(event.keys()) == sorted([*EVENT_KEYS, "ATTENDEE"])
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == ("meeting-42@hagiang.gov.vn", 3, "CONFIRMED")
    assert event["SUMMARY"] == "Hội nghị giao ban trực tuyến công tác tháng 5"
    assert event["DESCRIPTION"] == "Chủ trì: Hoàng Gia Khánh\nĐề nghị có mặt trước 15 phút."
    assert (event["DTSTAMP"].dt, event["LAST-MODIFIED"].dt) == (STAMP, MEETING.modified_at)
    assert (event["ORGANIZER"], event["ORGANIZER"].params["CN"]) == ("mailto:vanphong@hagiang.gov.vn", OFFICE.name)
    assert event["ATTENDEE"] == "mailto:lan@hagiang.gov.vn"
    assert dict(event["ATTENDEE"].params) == {
        "CN": "Nguyễn Thị Lan",
        "ROLE": "REQ-PARTICIPANT",
        "PARTSTAT": "NEEDS-ACTION",
        "RSVP": "TRUE",
    }


def test_times_are_written_in_a_fixed_zone_of_seven_hours() -> None:
    ics = request(MEETING, LAN, stamp=STAMP).decode()
    lines = ics.split("\r\n")
    assert [line for line in lines if line.startswith(("DTSTART", "DTEND", "TZ"))] == [
        "TZID:Asia/Ho_Chi_Minh",
        "DTSTART:19700101T000000",
        "TZNAME:+07",
        "TZOFFSETFROM:+0700",
        "TZOFFSETTO:+0700",
        "DTSTART;TZID=Asia/Ho_Chi_Minh:20250515T080000",
        "DTEND;TZID=Asia/Ho_Chi_Minh:20250515T113000",
    ]
    assert [line for line in lines if "RRULE" in line or "DAYLIGHT" in line] == []


def test_a_cancellation_has_the_same_uid_and_asks_for_nothing() -> None:
    calendar, (event,) = read(cancel(MEETING, LAN, stamp=STAMP))
    assert (calendar["METHOD"], event["STATUS"], event["UID"]) == ("CANCEL", "CANCELLED", MEETING.uid)
    assert event["ATTENDEE"].params["RSVP"] == "FALSE"


def test_the_part_and_the_answer_of_a_person_are_told() -> None:
    chair = Attendee(LAN.mailbox, AttendeeRole.CHAIR, Participation.ACCEPTED, answer_wanted=False)
    params = one(request(MEETING, chair, stamp=STAMP))["ATTENDEE"].params
    assert (params["ROLE"], params["PARTSTAT"], params["RSVP"]) == ("CHAIR", "ACCEPTED", "FALSE")


def test_a_feed_names_nobody_and_says_when_to_come_again() -> None:
    postponed = Entry(
        uid="2",
        sequence=0,
        starts_at=STAMP,
        ends_at=STAMP + timedelta(hours=1),
        summary="Họp",
        modified_at=STAMP,
        status=Status.CANCELLED,
    )
    ics = publish([MEETING, postponed], name="Xã Lũng Cú", stamp=STAMP)
    calendar, events = read(ics)
    assert calendar["METHOD"] == "PUBLISH"
    assert ics.count(b"REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n") == 1
    assert ics.count(b"X-PUBLISHED-TTL:PT1H\r\n") == 1
    assert [event["STATUS"] for event in events] == ["CONFIRMED", "CANCELLED"]
    assert ["ATTENDEE" in event for event in events] == [False, False]
    assert sorted(events[0].keys()) == EVENT_KEYS
    assert [event["SEQUENCE"] for event in events] == [3, 0]


def test_a_backslash_is_written_as_a_slash_which_nobody_misreads() -> None:
    event = one(publish([replace(MEETING, summary=r"C:\New\n", description="\\N")], name="", stamp=STAMP))
    assert (event["SUMMARY"], event["DESCRIPTION"]) == ("C:/New/n", "/N")


def test_an_empty_feed_is_a_calendar() -> None:
    assert read(publish([], name="Trống", stamp=STAMP))[1] == []


@settings(max_examples=400)
@given(hostile, hostile, hostile, hostile, hostile)
@example("a\r\nATTENDEE:mailto:evil@x", "b\nBEGIN:VALARM", "c\r\n\r\nEND:VEVENT", 'd"\r\nX-EVIL:1', "e\\n^n^'")
def test_no_text_adds_or_loses_a_property(summary: str, location: str, description: str, name: str, uid: str) -> None:
    entry = Entry(
        uid=uid,
        sequence=0,
        starts_at=MEETING.starts_at,
        ends_at=MEETING.ends_at,
        summary=summary,
        modified_at=STAMP,
        location=location,
        description=description,
        organizer=Mailbox(name, "a@x"),
    )
    ics = request(entry, Attendee(Mailbox(name, "b@x")), stamp=STAMP)
    calendar, (event,) = read(ics)
    assert sorted(event.keys()) == sorted([*EVENT_KEYS, "ATTENDEE"])[:-1]
    assert [component.name for component in calendar.walk()] == ["VCALENDAR", "VTIMEZONE", "STANDARD", "VEVENT"]
    assert (event["ATTENDEE"], event["ORGANIZER"]) == ("mailto:b@x", "mailto:a@x")
    for key, written in (("SUMMARY", summary), ("LOCATION", location), ("UID", uid)):
        assert event[key] == expected_line(written)
    assert flat(event["DESCRIPTION"]) == expected_line(description)
    assert event["ATTENDEE"].params.get("CN", "") == expected_line(name)
    assert max(len(line) for line in ics.split(b"\r\n")) <= 75
    assert Calendar.from_ical(ics).to_ical() == ics


def expected_line(text: str) -> str:
    seen = (" " if unicodedata.category(one_letter) in {"Cc", "Cs"} else one_letter for one_letter in text)
    return " ".join(unicodedata.normalize("NFC", "".join(seen)).replace("\\", "/").split())


@given(moments, st.integers(1, 100_000), st.integers(0, 10_000), zones)
def test_moments_read_back_as_they_were_whatever_zone_they_came_in(
    starts: datetime, minutes: int, sequence: int, zone: Any
) -> None:
    entry = Entry(
        uid="1",
        sequence=sequence,
        starts_at=starts.astimezone(zone),
        ends_at=(starts + timedelta(minutes=minutes)).astimezone(zone),
        summary="Họp",
        modified_at=starts.astimezone(zone),
    )
    event = one(publish([entry], name="Lịch", stamp=starts.astimezone(zone)))
    assert event["DTSTART"].dt.replace(tzinfo=timezone(timedelta(hours=7))) == starts
    assert event["DTEND"].dt.replace(tzinfo=timezone(timedelta(hours=7))) == starts + timedelta(minutes=minutes)
    assert (event["DTSTAMP"].dt, event["LAST-MODIFIED"].dt, event["SEQUENCE"]) == (starts, starts, sequence)


@given(local_parts)
def test_an_ordinary_address_is_taken(local: str) -> None:
    assert Mailbox("", f"{local}@hagiang.gov.vn").address == f"{local}@hagiang.gov.vn"


@pytest.mark.parametrize("address", ["", "lan", "a@b\r\nX: 1", "a b@c", "a@b,c@d", "<a@b>", "a@b@c", "a:b@c", "a@"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="not an e-mail address"):
        Mailbox("Lan", address)


def test_a_request_without_an_organizer_and_a_naive_time_are_refused() -> None:
    nobody = Entry(uid="1", sequence=0, starts_at=STAMP, ends_at=STAMP, summary="", modified_at=STAMP)
    naive = Entry(
        uid="1", sequence=0, starts_at=STAMP.replace(tzinfo=None), ends_at=STAMP, summary="", modified_at=STAMP
    )
    with pytest.raises(ValueError, match="needs an organizer"):
        request(nobody, LAN, stamp=STAMP)
    with pytest.raises(ValueError, match="times with their zone"):
        publish([naive], name="", stamp=STAMP)
    with pytest.raises(ValueError, match="times with their zone"):
        publish([nobody], name="", stamp=STAMP.replace(tzinfo=None))
