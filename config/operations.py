"""For whoever runs the installation: the live connections in figures, as a page and as Prometheus reads them."""

import math
from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import wording
from accounts.api_auth import caller
from accounts.decision import Right
from accounts.selectors import current_user, require, rights_of
from config.office_tags import language
from realtime.exposition import CONTENT_TYPE, exposition
from realtime.metrics import BOUNDS, RECENT_MINUTES
from realtime.reporting import reports

RUNS: Final = Right.MANAGE_NETWORK


@login_required
@require_safe
def connections(request: HttpRequest) -> HttpResponse:
    """Every process that serves live connections, in figures and in words."""
    require(current_user(request), RUNS)
    rows = [
        {"report": report, "median": delay(report.figures.median), "p99": delay(report.figures.p99)}
        for report in reports()
    ]
    return render(request, "operations/connections.html", {"rows": rows, "minutes": RECENT_MINUTES})


def delay(seconds: float | None) -> str:
    """3,2 ms, or in words when it is beyond what is measured; nothing for nothing."""
    if seconds is None:
        return ""
    if math.isinf(seconds):
        return _("over %(seconds)s s") % {"seconds": wording.number(BOUNDS[-1], language())}
    milliseconds = seconds * 1000
    decimals = 0 if milliseconds >= 10 else 1
    return f"{wording.number(milliseconds, language(), decimals)}{wording.NBSP}ms"


@require_safe
def prometheus(request: HttpRequest) -> HttpResponse:
    """The same for Prometheus, with an access key or in a session. No address is trusted for itself: behind a proxy
    everybody comes from this machine."""
    user = caller(request)
    if user is None:
        refused = HttpResponse("An access key is needed.\n", status=401, content_type="text/plain; charset=utf-8")
        refused.headers["WWW-Authenticate"] = "Bearer"
        return refused
    if RUNS not in rights_of(user):
        return HttpResponse(f"{RUNS} is needed.\n", status=403, content_type="text/plain; charset=utf-8")
    return HttpResponse(exposition(reports()), content_type=CONTENT_TYPE, headers={"Cache-Control": "no-store"})
