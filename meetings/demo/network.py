"""The demo's network: the units of one province as of 1 January 2025, their endpoints, bridges and groups."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from accounts.models import Unit
from accounts.names import proper_name, short_name
from accounts.text import fold
from accounts.units.actions import import_units
from accounts.units.rows import UnitLine, parse_units
from meetings.demo.offices import in_province
from meetings.demo.papers import Land, lower_first
from rooms.models import Bridge, Endpoint, EndpointGroup, Tier

SINCE = dt.date(2025, 1, 1)
ROOMS = (
    ("T1", "UBND tỉnh – Phòng họp trực tuyến", "People’s Committee, online meeting room", 80),
    ("T2", "Hội trường Tỉnh ủy", "Hall of the Provincial Party Committee", 300),
    ("T3", "Văn phòng Đoàn ĐBQH và HĐND tỉnh", "Office of the National Assembly Delegation and People’s Council", 60),
    ("T4", "Sở Khoa học và Công nghệ", "Department of Science and Technology", 40),
)
ENDPOINTS_ON_A_BRIDGE = 90
MEETINGS_ON_A_LINK = 6


@dataclass(frozen=True, slots=True)
class Region:
    """A bridge and the districts (by code) whose endpoints are on it. The first region is the centre: it takes the
    provincial rooms and the districts that no other takes; the others are cascaded to it."""

    name: str
    districts: tuple[str, ...]
    ports: int


# Ports so that a session of the whole province fits, and two large ones at once do not.
REGIONS: Mapping[str, tuple[Region, ...]] = {
    "02": (
        Region("Trung tâm tỉnh", (), 96),
        Region("Cao nguyên đá", ("026", "027", "028", "029"), 80),
        Region("Phía Tây", ("032", "033"), 48),
        Region("Phía Nam", ("034", "035"), 48),
    )
}


@dataclass(slots=True)
class Network:
    """What was built, by code; `communes` by the code of their district, `members` the endpoint codes of a district
    with all under it."""

    province: Unit
    districts: list[Unit]
    communes: dict[str, list[Unit]]
    endpoints: dict[str, Endpoint] = field(default_factory=dict)
    bridges: dict[str, Bridge] = field(default_factory=dict)

    def members(self, district: Unit) -> list[str]:
        return [f"H{district.code}", *(f"X{commune.code}" for commune in self.communes[district.code])]

    @property
    def land(self) -> Land:
        return Land(
            lower_first(self.province.name),
            proper_name(self.province.name, self.province.kind),
            tuple(district.name for district in self.districts),
            {
                district.name: tuple(commune.name for commune in self.communes[district.code])
                for district in self.districts
                if self.communes[district.code]
            },
        )


class ProvinceUnknown(Exception):
    """The list of units has no province, or city of that rank, of this code."""


def province_lines(code: str) -> list[UnitLine]:
    """The province and everything under it, of the list of January 2025. Raises ProvinceUnknown."""
    content = Path(settings.BASE_DIR, "data", "units-2025-01.csv").read_bytes()
    lines = parse_units(content, list(Tier.objects.values_list("code", flat=True)))
    taken = {code}
    chosen = []
    for line in lines:
        if line.code == code and not line.parent_code:
            chosen.append(line)
        elif line.parent_code in taken:
            taken.add(line.code)
            chosen.append(line)
    if not chosen or chosen[0].code != code:
        raise ProvinceUnknown(code)
    return chosen


def build_network(code: str) -> Network:
    """Units, bridges, endpoints and groups of the province, written to the database. Raises ProvinceUnknown, and
    UnitsRejected when other units stand under the same codes."""
    lines = province_lines(code)
    import_units(None, lines, valid_from=SINCE, source="units-2025-01.csv")
    units = {unit.code: unit for unit in Unit.objects.filter(code__in=[line.code for line in lines], valid_to=None)}
    network = Network(units[code], [], {})
    for line in lines[1:]:
        unit = units[line.code]
        if line.parent_code == code:
            network.districts.append(unit)
            network.communes[unit.code] = []
        else:
            network.communes[line.parent_code].append(unit)
    bridge_of = _build_bridges(network)
    _build_endpoints(network, bridge_of)
    _build_groups(network)
    return network


def _build_bridges(network: Network) -> dict[str, Bridge]:
    """The bridge of every district, by the district's code; the centre's also under the province's."""
    province = network.province
    regions = REGIONS.get(province.code) or _regions(network)
    centre, bridge_of = None, {}
    for number, region in enumerate(regions, start=1):
        seat = next((unit for unit in network.districts if unit.code in region.districts), province)
        bridge = Bridge.objects.create(
            code=f"MCU-{number:02}",
            name=region.name,
            unit=seat,
            ports=region.ports,
            parent=centre,
            link_ports=MEETINGS_ON_A_LINK if centre else None,
        )
        centre = centre or bridge
        network.bridges[bridge.code] = bridge
        bridge_of.update(dict.fromkeys(region.districts, bridge))
    first = network.bridges["MCU-01"]
    for unit in (province, *network.districts):
        bridge_of.setdefault(unit.code, first)
    return bridge_of


