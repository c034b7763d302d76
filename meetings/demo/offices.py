"""Who sits at an endpoint: titles of office, in the order of rank. Pure.

"{level}" in a title becomes the kind of the unit, "{village}" what a settlement below it is called there.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, cycle


@dataclass(frozen=True, slots=True)
class Office:
    """A title, whether its holder is summoned as the head of an agency, and whether a woman holds it (None: either)."""

    title: str
    head: bool = False
    woman: bool | None = None


def _heads(*titles: str) -> tuple[Office, ...]:
    return tuple(Office(title, head=True) for title in titles)


def _offices(*titles: str) -> tuple[Office, ...]:
    return tuple(Office(title) for title in titles)


DEPARTMENTS = (
    "Sở Tài chính",
    "Sở Nội vụ",
    "Sở Nông nghiệp và Môi trường",
    "Sở Xây dựng",
    "Sở Công Thương",
    "Sở Khoa học và Công nghệ",
    "Sở Giáo dục và Đào tạo",
    "Sở Y tế",
    "Sở Tư pháp",
    "Sở Văn hóa, Thể thao và Du lịch",
    "Sở Dân tộc và Tôn giáo",
    "Ban Quản lý Khu kinh tế",
    "Thanh tra tỉnh",
)

_COMMITTEE_ROOM = (
    *_heads("Chủ tịch UBND tỉnh"),
    *_offices("Phó Chủ tịch UBND tỉnh", "Phó Chủ tịch UBND tỉnh"),
    *_heads("Chánh Văn phòng UBND tỉnh"),
    *_offices("Phó Chánh Văn phòng UBND tỉnh", "Phó Chánh Văn phòng UBND tỉnh"),
    *_heads(*(f"Giám đốc {name}" for name in DEPARTMENTS if name.startswith("Sở"))),
    *_heads("Trưởng Ban Quản lý Khu kinh tế", "Chánh Thanh tra tỉnh", "Giám đốc Công an tỉnh"),
    *_heads("Chỉ huy trưởng Bộ Chỉ huy Quân sự tỉnh", "Cục trưởng Cục Thống kê tỉnh", "Trưởng Thuế tỉnh"),
    *_heads("Giám đốc Kho bạc Nhà nước khu vực", "Giám đốc Ban Quản lý dự án đầu tư xây dựng tỉnh"),
    *_offices(*(f"Phó Giám đốc {name}" for name in DEPARTMENTS if name.startswith("Sở"))),
    *_offices(
        "Trưởng phòng Tổng hợp, Văn phòng UBND tỉnh",
        "Trưởng phòng Kinh tế, Văn phòng UBND tỉnh",
        "Trưởng phòng Khoa giáo – Văn xã, Văn phòng UBND tỉnh",
        "Trưởng phòng Nội chính, Văn phòng UBND tỉnh",
        "Giám đốc Trung tâm Phục vụ hành chính công tỉnh",
        "Tổng Biên tập Báo và Phát thanh, Truyền hình tỉnh",
    ),
)
_PARTY_HALL = (
    *_heads("Phó Bí thư Thường trực Tỉnh ủy", "Chánh Văn phòng Tỉnh ủy", "Trưởng Ban Tổ chức Tỉnh ủy"),
    *_heads(
        "Trưởng Ban Tuyên giáo và Dân vận Tỉnh ủy", "Chủ nhiệm Ủy ban Kiểm tra Tỉnh ủy", "Trưởng Ban Nội chính Tỉnh ủy"
    ),
    *_heads("Chủ tịch Ủy ban MTTQ Việt Nam tỉnh", "Bí thư Tỉnh đoàn", "Chủ tịch Liên đoàn Lao động tỉnh"),
    Office("Chủ tịch Hội Liên hiệp Phụ nữ tỉnh", head=True, woman=True),
    *_heads("Chủ tịch Hội Nông dân tỉnh", "Chủ tịch Hội Cựu chiến binh tỉnh", "Hiệu trưởng Trường Chính trị tỉnh"),
    *_offices(
        "Phó Chánh Văn phòng Tỉnh ủy",
        "Phó Trưởng Ban Tổ chức Tỉnh ủy",
        "Phó Trưởng Ban Tuyên giáo và Dân vận Tỉnh ủy",
        "Phó Chủ nhiệm Ủy ban Kiểm tra Tỉnh ủy",
        "Phó Trưởng Ban Nội chính Tỉnh ủy",
        "Phó Chủ tịch Ủy ban MTTQ Việt Nam tỉnh",
        "Chuyên viên Văn phòng Tỉnh ủy",
    ),
)
_ASSEMBLY_ROOM = (
    *_heads("Phó Trưởng Đoàn đại biểu Quốc hội tỉnh", "Phó Chủ tịch HĐND tỉnh"),
    *_heads("Chánh Văn phòng Đoàn ĐBQH và HĐND tỉnh", "Trưởng Ban Pháp chế HĐND tỉnh"),
    *_heads("Trưởng Ban Kinh tế – Ngân sách HĐND tỉnh", "Trưởng Ban Văn hóa – Xã hội HĐND tỉnh"),
    *_heads("Trưởng Ban Dân tộc HĐND tỉnh"),
    *_offices(
        "Phó Chánh Văn phòng Đoàn ĐBQH và HĐND tỉnh",
        "Phó Trưởng Ban Pháp chế HĐND tỉnh",
        "Phó Trưởng Ban Kinh tế – Ngân sách HĐND tỉnh",
        "Phó Trưởng Ban Văn hóa – Xã hội HĐND tỉnh",
        "Trưởng phòng Công tác Quốc hội",
        "Trưởng phòng Công tác HĐND",
        "Chuyên viên Văn phòng Đoàn ĐBQH và HĐND tỉnh",
    ),
)
_SCIENCE_ROOM = (
    *_offices("Phó Giám đốc Sở Khoa học và Công nghệ", "Chánh Văn phòng Sở Khoa học và Công nghệ"),
    *_heads("Giám đốc Trung tâm Chuyển đổi số tỉnh"),
    *_offices(
        "Trưởng phòng Bưu chính, Viễn thông",
        "Trưởng phòng Chuyển đổi số",
        "Trưởng phòng Quản lý công nghệ",
        "Phó Giám đốc Trung tâm Chuyển đổi số tỉnh",
        "Kỹ sư Trung tâm Chuyển đổi số tỉnh",
        "Chuyên viên Sở Khoa học và Công nghệ",
    ),
)
# Offices of which a place has several: they fill the seats behind the listed ones.
_MORE_PROVINCE = (
    *(f"Trưởng phòng, {name}" for name in DEPARTMENTS),
    *(f"Chuyên viên {name}" for name in DEPARTMENTS),
)
_MORE_DISTRICT = (
    "Phó Trưởng phòng Nội vụ",
    "Phó Trưởng phòng Giáo dục và Đào tạo",
    "Phó Trưởng phòng Kinh tế, Hạ tầng và Đô thị",
    "Chuyên viên Phòng Tài chính – Kế hoạch",
    "Chuyên viên Phòng Nông nghiệp và Môi trường",
    "Chuyên viên Phòng Văn hóa, Khoa học và Thông tin",
)
_MORE_COMMUNE = (
    "Công chức Địa chính – Nông nghiệp",
    "Bí thư Chi bộ {village}",
    "Trưởng {village}",
    "Trưởng Ban công tác Mặt trận {village}",
    "Hiệu trưởng trường học trên địa bàn",
    "Trạm trưởng Trạm Y tế",
)

PROVINCE = (_COMMITTEE_ROOM, _PARTY_HALL, _ASSEMBLY_ROOM, _SCIENCE_ROOM)

DISTRICT = (
    *_heads("Bí thư {level} ủy", "Chủ tịch UBND {level}"),
    *_offices("Phó Bí thư Thường trực {level} ủy", "Phó Chủ tịch UBND {level}", "Phó Chủ tịch UBND {level}"),
    *_heads("Chánh Văn phòng {level} ủy", "Chánh Văn phòng HĐND và UBND {level}", "Trưởng phòng Nội vụ"),
    *_heads("Trưởng phòng Tài chính – Kế hoạch", "Trưởng phòng Nông nghiệp và Môi trường"),
    *_heads("Trưởng phòng Giáo dục và Đào tạo", "Trưởng phòng Văn hóa, Khoa học và Thông tin"),
    *_heads(
        "Trưởng phòng Kinh tế, Hạ tầng và Đô thị",
        "Trưởng phòng Tư pháp",
        "Trưởng phòng Y tế",
        "Chánh Thanh tra {level}",
    ),
    *_heads("Trưởng Công an {level}", "Chỉ huy trưởng Ban Chỉ huy Quân sự {level}"),
    *_heads("Chủ tịch Ủy ban MTTQ Việt Nam {level}", "Bí thư {level} đoàn"),
    Office("Chủ tịch Hội Liên hiệp Phụ nữ {level}", head=True, woman=True),
    *_heads("Chủ tịch Hội Nông dân {level}", "Chủ tịch Hội Cựu chiến binh {level}"),
    *_offices(
        "Phó Chánh Văn phòng HĐND và UBND {level}",
        "Giám đốc Ban Quản lý dự án đầu tư xây dựng {level}",
        "Phó Trưởng phòng Tài chính – Kế hoạch",
        "Phó Trưởng phòng Nông nghiệp và Môi trường",
        "Chuyên viên Văn phòng HĐND và UBND {level}",
    ),
)
COMMUNE = (
    *_heads("Bí thư Đảng ủy {level}", "Chủ tịch UBND {level}"),
    *_offices("Phó Bí thư Đảng ủy {level}", "Phó Chủ tịch UBND {level}", "Phó Chủ tịch HĐND {level}"),
    *_heads("Trưởng Công an {level}", "Chỉ huy trưởng Ban Chỉ huy Quân sự {level}"),
    *_heads("Chủ tịch Ủy ban MTTQ Việt Nam {level}"),
    Office("Chủ tịch Hội Liên hiệp Phụ nữ {level}", head=True, woman=True),
    *_heads("Chủ tịch Hội Nông dân {level}", "Bí thư Đoàn Thanh niên {level}", "Chủ tịch Hội Cựu chiến binh {level}"),
    *_offices(
        "Công chức Văn phòng – Thống kê",
        "Công chức Tài chính – Kế toán",
        "Công chức Địa chính – Xây dựng",
        "Công chức Văn hóa – Xã hội",
        "Công chức Tư pháp – Hộ tịch",
    ),
)
TECHNICIAN = "Cán bộ kỹ thuật điểm cầu"

# What the Party calls its committee there, and what a settlement below the commune is called.
_PARTY = {"thành phố": "Thành", "thị xã": "Thị", "quận": "Quận", "huyện": "Huyện"}
_URBAN = frozenset({"phường", "thị trấn"})


def offices(tier: str, kind: str, room: int = 0) -> Iterator[Office]:
    """Without end: the offices at an endpoint in the order in which they are summoned. `kind` is that of the unit
    ("huyện", "xã"), `room` the number of a provincial room from 0."""
    if tier == "province":
        listed, more = PROVINCE[room % len(PROVINCE)], _MORE_PROVINCE
    elif tier == "district":
        listed, more = DISTRICT, _MORE_DISTRICT
    else:
        listed, more = COMMUNE, _MORE_COMMUNE
    for office in chain(listed, cycle(_offices(*more))):
        title = in_province(office.title, kind) if tier == "province" else _placed(office.title, kind)
        yield replace(office, title=title)


def in_province(text: str, kind: str) -> str:
    """The same of a city that is a province: "Thành ủy", "UBND thành phố"."""
    if kind == "tỉnh":
        return text
    return text.replace("Tỉnh ủy", "Thành ủy").replace("Tỉnh đoàn", "Thành đoàn").replace("tỉnh", kind)


def _placed(title: str, kind: str) -> str:
    party = _PARTY.get(kind, kind)
    title = title.replace("{level} ủy", f"{party} ủy").replace("{level} đoàn", f"{party} đoàn")
    return title.replace("{level}", kind).replace("{village}", "tổ dân phố" if kind in _URBAN else "thôn")
