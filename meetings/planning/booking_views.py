"""Booking: the form at left, what stands in the way at right, and the ways out at the foot."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decision import Right
from accounts.errors import DomainError
from accounts.models import User
from accounts.selectors import current_user, require
from meetings.planning.actions import create_meeting
from meetings.planning.booking_form import BookingForm, Choices, chairs_matching
from meetings.planning.elsewhere import warnings_of
from meetings.planning.forms import refusal
from meetings.planning.joins import JoinRow, OutRow, join_rows, out_rows
from meetings.planning.models import Meeting
from meetings.planning.repeat_form import RepeatForm
from meetings.planning.warning_words import Warned, in_a_line, warned
from meetings.planning.wishes import MeetingPlan, Outlook, look_ahead
from rooms.actions import OnConflict
from rooms.errors import BookingConflict
from rooms.groups.actions import make_group
from rooms.groups.forms import group_refusal
from rooms.scheduling.conflicts import Conflict, LinkExhausted, PortsExhausted
from rooms.scheduling.obstacles import Obstacle, group_conflicts
from rooms.scheduling.suggestions import Slot
from rooms.scheduling.ways import WayOut
from rooms.selectors import endpoints_named
from rooms.slots import SlotSearch, office_calendar, suggestions

SEARCH_DAYS = 30
CHAIRS_SHOWN = 12
LOOKING = frozenset({"review", "precedence"})
"""Buttons that book nothing here: the form comes back as it was sent."""


@dataclass(frozen=True)
class ObstacleRow:
    """One entry of the sheet, with the names of its endpoints and, of a short bridge, its ways out."""

    obstacle: Obstacle
    names: Sequence[str]
    outs: Sequence[OutRow] = ()
    host: str | None = None

    @property
    def leaving(self) -> Sequence[str]:
        """Whom leaving out would end the obstacle: none of a short bridge, never the main endpoint."""
        if isinstance(self.first, PortsExhausted | LinkExhausted):
            return ()
        return [code for code in self.obstacle.endpoints if code != self.host]

    @property
    def first(self) -> Conflict:
        return self.obstacle.first

    @property
    def others(self) -> int:
        """How many endpoints beside the first that is named."""
        return len(self.obstacle.endpoints) - 1

    @property
    def bar(self) -> dict[str, str]:
        """Parts of a short bridge's bar in per cent of what would be needed: held, fitting, where the limit is."""
        short = self.obstacle.first
        if not isinstance(short, PortsExhausted | LinkExhausted):
            return {}
        whole = max(short.held + short.needed, short.capacity, 1)
        held, limit = min(short.held, short.capacity), short.capacity
        parts = {"held": held, "fits": limit - held, "limit": limit, "missing": whole - limit}
        return {name: f"{100 * value / whole:.2f}" for name, value in parts.items()}


