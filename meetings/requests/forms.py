"""The booking form with endpoints of others, and the sentences for what is refused here."""

import re
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from meetings.planning import forms as planning_forms
from meetings.planning.booking_form import BookingForm, Choices
from rooms.scheduling.selection import Selection

MOST_ASKED: Final = 300
_SEPARATORS: Final = re.compile(r"[\s,;]+")
_REFUSALS: Final[Mapping[str, str | Promise]] = {
    "endpoints_not_askable": _("Nobody was asked: these endpoints cannot be asked for: %(endpoints)s."),
    "request_decided": _("Nothing was changed: this request has been answered, withdrawn or has lapsed meanwhile."),
    "request_outdated": _("Nothing was changed: the meeting was changed at the same moment. Please look again."),
    "reason_missing": _("Not refused yet: please say why."),
    "too_late_to_wait": _("Waiting is of no use: the meeting would begin in less than %(hours)s hours."),
    "not_in_line": _("Nothing was changed: the meeting no longer stands in line."),
    "offer_gone": _("The offer is over. The endpoints may have gone to the next in line."),
    "act_impossible": _("Nothing was changed: the meeting is no longer in a state for this."),
    "in_the_past": _("Nobody was asked: this time is over."),
    "forbidden": _("Nothing was changed: this is for somebody else to decide."),
}


def refusal(error: DomainError) -> str:
    """The sentence for a refused request, answer or place in line."""
    words = _REFUSALS.get(error.code)
    if words is None:
        return planning_forms.refusal(error)
    params = {
        name: ", ".join(map(str, value)) if isinstance(value, list) else value for name, value in error.params.items()
    }
    return str(words) % params


def codes_in(values: list[str]) -> list[str]:
    """Codes of endpoints as typed: several in one field, in any case, each once."""
    parts = [part.upper() for value in values for part in _SEPARATORS.split(value.replace("\0", "")) if part]
    return list(dict.fromkeys(parts))[:MOST_ASKED]


class AskingForm(BookingForm):
    """A booking that may consist of endpoints of others alone."""

    message = forms.CharField(label=_("A word to the owner"), required=False, max_length=300)

    def __init__(self, choices: Choices, *args: Any, **kwargs: Any) -> None:
        super().__init__(choices, *args, **kwargs)
        self.asked = codes_in(self._values("ask"))

    def requires_own(self, selection: Selection, host: str) -> bool:
        return not self.asked and super().requires_own(selection, host)
