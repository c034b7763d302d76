"""Pages of taking precedence: what would give way, who was told, and moving what gave way."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decision import Right
from accounts.errors import DomainError
from accounts.models import User
from accounts.selectors import current_user, require
from accounts.wording import clock, day
from meetings.planning import booking_views
from meetings.planning.access import meeting_for
from meetings.planning.booking_form import BookingForm, Choices
from meetings.planning.forms import refusal
from meetings.planning.models import Meeting
from meetings.planning.standing import rank_of, standings
from meetings.planning.wishes import MeetingPlan, plan_of, request_of
from meetings.precedence.actions import Preempted, move_here, preempt, preempt_plan
from meetings.precedence.errors import NotAgreed
from meetings.precedence.forms import PrecedenceForm
from meetings.precedence.selectors import displaced_by_entry, of_bookings, owners_of, preemption_of
from rooms.errors import BookingConflict
from rooms.models import Booking
from rooms.precedence import weigh
from rooms.rows import conflict_rows
from rooms.scheduling.precedence import Precedence
from rooms.wishes import BookingRequest

_OWN: Final = frozenset({"csrfmiddlewaretoken", "act", "agreed", "ground", "reason"})
_WAITING: Final = frozenset({Meeting.Status.DRAFT, Meeting.Status.POSTPONED})
STAYING_SHOWN: Final = 20


@dataclass(frozen=True)
class Question:
    """What is asked before others are displaced: `displaced` give way, `staying` are the rows of what does not."""

    endpoints: int
    displaced: Sequence[Meeting]
    staying: Sequence[dict[str, object]]

    @property
    def possible(self) -> bool:
        return not self.staying

    @property
    def bookings(self) -> str:
        """What is agreed to by agreeing, as the page sends it back."""
        return ",".join(str(each.booking_id) for each in self.displaced)


def question(request: BookingRequest, rank: int | None, booking: Booking | None = None) -> Question:
    """What taking precedence would meet now. Raises the refusals of rooms.errors."""
    found = weigh(request, rank, standings, booking=booking)
    return Question(len(request.endpoints), of_bookings(found.displaced), staying(found))


def staying(found: Precedence) -> list[dict[str, object]]:
    """What does not give way, with `stays`: why; times as moments."""
    shown = found.remaining[:STAYING_SHOWN]
    rows = []
    for row, each in zip(conflict_rows(shown), shown, strict=True):
        start, end = parse_datetime(str(row["starts_at"])), parse_datetime(str(row["ends_at"]))
        rows.append({**row, "stays": found.why(each), "starts_at": start, "ends_at": end})
    return rows


def agreed(request: HttpRequest) -> frozenset[int]:
    """The bookings that the user saw and agreed to displace."""
    codes = request.POST.get("agreed", "").split(",")
    return frozenset(int(code) for code in codes if code.isdecimal() and len(code) < 15)


def came_between() -> str:
    """What is said when the act was agreed to, but the diary had changed."""
    return _("Something else came in between.")


def carried(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed in the form before, to go along in hidden fields."""
    return [(name, str(value)) for name, values in request.POST.lists() if name not in _OWN for value in values]


@login_required
@require_POST
def from_form(request: HttpRequest) -> HttpResponse:
    """For the booking form as it stands: the question first; once agreed to, the meeting and its place at once."""
    user = current_user(request)
    require(user, Right.BOOK)
    booking_form = BookingForm(Choices(user), request.POST)
    if not booking_form.is_valid():
        return booking_views.new(request)
    plan = booking_form.plan()
    form = PrecedenceForm(request.POST if "agreed" in request.POST else None)
    told = ""
    if form.is_bound and form.is_valid():
        try:
            return _done(request, preempt_plan(user, plan, agreed=agreed(request), **form.cleaned_data))
        except (BookingConflict, NotAgreed):
            told = came_between()
        except DomainError:
            return booking_views.new(request)
    try:
        asked = question(request_of(user, plan), rank_of(plan.unit))
    except DomainError:
        return booking_views.new(request)
    extra = {"carried": carried(request), "told": told, "back": reverse("meeting-new")}
    return ask(request, plan, asked, form, extra)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """For a draft or a postponed meeting: the question, and the act. Once it has taken precedence: who was told."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, Right.BOOK)
    if meeting.status not in _WAITING:
        return _result(request, meeting)
    form = PrecedenceForm(request.POST if request.method == "POST" else None)
    told = ""
    if form.is_bound and form.is_valid():
        try:
            return _done(request, preempt(user, meeting, agreed=agreed(request), **form.cleaned_data))
        except (BookingConflict, NotAgreed):
            told = came_between()
        except DomainError as error:
            messages.error(request, refusal(error))
            return redirect("meeting", meeting.pk)
    try:
        plan = plan_of(meeting)
        asked = question(request_of(user, plan), rank_of(plan.unit), meeting.booking)
    except DomainError as error:
        messages.error(request, refusal(error))
        return redirect("meeting", meeting.pk)
    return ask(request, plan, asked, form, {"meeting": meeting, "told": told})


def ask(
    request: HttpRequest,
    plan: MeetingPlan | BookingRequest,
    asked: Question,
    form: PrecedenceForm,
    extra: Mapping[str, object],
) -> HttpResponse:
    """The page that lists what gives way and asks for ground and reason."""
    refused = form.is_bound and not form.is_valid()
    status = 422 if refused else 409 if extra["told"] else 200
    context = {"plan": plan, "question": asked, "form": form, "nav_section": "meetings", **extra}
    return render(request, "meetings/precedence/confirm.html", context, status=status)


def _done(request: HttpRequest, done: Preempted) -> HttpResponse:
    return redirect("precedence", done.meeting.pk)


def _result(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    entry = preemption_of(meeting)
    if entry is None:
        messages.info(request, _("The meeting is booked; it displaced nobody."))
        return redirect("meeting", meeting.pk)
    displaced = displaced_by_entry(entry)
    context = {
        "meeting": meeting,
        "displaced": [(each, owners_of(each)) for each in displaced],
        "reason": entry.data.get("reason"),
        "ground": dict(PrecedenceForm.base_fields["ground"].choices).get(str(entry.data.get("ground")), ""),  # type: ignore[attr-defined]  # a ChoiceField
        "nav_section": "meetings",
    }
    return render(request, "meetings/precedence/result.html", context)


@login_required
@require_POST
def move(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Give a displaced meeting the chosen time: one of those offered, or its old one."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, Right.PREPARE)
    start = _moment(request.POST.get("slot", ""))
    if start is None or meeting.displaced_by_id is None or meeting.status != Meeting.Status.POSTPONED:
        messages.error(request, _("Nothing was changed: the meeting is no longer in a state for this."))
        return redirect("meeting", meeting.pk)
    _move(request, user, meeting, start)
    return redirect("meeting", meeting.pk)


def _move(request: HttpRequest, user: User, meeting: Meeting, start: dt.datetime) -> None:
    try:
        moved = move_here(user, meeting, starts_at=start)
    except BookingConflict:
        messages.error(request, _("Not moved: meanwhile that time is no longer free. Other times are offered below."))
    except DomainError as error:
        messages.error(request, refusal(error))
    else:
        begin = timezone.localtime(moved.starts_at)
        words = _("Booked at %(clock)s, %(day)s. The people invited are not told yet: send the change.")
        messages.success(request, words % {"clock": clock(begin), "day": day(begin.date())})


def _moment(text: str) -> dt.datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None
