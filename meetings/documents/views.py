"""Pages and files of documents."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decision import Right
from accounts.errors import DomainError
from accounts.models import User
from accounts.selectors import current_user
from meetings.agenda.selectors import item_of
from meetings.agenda.views import act_on_agenda
from meetings.documents.actions import (
    add_version,
    change_document,
    expect_document,
    publish_all,
    publish_document,
    remove_draft,
    remove_item_keeping_documents,
    upload_document,
    withdraw_document,
)
from meetings.documents.errors import DocumentNotFound
from meetings.documents.forms import MOST_FILES, ChangeForm, DocumentForm, UploadForm, VersionForm, megabytes, refusal
from meetings.documents.incoming import on_disk, refusing_unread
from meetings.documents.models import Document
from meetings.documents.names import EXTENSIONS
from meetings.documents.rejections import TooLarge
from meetings.documents.selectors import StoredFile, document_for, file_for, file_url, thumbnail_for
from meetings.documents.serving import serve
from meetings.planning.access import meeting_for, rights_in
from meetings.planning.lifecycle import Act, may
from meetings.planning.models import Meeting

P = ParamSpec("P")


def known_reader(view: Callable[Concatenate[HttpRequest, P], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A file is fetched by a program: a visitor gets 401 instead of the page to log in."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return HttpResponse(status=401)
        return view(request, *args, **kwargs)

    return wrapped


def _upload_too_large(request: HttpRequest, error: TooLarge, meeting_id: int) -> HttpResponse:
    meeting = meeting_for(current_user(request), meeting_id, Right.PREPARE)
    return _upload_page(request, meeting, UploadForm(meeting), refused=[("", refusal(error))], status=error.status)


@refusing_unread(_upload_too_large)
@login_required
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Files become drafts, each with the name of its file, or the title written if there is one file only."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, Right.PREPARE)
    if request.method != "POST":
        return _upload_page(request, meeting, UploadForm(meeting, initial={"item": request.GET.get("item")}))
    if "expect" in request.POST:
        return _expect(request, user, meeting)
    form = UploadForm(meeting, request.POST, request.FILES)
    if not form.is_valid():
        return _upload_page(request, meeting, form, status=422)
    files = form.cleaned_data["file"]
    taken, refused, status = [], [], 422
    for file in files:
        try:
            taken.append(_take(user, meeting, file, form, alone=len(files) == 1))
        except DomainError as error:
            refused.append((file.name or "", refusal(error)))
            status = error.status
    if refused:
        return _upload_page(request, meeting, form, taken=taken, refused=refused, status=status)
    messages.success(
        request,
        ngettext("%(count)s document uploaded as a draft.", "%(count)s documents uploaded as drafts.", len(taken))
        % {"count": len(taken)},
    )
    return redirect(f"{reverse('meeting', args=[meeting.pk])}#agenda")


def _expect(request: HttpRequest, user: User, meeting: Meeting) -> HttpResponse:
    """Only a title: the document is to come."""
    form = ChangeForm(meeting, request.POST)
    if not form.is_valid():
        return _upload_page(request, meeting, form, status=422)
    try:
        expected = expect_document(user, meeting, **form.cleaned_data)
    except DomainError as error:
        refused = [(form.cleaned_data["title"], refusal(error))]
        return _upload_page(request, meeting, form, refused=refused, status=error.status)
    messages.success(request, _("“%(title)s” is written down as not received yet.") % {"title": expected.title})
    return redirect(f"{reverse('meeting', args=[meeting.pk])}#agenda")


def _take(user: User, meeting: Meeting, file: UploadedFile[Any], form: UploadForm, *, alone: bool) -> Document:
    words = form.cleaned_data
    with on_disk(file) as path:
        return upload_document(
            user,
            meeting,
            path=path,
            name=file.name or "",
            title=words["title"] if alone else "",
            item=words["item"],
            access=words["access"],
        )


def _upload_page(
    request: HttpRequest,
    meeting: Meeting,
    form: DocumentForm,
    *,
    taken: list[Document] | None = None,
    refused: list[tuple[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "nav_section": "meetings",
        "meeting": meeting,
        "form": form,
        "file_field": form["file"] if "file" in form.fields else UploadForm(meeting)["file"],
        "taken": taken,
        "refused": refused,
        "most_files": MOST_FILES,
        "upload_limit": settings.UPLOAD_LIMIT_BYTES,
        "upload_limit_words": megabytes(settings.UPLOAD_LIMIT_BYTES),
    }
    return render(request, "meetings/documents/upload.html", context, status=status)


@login_required
@require_safe
def document(request: HttpRequest, document_id: int) -> HttpResponse:
    """One document with its versions: for those who prepare the meeting; a reader is taken to the reader's page."""
    user = current_user(request)
    shown = document_for(user, document_id, None)
    if not rights_in(user, shown.meeting) & {Right.PREPARE, Right.RUN}:
        return redirect("reader", shown.meeting_id, shown.pk)
    return _document_page(request, shown, VersionForm())


