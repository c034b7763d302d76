"""What the network page may be asked."""

import datetime as dt
import re

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rooms.day_grid import within
from rooms.scheduling.intervals import Interval

_SPAN = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)

VIEWS = ("grid", "table", "week", "week-table")


class NetworkForm(forms.Form):
    """Every field may be missing or wrong: what cannot be read counts as not asked."""

    day = forms.DateField(required=False)
    q = forms.CharField(required=False, max_length=100, label=_("Filter by name or code"))
    tier = forms.CharField(required=False, max_length=20)
    under = forms.CharField(required=False, max_length=16)
    free = forms.CharField(required=False, max_length=20)
    view = forms.ChoiceField(required=False, choices=[(name, name) for name in VIEWS])
    chosen = forms.CharField(required=False, max_length=20)
    page = forms.CharField(required=False, max_length=6)

    def asked(self, name: str) -> str:
        self.is_valid()
        return str(self.cleaned_data.get(name) or "")

    def day_asked(self) -> dt.date:
        self.is_valid()
        day: dt.date | None = self.cleaned_data.get("day")
        today = timezone.localdate()
        # A year away is no calendar that anybody keeps, and near the ends of time arithmetic fails.
        return day if day and abs((day - today).days) < 3660 else today

    def free_span(self) -> Interval | None:
        """The span of "only endpoints free 14:00–16:30", on the day asked."""
        found = _SPAN.fullmatch(self.asked("free").strip())
        if found is None:
            return None
        start, end = dt.time(int(found[1]), int(found[2])), dt.time(int(found[3]), int(found[4]))
        return within(self.day_asked(), (start, end)) if start < end else None
