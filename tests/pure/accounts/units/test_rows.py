"""The list of units as a file: what is read, and how everything wrong is named by row and column."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.units.rows import Problem, UnitLine, UnitsRejected, parents_first, parse_units, tree_problems

TIERS = ("province", "district", "commune")
HEAD = "code,name,kind,tier,parent_code,lat,lon\n"
PROVINCE = "02,Tỉnh Hà Giang,tỉnh,province,,22.7662,104.9389\n"
DISTRICT = "026,Huyện Đồng Văn,huyện,district,02,23.2247,105.2429\n"


def problems_of(text: str | bytes) -> list[Problem]:
    content = text.encode() if isinstance(text, str) else text
    with pytest.raises(UnitsRejected) as caught:
        parse_units(content, TIERS)
    return list(caught.value.problems)


def line(code: str, parent_code: str = "", row: int = 2) -> UnitLine:
    return UnitLine(
        row=row, code=code, name="Xã Lũng Cú", kind="xã", tier="commune", parent_code=parent_code, lat=None, lon=None
    )


def test_a_line_is_read_with_its_row_and_place() -> None:
    lines = parse_units((HEAD + PROVINCE + DISTRICT).encode(), TIERS)
    assert lines == [
        UnitLine(2, "02", "Tỉnh Hà Giang", "tỉnh", "province", "", 22.7662, 104.9389),
        UnitLine(3, "026", "Huyện Đồng Văn", "huyện", "district", "02", 23.2247, 105.2429),
    ]


def test_columns_may_stand_in_any_order_with_others_between_and_a_mark_of_byte_order_in_front() -> None:
    text = "\ufeffparent_code,note,lon,lat,tier,kind,name,code\n,x,105,22,province,tỉnh,Tỉnh Hà Giang,02\n"
    assert parse_units(text.encode(), TIERS) == [
        UnitLine(2, "02", "Tỉnh Hà Giang", "tỉnh", "province", "", 22.0, 105.0)
    ]


def test_names_are_stored_composed_and_trimmed_and_blank_rows_left_out() -> None:
    text = HEAD + "\n 02 , Ti\u0309nh Ha\u0300 Giang ,tỉnh,province,,,\n"
    (unit,) = parse_units(text.encode(), TIERS)
    assert (unit.row, unit.code, unit.name, unit.lat, unit.lon) == (3, "02", "Tỉnh Hà Giang", None, None)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (",Xã Lũng Cú,xã,commune,,,", Problem(2, "code", "empty")),
        ("1,,xã,commune,,,", Problem(2, "name", "empty")),
        ("1,Xã Lũng Cú,,commune,,,", Problem(2, "kind", "empty")),
        ("1,Xã Lũng Cú,xã,,,,", Problem(2, "tier", "empty")),
        ("1,Xã Lũng Cú,xã,village,,,", Problem(2, "tier", "tier_unknown", "village", "province, district, commune")),
        ("1/2,Xã Lũng Cú,xã,commune,,,", Problem(2, "code", "code_invalid", "1/2")),
        ("12345678901234567,Xã Lũng Cú,xã,commune,,,", Problem(2, "code", "code_invalid", "12345678901234567")),
        (f"1,Xã Lũng Cú,{'x' * 41},commune,,,", Problem(2, "kind", "too_long", "x" * 41, "40")),
        ("1,Xã Lũng Cú,xã,commune,,north,105", Problem(2, "lat", "number_invalid", "north")),
        ("1,Xã Lũng Cú,xã,commune,,nan,105", Problem(2, "lat", "number_invalid", "nan")),
        ("1,Xã Lũng Cú,xã,commune,,2_2,105", Problem(2, "lat", "number_invalid", "2_2")),
        ("1,Xã Lũng Cú,xã,commune,,91,105", Problem(2, "lat", "number_out_of_range", "91", "90")),
        ("1,Xã Lũng Cú,xã,commune,,22,-180.5", Problem(2, "lon", "number_out_of_range", "-180.5", "180")),
        ("1,Xã Lũng Cú,xã,commune,,22,", Problem(2, "lon", "place_incomplete")),
        ("1,Xã Lũng Cú,xã,commune,,,105", Problem(2, "lat", "place_incomplete")),
        ("1,Xã Lũng Cú,xã,commune,,", Problem(2, "", "cells_wrong", "6", "7")),
        ('1,"Xã "Lũng Cú,xã,commune,,,', Problem(2, "", "not_a_table")),
    ],
)
def test_what_is_wrong_is_named_by_row_and_column(row: str, problem: Problem) -> None:
    assert problems_of(f"{HEAD}{row}\n") == [problem]


def test_a_code_may_stand_once() -> None:
    assert problems_of(HEAD + PROVINCE + DISTRICT + PROVINCE) == [Problem(4, "code", "duplicate_code", "02", "2")]


def test_every_missing_column_is_named() -> None:
    assert problems_of("code,name,kind,tier,lat\n") == [
        Problem(1, "lon", "column_missing"),
        Problem(1, "parent_code", "column_missing"),
    ]


def test_an_empty_file_misses_every_column() -> None:
    assert len(problems_of("")) == 7


def test_text_in_another_encoding_is_named_by_its_row() -> None:
    assert problems_of(HEAD.encode() + "02,Tỉnh Hà Giang".encode("utf-16-le")) == [Problem(2, "", "not_utf8")]


def test_all_problems_are_told_at_once_in_the_order_of_rows() -> None:
    found = problems_of(HEAD + "1,Xã Lũng Cú,xã,village,,,\n2,,xã,commune,,x,1\n")
    assert [(each.row, each.column) for each in found] == [(2, "tier"), (3, "lat"), (3, "name")]


def test_a_parent_may_stand_in_the_file_or_outside() -> None:
    assert tree_problems([line("1", "02"), line("2", "1")], {"02": ""}) == []


def test_a_parent_that_is_nowhere_is_missing() -> None:
    assert tree_problems([line("1", "99", row=5)], {}) == [Problem(5, "parent_code", "parent_missing", "99")]


def test_a_unit_is_not_its_own_parent() -> None:
    assert tree_problems([line("1", "1", row=5)], {}) == [Problem(5, "parent_code", "parent_cycle", "1", "1 → 1")]


def test_a_circle_is_told_once_with_the_way_round_it() -> None:
    lines = [line("9", "1", row=2), line("1", "2", row=3), line("2", "3", row=4), line("3", "1", row=5)]
    assert tree_problems(lines, {}) == [Problem(3, "parent_code", "parent_cycle", "1", "1 → 2 → 3 → 1")]


def test_a_circle_may_lead_through_a_unit_that_stands() -> None:
    problem = Problem(4, "parent_code", "parent_cycle", "1", "1 → 2 → 1")
    assert tree_problems([line("1", "2", row=4)], {"2": "1"}) == [problem]


@given(parents=st.lists(st.integers(0, 60), max_size=60), data=st.data())
def test_parents_come_first_whatever_the_order_of_the_file(parents: list[int], data: st.DataObject) -> None:
    tree = [line(str(child), str(parent) if parent < child else "") for child, parent in enumerate(parents)]
    lines = data.draw(st.permutations(tree))
    generations = parents_first(lines)
    assert sorted(each.code for generation in generations for each in generation) == sorted(each.code for each in lines)
    depth = {each.code: number for number, generation in enumerate(generations) for each in generation}
    assert [
        each.code for each in lines if depth[each.code] != (depth[each.parent_code] + 1 if each.parent_code else 0)
    ] == []


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    with suppress(UnitsRejected):
        lines = parse_units(HEAD.encode() + content, TIERS)
        assert {each.tier for each in lines} <= set(TIERS)