def _regions(network: Network) -> list[Region]:
    """Neighbouring districts together, as many as a bridge carries; the first group stays on the centre's bridge."""
    groups: list[list[Unit]] = [[]]
    load = len(ROOMS)
    for district in network.districts:
        size = len(network.members(district))
        if groups[-1] and load + size > ENDPOINTS_ON_A_BRIDGE:
            groups.append([])
            load = 0
        groups[-1].append(district)
        load += size
    links = len(groups) - 1
    regions = []
    for number, group in enumerate(groups):
        codes = tuple(district.code for district in group)
        needed = sum(len(network.members(district)) for district in group) + (1 if number else len(ROOMS) + links)
        name = f"Khu vực {group[0].short_name}" if number else in_province("Trung tâm tỉnh", network.province.kind)
        regions.append(Region(name, codes if number else (), _eights(needed * (1.08 if number else 1.6))))
    return regions


def _eights(ports: float) -> int:
    """Bridges are sold by eight ports."""
    return -(-int(ports + 1) // 8) * 8


def _build_endpoints(network: Network, bridge_of: Mapping[str, Bridge]) -> None:
    province = network.province
    tiers = Tier.objects.in_bulk(["province", "district", "commune"])
    made = []
    for code, name, english, seats in ROOMS:
        own = in_province(name, province.kind)
        made.append(_endpoint(code, own, province, tiers["province"], bridge_of[province.code], seats, english))
    for district in network.districts:
        bridge = bridge_of[district.code]
        made.append(_endpoint(f"H{district.code}", district.name, district, tiers["district"], bridge, 60))
        for commune in network.communes[district.code]:
            made.append(_endpoint(f"X{commune.code}", commune.name, commune, tiers["commune"], bridge, 40))
    Endpoint.objects.bulk_create(made)
    network.endpoints.update((endpoint.code, endpoint) for endpoint in made)


def _endpoint(code: str, name: str, unit: Unit, tier: Tier, bridge: Bridge, seats: int, english: str = "") -> Endpoint:
    return Endpoint(
        code=code,
        name=name,
        name_en=english,
        unit=unit,
        tier=tier,
        bridge=bridge,
        seats=seats,
        valid_from=SINCE,
        search_text=fold(f"{code} {name} {short_name(unit.name, unit.kind)}"),
    )


def _build_groups(network: Network) -> None:
    heads = [f"H{district.code}" for district in network.districts]
    groups: dict[str, Sequence[str]] = {"Cấp tỉnh và cấp huyện": [*(room[0] for room in ROOMS), *heads]}
    for bridge in list(network.bridges.values())[1:]:
        groups[bridge.name] = [code for code, each in network.endpoints.items() if each.bridge_id == bridge.pk]
    for name, codes in groups.items():
        group = EndpointGroup.objects.create(name=name, unit=network.province)
        group.endpoints.set([network.endpoints[code] for code in codes])
