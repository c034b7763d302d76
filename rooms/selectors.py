"""Reads of the network: endpoints, bridges, and what a selection stands for."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Prefetch, QuerySet

from accounts.decision import Right
from accounts.errors import Unacceptable
from accounts.models import Unit, User
from accounts.selectors import scope_filter, today, units_where
from accounts.text import fold
from rooms.among import Among
from rooms.errors import refusal_of
from rooms.models import Bridge, Endpoint, EndpointGroup, Tier
from rooms.scheduling.errors import SchedulingInvalid
from rooms.scheduling.selection import Catalogue, EndpointRow, Selection, expand, parse
from rooms.scheduling.ways import Way

_Model = TypeVar("_Model", bound=Model)


def named(rows: QuerySet[_Model], field: str, values: Iterable[str | int]) -> QuerySet[_Model]:
    """The rows whose `field` is one of `values`, however many these are."""
    # As keys of a dict: Django looks into every item of a list for expressions.
    return rows.filter(**{f"{field}__{Among.lookup_name}": dict.fromkeys(values)})


def tiers() -> QuerySet[Tier]:
    """The levels of the network from the top."""
    return Tier.objects.order_by("rank")


def top_units(user: User | AnonymousUser) -> QuerySet[Unit]:
    """The units at the top of the tree for which the user may book or whose network the user manages: they answer for
    what is entered from outside."""
    units = units_where(user, Right.BOOK) | units_where(user, Right.MANAGE_NETWORK)
    return units.filter(parent=None).distinct().order_by("path")


def endpoints_for(
    user: User | AnonymousUser, *, tier: str = "", under: str = "", q: str = "", right: Right = Right.VIEW_NETWORK
) -> QuerySet[Endpoint]:
    """The endpoints, valid today, where the user holds `right`: of one tier, under one unit, with every word of `q` in
    code or name, marks ignored. By rank of tier, then code.

    Raises Unacceptable for a tier that does not exist and a unit outside the user's reach.
    """
    rows = Endpoint.objects.filter(scope_filter(user, right, "unit__path")).valid(on=today())
    unknown: dict[str, str] = {}
    if tier:
        if not Tier.objects.filter(code=tier).exists():
            unknown["tier"] = "unknown"
        rows = rows.filter(tier=tier)
    if under:
        unit = units_where(user, right).filter(code=under).first()
        if unit is None:
            unknown["under"] = "unknown"
        else:
            rows = rows.filter(unit__path__startswith=unit.path)
    if unknown:
        raise Unacceptable(fields=unknown)
    for word in fold(q).split():
        rows = rows.filter(search_text__contains=word)
    return rows.select_related("unit__parent", "tier", "bridge").order_by("tier__rank", "code")


def bridges_for(user: User | AnonymousUser) -> list[Bridge]:
    """The bridges of the user's part of the network: its own, those of its endpoints, and what these are cascaded to.

    By code. Three queries.
    """
    known = {bridge.pk: bridge for bridge in Bridge.objects.select_related("unit", "parent").order_by("code")}
    scope = scope_filter(user, Right.VIEW_NETWORK, "unit__path")
    reached = set(Bridge.objects.filter(scope).values_list("pk", flat=True))
    in_reach = Endpoint.objects.filter(scope, bridge__isnull=False).order_by()
    reached.update(in_reach.values_list("bridge__pk", flat=True).distinct())
    for pk in list(reached):
        parent = known[pk].parent_id
        while parent is not None and parent not in reached:
            reached.add(parent)
            parent = known[parent].parent_id
    return [bridge for pk, bridge in known.items() if pk in reached]


def catalogue(user: User | AnonymousUser, *, right: Right, on: dt.date) -> Catalogue:
    """All that the user may name in a selection for that day. Endpoints outside their validity count as inactive.

    A group's name that several units use means the highest unit's. Five queries.
    """
    scope = scope_filter(user, right, "unit__path")
    rows = Endpoint.objects.filter(scope).values_list(
        "code", "tier_id", "unit__path", "active", "valid_from", "valid_to"
    )
    groups: dict[str, list[str]] = {}
    members = Prefetch("endpoints", Endpoint.objects.filter(scope).only("code"))
    for group in EndpointGroup.objects.filter(scope).order_by("unit__path", "name").prefetch_related(members):
        groups.setdefault(group.name, [endpoint.code for endpoint in group.endpoints.all()])
    return Catalogue(
        endpoints=[
            EndpointRow(
                code=code,
                tier=tier,
                unit_path=path,
                active=active and valid_from <= on and (valid_to is None or on < valid_to),
            )
            for code, tier, path, active, valid_from, valid_to in rows.order_by("tier__rank", "code")
        ],
        tiers=dict(Tier.objects.values_list("code", "rank")),
        units=dict(Unit.objects.filter(scope_filter(user, right, "path")).valid(on=on).values_list("code", "path")),
        groups=groups,
    )


def read_selection(data: object) -> Selection:
    """The selection of a JSON value. Raises the refusals of rooms.errors."""
    try:
        return parse(data)
    except SchedulingInvalid as error:
        raise refusal_of(error) from error


def read_ways(data: Mapping[str, Mapping[str, object]]) -> dict[str, Way]:
    """The ways of joining of a JSON value, by code of the endpoint. Raises the refusals of rooms.errors."""
    try:
        return {code: Way(**fields) for code, fields in data.items()}  # type: ignore[arg-type]  # Way looks itself
    except SchedulingInvalid as error:
        raise refusal_of(error) from error


def choose(
    user: User | AnonymousUser, selection: Selection, *, right: Right, on: dt.date, host: str | None = None
) -> tuple[str, ...]:
    """The codes of the endpoints that the selection stands for on that day, by rank of tier, then code.

    A `host` that is not excepted is one of them: a meeting is led from somewhere. Raises the refusals of rooms.errors.
    """
    known = catalogue(user, right=right, on=on)
    if host is not None and host not in selection.except_ and host not in selection.endpoints:
        selection = Selection(
            tiers=selection.tiers,
            under=selection.under,
            endpoints=(*selection.endpoints, host),
            groups=selection.groups,
            except_=selection.except_,
        )
    try:
        return expand(selection, known)
    except SchedulingInvalid as error:
        raise refusal_of(error) from error


def endpoints_named(codes: Collection[str]) -> dict[str, Endpoint]:
    """The endpoints by code, with unit, tier and bridge; unknown codes are left out."""
    rows = named(Endpoint.objects.select_related("unit", "tier", "bridge"), "code", codes)
    return {row.code: row for row in rows}
