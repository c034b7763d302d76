"""The answer to an invitation."""

from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.planning.models import Participant

Answer = Participant.Answer


class AnswerForm(forms.Form):
    """Attend, decline with a reason, or send somebody else; what belongs to another answer is not looked at."""

    answer = forms.ChoiceField(
        label=_("Your answer"),
        choices=[
            (Answer.ATTENDING.value, _("I will attend")),
            (Answer.DECLINED.value, _("I cannot attend")),
            (Answer.SUBSTITUTE.value, _("I send somebody in my place")),
        ],
        error_messages={"required": _("Please choose one of the three answers.")},
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    substitute_name = forms.CharField(label=_("Full name"), max_length=120, required=False)
    substitute_position = forms.CharField(label=_("Position"), max_length=150, required=False)

    def clean(self) -> dict[str, object]:
        """What an answer cannot be without is asked for at its own field."""
        given = super().clean() or {}
        if given.get("answer") == Answer.DECLINED and not given.get("reason"):
            self.add_error("reason", _("Please say why, so that the secretary can report it."))
        if given.get("answer") == Answer.SUBSTITUTE and not given.get("substitute_name"):
            self.add_error("substitute_name", _("Please name the person who will come."))
        return given
