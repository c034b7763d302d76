"""The form of a session from outside: the chooser of the booking form, and who convenes."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from meetings.planning.booking_form import BookingForm, Choices
from meetings.planning.wishes import MeetingPlan, request_of
from rooms.models import Booking
from rooms.wishes import BookingRequest, Outside


class BlockForm(BookingForm):
    """Words, time and selection of a session that others convene."""

    convener = forms.CharField(label=_("Convened by"), max_length=120)
    phone = forms.CharField(label=_("Contact telephone"), max_length=30, required=False)

    def __init__(self, choices: Choices, units: Sequence[Unit], *args: Any, **kwargs: Any) -> None:
        super().__init__(choices, *args, **kwargs)
        for name in ("chair", "local"):
            del self.fields[name]
        self.units = {unit.code: unit for unit in units}
        self._offer("unit", [(unit.code, unit.display_name) for unit in units])
        self.fields["title"].label = _("Name of the session")
        self.fields["unit"].label = _("Entered for")

    def booking_request(self, user: User) -> BookingRequest:
        """The session as rooms book it. The form must be valid. Raises the refusals of rooms.errors."""
        values = self.cleaned_data
        day, zone = values["day"], timezone.get_current_timezone()
        plan = MeetingPlan(
            title=values["title"],
            unit=self.units[values["unit"]],
            selection=values["selection"],
            starts_at=dt.datetime.combine(day, values["start"], zone),
            ends_at=dt.datetime.combine(day, values["end"], zone),
            host_endpoint=values["host_endpoint"] or None,
            setup_minutes=values["setup_minutes"],
        )
        wanted = request_of(user, plan)
        return replace(wanted, outside=Outside(values["convener"], values["phone"]))


def initial_of(block: Booking, choices: Choices) -> dict[str, object]:
    """The form as the block stands: whole groups ticked, the other endpoints one by one."""
    start, end = timezone.localtime(block.starts_at), timezone.localtime(block.ends_at)
    held = set(block.booked_endpoints.values_list("endpoint__code", flat=True))
    groups = {key: codes for key, codes in choices.group_codes().items() if codes and held.issuperset(codes)}
    covered = {code for codes in groups.values() for code in codes}
    return {
        "title": block.title,
        "convener": block.owner_name,
        "phone": block.owner_phone,
        "unit": block.unit.code,
        "day": start.date(),
        "start": start.strftime("%H:%M"),
        "end": end.strftime("%H:%M"),
        "setup_minutes": round((block.starts_at - block.hold_starts_at).total_seconds() / 60),
        "host_endpoint": block.host_endpoint.code if block.host_endpoint is not None else "",
        "group": sorted(groups),
        "add": sorted(held - covered),
    }
