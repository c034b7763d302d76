"""What the page of the office calendar may be told."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

FIRST_YEAR, LAST_YEAR = 2000, 2100
OFF, WORKED = "off", "worked"


class YearForm(forms.Form):
    """Which year is asked for; what cannot be read is the present one."""

    year = forms.IntegerField(required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR)

    def asked(self) -> int:
        self.is_valid()
        return int(self.cleaned_data.get("year") or timezone.localdate().year)


class WordForm(forms.Form):
    """What the office says of a day."""

    kind = forms.ChoiceField(
        label=_("What the office does"),
        choices=[(OFF, _("Day off")), (WORKED, _("Working day after all"))],
        widget=forms.RadioSelect,
        initial=OFF,
    )
    name = forms.CharField(label=pgettext_lazy("day", "Name"), max_length=120)

    def word(self) -> dict[str, Any]:
        """`worked` and `name`. The form must be valid."""
        return {"worked": self.cleaned_data["kind"] == WORKED, "name": self.cleaned_data["name"]}


class DayForm(WordForm):
    """The same with the day, for one that the office says nothing of yet."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    field_order = ("day", "kind", "name")

    def clean_day(self) -> dt.date:
        day: dt.date = self.cleaned_data["day"]
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(_("The calendar holds the years 2000 to 2100."), code="year")
        return day
