"""What endpoints were called and belonged to on a day of the past."""

import datetime as dt
from collections.abc import Iterable

from rooms.models import Endpoint, EndpointPlace
from rooms.selectors import named


def as_on(endpoints: Iterable[Endpoint], day: dt.date) -> list[Endpoint]:
    """The endpoints with name, unit, tier and bridge of that day, by rank of tier, then code: to be shown, never saved.

    Expects tier at hand; gives unit, unit.parent and tier at hand. One query.
    """
    listed = list(endpoints)
    rows = EndpointPlace.objects.filter(valid_from__lte=day, valid_to__gt=day).select_related("unit__parent", "tier")
    places = {row.endpoint_id: row for row in named(rows, "endpoint", [each.pk for each in listed])}
    found = [_as_in(each, places[each.pk]) if each.pk in places else each for each in listed]
    return sorted(found, key=lambda each: (each.tier.rank, each.code))


def _as_in(endpoint: Endpoint, place: EndpointPlace) -> Endpoint:
    return Endpoint(
        pk=endpoint.pk,
        code=endpoint.code,
        name=place.name,
        name_en=place.name_en,
        unit=place.unit,
        tier=place.tier,
        bridge_id=place.bridge_id,
        seats=endpoint.seats,
        active=endpoint.active,
        contact_id=endpoint.contact_id,
        valid_from=endpoint.valid_from,
        valid_to=endpoint.valid_to,
        search_text=endpoint.search_text,
    )
