"""Pages of the roll call: the usher's telephone, the room screen, the delegate's own device, the board."""

import secrets
import uuid
from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.decision import Right
from accounts.errors import NotFound
from accounts.models import User
from accounts.selectors import current_user
from accounts.text import fold
from accounts.wording import clock
from meetings.attendance.actions import ScanRequest, check_in
from meetings.attendance.arrival import Arrival, State, after_scan, arrival_of
from meetings.attendance.board import board_of, facts_of
from meetings.attendance.errors import NothingOnHere, TooManyWrongCodes
from meetings.attendance.forms import BoardForm, CheckInForm, PeopleForm, PlaceForm
from meetings.attendance.guessing import demand_patience, note_wrong_codes
from meetings.attendance.models import Method
from meetings.attendance.places import place_name
from meetings.attendance.qr import qr_path
from meetings.attendance.selectors import (
    PRESENT_STATES,
    RoomCode,
    check_in_of,
    endpoint_to_show,
    expected_matching,
    next_meeting_at,
    personal_code_of,
    recent_scans,
    room_code,
    room_figures,
    scan_places,
)
from meetings.planning.access import meeting_for, participant_of, rights_in
from meetings.planning.models import Meeting
from realtime.replay import head
from rooms.models import Endpoint

SHOWN_PEOPLE: Final = 20
DEVICE_COOKIE: Final = "device"
PLACE_COOKIE: Final = "scan_endpoint"
COOKIE_LIFE: Final = 400 * 24 * 3600


# The usher's telephone


