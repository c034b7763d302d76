"""Numbers, dates and times as an office writes them."""

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import wording

THURSDAY = dt.date(2025, 5, 15)
NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("value", "decimals", "vietnamese", "english"),
    [
        (0, 0, "0", "0"),
        (999, 0, "999", "999"),
        (3028, 0, "3.028", "3,028"),
        (1286.4, 1, "1.286,4", "1,286.4"),
        (2.5, 0, "3", "3"),
        (-1500, 0, "-1.500", "-1,500"),
        (1930000, 0, "1.930.000", "1,930,000"),
    ],
)
def test_numbers_have_points_in_vietnamese_and_commas_in_english(
    value: float, decimals: int, vietnamese: str, english: str
) -> None:
    assert (wording.number(value, "vi", decimals), wording.number(value, "en-gb", decimals)) == (vietnamese, english)


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_a_number_can_be_read_back(value: int) -> None:
    assert int(wording.number(value, "vi").replace(".", "")) == value
    assert int(wording.number(value, "en").replace(",", "")) == value


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [(3028, 3156, "95,9%"), (138, 142, "97,2%"), (286, 298, "96,0%"), (0, 0, "0,0%"), (1, 1, "100,0%")],
)
def test_shares_are_percentages_with_one_decimal(part: int, whole: int, shown: str) -> None:
    assert wording.percent(wording.share(part, whole), "vi") == shown


def test_a_half_is_rounded_up_where_a_float_would_lose_it() -> None:
    assert wording.percent(Fraction(1, 2000), "en") == "0.1%"


def test_percent_of_an_english_page_has_a_point() -> None:
    assert wording.percent(wording.share(3028, 3156), "en") == "95.9%"


@pytest.mark.parametrize(
    ("octets", "shown"),
    [
        (0, f"0{NBSP}B"),
        (999, f"999{NBSP}B"),
        (850_000, f"850{NBSP}kB"),
        (1_234_567, f"1,2{NBSP}MB"),
        (200_000_000, f"200{NBSP}MB"),
    ],
)
def test_sizes_of_files_are_short(octets: int, shown: str) -> None:
    assert wording.size(octets, "vi") == shown


def test_the_day_is_named_in_both_languages() -> None:
    assert wording.weekday_day(THURSDAY, "vi") == f"thứ{NBSP}Năm 15/05/2025"
    assert wording.weekday_day(THURSDAY, "en") == "Thursday 15/05/2025"


def test_narrow_columns_have_short_days() -> None:
    week = [wording.short_weekday(THURSDAY + dt.timedelta(days=offset), "vi") for offset in range(4, 11)]
    assert week == ["T2", "T3", "T4", "T5", "T6", "T7", "CN"]
    assert wording.short_day(THURSDAY, "vi") == f"T5{NBSP}15/05"
    assert wording.short_day(THURSDAY, "en") == f"Thu{NBSP}15/05"


def test_sunday_is_no_numbered_day() -> None:
    assert wording.weekday_name(dt.date(2025, 5, 18), "vi") == f"Chủ{NBSP}nhật"


def test_a_range_of_times_has_an_en_dash() -> None:
    assert wording.time_range(dt.time(14), dt.time(16, 30)) == "14:00–16:30"


def test_a_range_over_midnight_names_the_day_of_its_end() -> None:
    start = dt.datetime(2025, 5, 15, 22, tzinfo=dt.UTC)
    assert wording.time_range(start, start + dt.timedelta(hours=3.5)) == "22:00–01:30 (16/05)"


def test_seconds_stand_where_they_count() -> None:
    assert wording.clock_seconds(dt.time(10, 32, 5)) == "10:32:05"


def test_a_unit_inside_a_sentence_loses_its_capital() -> None:
    assert wording.spoken_unit("Tỉnh Hà Giang") == "tỉnh Hà Giang"


def test_a_line_begins_with_a_capital() -> None:
    assert wording.sentence_case("thứ Năm") == "Thứ Năm"


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Văn phòng UBND tỉnh Hà Giang", ("Văn phòng UBND", "tỉnh Hà Giang")),
        ("Xã Lũng Cú", ("Xã Lũng Cú",)),
        ("Verwaltungsgemeinschaft", ("Verwaltungsgemeinschaft",)),
    ],
)
def test_a_long_name_is_broken_in_the_middle(name: str, lines: tuple[str, ...]) -> None:
    assert wording.two_lines(name) == lines


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("giao ban trực tuyến công tác tháng 5", f"giao ban trực{NBSP}tuyến công tác tháng{NBSP}5"),
        ("208 điểm cầu cấp xã", f"208 điểm{NBSP}cầu cấp{NBSP}xã"),
        ("Điểm cầu chính", f"Điểm{NBSP}cầu chính"),
        ("Meeting of May", "Meeting of May"),
    ],
)
def test_terms_are_not_broken_over_two_lines(text: str, kept: str) -> None:
    assert wording.bound(text) == kept


@given(st.text(alphabet="abc ", max_size=60))
def test_breaking_a_name_loses_no_word(name: str) -> None:
    assert " ".join(wording.two_lines(name)) == name
