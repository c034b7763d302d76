import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.cells import CellRange, Line, Sheet, letters
from meetings.planning.rows import (
    MOST_PROBLEMS,
    Code,
    DryRun,
    Invited,
    ParticipantRow,
    examine_rows,
    field_of,
    national_phone,
)

ENDPOINTS = {"T1": "UBND tỉnh", "X00715": "Xã Lũng Cú", "X00688": "Xã Thượng Phùng", "X1": "Xã Trùng", "X2": "Xã trùng"}
HEADS = ("TT", "Họ và tên", "Chức vụ", "Đơn vị", "Điểm cầu", "Thư điện tử", "Điện thoại", "Vai trò", "Thành phần")
CHA = ("1", "Sùng Mí Chá", "Phó Chủ tịch", "UBND xã", "X00715", "cha@x.vn", "0912345678", "Khách mời", "Thủ trưởng")


def sheet(*rows: tuple[str, ...], first: int = 1, **more: Any) -> Sheet:
    return Sheet(tuple(Line(number, row) for number, row in enumerate(rows, start=first)), **more)


def examine(*rows: tuple[str, ...], existing: tuple[Invited, ...] = (), **more: Any) -> DryRun:
    return examine_rows(sheet(HEADS, *rows, **more), ENDPOINTS, existing)


def changed(place: int, value: str, name: str = "Lò Thị Nga") -> tuple[str, ...]:
    row = [*CHA]
    row[1], row[5] = name, ""
    row[place] = value
    return tuple(row)


def found(run: DryRun) -> list[tuple[int, str, str, str, str]]:
    return [(one.row, one.column, one.code.value, one.value, one.cell) for one in run.problems]


def test_a_good_row_is_taken_as_it_is_meant() -> None:
    run = examine(CHA)
    assert run.clean is True
    assert run.accepted == (
        ParticipantRow(
            row=2,
            full_name="Sùng Mí Chá",
            position="Phó Chủ tịch",
            unit_name="UBND xã",
            endpoint="X00715",
            email="cha@x.vn",
            phone="0912345678",
            role="guest",
            summons="head",
        ),
    )


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("Họ và tên", "full_name"),
        ("HO VA TEN", "full_name"),
        (unicodedata.normalize("NFD", "Họ và tên *"), "full_name"),
        ("full_name", "full_name"),
        ("Chức vụ, chức danh", "position"),
        ("Đơn vị công tác", "unit_name"),
        ("Điểm cầu (mã)", "endpoint"),
        ("endpoint (code)", "endpoint"),
        ("E-mail", "email"),
        ("Số điện thoại", "phone"),
        ("Vai trò:", "role"),
        ("Thành phần triệu tập", "summons"),
        ("STT", ""),
        ("Ghi chú", ""),
        ("Ngày sinh", None),
        ("", None),
    ],
)
def test_heads_are_known_in_both_languages_with_and_without_marks(head: str, name: str | None) -> None:
    assert field_of(head) == name


def test_titles_above_the_header_are_passed_over() -> None:
    run = examine_rows(
        sheet(("DANH SÁCH ĐẠI BIỂU",), ("Họ tên", "Mã điểm cầu", "Ngày sinh"), ("Lò Thị Nga", "x00715", "1/1/1980")),
        ENDPOINTS,
    )
    assert [(row.row, row.full_name, row.endpoint) for row in run.accepted] == [(3, "Lò Thị Nga", "X00715")]
    assert run.ignored == ("Ngày sinh",)


def test_what_is_not_said_has_its_usual_meaning() -> None:
    run = examine_rows(sheet(("full_name", "endpoint"), ("Lò Thị Nga", "Xã Lũng Cú")), ENDPOINTS)
    (row,) = run.accepted
    assert (row.endpoint, row.role, row.summons, row.phone, row.email) == (
        "X00715",
        "delegate",
        "representative",
        "",
        "",
    )


@pytest.mark.parametrize(
    ("place", "value", "column", "code", "shown", "cell"),
    [
        (1, "", "full_name", "missing_value", "", "B3"),
        (1, "123", "full_name", "bad_name", "123", "B3"),
        (1, "ă" * 121, "full_name", "too_long", "ă" * 121, "B3"),
        (2, "x" * 151, "position", "too_long", "x" * 151, "C3"),
        (4, "", "endpoint", "missing_value", "", "E3"),
        (4, "X99999", "endpoint", "unknown_endpoint", "X99999", "E3"),
        (4, "Xã Trùng", "endpoint", "ambiguous_endpoint", "Xã Trùng", "E3"),
        (4, "#N/A", "endpoint", "error_value", "#N/A", "E3"),
        (5, "lan@", "email", "bad_email", "lan@", "F3"),
        (5, "a@b.vn, c@d.vn", "email", "bad_email", "a@b.vn, c@d.vn", "F3"),
        (6, "không có", "phone", "bad_phone", "không có", "G3"),
        (7, "Trưởng phòng", "role", "unknown_role", "Trưởng phòng", "H3"),
        (8, "Toàn thể", "summons", "unknown_summons", "Toàn thể", "I3"),
    ],
)
def test_a_bad_cell_is_named_by_its_address(
    place: int, value: str, column: str, code: str, shown: str, cell: str
) -> None:
    run = examine(CHA, changed(place, value))
    assert found(run)[0] == (3, column, code, shown, cell)
    assert [row.row for row in run.accepted] == [2]


def test_every_bad_cell_of_a_row_is_named() -> None:
    run = examine(("", "1", "", "", "?", "?", "?", "?", "?"))
    assert [(one.column, one.cell) for one in run.problems] == [
        ("full_name", "B2"),
        ("endpoint", "E2"),
        ("email", "F2"),
        ("phone", "G2"),
        ("role", "H2"),
        ("summons", "I2"),
    ]


