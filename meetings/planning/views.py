"""The list of meetings, and changing one: with what somebody else changed meanwhile laid beside it."""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decision import Right
from accounts.errors import DomainError, NotFound, StaleVersion
from accounts.models import User
from accounts.selectors import current_user, rights_of, scope_filter
from accounts.wording import clock, day
from meetings.planning.access import TOOK_PART, meeting_for, meetings_visible_to
from meetings.planning.actions import book_draft, change_meeting
from meetings.planning.elsewhere import Warnings, warnings_of
from meetings.planning.forms import counted, refusal
from meetings.planning.joins import join_rows, read_written, written_ways
from meetings.planning.models import Meeting, Participant
from meetings.planning.obstacle_lines import moment_of, obstacles_of
from meetings.planning.participant_actions import endpoints_of
from meetings.planning.plan_form import PlanForm
from meetings.planning.selectors import TABS, meeting_list, tab_counts
from meetings.planning.warning_words import in_a_line, warned
from meetings.planning.wishes import plan_of
from rooms.errors import BookingConflict
from rooms.models import BookedEndpoint, Endpoint

MEETINGS_ON_A_PAGE: Final = 25


@login_required
@require_safe
def meeting_index(request: HttpRequest) -> HttpResponse:
    """The meetings that the user may know of, by tab, found by words of their title or number."""
    user = current_user(request)
    q = request.GET.get("q", "").strip()[:100]
    tab = request.GET.get("tab", "")
    if tab not in TABS:
        # A search from the top bar looks everywhere.
        tab = "all" if q else "coming"
    found = Paginator(_with_figures(meeting_list(user, tab, q)), MEETINGS_ON_A_PAGE)
    shown = found.get_page(request.GET.get("page"))
    rights = rights_of(user)
    context = {
        "tab": tab,
        "q": q,
        "counts": tab_counts(user),
        "page": shown,
        "query": urlencode({"tab": tab, "q": q} if q else {"tab": tab}),
        "may_book": Right.BOOK in rights,
        "endpoints": _own_endpoints(user) if not shown.object_list else 0,
        "nav_section": "meetings",
    }
    return render(request, "meetings/planning/list.html", context)


@login_required
@require_safe
def of_booking(request: HttpRequest, booking_id: int) -> HttpResponse:
    """On to the meeting that a booking is for: pages of the rooms know bookings only."""
    user = current_user(request)
    found = meetings_visible_to(user).filter(booking=booking_id).values_list("pk", flat=True).first()
    if found is None:
        raise NotFound(booking=booking_id)
    return redirect("meeting", found)


def _with_figures(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """Each meeting with `endpoints`, `invited`, `answered` and `unanswered`, counted in the same query."""
    held = BookedEndpoint.objects.filter(TOOK_PART, booking=OuterRef("booking")).order_by().values("booking")
    people = Participant.objects.filter(meeting=OuterRef("pk")).order_by().values("meeting")
    waiting = people.filter(answer=Participant.Answer.NONE)
    counted_rows = meetings.annotate(endpoints=_counted(held), invited=_counted(people), unanswered=_counted(waiting))
    return counted_rows.annotate(answered=F("invited") - F("unanswered"))


def _counted(rows: QuerySet[Any]) -> Coalesce:
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)


def _own_endpoints(user: User) -> int:
    return Endpoint.objects.filter(scope_filter(user, Right.VIEW_NETWORK, "unit__path"), active=True).count()


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Words and times of a meeting. A draft or a postponed meeting can be booked from here as well."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, Right.PREPARE)
    form = _form(request, user, meeting)
    if "take_way" in request.POST or "drop_way" in request.POST:
        # Only the form changes: what was typed stays, and nothing is saved before the button says so.
        return _edit_page(request, meeting, form)
    if request.method != "POST" or not form.is_valid():
        return _edit_page(request, meeting, form, status=422 if form.errors else 200)
    if "resolving" in request.POST:
        _keep_chosen(form, request)
    try:
        # Both or neither: what cannot be booked is not saved either, and stays in the form.
        with transaction.atomic():
            meeting = change_meeting(user, meeting, version=form.cleaned_data["version"], changes=form.changes())
            if "book" in request.POST:
                meeting = book_draft(user, meeting)
    except StaleVersion as stale:
        return _conflict_page(request, meeting, form, stale)
    except BookingConflict as conflict:
        return _edit_page(request, meeting, form, refused=refusal(conflict), conflict=conflict, status=conflict.status)
    except DomainError as error:
        return _edit_page(request, meeting, form, refused=refusal(error), status=error.status)
    messages.success(request, _said(meeting, booked="book" in request.POST))
    if said := in_a_line(_warnings(request, meeting, form)):
        messages.warning(request, said)
    return redirect("meeting", meeting.pk)


def _said(meeting: Meeting, *, booked: bool) -> str:
    if not booked:
        return _("Meeting saved.")
    count = BookedEndpoint.objects.filter(booking=meeting.booking_id, released=False).count()
    return ngettext("%(count)s endpoint booked.", "%(count)s endpoints booked.", count) % {"count": counted(count)}


