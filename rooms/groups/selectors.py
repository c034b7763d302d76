"""Reads of saved groups: those of the units for which the user may book."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.decision import Right
from accounts.models import User
from accounts.schemas import Row
from accounts.selectors import scope_filter, today
from accounts.text import fold
from rooms.groups.errors import GroupNotFound
from rooms.models import Endpoint, EndpointGroup


def groups_for(user: User | AnonymousUser, q: str = "") -> QuerySet[EndpointGroup]:
    """The groups by name, each with `members` and `gone`, how many of them are in the network no more; those with
    every word of `q` in the name, marks and case ignored."""
    groups = EndpointGroup.objects.filter(scope_filter(user, Right.BOOK, "unit__path"))
    if words := fold(q).split():
        # A group has no folded name of its own; an office has some dozens of them.
        named = groups.order_by().values_list("pk", "name")
        groups = groups.filter(pk__in=[pk for pk, name in named if all(word in fold(name) for word in words)])
    members = Endpoint.objects.filter(groups=OuterRef("pk")).order_by().values("groups")
    gone = members.filter(gone_on(today()))
    return groups.select_related("unit").annotate(members=_counted(members), gone=_counted(gone)).order_by("name", "pk")


def _counted(rows: QuerySet[Any, Any]) -> Coalesce:
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)


def gone_on(day: dt.date) -> Q:
    """The endpoints that are not part of the network on that day."""
    return Q(active=False) | Q(valid_to__lte=day) | Q(valid_from__gt=day)


def group_for(user: User | AnonymousUser, group_id: int) -> EndpointGroup:
    """Raises GroupNotFound."""
    group = groups_for(user).filter(pk=group_id).first()
    if group is None:
        raise GroupNotFound(group=group_id)
    return group


@dataclass(frozen=True)
class Members:
    """The endpoints of a group by rank of tier, then code: those in the network, and those that left it."""

    present: list[Endpoint]
    gone: list[Endpoint]


def members_of(group: EndpointGroup) -> Members:
    """One query."""
    day = today()
    present: list[Endpoint] = []
    gone: list[Endpoint] = []
    for endpoint in group.endpoints.select_related("unit", "tier").order_by("tier__rank", "code"):
        over = endpoint.valid_to is not None and endpoint.valid_to <= day
        (gone if over or not endpoint.active or endpoint.valid_from > day else present).append(endpoint)
    return Members(present, gone)


def group_row(group: EndpointGroup) -> Row:
    """A group as the API shows it: `endpoints` in the network, `gone` those that left it. One query."""
    members = members_of(group)
    return {
        "id": group.pk,
        "name": group.name,
        "unit": group.unit.code,
        "endpoints": [row.code for row in members.present],
        "gone": [row.code for row in members.gone],
    }
