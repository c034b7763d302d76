"""The booking form: what is wanted, read from a page that works with and without script."""

import datetime as dt
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.decision import Right
from accounts.models import Person, Unit, User
from accounts.selectors import grants_of, scope_filter, today
from accounts.text import fold
from meetings.planning.access import books_whole_province
from meetings.planning.joins import JoinRow, join_rows, read_written
from meetings.planning.wishes import MeetingPlan
from rooms.grouping import EndpointGroupRow, grouped
from rooms.models import Endpoint, EndpointGroup
from rooms.scheduling.selection import Selection
from rooms.scheduling.ways import Way
from rooms.selectors import endpoints_for

# Typed as the office writes it, 14:00: a browser's own time field follows the browser's language, with AM and PM.
CLOCK = {"inputmode": "numeric", "maxlength": "5", "placeholder": "14:00", "autocomplete": "off"}
SETUP_CHOICES = (0, 15, 30, 60, 90, 120)
_SEPARATORS = re.compile(r"[\s,;]+")


@dataclass(frozen=True)
class TierChoice:
    """A row of the chooser: a tier, and the groups into which its endpoints are split (one: not split)."""

    code: str
    name: str
    groups: Sequence[EndpointGroupRow]

    @property
    def count(self) -> int:
        return sum(len(group.endpoints) for group in self.groups)

    @property
    def split(self) -> bool:
        return len(self.groups) > 1


