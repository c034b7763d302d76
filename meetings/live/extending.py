"""Giving a running session a later end: by some minutes or until a time of day, all or nothing."""

import datetime as dt

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.decision import Right
from accounts.errors import DomainError
from accounts.selectors import current_user
from accounts.wording import clock
from meetings.planning.access import meeting_for
from meetings.planning.actions import extend_meeting
from meetings.planning.booking_form import CLOCK
from meetings.planning.forms import refusal
from meetings.planning.lifecycle import Act, may
from meetings.planning.models import Meeting
from meetings.planning.obstacle_lines import obstacles_of
from rooms.errors import BookingConflict

MINUTES = (15, 30, 60)
LONGEST = dt.timedelta(hours=12)
_STEP = dt.timedelta(minutes=5)


def later_ends(meeting: Meeting, now: dt.datetime) -> list[tuple[int, dt.datetime]]:
    """What each choice of minutes would make the end: counted from the planned one, or from now when that is over."""
    start = max(meeting.ends_at, _rounded_up(now))
    return [(minutes, start + dt.timedelta(minutes=minutes)) for minutes in MINUTES]


def _rounded_up(moment: dt.datetime) -> dt.datetime:
    hour = moment.replace(minute=0, second=0, microsecond=0)
    return hour - (hour - moment) // _STEP * _STEP


class ExtendForm(forms.Form):
    """One of the choices of minutes, or a time of day."""

    minutes = forms.TypedChoiceField(
        choices=[(n, str(n)) for n in MINUTES], coerce=int, required=False, empty_value=None
    )
    until = forms.TimeField(label=_("Until"), required=False, widget=forms.TimeInput(attrs=CLOCK, format="%H:%M"))

    def __init__(self, meeting: Meeting, now: dt.datetime, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # the data of a request, or none
        self.meeting, self.now = meeting, now

    def clean(self) -> dict[str, object]:
        values = super().clean() or self.cleaned_data
        if self.errors:
            return values
        if values.get("until"):
            values["ends_at"] = self._end_at(values["until"])
        elif values.get("minutes"):
            values["ends_at"] = dict(later_ends(self.meeting, self.now))[values["minutes"]]
        else:
            self.add_error("until", str(_("Choose how much longer, or write until when.")))
        return values

    def _end_at(self, until: dt.time) -> dt.datetime:
        """The next such time of day after the planned end; a session into the night ends the day after."""
        end = timezone.localtime(self.meeting.ends_at)
        moment = timezone.make_aware(dt.datetime.combine(end.date(), until))
        if moment <= end:
            moment += dt.timedelta(days=1)
        if moment - end > LONGEST:
            raise forms.ValidationError(
                {"until": _("The new end must be after the present one. To end earlier, close the session.")}
            )
        return moment


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def extend(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """The question by how much, and the act; a refusal names what stands in the way."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, Right.RUN)
    if not may(meeting.status, Act.EXTEND).allowed:
        messages.error(
            request,
            gettext("Nothing was changed: the meeting is now “%(status)s”.") % {"status": meeting.get_status_display()},
        )
        return redirect("meeting", meeting.pk)
    now = timezone.now()
    if request.method != "POST":
        return _page(request, meeting, ExtendForm(meeting, now))
    form = ExtendForm(meeting, now, request.POST)
    if not form.is_valid():
        return _page(request, meeting, form, status=422)
    try:
        meeting = extend_meeting(user, meeting, form.cleaned_data["ends_at"])
    except BookingConflict as conflict:
        return _page(request, meeting, form, conflict=conflict, status=conflict.status)
    except DomainError as error:
        return _page(request, meeting, form, refused=refusal(error), status=error.status)
    until = clock(timezone.localtime(meeting.ends_at))
    messages.success(request, gettext("The session now ends at %(time)s.") % {"time": until})
    return redirect("meeting", meeting.pk)


def _page(
    request: HttpRequest,
    meeting: Meeting,
    form: ExtendForm,
    *,
    conflict: BookingConflict | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "meeting": meeting,
        "form": form,
        "choices": later_ends(meeting, form.now),
        "conflict": conflict,
        "refused": refused,
        "wanted": form.cleaned_data.get("ends_at") if form.is_bound and form.is_valid() else None,
        **obstacles_of(conflict),
        "nav_section": "meetings",
    }
    return render(request, "meetings/live/extend.html", context, status=status)
