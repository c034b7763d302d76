"""What the desk does to an agenda. Each act goes back to the agenda: the part of the page for htmx, else the page."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decision import Right
from accounts.errors import DomainError
from accounts.selectors import current_user
from meetings.agenda.actions import add_item, change_item, move_item, reorder, start_item
from meetings.agenda.errors import ItemChanged
from meetings.agenda.forms import ItemForm, MoveForm, OrderForm, refusal
from meetings.agenda.models import Item
from meetings.agenda.selectors import item_mark, item_of
from meetings.planning.access import meeting_for
from meetings.planning.models import Meeting


@login_required
@require_http_methods(["GET", "POST"])
def new_item(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Write a new item at the end of the agenda."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, Right.PREPARE)
    form = ItemForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        add_item(user, meeting, title=words["title"], presenter=words["presenter"], minutes=words["minutes"])
        return _back(request, meeting, "?add=1")
    return _form(request, meeting, form, None)


@login_required
@require_http_methods(["GET", "POST"])
def edit_item(request: HttpRequest, meeting_id: int, item_id: int) -> HttpResponse:
    """Change an item's words or minutes. When somebody else did so meanwhile, both wordings are shown."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, Right.PREPARE)
    item = item_of(meeting, item_id)
    form = ItemForm(request.POST) if request.method == "POST" else ItemForm.of(item)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        try:
            change_item(
                user,
                item,
                title=words["title"],
                presenter=words["presenter"],
                minutes=words["minutes"],
                seen=words["seen"] or None,
            )
        except ItemChanged as changed:
            theirs = item_of(meeting, item_id)
            # What was typed stays; saving once more is a choice made with the other wording in view.
            form = ItemForm({**words, "seen": item_mark(theirs)})
            return _form(request, meeting, form, theirs, refused=refusal(changed), status=changed.status)
        return _back(request, meeting)
    return _form(request, meeting, form, item)


@login_required
@require_POST
def move(request: HttpRequest, meeting_id: int, item_id: int) -> HttpResponse:
    """One place up or down."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, Right.PREPARE)
    form = MoveForm(request.POST)
    if not form.is_valid():
        return _back(request, meeting)
    up = form.cleaned_data["direction"] == "up"
    return act_on_agenda(request, meeting, lambda: move_item(user, item_of(meeting, item_id), up=up))


@login_required
@require_POST
def order(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """The whole order, after dragging."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, Right.PREPARE)
    form = OrderForm(request.POST)
    if not form.is_valid():
        return _back(request, meeting)
    return act_on_agenda(request, meeting, lambda: reorder(user, meeting, form.ids()))


@login_required
@require_POST
def start(request: HttpRequest, meeting_id: int, item_id: int) -> HttpResponse:
    """Begin an item; the one that runs ends."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, Right.RUN)
    return act_on_agenda(request, meeting, lambda: start_item(user, item_of(meeting, item_id)))


def act_on_agenda(request: HttpRequest, meeting: Meeting, act: Callable[[], object]) -> HttpResponse:
    """Do it and go back to the agenda; a refusal is told there, above the agenda as it stands now."""
    try:
        act()
    except DomainError as error:
        messages.error(request, str(refusal(error)))
    return _back(request, meeting)


def _back(request: HttpRequest, meeting: Meeting, query: str = "") -> HttpResponse:
    if getattr(request, "htmx", False):
        return redirect(f"{reverse('meeting-part', args=[meeting.pk, 'agenda'])}{query}")
    return redirect(f"{reverse('meeting', args=[meeting.pk])}#agenda")


def _form(
    request: HttpRequest,
    meeting: Meeting,
    form: ItemForm,
    item: Item | None,
    *,
    refused: object = "",
    status: int = 200,
) -> HttpResponse:
    if form.errors:
        status = 422
    in_place = bool(getattr(request, "htmx", False))
    template = "meetings/agenda/_item_form.html" if in_place else "meetings/agenda/item.html"
    context = {"meeting": meeting, "form": form, "item": item, "refused": refused, "in_place": in_place}
    response = render(request, template, context, status=status)
    if in_place:
        # The form itself is exchanged, not the agenda that a successful act would bring.
        response.headers["HX-Retarget"] = "#item-form"
        response.headers["HX-Reswap"] = "outerHTML"
    return response