@login_required
@never_cache
@require_GET
def scan(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Scan at one endpoint: the one asked for, the one of last time, or the only one; else choose."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, Right.SCAN)
    places = scan_places(user, meeting)
    form = PlaceForm(request.GET)
    form.is_valid()
    asked = form.cleaned_data
    known = {place.code: place for place in places}
    remembered = "" if asked.get("choose") or asked.get("q") else request.COOKIES.get(PLACE_COOKIE, "")
    chosen = known.get(asked.get("endpoint") or remembered) or (places[0] if len(places) == 1 else None)
    if chosen is None:
        return _choose(request, meeting, places, asked.get("q") or "")
    # The number of the last event is read before the figures: what comes after it only repeats or adds.
    seq = head(meeting.stream)
    context = {
        "meeting": meeting,
        "endpoint": chosen,
        "several": len(places) > 1,
        "figures": room_figures(meeting, chosen),
        "scans": recent_scans(meeting, chosen),
        "seq": seq,
        "back": _desk_of(user, meeting),
    }
    response = render(request, "meetings/attendance/scan.html", context)
    response.set_cookie(
        PLACE_COOKIE,
        chosen.code,
        max_age=COOKIE_LIFE,
        path=reverse("scan", args=[meeting.pk]),
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


def _choose(request: HttpRequest, meeting: Meeting, places: list[Endpoint], q: str) -> HttpResponse:
    words = fold(q).split()
    found = [place for place in places if all(word in place.search_text for word in words)]
    context = {
        "meeting": meeting,
        "places": found,
        "total": len(places),
        "q": q,
        "back": _desk_of(current_user(request), meeting),
    }
    return render(request, "meetings/attendance/scan_choose.html", context)


def _desk_of(user: User, meeting: Meeting) -> str:
    """Where "back" leads: the meeting's page for those who may open it."""
    return f"/meetings/{meeting.pk}/" if Right.VIEW_MEETING in rights_in(user, meeting) else "/"


@login_required
@never_cache
@require_GET
def scan_people(request: HttpRequest, meeting_id: int) -> JsonResponse:
    """People expected at one endpoint, by at least two letters of name or position; at most 20."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, Right.SCAN)
    form = PeopleForm(request.GET)
    if not form.is_valid():
        return JsonResponse({"code": "unacceptable", "fields": sorted(form.errors)}, status=422)
    place = {place.code: place for place in scan_places(user, meeting)}.get(form.cleaned_data["endpoint"])
    if place is None:
        raise NotFound(endpoint=form.cleaned_data["endpoint"])
    people = list(expected_matching(meeting, place, form.cleaned_data["q"])[: SHOWN_PEOPLE + 1])
    rows = [
        {
            "participant": person.pk,
            "full_name": person.full_name,
            "position": person.position,
            "unit": person.unit_name,
            "at": clock(timezone.localtime(person.check_in.at)) if hasattr(person, "check_in") else None,
        }
        for person in people[:SHOWN_PEOPLE]
    ]
    return JsonResponse({"results": rows, "more": len(people) > SHOWN_PEOPLE})


# The room screen


@login_required
@never_cache
@require_GET
def endpoint_screen(request: HttpRequest, code: str) -> HttpResponse:
    """What hangs on the wall of an endpoint: the code to scan and who is there; what comes next when nothing is on."""
    endpoint = endpoint_to_show(current_user(request), code)
    now = timezone.now()
    context: dict[str, object] = {
        "endpoint": endpoint,
        "theme": "dark" if request.GET.get("theme") == "dark" else "light",
        "now": now,
    }
    try:
        showing = room_code(endpoint, now)
    except NothingOnHere:
        return render(
            request, "meetings/attendance/screen_idle.html", {**context, "next": next_meeting_at(endpoint, now)}
        )
    seq = head(showing.meeting.stream)
    context |= {
        "meeting": showing.meeting,
        "showing": showing,
        "qr": qr_path(_address(request, showing)),
        "seconds_left": _seconds_left(showing),
        "figures": room_figures(showing.meeting, endpoint),
        "seq": seq,
    }
    return render(request, "meetings/attendance/screen.html", context)


@never_cache
@require_GET
def endpoint_screen_code(request: HttpRequest, code: str) -> JsonResponse:
    """The code of this moment as a picture, for the screen to put in the place of the last one."""
    if not request.user.is_authenticated:
        return JsonResponse({"code": "not_authenticated"}, status=401)
    endpoint = endpoint_to_show(current_user(request), code)
    try:
        showing = room_code(endpoint)
    except NothingOnHere as error:
        return JsonResponse({"code": error.code, "now": timezone.now().isoformat()}, status=error.status)
    figures = room_figures(showing.meeting, endpoint)
    return JsonResponse(
        {
            "meeting": showing.meeting.pk,
            "status": showing.meeting.status,
            "svg": render_to_string("meetings/attendance/_qr.html", {"qr": qr_path(_address(request, showing))}),
            "seconds_left": _seconds_left(showing),
            "replaced_at": showing.replaced_at.isoformat(),
            "now": timezone.now().isoformat(),
            "present": figures.present,
            "expected": figures.expected,
        }
    )


def _address(request: HttpRequest, showing: RoomCode) -> str:
    return request.build_absolute_uri(reverse("check-in-code", args=[showing.text]))


def _seconds_left(showing: RoomCode) -> int:
    return max(0, -int(-(showing.replaced_at - timezone.now()).total_seconds() // 1))


# The delegate's own device


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def check_in_code(request: HttpRequest, code: str) -> HttpResponse:
    """The address in the code of a room screen. Opening it changes nothing; the button checks in."""
    user = current_user(request)
    device = request.COOKIES.get(DEVICE_COOKIE, "")[:64] or secrets.token_urlsafe(32)
    try:
        arrival, status = _arrive(request, user, code, device), 200
    except TooManyWrongCodes:
        arrival, status = Arrival(State.SLOW_DOWN), 429
    if arrival.state == State.INVALID:
        status = 404
    context = {
        "arrival": arrival,
        "state": arrival.state.value,
        "meeting": arrival.meeting,
        "participant": arrival.participant,
        "place": place_name(arrival.participant.endpoint) if arrival.participant else "",
        "place_of_check_in": place_name(arrival.check_in.endpoint) if arrival.check_in else "",
        "op_id": uuid.uuid4(),
    }
    response = render(request, "meetings/attendance/check_in.html", context, status=status)
    response.set_cookie(
        DEVICE_COOKIE, device, max_age=COOKIE_LIFE, secure=request.is_secure(), httponly=True, samesite="Lax"
    )
    return response


def _arrive(request: HttpRequest, user: User, code: str, device: str) -> Arrival:
    """Raises TooManyWrongCodes."""
    demand_patience(user.pk, {device})
    now = timezone.now()
    arrival = arrival_of(user, code, now)
    if arrival.state == State.INVALID:
        note_wrong_codes(user.pk, {device}, 1)
    form = CheckInForm(request.POST)
    if request.method != "POST" or arrival.meeting is None or arrival.code is None or not form.is_valid():
        return arrival
    if arrival.state not in {State.READY, State.ALREADY}:
        return arrival
    (answer,) = check_in(
        user,
        arrival.meeting,
        [
            ScanRequest(
                op_id=form.cleaned_data["op_id"],
                endpoint=arrival.code.endpoint,
                method=Method.ROTATING_QR,
                scanned_at=now,
                code=code,
                device=device,
            )
        ],
    )
    return after_scan(arrival, answer)


@login_required
@never_cache
@require_GET
def my_code(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """One's own code, to be held before the usher's camera."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, None)
    participant = participant_of(user, meeting)
    if participant is None:
        raise NotFound(meeting=meeting_id)
    context = {
        "meeting": meeting,
        "participant": participant,
        "place": place_name(participant.endpoint),
        "check_in": check_in_of(participant),
        "qr": qr_path(personal_code_of(participant), correction="quartile"),
    }
    return render(request, "meetings/attendance/my_code.html", context)


# The board


@login_required
@never_cache
@require_GET
def board(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """All endpoints of a meeting with who is there."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, Right.VIEW_MEETING)
    form = BoardForm(request.GET)
    form.is_valid()
    seq = head(meeting.stream)
    rights = rights_in(user, meeting)
    shown = board_of(meeting, with_tablets=_sees_tablets(rights, meeting))
    tile = shown.tile(form.cleaned_data.get("endpoint") or "")
    context = {
        "meeting": meeting,
        "board": shown,
        "only_short": form.cleaned_data.get("short", False),
        "only_group": form.cleaned_data.get("group", ""),
        "only_tablets": form.cleaned_data.get("tablets", "") if shown.tablets else "",
        "facts": facts_of(meeting, tile, names=Right.PREPARE in rights) if tile else None,
        "scans": Right.SCAN in rights,
        "seq": seq,
        "now": timezone.now(),
    }
    return render(request, "meetings/attendance/board.html", context)


@login_required
@never_cache
@require_GET
def board_endpoint(request: HttpRequest, meeting_id: int, code: str) -> HttpResponse:
    """What opens for one tile of the board. Raises NotFound for an endpoint that is not on it."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, Right.VIEW_MEETING)
    rights = rights_in(user, meeting)
    shown = board_of(meeting, with_tablets=_sees_tablets(rights, meeting))
    tile = shown.tile(code)
    if tile is None:
        raise NotFound(endpoint=code)
    context = {
        "meeting": meeting,
        "board": shown,
        "facts": facts_of(meeting, tile, names=Right.PREPARE in rights),
        "scans": Right.SCAN in rights,
    }
    return render(request, "meetings/attendance/_board_endpoint.html", context)


def _sees_tablets(rights: frozenset[Right], meeting: Meeting) -> bool:
    """Those who run the meeting, until it is over."""
    return Right.RUN in rights and meeting.status in PRESENT_STATES
