"""The scene of the permission matrix: one meeting in each state that matters, with everything that hangs on a meeting.

All of "open", "closed" and "draft" belong to the district city 024 and are chaired by `people.chair`; the delegate is
invited. "other" is a meeting in session of the province next door, where only the outsider has a desk.
"""

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.decision import Role
from accounts.models import Membership, User
from meetings.agenda.models import Item
from meetings.attendance.codes import rotating_code
from meetings.attendance.selectors import code_secret, entry_code_of
from meetings.documents.models import Document, Version
from meetings.documents.storage import Area, path_of
from meetings.feeds.models import CalendarFeed
from meetings.feeds.selectors import digest_of
from meetings.invitations.folder import file_of
from meetings.invitations.models import Letter
from meetings.planning.models import Meeting, Participant, Series, SkippedDate
from meetings.prepared.models import MeetingTemplate
from meetings.requests.models import UsageRequest
from rooms.models import Booking, EndpointGroup, OfficeDay, Reorganisation
from rooms.scheduling.recurrence import read, written
from tests.people import People, make_network, make_people
from tests.scenes import invite, make_meeting

WHO: Final = (
    "administrator",
    "secretary",
    "chair",
    "operator",
    "delegate",
    "observer",
    "outsider",
    "nobody",
    "visitor",
)
WHERE: Final = ("open", "other", "closed", "draft")
PAPERS: Final = ("published", "draft", "withdrawn", "staff", "older", "newer")

ACCOUNTS: Final = ("within", "next_door", "both", "own")

_ENDPOINTS: Final = ("T1", "H026", "X00715")
_HOURS: Final[dict[str, int]] = {Meeting.Status.OPEN: 8, Meeting.Status.CLOSED: 11, Meeting.Status.DRAFT: 14}
_PDF: Final = b"%PDF-1.4\n%%EOF\n"


@dataclass
class World:
    """One meeting and what hangs on it. `papers` by what they are, each with the hash of the version in question."""

    people: People
    meeting: Meeting
    item: Item
    participant: Participant
    letter: Letter
    papers: dict[str, tuple[Document, str]]
    endpoint: str
    account: User
    series: Series
    asked: UsageRequest
    group: int = 0
    template: int = 0
    feed: int = 0

    @property
    def reorganisation(self) -> Reorganisation:
        """A draft of the province's, made when it is asked for first."""
        unit = self.people.network.units["02"]
        facts = {"title": "Sắp xếp", "on": dt.date(2031, 7, 1), "created_by": self.people.administrator}
        return Reorganisation.objects.get_or_create(unit=unit, defaults=facts)[0]

    def address(self, template: str, paper: str = "published") -> str:
        """The template with this world's numbers for its parameters; parameters that no meeting has are left."""
        document, sha256 = self.papers[paper]
        known: dict[str, Callable[[], object]] = {
            "{meeting}": lambda: self.meeting.pk,
            "{item}": lambda: self.item.pk,
            "{participant}": lambda: self.participant.pk,
            "{letter}": lambda: self.letter.pk,
            "{request}": lambda: self.asked.pk,
            "{document}": lambda: document.pk,
            "{sha256}": lambda: sha256,
            "{endpoint}": lambda: self.endpoint,
            "{code}": self.room_code,
            "{entry}": lambda: entry_code_of(self.participant),
            "{account}": lambda: self.account.pk,
            "{series}": lambda: self.series.pk,
            "{skipped}": lambda: self.skipped_day().isoformat(),
            "{coming}": lambda: self.coming_day().isoformat(),
            "{group}": lambda: self.group,
            "{feed}": lambda: self.feed,
            "{secret}": lambda: f"secret-{self.meeting.pk}",
            "{template}": lambda: self.template,
            "{reorganisation}": lambda: self.reorganisation.pk,
            "{booking}": lambda: self.meeting.booking_id,
        }
        for name, value in known.items():
            if name in template:
                template = template.replace(name, str(value()))
        return template

    def skipped_day(self) -> dt.date:
        """The date of the series that was left out."""
        return SkippedDate.objects.get(series=self.series).day

    def coming_day(self) -> dt.date:
        """The date of the series that has a meeting."""
        return timezone.localtime(Meeting.objects.get(series=self.series).starts_at).date()

    def room_code(self) -> str:
        """What the screen of the delegate's room shows now."""
        return rotating_code(self.meeting.pk, self.participant.endpoint.code, timezone.now(), code_secret())


