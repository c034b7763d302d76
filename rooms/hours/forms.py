"""The week of an endpoint, and the report that it is out of service."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.wording import sentence_case, weekday_name
from rooms.scheduling.intervals import Interval
from rooms.scheduling.opening_hours import Span

# Typed as the office writes it, 07:30: a browser's own time field follows the browser's language, with AM and PM.
CLOCK: Final = {"inputmode": "numeric", "maxlength": "5", "autocomplete": "off"}
DATE: Final = {"type": "date"}
FEWEST_SPANS: Final = 2
LONGEST: Final = dt.timedelta(days=366)
_MONDAY: Final = dt.date(2024, 1, 1)


@dataclass(frozen=True)
class WeekdayRow:
    """One line of the form: fields in pairs, opens and closes, and what is wrong with the day."""

    name: str
    spans: Sequence[tuple[BoundField, BoundField]]
    errors: Sequence[str]


class WeekForm(forms.Form):
    """Opening hours, two spans a weekday, or more where the endpoint has more."""

    def __init__(self, week: Mapping[int, Sequence[Span]], data: Any = None) -> None:
        super().__init__(data)
        self.number = max([FEWEST_SPANS, *(len(spans) for spans in week.values())])
        for weekday in range(7):
            present = [*week.get(weekday, ())]
            for n in range(self.number):
                opens, closes = present[n] if n < len(present) else (None, None)
                self._add(weekday, n, "opens", opens)
                self._add(weekday, n, "closes", closes)

    def _add(self, weekday: int, n: int, edge: str, initial: dt.time | None) -> None:
        name = weekday_words(weekday)
        label = _("%(day)s, opens") if edge == "opens" else _("%(day)s, closes")
        self.fields[f"{edge}_{weekday}_{n}"] = forms.TimeField(
            required=False,
            initial=initial,
            label=str(label) % {"day": name},
            widget=forms.TimeInput(attrs={**CLOCK, "aria-label": str(label) % {"day": name}}, format="%H:%M"),
        )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for weekday in range(7):
            self._check(weekday, values)
        return values

    def _check(self, weekday: int, values: Mapping[str, dt.time | None]) -> None:
        last: dt.time | None = None
        for n in range(self.number):
            opens, closes = values.get(f"opens_{weekday}_{n}"), values.get(f"closes_{weekday}_{n}")
            if opens is None and closes is None:
                continue
            place = f"closes_{weekday}_{n}"
            if opens is None or closes is None:
                if not {place, f"opens_{weekday}_{n}"} & set(self.errors):
                    self.add_error(place, str(_("Fill in both times, or none.")))
            elif closes <= opens:
                self.add_error(place, str(_("It must close after it opens.")))
            elif last is not None and opens < last:
                self.add_error(place, str(_("The second span must begin after the first has ended.")))
            last = closes or last

    @property
    def rows(self) -> Iterator[WeekdayRow]:
        for weekday in range(7):
            spans = [(self[f"opens_{weekday}_{n}"], self[f"closes_{weekday}_{n}"]) for n in range(self.number)]
            errors = dict.fromkeys(str(error) for span in spans for bound in span for error in bound.errors)
            yield WeekdayRow(weekday_words(weekday), spans, list(errors))

    def week(self) -> dict[int, list[Span]]:
        """What was filled in. The form must be valid."""
        week: dict[int, list[Span]] = {}
        for weekday in range(7):
            for n in range(self.number):
                opens = self.cleaned_data[f"opens_{weekday}_{n}"]
                if opens is not None:
                    week.setdefault(weekday, []).append((opens, self.cleaned_data[f"closes_{weekday}_{n}"]))
        return week


def weekday_words(weekday: int) -> str:
    """ "Thứ Hai", "Monday"; Monday = 0."""
    return sentence_case(weekday_name(_MONDAY + dt.timedelta(days=weekday), get_language() or "vi"))


class ClosureForm(forms.Form):
    """From when to when an endpoint is out of service, and why."""

    first_day = forms.DateField(label=_("From day"), widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"))
    start = forms.TimeField(
        label=pgettext_lazy("time", "At"),
        widget=forms.TimeInput(attrs={**CLOCK, "placeholder": "08:00"}, format="%H:%M"),
    )
    last_day = forms.DateField(label=_("To day"), widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"))
    end = forms.TimeField(
        label=pgettext_lazy("time", "At"),
        widget=forms.TimeInput(attrs={**CLOCK, "placeholder": "17:00"}, format="%H:%M"),
    )
    reason = forms.CharField(
        label=_("What is being done"),
        max_length=200,
        help_text=_("People who want to book the endpoint read this."),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if {"first_day", "start", "last_day", "end"} - values.keys():
            return values
        now = timezone.now()
        if any(abs((values[name] - now.date()).days) > 3660 for name in ("first_day", "last_day")):
            self.add_error("first_day", str(_("This day is too far away.")))
            return values
        start, end = _moment(values["first_day"], values["start"]), _moment(values["last_day"], values["end"])
        if end <= start:
            self.add_error("end", str(_("The end must be after the start.")))
        elif end <= now:
            self.add_error("end", str(_("This time is over already.")))
        elif end - start > LONGEST:
            self.add_error("last_day", str(_("At most a year at a time.")))
        else:
            values["closed"] = Interval(start, end)
        return values

    def closed(self) -> Interval:
        """The time out of service. The form must be valid."""
        found: Interval = self.cleaned_data["closed"]
        return found


def _moment(day: dt.date, time: dt.time) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, time))
