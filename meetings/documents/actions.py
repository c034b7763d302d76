"""What can be done to the documents of a meeting: upload, replace, publish, change, withdraw."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.text import nfc
from audit.journal import record
from meetings.agenda.actions import remove_item
from meetings.agenda.models import Item
from meetings.agenda.selectors import item_of
from meetings.documents.errors import (
    AlreadyPublished,
    AlreadyWithdrawn,
    DiskFull,
    DocumentNotFound,
    NothingToPublish,
    NotPublished,
    SameContent,
    StateSecret,
)
from meetings.documents.events import DocumentChanged, DocumentPublished, DocumentReplaced, DocumentWithdrawn
from meetings.documents.ingest import Ingested, ingest
from meetings.documents.models import Document, Version
from meetings.documents.names import clean_name
from meetings.documents.rejections import Limits
from meetings.documents.secrecy import stamp_in_file_name, stamp_in_title, stamp_on_page
from meetings.documents.selectors import documents_of, publishable, published_row, published_versions
from meetings.documents.storage import discard, holding_files, media_folder
from meetings.planning.lifecycle import Act, after
from meetings.planning.locking import lock_meeting
from meetings.planning.models import Meeting
from realtime.audiences import STAFF
from realtime.events import Event
from realtime.publish import publish, publish_latest

READERS: Final = "readers"
"""The audience of those who may open the published documents (``meetings.live.hearing``)."""

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


def upload_document(
    actor: User,
    meeting: Meeting,
    *,
    path: Path,
    name: str,
    title: str = "",
    item: int | None = None,
    access: str = Document.Access.EVERYONE,
) -> Document:
    """A new document, as a draft, from the file at `path` that was called `name`; without a title it gets the name.

    Call it outside a transaction: opening the file takes time. Raises ActImpossible, StateSecret, ItemNotFound,
    DiskFull, and Rejected for what is wrong with the file (``meetings.documents.rejections``).
    """
    name = clean_name(name)
    title = nfc(title).strip() or name.rpartition(".")[0] or name
    after(meeting.status, Act.PREPARE)
    _refuse_secret_words(title, name)
    with _taken_in(path, name) as file, transaction.atomic():
        document = _new_document(meeting, title, item, access)
        version = _add_version(actor, document, 1, file, name)
        _record(actor, "document.uploaded", document, _facts(document, version))
        _tell_staff(document.meeting)
    return document


@transaction.atomic
def expect_document(
    actor: User,
    meeting: Meeting,
    *,
    title: str,
    item: int | None = None,
    access: str = Document.Access.EVERYONE,
) -> Document:
    """Write down a document that has not been received yet: a draft without a version, told to staff only.

    Raises ActImpossible, StateSecret, ItemNotFound.
    """
    title = nfc(title).strip()
    _refuse_secret_words(title, "")
    document = _new_document(meeting, title, item, access)
    _record(actor, "document.expected", document, {"item": document.item_id, "access": access})
    _tell_staff(document.meeting)
    return document


def add_version(actor: User, document: Document, *, path: Path, name: str, publish_now: bool | None = None) -> Version:
    """A new version of a document. A draft keeps it to itself; of a published document it takes the place at once
    unless `publish_now` is False.

    Call it outside a transaction. Raises what `upload_document` raises, AlreadyWithdrawn, SameContent.
    """
    name = clean_name(name)
    _refuse_secret_words("", name)
    _demand_changeable(document)
    with _taken_in(path, name) as file, transaction.atomic():
        document = _locked(document)
        _demand_changeable(document)
        newest = document.versions.order_by("-number").first()
        if newest is not None and newest.sha256 == file.sha256:
            raise SameContent(version=newest.number)
        version = _add_version(actor, document, newest.number + 1 if newest else 1, file, name)
        published = document.status == Document.Status.PUBLISHED
        if published if publish_now is None else publish_now:
            _publish(actor, document, version)
        else:
            _record(actor, "document.version_added", document, _facts(document, version))
        _tell_staff(document.meeting)
    return version


@transaction.atomic
def publish_document(actor: User, document: Document) -> Document:
    """Readers get the newest version from now on. Publishing what is published changes nothing.

    Raises AlreadyWithdrawn, ActImpossible, NothingToPublish for one that was not received yet.
    """
    document = _locked(document)
    _demand_changeable(document)
    version = document.versions.order_by("-number").first()
    if version is None:
        raise NothingToPublish(document=document.pk)
    if document.status == Document.Status.PUBLISHED and document.published_number == version.number:
        return document
    _publish(actor, document, version)
    _tell_staff(document.meeting)
    return document


@transaction.atomic
def publish_all(actor: User, meeting: Meeting) -> list[Document]:
    """Publish every document that has something unpublished. Raises NothingToPublish, ActImpossible."""
    meeting = lock_meeting(meeting)
    after(meeting.status, Act.PREPARE)
    documents = list(publishable(meeting).prefetch_related("versions"))
    if not documents:
        raise NothingToPublish(meeting=meeting.pk)
    for document in documents:
        document.meeting = meeting
        _publish(actor, document, max(document.versions.all(), key=lambda version: version.number))
    _tell_staff(meeting)
    return documents


@transaction.atomic
def withdraw_document(actor: User, document: Document) -> Document:
    """Take a published document back: it leaves every list and tablet, and its address answers with nothing.

    Possible as long as the meeting is not archived. Raises NotPublished, AlreadyWithdrawn.
    """
    document = _locked(document)
    if document.status == Document.Status.WITHDRAWN:
        raise AlreadyWithdrawn(document=document.pk)
    if document.status != Document.Status.PUBLISHED or document.meeting.status == Meeting.Status.ARCHIVED:
        raise NotPublished(document=document.pk)
    document.status = Document.Status.WITHDRAWN
    document.save(update_fields=["status"])
    _record(actor, "document.withdrawn", document, {"version": document.published_number})
    _drop(document, _audience(document))
    _tell_staff(document.meeting)
    return document


def remove_draft(actor: User, document: Document) -> None:
    """Throw away a document that was never published, with its files; nobody but staff has known of it.

    Raises AlreadyPublished, ActImpossible.
    """
    with transaction.atomic():
        document = _locked(document)
        after(document.meeting.status, Act.PREPARE)
        if document.status != Document.Status.DRAFT:
            raise AlreadyPublished(document=document.pk)
        versions = list(document.versions.values_list("sha256", "original_sha256"))
        _record(actor, "document.removed", document, {"versions": len(versions)})
        document.delete()
        _tell_staff(document.meeting)
    for sha256, original_sha256 in versions:
        discard(sha256, original_sha256)


@transaction.atomic
def change_document(actor: User, document: Document, *, title: str, item: int | None, access: str) -> Document:
    """Another title, another item, other readers. Raises AlreadyWithdrawn, ActImpossible, ItemNotFound, StateSecret."""
    title = nfc(title).strip()
    _refuse_secret_words(title, "")
    document = _locked(document)
    _demand_changeable(document)
    before = {"title": document.title, "item": document.item_id, "access": document.access}
    place: Item | None = item_of(document.meeting, item) if item else None
    after_change = {"title": title, "item": place.pk if place else None, "access": access}
    if before == after_change:
        return document
    audience_before = _audience(document)
    document.title, document.item, document.access = title, place, access
    document.save(update_fields=["title", "item", "access"])
    _record(actor, "document.changed", document, {"before": before, "after": after_change})
    if document.status == Document.Status.PUBLISHED:
        version = document.versions.get(number=document.published_number or 0)
        kind: type[Event] = DocumentChanged
        if _audience(document) != audience_before:
            # Who may read no longer loses it; who may read from now on meets it for the first time. Staff hear both
            # audiences, so that nothing need be taken from them when readers are added.
            if audience_before == READERS:
                _drop(document, READERS)
            kind = DocumentPublished
        _tell(document, version, kind)
    _tell_staff(document.meeting)
    return document


@transaction.atomic
def remove_item_keeping_documents(actor: User, item: Item) -> None:
    """Take an item off the agenda; its documents stay, as documents of the meeting as a whole, and every screen learns
    where they are now. Raises ActImpossible, ItemNotFound."""
    meeting = lock_meeting(item.meeting)
    placed = list(documents_of(meeting).filter(item=item.pk))
    versions = published_versions(placed)
    remove_item(actor, item)
    for document in placed:
        document.meeting, document.item = meeting, None
        if document.status == Document.Status.PUBLISHED:
            _tell(document, versions[document.pk], DocumentChanged)


def _new_document(meeting: Meeting, title: str, item: int | None, access: str) -> Document:
    """A draft at the end of the documents; the meeting is locked. Raises ActImpossible, ItemNotFound."""
    meeting = lock_meeting(meeting)
    after(meeting.status, Act.PREPARE)
    last = Document.objects.filter(meeting=meeting).order_by("position").last()
    return Document.objects.create(
        meeting=meeting,
        item=item_of(meeting, item) if item else None,
        position=(last.position + 1) if last else 1,
        title=title[:250],
        access=access,
    )


@contextmanager
def _taken_in(path: Path, name: str) -> Iterator[Ingested]:
    """The file cleaned and stored, for a block that writes its row; without the row it goes again."""
    file = None
    try:
        with holding_files():
            try:
                file = ingest(path, name, Limits(bytes=settings.UPLOAD_LIMIT_BYTES), media=media_folder())
            except OSError as error:
                if error.errno in _FULL:
                    raise DiskFull from error
                raise
            if degree := stamp_on_page(file.first_page):
                raise StateSecret(degree=degree, where="first_page")
            yield file
    except BaseException:
        if file is not None:
            discard(file.sha256, file.original_sha256)
        raise


def _refuse_secret_words(title: str, name: str) -> None:
    if degree := stamp_in_title(title):
        raise StateSecret(degree=degree, where="title")
    if degree := stamp_in_file_name(name):
        raise StateSecret(degree=degree, where="file_name")


def _locked(document: Document) -> Document:
    """The document as it is now, its meeting locked."""
    meeting = lock_meeting(document.meeting)
    locked = documents_of(meeting).filter(pk=document.pk).first()
    if locked is None:
        raise DocumentNotFound(document=document.pk)
    locked.meeting = meeting
    return locked


def _demand_changeable(document: Document) -> None:
    if document.status == Document.Status.WITHDRAWN:
        raise AlreadyWithdrawn(document=document.pk)
    after(document.meeting.status, Act.PREPARE)


def _add_version(actor: User, document: Document, number: int, file: Ingested, name: str) -> Version:
    return Version.objects.create(
        document=document,
        number=number,
        sha256=file.sha256,
        original_sha256=file.original_sha256,
        bytes=file.bytes,
        pages=file.pages,
        content_type=file.content_type,
        original_name=name,
        uploaded_by=actor,
    )


def _publish(actor: User, document: Document, version: Version) -> None:
    """Make that version the one readers have; the document is locked."""
    replaced = document.published_number if document.status == Document.Status.PUBLISHED else None
    document.status, document.published_number = Document.Status.PUBLISHED, version.number
    document.published_at = timezone.now()
    document.save(update_fields=["status", "published_number", "published_at"])
    verb = "document.replaced" if replaced else "document.published"
    _record(actor, verb, document, {**_facts(document, version), "replaced": replaced})
    _tell(document, version, DocumentReplaced if replaced else DocumentPublished)


def _tell(document: Document, version: Version, kind: type[Event]) -> None:
    event = kind(**published_row(document, version))
    publish(document.meeting.stream, event, audience=_audience(document))


def _drop(document: Document, audience: str) -> None:
    publish(document.meeting.stream, DocumentWithdrawn(id=document.pk, title=document.title), audience=audience)


def _audience(document: Document) -> str:
    return READERS if document.access == Document.Access.EVERYONE else STAFF


def _tell_staff(meeting: Meeting) -> None:
    """How many documents there are, drafts counted: for the desk pages of those who prepare the meeting."""
    statuses = list(Document.objects.filter(meeting=meeting).values_list("status", flat=True))
    counts = {status.value: statuses.count(status.value) for status in Document.Status}
    counts["unpublished"] = publishable(meeting).count()
    publish_latest(meeting.stream, "documents.counted", counts, STAFF)


def _facts(document: Document, version: Version) -> dict[str, object]:
    return {
        "version": version.number,
        "sha256": version.sha256,
        "bytes": version.bytes,
        "pages": version.pages,
        "name": version.original_name,
        "item": document.item_id,
        "access": document.access,
    }


def _record(actor: User, verb: str, document: Document, data: dict[str, object]) -> None:
    record(
        actor,
        verb,
        chain=document.meeting.stream,
        object_type="document",
        object_id=document.pk,
        label=document.title,
        data=data,
    )
