"""Pages of a reorganisation: the list, the mapping with its dry run, and its acts."""

from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decision import Right
from accounts.errors import DomainError
from accounts.models import User
from accounts.selectors import current_user, require
from accounts.sheets import MOST_BYTES, SheetTooLarge
from accounts.text import fold
from accounts.wording import number
from rooms.models import EndpointChange, PassingUnit, Reorganisation
from rooms.reorganisation.actions import carrying_out, drafting
from rooms.reorganisation.forms import (
    BeginForm,
    DecideEndpointsForm,
    DecideUnitsForm,
    FileForm,
    UnitPassageForm,
    refusal,
)
from rooms.reorganisation.rows import ReorganisationRejected
from rooms.reorganisation.selectors import Scene, reorganisation_for, reorganisations_for
from rooms.reorganisation.sheet_templates import KINDS, template_csv, template_xlsx
from rooms.reorganisation.shown import (
    Names,
    effects_of,
    endpoint_lines,
    move_lines,
    names_after,
    unit_lines,
)
from rooms.sheet_words import sentence

ON_A_PAGE: Final = 50
SHOWN: Final = 20
PARTS: Final = ("units", "endpoints", "effects", "add")
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SAME: Final = {"nav_section": "administration"}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reorganisations(request: HttpRequest) -> HttpResponse:
    """Every reorganisation of the user's units, and a form to begin one."""
    user = current_user(request)
    require(user, Right.MANAGE_NETWORK)
    form = BeginForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        made = carrying_out.begin(user, form.cleaned_data["title"], form.cleaned_data["on"])
        return redirect(_address(made, "add"))
    rows = reorganisations_for(user).annotate(
        lines=Count("passing_units", distinct=True),
        undecided=Count("passing_units", Q(passing_units__decision=""), distinct=True),
    )
    rows = rows.order_by("-on", "-pk")
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    status = 422 if form.errors else 200
    return render(
        request, "rooms/reorganisation/list.html", {**_SAME, "page": page, "form": form, "query": ""}, status=status
    )


