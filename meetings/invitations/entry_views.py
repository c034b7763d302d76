"""The door for somebody with an invitation and no password."""

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from meetings.attendance.errors import TooManyWrongCodes
from meetings.attendance.guessing import demand_patience, note_wrong_codes
from meetings.invitations.entry_actions import enter, guest_of
from meetings.invitations.errors import EntryRefused, PasswordNeeded
from meetings.planning.models import Participant

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@sensitive_variables("code")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, code: str = "") -> HttpResponse:
    """Type the code, or come by the link of the letter: who is invited where; one press enters. A GET only shows.

    A good code is let in however many wrong ones came from the same address: an office has only one.
    """
    code = (request.POST.get("code") or request.GET.get("code") or code).strip()
    if not code:
        return _page(request, code, "", None)
    try:
        guest = guest_of(code)
        if request.method == "POST" and request.POST.get("enter"):
            login(request, enter(code), backend=BACKEND)
            return redirect("tablet", guest.meeting_id)
    except EntryRefused:
        return _page(request, code, _wrong_code(request), None)
    except PasswordNeeded:
        return _page(request, code, "password", None)
    return _page(request, code, "", guest)


def _wrong_code(request: HttpRequest) -> str:
    """The state to show: after 20 wrong codes within a minute, one must wait."""
    address = [f"address:{request.META.get('REMOTE_ADDR', '')}"]
    try:
        demand_patience(None, address)
    except TooManyWrongCodes:
        return "wait"
    note_wrong_codes(None, address, 1)
    return "refused"


def _page(request: HttpRequest, code: str, state: str, guest: Participant | None) -> HttpResponse:
    status = {"refused": 422, "password": 403, "wait": 429}.get(state, 200)
    context = {"code": code, "state": state, "guest": guest}
    response = render(request, "account/join.html", context, status=status)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
