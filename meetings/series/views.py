"""Booking a series date by date, the page of a series, and adding a date again."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decision import Right
from accounts.errors import DomainError
from accounts.models import User
from accounts.schemas import Row
from accounts.selectors import current_user, require
from accounts.wording import day as written_day
from meetings.planning.booking_form import BookingForm, Choices
from meetings.planning.models import Series
from meetings.planning.repeat_form import RepeatForm
from meetings.planning.wishes import MeetingPlan
from meetings.series.actions import add_date, create_series, look_at_date, preview
from meetings.series.forms import refusal
from meetings.series.outlook import Choice, DateOutlook, Move, Skip
from meetings.series.selectors import DateRow, State, dates_of, rights_in_series, rule_of, series_for
from meetings.series.words import rule_words
from rooms.errors import BookingConflict
from rooms.scheduling.recurrence import Rule
from rooms.scheduling.suggestions import Slot

CONFLICTS_SHOWN = 3


@dataclass(frozen=True)
class Option:
    """One thing that can become of a date: "book", "skip", or a free time to move to."""

    value: str
    slot: Slot | None = None


@dataclass(frozen=True)
class DateLine:
    """A line of the list of dates. `choice` is the value of one of its options."""

    looked: DateOutlook
    choice: str
    options: Sequence[Option]
    refused: str

    @property
    def holiday(self) -> str:
        return self.looked.holiday

    @property
    def conflicts(self) -> int:
        return len(self.looked.conflicts)

    @property
    def shown(self) -> Sequence[Row]:
        return self.looked.conflicts[:CONFLICTS_SHOWN]

    @property
    def more(self) -> int:
        return max(0, self.conflicts - CONFLICTS_SHOWN)

    @property
    def why(self) -> str:
        if self.holiday:
            return "holiday"
        return "chosen" if self.looked.fits else "conflict"


def _line(looked: DateOutlook, asked: str | None) -> DateLine:
    options = [Option(f"move:{slot.starts_at.isoformat()}", slot) for slot in looked.slots]
    if looked.fits:
        options.insert(0, Option("book"))
    options.append(Option("skip"))
    free = looked.fits and not looked.holiday
    choice = asked if asked in {each.value for each in options} else None
    refused = refusal(looked.refused) if looked.refused is not None else ""
    return DateLine(looked, choice or ("book" if free else "skip"), options, refused)


def _asked(request: HttpRequest) -> dict[dt.date, str]:
    """What the page chose for each date."""
    found = {}
    for name, value in request.POST.items():
        if name.startswith("date-"):
            day = _day(name.removeprefix("date-"))
            if day is not None:
                found[day] = str(value)
    return found


def _day(text: str) -> dt.date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _choices(lines: Sequence[DateLine]) -> dict[dt.date, Choice]:
    choices: dict[dt.date, Choice] = {}
    for line in lines:
        if line.choice == "skip":
            choices[line.looked.day] = Skip(line.why, line.holiday[:300])
        elif line.choice.startswith("move:"):
            start = next(each.slot.starts_at for each in line.options if each.slot and each.value == line.choice)
            choices[line.looked.day] = Move(start)
    return choices


@dataclass(frozen=True)
class _Read:
    """The booking page as it was sent: both forms and, when they are valid, what they ask for."""

    form: BookingForm
    repeat: RepeatForm
    plan: MeetingPlan | None = None
    rule: Rule | None = None


def _read(request: HttpRequest, user: User) -> _Read:
    form, repeat = BookingForm(Choices(user), request.POST), RepeatForm(request.POST)
    valid, repeats = form.is_valid(), repeat.is_valid()
    if not valid or not repeats or not repeat.chosen:
        return _Read(form, repeat)
    plan = form.plan()
    rule = repeat.rule_for(plan.starts_at)
    return _Read(form, repeat, plan, rule) if rule is not None else _Read(form, repeat)


def _lines(user: User, read: _Read, asked: Mapping[dt.date, str]) -> list[DateLine]:
    if read.plan is None or read.rule is None:
        return []
    return [_line(each, asked.get(each.day)) for each in preview(user, read.plan, read.rule)]


def _page(
    request: HttpRequest, read: _Read, lines: Sequence[DateLine], refused: str = "", *, status: int = 200
) -> HttpResponse:
    context = {
        "form": read.form,
        "repeat": read.repeat,
        "choices": read.form.choices,
        "sheet": None,
        "dates": lines,
        "dates_refused": refused,
        "booked_dates": sum(line.choice != "skip" for line in lines),
        "lost": sum(line.choice == "skip" and line.why != "chosen" for line in lines),
        "rule_words": rule_words(read.rule) if read.rule is not None else "",
        "nav_section": "meetings",
    }
    return render(request, "meetings/planning/booking.html", context, status=status)


@login_required
@require_POST
def preview_dates(request: HttpRequest) -> HttpResponse:
    """The booking page with every date, what it would meet, and what is to become of it; books nothing."""
    user = current_user(request)
    require(user, Right.BOOK)
    read = _read(request, user)
    if read.rule is None:
        return _page(request, read, [], status=422)
    try:
        lines = _lines(user, read, _asked(request))
    except DomainError as error:
        return _page(request, read, [], refusal(error), status=error.status)
    return _page(request, read, lines)


@login_required
@require_POST
def new(request: HttpRequest) -> HttpResponse:
    """Book every date as the page says, or nothing."""
    user = current_user(request)
    require(user, Right.BOOK)
    read = _read(request, user)
    if read.plan is None or read.rule is None:
        return _page(request, read, [], status=422)
    asked = _asked(request)
    lines: list[DateLine] = []
    try:
        lines = _lines(user, read, asked)
        if any(asked.get(line.looked.day, line.choice) != line.choice for line in lines):
            return _page(request, read, lines, gettext("Not booked: a date is not free any more."), status=409)
        booked = create_series(user, read.plan, read.rule, choices=_choices(lines))
    except BookingConflict as error:
        return _page(request, read, _lines(user, read, {}), refusal(error), status=error.status)
    except DomainError as error:
        return _page(request, read, lines, refusal(error), status=error.status)
    number = len(booked.meetings)
    messages.success(request, ngettext("%(n)d date booked.", "%(n)d dates booked.", number) % {"n": number})
    return redirect("series", booked.series.pk)


@login_required
@require_safe
def page(request: HttpRequest, series_id: int) -> HttpResponse:
    """Every date of the series, with what can be done to it."""
    user = current_user(request)
    series = series_for(user, series_id, None)
    rows = dates_of(series)
    context = {
        **_context(user, series, rows),
        "rows": rows,
        "coming": sum(row.state in {State.COMING, State.POSTPONED, State.OPEN} for row in rows),
        "held": sum(row.state in {State.HELD, State.MISSED} for row in rows),
        "skipped": sum(row.state == State.SKIPPED for row in rows),
        "cancelled": sum(row.state == State.CANCELLED for row in rows),
        "next_row": next((row for row in rows if row.state == State.COMING), None),
    }
    return render(request, "meetings/series/series.html", context)


def _context(user: User, series: Series, rows: Sequence[DateRow] = ()) -> dict[str, object]:
    return {
        "series": series,
        "rule_words": rule_words(rule_of(series)),
        "prepares": Right.PREPARE in rights_in_series(user, series),
        "nav_section": "meetings",
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, series_id: int, day: str) -> HttpResponse:
    """Add a date again: at the rule's time when that is free, else at one of the free times that are offered."""
    user = current_user(request)
    series = series_for(user, series_id, Right.PREPARE)
    on = _day(day)
    if on is None:
        raise Http404
    refused, status = "", 200
    if request.method == "POST":
        start, version = _moment(request.POST.get("slot", "")), request.POST.get("version", "")
        seen = int(version) if version.isdecimal() and len(version) < 9 else 0
        try:
            meeting = add_date(user, series, on, version=seen, starts_at=start)
        except DomainError as error:
            refused, status = refusal(error), error.status
        else:
            begin = timezone.localtime(meeting.starts_at)
            messages.success(request, gettext("%(day)s is booked again.") % {"day": written_day(begin.date())})
            return redirect("series", series.pk)
    try:
        looked = look_at_date(user, series, on, slots=True)
    except DomainError as error:
        messages.error(request, refusal(error))
        return redirect("series", series.pk)
    line = _line(looked, None)
    series.refresh_from_db(fields=["version"])
    context = {**_context(user, series), "line": line, "refused": refused, "day": on}
    return render(request, "meetings/series/add.html", context, status=status)


def _moment(text: str) -> dt.datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None
