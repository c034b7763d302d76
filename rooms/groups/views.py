"""Pages of saved groups: the list, a new one, one that is changed, and the question before one is deleted."""

from typing import Final
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decision import Right
from accounts.errors import DomainError
from accounts.selectors import current_user, require
from rooms.groups.actions import change_group, delete_group, make_group
from rooms.groups.forms import GroupForm, group_refusal
from rooms.groups.selectors import Members, group_for, groups_for, members_of
from rooms.models import EndpointGroup
from rooms.scheduling.selection import Selection

GROUPS_ON_A_PAGE: Final = 25


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The groups of the units that the user books for, found by words of their name."""
    user = current_user(request)
    require(user, Right.BOOK)
    q = request.GET.get("q", "").replace("\0", "").strip()[:100]
    shown = Paginator(groups_for(user, q), GROUPS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": shown, "q": q, "query": urlencode({"q": q}) if q else "", "nav_section": "meetings"}
    return render(request, "rooms/groups/list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A group of endpoints written or picked one by one."""
    user = current_user(request)
    require(user, Right.BOOK)
    form = GroupForm(user, None, [], request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form, status=422 if form.errors else 200)
    try:
        group = make_group(
            user, form.chosen_unit(), form.cleaned_data["name"], Selection(endpoints=form.cleaned_data["joining"])
        )
    except DomainError as error:
        return _page(request, form, refused=group_refusal(error), status=error.status)
    messages.success(request, _("The group “%(name)s” is saved.") % {"name": group.name})
    return redirect("groups")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, group_id: int) -> HttpResponse:
    """Another name, endpoints added and taken out. Members that left the network are named."""
    user = current_user(request)
    group = group_for(user, group_id)
    members = members_of(group)
    form = GroupForm(user, group, members.present, request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form, members=members, group=group, status=422 if form.errors else 200)
    leaving = {*form.leaving, *((row.code for row in members.gone) if "drop_gone" in request.POST else ())}
    try:
        group = change_group(
            user, group, name=form.cleaned_data["name"], joining=form.cleaned_data["joining"], leaving=leaving
        )
    except DomainError as error:
        return _page(request, form, members=members, group=group, refused=group_refusal(error), status=error.status)
    messages.success(request, _("The group “%(name)s” is saved.") % {"name": group.name})
    return redirect("groups")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, group_id: int) -> HttpResponse:
    """Asked about first, on a page of its own."""
    user = current_user(request)
    group = group_for(user, group_id)
    if request.method != "POST":
        return render(request, "rooms/groups/delete.html", {"group": group, "nav_section": "meetings"})
    try:
        delete_group(user, group)
    except DomainError as error:
        messages.error(request, group_refusal(error))
    else:
        messages.success(request, _("The group “%(name)s” is deleted.") % {"name": group.name})
    return redirect("groups")


def _page(
    request: HttpRequest,
    form: GroupForm,
    *,
    members: Members | None = None,
    group: EndpointGroup | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "group": group,
        "gone": members.gone if members is not None else [],
        "refused": refused,
        "nav_section": "meetings",
    }
    return render(request, "rooms/groups/form.html", context, status=status)