class Choices:
    """What this user may choose from. Three queries."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.endpoints = list(endpoints_for(user, right=Right.BOOK))
        tiers: dict[str, list[EndpointGroupRow]] = {}
        for group in grouped(self.endpoints):
            tiers.setdefault(group.tier.code, []).append(group)
        self.tiers = [TierChoice(code, groups[0].tier.name, groups) for code, groups in tiers.items()]
        self.saved = list(EndpointGroup.objects.filter(scope_filter(user, Right.BOOK, "unit__path")))
        own = [grant.unit_path for grant in grants_of(user)]
        units = Unit.objects.filter(scope_filter(user, Right.BOOK, "path")).valid(on=today())
        near = units.filter(path__in=own) | units.filter(parent__path__in=own)
        self.units = list(near.order_by("path"))

    @property
    def asks_others(self) -> bool:
        """Whether there are endpoints that this user would have to ask for."""
        return not books_whole_province(self.user)

    def group_codes(self) -> dict[str, list[str]]:
        """Codes of endpoints by key of their group."""
        return {
            group.key: [endpoint.code for endpoint in group.endpoints] for tier in self.tiers for group in tier.groups
        }


class BookingForm(forms.Form):
    """Words, time and selection of a meeting that is to be booked."""

    title = forms.CharField(label=_("Name of the meeting"), max_length=250)
    unit = forms.ChoiceField(label=_("Convening unit"))
    host_endpoint = forms.ChoiceField(label=_("Main endpoint"), required=False)
    chair = forms.CharField(
        label=_("Chair"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"list": "chair-options", "autocomplete": "off"}),
    )
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    start = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs=CLOCK, format="%H:%M"))
    end = forms.TimeField(label=pgettext_lazy("time", "To"), widget=forms.TimeInput(attrs=CLOCK, format="%H:%M"))
    setup_minutes = forms.TypedChoiceField(label=_("Line test"), coerce=int)
    teardown_minutes = forms.IntegerField(min_value=0, max_value=600, required=False, widget=forms.HiddenInput)
    local = forms.BooleanField(label=_("Local meeting: no connection through the MCU"), required=False)

    def __init__(self, choices: Choices, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices = choices
        self._offer("unit", [(unit.code, unit.display_name) for unit in choices.units])
        self._offer("host_endpoint", [("", "–"), *self._hosts()])
        self._offer(
            "setup_minutes", [(n, _("%(n)d minutes before") % {"n": n} if n else _("none")) for n in SETUP_CHOICES]
        )

    def _offer(self, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
        field = self.fields.get(name)
        if isinstance(field, forms.ChoiceField):
            field.choices = list(choices)

    def _hosts(self) -> Iterable[tuple[str, list[tuple[str, str]]]]:
        for tier in self.choices.tiers:
            for group in tier.groups:
                rows = [(endpoint.code, f"{endpoint.code} {endpoint.display_name}") for endpoint in group.endpoints]
                yield (f"{tier.name}, {group.title}" if tier.split else tier.name, rows)

    @property
    def chosen_groups(self) -> set[str]:
        """Keys of the groups that are ticked; a ticked tier stands for all of its groups."""
        ticked = set(self._values("group"))
        tiers = set(self._values("tier"))
        return ticked | {group.key for tier in self.choices.tiers if tier.code in tiers for group in tier.groups}

    @property
    def ticked_tiers(self) -> set[str]:
        """Codes of the tiers of which every group is ticked."""
        chosen = self.chosen_groups
        return {tier.code for tier in self.choices.tiers if all(group.key in chosen for group in tier.groups)}

    @property
    def chosen_saved(self) -> set[str]:
        return set(self._values("saved"))

    @property
    def added(self) -> list[Endpoint]:
        return self._named("add")

    @property
    def excepted(self) -> list[Endpoint]:
        return self._named("except", "leave_out")

    @property
    def ways(self) -> dict[str, Way]:
        """How endpoints are to join that do not take a port of their own bridge: those kept, less those given back,
        and those just taken."""
        dropped = set(self._values("drop_way"))
        kept = {code: way for code, way in read_written(self._values("way")).items() if code not in dropped}
        return {code: way for code, way in (kept | read_written(self._values("take_way"))).items() if self._known(code)}

    @property
    def chosen_codes(self) -> set[str]:
        """The endpoints that the ticks stand for, saved groups left out."""
        by_key = self.choices.group_codes()
        codes = {code for key in self.chosen_groups for code in by_key.get(key, [])}
        return (codes | {endpoint.code for endpoint in self.added}) - {endpoint.code for endpoint in self.excepted}

    def _values(self, name: str) -> list[str]:
        source: Any = self.data if self.is_bound else self.initial
        values = source.getlist(name) if hasattr(source, "getlist") else source.get(name, [])
        return [part for value in values for part in ([value] if name == "saved" else _SEPARATORS.split(value)) if part]

    @property
    def joins(self) -> list[JoinRow]:
        """The ways as the page keeps them while the form cannot be checked. One query at most."""
        return join_rows(self.ways)

    def _named(self, *names: str) -> list[Endpoint]:
        wanted = {code.upper() for name in names for code in self._values(name)}
        return [endpoint for endpoint in self.choices.endpoints if endpoint.code.upper() in wanted]

    def selection(self) -> Selection:
        """Whole tiers by name, so that an endpoint opened later belongs; parts of a tier by their endpoints."""
        chosen = self.chosen_groups
        tiers, endpoints = [], []
        for tier in self.choices.tiers:
            groups = [group for group in tier.groups if group.key in chosen]
            if len(groups) == len(tier.groups):
                tiers.append(tier.code)
            else:
                endpoints += [endpoint.code for group in groups for endpoint in group.endpoints]
        known = {group.name for group in self.choices.saved}
        return Selection(
            tiers=tuple(tiers),
            endpoints=tuple(dict.fromkeys([*endpoints, *(endpoint.code for endpoint in self.added)])),
            groups=tuple(sorted(self.chosen_saved & known)),
            except_=tuple(endpoint.code for endpoint in self.excepted),
        )

    def clean_chair(self) -> Person | None:
        """The person whom the text names: "name" or "name, position"."""
        return chair_named(self.choices.user, self.cleaned_data["chair"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("start") and values.get("end") and values["end"] <= values["start"]:
            self.add_error("end", _("The end must be after the start."))
        unknown = [
            code for name in ("add", "except", "leave_out") for code in self._values(name) if not self._known(code)
        ]
        if unknown:
            raise forms.ValidationError(
                _("There is no endpoint with the code %(codes)s."), params={"codes": ", ".join(unknown)}, code="codes"
            )
        selection = self.selection()
        if self.requires_own(selection, values.get("host_endpoint") or ""):
            raise forms.ValidationError(_("Choose at least one endpoint."), code="selection")
        values["selection"] = selection
        return values

    def requires_own(self, selection: Selection, host: str) -> bool:
        """Whether an endpoint is missing without which there is nothing to book."""
        return not (selection.tiers or selection.endpoints or selection.groups or host)

    def _known(self, code: str) -> bool:
        return any(endpoint.code.upper() == code.upper() for endpoint in self.choices.endpoints)

    def plan(self) -> MeetingPlan:
        """The meeting as it is wanted. The form must be valid."""
        values = self.cleaned_data
        units = {unit.code: unit for unit in self.choices.units}
        return MeetingPlan(
            title=values["title"],
            unit=units[values["unit"]],
            selection=values["selection"],
            starts_at=_moment(values["day"], values["start"]),
            ends_at=_moment(values["day"], values["end"]),
            host_endpoint=values["host_endpoint"] or None,
            setup_minutes=values["setup_minutes"],
            teardown_minutes=values["teardown_minutes"] or 0,
            local=values["local"],
            chair=values["chair"],
            ways=self.ways,
            ways_may_lapse=True,
        )


def ticks_of(choices: Choices, codes: Collection[str]) -> dict[str, list[str]]:
    """What the chooser shows for these endpoints: whole tiers and groups ticked, the others added one by one."""
    wanted = set(codes)
    ticks: dict[str, list[str]] = {"tier": [], "group": [], "add": []}
    for tier in choices.tiers:
        whole = [group for group in tier.groups if wanted.issuperset(row.code for row in group.endpoints)]
        if len(whole) == len(tier.groups):
            ticks["tier"].append(tier.code)
        else:
            ticks["group"] += [group.key for group in whole]
        rest = [group for group in tier.groups if group not in whole]
        ticks["add"] += [row.code for group in rest for row in group.endpoints if row.code in wanted]
    return ticks


def chair_named(user: User, text: str) -> Person | None:
    """The person whom the text names: "name" or "name, position". Raises ValidationError for none and for several."""
    if not text.strip():
        return None
    name, _comma, position = (part.strip() for part in text.partition(","))
    people = chairs_matching(user, name).filter(full_name__iexact=name)
    if position:
        people = people.filter(position__iexact=position)
    found = list(people[:2])
    if not found:
        raise forms.ValidationError(_("“%(name)s” is not in the directory."), params={"name": name}, code="unknown")
    if len(found) > 1:
        raise forms.ValidationError(
            _("Several people are called “%(name)s”. Choose one with the position."),
            params={"name": name},
            code="many",
        )
    return found[0]


def chairs_matching(user: User, text: str) -> QuerySet[Person]:
    """People whom the user may name as a chair, by words of name or position, marks ignored."""
    people = Person.objects.filter(scope_filter(user, Right.PREPARE, "unit__path")).select_related("unit")
    for word in fold(text).split():
        people = people.filter(search_text__contains=word)
    return people.order_by("unit__path", "full_name")


def _moment(day: dt.date, time: dt.time) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, time))
