"""Who the demo's people are, and how many."""

from itertools import islice
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.demo.cast import sizes
from meetings.demo.names import BY_NAME, draw_name, mix_of
from meetings.demo.offices import in_province, offices
from meetings.demo.roll_call import deputy

HA_GIANG = [
    *((f"T{number}", "province") for number in range(1, 5)),
    *((f"H{number:03}", "district") for number in range(24, 35)),
    *((f"X{number:05}", "commune") for number in range(193)),
]


@given(st.randoms(use_true_random=False))
def test_the_208_endpoints_of_ha_giang_expect_as_many_as_in_the_pictures(lots: Random) -> None:
    drawn = sizes(HA_GIANG, "02", lots, None)
    by_tier = {tier: sum(drawn[code] for code, of in HA_GIANG if of == tier) for tier in dict(HA_GIANG).values()}
    assert by_tier == {"province": 142, "district": 298, "commune": 2716}
    assert {10 <= drawn[code] <= 18 for code, tier in HA_GIANG if tier == "commune"} == {True}


@given(st.randoms(use_true_random=False), st.integers(1, 40))
def test_a_mean_is_kept_and_somebody_sits_at_every_endpoint(lots: Random, mean: int) -> None:
    drawn = sizes(HA_GIANG, "02", lots, mean)
    assert min(drawn.values()) >= 1
    assert abs(sum(drawn.values()) / len(drawn) - mean) < 0.6


@given(st.randoms(use_true_random=False), st.sampled_from(["02", "026", "032", "01", "66", "94"]), st.booleans())
def test_a_name_has_several_parts_and_none_twice(lots: Random, unit: str, woman: bool) -> None:
    name = draw_name(lots, mix_of(unit, unit[:2]), woman=woman)
    assert len(name.split()) >= 2
    assert len(set(name.split())) == len(name.split())


@pytest.mark.parametrize("people", list(BY_NAME))
@given(lots=st.randoms(use_true_random=False), woman=st.booleans())
def test_every_people_has_names_for_both_sexes(people: str, lots: Random, woman: bool) -> None:
    assert draw_name(lots, {people: 1}, woman=woman)[0].isupper()


@pytest.mark.parametrize(
    ("tier", "kind", "first"),
    [
        ("province", "tỉnh", ["Chủ tịch UBND tỉnh"]),
        ("province", "thành phố", ["Chủ tịch UBND thành phố"]),
        ("district", "huyện", ["Bí thư Huyện ủy", "Chủ tịch UBND huyện"]),
        ("district", "thị xã", ["Bí thư Thị ủy", "Chủ tịch UBND thị xã"]),
        ("district", "quận", ["Bí thư Quận ủy", "Chủ tịch UBND quận"]),
        ("commune", "phường", ["Bí thư Đảng ủy phường", "Chủ tịch UBND phường"]),
    ],
)
def test_offices_come_in_the_order_of_rank(tier: str, kind: str, first: list[str]) -> None:
    titles = [office.title for office in islice(offices(tier, kind), 90)]
    assert titles[: len(first)] == first
    assert [title for title in titles if "{" in title] == []


def test_wards_have_no_villages() -> None:
    assert [office.title for office in islice(offices("commune", "phường"), 60) if "thôn" in office.title] == []


def test_a_city_that_is_a_province_has_a_city_committee() -> None:
    assert in_province("Hội trường Tỉnh ủy", "thành phố") == "Hội trường Thành ủy"
    assert in_province("UBND tỉnh – Phòng họp trực tuyến", "thành phố") == "UBND thành phố – Phòng họp trực tuyến"
    assert in_province("Hội trường Tỉnh ủy", "tỉnh") == "Hội trường Tỉnh ủy"


@pytest.mark.parametrize(
    ("position", "substitute"),
    [
        ("Chủ tịch UBND xã", "Phó Chủ tịch UBND xã"),
        ("Phó Chủ tịch UBND xã", "Phó Chủ tịch UBND xã"),
        ("Công chức Tư pháp – Hộ tịch", "Công chức Tư pháp – Hộ tịch"),
        ("Kỹ sư Trung tâm Chuyển đổi số tỉnh", "Kỹ sư Trung tâm Chuyển đổi số tỉnh"),
    ],
)
def test_a_substitute_is_the_deputy_or_of_the_same_office(position: str, substitute: str) -> None:
    assert deputy(position) == substitute
