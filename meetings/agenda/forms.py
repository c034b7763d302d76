"""Forms of the agenda, and the sentences for what is refused there."""

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from meetings.agenda.models import Item
from meetings.agenda.selectors import item_mark

_REFUSALS: dict[str, str | Promise] = {
    "agenda_item_not_found": _("This item is no longer on the agenda."),
    "meeting_not_open": _("Not started: the meeting is not in session."),
    "order_incomplete": _("Not moved: the agenda has changed meanwhile. This is how it stands now."),
    "act_impossible": _("Not saved: the agenda can no longer be changed."),
    "stale_version": _("Not saved: somebody changed this item meanwhile."),
}


def refusal(error: DomainError) -> str | Promise:
    """The sentence for a refused act on the agenda."""
    return _REFUSALS.get(error.code, _("Not saved."))


class ItemForm(forms.Form):
    """`seen` is the mark of the wording that the writer had before them; empty for a new item."""

    title = forms.CharField(label=_("Item"), max_length=300)
    presenter = forms.CharField(label=_("Presenter"), max_length=200, required=False)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=600, initial=10)
    seen = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)

    @classmethod
    def of(cls, item: Item) -> "ItemForm":
        """The form filled with the item as it stands."""
        initial = {"title": item.title, "presenter": item.presenter, "minutes": item.minutes, "seen": item_mark(item)}
        return cls(initial=initial)


class OrderForm(forms.Form):
    """`order`: the ids of all items, comma-separated, in their new order."""

    order = forms.RegexField(regex=r"^\d{1,18}(,\d{1,18}){0,999}$")

    def ids(self) -> list[int]:
        return [int(pk) for pk in self.cleaned_data["order"].split(",")]


class MoveForm(forms.Form):
    direction = forms.ChoiceField(choices=[("up", "up"), ("down", "down")])
