"""The form of a saved group: its name, its unit, endpoints that join and that leave."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from accounts.decision import Right
from accounts.errors import DomainError
from accounts.models import Unit, User
from accounts.selectors import grants_of, units_where
from rooms.models import Endpoint, EndpointGroup
from rooms.naming import parts_of, read_endpoints
from rooms.selectors import endpoints_for

_REFUSALS: dict[str, str | Promise] = {
    "group_name_taken": _("Not saved: the unit has a group of this name already."),
    "group_empty": _("Not saved: a group holds at least one endpoint."),
    "selection_empty": _("Not saved: a group holds at least one endpoint."),
    "group_not_found": _("Not saved: somebody else has deleted this group."),
    "selection_unknown": _("Not saved: some of these endpoints are not in your reach."),
    "selection_inactive": _("Not saved: some of these endpoints are not part of the network today."),
}


def group_refusal(error: DomainError) -> str:
    """The sentence for a refused act on a group."""
    return str(_REFUSALS.get(error.code, _("Nothing was changed.")))


def group_units(user: User) -> list[Unit]:
    """The units that the user books for and those right below them: whose groups the user makes."""
    own = [grant.unit_path for grant in grants_of(user)]
    units = units_where(user, Right.BOOK)
    return list((units.filter(path__in=own) | units.filter(parent__path__in=own)).order_by("path"))


class GroupForm(forms.Form):
    """A new group, or the one given with its members in the network (`endpoints`)."""

    name = forms.CharField(label=_("Name of the group"), max_length=100)
    unit = forms.ChoiceField(label=_("Unit"))

    def __init__(
        self, user: User, group: EndpointGroup | None, endpoints: Sequence[Endpoint], data: Any = None
    ) -> None:
        super().__init__(data, initial={"name": group.name} if group is not None else None)
        self.user, self.group, self.endpoints = user, group, endpoints
        if group is not None:
            del self.fields["unit"]
            return
        self.units = group_units(user)
        field = self.fields["unit"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(unit.code, unit.display_name) for unit in self.units]

    @cached_property
    def joining_typed(self) -> list[str]:
        return parts_of(self._sent("add"))

    @cached_property
    def leaving(self) -> frozenset[str]:
        return frozenset(self._sent("leave"))

    def _sent(self, name: str) -> list[str]:
        return self.data.getlist(name) if hasattr(self.data, "getlist") else list(self.data.get(name, []))

    @cached_property
    def offered(self) -> list[Endpoint]:
        """Endpoints that may be added."""
        present = {row.code for row in self.endpoints}
        return [row for row in endpoints_for(self.user, right=Right.BOOK) if row.code not in present]

    def chosen_unit(self) -> Unit:
        """The unit of a new group. The form must be valid."""
        return next(unit for unit in self.units if unit.code == self.cleaned_data["unit"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        typed = self.joining_typed
        written = read_endpoints(typed, [*self.endpoints, *self.offered]) if typed else None
        if written is not None and written.unknown:
            raise forms.ValidationError(
                _("There is no endpoint “%(codes)s” that you may book."),
                params={"codes": ", ".join(written.unknown)},
            )
        values["joining"] = written.codes if written is not None else ()
        if self.group is None and not values["joining"]:
            raise forms.ValidationError(_("Choose at least one endpoint."))
        return values
