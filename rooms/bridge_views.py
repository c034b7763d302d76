"""The load of the bridges, for whoever may see the network."""

import datetime as dt

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.decision import Right
from accounts.selectors import current_user, require
from rooms.bridge_load import load_page, load_window
from rooms.forms import NetworkForm
from rooms.holders import holders_in


@login_required
@require_safe
def bridges(request: HttpRequest) -> HttpResponse:
    """Charts of a day or of a week, with a table of the same figures."""
    user = current_user(request)
    require(user, Right.VIEW_NETWORK)
    form = NetworkForm(request.GET)
    day = form.day_asked()
    of_week = form.asked("view") == "week"
    holders = holders_in(user, load_window(day, of_week=of_week))
    step = dt.timedelta(days=7 if of_week else 1)
    context = {
        "page": load_page(user, day, holders, of_week=of_week),
        "of_week": of_week,
        "previous": day - step,
        "next": day + step,
        "today": timezone.localdate(),
    }
    return render(request, "rooms/bridges.html", context)