@login_required
@require_safe
def template(request: HttpRequest, kind: str, form: str) -> HttpResponse:
    """An empty sheet to fill in."""
    require(current_user(request), Right.MANAGE_NETWORK)
    if kind not in KINDS or form not in {"csv", "xlsx"}:
        raise Http404
    language = get_language() or "vi"
    content = template_csv(kind, language) if form == "csv" else template_xlsx(kind, language)
    response = HttpResponse(content, content_type=XLSX if form == "xlsx" else "text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{kind}.{form}"'
    return response


@login_required
@require_safe
def reorganisation(request: HttpRequest, number: int) -> HttpResponse:
    """One reorganisation: its mapping, its endpoints, and what it does."""
    user = current_user(request)
    return _page(request, user, reorganisation_for(user, number))


def _page(
    request: HttpRequest, user: User, shown: Reorganisation, *, part: str = "", status: int = 200, **more: object
) -> HttpResponse:
    part = part or request.GET.get("part", "")
    part = part if part in PARTS else PARTS[0]
    done = shown.carried_out_at is not None
    effects = None if done else effects_of(user, shown)
    only_open = request.GET.get("show") != "all" and not done
    q = request.GET.get("q", "")[:100]
    context: dict[str, object] = {
        **_SAME,
        "reorganisation": shown,
        "effects": effects,
        "plan": effects.scene.plan if effects else None,
        "part": part,
        "only_open": only_open,
        "q": q,
        "problems": [sentence(each) for each in effects.problems[:SHOWN]] if effects else [],
        "more_problems": max(0, len(effects.problems) - SHOWN) if effects else 0,
        "counts": shown.passing_units.aggregate(all=Count("pk"), open=Count("pk", Q(decision=""))),
        "endpoint_count": len(effects.scene.plan.moves) if effects else shown.endpoint_changes.count(),
        "query": urlencode({"part": part, **({} if only_open else {"show": "all"}), **({"q": q} if q else {})}),
    }
    language = get_language() or "vi"
    if part == "units":
        context |= _units(request, shown, only_open, q, effects.scene if effects else None, language)
    elif part == "endpoints":
        context |= _endpoints(request, shown, q, effects.scene if effects else None, language)
        context["form"] = DecideEndpointsForm()
    elif part == "effects" and effects is not None:
        names = Names(language, effects.scene, {})
        moves = sorted(effects.scene.plan.moves.values(), key=lambda move: (move.room.code, move.unit))
        page = Paginator(moves, ON_A_PAGE).get_page(request.GET.get("page"))
        context |= {"page": page, "moves": move_lines(page.object_list, names)}
        context |= {
            "meetings": effects.meetings[:ON_A_PAGE],
            "more_meetings": max(0, len(effects.meetings) - ON_A_PAGE),
        }
    elif not done:
        context |= {"file_form": FileForm(), "hand_form": UnitPassageForm()}
    return render(request, "rooms/reorganisation/page.html", context | more, status=status)


def _units(
    request: HttpRequest, shown: Reorganisation, only_open: bool, q: str, scene: Scene | None, language: str
) -> dict[str, object]:
    rows = PassingUnit.objects.filter(reorganisation=shown).select_related("unit__parent")
    if only_open:
        rows = rows.filter(decision="")
    for word in fold(q).split():
        rows = rows.filter(Q(unit__search_text__contains=word) | Q(unit__code__istartswith=word))
    page = Paginator(rows.order_by("decision", "unit__code", "pk"), ON_A_PAGE).get_page(request.GET.get("page"))
    listed = list(page.object_list)
    codes = {code for row in listed for code in (row.heir, *(pair[0] for pair in row.shares))}
    names = Names(language, scene, {}) if scene else names_after(codes, shown.on, language)
    return {"page": page, "lines": unit_lines(listed, names)}


def _endpoints(
    request: HttpRequest, shown: Reorganisation, q: str, scene: Scene | None, language: str
) -> dict[str, object]:
    rows = EndpointChange.objects.filter(reorganisation=shown)
    rows = rows.select_related("endpoint__unit", "endpoint__bridge", "bridge")
    for word in fold(q).split():
        rows = rows.filter(endpoint__search_text__contains=word)
    page = Paginator(rows.order_by("decision", "endpoint__code", "pk"), ON_A_PAGE).get_page(request.GET.get("page"))
    listed = list(page.object_list)
    codes = {row.unit_code for row in listed}
    names = Names(language, scene, {}) if scene else names_after(codes, shown.on, language)
    return {"page": page, "endpoint_lines": endpoint_lines(listed, names)}


def _address(shown: Reorganisation, part: str) -> str:
    return f"{reverse('reorganisation', args=[shown.pk])}?part={part}"


@login_required
@require_POST
def act(request: HttpRequest, number: int, name: str) -> HttpResponse:
    """Read a file, add by hand, decide, take suggestions, carry out, throw away."""
    user = current_user(request)
    done = _ACTS.get(name)
    if done is None:
        raise Http404
    return done(request, user, reorganisation_for(user, number))


def _read(request: HttpRequest, user: User, shown: Reorganisation) -> HttpResponse:
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, user, shown, part="add", status=422, file_form=form)
    file = form.cleaned_data["file"]
    try:
        if file.size > MOST_BYTES:
            raise SheetTooLarge(what="bytes", limit=MOST_BYTES)
        taken = drafting.read_into(user, shown, file.read(), file.name or "")
    except ReorganisationRejected as rejected:
        wrong = [sentence(each) for each in rejected.problems[:SHOWN]]
        more = {"refused": refusal(rejected), "wrong": wrong, "more_wrong": len(rejected.problems) - len(wrong)}
        return _page(request, user, shown, part="add", status=rejected.status, **more)
    except DomainError as error:
        return _page(request, user, shown, part="add", status=error.status, refused=refusal(error))
    messages.success(request, _told(taken))
    return redirect(_address(shown, "endpoints" if taken.kind == "endpoints" else "units"))


def _told(taken: drafting.Taken) -> str:
    said = ngettext("%(count)s line was taken over.", "%(count)s lines were taken over.", taken.rows)
    told = said % {"count": _counted(taken.rows)}
    if taken.ignored:
        said = ngettext(
            "%(count)s line names a unit that is not in this network.",
            "%(count)s lines name units that are not in this network.",
            taken.ignored,
        )
        told = f"{told} {said % {'count': _counted(taken.ignored)}}"
    return told


