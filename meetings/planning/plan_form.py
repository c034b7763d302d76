"""The form that changes a meeting's words, times and endpoints."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from accounts.decision import Right
from accounts.models import Person, User
from meetings.planning.booking_form import CLOCK, chair_named
from meetings.planning.joins import read_written, written_ways
from meetings.planning.models import Meeting, Participant
from meetings.planning.wishes import Changes, EndpointChange
from rooms.models import Endpoint
from rooms.naming import parts_of, read_endpoints
from rooms.occupancy import ways_of
from rooms.scheduling.ways import Way
from rooms.selectors import endpoints_for


class PlanForm(forms.Form):
    """Every field carries along what its writer saw: only what was really changed is saved."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(label=_("Name of the meeting"), max_length=250, show_hidden_initial=True)
    number = forms.CharField(
        label=_("Number of the invitation"), max_length=40, required=False, show_hidden_initial=True
    )
    chair = forms.CharField(
        label=_("Chair"),
        required=False,
        max_length=300,
        show_hidden_initial=True,
        widget=forms.TextInput(attrs={"list": "chair-options", "autocomplete": "off"}),
    )
    day = forms.DateField(
        label=_("Day"), show_hidden_initial=True, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    start = forms.TimeField(
        label=_("From"), show_hidden_initial=True, widget=forms.TimeInput(attrs=CLOCK, format="%H:%M")
    )
    end = forms.TimeField(
        label=pgettext_lazy("time", "To"),
        show_hidden_initial=True,
        widget=forms.TimeInput(attrs=CLOCK, format="%H:%M"),
    )
    setup_minutes = forms.IntegerField(
        label=_("Line test before, minutes"), min_value=0, max_value=600, show_hidden_initial=True
    )
    teardown_minutes = forms.IntegerField(
        label=_("Time after, minutes"), min_value=0, max_value=600, show_hidden_initial=True
    )
    host_endpoint = forms.ChoiceField(label=_("Main endpoint"), required=False, show_hidden_initial=True)
    ways = forms.CharField(required=False, widget=forms.HiddenInput, show_hidden_initial=True)

    def __init__(self, user: User, meeting: Meeting, endpoints: Iterable[Endpoint], data: Any = None) -> None:
        super().__init__(data, initial=_initial(meeting))
        self.user, self.meeting, self.present_chair = user, meeting, meeting.chair
        self.endpoints = list(endpoints)
        field = self.fields["host_endpoint"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "–"), *((row.code, f"{row.code} {row.display_name}") for row in self.endpoints)]

    @property
    def chosen_ways(self) -> dict[str, Way]:
        """How endpoints are to join that do not take a port of their own bridge, as the form stands."""
        return read_written((self["ways"].value() or "").split(","))

    @property
    def rejoined(self) -> bool:
        """Whether the form changes how somebody joins."""
        return self.is_bound and "ways" in self.changed_data

    def clean_chair(self) -> Person | None:
        """The person named. A field that was not touched keeps the chair, even one beyond the writer's reach."""
        if "chair" not in self.changed_data:
            return self.present_chair
        return chair_named(self.user, self.cleaned_data["chair"])

    @cached_property
    def joining_typed(self) -> list[str]:
        """What was written to be added, code or name, one by one."""
        return parts_of(self._sent("add"))

    @cached_property
    def leaving(self) -> tuple[str, ...]:
        """The codes ticked to be taken out, of those that the meeting has."""
        ticked = set(self._sent("leave"))
        return tuple(row.code for row in self.endpoints if row.code in ticked)

    def _sent(self, name: str) -> list[str]:
        return self.data.getlist(name) if hasattr(self.data, "getlist") else list(self.data.get(name, []))

    @cached_property
    def offered(self) -> list[Endpoint]:
        """Endpoints that the writer may book and that the meeting does not have."""
        present = {row.code for row in self.endpoints}
        return [row for row in endpoints_for(self.user, right=Right.BOOK) if row.code not in present]

    def _joining(self) -> tuple[str, ...]:
        """The codes of what is to be added. Raises ValidationError naming what is no endpoint within reach."""
        typed = self.joining_typed
        if not typed:
            return ()
        written = read_endpoints(typed, [*self.endpoints, *self.offered])
        if written.unknown:
            raise forms.ValidationError(
                _("There is no endpoint “%(codes)s” that you may book."), params={"codes": ", ".join(written.unknown)}
            )
        present = {row.code for row in self.endpoints}
        return tuple(code for code in written.codes if code not in present)

    def _clean_endpoints(self, values: dict[str, Any]) -> EndpointChange:
        joining, leaving = self._joining(), self.leaving
        if leaving and len(leaving) == len(self.endpoints) and not joining:
            raise forms.ValidationError(_("A meeting keeps at least one endpoint."))
        if values.get("host_endpoint") in leaving:
            raise forms.ValidationError(
                _("%(code)s is the main endpoint. Choose another main endpoint before you take it out."),
                params={"code": values["host_endpoint"]},
            )
        peopled = Participant.objects.filter(meeting=self.meeting, endpoint__code__in=leaving) if leaving else None
        if peopled is not None and (count := peopled.count()):
            codes = ", ".join(sorted(set(peopled.values_list("endpoint__code", flat=True))))
            raise forms.ValidationError(
                ngettext_lazy(
                    "%(count)d person is expected at %(codes)s. Move the person to another endpoint first.",
                    "%(count)d people are expected at %(codes)s. Move them to another endpoint first.",
                    count,
                ),
                params={"count": count, "codes": codes},
            )
        return EndpointChange(joining, leaving)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        values["endpoints"] = self._clean_endpoints(values)
        if values.get("start") and values.get("end") and values["end"] <= values["start"]:
            self.add_error("end", str(_("The end must be after the start.")))
        return values

    def changes(self) -> Changes:
        """What the writer changed, as the act takes it. The form must be valid."""
        values, touched = self.cleaned_data, set(self.changed_data)
        changes = Changes()
        if "title" in touched:
            changes["title"] = values["title"]
        if "number" in touched:
            changes["number"] = values["number"]
        if "chair" in touched:
            changes["chair"] = values["chair"]
        if touched & {"day", "start"}:
            changes["starts_at"] = _moment(values["day"], values["start"])
        if touched & {"day", "end"}:
            changes["ends_at"] = _moment(values["day"], values["end"])
        if "setup_minutes" in touched:
            changes["setup_minutes"] = values["setup_minutes"]
        if "teardown_minutes" in touched:
            changes["teardown_minutes"] = values["teardown_minutes"]
        if "host_endpoint" in touched:
            changes["host_endpoint"] = values["host_endpoint"] or None
        if "ways" in touched:
            changes["ways"] = self.chosen_ways
        if any(values["endpoints"]):
            changes["endpoints"] = values["endpoints"]
        return changes


def chair_words(person: Person | None) -> str:
    """A person as the form writes one: "name, position"."""
    return "" if person is None else ", ".join(filter(None, [person.full_name, person.position]))


def _initial(meeting: Meeting) -> dict[str, object]:
    start, end = timezone.localtime(meeting.starts_at), timezone.localtime(meeting.ends_at)
    return {
        "version": meeting.version,
        "title": meeting.title,
        "number": meeting.number,
        "chair": chair_words(meeting.chair),
        "day": start.date(),
        "start": start.time().replace(tzinfo=None),
        "end": end.time().replace(tzinfo=None),
        "setup_minutes": meeting.setup_minutes,
        "teardown_minutes": meeting.teardown_minutes,
        "host_endpoint": meeting.host_endpoint.code if meeting.host_endpoint else "",
        "ways": written_ways(ways_of(meeting.booking_id)),
    }


def _moment(day: dt.date, time: dt.time) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, time))