def _form(request: HttpRequest, user: User, meeting: Meeting) -> PlanForm:
    data = request.POST.copy() if request.method == "POST" else None
    if data is not None and ("take_way" in data or "drop_way" in data):
        dropped = set(data.get("drop_way", "").split(","))
        kept = {code: way for code, way in read_written(data.get("ways", "").split(",")).items() if code not in dropped}
        data["ways"] = written_ways(kept | read_written(data.get("take_way", "").split(",")))
    return PlanForm(user, meeting, endpoints_of(user, meeting).values(), data)


def _edit_page(
    request: HttpRequest,
    meeting: Meeting,
    form: PlanForm,
    *,
    refused: str = "",
    conflict: BookingConflict | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "meeting": meeting,
        "form": form,
        "refused": refused,
        "joins": join_rows(form.chosen_ways),
        "may_rejoin": meeting.status == Meeting.Status.SCHEDULED,
        **obstacles_of(conflict),
        "warned": warned(_warnings(request, meeting, form)),
        "books": meeting.status in {Meeting.Status.DRAFT, Meeting.Status.POSTPONED},
        "nav_section": "meetings",
    }
    return render(request, "meetings/planning/edit.html", context, status=status)


def _warnings(request: HttpRequest, meeting: Meeting, form: PlanForm) -> Warnings:
    """What speaks against the time that stands in the form; of a form that cannot be read, against the present one."""
    plan = plan_of(meeting, form.changes() if form.is_bound and form.is_valid() else None)
    return warnings_of(current_user(request), plan.starts_at, plan.ends_at, chair=plan.chair, meeting=meeting)


@dataclass(frozen=True, slots=True)
class Difference:
    """One field on which two people differ: before, here, there. `name` is that of the act's change."""

    name: str
    label: str
    before: str
    mine: str
    theirs: str
    keep_mine: bool


_CARRIED: Final = frozenset(PlanForm.base_fields) - {"version"}
_LABELS: Final = {
    "title": "title",
    "number": "number",
    "chair": "chair",
    "starts_at": "start",
    "ends_at": "end",
    "setup_minutes": "setup_minutes",
    "teardown_minutes": "teardown_minutes",
    "host_endpoint": "host_endpoint",
}


def _conflict_page(request: HttpRequest, meeting: Meeting, form: PlanForm, stale: StaleVersion) -> HttpResponse:
    """Field by field: before, mine, theirs. What was typed goes along in hidden fields, so nothing is lost."""
    fields = stale.params["fields"]
    differences = [
        Difference(
            name=name,
            label=_label(form, name),
            before=_shown(name, values["before"], values),
            mine=_shown(name, values["yours"], values),
            theirs=_shown(name, values["theirs"], values),
            keep_mine=values["yours"] != values["before"],
        )
        for name, values in (fields.items() if isinstance(fields, dict) else [])
        if name in _LABELS
    ]
    context = {
        "meeting": meeting,
        "form": form,
        "differences": differences,
        "carried": [
            *((name, value) for name, value in request.POST.items() if name.removeprefix("initial-") in _CARRIED),
            *((name, value) for name in ("add", "leave") for value in request.POST.getlist(name)),
        ],
        "stale": stale.params,
        "others": sorted(set(fields) - set(_LABELS)) if isinstance(fields, dict) else [],
        "now": timezone.now(),
        "nav_section": "meetings",
    }
    return render(request, "meetings/planning/edit_conflict.html", context, status=stale.status)


def _label(form: PlanForm, name: str) -> str:
    if name in {"starts_at", "ends_at"}:
        return _("Start") if name == "starts_at" else _("End")
    return str(form.fields[_LABELS[name]].label)


def _shown(name: str, value: object, values: dict[str, object]) -> str:
    """A value as people write it: a time with its day only when the days differ."""
    if value is None or value == "":
        return "–"
    if name == "chair" and isinstance(value, dict):
        return ", ".join(filter(None, [str(value.get("full_name") or ""), str(value.get("position") or "")]))
    if name in {"starts_at", "ends_at"}:
        moments = [timezone.localtime(moment) for moment in map(moment_of, values.values()) if moment]
        moment = moment_of(value)
        if moment is None:
            return str(value)
        local = timezone.localtime(moment)
        return clock(local) if len({each.date() for each in moments}) == 1 else f"{clock(local)} {day(local.date())}"
    if name.endswith("_minutes"):
        return ngettext("%(count)s minute", "%(count)s minutes", int(str(value))) % {"count": value}
    return str(value)


def _keep_chosen(form: PlanForm, request: HttpRequest) -> None:
    """Of what was typed, save only the fields whose own wording was chosen over the other one."""
    take = request.POST.get("take", "chosen")
    parts = {"starts_at": {"day", "start"}, "ends_at": {"day", "end"}}
    kept = {"ways"}
    for name, field in _LABELS.items():
        if take == "mine" or request.POST.get(f"keep_{name}") == "mine":
            kept |= parts.get(name, {field})
    form.changed_data = [name for name in form.changed_data if name in kept]
