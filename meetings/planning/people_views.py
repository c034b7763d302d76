"""The list of people of a meeting: shown by endpoint, added to, changed, and imported from a file."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decision import Right
from accounts.errors import DomainError
from accounts.models import Person, User
from accounts.selectors import current_user, scope_filter
from accounts.sheets import MOST_BYTES, SheetTooLarge
from accounts.text import fold
from meetings.planning.access import meeting_for, rights_in
from meetings.planning.elsewhere import STAYS_AWAY, elsewhere
from meetings.planning.forms import (
    InviteForm,
    ParticipantForm,
    PeopleFilter,
    SheetForm,
    column_words,
    counted,
    problem_words,
    refusal,
)
from meetings.planning.importing import import_kept, try_out
from meetings.planning.lifecycle import Act, may
from meetings.planning.models import Meeting, Participant
from meetings.planning.participant_actions import (
    Invitee,
    Outcome,
    add_participants,
    change_participant,
    endpoints_of,
    reissue_code,
    remove_participant,
)
from meetings.planning.rows import DryRun
from meetings.planning.selectors import participant_for, participants_of
from meetings.planning.sheet_templates import template_csv, template_xlsx
from meetings.planning.warning_words import invited_elsewhere, places
from rooms.models import Endpoint
from rooms.scheduling.intervals import Interval

PEOPLE_ON_A_PAGE: Final = 100
FOUND_AT_MOST: Final = 20
PROBLEMS_SHOWN: Final = 200
ACCEPTED_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Group:
    """The people of one endpoint on this page of the list, each with where else they are expected at that time, and
    the figures of the whole endpoint."""

    endpoint: Endpoint
    rows: list[tuple[Participant, list[str]]]
    invited: int
    attending: int
    none: int


@login_required
@require_safe
def people(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Who is expected, grouped by endpoint. The number of queries does not grow with the list."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, Right.VIEW_MEETING)
    wanted = PeopleFilter(request.GET)
    chosen = wanted.cleaned_data if wanted.is_valid() else {}
    rows = participants_of(
        meeting, endpoint=chosen.get("endpoint", ""), answer=chosen.get("answer", ""), q=chosen.get("q", "")
    )
    page = Paginator(rows, PEOPLE_ON_A_PAGE).get_page(request.GET.get("page"))
    answers = _answers(meeting)
    context = {
        **_context(user, meeting),
        "page": page,
        "groups": list(_groups(meeting, page, _busy(user, meeting, page))),
        "answers": answers,
        "invited": sum(answers.values()),
        "endpoints": _endpoints_with_people(meeting),
        "answer_choices": Participant.Answer.choices,
        "chosen": chosen,
        "filtered": any(chosen.values()),
        "query": _query(request),
    }
    template = "meetings/planning/_people_list.html" if _wants_part(request) else "meetings/planning/people.html"
    return render(request, template, context)


def _context(user: User, meeting: Meeting) -> dict[str, object]:
    prepares = Right.PREPARE in rights_in(user, meeting) and may(meeting.status, Act.PREPARE).allowed
    return {"meeting": meeting, "prepares": prepares, "nav_section": "meetings"}


def _session(meeting: Meeting) -> Interval:
    return Interval(meeting.starts_at, meeting.ends_at)


def _busy(user: User, meeting: Meeting, page: Page[Participant]) -> dict[int, list[str]]:
    """Person → where else, for those on this page of the list who have not said that they stay away."""
    if not may(meeting.status, Act.PREPARE).allowed:
        return {}
    shown = [row.person_id for row in page.object_list if row.answer not in STAYS_AWAY]
    return places(elsewhere(user, _session(meeting), people=shown, besides=meeting))


def _wants_part(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))


def _query(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()


def _answers(meeting: Meeting) -> dict[str, int]:
    rows = Participant.objects.filter(meeting=meeting).order_by().values_list("answer").annotate(n=Count("pk"))
    found = dict(rows)
    return {answer: found.get(answer, 0) for answer in Participant.Answer.values}


def _endpoints_with_people(meeting: Meeting) -> list[tuple[str, str]]:
    """Code and words of every endpoint at which somebody is expected, for the choice above the list."""
    expected = Endpoint.objects.filter(participants__meeting=meeting).distinct()
    rows = expected.select_related("unit", "tier").order_by("tier__rank", "code")
    return [(endpoint.code, f"{endpoint.code} {endpoint.display_name}") for endpoint in rows]


def _groups(meeting: Meeting, page: Page[Participant], busy: Mapping[int, list[str]]) -> Iterator[Group]:
    shown = list(page.object_list)
    codes = {row.endpoint_id for row in shown}
    figures = {
        pk: (invited, attending, none)
        for pk, invited, attending, none in Participant.objects.filter(meeting=meeting, endpoint__in=codes)
        .order_by()
        .values_list("endpoint")
        .annotate(
            invited=Count("pk"),
            attending=Count("pk", filter=Q(answer__in=[Participant.Answer.ATTENDING, Participant.Answer.SUBSTITUTE])),
            none=Count("pk", filter=Q(answer=Participant.Answer.NONE)),
        )
    }
    by_endpoint: dict[int, list[Participant]] = {}
    for row in shown:
        by_endpoint.setdefault(row.endpoint_id, []).append(row)
    for pk, rows in by_endpoint.items():
        yield Group(rows[0].endpoint, [(row, busy.get(row.person_id, [])) for row in rows], *figures[pk])


def people_to_invite(user: User, text: str) -> list[Person]:
    """People of the directory within the user's reach whose name or position holds every word, marks ignored."""
    found = Person.objects.filter(scope_filter(user, Right.PREPARE, "unit__path")).select_related("unit")
    for word in fold(text).split():
        found = found.filter(search_text__contains=word)
    return list(found.order_by("full_name", "pk")[:FOUND_AT_MOST])


