"""Acts on a series at the desk that touch many meetings: this date and those after it, and cancelling the rest."""

import datetime as dt

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decision import Right
from accounts.errors import DomainError
from accounts.selectors import current_user
from meetings.live.actions import call_off_rest, follow
from meetings.live.parts import ENTRIES_ON_A_PAGE, before_asked, journal
from meetings.planning.models import Series
from meetings.planning.repeat_form import RepeatForm
from meetings.series.forms import FollowingForm, refusal
from meetings.series.selectors import later_meetings, rule_of, ruled_start, series_for
from meetings.series.words import rule_words
from rooms.errors import BookingConflict

CONFLICTS_SHOWN = 12


def _from(request: HttpRequest) -> dt.date:
    """The date from which on it is meant: as asked, else today."""
    try:
        asked = parse_date(request.POST.get("from", "") or request.GET.get("from", ""))
    except ValueError:
        asked = None
    return asked or timezone.localdate()


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _over(request: HttpRequest, series: Series) -> HttpResponse:
    messages.error(request, gettext("No coming date is left in this series."))
    return redirect("series", series.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def following(request: HttpRequest, series_id: int) -> HttpResponse:
    """Change time, name, endpoints or rule from one date on; a conflict changes nothing and names the dates."""
    user = current_user(request)
    series = series_for(user, series_id, Right.PREPARE)
    day = _from(request)
    later = later_meetings(series, day)
    if not later:
        return _over(request, series)
    first = later[0].occurs_on or day
    sent = request.POST if request.method == "POST" else None
    form, repeat = FollowingForm(series, later[0], sent), RepeatForm(sent, keep=True)
    context = {
        "series": series,
        "form": form,
        "repeat": repeat,
        "first": first,
        "later": len(later),
        "rule_words": rule_words(rule_of(series)),
        "nav_section": "meetings",
    }
    status = 200
    if sent is not None:
        status = 422
        valid, repeats = form.is_valid(), repeat.is_valid()
        rule = repeat.rule_for(ruled_start(series, first)) if valid and repeats and repeat.chosen else None
        if valid and not repeat.errors:
            try:
                split = follow(user, series, first, form.wish(rule), version=form.cleaned_data["version"])
            except BookingConflict as error:
                rows = error.params["conflicts"]
                shown = rows[:CONFLICTS_SHOWN] if isinstance(rows, list) else []
                context["conflicts"] = [{**row, "date": parse_date(str(row.get("day", "")))} for row in shown]
                context["refused"], status = gettext("Not changed: some dates are not free."), error.status
            except DomainError as error:
                context["refused"], status = refusal(error), error.status
            else:
                number = len(split.meetings) + len(split.added)
                messages.success(
                    request, ngettext("%(n)d date changed.", "%(n)d dates changed.", number) % {"n": number}
                )
                return redirect("series", split.series.pk)
    return render(request, "meetings/live/series_following.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cancel_rest(request: HttpRequest, series_id: int) -> HttpResponse:
    """Ask, then cancel every meeting from one date on that is not over yet."""
    user = current_user(request)
    series = series_for(user, series_id, Right.PREPARE)
    day = _from(request)
    later = later_meetings(series, day)
    if not later:
        return _over(request, series)
    if request.method == "POST":
        reason = request.POST.get("reason", "").replace("\0", "").strip()[:300]
        try:
            _series, cancelled = call_off_rest(user, series, day, version=_version(request), reason=reason)
        except DomainError as error:
            messages.error(request, refusal(error))
        else:
            number = len(cancelled)
            words = ngettext("%(n)d date cancelled.", "%(n)d dates cancelled.", number)
            messages.success(request, words % {"n": number})
        return redirect("series", series.pk)
    first = later[0].occurs_on or day
    context = {"series": series, "first": first, "day": day, "later": len(later), "nav_section": "meetings"}
    return render(request, "meetings/live/series_cancel.html", context)


@login_required
@require_safe
def history(request: HttpRequest, series_id: int) -> HttpResponse:
    """What was done to the series as a whole, newest first, a page at a time."""
    series = series_for(current_user(request), series_id, Right.PREPARE)
    before = before_asked(request)
    told = journal(f"series:{series.pk}", limit=ENTRIES_ON_A_PAGE, before=before)
    context = {"series": series, **told, "from_start": before is None, "nav_section": "meetings"}
    return render(request, "meetings/live/series_history.html", context)
