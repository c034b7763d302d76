"""Who plays whom: the accounts, the people whom the pictures of Hà Giang name, how many sit at an endpoint. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from accounts.decision import Role

PASSWORD = "demo"  # noqa: S105 -- the demo's password is public; the accounts exist in the demo only


@dataclass(frozen=True, slots=True)
class Account:
    """A login. `seat`: "province", "district" (the one the delegate comes from) or "commune" below it. `invited`: the
    person is expected at the seat's endpoint, in that title; `locked`: nobody logs in, it only owns bookings."""

    username: str
    role: Role
    seat: str
    title: str
    name: str
    phone: str
    invited: bool = False
    locked: bool = False
    woman: bool = False


ACCOUNTS = (
    Account("admin", Role.ADMINISTRATOR, "province", "Quản trị hệ thống", "Phạm Quốc Việt", "0219.000.0001"),
    Account(
        "thuky",
        Role.SECRETARIAT,
        "province",
        "Chuyên viên Văn phòng UBND tỉnh",
        "Nguyễn Thị Lan",
        "0219.000.0002",
        woman=True,
    ),
    Account(
        "chutoa", Role.CHAIR, "province", "Phó Chủ tịch UBND tỉnh", "Hoàng Gia Khánh", "0219.000.0003", invited=True
    ),
    Account(
        "daibieu",
        Role.DELEGATE,
        "district",
        "Phó Chủ tịch UBND {level}",
        "Giàng Thị Súa",
        "0219.000.0004",
        invited=True,
        woman=True,
    ),
    Account("kythuat", Role.OPERATOR, "commune", "Cán bộ kỹ thuật điểm cầu", "Sùng Mí Chơ", "0219.000.0005"),
    Account(
        "theodoi",
        Role.OBSERVER,
        "province",
        "Chuyên viên Văn phòng Tỉnh ủy",
        "Lê Minh Hằng",
        "0219.000.0006",
        woman=True,
    ),
    Account(
        "thuky2",
        Role.SECRETARIAT,
        "district",
        "Chuyên viên Văn phòng HĐND và UBND {level}",
        "Lù Thị Mai",
        "0219.000.0007",
        woman=True,
    ),
    Account(
        "sonoivu",
        Role.SECRETARIAT,
        "province",
        "Phó Giám đốc Sở Nội vụ",
        "Hoàng Văn Thiện",
        "0219.000.2205",
        invited=True,
        locked=True,
    ),
    Account(
        "sovanhoa",
        Role.SECRETARIAT,
        "province",
        "Phó Giám đốc Sở Văn hóa, Thể thao và Du lịch",
        "Lộc Thị Hương",
        "0219.000.6731",
        invited=True,
        locked=True,
        woman=True,
    ),
)

# People whom the pictures of Hà Giang name: endpoint → title → name. An empty title is the endpoint's technician.
NAMED: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "02": {
        "T1": {"Giám đốc Sở Tài chính": "Nông Thị Hạnh", "Phó Chánh Văn phòng UBND tỉnh": "Nguyễn Thị Hiền"},
        "H026": {
            "Trưởng phòng Nội vụ": "Vàng Mí Dình",
            "Trưởng phòng Tài chính – Kế hoạch": "Thào Mí Già",
            "Chủ tịch Hội Liên hiệp Phụ nữ huyện": "Lý Thị Cở",
        },
        "H027": {"Chủ tịch UBND huyện": "Sùng Mí Lình"},
        "H032": {"Phó Chủ tịch UBND huyện": "Lù Văn Phong"},
        "X00697": {"": "Ma Văn Tuấn"},
        "Sơn Vĩ": {"": "Vừ Mí Sính", "Phó Chủ tịch UBND xã": "Sùng Mí Chá"},
        "Xín Cái": {"": "Ly Mí Dính"},
        "Bản Máy": {"": "Lù Văn Sáng", "Công chức Văn phòng – Thống kê": "Lò Thị Nga"},
        "Pà Vầy Sủ": {"": "Lùng Seo Sinh", "Chủ tịch UBND xã": "Thào Seo Pao"},
        "Thanh Vân": {"": "Viên Thị Mẩy"},
        "Đường Âm": {"": "Nông Văn Đạt"},
        "Nàn Xỉn": {"Trưởng Công an xã": "Hoàng Seo Lìn"},
        "Pải Lủng": {"Chủ tịch Hội Liên hiệp Phụ nữ xã": "Vàng Thị Dợ"},
    }
}
DELEGATES_DISTRICT = {"02": "026"}
OPERATORS_COMMUNE = {"02": "00715"}

PROVINCE_SIZES = (62, 38, 24, 18)
DISTRICT_MEAN, COMMUNE_MEAN = 27.1, 14.07
WHOLE_MEAN = 15.17
SIZES: Mapping[str, Mapping[str, int]] = {"02": {"H024": 30, "H026": 28, "X00715": 13}}


def named(province: str, endpoint: str, place: str) -> Mapping[str, str]:
    """Title → name of the people known at an endpoint, by its code or the name of its place."""
    known = NAMED.get(province, {})
    return {**known.get(endpoint, {}), **known.get(place, {})}


def sizes(endpoints: Iterable[tuple[str, str]], province: str, lots: Random, mean: float | None) -> dict[str, int]:
    """How many people are expected at each endpoint, given as code and tier; without a `mean` as many as in the
    pictures (3,156 at the 208 endpoints of Hà Giang), else that many on average, at least one."""
    scale = (mean or WHOLE_MEAN) / WHOLE_MEAN
    drawn: dict[str, int] = {}
    by_tier: dict[str, list[str]] = {}
    for code, tier in endpoints:
        by_tier.setdefault(tier, []).append(code)
    for tier, codes in by_tier.items():
        if tier == "province":
            drawn.update(zip(codes, (max(1, round(size * scale)) for size in PROVINCE_SIZES), strict=False))
        else:
            low, high, middle = (24, 30, DISTRICT_MEAN) if tier == "district" else (10, 18, COMMUNE_MEAN)
            fixed = SIZES.get(province, {})
            wanted = {code: fixed.get(code) or lots.randint(low, high) for code in codes}
            free = [code for code in codes if code not in fixed]
            _even_out(wanted, free, round(middle * len(codes)), low, high)
            drawn.update((code, max(1, round(size * scale))) for code, size in wanted.items())
    return drawn


def _even_out(wanted: dict[str, int], codes: Sequence[str], total: int, low: int, high: int) -> None:
    """Move the sizes of `codes` one by one, within their bounds, until all of `wanted` come to `total`."""
    if not codes:
        return
    step = 1 if sum(wanted.values()) < total else -1
    for _ in range((high - low) * len(codes)):
        for code in codes:
            if sum(wanted.values()) == total:
                return
            if low <= wanted[code] + step <= high:
                wanted[code] += step