@login_required
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Find people in the directory and put them on the list, or write down somebody who is not in it."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, Right.PREPARE)
    endpoints = endpoints_of(user, meeting)
    text = request.GET.get("find", "").strip()[:100]
    found = people_to_invite(user, text) if text else []
    expected = dict(
        Participant.objects.filter(meeting=meeting, person__in=found).values_list("person", "endpoint__code")
    )
    busy = places(elsewhere(user, _session(meeting), people=[p.pk for p in found], besides=meeting))
    rows = [(p, expected.get(p.pk), busy.get(p.pk, [])) for p in found]
    context = {**_context(user, meeting), "found": rows, "find": text}
    if request.method == "GET" and _wants_part(request):
        return render(request, "meetings/planning/_found.html", context)
    initial = {"endpoint": request.GET.get("endpoint", "")}
    form = InviteForm(endpoints, request.POST if request.method == "POST" else None, initial=initial)
    refused, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _invited(request, user, meeting, add_participants(user, meeting, _invitees(form)))
            except DomainError as error:
                refused, status = refusal(error), error.status
    return render(
        request, "meetings/planning/invite.html", {**context, "form": form, "refused": refused}, status=status
    )


def _invitees(form: InviteForm) -> list[Invitee]:
    words = form.cleaned_data
    place = {"endpoint": words["endpoint"], "role": words["role"], "summons": words["summons"]}
    rows = [Invitee(person=pk, **place) for pk in words["person"]]
    if words["full_name"].strip():
        rows.append(Invitee(full_name=words["full_name"], position=words["position"], **place))
    return rows


def _invited(request: HttpRequest, user: User, meeting: Meeting, outcomes: list[Outcome]) -> HttpResponse:
    results = Counter(outcome.result for outcome in outcomes)
    if results["added"]:
        said = ngettext("%(count)s person added.", "%(count)s people added.", results["added"])
        messages.success(request, said % {"count": counted(results["added"])})
    if results["exists"]:
        said = ngettext(
            "%(count)s person was on the list already.", "%(count)s people were on the list already.", results["exists"]
        )
        messages.warning(request, said % {"count": counted(results["exists"])})
    if results["refused"]:
        said = ngettext(
            "%(count)s person could not be added.", "%(count)s people could not be added.", results["refused"]
        )
        messages.error(request, said % {"count": counted(results["refused"])})
    added = [each.participant.person_id for each in outcomes if each.result == "added" and each.participant]
    if warning := invited_elsewhere(elsewhere(user, _session(meeting), people=added, besides=meeting)):
        messages.warning(request, warning)
    return redirect("meeting-people", meeting.pk)


@login_required
@require_http_methods(["GET", "POST"])
def participant(request: HttpRequest, meeting_id: int, participant_id: int) -> HttpResponse:
    """Where and as what one person is expected."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, Right.PREPARE)
    row = participant_for(meeting, participant_id)
    initial = {"endpoint": row.endpoint.code, "position": row.position, "role": row.role, "summons": row.summons}
    data = request.POST if request.method == "POST" else None
    form = ParticipantForm(endpoints_of(user, meeting), data, initial=initial)
    refused, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                change_participant(user, row, **form.cleaned_data)
                messages.success(request, _("Saved."))
                return redirect("meeting-people", meeting.pk)
            except DomainError as error:
                refused, status = refusal(error), error.status
    context = {**_context(user, meeting), "participant": row, "form": form, "refused": refused}
    return render(request, "meetings/planning/participant.html", context, status=status)


@login_required
@require_POST
def remove(request: HttpRequest, meeting_id: int, participant_id: int) -> HttpResponse:
    """Take somebody off the list."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, Right.PREPARE)
    row = participant_for(meeting, participant_id)
    said = _("%(name)s was taken off the list.") % {"name": row.full_name}
    return _act(request, meeting, lambda: remove_participant(user, row), said)