@dataclass(frozen=True)
class Sheet:
    """The right half: what would happen if the form were booked now. `refused`: the plan itself cannot be. `joins`: how
    endpoints would join that do not take a port of their own bridge."""

    checked_at: dt.datetime
    outlook: Outlook | None = None
    obstacles: Sequence[ObstacleRow] = ()
    slots: Sequence[Slot] = ()
    chosen: str = ""
    refused: str = ""
    joins: Sequence[JoinRow] = ()
    warned: Warned = field(default_factory=Warned)

    @property
    def total(self) -> int:
        return len(self.outlook.request.endpoints) if self.outlook else 0

    @property
    def free(self) -> int:
        return len(self.outlook.verdict.free_endpoints) if self.outlook else 0

    @property
    def held_up(self) -> int:
        return self.total - self.free

    @property
    def short_bridges(self) -> int:
        return sum(row.obstacle.kind in {"ports_exhausted", "link_exhausted"} for row in self.obstacles)

    @property
    def fits(self) -> bool:
        return self.outlook is not None and self.outlook.verdict.fits

    @property
    def outranks(self) -> bool:
        """Whether all that stands in the way gives way to a session of this unit."""
        return self.outlook is not None and self.outlook.outranks

    @property
    def slot(self) -> Slot | None:
        """The time that the main button moves to: the one chosen, else the first."""
        return next((slot for slot in self.slots if slot.starts_at.isoformat() == self.chosen), None) or next(
            iter(self.slots), None
        )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The empty form, or what the link names."""
    return booking_page(request, Source())


class Source:
    """What a booking page begins with and what is done when it is booked. What stands above planning brings its own."""

    template = "meetings/planning/booking.html"

    def initial(self, request: HttpRequest, choices: Choices) -> dict[str, object]:
        return _initial(request, choices)

    def context(self, request: HttpRequest) -> dict[str, object]:
        """More for the template."""
        return {}

    def book(self, request: HttpRequest, plan: MeetingPlan, *, draft: bool, on_conflict: OnConflict) -> Meeting:
        return create_meeting(current_user(request), plan, draft=draft, on_conflict=on_conflict)


def booking_page(request: HttpRequest, source: Source) -> HttpResponse:
    """The form; a POST books all of it, the free part, at another time, or writes a draft, as its button says."""
    user = current_user(request)
    require(user, Right.BOOK)
    choices = Choices(user)
    page = partial(show, request, source=source)
    if request.method != "POST":
        return page(BookingForm(choices, initial=source.initial(request, choices)), None)
    act = request.POST.get("act", "book")
    if act == "save_group":
        return _save_group(request, user, choices, page)
    if RepeatForm(request.POST).chosen:
        # A series is looked at date by date before it is booked; the answer 307 sends the form on as it is.
        return HttpResponseRedirect(reverse("meeting-dates"), status=HTTPStatus.TEMPORARY_REDIRECT)
    form = BookingForm(choices, request.POST)
    if not form.is_valid():
        return page(form, None, status=422)
    plan = form.plan()
    if act in LOOKING or _only_asks(request):
        return page(form, sheet_of(user, plan, request.POST.get("slot", "")))
    try:
        if act == "move":
            plan = moved(plan, request.POST.get("slot", ""))
        meeting = source.book(
            request, plan, draft=act == "draft", on_conflict="skip" if act == "book_free" else "refuse"
        )
    except BookingConflict:
        return page(form, sheet_of(user, plan, request.POST.get("slot", "")), status=409)
    except DomainError as error:
        return page(form, refused_sheet(plan, error), status=error.status)
    _say(request, meeting, plan)
    # A time taken over from the list was not looked at when the form was checked.
    if said := in_a_line(warnings_of(user, plan.starts_at, plan.ends_at, chair=plan.chair, meeting=meeting)):
        messages.warning(request, said)
    return redirect("meeting", meeting.pk)


def _save_group(request: HttpRequest, user: User, choices: Choices, show: Callable[..., HttpResponse]) -> HttpResponse:
    """Keep the present choice of endpoints under a name; the rest of the form stays as it was written."""
    name = request.POST.get("group_name", "").replace("\0", "").strip()[:100]
    # Nothing is booked, so nothing else needs to be complete yet.
    form = BookingForm(choices, initial=request.POST)
    units = {unit.code: unit for unit in choices.units}
    unit = units.get(request.POST.get("unit", ""), choices.units[0] if choices.units else None)
    if not name or unit is None:
        messages.error(request, gettext("Not saved: write a name for the group."))
        return show(form, None, status=422)
    try:
        group = make_group(user, unit, name, form.selection())
    except DomainError as error:
        messages.error(request, group_refusal(error))
        return show(form, None, status=error.status)
    count = group.endpoints.count()
    messages.success(
        request,
        ngettext(
            "The group “%(name)s” of %(n)d endpoint is saved.",
            "The group “%(name)s” of %(n)d endpoints is saved.",
            count,
        )
        % {"name": group.name, "n": count},
    )
    return show(BookingForm(Choices(user), initial=request.POST), None)


@login_required
@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """The right half and the foot for the form as it stands; books nothing."""
    user = current_user(request)
    require(user, Right.BOOK)
    form = BookingForm(Choices(user), request.POST)
    sheet = sheet_of(user, form.plan(), request.POST.get("slot", "")) if form.is_valid() else None
    context = {"form": form, "repeat": RepeatForm(request.POST), "sheet": sheet, "swapped": True}
    return render(request, "meetings/planning/_sheet.html", context)


@login_required
@require_safe
def chair_options(request: HttpRequest) -> HttpResponse:
    """People whose name or position holds the words typed, as options of the chair field."""
    user = current_user(request)
    require(user, Right.BOOK)
    text = request.GET.get("chair", "").partition(",")[0][:100]
    people = chairs_matching(user, text)[:CHAIRS_SHOWN] if len(text.strip()) >= 2 else []
    return render(request, "meetings/planning/_chair_options.html", {"people": people})


def show(
    request: HttpRequest,
    form: BookingForm,
    sheet: Sheet | None,
    *,
    source: Source | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, with the right half when it is known."""
    source = source or Source()
    repeat = RepeatForm(request.POST) if request.method == "POST" else RepeatForm()
    context = {"form": form, "repeat": repeat, "sheet": sheet, "choices": form.choices, "nav_section": "meetings"}
    return render(request, source.template, {**context, **source.context(request)}, status=status)


