"""The network: which endpoints are free when, on a day and in a week."""

import datetime as dt
from collections.abc import Sequence
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.decision import Right
from accounts.errors import Unacceptable
from accounts.models import User
from accounts.selectors import current_user, require, rights_of, units_where
from rooms.day_grid import day_grid, day_window, paged
from rooms.forms import NetworkForm
from rooms.holders import holders_in
from rooms.hours.selectors import powers_over
from rooms.occupancy import Availability, EndpointDay, availability
from rooms.scheduling.intervals import Interval
from rooms.selectors import tiers
from rooms.week_grid import week_grid, week_window

OPEN_UP_TO = 30
"""Groups unfold by themselves when no more endpoints than this are asked for."""

WEEK_VIEWS = {"week", "week-table"}
TEMPLATES = {
    "grid": "rooms/_day_grid.html",
    "table": "rooms/_day_table.html",
    "week": "rooms/_week_grid.html",
    "week-table": "rooms/_week_table.html",
}


@login_required
@require_GET
def network(request: HttpRequest) -> HttpResponse:
    """The availability of a day or a week: grid or table, narrowed by tier, unit, name, or a free span."""
    user = current_user(request)
    require(user, Right.VIEW_NETWORK)
    form = NetworkForm(request.GET)
    day = form.day_asked()
    view = form.asked("view") or "grid"
    of_week = view in WEEK_VIEWS
    window = week_window(day) if of_week else day_window(day)
    asked, found = _found(user, form, window)
    free = form.free_span()
    page = paged(found, free, form.asked("page"))
    opened, holders, now = _opened(list(page), asked, free), holders_in(user, window), timezone.now()
    grid = (
        week_grid(found, day, page, now=now, opened=opened, holders=holders)
        if of_week
        else day_grid(found, day, page, now=now, opened=opened, holders=holders)
    )
    step = dt.timedelta(days=7 if of_week else 1)
    chosen = grid.row(form.asked("chosen"))
    context = {
        "grid": grid,
        "part": TEMPLATES[view],
        "view": view,
        "of_week": of_week,
        "as_table": view.endswith("table"),
        "asked": asked,
        **_free_choice(form, free),
        "tiers": tiers(),
        "units": units_where(user, Right.VIEW_NETWORK)
        .filter(endpoints__isnull=False, parent__parent__isnull=True)
        .exclude(parent=None)
        .distinct(),
        "chosen": chosen,
        **_ways(request, day, step, view),
        "ports": sum(each.bridge.ports for each in found.bridges),
        "may_book": Right.BOOK in rights_of(user),
        "may_close": chosen is not None and powers_over(user, chosen.day.endpoint).reports,
    }
    return render(request, "rooms/network.html", context)


def _found(user: User, form: NetworkForm, window: Interval) -> tuple[dict[str, str], Availability]:
    """What was asked and is known, with what is taken; an unknown tier or unit counts as not asked."""
    asked = {"tier": form.asked("tier"), "under": form.asked("under"), "q": form.asked("q")}
    try:
        return asked, availability(user, window, **asked)
    except Unacceptable:
        asked |= {"tier": "", "under": ""}
        return asked, availability(user, window, **asked)


def _free_choice(form: NetworkForm, free: Interval | None) -> dict[str, str]:
    choice = form.asked("free") if free else "14:00-16:30"
    return {
        "free": choice if free else "",
        "free_choice": choice,
        "free_words": choice.replace("-", "\N{EN DASH}"),
    }


def _ways(request: HttpRequest, day: dt.date, step: dt.timedelta, view: str) -> dict[str, str]:
    """Where the buttons of the page lead."""
    table, of_week = view.endswith("table"), view in WEEK_VIEWS
    return {
        "previous": _address(request, day=day - step, page=""),
        "next": _address(request, day=day + step, page=""),
        "to_today": _address(request, day=timezone.localdate()),
        "to_day": _address(request, view="table" if table else "grid"),
        "to_week": _address(request, view="week-table" if table else "week"),
        "to_table": _address(request, view="week-table" if of_week else "table"),
        "to_grid": _address(request, view="week" if of_week else "grid"),
        "plain": _address(request, chosen=""),
        "query": _address(request, page="").partition("?")[2],
    }


def _opened(shown: Sequence[EndpointDay], asked: dict[str, str], free: Interval | None) -> frozenset[str]:
    """Keys of the groups to unfold: every one when few endpoints are asked for, else only small tiers."""
    counts: dict[str, int] = {}
    for each in shown:
        counts[each.endpoint.tier_id] = counts.get(each.endpoint.tier_id, 0) + 1
    narrowed = bool(free or any(asked.values())) and len(shown) <= OPEN_UP_TO * 2
    keys = {code for code, count in counts.items() if count <= OPEN_UP_TO}
    parents = [each.endpoint.unit.parent for each in shown if each.endpoint.tier_id not in keys]
    codes = sorted({parent.code for parent in parents if parent is not None})
    tier = next((each.endpoint.tier_id for each in shown if each.endpoint.tier_id not in keys), "")
    keys |= {f"{tier}-{code}" for code in (codes if narrowed else codes[:1])}
    return frozenset(keys)


def _address(request: HttpRequest, **changes: object) -> str:
    """The present address with other parameters; empty ones are left out."""
    query = {key: value for key, value in request.GET.items() if key in NetworkForm.base_fields}
    query |= {key: str(value) for key, value in changes.items()}
    return f"{request.path}?{urlencode({key: value for key, value in query.items() if value})}"
