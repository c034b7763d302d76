"""The pages in the hand: the delegate's first page, the meeting, the reader. Each is whole without script; with it, it
follows the meeting's stream from the number at which its state was taken."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.decision import Right
from accounts.errors import DomainError
from accounts.models import User
from accounts.selectors import current_user, person_of
from meetings.agenda.actions import start_item
from meetings.agenda.forms import refusal
from meetings.agenda.selectors import item_of
from meetings.documents.selectors import document_for, published_row, version_for
from meetings.live.attending import every_meeting_of, home_of
from meetings.live.shown import shown_state
from meetings.planning.access import meeting_for, participant_of, rights_in
from meetings.planning.lifecycle import Act, may


def _who(user: User) -> dict[str, object]:
    return {"person": person_of(user)}


@login_required
@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The meeting now, with one large button, and what is coming."""
    user = current_user(request)
    now = timezone.now()
    context = {**_who(user), "home": home_of(user, now), "now": now, "today": timezone.localdate(now)}
    return render(request, "meetings/live/tablet_home.html", context)


@login_required
@never_cache
@require_safe
def every_meeting(request: HttpRequest) -> HttpResponse:
    """All of the person's meetings, those that are over too: their documents can still be read."""
    user = current_user(request)
    now = timezone.now()
    context = {**_who(user), "rows": every_meeting_of(user, now), "today": timezone.localdate(now)}
    return render(request, "meetings/live/tablet_all.html", context)


@login_required
@never_cache
@require_safe
def meeting(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """The agenda with its documents, the present item marked."""
    user = current_user(request)
    found = meeting_for(user, meeting_id, None)
    rights = rights_in(user, found)
    context = {
        **_who(user),
        "meeting": found,
        "shown": shown_state(user, found),
        "place": participant_of(user, found),
        "runs": Right.RUN in rights,
        "may_run": Right.RUN in rights and may(found.status, Act.RUN_AGENDA).allowed,
        "may_answer": may(found.status, Act.ANSWER).allowed,
        "views_desk": Right.VIEW_MEETING in rights,
    }
    return render(request, "meetings/live/tablet_meeting.html", context)


@login_required
@require_POST
def start(request: HttpRequest, meeting_id: int, item_id: int) -> HttpResponse:
    """Begin an item, from the chair's tablet."""
    user = current_user(request)
    found = meeting_for(user, meeting_id, Right.RUN)
    try:
        start_item(user, item_of(found, item_id))
    except DomainError as error:
        messages.error(request, str(refusal(error)))
    return redirect("tablet", found.pk)


@login_required
@never_cache
@require_safe
def reader(request: HttpRequest, meeting_id: int, document_id: int) -> HttpResponse:
    """One document to read. Raises DocumentNotFound for one of another meeting, too."""
    user = current_user(request)
    found = meeting_for(user, meeting_id, None)
    document = document_for(user, document_id, None)
    if document.meeting_id != found.pk:
        return redirect("reader", document.meeting_id, document.pk)
    shown = shown_state(user, found)
    # Drafts are no part of the state: those who prepare the meeting read the row as it would be published.
    row = shown.state["documents"].get(str(document.pk)) or published_row(document, version_for(user, document))
    item = next((each for each in shown.items if each.facts["id"] == row["item"]), None)
    context = {**_who(user), "meeting": found, "shown": shown, "row": row, "item": item}
    return render(request, "meetings/live/reader.html", context)
