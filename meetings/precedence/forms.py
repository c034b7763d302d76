"""Why a session takes the place of others."""

from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.planning.grounds import Ground


class PrecedenceForm(forms.Form):
    """The ground in law and the reason in words; the owners of the displaced meetings read both."""

    ground = forms.ChoiceField(
        label=_("Ground"), choices=Ground.choices, initial=Ground.HIGHER_INSTRUCTION, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=300, error_messages={"required": _("Write why: the owners read it.")}
    )
