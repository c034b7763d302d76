"""/api/v1: the documents of a meeting, their versions and their files."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest, HttpResponseBase
from ninja import File, Form, Query, Router, Schema
from ninja.files import UploadedFile
from ninja.responses import Status
from pydantic import Field, StringConstraints

from accounts.decision import Right
from accounts.errors import Unacceptable
from accounts.models import User
from accounts.schemas import REFUSED, Body, Identifier, Line, Refusal, Row, Window, page, written
from accounts.selectors import current_user
from meetings.documents.actions import (
    add_version,
    change_document,
    publish_document,
    remove_draft,
    upload_document,
    withdraw_document,
)
from meetings.documents.incoming import on_disk
from meetings.documents.models import Document
from meetings.documents.selectors import document_for, documents_for, file_for, file_url, sees_drafts, thumbnail_url
from meetings.documents.serving import serve
from meetings.planning.access import meeting_for

router = Router(tags=["documents"])

UPLOAD_REFUSED = REFUSED | {507}
Title = Annotated[Line, StringConstraints(max_length=250)]
Access = Literal["everyone", "staff"]


class VersionOut(Schema):
    number: int
    sha256: str
    pages: int
    bytes: int
    content_type: str
    original_name: str
    created_at: str
    url: str
    thumbnail: str


class DocumentOut(Schema):
    """A document with the versions that the caller may have: readers get the published one only, newest first."""

    id: int
    title: str
    agenda_item: int | None
    position: int
    access: str
    status: str
    published_at: str | None
    published_version: int | None
    versions: list[VersionOut]


class DocumentList(Schema):
    count: int
    results: list[DocumentOut]


class UploadFields(Schema):
    """What goes along with the file. Without a title the document is called as its file is."""

    title: Title = ""
    agenda_item: Identifier | None = None
    access: Access = "everyone"


class VersionFields(Schema):
    """`publish`: readers get it at once, or do not; without it, they do if they have the document."""

    publish: bool | None = None


class DocumentChange(Body):
    """What is not sent stays; `agenda_item` null: the meeting as a whole."""

    title: Annotated[Title, Field(min_length=1)] | None = None
    agenda_item: Identifier | None = None
    access: Access | None = None


@router.get("/meetings/{int:meeting_id}/documents", response={200: DocumentList, REFUSED: Refusal})
def documents(request: HttpRequest, meeting_id: int, window: Query[Window]) -> Row:
    """The documents that the caller may open, in the order of the agenda."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, None)
    staff = sees_drafts(user, meeting)
    rows = documents_for(user, meeting).prefetch_related("versions")
    return page(rows, window, lambda shown: _rows(shown, staff=staff))


@router.post("/meetings/{int:meeting_id}/documents", response={201: DocumentOut, UPLOAD_REFUSED: Refusal})
def new_document(
    request: HttpRequest, meeting_id: int, file: File[UploadedFile], fields: Form[UploadFields]
) -> Status[Row]:
    """Upload a PDF, JPEG or PNG as a draft."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, Right.PREPARE)
    with on_disk(file) as path:
        document = upload_document(
            user,
            meeting,
            path=path,
            name=file.name or "",
            title=fields.title,
            item=fields.agenda_item,
            access=fields.access,
        )
    return Status(201, _row(document))


@router.get("/documents/{int:document_id}", response={200: DocumentOut, REFUSED: Refusal})
def document(request: HttpRequest, document_id: int) -> Row:
    """One document."""
    user = current_user(request)
    return _shown(user, document_for(user, document_id, None))


@router.patch("/documents/{int:document_id}", response={200: DocumentOut, REFUSED: Refusal})
def changed_document(request: HttpRequest, document_id: int, body: DocumentChange) -> Row:
    """Another title, another place on the agenda, other readers."""
    user = current_user(request)
    known = document_for(user, document_id, Right.PREPARE)
    sent = body.model_dump(exclude_unset=True)
    if empty := sorted(name for name in ("title", "access") if name in sent and sent[name] is None):
        raise Unacceptable(fields=dict.fromkeys(empty, "required"))
    change_document(
        user,
        known,
        title=sent.get("title", known.title),
        item=sent.get("agenda_item", known.item_id),
        access=sent.get("access", known.access),
    )
    return _shown(user, document_for(user, document_id, None))


@router.post("/documents/{int:document_id}/versions", response={201: DocumentOut, UPLOAD_REFUSED: Refusal})
def new_version(
    request: HttpRequest, document_id: int, file: File[UploadedFile], fields: Form[VersionFields]
) -> Status[Row]:
    """A new version. Of a published document it takes the place at once, a draft keeps it to itself, unless `publish`
    says otherwise."""
    user = current_user(request)
    known = document_for(user, document_id, Right.PREPARE)
    with on_disk(file) as path:
        add_version(user, known, path=path, name=file.name or "", publish_now=fields.publish)
    return Status(201, _shown(user, document_for(user, document_id, None)))


@router.post("/documents/{int:document_id}/publish", response={200: DocumentOut, REFUSED: Refusal})
def published_document(request: HttpRequest, document_id: int) -> Row:
    """Readers get the newest version from now on; repeated, it changes nothing."""
    user = current_user(request)
    publish_document(user, document_for(user, document_id, Right.PREPARE))
    return _shown(user, document_for(user, document_id, None))


@router.post("/documents/{int:document_id}/withdraw", response={200: DocumentOut, REFUSED: Refusal})
def withdrawn_document(request: HttpRequest, document_id: int) -> Row:
    """Take the document back: it leaves every list and tablet."""
    user = current_user(request)
    withdraw_document(user, document_for(user, document_id, Right.PREPARE))
    return _shown(user, document_for(user, document_id, None))


@router.delete("/documents/{int:document_id}", response={204: None, REFUSED: Refusal})
def no_document(request: HttpRequest, document_id: int) -> Status[None]:
    """Throw away a document that was never published."""
    user = current_user(request)
    remove_draft(user, document_for(user, document_id, Right.PREPARE))
    return Status(204, None)


@router.get("/documents/{int:document_id}/file", response={200: None, REFUSED: Refusal})
def document_file(request: HttpRequest, document_id: int) -> HttpResponseBase:
    """The file that the caller reads: the published version, of a draft the newest. Range and ETag are honoured."""
    try:
        # The same address may hold another version tomorrow, so it is asked for again each time.
        return serve(request, file_for(current_user(request), document_id), immutable=False)
    except FileNotFoundError as missing:
        raise Http404 from missing


def _shown(user: User, known: Document) -> Row:
    return _row(known, staff=sees_drafts(user, known.meeting))


def _rows(shown: Iterable[Document], *, staff: bool) -> Sequence[Row]:
    return [_row(each, staff=staff) for each in shown]


def _row(known: Document, *, staff: bool = True) -> Row:
    versions = [each for each in known.versions.all() if staff or each.number == known.published_number]
    rows: list[dict[str, Any]] = [
        {
            "number": each.number,
            "sha256": each.sha256,
            "pages": each.pages,
            "bytes": each.bytes,
            "content_type": each.content_type,
            "original_name": each.original_name,
            "created_at": written(each.created_at),
            "url": file_url(known, each),
            "thumbnail": thumbnail_url(known, each),
        }
        for each in sorted(versions, key=lambda each: -each.number)
    ]
    return {
        "id": known.pk,
        "title": known.title,
        "agenda_item": known.item_id,
        "position": known.position,
        "access": known.access,
        "status": known.status,
        "published_at": written(known.published_at),
        "published_version": known.published_number,
        "versions": rows,
    }