def _initial(request: HttpRequest, choices: Choices) -> dict[str, object]:
    """What the form starts with: the whole network on the next working day at 08:00, or what the link names."""
    asked = request.GET
    today = timezone.localdate()
    next_day = office_calendar(today.year, today.year + 1).working_day_after(today, 1) or today
    begin = _clock(asked.get("from", "")) or dt.time(8)
    end = _clock(asked.get("to", "")) or (dt.datetime.combine(next_day, begin) + dt.timedelta(minutes=150)).time()
    named = asked.getlist("endpoint")
    ticked = {name: asked.getlist(name) for name in ("tier", "group", "saved", "add", "except")}
    part = bool(named or any(ticked.values()))
    hosts = [row.code for row in choices.endpoints]
    return {
        "day": asked.get("day", "") or next_day,
        "start": begin.strftime("%H:%M"),
        "end": end.strftime("%H:%M"),
        "setup_minutes": asked.get("setup_minutes", "") or 60,
        "unit": choices.units[0].code if choices.units else "",
        "host_endpoint": asked.get("host_endpoint", "") or next(iter(named or ([] if part else hosts)), ""),
        "local": bool(asked.get("local")),
        **ticked,
        "tier": ticked["tier"] if part else [tier.code for tier in choices.tiers],
        "add": [*ticked["add"], *named],
    }


def _clock(text: str) -> dt.time | None:
    """14:00 or 9:30 as a time; None for anything else."""
    try:
        hour, minute = (int(part) for part in text.split(":"))
        return dt.time(hour, minute)
    except ValueError:
        return None


def moved(plan: MeetingPlan, slot: str) -> MeetingPlan:
    """The plan at the chosen time; of a time that cannot be read, the plan as it is."""
    try:
        start = parse_datetime(slot)
    except ValueError:
        start = None
    if start is None or start.tzinfo is None:
        return plan
    return replace(plan, starts_at=start, ends_at=start + (plan.ends_at - plan.starts_at))


def sheet_of(user: User, plan: MeetingPlan, chosen: str) -> Sheet:
    """The right half for this plan, `chosen` among the free times."""
    now = timezone.now()
    try:
        outlook = look_ahead(user, plan)
    except DomainError as error:
        return refused_sheet(plan, error)
    obstacles = group_conflicts(outlook.verdict.conflicts)
    named = endpoints_named({code for each in obstacles for code in each.endpoints})
    outs = out_rows([_ways_out(each.first) for each in obstacles])
    rows = [
        ObstacleRow(
            each,
            [named[code].display_name for code in each.endpoints if code in named],
            buttons,
            plan.host_endpoint,
        )
        for each, buttons in zip(obstacles, outs, strict=True)
    ]
    slots: Sequence[Slot] = ()
    if not outlook.verdict.fits:
        earliest = max(now + dt.timedelta(minutes=plan.setup_minutes), plan.starts_at)
        where = SlotSearch(earliest=earliest, horizon=earliest + dt.timedelta(days=SEARCH_DAYS))
        slots = suggestions(outlook.request, where)
    return Sheet(
        now, outlook, rows, slots, chosen, joins=join_rows(outlook.request.ways), warned=warned(outlook.warnings)
    )


def _only_asks(request: HttpRequest) -> bool:
    """Whether Enter or a button of the sheet was pressed without script: it may change the form and books nothing."""
    return any(name in request.POST for name in ("look", "take_way", "drop_way", "leave_out"))


def _ways_out(conflict: Conflict) -> Sequence[WayOut]:
    return conflict.ways_out if isinstance(conflict, PortsExhausted | LinkExhausted) else ()


def refused_sheet(plan: MeetingPlan, error: DomainError) -> Sheet:
    return Sheet(timezone.now(), refused=refusal(error), joins=join_rows(plan.ways))


def _say(request: HttpRequest, meeting: Meeting, plan: MeetingPlan) -> None:
    if meeting.status == Meeting.Status.DRAFT or meeting.booking is None:
        messages.success(request, gettext("Saved as a draft. Nothing is booked."))
        if plan.ways:
            messages.info(request, gettext("How endpoints join is chosen again when it is booked."))
        return
    number = meeting.booking.booked_endpoints.filter(released=False).count()
    messages.success(request, ngettext("%(n)d endpoint booked.", "%(n)d endpoints booked.", number) % {"n": number})
