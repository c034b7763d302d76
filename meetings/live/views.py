"""The first page after the door: a desk's day, or for a delegate the tablet."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.decision import Right
from accounts.models import User
from accounts.selectors import current_user, rights_of, scope_filter
from meetings.live.today import day_of
from rooms.models import Endpoint

MOST_ROOMS = 12


@login_required
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """The day of somebody with a desk; whoever only attends goes on to the tablet."""
    user = current_user(request)
    rights = rights_of(user)
    if not rights:
        return redirect("tablet-home")
    context = {
        "today": day_of(user, timezone.now()),
        "own_rooms": _own_rooms(user) if Right.VIEW_MEETING not in rights and Right.SCAN in rights else [],
        "may_prepare": Right.PREPARE in rights,
        "may_view": Right.VIEW_MEETING in rights,
        "may_see_network": Right.VIEW_NETWORK in rights,
    }
    return render(request, "meetings/live/today.html", context)


def _own_rooms(user: User) -> list[Endpoint]:
    """The endpoints that somebody answers for, to open their screens."""
    rooms = Endpoint.objects.filter(scope_filter(user, Right.SCAN, "unit__path"), active=True)
    return list(rooms.select_related("unit").order_by("tier__rank", "code")[:MOST_ROOMS])
