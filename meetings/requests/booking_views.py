"""Booking with endpoints of others, and waiting for a time that is taken: the booking page with two more acts."""

import datetime as dt
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decision import Right
from accounts.errors import DomainError
from accounts.models import Unit, User
from accounts.selectors import current_user, require
from meetings.planning import booking_views
from meetings.planning.booking_form import Choices
from meetings.planning.booking_views import Sheet
from meetings.planning.models import Meeting
from meetings.requests.actions import book_and_ask
from meetings.requests.forms import AskingForm, codes_in, refusal
from meetings.requests.line_actions import create_waiting
from meetings.requests.owners import askable, owners_of
from rooms.actions import OnConflict
from rooms.errors import BookingConflict
from rooms.models import Endpoint
from rooms.network import network
from rooms.occupancy import claims_in, closures_in
from rooms.scheduling.intervals import Interval

OPTIONS_SHOWN = 12


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The booking page. A POST that asks for endpoints of others or wants to wait is dealt with here, every other one
    by the booking page itself."""
    user = current_user(request)
    require(user, Right.BOOK)
    act = request.POST.get("act", "book")
    if request.method != "POST" or not (act == "wait" or codes_in(request.POST.getlist("ask"))):
        return booking_views.new(request)
    form = AskingForm(Choices(user), request.POST)
    if form.is_valid() and form.asked and act in {"draft", "wait"}:
        form.add_error(None, gettext("Owners are asked when the meeting is booked. Take their endpoints off first."))
    if not form.is_valid():
        return booking_views.show(request, form, None, status=422)
    try:
        meeting = _done(user, form, act, request.POST.get("slot", ""))
    except BookingConflict:
        sheet = booking_views.sheet_of(user, form.plan(), request.POST.get("slot", ""))
        return booking_views.show(request, form, sheet, status=409)
    except DomainError as error:
        return booking_views.show(request, form, Sheet(timezone.now(), refused=refusal(error)), status=error.status)
    messages.success(request, _said(meeting, waits=act == "wait"))
    return redirect("meeting", meeting.pk)


def _done(user: User, form: AskingForm, act: str, slot: str) -> Meeting:
    plan = form.plan()
    if act == "wait":
        return create_waiting(user, plan)
    if act == "move":
        plan = booking_views.moved(plan, slot)
    message = form.cleaned_data["message"]
    on_conflict: OnConflict = "skip" if act == "book_free" else "refuse"
    return book_and_ask(user, plan, form.asked, message=message, on_conflict=on_conflict)


def _said(meeting: Meeting, *, waits: bool) -> str:
    if waits:
        return gettext("Saved as a draft and put in line. You will be told when the endpoints are free.")
    number = meeting.usage_requests.count()
    asked = ngettext("%(n)d owner was asked.", "%(n)d owners were asked.", number) % {"n": number}
    if meeting.booking is None:
        nothing = gettext("Nothing is held before one of them agrees.")
        return f"{asked} {nothing}"
    held = meeting.booking.booked_endpoints.filter(released=False).count()
    booked = ngettext("%(n)d endpoint booked.", "%(n)d endpoints booked.", held) % {"n": held}
    return f"{booked} {asked}"


@login_required
@require_safe
def options(request: HttpRequest) -> HttpResponse:
    """Endpoints of others whose code or name holds the words typed, as options of the field."""
    user = current_user(request)
    require(user, Right.BOOK)
    text = request.GET.get("ask", "").replace("\0", "").strip()[:100]
    found = askable(user, text)[:OPTIONS_SHOWN] if len(text) >= 2 else []
    return render(request, "meetings/requests/_options.html", {"endpoints": found})


@dataclass(frozen=True)
class Asked:
    """What one owner would be asked for; `taken` are the codes that somebody has at that time."""

    unit: Unit
    endpoints: list[Endpoint]
    taken: set[str]


@login_required
@require_POST
def owners(request: HttpRequest) -> HttpResponse:
    """Whom the endpoints asked for belong to, and which of them are taken at that time. Asks nobody."""
    user = current_user(request)
    require(user, Right.BOOK)
    codes = codes_in(request.POST.getlist("ask"))
    found = list(askable(user).filter(code__in=codes)) if codes else []
    form = AskingForm(Choices(user), request.POST)
    plan = form.plan() if form.is_valid() else None
    window = None
    if plan is not None:
        setup, teardown = (dt.timedelta(minutes=each) for each in (plan.setup_minutes, plan.teardown_minutes))
        window = Interval(plan.starts_at - setup, plan.ends_at + teardown)
    asked = _by_owner(found, window)
    unknown = sorted(set(codes) - {each.code for each in found})
    return render(request, "meetings/requests/_owners.html", {"asked": asked, "unknown": ", ".join(unknown)})


def _by_owner(endpoints: list[Endpoint], window: Interval | None) -> list[Asked]:
    if not endpoints:
        return []
    codes = tuple(each.code for each in endpoints)
    taken: set[str] = set()
    if window is not None:
        taken = {claim.endpoint for claim in claims_in(network(), window, codes)}
        taken |= {closure.endpoint for closure in closures_in(network(), window, codes)}
    whose = owners_of(endpoints)
    found: dict[Unit, Asked] = {}
    for endpoint in endpoints:
        row = found.setdefault(whose[endpoint.code], Asked(whose[endpoint.code], [], set()))
        row.endpoints.append(endpoint)
        row.taken.update({endpoint.code} & taken)
    return sorted(found.values(), key=lambda each: each.unit.path)