@dataclass
class Stage:
    """The worlds by name, the accounts by what they are to the administrator, and a session for each of WHO."""

    people: People
    worlds: dict[str, World]
    accounts: dict[str, User]
    sessions: dict[str, str]

    def client(self, who: str, *, csrf: bool = False) -> Client:
        """A browser of its own, logged in as that person."""
        client = Client(enforce_csrf_checks=csrf, raise_request_exception=False)
        if who in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[who]
        return client


def build_stage() -> Stage:
    """Write all of it into the database, and the files into MEDIA_ROOT and EMAIL_FILE_PATH."""
    people = make_people(make_network())
    now = timezone.now()
    worlds = {
        "open": _world(people, Meeting.Status.OPEN, now - dt.timedelta(minutes=10)),
        "other": _next_door(people, now - dt.timedelta(minutes=10)),
        "closed": _world(people, Meeting.Status.CLOSED, now - dt.timedelta(hours=4)),
        "draft": _draft(people, timezone.localtime(now).replace(hour=9) + dt.timedelta(days=3)),
    }
    worlds["open"].reorganisation  # noqa: B018 -- made now, not while the writes of a request are counted
    OfficeDay.objects.create(day=dt.date(2031, 6, 2), name="Ngày truyền thống")
    sessions = {}
    for who in WHO:
        if who != "visitor":
            client = Client()
            client.force_login(getattr(people, who))
            sessions[who] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return Stage(people, worlds, _accounts(people), sessions)


def _accounts(people: People) -> dict[str, User]:
    both = User.objects.create_user("both", password="demo-pass-1")
    for code in ("00715", "04"):
        Membership.objects.create(user=both, role=Role.OPERATOR.value, unit=people.network.units[code])
    return dict(zip(ACCOUNTS, (people.delegate, people.outsider, both, people.administrator), strict=True))


def _world(people: People, status: str, starts_at: dt.datetime) -> World:
    meeting = make_meeting(people, status=status, starts_at=starts_at, endpoints=_ENDPOINTS, unit="024")
    return _furnished(people, meeting, invite(meeting, people, "delegate", "H026"), "X00715")


def _draft(people: People, starts_at: dt.datetime) -> World:
    meeting = make_meeting(people, status=Meeting.Status.DRAFT, starts_at=starts_at, endpoints=_ENDPOINTS, unit="024")
    Meeting.objects.filter(pk=meeting.pk).update(booking=None, selection={"endpoints": [*_ENDPOINTS]})
    Booking.objects.filter(meeting=None).delete()
    meeting.refresh_from_db()
    return _furnished(people, meeting, invite(meeting, people, "delegate", "H026"), "X00715")


def _next_door(people: People, starts_at: dt.datetime) -> World:
    meeting = make_meeting(people, status=Meeting.Status.OPEN, starts_at=starts_at, endpoints=("Y1",), unit="04")
    meeting.chair, meeting.created_by = None, people.outsider
    meeting.save()
    return _furnished(people, meeting, invite(meeting, people, "outsider", "Y1"), "Y1")


def _furnished(people: People, meeting: Meeting, participant: Participant, endpoint: str) -> World:
    item = Item.objects.create(meeting=meeting, position=1, title="Tình hình kinh tế – xã hội", minutes=20)
    letter = Letter.objects.create(
        participant=participant,
        revision=meeting.revision,
        status=Letter.Status.FAILED,
        address="sai@example.vn",
        message_id=f"<{meeting.pk}@localhost>",
    )
    file_of(letter.message_id).parent.mkdir(parents=True, exist_ok=True)
    file_of(letter.message_id).write_bytes(b"Subject: Giay moi\n\n")
    papers = {kind: _paper(meeting, item, kind) for kind in PAPERS}
    account = people.outsider if endpoint == "Y1" else people.delegate
    asked = _asked(people, meeting, ("04", "Y1") if endpoint == "Y1" else ("02", "T2"))
    group = EndpointGroup.objects.create(name=f"Nhóm {meeting.pk}", unit=meeting.unit)
    group.endpoints.set([people.network.endpoints[endpoint]])
    return World(
        people,
        meeting,
        item,
        participant,
        letter,
        papers,
        endpoint,
        account,
        _series(people, meeting),
        asked,
        group.pk,
        _template(meeting).pk,
        _feed(meeting).pk,
    )