def _counted(count: int) -> str:
    return number(count, get_language() or "vi")


def _add(request: HttpRequest, user: User, shown: Reorganisation) -> HttpResponse:
    form = UnitPassageForm(request.POST)
    if not form.is_valid():
        return _page(request, user, shown, part="add", status=422, hand_form=form)
    try:
        drafting.add_by_hand(user, shown, form.cleaned_data["olds"], form.line(), form.cleaned_data["share"])
    except DomainError as error:
        return _page(request, user, shown, part="add", status=error.status, hand_form=form, refused=refusal(error))
    messages.success(request, _("It is in the draft."))
    return redirect(f"{_address(shown, 'units')}&show=all")


def _decide(request: HttpRequest, user: User, shown: Reorganisation) -> HttpResponse:
    form = DecideUnitsForm(request.POST)
    if not form.is_valid():
        return _told_no(request, shown, "units", _("Nothing was decided: this choice is not known."))
    rows, decision, heir = form.asked()
    if not rows:
        return _told_no(request, shown, "units", _("Nothing was decided: please tick a line first."))
    try:
        decided = drafting.decide_units(user, shown, rows, decision, heir)
    except DomainError as error:
        return _told_no(request, shown, "units", refusal(error))
    said = ngettext("%(count)s unit is decided.", "%(count)s units are decided.", decided)
    messages.success(request, said % {"count": _counted(decided)})
    return redirect(_address(shown, "units"))


def _told_no(request: HttpRequest, shown: Reorganisation, part: str, said: str) -> HttpResponse:
    messages.error(request, said)
    return redirect(_address(shown, part))


def _decide_endpoints(request: HttpRequest, user: User, shown: Reorganisation) -> HttpResponse:
    form = DecideEndpointsForm(request.POST)
    if not form.is_valid():
        return _page(request, user, shown, part="endpoints", status=422, form=form)
    words = form.cleaned_data
    wish = drafting.EndpointWish(
        decision=words["decision"],
        unit=words["unit"],
        name=words["name"],
        bridge=words["bridge"],
        closes_on=words["closes_on"],
    )
    try:
        decided = drafting.decide_endpoints(user, shown, words["named"], wish)
    except DomainError as error:
        return _page(request, user, shown, part="endpoints", status=error.status, form=form, refused=refusal(error))
    said = ngettext("%(count)s endpoint is decided.", "%(count)s endpoints are decided.", decided)
    messages.success(request, said % {"count": _counted(decided)})
    return redirect(_address(shown, "endpoints"))


def _suggest(request: HttpRequest, user: User, shown: Reorganisation) -> HttpResponse:
    try:
        decided = drafting.take_suggestions(user, shown)
    except DomainError as error:
        return _told_no(request, shown, "units", refusal(error))
    said = ngettext("%(count)s suggestion is taken.", "%(count)s suggestions are taken.", decided)
    messages.success(request, said % {"count": _counted(decided)})
    return redirect(_address(shown, "units"))


def _carry_out(request: HttpRequest, user: User, shown: Reorganisation) -> HttpResponse:
    try:
        carrying_out.carry_out(user, shown)
    except DomainError as error:
        return _told_no(request, shown, "effects", refusal(error))
    shown.refresh_from_db()
    if shown.took_effect_at is None:
        messages.success(request, _("It is carried out; endpoints, people and roles pass on when the day comes."))
    else:
        messages.success(request, _("The network is reorganised."))
    return redirect("reorganisations")


def _throw_away(request: HttpRequest, user: User, shown: Reorganisation) -> HttpResponse:
    try:
        carrying_out.throw_away(user, shown)
    except DomainError as error:
        return _told_no(request, shown, "units", refusal(error))
    messages.success(request, _("The draft is thrown away."))
    return redirect("reorganisations")


_ACTS: Final[Mapping[str, Callable[[HttpRequest, User, Reorganisation], HttpResponse]]] = {
    "read": _read,
    "add": _add,
    "decide": _decide,
    "endpoints": _decide_endpoints,
    "suggest": _suggest,
    "carry-out": _carry_out,
    "remove": _throw_away,
}
