"""News for the user: all of it, and marking it as read."""

from typing import Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.selectors import current_user
from meetings.notices.actions import mark_read
from meetings.notices.selectors import notice_for, notices_of, unread
from meetings.notices.shown import news

NOTICES_ON_A_PAGE: Final = 25


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All that the user was told, newest first."""
    user = current_user(request)
    shown = Paginator(notices_of(user), NOTICES_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": shown, "news": news(list(shown.object_list)), "unread": unread(user).count(), "query": ""}
    return render(request, "meetings/notices/list.html", context)


@login_required
@require_POST
def read(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Mark one as read, and go back to where it was shown."""
    user = current_user(request)
    mark_read(user, notice_for(user, notice_id).pk)
    return redirect("notices" if request.POST.get("back") == "notices" else "today")


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    mark_read(current_user(request))
    messages.success(request, _("All news is marked as read."))
    return redirect("notices")
