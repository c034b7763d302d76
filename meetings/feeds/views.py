"""My calendars: making and ending addresses. And the calendars themselves, which programs fetch without a login."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decision import Right
from accounts.errors import DomainError
from accounts.selectors import current_user, person_of, rights_of
from meetings.attendance.errors import TooManyWrongCodes
from meetings.attendance.guessing import demand_patience, note_wrong_codes
from meetings.feeds.actions import make_feed, renew_feed, revoke_feed
from meetings.feeds.errors import FeedNotFound
from meetings.feeds.forms import FeedForm
from meetings.feeds.models import CalendarFeed
from meetings.feeds.selectors import feed_by_secret, feed_of, feeds_of, shown
from meetings.planning.addresses import address_of
from meetings.planning.calendar import publish


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The calendars in use, and the form for another; a new address is shown this once."""
    user = current_user(request)
    if request.method != "POST":
        return _page(request, FeedForm(user))
    form = FeedForm(user, request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    values = form.cleaned_data
    try:
        feed, secret = make_feed(
            user,
            CalendarFeed.Kind(values["kind"]),
            endpoint=values.get("chosen_endpoint"),
            unit=values.get("chosen_unit"),
        )
    except DomainError as error:
        messages.error(
            request, _("No address was made: you have as many as can be kept, or may not see these meetings.")
        )
        return _page(request, form, status=error.status)
    return _page(request, FeedForm(user), made=feed, secret=secret)


@login_required
@require_POST
def renew(request: HttpRequest, feed_id: int) -> HttpResponse:
    """A new address for the same calendar; the old one ends."""
    user = current_user(request)
    feed, secret = renew_feed(user, feed_of(user, feed_id))
    return _page(request, FeedForm(user), made=feed, secret=secret)


@login_required
@require_POST
def revoke(request: HttpRequest, feed_id: int) -> HttpResponse:
    """The address ends."""
    user = current_user(request)
    revoke_feed(user, feed_of(user, feed_id))
    messages.success(request, _("The address is void. Calendars that used it show nothing new."))
    return redirect("calendars")


def _page(
    request: HttpRequest, form: FeedForm, *, made: CalendarFeed | None = None, secret: str = "", status: int = 200
) -> HttpResponse:
    user = current_user(request)
    rights = rights_of(user)
    context = {
        "form": form,
        "feeds": feeds_of(user),
        "made": made,
        "address": address_of("calendar", secret) if secret else "",
        "own": person_of(user) is not None,
        "sees_network": Right.VIEW_NETWORK in rights,
        "sees_meetings": Right.VIEW_MEETING in rights,
    }
    response = render(request, "meetings/feeds/calendars.html", context, status=status)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@csrf_exempt
@require_safe
def calendar(request: HttpRequest, secret: str) -> HttpResponse:
    """The iCalendar text. Who knows the address needs no login; its maker's rights are asked at every fetch."""
    device = [f"address:{request.META.get('REMOTE_ADDR', '')}"]
    try:
        demand_patience(None, device)
        feed = feed_by_secret(secret)
    except TooManyWrongCodes as error:
        pause = HttpResponse(status=error.status)
        pause.headers["Retry-After"] = str(error.params["retry_after_seconds"])
        return pause
    except FeedNotFound as error:
        note_wrong_codes(None, device, 1)
        raise Http404 from error
    person = person_of(feed.created_by)
    with translation.override(person.language if person is not None else "vi"):
        found = shown(feed, timezone.now())
        mark = f'"{found.mark}"'
        if mark in parse_etags(request.headers.get("If-None-Match", "")):
            return _kept(HttpResponseNotModified(), mark)
        newest = max((entry.modified_at for entry in found.entries), default=feed.created_at)
        text = publish(found.entries, name=found.name, stamp=newest)
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'inline; filename="diem-cau.ics"'
    return _kept(response, mark)


def _kept(response: HttpResponse, mark: str) -> HttpResponse:
    response.headers["ETag"] = mark
    response.headers["Cache-Control"] = "private, no-cache"
    return response
