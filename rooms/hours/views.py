"""When an endpoint can be used: its week, and the times it is out of service."""

from typing import Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.selectors import current_user
from rooms.errors import ClosureOver
from rooms.hours.actions import end_closure, report_closure, set_week
from rooms.hours.forms import ClosureForm, WeekForm, weekday_words
from rooms.hours.selectors import Powers, closure_for, closure_lines, closures_of, endpoint_for, hits, week_of
from rooms.models import Endpoint

CLOSURES_ON_A_PAGE: Final = 25


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def hours(request: HttpRequest, code: str) -> HttpResponse:
    """The week and the times out of service; a POST reports one. One that hits meetings is asked about first."""
    user = current_user(request)
    endpoint, powers = endpoint_for(user, code)
    if request.method != "POST":
        return _page(request, endpoint, powers)
    form = ClosureForm(request.POST)
    if not form.is_valid():
        return _page(request, endpoint, powers, form=form, status=422)
    closed = form.closed()
    hit, number = hits(endpoint, closed)
    if number and "confirmed" not in request.POST:
        return _page(request, endpoint, powers, form=form, hit=hit, number=number, status=409)
    report_closure(user, endpoint, closed.start, closed.end, reason=form.cleaned_data["reason"])
    messages.success(request, _("%(code)s is out of service for that time.") % {"code": endpoint.code})
    return redirect("endpoint-hours", endpoint.code)


@login_required
@require_POST
def week(request: HttpRequest, code: str) -> HttpResponse:
    """Set the opening hours."""
    user = current_user(request)
    endpoint, powers = endpoint_for(user, code, manage=True)
    form = WeekForm(week_of(endpoint), request.POST)
    if not form.is_valid():
        return _page(request, endpoint, powers, week_form=form, status=422)
    set_week(user, endpoint, form.week())
    messages.success(request, _("The opening hours of %(code)s are saved.") % {"code": endpoint.code})
    return redirect("endpoint-hours", endpoint.code)


@login_required
@require_POST
def end(request: HttpRequest, code: str, closure_id: int) -> HttpResponse:
    """The endpoint is in service again, or will not be out of service at all."""
    user: User = current_user(request)
    endpoint, _powers = endpoint_for(user, code)
    closure = closure_for(endpoint, closure_id)
    try:
        kept = end_closure(user, endpoint, closure.pk)
    except ClosureOver:
        messages.warning(request, _("Nothing was changed: this time is over already."))
    else:
        said = _("%(code)s is in service again.") if kept else _("%(code)s stays in service at that time.")
        messages.success(request, said % {"code": endpoint.code})
    return redirect("endpoint-hours", endpoint.code)


def _page(
    request: HttpRequest,
    endpoint: Endpoint,
    powers: Powers,
    *,
    form: ClosureForm | None = None,
    week_form: WeekForm | None = None,
    status: int = 200,
    **asked: object,
) -> HttpResponse:
    """`asked`: `hit` and `number`, the meetings that the closure in the form would hit."""
    present = week_of(endpoint)
    page = Paginator(closures_of(endpoint), CLOSURES_ON_A_PAGE).get_page(request.GET.get("page"))
    now = timezone.localtime()
    if form is None:
        form = ClosureForm(initial={"first_day": now.date(), "last_day": now.date()})
    context = {
        "endpoint": endpoint,
        "powers": powers,
        "week": [(weekday_words(day), present.get(day, [])) for day in range(7)] if present else [],
        "week_form": week_form or WeekForm(present),
        "form": form,
        "page": page,
        "lines": closure_lines(endpoint, list(page.object_list), now),
        "nav_section": "network",
        **asked,
    }
    return render(request, "rooms/hours.html", context, status=status)
