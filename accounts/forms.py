"""Forms of the administration pages."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.actions import NewAccount
from accounts.decision import Right, Role
from accounts.errors import DomainError
from accounts.models import Membership, Unit, User
from accounts.selectors import unit_for

_UNIT_CODE = re.compile(r"\s*(\S+)")
_UNIT_FIELD: Mapping[str, str] = {"list": "unit-options", "autocomplete": "off"}

FIELD_WORDS: Mapping[str, str | Promise] = {
    "taken": _("Another account has this name already."),
    "malformed": _("Letters, digits and @ . + - _ only, without spaces."),
    "too_long": _("This is too long."),
    "required": _("Please fill this in."),
}


class AccountFilter(forms.Form):
    """What the list of accounts is narrowed to; what cannot be read counts as not asked."""

    q = forms.CharField(max_length=100, required=False)
    role = forms.ChoiceField(choices=[("", ""), *Membership.ROLES], required=False)
    state = forms.ChoiceField(choices=[("", ""), ("active", ""), ("inactive", "")], required=False)

    def asked(self) -> dict[str, str]:
        self.is_valid()
        return {name: str(self.cleaned_data.get(name) or "") for name in self.fields}


class UnitField(forms.CharField):
    """A unit by its code: what is typed may go on with the name, "026 Huyện Đồng Văn"."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=200, widget=forms.TextInput(attrs=dict(_UNIT_FIELD)), **kwargs)


class RoleForm(forms.Form):
    """A role at a unit where the administrator manages accounts."""

    role = forms.ChoiceField(label=_("Role"), choices=Membership.ROLES)
    unit = UnitField(label=_("At the unit"), help_text=_("The role reaches this unit and everything below it."))

    def __init__(self, actor: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])

    def clean_unit(self) -> Unit:
        code = _UNIT_CODE.match(self.cleaned_data["unit"])
        try:
            return unit_for(self.actor, code[1] if code else "", Right.MANAGE_ACCOUNTS)
        except DomainError as error:
            raise forms.ValidationError(
                _("There is no unit with this code where you manage accounts."), code="unit"
            ) from error


class NewAccountForm(RoleForm):
    """An account and the role it begins with."""

    username = forms.CharField(
        label=_("Login name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    full_name = forms.CharField(label=_("Full name"), max_length=120)
    position = forms.CharField(label=_("Position"), max_length=150, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=30, required=False)

    def account(self) -> NewAccount:
        """What was filled in. The form must be valid."""
        return NewAccount(**self.cleaned_data)
