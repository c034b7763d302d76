"""What calendar is wanted."""

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.decision import Right
from accounts.models import Unit, User
from accounts.selectors import grants_of, units_where
from meetings.feeds.models import CalendarFeed
from rooms.models import Endpoint
from rooms.naming import read_endpoints
from rooms.selectors import endpoints_for


class FeedForm(forms.Form):
    """One's own meetings, those at an endpoint (by code or name), or those of a unit."""

    kind = forms.ChoiceField(choices=CalendarFeed.Kind.choices)
    endpoint = forms.CharField(
        label=_("Endpoint"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"list": "endpoint-options", "autocomplete": "off"}),
    )
    unit = forms.ChoiceField(label=_("Unit"), required=False)

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(data)
        self.user = user
        field = self.fields["unit"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(unit.code, unit.display_name) for unit in self.units]

    @cached_property
    def units(self) -> list[Unit]:
        """The units of the user's roles and those right below them."""
        own = [grant.unit_path for grant in grants_of(self.user)]
        units = units_where(self.user, Right.VIEW_MEETING)
        return list((units.filter(path__in=own) | units.filter(parent__path__in=own)).order_by("path"))

    @cached_property
    def endpoints(self) -> list[Endpoint]:
        return list(endpoints_for(self.user))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("kind") == CalendarFeed.Kind.ENDPOINT:
            text = values.get("endpoint") or ""
            codes = read_endpoints([text], self.endpoints).codes if text else ()
            values["chosen_endpoint"] = next((row for row in self.endpoints if (row.code,) == codes), None)
            if values["chosen_endpoint"] is None:
                self.add_error("endpoint", str(_("Write the code or the name of one endpoint of your network.")))
        if values.get("kind") == CalendarFeed.Kind.UNIT:
            values["chosen_unit"] = next((row for row in self.units if row.code == values.get("unit")), None)
            if values["chosen_unit"] is None:
                self.add_error("unit", str(_("Choose a unit.")))
        return values