def _series(people: People, meeting: Meeting) -> Series:
    """A briefing of the same unit, in the hours of its status: one date in two months, the week before left out."""
    day = timezone.localdate() + dt.timedelta(days=56)
    starts_at = dt.datetime.combine(day, dt.time(_HOURS[meeting.status]), timezone.get_current_timezone())
    before = starts_at - dt.timedelta(days=7)
    series = Series.objects.create(
        title=meeting.title,
        unit=meeting.unit,
        rrule=written(read("FREQ=WEEKLY;COUNT=2", before)),
        starts_at=before,
        minutes=120,
        created_by=meeting.created_by,
    )
    endpoint = meeting.host_endpoint.code if meeting.host_endpoint is not None else "T1"
    coming = make_meeting(people, starts_at=starts_at, endpoints=(endpoint,), unit=meeting.unit.code)
    Meeting.objects.filter(pk=coming.pk).update(series=series, occurs_on=day, selection={"endpoints": [endpoint]})
    SkippedDate.objects.create(series=series, day=timezone.localtime(before).date())
    return series


def _template(meeting: Meeting) -> MeetingTemplate:
    return MeetingTemplate.objects.create(
        name=f"Mẫu {meeting.pk}",
        unit=meeting.unit,
        title=meeting.title,
        minutes=90,
        selection={"endpoints": ["T1"]},
        created_by=meeting.created_by,
    )


def _feed(meeting: Meeting) -> CalendarFeed:
    """The calendar of the meeting's unit, made by the secretary; its secret is "secret-" and the meeting's number."""
    return CalendarFeed.objects.create(
        digest=digest_of(f"secret-{meeting.pk}"), kind="unit", unit=meeting.unit, created_by=meeting.created_by
    )


def _asked(people: People, meeting: Meeting, of: tuple[str, str]) -> UsageRequest:
    unit, endpoint = of
    asked = UsageRequest.objects.create(
        meeting=meeting,
        unit=people.network.units[unit],
        asked_by=meeting.created_by,
        expires_at=timezone.now() + dt.timedelta(days=1),
    )
    asked.endpoints.add(people.network.endpoints[endpoint])
    return asked


def _paper(meeting: Meeting, item: Item, kind: str) -> tuple[Document, str]:
    status = Document.Status
    document = Document.objects.create(
        meeting=meeting,
        item=item,
        title=f"Báo cáo {kind}",
        access=Document.Access.STAFF if kind == "staff" else Document.Access.EVERYONE,
        status={"draft": status.DRAFT, "withdrawn": status.WITHDRAWN}.get(kind, status.PUBLISHED),
        published_number={"draft": None, "withdrawn": None, "older": 2}.get(kind, 1),
        published_at=None if kind in {"draft", "withdrawn"} else meeting.created_at,
    )
    versions = [_version(meeting, document, number) for number in (1, 2)[: 2 if kind in {"older", "newer"} else 1]]
    return document, versions[{"newer": 1}.get(kind, 0)].sha256


def _version(meeting: Meeting, document: Document, number: int) -> Version:
    digest = hashlib.sha256(f"{meeting.pk}/{document.pk}/{number}".encode()).hexdigest()
    for area, content in ((Area.DOCUMENTS, _PDF), (Area.THUMBNAILS, b"RIFF")):
        path: Path = path_of(area, digest)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return Version.objects.create(
        document=document,
        number=number,
        sha256=digest,
        original_sha256=digest,
        bytes=len(_PDF),
        pages=1,
        content_type="application/pdf",
        original_name="bao-cao.pdf",
        uploaded_by=meeting.created_by,
    )
