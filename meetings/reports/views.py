"""Reports at the desk: the list of meetings that have one, and the attendance report itself."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.decision import Right
from accounts.selectors import current_user, require, scope_filter
from meetings.planning.access import meeting_for
from meetings.planning.models import Meeting
from meetings.reports.charts import arrivals_line, bars
from meetings.reports.exports import export
from meetings.reports.figures import Outcome, arrivals
from meetings.reports.selectors import SETTLED, attendance_report, meetings_with_figures
from meetings.reports.words import words_for

PER_PAGE = 50
FIRST_ABSENT = 5
PEOPLE_PER_PAGE = 200


@login_required
@require_safe
def report(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Totals, tiers, charts, who was absent; below, every endpoint and every name."""
    meeting = meeting_for(current_user(request), meeting_id, Right.READ_REPORT)
    found = attendance_report(meeting)
    words = words_for(get_language() or "vi")
    points = arrivals(found.persons)
    unexcused = [person for person in found.persons if person.outcome is Outcome.UNEXCUSED]
    not_yet = [person for person in found.persons if person.outcome is Outcome.NOT_YET]
    whole = request.GET.get("view") == "all"
    context = {
        "meeting": meeting,
        "report": found,
        "counts": found.total.counts,
        "settled": meeting.status in SETTLED,
        "points": points,
        "bars": bars(found.groups, words),
        "line": arrivals_line(points, found.head.starts_at, words),
        "missing": unexcused or not_yet,
        "missing_shown": (unexcused or not_yet)[: None if whole else FIRST_ABSENT],
        "missing_settled": bool(unexcused),
        "people": Paginator(found.persons, PEOPLE_PER_PAGE).get_page(request.GET.get("page")) if whole else None,
        "whole": whole,
        "query": "view=all",
        "nav_section": "reports",
    }
    return render(request, "meetings/reports/report.html", context)


@login_required
@require_safe
def report_file(request: HttpRequest, meeting_id: int, kind: str) -> HttpResponse:
    """The report as XLSX, PDF or CSV."""
    return export(meeting_for(current_user(request), meeting_id, Right.READ_REPORT), kind)


@login_required
@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    """Meetings with a roll call, the latest first."""
    user = current_user(request)
    require(user, Right.READ_REPORT)
    held = Meeting.objects.filter(
        scope_filter(user, Right.READ_REPORT, "unit__path"), status__in=[*SETTLED, Meeting.Status.OPEN]
    ).select_related("unit", "chair")
    page = Paginator(held.order_by("-starts_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": meetings_with_figures(list(page)), "nav_section": "reports"}
    return render(request, "meetings/reports/list.html", context)
