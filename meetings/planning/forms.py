"""Forms of the desk for a meeting and its list of people, and the sentences for what is refused there."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from accounts.wording import number
from meetings.planning.models import Participant
from rooms.models import Endpoint

_REFUSALS: dict[str, str | Promise] = {
    "act_impossible": _("Nothing was changed: the meeting is no longer in a state for this."),
    "stale_version": _("Not saved: somebody else changed this meeting in between."),
    "booking_conflict": _("Not saved: the time or the endpoints are not free."),
    "in_the_past": _("Not saved: this time is over."),
    "end_before_start": _("The end must be after the start."),
    "end_not_later": _("The new end must be after the present one. To end earlier, close the session."),
    "booking_too_long": _("Line test, meeting and time after must not exceed 48 hours together."),
    "host_not_selected": _("The main endpoint must be one of the meeting's."),
    "selection_empty": _("Not booked: no endpoint is chosen."),
    **dict.fromkeys(
        ("way_malformed", "way_not_selected", "way_of_host", "way_without_port", "way_bridge_unknown"),
        _("Not booked: a way of joining is no longer possible. Please take it back."),
    ),
    "selection_unknown": _("Not booked: some of the endpoints belong to others. Ask for them on the meeting's page."),
    "participant_not_found": _("This person is no longer on the list."),
    "participant_present": _("Not taken off: this person has been checked in or scanned already."),
    "endpoint_not_in_meeting": _("The endpoint is not one of the meeting's."),
    "import_gone": _("The list that was read is no longer here. Please upload the file again."),
    "import_outdated": _("Nothing was imported: the meeting changed meanwhile. Please upload the file again."),
    "empty_sheet": _("The file is empty."),
    "sheet_too_large": _("The file is too large: at most 50,000 rows and 30 MB are read."),
    "not_a_sheet": _("Only CSV and XLSX files are read. This one is something else, whatever its name says."),
    "old_or_locked_sheet": _("The file is an old XLS or locked with a password. Please save it as XLSX without one."),
    "damaged_sheet": _("The file is damaged and cannot be read. Please save it anew."),
    "wrong_encoding": _("The text is not in Unicode. Please save the file as XLSX, or as CSV in UTF-8."),
}
_ENCODING = _("The text is written in the old font encoding %(encoding)s. Please convert it to Unicode first.")


def refusal(error: DomainError) -> str:
    """The sentence for a refused act on a meeting or its list."""
    if error.code == "wrong_encoding" and error.params.get("encoding"):
        return str(_ENCODING) % {"encoding": error.params["encoding"]}
    return str(_REFUSALS.get(error.code, _("Nothing was changed.")))


class ParticipantForm(forms.Form):
    """Where, as what and how somebody is expected."""

    endpoint = forms.ChoiceField(label=_("Endpoint"))
    position = forms.CharField(label=_("Position"), max_length=150, required=False)
    role = forms.ChoiceField(label=_("Role"), choices=Participant.Role.choices, initial=Participant.Role.DELEGATE)
    summons = forms.ChoiceField(
        label=_("Summons"), choices=Participant.Summons.choices, initial=Participant.Summons.REPRESENTATIVE
    )

    def __init__(self, endpoints: Mapping[str, Endpoint], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["endpoint"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(code, f"{code} {endpoint.display_name}") for code, endpoint in endpoints.items()]


class _Ids(forms.TypedMultipleChoiceField):
    """Any numbers; whom they stand for is asked by the act."""

    def valid_value(self, value: object) -> bool:
        return str(value).isdecimal() and len(str(value)) < 15


class InviteForm(ParticipantForm):
    """People of the directory by id, or one who is not in it by name."""

    person = _Ids(label=_("People"), coerce=int, required=False)
    full_name = forms.CharField(label=_("Name"), max_length=120, required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not values.get("person") and not (values.get("full_name") or "").strip():
            raise forms.ValidationError(_("Choose at least one person, or write a name."), code="required")
        return values


class PeopleFilter(forms.Form):
    """What the list of people is narrowed to."""

    q = forms.CharField(max_length=100, required=False)
    endpoint = forms.CharField(max_length=20, required=False)
    answer = forms.ChoiceField(choices=[("", ""), *Participant.Answer.choices], required=False)


class SheetForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
    )


_PROBLEMS: dict[str, str | Promise] = {
    "no_header": _("No row with column heads was found in the first 20 rows. Use the template."),
    "missing_column": _("The column is missing."),
    "duplicate_column": _("The column stands twice."),
    "no_rows": _("There is no row below the heads."),
    "missing_value": _("Nothing is written here."),
    "too_long": _("Too long: “%(value)s”."),
    "bad_name": _("“%(value)s” is not a name."),
    "bad_email": _("“%(value)s” is not an e-mail address."),
    "bad_phone": _("“%(value)s” is not a telephone number."),
    "unknown_endpoint": _("“%(value)s” is not an endpoint of this meeting."),
    "ambiguous_endpoint": _("“%(value)s” is the name of several endpoints. Write its code."),
    "unknown_role": _("“%(value)s” is not a role."),
    "unknown_summons": _("“%(value)s” is not a kind of summons."),
    "duplicate_row": _("The same person as in row %(value)s."),
    "already_invited": _("%(value)s is on the list already."),
    "merged_cells": _("The cells %(value)s are merged. Please take them apart."),
    "formula_without_value": _("The formula in %(value)s was never worked out. Open the file and save it once."),
    "error_value": _("The cell shows the fault %(value)s."),
}
_COLUMNS: dict[str, str | Promise] = {
    "full_name": _("Full name"),
    "position": _("Position"),
    "unit_name": _("Unit"),
    "endpoint": _("Endpoint"),
    "email": _("E-mail"),
    "phone": _("Telephone"),
    "role": _("Role"),
    "summons": _("Summons"),
}


def problem_words(code: str, value: str) -> str:
    """The sentence for one cell of a sheet that does not fit."""
    return str(_PROBLEMS.get(code, code)) % {"value": value}


def column_words(column: str) -> str:
    """What a column is called; "" for the sheet as a whole."""
    return str(_COLUMNS.get(column, ""))


def counted(value: int) -> str:
    """A number as the reader writes it."""
    return number(value, get_language() or "vi")
