"""The slot finder: when all of a selection is free, who stands in the way most often, who is free at one time."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.decision import Right
from accounts.errors import DomainError
from accounts.models import User
from accounts.selectors import current_user, require
from meetings.planning.booking_form import Choices
from meetings.planning.forms import refusal
from meetings.planning.slot_form import SELECTING, SlotForm, slot_initial
from rooms.models import Bridge
from rooms.scheduling.hindrances import Hindrance, Hindrances
from rooms.scheduling.suggestions import Slot
from rooms.selectors import choose, endpoints_named
from rooms.slots import SlotSearch, free_slots, largest_part, standing_in_the_way
from rooms.wishes import BookingRequest

SLOTS_SHOWN = 10
HINDRANCES_SHOWN = 10
NAMES_SHOWN = 12


@dataclass(frozen=True)
class SlotRow:
    """A free time and the address of the booking form filled in with it."""

    slot: Slot
    book: str


@dataclass(frozen=True)
class HindranceRow:
    """What stands in the way, by name; `without` is the address of the same search without it, for endpoints."""

    hindrance: Hindrance
    name: str
    without: str


@dataclass(frozen=True)
class PartAt:
    """Who is free at the one time: `free` of `total`, the first of the others by name, and the booking form."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    free: int
    total: int
    others: Sequence[str]
    book: str

    @property
    def more(self) -> int:
        return self.total - self.free - len(self.others)


@dataclass(frozen=True)
class Findings:
    """What the search found. `refused`: the selection itself cannot be booked."""

    total: int = 0
    slots: Sequence[SlotRow] = ()
    overview: Hindrances | None = None
    hindrances: Sequence[HindranceRow] = ()
    part: PartAt | None = None
    refused: str = ""


@login_required
@require_safe
def slots(request: HttpRequest) -> HttpResponse:
    """The form and, when it is filled in, what was found."""
    user = current_user(request)
    require(user, Right.BOOK)
    choices = Choices(user)
    asked = "minutes" in request.GET
    form = SlotForm(
        choices, request.GET if asked else None, initial={**slot_initial(), **_preset(request.GET, choices)}
    )
    valid = asked and form.is_valid()
    found = _find(user, form, request.GET) if valid else None
    context = {"form": form, "choices": choices, "found": found, "nav_section": "network"}
    return render(request, "meetings/planning/slots.html", context, status=422 if asked and not valid else 200)


def _preset(query: QueryDict, choices: Choices) -> dict[str, object]:
    """What a link into the finder names of the selection; the whole network when it names nothing."""
    named = {name: query.getlist(name) for name in SELECTING}
    return {**named, "tier": named["tier"] if any(named.values()) else [tier.code for tier in choices.tiers]}


def _find(user: User, form: SlotForm, query: QueryDict) -> Findings:
    first, end = form.window()
    values = form.cleaned_data
    length, setup = dt.timedelta(minutes=values["minutes"]), dt.timedelta(minutes=values["setup_minutes"])
    earliest = max(first, timezone.now() + setup)
    where = SlotSearch(earliest=earliest, horizon=max(end, earliest), count=SLOTS_SHOWN, any_hour=values["any_hour"])
    host = values["host_endpoint"] or None
    try:
        codes = choose(
            user, values["selection"], right=Right.BOOK, on=max(values["first"], timezone.localdate()), host=host
        )
        request = BookingRequest(
            title="",
            unit=form.choices.units[0],
            endpoints=codes,
            starts_at=earliest,
            ends_at=earliest + length,
            host_endpoint=host,
            setup_minutes=values["setup_minutes"],
            local=values["local"],
        )
        rows = [SlotRow(slot, _booking(query, slot.starts_at, slot.ends_at)) for slot in free_slots(request, where)]
        overview = standing_in_the_way(request, where)
        part = _part(request, form.at(), length, query)
    except DomainError as error:
        return Findings(refused=refusal(error))
    return Findings(len(codes), rows, overview, _named(overview, query), part)


def _named(overview: Hindrances, query: QueryDict) -> list[HindranceRow]:
    listed = overview.listed[:HINDRANCES_SHOWN]
    endpoints = endpoints_named([each.code for each in listed if each.kind == "endpoint"])
    bridges = dict(
        Bridge.objects.filter(code__in=[each.code for each in listed if each.kind != "endpoint"]).values_list(
            "code", "name"
        )
    )
    rows = []
    for each in listed:
        endpoint = endpoints.get(each.code)
        if each.kind == "endpoint" and endpoint is not None:
            rows.append(HindranceRow(each, endpoint.display_name, _without(query, each.code)))
        else:
            rows.append(HindranceRow(each, bridges.get(each.code, ""), ""))
    return rows


def _part(request: BookingRequest, at: dt.datetime | None, length: dt.timedelta, query: QueryDict) -> PartAt | None:
    if at is None:
        return None
    asked = replace(request, starts_at=at, ends_at=at + length)
    free = set(largest_part(asked))
    others = [code for code in request.endpoints if code not in free]
    names = endpoints_named(others[:NAMES_SHOWN])
    shown = [f"{code} {names[code].display_name}" for code in others[:NAMES_SHOWN] if code in names]
    return PartAt(at, at + length, len(free), len(request.endpoints), shown, _booking(query, at, at + length))


def _booking(query: QueryDict, start: dt.datetime, end: dt.datetime) -> str:
    """The booking form with this selection at this time."""
    here, until = timezone.localtime(start), timezone.localtime(end)
    pairs = [("day", f"{here:%Y-%m-%d}"), ("from", f"{here:%H:%M}"), ("to", f"{until:%H:%M}")]
    pairs += [(name, query.get(name, "")) for name in ("setup_minutes", "host_endpoint", "local") if query.get(name)]
    pairs += [(name, value) for name in SELECTING for value in query.getlist(name) if value]
    return f"{reverse('meeting-new')}?{urlencode(pairs)}"


def _without(query: QueryDict, code: str) -> str:
    """The same search without that endpoint."""
    pairs = [(name, value) for name in query for value in query.getlist(name) if value]
    pairs = [(name, value) for name, value in pairs if (name, value) not in {("add", code), ("host_endpoint", code)}]
    return f"?{urlencode([*pairs, ('except', code)])}"
