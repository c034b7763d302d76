"""Attendance by unit: a unit's figures month by month."""

from dataclasses import dataclass
from itertools import groupby

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.decision import Right
from accounts.errors import NotFound
from accounts.models import Unit
from accounts.selectors import current_user, require, today, units_where
from meetings.reports.trend import trend
from meetings.reports.trend_chart import trend_chart

SPANS = (12, 24, 36)


@dataclass(frozen=True, slots=True)
class Group:
    """Units under a heading of the choice; without a `name` they stand under none."""

    name: str
    units: list[Unit]


@login_required
@require_safe
def report_units(request: HttpRequest) -> HttpResponse:
    """The chart and the table of one unit. Raises NotFound for a unit that is unknown or out of reach."""
    user = current_user(request)
    require(user, Right.READ_REPORT)
    units = list(units_where(user, Right.READ_REPORT).order_by("path"))
    asked = request.GET.get("months", "")
    months = next((span for span in SPANS if str(span) == asked), SPANS[0])
    found = trend(_chosen(units, request.GET.get("unit", "")), until=today(), months=months)
    context = {
        "trend": found,
        "chart": trend_chart(found),
        "groups": _groups(units),
        "spans": SPANS,
        "months": months,
        "longest": months == SPANS[-1],
        "nav_section": "reports",
    }
    return render(request, "meetings/reports/units.html", context)


def _chosen(units: list[Unit], code: str) -> Unit:
    """The unit of that code; without a code the topmost of them. Raises NotFound."""
    fitting = [unit for unit in units if code in {"", unit.code}]
    if not fitting:
        raise NotFound(unit=code)
    return min(fitting, key=lambda unit: (_depth(unit), unit.code))


def _groups(units: list[Unit]) -> list[Group]:
    """The units of a list by path, as a choice shows them: a unit next to the topmost makes a group with those below
    it, and stands alone when there are none."""
    highest = min((_depth(unit) for unit in units), default=0)
    groups: list[Group] = []
    for _branch, members in groupby(units, key=lambda unit: unit.path.split("/")[: highest + 1]):
        listed = list(members)
        groups.append(Group(listed[0].display_name if len(listed) > 1 else "", listed))
    return groups


def _depth(unit: Unit) -> int:
    return unit.path.count("/")