def test_the_same_person_twice_points_to_the_first_row() -> None:
    run = examine(CHA, changed(5, "CHA@X.vn"), changed(0, "3"), changed(0, "4"))
    assert found(run) == [
        (3, "full_name", "duplicate_row", "2", "B3"),
        (4, "full_name", "duplicate_row", "3", "B4"),
        (5, "full_name", "duplicate_row", "3", "B5"),
    ]


def test_namesakes_in_different_places_or_positions_are_different_persons() -> None:
    run = examine(CHA, changed(4, "T1"), changed(4, "X00715"), changed(2, "Chủ tịch"))
    assert run.clean is True
    assert len(run.accepted) == 4


def test_who_is_invited_already_is_told() -> None:
    there = Invited(full_name="LÒ THỊ NGA", endpoint="X00715", position="Phó chủ tịch")
    mail = Invited(full_name="Khác", endpoint="T1", email="Cha@x.vn")
    assert found(examine(CHA, changed(0, "2"), existing=(there, mail))) == [
        (2, "full_name", "already_invited", "Sùng Mí Chá", "B2"),
        (3, "full_name", "already_invited", "Lò Thị Nga", "B3"),
    ]


def test_decomposed_letters_are_composed() -> None:
    run = examine(tuple(unicodedata.normalize("NFD", cell) for cell in CHA))
    assert run.accepted == examine(CHA).accepted


@pytest.mark.parametrize(
    ("rows", "problems"),
    [
        ((), [(0, "", "no_header")]),
        ((("Một",), ("Hai", "Ba")), [(0, "", "no_header")]),
        ((HEADS,), [(0, "", "no_rows")]),
        ((("Họ tên", "Chức vụ"), ("Lò Thị Nga", "")), [(1, "endpoint", "missing_column")]),
        (
            (("Chức vụ", "Điểm cầu"), ("", "T1")),
            [(1, "full_name", "missing_column"), (2, "full_name", "missing_value")],
        ),
        (
            (("Họ tên", "Điểm cầu", "Họ và tên"), ("Lò Thị Nga", "T1", "?")),
            [(1, "full_name", "duplicate_column")],
        ),
    ],
)
def test_what_is_wrong_with_the_sheet_itself_is_named(
    rows: tuple[tuple[str, ...], ...], problems: list[tuple[int, str, str]]
) -> None:
    run = examine_rows(sheet(*rows), ENDPOINTS)
    assert [(one.row, one.column, one.code.value) for one in run.problems] == problems


def test_without_a_required_column_nothing_is_accepted() -> None:
    assert examine_rows(sheet(("Họ tên", "Chức vụ"), ("Lò Thị Nga", "")), ENDPOINTS).accepted == ()


def test_merged_cells_and_empty_formulas_are_reported_where_they_spoil_a_row() -> None:
    run = examine(
        CHA,
        changed(0, "2"),
        changed(0, "3", "Vàng Thị Dợ"),
        merged=(CellRange(0, 1, 8, 1), CellRange(3, 2, 3, 3), CellRange(20, 2, 21, 9)),
        hollow=(CellRange(4, 4, 4, 4),),
    )
    assert found(run) == [
        (2, "unit_name", "merged_cells", "D2:D3", "D2:D3"),
        (4, "endpoint", "formula_without_value", "E4", "E4"),
    ]
    assert run.accepted == ()


def test_empty_rows_between_are_passed_over() -> None:
    run = examine(CHA, ("", " ", "", ""), ("2",), changed(0, "3"))
    assert [row.row for row in run.accepted] == [2, 5]
    assert (run.row_count, run.problem_count) == (2, 0)


def test_of_very_many_problems_all_are_counted_and_the_first_are_kept() -> None:
    run = examine(*[changed(4, "?", f"Người {number}") for number in range(MOST_PROBLEMS + 500)])
    assert (len(run.problems), run.problem_count) == (MOST_PROBLEMS, MOST_PROBLEMS + 500)
    assert run.problems[-1].row == MOST_PROBLEMS + 1


@pytest.mark.parametrize(
    ("written", "phone"),
    [
        ("", ""),
        ("0912345678", "0912345678"),
        ("912345678", "0912345678"),
        ("+84 912 345 678", "0912345678"),
        ("84912345678", "0912345678"),
        ("0219.386.2205", "02193862205"),
        ("(0219) 3862-205", "02193862205"),
        ("+49 30 123456", "+4930123456"),
        ("841234567", "0841234567"),
        ("12", None),
        ("0912", None),
        ("0912345678 / 0987654321", None),
        ("٠٩١٢٣٤٥٦٧٨", None),
    ],
)
def test_a_telephone_number_is_written_one_way(written: str, phone: str | None) -> None:
    assert national_phone(written) == phone


@pytest.mark.parametrize(("column", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_named_as_on_the_sheet(column: int, name: str) -> None:
    assert letters(column) == name


cells = st.text(max_size=12) | st.sampled_from([*HEADS, *CHA, *ENDPOINTS])


@given(st.lists(st.lists(cells, max_size=10).map(tuple), max_size=8))
def test_any_sheet_is_examined_and_every_row_is_accepted_or_explained(rows: list[tuple[str, ...]]) -> None:
    run = examine_rows(sheet(*rows), ENDPOINTS)
    accepted = {row.row for row in run.accepted}
    explained = {problem.row for problem in run.problems}
    assert len(accepted) == len(run.accepted)
    assert run.clean is (run.problem_count == 0)
    if Code.NO_HEADER not in {problem.code for problem in run.problems} and 0 not in explained:
        assert accepted.isdisjoint(explained)
    for row in run.accepted:
        assert row.endpoint in ENDPOINTS
        assert unicodedata.is_normalized("NFC", row.full_name)
