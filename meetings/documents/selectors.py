"""Reads of documents. A list, a file, a thumbnail and a snapshot all stand on the same rules."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from accounts.decision import Right
from accounts.errors import Forbidden
from accounts.models import User
from accounts.selectors import person_of
from meetings.documents.errors import DocumentNotFound
from meetings.documents.models import Document, Version
from meetings.documents.names import EXTENSIONS
from meetings.documents.storage import Area, path_of
from meetings.planning.access import meeting_for, participant_of, rights_in
from meetings.planning.models import Meeting

STAFF_RIGHTS = frozenset({Right.PREPARE, Right.RUN})

_READABLE = Q(status=Document.Status.PUBLISHED)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that may be sent: where it stands, and what the answer's header says of it."""

    path: Path
    version: Version
    content_type: str
    name: str


def documents_of(meeting: Meeting) -> QuerySet[Document]:
    """All documents in their order: by item, then by place; those of the meeting as a whole first."""
    return Document.objects.filter(meeting=meeting).order_by(
        F("item__position").asc(nulls_first=True), "position", "pk"
    )


def documents_for(user: User | AnonymousUser, meeting: Meeting) -> QuerySet[Document]:
    """The documents that this user may open: all for those who prepare or run the meeting; the published ones for
    everyone invited and for whoever may view the meetings of its unit; none for the rest."""
    rights = rights_in(user, meeting)
    documents = documents_of(meeting)
    if rights & STAFF_RIGHTS:
        return documents
    person = person_of(user)
    attends = participant_of(user, meeting) is not None or (person is not None and meeting.chair_id == person.pk)
    if not attends and Right.VIEW_MEETING not in rights:
        return documents.none()
    return documents.filter(_READABLE, access=Document.Access.EVERYONE)


def sees_drafts(user: User | AnonymousUser, meeting: Meeting) -> bool:
    """Whether `documents_for` holds drafts and withdrawn documents for this user."""
    return bool(rights_in(user, meeting) & STAFF_RIGHTS)


def document_for(user: User | AnonymousUser, document_id: int, right: Right | None) -> Document:
    """The document, if the user may open it and holds `right` (None: no further one) in its meeting.

    Raises DocumentNotFound, or Forbidden(right=…).
    """
    document = Document.objects.select_related("item").filter(pk=document_id).first()
    if document is None:
        raise DocumentNotFound(document=document_id)
    document.meeting = meeting_for(user, document.meeting_id, None)
    # Known first, allowed second: whoever may not open it does not learn that there is a draft either.
    if not documents_for(user, document.meeting).filter(pk=document_id).exists():
        raise DocumentNotFound(document=document_id)
    if right is not None and right not in rights_in(user, document.meeting):
        raise Forbidden(right=right.value)
    return document


def version_for(user: User | AnonymousUser, document: Document, sha256: str | None = None) -> Version:
    """The version with that content, or without it the one the user reads: readers have the published one only,
    those who prepare the meeting every one, newest first. Raises DocumentNotFound."""
    versions = document.versions.order_by("-number")
    wants_published = sha256 is None and document.published_number is not None
    if wants_published or not sees_drafts(user, document.meeting):
        versions = versions.filter(number=document.published_number or 0)
    if sha256 is not None:
        versions = versions.filter(sha256=sha256)
    version = versions.first()
    if version is None:
        raise DocumentNotFound(document=document.pk)
    return version


def file_for(user: User | AnonymousUser, document_id: int, sha256: str | None = None) -> StoredFile:
    """The file of a version that the user may read. Raises DocumentNotFound."""
    document = document_for(user, document_id, None)
    version = version_for(user, document, sha256)
    path = path_of(Area.DOCUMENTS, version.sha256)
    return StoredFile(path, version, version.content_type, document.title)


def thumbnail_for(user: User | AnonymousUser, document_id: int, sha256: str) -> StoredFile:
    """The picture of its first page. Raises DocumentNotFound."""
    document = document_for(user, document_id, None)
    version = version_for(user, document, sha256)
    path = path_of(Area.THUMBNAILS, version.sha256)
    return StoredFile(path, version, "image/webp", document.title)


def with_latest(documents: QuerySet[Document]) -> QuerySet[Document]:
    """Each document with `latest_number`, the number of its newest version."""
    return documents.annotate(latest_number=Max("versions__number"))


def publishable(meeting: Meeting) -> QuerySet[Document]:
    """Documents of which the newest version is not what readers have: drafts, and published ones with a newer
    version."""
    newest = Version.objects.filter(document=OuterRef("pk")).order_by("-number").values("number")[:1]
    documents = documents_of(meeting).annotate(newest=Subquery(newest)).exclude(status=Document.Status.WITHDRAWN)
    return documents.filter(newest__isnull=False).exclude(
        Q(status=Document.Status.PUBLISHED) & Q(published_number=F("newest"))
    )


def published_versions(documents: Iterable[Document]) -> dict[int, Version]:
    """The version that readers have, by document id. One query."""
    documents = [document for document in documents if document.published_number]
    numbers = {document.pk: document.published_number for document in documents}
    versions = Version.objects.filter(document__in=documents)
    return {version.document_id: version for version in versions if version.number == numbers[version.document_id]}


def published_rows(meeting: Meeting, *, staff: bool) -> list[dict[str, object]]:
    """The published documents as a snapshot holds them, for those who prepare the meeting or for everyone else.
    Two queries."""
    documents = list(documents_of(meeting).filter(_READABLE))
    if not staff:
        documents = [document for document in documents if document.access == Document.Access.EVERYONE]
    versions = published_versions(documents)
    return [published_row(document, versions[document.pk]) for document in documents]


def published_row(document: Document, version: Version) -> dict[str, object]:
    """One published document as tablets see it; the fields of ``events.DocumentPublished``."""
    return {
        "id": document.pk,
        "title": document.title,
        "item": document.item_id,
        "position": document.position,
        "access": document.access,
        "version": version.number,
        "sha256": version.sha256,
        "pages": version.pages,
        "bytes": version.bytes,
        "content_type": version.content_type,
        "published_at": rfc3339(document.published_at),
        "url": file_url(document, version),
        "thumbnail": thumbnail_url(document, version),
    }


def file_url(document: Document, version: Version) -> str:
    """The immutable address of a version's file."""
    return reverse("document-file", args=[document.pk, version.sha256, EXTENSIONS[version.content_type][1:]])


def thumbnail_url(document: Document, version: Version) -> str:
    """The immutable address of the picture of its first page."""
    return reverse("document-thumbnail", args=[document.pk, version.sha256])


def rfc3339(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None
