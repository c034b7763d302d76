"""What the pages of the roll call take from a browser."""

from django import forms


class CheckInForm(forms.Form):
    """The one button of a delegate's own device. `op_id` makes a second press the same operation."""

    op_id = forms.UUIDField()


class PeopleForm(forms.Form):
    """A search by name at one endpoint."""

    endpoint = forms.CharField(max_length=20)
    q = forms.CharField(max_length=100, required=False)


class PlaceForm(forms.Form):
    """Which endpoint somebody scans at; everything may be missing."""

    endpoint = forms.CharField(max_length=20, required=False)
    q = forms.CharField(max_length=100, required=False)
    choose = forms.BooleanField(required=False)


class BoardForm(forms.Form):
    """What of the board is shown; everything may be missing."""

    short = forms.BooleanField(required=False)
    group = forms.CharField(max_length=60, required=False)
    tablets = forms.ChoiceField(choices=[("none", ""), ("behind", "")], required=False)
    endpoint = forms.CharField(max_length=20, required=False)