@login_required
@require_POST
def new_code(request: HttpRequest, meeting_id: int, participant_id: int) -> HttpResponse:
    """Make the person's earlier codes worthless."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, Right.PREPARE)
    row = participant_for(meeting, participant_id)
    said = _("%(name)s has a new code; the earlier ones are no longer valid.") % {"name": row.full_name}
    return _act(request, meeting, lambda: reissue_code(user, row), said)


def _act(request: HttpRequest, meeting: Meeting, act: Callable[[], object], said: str) -> HttpResponse:
    try:
        act()
    except DomainError as error:
        messages.error(request, refusal(error))
    else:
        messages.success(request, said)
    return redirect("meeting-people", meeting.pk)


@login_required
@require_http_methods(["GET", "POST"])
def people_import(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Read a file for trial and show what importing it would do; then import all of it, or nothing."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, Right.PREPARE)
    if request.method == "POST" and "key" in request.POST:
        return _import(request, user, meeting)
    form = SheetForm(request.POST, request.FILES) if request.method == "POST" else SheetForm()
    if request.method != "POST" or not form.is_valid():
        return _import_page(request, user, meeting, form, status=422 if form.errors else 200)
    file = form.cleaned_data["file"]
    try:
        if file.size > MOST_BYTES:
            raise SheetTooLarge(what="bytes", limit=MOST_BYTES)
        trial, key = try_out(user, meeting, file.read(), file.name or "")
    except DomainError as error:
        return _import_page(request, user, meeting, form, refused=refusal(error), status=error.status)
    return _import_page(request, user, meeting, form, trial=trial, key=key, name=file.name or "")


def _import(request: HttpRequest, user: User, meeting: Meeting) -> HttpResponse:
    try:
        added = import_kept(user, meeting, request.POST["key"])
    except DomainError as error:
        return _import_page(request, user, meeting, SheetForm(), refused=refusal(error), status=error.status)
    said = ngettext("%(count)s person imported.", "%(count)s people imported.", added)
    messages.success(request, said % {"count": counted(added)})
    return redirect("meeting-people", meeting.pk)


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """One cell that does not fit: `place` is its address as the sheet shows it, or its row."""

    row: int
    cell: str
    column: str
    words: str


def _import_page(
    request: HttpRequest,
    user: User,
    meeting: Meeting,
    form: SheetForm,
    *,
    trial: DryRun | None = None,
    key: str = "",
    name: str = "",
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    problems = trial.problems[:PROBLEMS_SHOWN] if trial else ()
    context = {
        **_context(user, meeting),
        "form": form,
        "trial": trial,
        "key": key,
        "name": name,
        "refused": refused,
        "problems": [
            ProblemLine(each.row, each.cell, column_words(each.column), problem_words(each.code, each.value))
            for each in problems
        ],
        "more_problems": (trial.problem_count - len(problems)) if trial else 0,
        "bad_rows": (trial.row_count - len(trial.accepted)) if trial else 0,
        "accepted_shown": trial.accepted[:ACCEPTED_SHOWN] if trial else (),
        "more_accepted": max(len(trial.accepted) - ACCEPTED_SHOWN, 0) if trial else 0,
    }
    return render(request, "meetings/planning/import.html", context, status=status)


@login_required
@require_safe
def sheet_template(request: HttpRequest, meeting_id: int, kind: str) -> HttpResponse:
    """The empty sheet to fill in, with the codes of this meeting's endpoints."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, Right.PREPARE)
    codes = list(endpoints_of(user, meeting)) or ["T1"]
    language = get_language() or "vi"
    if kind == "csv":
        response = HttpResponse(template_csv(language, codes), content_type="text/csv; charset=utf-8")
    else:
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        response = HttpResponse(template_xlsx(language, codes), content_type=content_type)
    name = _("delegates") + f"-{meeting.pk}.{kind}"
    response.headers["Content-Disposition"] = f'attachment; filename="{fold(name)}"'
    return response
