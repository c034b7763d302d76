"""The network as the scheduling engine takes it, kept in memory until it changes.

Every check asks about the same endpoints and bridges, and they change a few times a year. Triggers renew a stamp in the
database with every change (migration 0007), in the transaction of the change: one short query tells whether what was
read is still so, also for another process, and for whoever sits in a transaction that changed the network itself.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from django.db import connection
from django.db.models import Case, DateField, Exists, F, OuterRef, Q, Value, When

from accounts.models import Unit
from rooms.models import Bridge as BridgeModel
from rooms.models import Endpoint, OpeningHours
from rooms.scheduling.capacity import Bridge
from rooms.scheduling.endpoints import EndpointFacts, Lately
from rooms.scheduling.opening_hours import Span
from rooms.scheduling.ways_out import Place
from rooms.statements import Chosen

Week = tuple[tuple[int, Span], ...]
"""Opening hours: weekday (Monday = 0) and span, ascending."""


@dataclass(frozen=True)
class Network:
    """All endpoints and bridges of the installation, by code. `weeks`: only of endpoints that are not always open."""

    facts: Mapping[str, EndpointFacts]
    ids: Mapping[str, int]
    codes: Mapping[int, str]
    places: Mapping[str, Place]
    weeks: Mapping[str, Week]
    bridges: Sequence[Bridge]
    bridge_ids: Mapping[str, int]
    bridge_codes: Mapping[int, str]
    chosen: Callable[[tuple[str, ...]], Chosen] = field(init=False, repr=False)
    """These endpoints, as the statements name them; unknown codes are left out."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "chosen", Lately(self._chosen))

    def ids_of(self, codes: Iterable[str]) -> dict[str, int]:
        """The ids of these endpoints by code; unknown codes are left out."""
        return {code: self.ids[code] for code in codes if code in self.ids}

    def _chosen(self, codes: tuple[str, ...]) -> Chosen:
        wanted = self.ids_of(codes)
        if 2 * len(wanted) <= len(self.ids):
            return Chosen(tuple(wanted.values()), len(wanted))
        # Most of a network is all but a few.
        return Chosen(tuple(pk for code, pk in self.ids.items() if code not in wanted), len(wanted), all_but=True)


_kept: tuple[str, Network] | None = None


def network() -> Network:
    """The network as it is now. One query, three more when it has changed since it was read last."""
    global _kept  # noqa: PLW0603 -- one for the process: whoever reads next takes it, or replaces it whole
    with connection.cursor() as cursor:
        cursor.execute("SELECT stamp FROM rooms_networkstamp")
        (stamp,) = cursor.fetchone()
    kept = _kept
    if kept is None or kept[0] != stamp:
        kept = _kept = (stamp, _read())
    return kept[1]


def _read() -> Network:
    # A unit that ended and began anew under its code, because its name or its place in the tree changed, goes on.
    anew = Unit.objects.filter(code=OuterRef("unit__code"), valid_to__isnull=True)
    unit_ends = Case(
        When(Q(unit__valid_to__isnull=True) | Exists(anew), then=Value(None)),
        default=F("unit__valid_to"),
        output_field=DateField(),
    )
    columns = ("code", "bridge__code", "active", "valid_from", "valid_to", "unit__valid_from", "unit_ends")
    facts, ids, places = {}, {}, {}
    rows = Endpoint.objects.order_by("code").annotate(unit_ends=unit_ends)
    for pk, path, rank, *found in rows.values_list("pk", "unit__path", "tier__rank", *columns):
        each = EndpointFacts(*found)
        facts[each.code], ids[each.code], places[each.code] = each, pk, Place(path, rank)
    weeks: defaultdict[str, list[tuple[int, Span]]] = defaultdict(list)
    hours = OpeningHours.objects.order_by("weekday", "opens")
    for code, weekday, opens, closes in hours.values_list("endpoint__code", "weekday", "opens", "closes"):
        weeks[code].append((weekday, (opens, closes)))
    bridges = list(
        BridgeModel.objects.order_by("code").values_list("pk", "code", "name", "ports", "parent__code", "link_ports")
    )
    return Network(
        facts=MappingProxyType(facts),
        ids=ids,
        codes={pk: code for code, pk in ids.items()},
        places=places,
        weeks={code: tuple(spans) for code, spans in weeks.items()},
        bridges=tuple(Bridge(code, name, ports, parent, link) for _pk, code, name, ports, parent, link in bridges),
        bridge_ids={code: pk for pk, code, *_rest in bridges},
        bridge_codes={pk: code for pk, code, *_rest in bridges},
    )


def weeks_among(known: Network, codes: Collection[str]) -> dict[Week, list[str]]:
    """Which of these endpoints have the same opening hours; those that are always open are left out."""
    alike: defaultdict[Week, list[str]] = defaultdict(list)
    if known.weeks:
        for code in dict.fromkeys(codes):
            if code in known.weeks:
                alike[known.weeks[code]].append(code)
    return alike
