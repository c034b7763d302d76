"""How a meeting repeats, read from the booking page: never, by days, by weeks or by months, and until when."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.wording import weekday_name
from rooms.scheduling.conflicts import OFFICE_ZONE
from rooms.scheduling.recurrence import MOST_DATES, WEEKDAYS, RecurrenceInvalid, Rule, dates, read

EVERY: list[tuple[str, str | Promise]] = [
    ("", _("No")),
    ("daily", _("By days")),
    ("weekly", _("By weeks")),
    ("monthly", _("By months")),
]
IN_MONTH: list[tuple[str, str | Promise]] = [
    ("date", _("On the same day of the month")),
    ("last", _("On the last day of the month")),
    ("nth", _("On the same weekday of the month, such as the second Monday")),
    ("last_weekday", _("On the last such weekday of the month")),
]
ENDS: list[tuple[str, str | Promise]] = [("until", _("Until")), ("count", _("So many times"))]
REFUSED: dict[str, str | Promise] = {
    "rrule_too_many": _("These are more than 200 dates. Choose an earlier last day."),
    "rrule_empty": _("No date lies before that last day."),
    "rrule_too_far": _("The dates lead beyond the year 2100."),
}
_A_MONDAY = dt.date(2024, 1, 1)


class RepeatForm(forms.Form):
    """The section "Repeat". Nothing of it is needed while the meeting does not repeat."""

    repeat = forms.ChoiceField(label=_("Repeat"), choices=EVERY, required=False, widget=forms.RadioSelect)
    interval = forms.IntegerField(label=_("Every so many"), min_value=1, max_value=99, required=False)
    weekday = forms.MultipleChoiceField(
        label=_("On these days"), required=False, widget=forms.CheckboxSelectMultiple, choices=()
    )
    in_month = forms.ChoiceField(label=_("In the month"), choices=IN_MONTH, required=False, widget=forms.RadioSelect)
    ends = forms.ChoiceField(label=_("How long"), choices=ENDS, required=False, widget=forms.RadioSelect)
    until = forms.DateField(
        label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    count = forms.IntegerField(label=_("Number of dates"), min_value=1, max_value=MOST_DATES, required=False)

    def __init__(self, data: Any = None, *, keep: bool = False) -> None:
        super().__init__(data, initial={"repeat": "", "interval": 1, "in_month": "date", "ends": "until"})
        language = get_language() or "vi"
        names = [(code, weekday_name(_A_MONDAY + dt.timedelta(days=n), language)) for n, code in enumerate(WEEKDAYS)]
        self._offer("weekday", names)
        if keep:
            self._offer("repeat", [("", _("As until now")), *EVERY[1:]])

    def _offer(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    @property
    def chosen(self) -> bool:
        """Whether the page asks for a series."""
        return self["repeat"].value() in {"daily", "weekly", "monthly"}

    def rule_for(self, starts_at: dt.datetime) -> Rule | None:
        """The rule for a meeting that first starts then; None, with the fields' errors, when it cannot be made."""
        values = self.cleaned_data
        parts = [f"FREQ={values['repeat'].upper()}"]
        if values.get("interval"):
            parts.append(f"INTERVAL={values['interval']}")
        parts += self._days(starts_at.astimezone(OFFICE_ZONE).date())
        by_count = values.get("ends") == "count"
        end = values.get("count") if by_count else values.get("until")
        field = "count" if by_count else "until"
        if end is None:
            if field not in self.errors:
                self.add_error(field, str(_("Say how long the meeting repeats.")))
            return None
        parts.append(f"COUNT={end}" if isinstance(end, int) else f"UNTIL={end:%Y%m%d}")
        try:
            rule = read(";".join(parts), starts_at)
            dates(rule, starts_at.astimezone(OFFICE_ZONE).date())
        except RecurrenceInvalid as invalid:
            self.add_error(field, str(REFUSED.get(invalid.code, _("No date can be made of this."))))
            return None
        return rule

    def _days(self, first: dt.date) -> list[str]:
        values = self.cleaned_data
        if values["repeat"] == "weekly" and values.get("weekday"):
            return ["BYDAY=" + ",".join(values["weekday"])]
        if values["repeat"] == "monthly":
            name = WEEKDAYS[first.weekday()]
            return {
                "last": ["BYMONTHDAY=-1"],
                "nth": [f"BYDAY={(first.day - 1) // 7 + 1}{name}"],
                "last_weekday": [f"BYDAY=-1{name}"],
            }.get(values.get("in_month") or "", [])
        return []
