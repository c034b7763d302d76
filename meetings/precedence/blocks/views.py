"""Pages of the sessions entered from outside: the list of those to come, adding, changing, removing."""

import datetime as dt
from typing import Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import DomainError
from accounts.models import User
from accounts.selectors import current_user
from meetings.planning.booking_form import Choices
from meetings.planning.forms import counted, refusal
from meetings.precedence.blocks.actions import enter_block, remove_block
from meetings.precedence.blocks.forms import BlockForm, initial_of
from meetings.precedence.blocks.selectors import block_for, coming_blocks, require_blocks, top_rank
from meetings.precedence.errors import NotAgreed
from meetings.precedence.forms import PrecedenceForm
from meetings.precedence.views import agreed, ask, came_between, carried, question
from rooms.errors import BookingConflict
from rooms.models import Booking
from rooms.occupancy import ports_by_booking
from rooms.slots import office_calendar
from rooms.wishes import BookingRequest

BLOCKS_ON_A_PAGE: Final = 25


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Those to come, by time, with their endpoints and ports."""
    user = current_user(request)
    require_blocks(user)
    shown = Paginator(coming_blocks(user, timezone.now()), BLOCKS_ON_A_PAGE).get_page(request.GET.get("page"))
    blocks = list(shown.object_list)
    ports = ports_by_booking(blocks) if blocks else {}
    rows = [(block, block.shares, sum(ports[block.pk].ports.values())) for block in blocks]  # type: ignore[attr-defined]  # annotated by blocks_of
    context = {"page": shown, "rows": rows, "query": "", "nav_section": "network"}
    return render(request, "meetings/precedence/blocks.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Enter one."""
    return _edit(request, None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, block_id: int) -> HttpResponse:
    """Change one: words, time, endpoints; all or nothing."""
    user = current_user(request)
    require_blocks(user)
    return _edit(request, block_for(user, block_id))


def _edit(request: HttpRequest, block: Booking | None) -> HttpResponse:
    user = current_user(request)
    units = require_blocks(user)
    choices = Choices(user)
    if request.method != "POST":
        initial = initial_of(block, choices) if block is not None else _initial(units[0].code)
        return _page(request, block, BlockForm(choices, units, initial=initial))
    form = BlockForm(choices, units, request.POST)
    if not form.is_valid():
        return _page(request, block, form, status=422)
    if request.POST.get("act") == "review":
        return _page(request, block, form)
    try:
        return _enter(request, user, block, form.booking_request(user))
    except DomainError as error:
        return _page(request, block, form, refused=refusal(error), status=error.status)


def _enter(request: HttpRequest, user: User, block: Booking | None, wanted: BookingRequest) -> HttpResponse:
    """Do it; what would give way is asked about first. Raises the refusals of rooms.errors."""
    answer = PrecedenceForm(request.POST if "agreed" in request.POST else None)
    told = came_between() if answer.is_bound and answer.is_valid() else ""
    if not answer.is_bound or answer.is_valid():
        try:
            why = answer.cleaned_data if answer.is_bound else {}
            _booking, displaced = enter_block(user, wanted, block=block, agreed=agreed(request), **why)
        except (NotAgreed, BookingConflict):
            pass
        else:
            _say(request, len(displaced))
            return redirect("blocks")
    asked = question(wanted, top_rank(), block)
    back = reverse("block-new") if block is None else reverse("block", args=[block.pk])
    extra: dict[str, object] = {"carried": carried(request), "told": told, "back": back, "block_page": True}
    return ask(request, wanted, asked, answer, extra)


def _say(request: HttpRequest, displaced: int) -> None:
    words = _("The central session is entered.")
    if displaced:
        more = ngettext(
            "%(count)s meeting gives way; its owner was told.",
            "%(count)s meetings give way; their owners were told.",
            displaced,
        )
        words = f"{words} {more % {'count': counted(displaced)}}"
    messages.success(request, words)


def _initial(unit: str) -> dict[str, object]:
    """The next working day, 08:00 to 11:30."""
    today = timezone.localdate()
    day = office_calendar(today.year, today.year + 1).working_day_after(today, 1) or today + dt.timedelta(days=1)
    return {"day": day, "start": "08:00", "end": "11:30", "setup_minutes": 60, "unit": unit}


def _page(
    request: HttpRequest, block: Booking | None, form: BlockForm, *, refused: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "block_exists": block is not None,
        "form": form,
        "choices": form.choices,
        "refused": refused,
        "nav_section": "network",
    }
    return render(request, "meetings/precedence/block.html", context, status=status)


@login_required
@require_POST
def remove(request: HttpRequest, block_id: int) -> HttpResponse:
    """Remove one; the page's dialog has asked already."""
    user = current_user(request)
    require_blocks(user)
    remove_block(user, block_for(user, block_id))
    messages.success(request, _("The central session is removed; its endpoints are free."))
    return redirect("blocks")
