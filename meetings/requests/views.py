"""Requests to owners: what waits for an answer here, what was asked, and who stands in line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.decision import Right
from accounts.errors import DomainError
from accounts.models import User
from accounts.selectors import current_user, require
from meetings.planning.access import meeting_for
from meetings.planning.models import Meeting
from meetings.requests.actions import approve, ask, refuse, withdraw
from meetings.requests.forms import codes_in, refusal
from meetings.requests.line_actions import join_line, leave_line, take
from meetings.requests.models import UsageRequest, WaitingEntry
from meetings.requests.selectors import (
    asker_name,
    asker_phone,
    pending_count,
    places,
    request_for,
    requests_asked,
    requests_to_decide,
    rivals_of,
    waiting_of,
)
from rooms.errors import BookingConflict

ROWS_ON_A_PAGE: Final = 25
OBSTACLES_TOLD: Final = 3
TABS: Final = ("decide", "asked", "line")


@dataclass(frozen=True)
class RequestRow:
    """A request with who asks, and the other requests that an approval would refuse."""

    request: UsageRequest
    rivals: Sequence[UsageRequest]

    @property
    def name(self) -> str:
        return asker_name(self.request)

    @property
    def phone(self) -> str:
        return asker_phone(self.request)

    @property
    def pending(self) -> bool:
        return self.request.state == UsageRequest.State.PENDING


@dataclass(frozen=True)
class LineRow:
    """A draft in line; `place` is 1 for the next, 0 for one that waits no longer."""

    entry: WaitingEntry
    place: int


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """To decide, asked by us, or in line; each by state, a page at a time."""
    user = current_user(request)
    require(user, Right.BOOK)
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else TABS[0]
    states = WaitingEntry.State if tab == "line" else UsageRequest.State
    state = request.GET.get("state", "")
    first = states.values[0]
    state = state if state in {*states.values, "all"} else first
    page = _page(user, tab, state, request.GET.get("page"))
    context = {
        "tab": tab,
        "state": state,
        "states": states.choices,
        "page": page,
        "rows": _rows(tab, page),
        "pending": pending_count(user),
        "query": urlencode({"tab": tab, "state": state}),
        "now": timezone.now(),
        "nav_section": "meetings",
    }
    return render(request, "meetings/requests/list.html", context)


def _page(user: User, tab: str, state: str, number: str | None) -> "Page[Any]":
    lists: dict[str, Callable[[User], Any]] = {
        "decide": requests_to_decide,
        "asked": requests_asked,
        "line": waiting_of,
    }
    rows = lists[tab](user)
    if state != "all":
        rows = rows.filter(state=state)
    return Paginator(rows, ROWS_ON_A_PAGE).get_page(number)


def _rows(tab: str, page: "Page[Any]") -> Sequence[RequestRow | LineRow]:
    shown = list(page.object_list)
    if tab == "line":
        place = places(shown)
        return [LineRow(each, place.get(each.pk, 0)) for each in shown]
    waiting = [each for each in shown if each.state == UsageRequest.State.PENDING]
    rivals = rivals_of(waiting) if tab == "decide" else {}
    return [RequestRow(each, rivals.get(each.pk, [])) for each in shown]


@login_required
@require_POST
def decide(request: HttpRequest, request_id: int, act: str) -> HttpResponse:
    """Approve, refuse or withdraw, and back to where it was pressed."""
    user = current_user(request)
    asked = request_for(user, request_id, decides=act != "withdraw")
    try:
        if act == "approve":
            approve(user, asked)
            said = _("Approved: the endpoints are booked for that meeting.")
        elif act == "refuse":
            refuse(user, asked, reason=request.POST.get("reason", "").replace("\0", ""))
            said = _("Refused. Whoever asked has been told why.")
        else:
            withdraw(user, asked)
            said = _("The request is withdrawn.")
    except BookingConflict as conflict:
        messages.error(request, _in_the_way(conflict))
    except DomainError as error:
        messages.error(request, refusal(error))
    else:
        messages.success(request, said)
    if request.POST.get("from") == "meeting":
        return redirect("meeting", asked.meeting_id)
    return redirect(f"{request.path.split(str(request_id))[0]}?tab={'asked' if act == 'withdraw' else 'decide'}")


def _in_the_way(conflict: BookingConflict) -> str:
    """Nothing was changed, and who or what stands in the way, with the telephone of the first."""
    rows = conflict.params["conflicts"]
    told = [_obstacle(row) for row in (rows if isinstance(rows, list) else [])[:OBSTACLES_TOLD]]
    words = _("Nothing was changed: something stands in the way.")
    return f"{words} {' '.join(dict.fromkeys(told))}".strip()


def _obstacle(row: dict[str, Any]) -> str:
    meeting, owner = row.get("meeting") or {}, row.get("owner") or {}
    what = meeting.get("title") or row.get("reason") or row.get("bridge_name") or ""
    who = ", ".join(filter(None, [owner.get("name"), owner.get("unit"), owner.get("phone")]))
    parts = [" ".join(filter(None, [row.get("endpoint"), row.get("endpoint_name")])), str(what), who]
    return f"{' – '.join(filter(None, parts))}."


@login_required
@require_POST
def ask_for(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Ask the owners of further endpoints, for a meeting that stands already."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, Right.PREPARE)
    codes = codes_in(request.POST.getlist("ask"))
    message = request.POST.get("message", "").replace("\0", "")
    return _acted(
        request, meeting, lambda: ask(user, meeting, codes, message=message), _("The owners have been asked.")
    )


@login_required
@require_POST
def line(request: HttpRequest, meeting_id: int, act: str) -> HttpResponse:
    """Join the line with a draft, take what is offered, or leave."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, Right.PREPARE)
    acts: dict[str, tuple[Callable[[User, Meeting], object], str]] = {
        "join": (join_line, _("In line. You will be told when the endpoints are free.")),
        "take": (take, _("The endpoints are yours: the meeting is booked.")),
        "leave": (leave_line, _("The draft no longer stands in line.")),
    }
    done, said = acts[act]
    return _acted(request, meeting, lambda: done(user, meeting), said)


def _acted(request: HttpRequest, meeting: Meeting, act: Callable[[], object], said: str) -> HttpResponse:
    try:
        act()
    except BookingConflict as conflict:
        messages.error(request, _in_the_way(conflict))
    except DomainError as error:
        messages.error(request, refusal(error))
    else:
        messages.success(request, said)
    return redirect("meeting", meeting.pk)
