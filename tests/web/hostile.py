"""Texts that somebody could write into any field, put into all of them at once."""

from typing import Any, Final

from django.db import models

from accounts.models import ApiToken, Person, Unit, User
from audit.journal import record
from meetings.agenda.models import Item
from meetings.documents.models import Document, Version
from meetings.invitations.models import Letter
from meetings.planning.models import Meeting, Participant
from rooms.models import Booking, Bridge, Closure, Endpoint, EndpointGroup, Tier
from tests.web.stage import Stage

MARKUP: Final = (
    "</script></title><!--<script>alert(1)",
    """'"><img src=x onerror=alert(1)>""",
    """" onmouseover="alert(1)" x='' onfocus='alert(1)' autofocus=`""",
    "</text></svg></textarea></option></select><b onclick=alert(1)>",
    "javascript:alert(1)",
    "{{7*7}}{% debug %}{# ${alert(1)}<%=1%>",
    "&lt;script&gt;alert(1)&#x3c;/script&#62;\\u003cscript\\u003ealert(2)",
    "]]><style>*{display:none}</style><template><iframe srcdoc=x>",
)

_TEXTS: Final[dict[type[models.Model], tuple[str, ...]]] = {
    Meeting: ("title", "reason", "number", "changed_by"),
    Participant: (*("full_name", "position", "unit_name", "answer_reason", "substitute_name", "substitute_position"),),
    Item: ("title", "presenter"),
    Document: ("title",),
    Version: ("original_name",),
    Person: ("full_name", "position", "phone"),
    Unit: ("name", "kind"),
    Endpoint: ("name", "name_en"),
    Bridge: ("name",),
    Tier: ("name_vi", "name_en"),
    Booking: ("title", "owner_name", "owner_phone"),
    Letter: ("reason", "address"),
    User: ("first_name",),
    ApiToken: ("label",),
    Closure: ("reason", "reported_by"),
}


def write_everywhere(stage: Stage, text: str) -> None:
    """Every text of every row, cut to what its column holds; and an entry of each journal."""
    network = stage.people.network
    world = stage.worlds["open"]
    EndpointGroup.objects.create(name="nhóm", unit=network.units["02"])
    ApiToken.objects.create(user=stage.people.delegate, digest="0" * 64, label="máy")
    Closure.objects.create(
        endpoint=network.endpoints["X00691"],
        starts_at=world.meeting.starts_at,
        ends_at=world.meeting.ends_at,
        reason="sửa đường truyền",
    )
    for model, names in _TEXTS.items():
        fields: dict[str, Any] = {name: model._meta.get_field(name) for name in names}
        model._default_manager.update(**{name: text[: field.max_length] for name, field in fields.items()})
    for group in EndpointGroup.objects.all():
        # A unit has each name once.
        EndpointGroup.objects.filter(pk=group.pk).update(name=f"{text[:80]}{group.pk}")
    for chain in (world.meeting.stream, "accounts", "network"):
        for verb, data in (
            ("meeting.cancelled", {"reason": text}),
            ("meeting.changed", {"before": {"title": "a"}, "after": {"title": text, "starts_at": text}}),
            ("agenda.item_added", {"title": text}),
            (text[:40], {"label": text}),
        ):
            record(
                User.objects.get(pk=stage.people.secretary.pk),
                verb,
                chain=chain,
                object_type="meeting",
                object_id=world.meeting.pk,
                label=text[:200],
                data=data,
            )
