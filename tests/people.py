"""The people and the small network that most tests use: one province, two districts, three communes.

province 02 ─ T1, T2 on MCU-01 (ports 10)
  district 024 ─ H024 on MCU-01
    commune 00688 ─ X00688 on MCU-01
    commune 00691 ─ X00691 on MCU-01
  district 026 ─ H026 on MCU-02 (ports 4, parent MCU-01, 2 link ports)
    commune 00715 ─ X00715 on MCU-02
province 04 ─ Y1 on nothing: somebody else's network
"""

import datetime as dt
from dataclasses import dataclass, field

from accounts.decision import Role
from accounts.models import Membership, Person, Unit, User
from accounts.text import fold
from rooms.models import Bridge, Endpoint, Tier

SINCE = dt.date(2025, 1, 1)
VIETNAM = dt.timezone(dt.timedelta(hours=7))


def at(hour: int, minute: int = 0, *, day: int = 1, month: int = 12, year: int = 2031) -> dt.datetime:
    """A moment of a Monday far ahead (1 December 2031) in Vietnam's time."""
    return dt.datetime(year, month, day, hour, minute, tzinfo=VIETNAM)


def make_unit(code: str, name: str, kind: str, tier: str, parent: Unit | None = None) -> Unit:
    unit = Unit.objects.create(
        code=code, name=name, kind=kind, tier=tier, parent=parent, path="", valid_from=SINCE, search_text=fold(name)
    )
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    return unit


def make_tier(code: str, name_vi: str, name_en: str, rank: int) -> Tier:
    """The tier that a migration made, or anew: a test that commits leaves an empty database behind."""
    facts = {"name_vi": name_vi, "name_en": name_en, "rank": rank}
    return Tier.objects.update_or_create(code=code, defaults=facts)[0]


def make_endpoint(code: str, unit: Unit, tier: Tier, bridge: Bridge | None, name: str = "") -> Endpoint:
    name = name or unit.name
    return Endpoint.objects.create(
        code=code, name=name, unit=unit, tier=tier, bridge=bridge, valid_from=SINCE, search_text=fold(f"{code} {name}")
    )


@dataclass
class Network:
    """See the module's picture. `units` by code, `endpoints` by code, `bridges` by code."""

    units: dict[str, Unit] = field(default_factory=dict)
    endpoints: dict[str, Endpoint] = field(default_factory=dict)
    bridges: dict[str, Bridge] = field(default_factory=dict)


def make_network() -> Network:
    network = Network()
    tiers = [
        make_tier("province", "Cấp tỉnh", "Province", 1),
        make_tier("district", "Cấp huyện", "District", 2),
        make_tier("commune", "Cấp xã", "Commune", 3),
    ]
    units = network.units
    units["02"] = make_unit("02", "Tỉnh Hà Giang", "tỉnh", "province")
    units["04"] = make_unit("04", "Tỉnh Cao Bằng", "tỉnh", "province")
    units["024"] = make_unit("024", "Thành phố Hà Giang", "thành phố", "district", units["02"])
    units["026"] = make_unit("026", "Huyện Đồng Văn", "huyện", "district", units["02"])
    units["00688"] = make_unit("00688", "Phường Quang Trung", "phường", "commune", units["024"])
    units["00691"] = make_unit("00691", "Phường Trần Phú", "phường", "commune", units["024"])
    units["00715"] = make_unit("00715", "Xã Lũng Cú", "xã", "commune", units["026"])
    one = Bridge.objects.create(code="MCU-01", name="Trung tâm tỉnh", unit=units["02"], ports=10)
    two = Bridge.objects.create(
        code="MCU-02", name="Cao nguyên đá", unit=units["026"], ports=4, parent=one, link_ports=2
    )
    network.bridges = {"MCU-01": one, "MCU-02": two}
    rows: list[tuple[str, str, int, Bridge | None, str]] = [
        ("T1", "02", 0, one, "UBND tỉnh – Phòng họp trực tuyến"),
        ("T2", "02", 0, one, "Hội trường Tỉnh ủy"),
        ("H024", "024", 1, one, ""),
        ("H026", "026", 1, two, ""),
        ("X00688", "00688", 2, one, ""),
        ("X00691", "00691", 2, one, ""),
        ("X00715", "00715", 2, two, ""),
        ("Y1", "04", 0, None, ""),
    ]
    for code, unit, tier, bridge, name in rows:
        network.endpoints[code] = make_endpoint(code, units[unit], tiers[tier], bridge, name)
    return network


def make_person(name: str, unit: Unit, *, username: str | None = None, **fields: str) -> Person:
    user = None
    if username:
        user = User.objects.create_user(username, password="demo-pass-1")
    return Person.objects.create(
        full_name=name,
        unit=unit,
        user=user,
        email=fields.pop("email", f"{fold(name).replace(' ', '.')}@example.vn"),
        **fields,
    )


@dataclass
class People:
    """One user per role, at the unit where such people sit, and an outsider of another province.

    Each has an account (`username` = attribute name, password "demo-pass-1") and a person.
    """

    network: Network
    administrator: User
    secretary: User
    operator: User
    chair: User
    delegate: User
    observer: User
    outsider: User
    nobody: User


def make_people(network: Network) -> People:
    units = network.units
    plan = {
        "administrator": ("Trần Văn Quản", "02", Role.ADMINISTRATOR),
        "secretary": ("Nguyễn Thị Lan", "02", Role.SECRETARIAT),
        "operator": ("Ma Văn Tuấn", "00715", Role.OPERATOR),
        "chair": ("Hoàng Gia Khánh", "02", Role.CHAIR),
        "delegate": ("Giàng Thị Súa", "026", Role.DELEGATE),
        "observer": ("Lộc Thị Hương", "024", Role.OBSERVER),
        "outsider": ("Nông Văn Ngoài", "04", Role.SECRETARIAT),
        "nobody": ("Lý Không Quyền", "00691", None),
    }
    users: dict[str, User] = {}
    for username, (name, code, role) in plan.items():
        person = make_person(name, units[code], username=username, phone="0219.000.0001", position="Chuyên viên")
        user = person.user
        if user is None:
            raise AssertionError(username)
        user.first_name = name
        user.save(update_fields=["first_name"])
        if role:
            Membership.objects.create(user=user, role=role.value, unit=units[code])
        users[username] = user
    return People(network=network, **users)
