"""What the pages of a series read, and the sentences for what is refused there."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.errors import DomainError
from meetings.planning.booking_form import CLOCK
from meetings.planning.forms import refusal as meeting_refusal
from meetings.planning.models import Meeting, Series
from meetings.planning.wishes import Changes, selection_of
from meetings.series.following import Following
from meetings.series.selectors import length_of
from rooms.scheduling.recurrence import Rule
from rooms.scheduling.selection import Selection

_REFUSALS: dict[str, str | Promise] = {
    "booking_conflict": _("Not booked: a date is not free any more."),
    "stale_version": _("Not saved: somebody else changed this series in between. Look at it again."),
    "series_overlaps": _("A date begins before the one ahead of it is over. Choose a shorter meeting or fewer dates."),
    "series_empty": _("Every date is left out: nothing is left to book."),
    "series_over": _("No coming date is left in this series."),
    "date_unknown": _("This date has its meeting already."),
    "rrule_empty": _("No date lies before that last day."),
    "rrule_too_many": _("These are more than 200 dates. Choose an earlier last day."),
    "rrule_too_far": _("The dates lead beyond the year 2100."),
    "selection_unknown": _("Some endpoints are not in the network on that day."),
    "selection_inactive": _("Some endpoints are not in the network on that day."),
}


def refusal(error: DomainError) -> str:
    """The sentence for a refused act on a series."""
    words = _REFUSALS.get(error.code)
    return str(words) if words is not None else meeting_refusal(error)


class FollowingForm(forms.Form):
    """What is to be different from one date on; it begins as the series is."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(label=_("Name of the meeting"), max_length=250)
    start = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs=CLOCK, format="%H:%M"))
    end = forms.TimeField(label=pgettext_lazy("time", "To"), widget=forms.TimeInput(attrs=CLOCK, format="%H:%M"))
    setup_minutes = forms.IntegerField(label=_("Line test before, minutes"), min_value=0, max_value=600)
    add = forms.CharField(label=_("Also these endpoints, by code"), max_length=300, required=False)
    without = forms.CharField(label=_("Without these endpoints, by code"), max_length=300, required=False)

    def __init__(self, series: Series, pattern: Meeting, data: Any = None) -> None:
        begin = timezone.localtime(series.starts_at)
        super().__init__(
            data,
            initial={
                "version": series.version,
                "title": series.title,
                "start": begin.time().replace(tzinfo=None),
                "end": (begin + length_of(series)).time().replace(tzinfo=None),
                "setup_minutes": pattern.setup_minutes,
            },
        )
        self.pattern = pattern

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("start") and values.get("end") and values["end"] <= values["start"]:
            self.add_error("end", str(_("The end must be after the start.")))
        return values

    def wish(self, rule: Rule | None) -> Following:
        """The act's wish: only what differs. The form must be valid."""
        values, touched = self.cleaned_data, set(self.changed_data)
        changes = Changes()
        if "title" in touched:
            changes["title"] = values["title"].strip()
        if "setup_minutes" in touched:
            changes["setup_minutes"] = values["setup_minutes"]
        more, fewer = _codes(values["add"]), _codes(values["without"])
        if more or fewer:
            changes["selection"] = _with(selection_of(self.pattern), more, fewer)
        timed = bool(touched & {"start", "end"})
        length = dt.datetime.combine(dt.date.min, values["end"]) - dt.datetime.combine(dt.date.min, values["start"])
        return Following(
            clock=values["start"] if timed else None,
            minutes=length // dt.timedelta(minutes=1) if timed else None,
            rule=rule,
            changes=changes,
        )


def _codes(text: str) -> list[str]:
    return [each.upper() for each in text.replace(",", " ").replace(";", " ").split()]


def _with(selection: Selection, more: list[str], fewer: list[str]) -> Selection:
    return Selection(
        tiers=selection.tiers,
        under=selection.under,
        endpoints=tuple(dict.fromkeys([*(each for each in selection.endpoints if each not in fewer), *more])),
        groups=selection.groups,
        except_=tuple(dict.fromkeys([*(each for each in selection.except_ if each not in more), *fewer])),
    )
