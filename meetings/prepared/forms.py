"""The forms of templates: saving a meeting as one, changing one."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from meetings.planning.booking_form import CLOCK
from meetings.prepared.actions import TemplateChanges
from meetings.prepared.models import MeetingTemplate

_REFUSALS: Final[Mapping[str, str | Promise]] = {
    "template_name_taken": _("Not saved: the unit has a template of this name already."),
    "template_not_found": _("Not saved: somebody else has deleted this template."),
}


def template_refusal(error: DomainError) -> str:
    """The sentence for a refused act on a template."""
    return str(_REFUSALS.get(error.code, _("Nothing was changed.")))


class SaveForm(forms.Form):
    """What is kept of a meeting beside its words, its length and its endpoints."""

    name = forms.CharField(label=_("Name of the template"), max_length=100)
    agenda = forms.BooleanField(label=_("With its agenda"), required=False)
    people = forms.BooleanField(label=_("With the people expected"), required=False)


class TemplateForm(forms.Form):
    """Words and times of a template; its agenda and its people can be left out from now on."""

    name = forms.CharField(label=_("Name of the template"), max_length=100)
    title = forms.CharField(label=_("Name of the meeting"), max_length=250)
    usual_start = forms.TimeField(
        label=_("Usual start"), required=False, widget=forms.TimeInput(attrs=CLOCK, format="%H:%M")
    )
    minutes = forms.IntegerField(label=_("Length, minutes"), min_value=1, max_value=1440)
    setup_minutes = forms.IntegerField(label=_("Line test before, minutes"), min_value=0, max_value=600)
    teardown_minutes = forms.IntegerField(label=_("Time after, minutes"), min_value=0, max_value=600)
    drop_agenda = forms.BooleanField(label=_("Leave its agenda out from now on"), required=False)
    drop_people = forms.BooleanField(label=_("Leave its people out from now on"), required=False)

    def __init__(self, template: MeetingTemplate, data: Any = None) -> None:
        names = ("name", "title", "usual_start", "minutes", "setup_minutes", "teardown_minutes")
        super().__init__(data, initial={name: getattr(template, name) for name in names})

    def changes(self) -> TemplateChanges:
        """The form must be valid."""
        values = self.cleaned_data
        changes = TemplateChanges(
            name=values["name"],
            title=values["title"],
            usual_start=values["usual_start"],
            minutes=values["minutes"],
            setup_minutes=values["setup_minutes"],
            teardown_minutes=values["teardown_minutes"],
        )
        if values["drop_agenda"]:
            changes["agenda"] = []
        if values["drop_people"]:
            changes["people"] = []
        return changes
