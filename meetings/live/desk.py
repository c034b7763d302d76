"""The desk page of a meeting: its parts, its history, and the acts that others feel, each asked about first."""

from collections.abc import Callable
from typing import Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.decision import Right
from accounts.errors import DomainError, Forbidden
from accounts.models import User
from accounts.selectors import current_user
from meetings.live.actions import call_off, close_session, put_off
from meetings.live.asking import requests
from meetings.live.parts import ENTRIES_ON_A_PAGE, PARTS, Visit, agenda, before_asked, booked, history, visit
from meetings.planning.access import meeting_for
from meetings.planning.actions import open_meeting
from meetings.planning.lifecycle import may
from meetings.planning.models import Meeting
from realtime.replay import head as head_of_stream

_PARTS: Final = {**PARTS, "requests": requests}
_TEMPLATES: Final = {
    "agenda": "meetings/agenda/_agenda.html",
    "displaced": "meetings/precedence/_displaced.html",
    "requests": "meetings/requests/_meeting.html",
}
"""Parts that stand in the folder of their own slice."""


@login_required
@require_safe
def page(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """The whole page."""
    meeting = meeting_for(current_user(request), meeting_id, Right.VIEW_MEETING)
    # Read before the rest: what happens in between is told again, never missed.
    seq = head_of_stream(meeting.stream)
    here = visit(current_user(request), meeting)
    context = _context(here)
    for name, show in _PARTS.items():
        context.update(_asked_for(request, here) if name == "agenda" else show(here))
    context.update(seq=seq, nav_section="meetings")
    return render(request, "meetings/live/desk.html", context)


@login_required
@require_safe
def part(request: HttpRequest, meeting_id: int, name: str) -> HttpResponse:
    """One part of the page, as it stands now."""
    show = _PARTS.get(name)
    if show is None:
        raise Http404
    here = visit(current_user(request), meeting_for(current_user(request), meeting_id, Right.VIEW_MEETING))
    shown = _asked_for(request, here) if name == "agenda" else show(here)
    context = {**_context(here), **shown, "in_part": True}
    response = render(request, _TEMPLATES.get(name, f"meetings/live/_{name}.html"), context)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_safe
def full_history(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Every act, newest first, a page at a time."""
    here = visit(current_user(request), meeting_for(current_user(request), meeting_id, Right.VIEW_MEETING))
    if not here.reads_history:
        raise Forbidden(right=Right.READ_AUDIT.value)
    before = before_asked(request)
    told = history(here, limit=ENTRIES_ON_A_PAGE, before=before)
    context = {**_context(here), **told, "from_start": before is None}
    return render(request, "meetings/live/history.html", context)


def _context(here: Visit) -> dict[str, object]:
    prepares = Right.PREPARE in here.rights
    return {"meeting": here.meeting, "may": here.may, "prepares": prepares, "now": here.now}


def _asked_for(request: HttpRequest, here: Visit) -> dict[str, object]:
    """The agenda, with the form open that was asked for."""
    edit = request.GET.get("edit", "")
    return agenda(here, adding="add" in request.GET, editing=int(edit) if edit.isdecimal() and len(edit) < 15 else None)


_RIGHT: Final = {
    "open": Right.RUN,
    "close": Right.RUN,
    "cancel": Right.PREPARE,
    "postpone": Right.PREPARE,
}


@login_required
@require_POST
def act(request: HttpRequest, meeting_id: int, name: str) -> HttpResponse:
    """Open, close, cancel or postpone. What was not agreed to yet is asked about on a page of its own; with script the
    page's dialog has asked already."""
    right = _RIGHT.get(name)
    if right is None:
        raise Http404
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, right)
    if "agreed" not in request.POST:
        if not may(meeting.status, name).allowed:
            messages.error(request, _impossible(meeting))
            return redirect("meeting", meeting.pk)
        here = visit(user, meeting)
        context = {**_context(here), "act": name, "endpoints": booked(meeting)}
        return render(request, "meetings/live/confirm.html", context)
    reason = request.POST.get("reason", "").replace("\0", "").strip()[:300]
    try:
        said = _ACTS[name](user, meeting, reason)
    except DomainError:
        meeting.refresh_from_db()
        messages.error(request, _impossible(meeting))
    else:
        messages.success(request, said)
    return redirect("meeting", meeting.pk)


def _impossible(meeting: Meeting) -> str:
    return _("Nothing was changed: the meeting is now “%(status)s”.") % {"status": meeting.get_status_display()}


def _open(user: User, meeting: Meeting, _reason: str) -> str:
    open_meeting(user, meeting)
    return _("The session is open.")


def _close(user: User, meeting: Meeting, _reason: str) -> str:
    close_session(user, meeting)
    return _("The session is closed.")


def _cancel(user: User, meeting: Meeting, reason: str) -> str:
    call_off(user, meeting, reason=reason)
    return _("The meeting is cancelled; its endpoints are free.")


def _postpone(user: User, meeting: Meeting, reason: str) -> str:
    put_off(user, meeting, reason=reason)
    return _("The meeting is postponed; its endpoints are free.")


_ACTS: Final[dict[str, Callable[[User, Meeting, str], str]]] = {
    "open": _open,
    "close": _close,
    "cancel": _cancel,
    "postpone": _postpone,
}
