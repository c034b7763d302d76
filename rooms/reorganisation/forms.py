"""Forms of the pages of a reorganisation, and the sentences for what is refused there."""

import re
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from accounts.models import Succession
from accounts.text import nfc
from accounts.units.rows import UnitLine
from rooms.models import Bridge, EndpointChange, PassingUnit, Tier

_CODES: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]*")

REFUSALS: Final[Mapping[str, str | Promise]] = {
    "reorganisation_done": _("Nothing was changed: this was carried out already."),
    "reorganisation_undecided": _("Not carried out: something is still undecided."),
    "reorganisation_blocked": _("Not carried out: see below what stands in the way."),
    "reorganisation_empty": _("Not carried out: nothing is to be changed yet."),
    "reorganisation_rejected": _("Nothing of the file was taken over."),
    "unit_not_there": _("Nothing was changed: no unit or endpoint has the code %(codes)s on that day."),
    "empty_sheet": _("The file is empty."),
    "sheet_too_large": _("The file is too large: at most 50,000 rows and 30 MB are read."),
    "not_a_sheet": _("Only CSV and XLSX files are read. This one is something else, whatever its name says."),
    "old_or_locked_sheet": _("The file is an old XLS or locked with a password. Please save it as XLSX without one."),
    "damaged_sheet": _("The file is damaged and cannot be read. Please save it anew."),
    "wrong_encoding": _("The text is not in Unicode. Please save the file as XLSX, or as CSV in UTF-8."),
}


def refusal(error: DomainError) -> str:
    """The sentence for a refused act."""
    codes = error.params.get("codes")
    named = ", ".join(str(code) for code in codes[:5]) if isinstance(codes, list) else ""
    return str(REFUSALS.get(error.code, _("Nothing was changed."))) % {"codes": named}


class _AnyValue(forms.TypedMultipleChoiceField):
    """Any short values; what they stand for is asked by the act."""

    def valid_value(self, value: object) -> bool:
        return len(str(value)) <= 20


class BeginForm(forms.Form):
    """A new draft."""

    title = forms.CharField(label=_("What is it called?"), max_length=150)
    on = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def clean_on(self) -> Any:
        day = self.cleaned_data["on"]
        if not 1990 <= day.year <= 2100:
            raise forms.ValidationError(_("Please choose a day between 1990 and 2100."))
        return day


class FileForm(forms.Form):
    """A sheet; which of the three it is, its heads say."""

    file = forms.FileField(label=_("CSV or XLSX"), widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}))


class UnitPassageForm(forms.Form):
    """Units that pass into one: merged, divided, renamed or hung elsewhere. With a name it is a new unit."""

    olds = forms.CharField(label=_("Codes of the old units"), max_length=2000)
    share = forms.ChoiceField(label=_("What passes"), choices=Succession.SHARES)
    code = forms.RegexField(r"^[0-9A-Za-z][0-9A-Za-z._-]{0,15}$", label=_("Code of the unit they pass into"))
    name = forms.CharField(label=_("Its name, if it is new"), max_length=150, required=False)
    kind = forms.CharField(label=_("Its kind"), max_length=40, required=False)
    tier = forms.ChoiceField(label=_("Its tier"), required=False)
    parent_code = forms.CharField(label=_("Code of the unit above it"), max_length=16, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["tier"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "–"), *((tier.code, tier.name) for tier in Tier.objects.all())]
        self.fields["kind"].widget.attrs["placeholder"] = "xã"

    def clean_olds(self) -> list[str]:
        codes = _CODES.findall(self.cleaned_data["olds"])
        if not codes:
            raise forms.ValidationError(_("Please name at least one unit."))
        return list(dict.fromkeys(codes))

    def clean(self) -> dict[str, Any] | None:
        words = super().clean() or {}
        if nfc(words.get("name", "")).strip():
            for field in ("kind", "tier"):
                if not words.get(field):
                    self.add_error(field, _("A new unit needs this."))
        return words

    def line(self) -> UnitLine:
        """The unit as it was filled in; its name is "" where one that stands is meant. The form must be valid."""
        words = {name: nfc(self.cleaned_data[name]).strip() for name in ("code", "name", "kind", "tier", "parent_code")}
        return UnitLine(row=0, **words, lat=None, lon=None)


class DecideUnitsForm(forms.Form):
    """What becomes of the lines that are ticked, or of one, whose button was pressed: "17:00691"."""

    rows = _AnyValue(coerce=int, required=False, empty_value=[])
    one = forms.RegexField(r"^\d{1,15}:[0-9A-Za-z._-]{1,16}$", required=False)
    decision = forms.ChoiceField(choices=PassingUnit.Decision.choices, required=False)
    heir = forms.CharField(max_length=200, required=False)

    def asked(self) -> tuple[list[int], str, str]:
        """Lines, decision, heir's code. The form must be valid."""
        words = self.cleaned_data
        if words["one"]:
            line, _colon, heir = words["one"].partition(":")
            return [int(line)], PassingUnit.Decision.PASS.value, heir
        heir = _CODES.match(words["heir"].strip())
        return words["rows"], words["decision"], heir[0] if heir else ""


class DecideEndpointsForm(forms.Form):
    """What becomes of the endpoints that are ticked or named by their codes."""

    rows = _AnyValue(coerce=str, required=False, empty_value=[])
    codes = forms.CharField(label=_("Codes of endpoints"), max_length=2000, required=False)
    decision = forms.ChoiceField(label=_("What becomes of them"), choices=EndpointChange.Decision.choices[1:])
    unit = forms.CharField(label=_("To the unit"), max_length=200, required=False)
    name = forms.CharField(label=_("New name"), max_length=150, required=False)
    bridge = forms.ModelChoiceField(Bridge.objects.none(), label=_("Other MCU"), required=False)
    closes_on = forms.DateField(
        label=_("Closed from"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bridge = self.fields["bridge"]
        if isinstance(bridge, forms.ModelChoiceField):
            bridge.queryset = Bridge.objects.all()
            bridge.empty_label = str(_("as before"))

    def clean(self) -> dict[str, Any] | None:
        words = super().clean() or {}
        named = [*words.get("rows", []), *_CODES.findall(words.get("codes", ""))]
        if not named:
            raise forms.ValidationError(_("Please tick an endpoint or name its code."))
        words["named"] = list(dict.fromkeys(named))
        unit = _CODES.match(words.get("unit", "").strip())
        words["unit"] = unit[0] if unit else ""
        if words.get("decision") == EndpointChange.Decision.MOVE and not words["unit"]:
            self.add_error("unit", _("Please name the unit."))
        return words
