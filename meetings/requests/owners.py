"""Whose an endpoint is: the nearest unit at or above the endpoint's own where somebody may book, else the top one."""

from collections.abc import Collection, Iterable, Mapping

from django.db.models import Q, QuerySet

from accounts.decision import ROLE_RIGHTS, Right
from accounts.models import Membership, Unit, User
from accounts.selectors import grants_of, scope_filter, today
from accounts.text import fold
from rooms.models import Endpoint

BOOKING_ROLES = tuple(role.value for role, rights in ROLE_RIGHTS.items() if Right.BOOK in rights)


def owners_of(endpoints: Iterable[Endpoint]) -> Mapping[str, Unit]:
    """The owner of each endpoint by the endpoint's code; the endpoints' units must be loaded. Two queries."""
    lines = {endpoint.code: _line(endpoint.unit.path) for endpoint in endpoints}
    above = {pk for line in lines.values() for pk in line}
    units = Unit.objects.in_bulk(above)
    booking = set(_seats().filter(unit__in=above).values_list("unit_id", flat=True))
    return {code: units[next((pk for pk in reversed(line) if pk in booking), line[0])] for code, line in lines.items()}


def deciders_of(units: Collection[Unit]) -> dict[int, list[User]]:
    """The accounts that are told of a request, by id of the unit asked. One query."""
    found: dict[int, list[User]] = {unit.pk: [] for unit in units}
    for seat in _seats().filter(unit__in=found).select_related("user").order_by("pk"):
        found[seat.unit_id].append(seat.user)
    return found


def askable(user: User, q: str = "") -> QuerySet[Endpoint]:
    """The endpoints in use that the user may not book but ask for: those he may see and those of his province, with
    every word of `q` in code or name. By rank of tier, then code."""
    near = scope_filter(user, Right.VIEW_NETWORK, "unit__path")
    for root in {grant.unit_path.split("/")[1] for grant in grants_of(user)}:
        near |= Q(unit__path__startswith=f"/{root}/")
    rows = Endpoint.objects.filter(near, active=True).valid(on=today())
    rows = rows.exclude(pk__in=Endpoint.objects.filter(scope_filter(user, Right.BOOK, "unit__path")).values("pk"))
    for word in fold(q).split():
        rows = rows.filter(search_text__contains=word)
    return rows.select_related("unit", "tier").order_by("tier__rank", "code")


def _seats() -> QuerySet[Membership]:
    return Membership.objects.filter(role__in=BOOKING_ROLES, user__is_active=True)


def _line(path: str) -> list[int]:
    """The units from the top down to the one of this path."""
    return [int(part) for part in path.strip("/").split("/")]
