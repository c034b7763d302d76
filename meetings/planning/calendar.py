"""iCalendar texts: the request and the cancellation that go with a letter, and the feed that calendars subscribe to.

RFC 5545 (the format), RFC 5546 (how requests are made) and RFC 7986 (feeds). Three things that clients get wrong when
we do: METHOD stands on the calendar, not on the event; SEQUENCE grows with every change, or the change is ignored; the
zone is a fixed +07:00 without the rules of 1975, which Outlook misreads. A feed names nobody (RFC 5546, 3.2.1).
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Final

from icalendar import Calendar, Event, Timezone, TimezoneStandard, vCalAddress, vDuration, vText, vUri

ZONE_NAME: Final = "Asia/Ho_Chi_Minh"
ZONE: Final = timezone(timedelta(hours=7), "+07")
PRODUCT: Final = "-//Diem Cau//Meetings//VI"

_ADDRESS: Final = re.compile(r"[^\s@<>\"',;:\\\x00-\x1f\x7f-\x9f]+@[^\s@<>\"',;:\\\x00-\x1f\x7f-\x9f]+")


class Status(StrEnum):
    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


class AttendeeRole(StrEnum):
    CHAIR = "CHAIR"
    REQUIRED = "REQ-PARTICIPANT"
    OPTIONAL = "OPT-PARTICIPANT"
    OBSERVER = "NON-PARTICIPANT"


class Participation(StrEnum):
    NEEDS_ACTION = "NEEDS-ACTION"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    DELEGATED = "DELEGATED"


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A name and an e-mail address. Raises ValueError for what is no address."""

    name: str
    address: str

    def __post_init__(self) -> None:
        if _ADDRESS.fullmatch(self.address) is None:
            raise ValueError(f"not an e-mail address: {self.address!r}")


@dataclass(frozen=True, slots=True)
class Attendee:
    """The one person a request is sent to: nobody learns from it who else is invited."""

    mailbox: Mailbox
    role: AttendeeRole = AttendeeRole.REQUIRED
    participation: Participation = Participation.NEEDS_ACTION
    answer_wanted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One meeting in a calendar.

    ``uid`` never changes, ``sequence`` grows by one with every change that people must know. Times carry their zone.
    ``url`` is empty or leads to the meeting.
    """

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    summary: str
    modified_at: datetime
    location: str = ""
    description: str = ""
    status: Status = Status.CONFIRMED
    organizer: Mailbox | None = None
    url: str = ""


def request(entry: Entry, attendee: Attendee, *, stamp: datetime) -> bytes:
    """Return the invitation of one person (or the news of a change), made at ``stamp``.

    Raises ValueError without an organizer, to whom the answer would go.
    """
    return _scheduling("REQUEST", entry, attendee, stamp, entry.status)


def cancel(entry: Entry, attendee: Attendee, *, stamp: datetime) -> bytes:
    """Return the cancellation of an invitation: same ``uid``, a higher ``sequence``. Raises ValueError as `request`."""
    return _scheduling("CANCEL", entry, attendee, stamp, Status.CANCELLED)


def publish(entries: Iterable[Entry], *, name: str, stamp: datetime, refresh: timedelta = timedelta(hours=1)) -> bytes:
    """Return a feed called ``name`` that asks to be fetched again after ``refresh``."""
    calendar = _calendar("PUBLISH")
    calendar.add("name", vText(_line(name)))
    calendar.add("x-wr-calname", vText(_line(name)))
    calendar.add("refresh-interval", vDuration(refresh), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(refresh))
    for entry in entries:
        calendar.add_component(_event(entry, stamp, entry.status))
    return bytes(calendar.to_ical())


def _scheduling(method: str, entry: Entry, attendee: Attendee, stamp: datetime, status: Status) -> bytes:
    if entry.organizer is None:
        raise ValueError("a request needs an organizer")
    calendar = _calendar(method)
    event = _event(entry, stamp, status)
    invited = _address(attendee.mailbox)
    invited.params["ROLE"] = attendee.role.value
    invited.params["PARTSTAT"] = attendee.participation.value
    invited.params["RSVP"] = "TRUE" if attendee.answer_wanted and method == "REQUEST" else "FALSE"
    event.add("attendee", invited)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", ZONE_NAME)
    # The start of a zone is in no zone itself (RFC 5545, 3.6.5).
    standard.add("dtstart", datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None))
    standard.add("tzoffsetfrom", timedelta(hours=7))
    standard.add("tzoffsetto", timedelta(hours=7))
    standard.add("tzname", "+07")
    zone.add_component(standard)
    calendar.add_component(zone)
    return calendar


def _event(entry: Entry, stamp: datetime, status: Status) -> Event:
    event = Event()
    event.add("uid", _line(entry.uid))
    event.add("sequence", entry.sequence)
    event.add("dtstamp", _utc(stamp))
    event.add("last-modified", _utc(entry.modified_at))
    for key, moment in (("dtstart", entry.starts_at), ("dtend", entry.ends_at)):
        _demand_zone(moment)
        event.add(key, moment.astimezone(ZONE).replace(tzinfo=None, microsecond=0), parameters={"TZID": ZONE_NAME})
    event.add("summary", _line(entry.summary))
    event.add("status", status.value)
    if entry.location:
        event.add("location", _line(entry.location))
    if entry.description:
        event.add("description", _text(entry.description))
    if entry.url:
        event.add("url", vUri(re.sub(r"[\s\x00-\x1f\x7f-\x9f]", "", entry.url)))
    if entry.organizer:
        event.add("organizer", _address(entry.organizer))
    return event


def _address(mailbox: Mailbox) -> vCalAddress:
    address = vCalAddress(f"mailto:{mailbox.address}")
    if name := _line(mailbox.name):
        address.params["CN"] = name
    return address


def _utc(moment: datetime) -> datetime:
    _demand_zone(moment)
    return moment.astimezone(UTC).replace(microsecond=0)


def _demand_zone(moment: datetime) -> None:
    if moment.tzinfo is None:
        raise ValueError("a calendar needs times with their zone")


def _text(text: str) -> str:
    """Text of several lines without other controls, which no calendar may hold (RFC 5545, 3.1)."""
    lines = re.split(r"\r\n|[\r\n\u2028\u2029]", unicodedata.normalize("NFC", text))
    return "\n".join(_without_controls(line).rstrip() for line in lines)


def _line(text: str) -> str:
    return " ".join(_without_controls(unicodedata.normalize("NFC", text)).split())


def _without_controls(text: str) -> str:
    # Writers and readers alike take backslashes for escapes where they are none: a path like C:\New became two lines.
    text = text.replace("\\", "/")
    return "".join(" " if unicodedata.category(letter) in {"Cc", "Cs"} else letter for letter in text)
