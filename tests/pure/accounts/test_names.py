"""Names of units in two languages and in tiles."""

import pytest

from accounts.names import display_name, short_name

NAMES = [
    ("Tỉnh Hà Giang", "tỉnh", "Hà Giang province", "Hà Giang"),
    ("Thành phố Hà Giang", "thành phố", "Hà Giang city", "TP Hà Giang"),
    ("Huyện Đồng Văn", "huyện", "Đồng Văn district", "Đồng Văn"),
    ("Thị xã Sa Pa", "thị xã", "Sa Pa town", "TX Sa Pa"),
    ("Thị trấn Phó Bảng", "thị trấn", "Phó Bảng township", "TT Phó Bảng"),
    ("Xã Lũng Cú", "xã", "Lũng Cú commune", "Lũng Cú"),
    ("Phường Quang Trung", "phường", "Quang Trung ward", "Quang Trung"),
    ("Đặc khu Vân Đồn", "đặc khu", "Vân Đồn special zone", "Vân Đồn"),
]


@pytest.mark.parametrize(("name", "kind", "english", "short"), NAMES)
def test_a_unit_has_a_name_in_each_language_and_one_for_tiles(name: str, kind: str, english: str, short: str) -> None:
    assert display_name(name, kind, "vi") == name
    assert display_name(name, kind, "en-gb") == english
    assert short_name(name, kind) == short


def test_the_kind_is_recognised_however_it_is_written() -> None:
    assert display_name("Xã Lũng Cú", "Xã", "en") == "Lũng Cú commune"


def test_an_office_without_a_kind_in_its_name_keeps_it() -> None:
    assert display_name("Văn phòng UBND tỉnh", "văn phòng", "en") == "Văn phòng UBND tỉnh"
    assert display_name("Sở Nội vụ", "", "en") == "Sở Nội vụ"
    assert short_name("Sở Nội vụ", "") == "Sở Nội vụ"


def test_a_name_that_only_begins_like_its_kind_is_not_cut() -> None:
    assert short_name("Xãn Lả", "xã") == "Xãn Lả"
