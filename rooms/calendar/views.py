"""The office calendar: the days off of a year, where each comes from, and what the office itself says of a day."""

import datetime as dt

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.errors import NotFound
from accounts.models import User
from accounts.selectors import current_user
from accounts.wording import day as written
from rooms.calendar.actions import add_day, change_day, remove_day
from rooms.calendar.forms import FIRST_YEAR, LAST_YEAR, OFF, WORKED, DayForm, WordForm, YearForm
from rooms.calendar.selectors import (
    manages_calendar,
    office_day,
    public_name,
    require_calendar,
    sees_calendar,
    year_marks,
)
from rooms.errors import OfficeDayTaken


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    """The year's days off and days worked in exchange; a POST adds a day of the office's own."""
    user = current_user(request)
    sees_calendar(user)
    if request.method != "POST":
        return _page(request, user, YearForm(request.GET).asked(), DayForm(initial=_proposed(request)))
    require_calendar(user)
    form = DayForm(request.POST)
    if form.is_valid():
        day = form.cleaned_data["day"]
        try:
            add_day(user, day, **form.word())
        except OfficeDayTaken:
            form.add_error("day", _("The office says something of this day already. Change it in the list."))
        else:
            messages.success(request, _("%(day)s is in the calendar.") % {"day": written(day)})
            return _back(day.year)
    return _page(request, user, _year_of(form), form, status=422)


def _proposed(request: HttpRequest) -> dict[str, object]:
    """A day that a row of the list offers to overrule."""
    try:
        day = dt.date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return {}
    return {"day": day, "kind": WORKED if FIRST_YEAR <= day.year <= LAST_YEAR and public_name(day) else OFF}


def _year_of(form: DayForm) -> int:
    day = form.cleaned_data.get("day")
    return day.year if day else timezone.localdate().year


def _page(request: HttpRequest, user: User, year: int, form: DayForm, *, status: int = 200) -> HttpResponse:
    marks = year_marks(year)
    context = {
        "year": year,
        "previous": year - 1 if year > FIRST_YEAR else None,
        "next": year + 1 if year < LAST_YEAR else None,
        "marks": marks,
        "off": sum(not mark.worked for mark in marks),
        "today": timezone.localdate(),
        "manages": manages_calendar(user),
        "form": form,
        "nav_section": "administration",
    }
    return render(request, "rooms/calendar.html", context, status=status)


def _back(year: int) -> HttpResponse:
    return redirect(f"{reverse('office-calendar')}?year={year}")


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise NotFound(day=text) from error


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def one_day(request: HttpRequest, day: str) -> HttpResponse:
    """Change what the office says of a day."""
    user = current_user(request)
    require_calendar(user)
    row = office_day(_day(day))
    initial = {"kind": WORKED if row.worked else OFF, "name": row.name}
    form = WordForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        change_day(user, row.day, **form.word())
        messages.success(request, _("%(day)s is changed.") % {"day": written(row.day)})
        return _back(row.day.year)
    context = {"row": row, "form": form, "public": public_name(row.day), "nav_section": "administration"}
    return render(request, "rooms/calendar_day.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def forget_day(request: HttpRequest, day: str) -> HttpResponse:
    """Take back what the office says of a day."""
    user = current_user(request)
    require_calendar(user)
    row = office_day(_day(day))
    remove_day(user, row.day)
    messages.success(request, _("%(day)s is again as the public calendar has it.") % {"day": written(row.day)})
    return _back(row.day.year)
