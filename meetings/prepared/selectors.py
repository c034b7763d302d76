"""Reads of templates: those of the units for which the user may book."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts.decision import Right
from accounts.models import User
from accounts.schemas import Row
from accounts.selectors import scope_filter
from accounts.text import fold
from meetings.planning.selectors import chair_row
from meetings.prepared.errors import TemplateNotFound
from meetings.prepared.models import MeetingTemplate


def templates_for(user: User | AnonymousUser, q: str = "") -> QuerySet[MeetingTemplate]:
    """By name; those with every word of `q` in name or title, marks and case ignored."""
    templates = MeetingTemplate.objects.filter(scope_filter(user, Right.BOOK, "unit__path"))
    if words := fold(q).split():
        # A template has no folded words of its own; an office has some dozens of them.
        named = templates.order_by().values_list("pk", "name", "title")
        found = [pk for pk, *texts in named if all(word in fold(" ".join(texts)) for word in words)]
        templates = templates.filter(pk__in=found)
    return templates.select_related("unit", "host_endpoint", "chair").order_by("name", "pk")


def template_for(user: User | AnonymousUser, template_id: int) -> MeetingTemplate:
    """Raises TemplateNotFound."""
    template = templates_for(user).filter(pk=template_id).first()
    if template is None:
        raise TemplateNotFound(template=template_id)
    return template


def template_row(template: MeetingTemplate) -> Row:
    """A template as the API shows it; people only by their number."""
    host = template.host_endpoint
    return {
        "id": template.pk,
        "name": template.name,
        "unit": template.unit.code,
        "title": template.title,
        "minutes": template.minutes,
        "usual_start": template.usual_start.strftime("%H:%M") if template.usual_start else None,
        "setup_minutes": template.setup_minutes,
        "teardown_minutes": template.teardown_minutes,
        "selection": template.selection,
        "host_endpoint": host.code if host is not None else None,
        "chair": chair_row(template.chair),
        "local": template.local,
        "agenda": template.agenda,
        "people": len(template.people),
    }