def _document_page(
    request: HttpRequest, shown: Document, form: VersionForm, *, refused: str = "", status: int = 200
) -> HttpResponse:
    meeting = shown.meeting
    versions = list(shown.versions.select_related("uploaded_by").order_by("-number"))
    context = {
        "nav_section": "meetings",
        "meeting": meeting,
        "document": shown,
        "versions": [(version, file_url(shown, version)) for version in versions],
        "newest": versions[0].number if versions else None,
        "upload_limit": settings.UPLOAD_LIMIT_BYTES,
        "upload_limit_words": megabytes(settings.UPLOAD_LIMIT_BYTES),
        "form": form,
        "refused": refused,
        "prepares": Right.PREPARE in rights_in(current_user(request), meeting)
        and may(meeting.status, Act.PREPARE).allowed,
    }
    return render(request, "meetings/documents/document.html", context, status=status)


def _version_too_large(request: HttpRequest, error: TooLarge, document_id: int) -> HttpResponse:
    shown = document_for(current_user(request), document_id, Right.PREPARE)
    return _document_page(request, shown, VersionForm(), refused=refusal(error), status=error.status)


@refusing_unread(_version_too_large)
@login_required
@require_POST
def new_version(request: HttpRequest, document_id: int) -> HttpResponse:
    """A new version; the button says whether readers get it at once."""
    user = current_user(request)
    shown = document_for(user, document_id, Right.PREPARE)
    form = VersionForm(request.POST, request.FILES)
    if not form.is_valid():
        return _document_page(request, shown, form, status=422)
    file = form.cleaned_data["file"]
    try:
        with on_disk(file) as path:
            version = add_version(user, shown, path=path, name=file.name, publish_now="publish" in request.POST)
    except DomainError as error:
        return _document_page(request, shown, form, refused=refusal(error), status=error.status)
    said = _("Version %(number)s published.") if "publish" in request.POST else _("Version %(number)s uploaded.")
    messages.success(request, said % {"number": version.number})
    return redirect("document", shown.pk)


@login_required
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, document_id: int) -> HttpResponse:
    """Title, place on the agenda, readers."""
    user = current_user(request)
    shown = document_for(user, document_id, Right.PREPARE)
    initial = {"title": shown.title, "item": shown.item_id or "", "access": shown.access}
    form = ChangeForm(shown.meeting, request.POST or None, initial=initial)
    refused, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                change_document(user, shown, **form.cleaned_data)
                return redirect("document", shown.pk)
            except DomainError as error:
                refused, status = refusal(error), error.status
    context = {
        "nav_section": "meetings",
        "meeting": shown.meeting,
        "document": shown,
        "form": form,
        "refused": refused,
    }
    return render(request, "meetings/documents/edit.html", context, status=status)


@login_required
@require_POST
def publish(request: HttpRequest, document_id: int) -> HttpResponse:
    """Readers get the newest version."""
    user = current_user(request)
    shown = document_for(user, document_id, Right.PREPARE)
    return _act(request, shown, lambda: publish_document(user, shown), _("“%(title)s” published."))


@login_required
@require_POST
def withdraw(request: HttpRequest, document_id: int) -> HttpResponse:
    """Take the document back from everybody."""
    user = current_user(request)
    shown = document_for(user, document_id, Right.PREPARE)
    return _act(request, shown, lambda: withdraw_document(user, shown), _("“%(title)s” withdrawn."))


def _act(request: HttpRequest, shown: Document, act: Callable[[], object], said: str) -> HttpResponse:
    try:
        act()
    except DomainError as error:
        messages.error(request, refusal(error))
    else:
        messages.success(request, said % {"title": shown.title})
    return redirect("document", shown.pk)


@login_required
@require_POST
def remove(request: HttpRequest, document_id: int) -> HttpResponse:
    """Throw a draft away."""
    user = current_user(request)
    shown = document_for(user, document_id, Right.PREPARE)
    try:
        remove_draft(user, shown)
    except DomainError as error:
        messages.error(request, refusal(error))
        return redirect("document", shown.pk)
    messages.success(request, _("The draft “%(title)s” was thrown away.") % {"title": shown.title})
    return redirect(f"{reverse('meeting', args=[shown.meeting_id])}#agenda")


@login_required
@require_POST
def publish_everything(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Publish every document of the meeting that is not."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, Right.PREPARE)
    try:
        count = len(publish_all(user, meeting))
    except DomainError as error:
        messages.error(request, refusal(error))
    else:
        said = ngettext("%(count)s document published.", "%(count)s documents published.", count)
        messages.success(request, said % {"count": count})
    return redirect("meeting", meeting.pk)


@login_required
@require_POST
def remove_item(request: HttpRequest, meeting_id: int, item_id: int) -> HttpResponse:
    """Take an item off the agenda; its documents stay with the meeting."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, Right.PREPARE)
    return act_on_agenda(request, meeting, lambda: remove_item_keeping_documents(user, item_of(meeting, item_id)))


@known_reader
@require_safe
def file(request: HttpRequest, document_id: str, sha256: str, extension: str) -> HttpResponseBase:
    """The file of one version. Its address never changes; who may have it is asked each time."""
    found = file_for(current_user(request), int(document_id), sha256)
    if EXTENSIONS[found.content_type] != f".{extension}":
        raise DocumentNotFound(document=document_id)
    return _sent(request, found, download="download" in request.GET)


@known_reader
@require_safe
def thumbnail(request: HttpRequest, document_id: str, sha256: str) -> HttpResponseBase:
    """The picture of the first page of one version."""
    return _sent(request, thumbnail_for(current_user(request), int(document_id), sha256), download=False)


def _sent(request: HttpRequest, found: StoredFile, *, download: bool) -> HttpResponseBase:
    try:
        return serve(request, found, download=download)
    except FileNotFoundError as missing:
        raise Http404 from missing
