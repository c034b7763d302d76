"""Every act that publishes on a meeting's stream, as something a random history can do: acts(world, draw)."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias, TypeVar

from django.utils import timezone

from accounts.decision import Role
from accounts.errors import DomainError
from accounts.models import Membership, User
from meetings.agenda.actions import add_item, change_item, move_item, reorder, start_item
from meetings.agenda.models import Item
from meetings.attendance.actions import ScanRequest, check_in
from meetings.documents.actions import (
    add_version,
    change_document,
    publish_all,
    publish_document,
    remove_item_keeping_documents,
    upload_document,
    withdraw_document,
)
from meetings.documents.ingest import Ingested
from meetings.documents.models import Document
from meetings.planning.actions import (
    archive_meeting,
    book_draft,
    cancel_meeting,
    change_meeting,
    close_meeting,
    open_meeting,
    postpone_meeting,
)
from meetings.planning.models import Meeting, Participant
from meetings.planning.participant_actions import (
    Invitee,
    add_participants,
    answer,
    change_participant,
    reissue_code,
    remove_participant,
)
from meetings.planning.wishes import Changes
from meetings.requests.actions import ask, withdraw
from meetings.requests.models import UsageRequest
from rooms.selectors import read_selection
from tests.people import People, make_person

Choice = TypeVar("Choice")
ENDPOINTS = ("T1", "H026", "X00715")


def stored(_path: Path, name: str, *_args: object, **_kwargs: object) -> Ingested:
    """In place of ``ingest``, which cleans the file in a process of its own: only the row matters here."""
    digest = hashlib.sha256(uuid.uuid4().bytes).hexdigest()
    return Ingested(
        path=Path(name),
        content_type="application/pdf",
        sha256=digest,
        bytes=12_345,
        pages=48,
        thumbnail=Path(name),
        original=Path(name),
        original_sha256=digest,
        first_page="",
    )


class Draw:
    """How a history chooses: by hypothesis, or always the first."""

    def one_of(self, choices: Sequence[Choice]) -> Choice:
        return choices[0]


@dataclass
class World:
    """One meeting with its people. What is done is done by the secretary, who may do it all."""

    people: People
    meeting: Meeting
    done: list[str] = field(default_factory=list)

    @property
    def actor(self) -> User:
        return self.people.secretary

    def fresh(self) -> Meeting:
        return Meeting.objects.get(pk=self.meeting.pk)

    def items(self) -> list[Item]:
        return list(Item.objects.filter(meeting=self.meeting).order_by("pk"))

    def documents(self) -> list[Document]:
        return list(Document.objects.filter(meeting=self.meeting).select_related("meeting").order_by("pk"))

    def participants(self) -> list[Participant]:
        rows = Participant.objects.filter(meeting=self.meeting).select_related("meeting", "endpoint")
        return list(rows.order_by("pk"))


Act: TypeAlias = Callable[[World, Draw], object]
TITLES = ("Tình hình kinh tế – xã hội", "Giải ngân vốn đầu tư công", "Phòng, chống thiên tai")


def item_added(world: World, draw: Draw) -> None:
    add_item(world.actor, world.fresh(), title=draw.one_of(TITLES), presenter="Sở Tài chính", minutes=20)


def item_changed(world: World, draw: Draw) -> None:
    if items := world.items():
        change_item(world.actor, draw.one_of(items), title="Kết luận", presenter="", minutes=5)


def item_removed(world: World, draw: Draw) -> None:
    if items := world.items():
        remove_item_keeping_documents(world.actor, draw.one_of(items))


def item_moved(world: World, draw: Draw) -> None:
    if items := world.items():
        move_item(world.actor, draw.one_of(items), up=draw.one_of((False, True)))


def agenda_reordered(world: World, _draw: Draw) -> None:
    reorder(world.actor, world.fresh(), [item.pk for item in reversed(world.items())])


def item_started(world: World, draw: Draw) -> None:
    if items := world.items():
        start_item(world.actor, draw.one_of(items))


def document_uploaded(world: World, draw: Draw) -> None:
    place = draw.one_of([*(item.pk for item in world.items()), None])
    access = draw.one_of(Document.Access.values)
    upload_document(world.actor, world.fresh(), path=Path("x"), name="Báo cáo.pdf", item=place, access=access)


def document_replaced(world: World, draw: Draw) -> None:
    if documents := world.documents():
        publish_now = draw.one_of((None, False, True))
        add_version(world.actor, draw.one_of(documents), path=Path("x"), name="Bản 2.pdf", publish_now=publish_now)


def document_published(world: World, draw: Draw) -> None:
    if documents := world.documents():
        publish_document(world.actor, draw.one_of(documents))


def documents_published(world: World, _draw: Draw) -> None:
    publish_all(world.actor, world.fresh())


def document_withdrawn(world: World, draw: Draw) -> None:
    if documents := world.documents():
        withdraw_document(world.actor, draw.one_of(documents))


def document_changed(world: World, draw: Draw) -> None:
    if documents := world.documents():
        document = draw.one_of(documents)
        place = draw.one_of([None, *(item.pk for item in world.items())])
        change_document(world.actor, document, title=draw.one_of(TITLES), item=place, access=document.access)


def document_access_changed(world: World, draw: Draw) -> None:
    if documents := world.documents():
        document = draw.one_of(documents)
        other = next(access for access in Document.Access.values if access != document.access)
        change_document(world.actor, document, title=document.title, item=document.item_id, access=other)


def meeting_opened(world: World, _draw: Draw) -> None:
    open_meeting(world.actor, world.fresh())


def meeting_closed(world: World, _draw: Draw) -> None:
    close_meeting(world.actor, world.fresh())


def meeting_archived(world: World, _draw: Draw) -> None:
    archive_meeting(world.actor, world.fresh())


def meeting_cancelled(world: World, _draw: Draw) -> None:
    cancel_meeting(world.actor, world.fresh(), reason="Bão số 3")


def meeting_postponed(world: World, _draw: Draw) -> None:
    postpone_meeting(world.actor, world.fresh(), reason="Chờ tài liệu")


def meeting_booked(world: World, _draw: Draw) -> None:
    book_draft(world.actor, world.fresh())


def _change(world: World, changes: Changes) -> None:
    meeting = world.fresh()
    change_meeting(world.actor, meeting, version=meeting.version, changes=changes)


def meeting_changed(world: World, draw: Draw) -> None:
    _change(world, {"title": draw.one_of(TITLES), "number": "214/GM-UBND"})


def meeting_moved(world: World, draw: Draw) -> None:
    later = dt.timedelta(minutes=draw.one_of((30, 60)))
    meeting = world.fresh()
    _change(world, {"starts_at": meeting.starts_at + later, "ends_at": meeting.ends_at + later})


def meeting_widened(world: World, draw: Draw) -> None:
    codes = [*ENDPOINTS[: draw.one_of((3, 2))], *draw.one_of((["X00688"], []))]
    _change(world, {"selection": read_selection({"endpoints": codes})})


def chair_changed(world: World, draw: Draw) -> None:
    people = world.people
    _change(world, {"chair": draw.one_of((people.delegate.person, people.chair.person, None))})


def people_added(world: World, draw: Draw) -> None:
    people = world.people
    someone = draw.one_of((people.delegate, people.chair, people.secretary, people.operator)).person.pk
    rows = [
        Invitee(endpoint=draw.one_of(ENDPOINTS[1:]), person=someone, role=draw.one_of(Participant.Role.values)),
        Invitee(endpoint=draw.one_of(ENDPOINTS), full_name=draw.one_of(("Vàng Mí Pó", "Lù Văn Phong"))),
    ]
    add_participants(world.actor, world.fresh(), rows)


def person_changed(world: World, draw: Draw) -> None:
    if rows := world.participants():
        change_participant(
            world.actor, draw.one_of(rows), endpoint=draw.one_of(ENDPOINTS), position=draw.one_of(("Chủ tịch", None))
        )


def person_removed(world: World, draw: Draw) -> None:
    if rows := world.participants():
        remove_participant(world.actor, draw.one_of(rows))


def person_answered(world: World, draw: Draw) -> None:
    if rows := world.participants():
        given = Participant.Answer(draw.one_of(Participant.Answer.values))
        answer(None, draw.one_of(rows), given, reason="Đi công tác", substitute_name="Sùng Mí Lình")


def code_reissued(world: World, draw: Draw) -> None:
    if rows := world.participants():
        reissue_code(world.actor, draw.one_of(rows))


def owner_asked(world: World, _draw: Draw) -> None:
    """A secretary of the city, who may book only there, asks the province for a room."""
    city = User.objects.filter(username="city").first()
    if city is None:
        unit = world.people.network.units["024"]
        city = make_person("Thư ký thành phố", unit, username="city").user
        if city is not None:
            Membership.objects.create(user=city, role=Role.SECRETARIAT.value, unit=unit)
    if city is not None:
        ask(city, world.fresh(), ["T2"])


def request_taken_back(world: World, draw: Draw) -> None:
    if requests := list(UsageRequest.objects.filter(meeting=world.meeting)):
        withdraw(world.actor, draw.one_of(requests))


def person_checked_in(world: World, draw: Draw) -> None:
    """By hand, now or as found on an earlier sheet, at the own endpoint or elsewhere with a reason."""
    if rows := world.participants():
        row = draw.one_of(rows)
        request = ScanRequest(
            op_id=uuid.uuid4(),
            endpoint=draw.one_of((row.endpoint.code, *ENDPOINTS)),
            method="manual",
            scanned_at=timezone.now() - dt.timedelta(minutes=draw.one_of((0, 5, 30))),
            participant=row.pk,
            elsewhere="Đi cùng đoàn tỉnh",
        )
        check_in(world.actor, world.fresh(), [request])


ACTS: tuple[Act, ...] = (
    item_added,
    item_changed,
    item_removed,
    item_moved,
    agenda_reordered,
    item_started,
    document_uploaded,
    document_replaced,
    document_published,
    documents_published,
    document_withdrawn,
    document_changed,
    document_access_changed,
    meeting_opened,
    meeting_closed,
    meeting_archived,
    owner_asked,
    request_taken_back,
    meeting_cancelled,
    meeting_postponed,
    meeting_booked,
    meeting_changed,
    meeting_moved,
    meeting_widened,
    chair_changed,
    people_added,
    person_changed,
    person_removed,
    person_answered,
    code_reissued,
    person_checked_in,
)


def perform(world: World, act: Act, draw: Draw) -> None:
    """Do it; what the meeting's state does not allow is refused and changes nothing."""
    with suppress(DomainError):
        act(world, draw)
        world.done.append(act.__name__)
