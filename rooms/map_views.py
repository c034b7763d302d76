"""The network as tree and map, as it is now, for whoever may see it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.decision import Right
from accounts.errors import Unacceptable
from accounts.selectors import current_user, require, units_where
from rooms.day_grid import day_window
from rooms.forms import NetworkForm
from rooms.network_map import network_now
from rooms.occupancy import availability


@login_required
@require_safe
def network_map(request: HttpRequest) -> HttpResponse:
    """Tree and map; the page asks for its own live part again every half minute."""
    user = current_user(request)
    require(user, Right.VIEW_NETWORK)
    under = NetworkForm(request.GET).asked("under")
    window = day_window(timezone.localdate())
    try:
        found = availability(user, window, under=under)
    except Unacceptable:
        under, found = "", availability(user, window)
    context = {
        "network": network_now(found, timezone.now()),
        "under": under,
        "units": units_where(user, Right.VIEW_NETWORK)
        .filter(endpoints__isnull=False, parent__parent__isnull=True)
        .exclude(parent=None)
        .distinct(),
    }
    return render(request, "rooms/map.html", context)
