"""Moving a meeting to another time by one gesture: what the network page asks when a bar is dropped.

The form that does the same is the meeting's own page of changes; both use the same act.
"""

import datetime as dt

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.decision import Right
from accounts.errors import DomainError
from accounts.selectors import current_user
from accounts.wording import short_day, time_range
from meetings.planning.access import meeting_for
from meetings.planning.actions import change_meeting
from meetings.planning.forms import refusal
from rooms.errors import BookingConflict
from rooms.statements import LONGEST_HOLD


class MoveForm(forms.Form):
    """The new start, and the new length, else it stays. `version` is the meeting's as the page shows it."""

    day = forms.DateField()
    start = forms.TimeField()
    minutes = forms.IntegerField(min_value=1, max_value=LONGEST_HOLD // dt.timedelta(minutes=1), required=False)
    version = forms.IntegerField(min_value=1)


@login_required
@require_POST
def move(request: HttpRequest, meeting_id: int) -> JsonResponse:
    """Move the meeting, line test and all endpoints with it, or end it later or sooner; all or nothing. JSON: `said`, a
    sentence for the reader, and when it moved `version`, for the way back."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, Right.PREPARE)
    form = MoveForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"said": _("Nothing was changed.")}, status=422)
    asked = form.cleaned_data
    start = timezone.make_aware(dt.datetime.combine(asked["day"], asked["start"]))
    length = dt.timedelta(minutes=asked["minutes"]) if asked["minutes"] else meeting.ends_at - meeting.starts_at
    end = start + length
    try:
        moved = change_meeting(user, meeting, version=asked["version"], changes={"starts_at": start, "ends_at": end})
    except BookingConflict as conflict:
        return JsonResponse({"said": _conflict_words(conflict)}, status=conflict.status)
    except DomainError as error:
        return JsonResponse({"said": refusal(error)}, status=error.status)
    return JsonResponse({"said": _moved_words(meeting.starts_at, start, end), "version": moved.version})


def _moved_words(before: dt.datetime, start: dt.datetime, end: dt.datetime) -> str:
    """What became of the meeting; another day is named."""
    span = time_range(start, end)
    if start == before:
        return _("The meeting is now %(span)s.") % {"span": span}
    if start.date() != timezone.localtime(before).date():
        span = f"{short_day(start.date(), get_language() or 'vi')} {span}"
    return _("Moved to %(span)s.") % {"span": span}


def _conflict_words(conflict: BookingConflict) -> str:
    """The refusal, and the first of what stands in the way: which endpoint, when, with what; or which bridge."""
    sentence = refusal(conflict)
    conflicts = conflict.params["conflicts"]
    rows = conflicts if isinstance(conflicts, list) else []
    if not rows:
        return sentence
    first = rows[0]
    if first.get("bridge"):
        row = {"bridge": first["bridge"], "name": first["bridge_name"], "n": first.get("missing", 0)}
        return f"{sentence} " + _("%(bridge)s %(name)s is short of ports.") % row
    span = time_range(
        *(timezone.localtime(dt.datetime.fromisoformat(first[name])) for name in ("starts_at", "ends_at"))
    )
    meeting = first.get("meeting") or {}
    invalid = first["kind"] == "endpoint_invalid"
    what = _("not in use on that day") if invalid else meeting.get("title") or first.get("reason") or _("busy")
    where = f"{first['endpoint']} {first['endpoint_name']}"
    others = len(rows) - 1
    said = f"{sentence} {where}: {span}, {what}."
    if others:
        said += " " + ngettext("And %(n)d more obstacle.", "And %(n)d more obstacles.", others) % {"n": others}
    return said
