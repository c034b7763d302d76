"""The three sheets: what they are taken for, and every cell that does not fit, by row and head."""

import contextlib
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.sheets import SheetRejected, read_rows
from accounts.units.rows import UnitLine
from rooms.reorganisation.rows import (
    Content,
    EndpointRow,
    PassageSheet,
    ReorganisationRejected,
    known_columns,
    read_day,
    read_sheet,
    zeros_lost,
)
from rooms.reorganisation.sheet_templates import KINDS, template_csv, template_xlsx

TIERS = ("province", "commune")


def read(text: str | bytes, name: str = "a.csv") -> Content:
    data = text.encode() if isinstance(text, str) else text
    return read_sheet(read_rows(data, name, known_columns), TIERS)


def wrong(text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(ReorganisationRejected) as refused:
        read(text)
    return [(each.row, each.column, each.reason) for each in refused.value.problems]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_template_is_read_as_what_it_is(kind: str, language: str) -> None:
    kinds = {"mapping": PassageSheet, "units": list, "endpoints": list}
    from_csv, from_xlsx = (
        read(template_csv(kind, language)),
        read(template_xlsx(kind, language), "a.xlsx"),
    )
    assert from_csv == from_xlsx
    assert isinstance(from_csv, kinds[kind])
    if isinstance(from_csv, list):
        assert isinstance(from_csv[0], UnitLine if kind == "units" else EndpointRow)


def test_a_mapping_keeps_shares_in_the_order_of_the_file() -> None:
    sheet = read("Mã cũ;Mã mới;Phần\n00688;00691;Phần lớn\n00688;00694;một phần\n00715;00715;\n")
    assert isinstance(sheet, PassageSheet)
    assert sheet.shares == {
        "00688": (("00691", "main part"), ("00694", "part")),
        "00715": (("00715", "whole"),),
    }


def test_a_pair_that_stands_twice_counts_once_with_its_greater_share() -> None:
    sheet = read("old_code,new_code,share\n1,2,part\n1,2,main part\n1,3,part\n")
    assert isinstance(sheet, PassageSheet)
    assert sheet.shares == {"1": (("2", "main part"), ("3", "part"))}


def test_what_is_wrong_is_told_by_row_and_head() -> None:
    assert wrong("old_code,new_code,share\n,2,whole\n1,,half\n") == [
        (2, "old_code", "empty"),
        (3, "new_code", "empty"),
        (3, "share", "share_unknown"),
    ]
    assert wrong("old_code,new_code,share\n1,2,whole\n1,3,part\n") == [(2, "old_code", "whole_and_parts")]
    assert wrong("một,hai\n1,2\n") == [(1, "", "heads_unknown")]
    assert wrong("old_code,new_code\n") == [(1, "", "no_rows")]
    assert wrong("endpoint,new_unit,closes_on\nH1,,mai\n\nH1,1,\n") == [
        (2, "closes_on", "day_invalid"),
        (4, "endpoint", "duplicate_code"),
    ]
    units = "code,name,kind,tier,parent_code,lat,lon\n08,Tỉnh,tỉnh,province,,,\n\n1,Xã,xã,thôn,08,,\n"
    assert wrong(units) == [(4, "tier", "tier_unknown")]


def test_zeros_that_a_spreadsheet_took_are_missed() -> None:
    known = {"00688", "024", "02"}
    assert zeros_lost("688", known) == "00688"
    assert zeros_lost("24", known) == "024"
    assert zeros_lost("024", known) == ""
    assert zeros_lost("H24", known) == ""


@given(st.dates(dt.date(1900, 1, 1), dt.date(2200, 1, 1)))
def test_a_day_is_read_as_it_is_written_in_either_way(day: dt.date) -> None:
    assert read_day(f"{day:%d/%m/%Y}") == day == read_day(day.isoformat())


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(ReorganisationRejected, SheetRejected):
        assert isinstance(read("old_code,new_code,share\n" + text), PassageSheet)
