from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.invitations.models import Letter


class LetterFilter(forms.Form):
    """What the list of letters is narrowed to; what cannot be read counts as not asked."""

    q = forms.CharField(max_length=100, required=False)
    status = forms.ChoiceField(choices=[("", ""), *Letter.Status.choices], required=False)

    def asked(self, name: str) -> str:
        self.is_valid()
        return str(self.cleaned_data.get(name) or "")


class AddressForm(forms.Form):
    address = forms.EmailField(label=_("E-mail address"), max_length=254)
