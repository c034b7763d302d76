"""What the slot finder may be asked: who, how long, between which days. The chooser is that of the booking form."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meetings.planning.booking_form import CLOCK, BookingForm, Choices
from rooms.slots import LONGEST_SEARCH

SHARED = {"host_endpoint", "setup_minutes", "local"}
SELECTING = ("tier", "group", "saved", "add", "except")
DAYS_AHEAD = 14


class SlotForm(BookingForm):
    """Endpoints as for a booking; a length instead of a time; and, if wanted, one time to look at."""

    minutes = forms.IntegerField(
        label=_("Length in minutes"),
        min_value=5,
        max_value=24 * 60,
        initial=150,
        widget=forms.NumberInput(attrs={"step": "5", "min": "5", "max": "1440"}),
    )
    first = forms.DateField(label=_("From day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last = forms.DateField(label=_("To day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    any_hour = forms.BooleanField(label=_("Any hour, days off too"), required=False)
    at_day = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    at_start = forms.TimeField(label=_("From"), required=False, widget=forms.TimeInput(attrs=CLOCK, format="%H:%M"))

    def __init__(self, choices: Choices, *args: Any, **kwargs: Any) -> None:
        super().__init__(choices, *args, **kwargs)
        own = SlotForm.declared_fields.keys() - BookingForm.declared_fields.keys()
        for name in [name for name in self.fields if name not in own | SHARED]:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        first, last = values.get("first"), values.get("last")
        if first and last and last < first:
            self.add_error("last", str(_("The last day must not be before the first.")))
        elif first and last and last - first >= LONGEST_SEARCH:
            self.add_error("last", str(_("At most three months are searched at once.")))
        if bool(values.get("at_day")) != bool(values.get("at_start")):
            missing = "at_start" if values.get("at_day") else "at_day"
            if missing not in self.errors:
                self.add_error(missing, str(_("Give both the day and the time.")))
        return values

    def window(self) -> tuple[dt.datetime, dt.datetime]:
        """From the beginning of the first day to the end of the last. The form must be valid."""
        values = self.cleaned_data
        end = values["last"] + dt.timedelta(days=1)
        return _moment(values["first"], dt.time()), _moment(end, dt.time())

    def at(self) -> dt.datetime | None:
        """The one time to look at."""
        values = self.cleaned_data
        return _moment(values["at_day"], values["at_start"]) if values.get("at_day") else None


def slot_initial() -> dict[str, object]:
    """Today and the two weeks after it."""
    today = timezone.localdate()
    return {"first": today, "last": today + dt.timedelta(days=DAYS_AHEAD), "minutes": 150, "setup_minutes": 60}


def _moment(day: dt.date, time: dt.time) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, time))
