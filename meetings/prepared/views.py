"""Pages of templates: the list, one that is changed or deleted, saving a meeting as one, booking from one."""

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
from accounts.selectors import current_user, require, unit_for
from meetings.planning.access import meeting_for
from meetings.planning.booking_views import booking_page
from meetings.planning.models import Participant
from meetings.prepared.actions import change_template, delete_template, save_as_template
from meetings.prepared.booking import PatternSource
from meetings.prepared.forms import SaveForm, TemplateForm, template_refusal
from meetings.prepared.pattern import pattern_of_template
from meetings.prepared.selectors import template_for, templates_for

TEMPLATES_ON_A_PAGE: Final = 25


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The templates of the units that the user books for, found by words."""
    user = current_user(request)
    require(user, Right.BOOK)
    q = request.GET.get("q", "").replace("\0", "").strip()[:100]
    shown = Paginator(templates_for(user, q), TEMPLATES_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": shown, "q": q, "query": urlencode({"q": q}) if q else "", "nav_section": "meetings"}
    return render(request, "meetings/prepared/list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, template_id: int) -> HttpResponse:
    """Other words and times; what was booked from it stays."""
    user = current_user(request)
    template = template_for(user, template_id)
    form = TemplateForm(template, request.POST if request.method == "POST" else None)
    refused, status = "", 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            template = change_template(user, template, form.changes())
        except DomainError as error:
            refused, status = template_refusal(error), error.status
        else:
            messages.success(request, _("The template “%(name)s” is saved.") % {"name": template.name})
            return redirect("templates")
    context = {"form": form, "template": template, "refused": refused, "nav_section": "meetings"}
    return render(request, "meetings/prepared/form.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, template_id: int) -> HttpResponse:
    """Asked about first, on a page of its own."""
    user = current_user(request)
    template = template_for(user, template_id)
    if request.method != "POST":
        return render(request, "meetings/prepared/delete.html", {"template": template, "nav_section": "meetings"})
    try:
        delete_template(user, template)
    except DomainError as error:
        messages.error(request, template_refusal(error))
    else:
        messages.success(request, _("The template “%(name)s” is deleted.") % {"name": template.name})
    return redirect("templates")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, template_id: int) -> HttpResponse:
    """The booking page, begun with the template; agenda and people are filled in by the same act."""
    user = current_user(request)
    template = template_for(user, template_id)
    source = PatternSource(pattern_of_template(user, template), named=template.name)
    return booking_page(request, source)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def save(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Keep a meeting as a template of its unit."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, Right.PREPARE)
    unit_for(user, meeting.unit.code, Right.BOOK)
    first = {"name": meeting.title[:100], "agenda": True}
    form = SaveForm(request.POST) if request.method == "POST" else SaveForm(initial=first)
    refused, status = "", 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            template = save_as_template(user, meeting, values["name"], agenda=values["agenda"], people=values["people"])
        except DomainError as error:
            refused, status = template_refusal(error), error.status
        else:
            messages.success(request, _("The template “%(name)s” is saved.") % {"name": template.name})
            return redirect("templates")
    context = {
        "meeting": meeting,
        "form": form,
        "refused": refused,
        "items": meeting.items.count(),
        "people": Participant.objects.filter(meeting=meeting).count(),
        "nav_section": "meetings",
    }
    return render(request, "meetings/prepared/save.html", context, status=status)
