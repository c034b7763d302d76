import datetime as dt
import io
import resource
import unicodedata
import zipfile
from collections.abc import Iterable

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts import sheets
from accounts.cells import HEADER_WITHIN, CellRange, Sheet
from accounts.sheets import SheetRejected
from meetings.planning.rows import examine_rows, known_columns
from meetings.planning.sheet_templates import template_csv, template_xlsx


def read_rows(data: bytes, name: str) -> Sheet:
    return sheets.read_rows(data, name, known_columns)


TEXT = "Họ và tên,Chức vụ,Điểm cầu\r\nSùng Mí Chá,Phó Chủ tịch,X00715\r\nLò Thị Nga,Công chức,T1\r\n"
TABLE = [
    ["Họ và tên", "Chức vụ", "Điểm cầu"],
    ["Sùng Mí Chá", "Phó Chủ tịch", "X00715"],
    ["Lò Thị Nga", "Công chức", "T1"],
]
ENDPOINTS = {"T1": "UBND tỉnh", "X00715": "Xã Lũng Cú"}
MORNING = dt.datetime(2025, 5, 15, 8, 30, tzinfo=dt.UTC).replace(tzinfo=None)


def table(data: bytes, name: str = "ds.csv") -> list[list[str]]:
    return [list(line.cells) for line in read_rows(data, name).lines]


def refusal(data: bytes, name: str = "ds.csv") -> tuple[str, dict[str, object]]:
    with pytest.raises(SheetRejected) as refused:
        read_rows(data, name)
    return refused.value.code, refused.value.params


def workbook(rows: Iterable[Iterable[object]], title: str = "Danh sách") -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append(list(row))
    return book


def xlsx(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def windows_1258(text: str) -> bytes:
    """Write as Windows does: the vowel with its roof or horn, then the tone."""
    out = []
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        tone = "".join(sign for sign in parts if sign in "\u0300\u0301\u0303\u0309\u0323")
        rest = unicodedata.normalize("NFC", "".join(sign for sign in parts if sign not in tone))
        out.append(rest + tone)
    return "".join(out).encode("cp1258")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_csv_is_read_in_every_unicode_and_with_every_separator(encoding: str, delimiter: str) -> None:
    assert table(TEXT.replace(",", delimiter).encode(encoding)) == TABLE


def test_windows_1258_is_read_and_composed() -> None:
    sheet = read_rows(windows_1258(TEXT), "ds.csv")
    assert [list(line.cells) for line in sheet.lines] == TABLE
    assert sheet.encoding == "windows-1258"


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        ("Hä vµ tªn,Chøc vô,§iÓm cÇu", "TCVN3"),
        ("Hoï vaø teân,Chöùc vuï,Ñieåm caàu", "VNI"),
        ("Nom,Prénom", ""),
        ("Имя", ""),
    ],
)
def test_another_encoding_is_named_not_guessed(header: str, encoding: str) -> None:
    data = header.encode("cp1251" if header == "Имя" else "cp1252")
    assert refusal(data) == ("wrong_encoding", {"encoding": encoding})


@pytest.mark.parametrize("data", ["Họ,tên".encode()[:-2], b"\xff\xfe\x00\xd8\x00\x00", b"\xef\xbb\xbf\xc3\x28"])
def test_broken_unicode_is_a_wrong_encoding(data: bytes) -> None:
    assert refusal(data)[0] == "wrong_encoding"


def test_rows_are_numbered_as_the_person_sees_them() -> None:
    sheet = read_rows(b'sep=;\n\nname;endpoint\n"Lo\nThi";T1\n\nNga;T1\n', "ds.csv")
    assert [(line.number, line.cells) for line in sheet.lines] == [
        (3, ("name", "endpoint")),
        (4, ("Lo\nThi", "T1")),
        (6, ("Nga", "T1")),
    ]


def test_a_separator_inside_quotes_is_text() -> None:
    data = 'Họ tên;Chức vụ;Điểm cầu\n"Chá, Sùng Mí";"Phó, Chủ, tịch, xã";T1\n'.encode()
    assert table(data)[1] == ["Chá, Sùng Mí", "Phó, Chủ, tịch, xã", "T1"]


def test_an_xlsx_gives_the_same_rows() -> None:
    sheet = read_rows(xlsx(workbook(TABLE)), "ds.xlsx")
    assert [list(line.cells) for line in sheet.lines] == TABLE
    assert (sheet.title, sheet.merged, sheet.hollow) == ("Danh sách", (), ())


def test_figures_and_dates_become_what_one_sees() -> None:
    row = [912345678, 1.5, 2.0, dt.date(2025, 5, 15), MORNING, True, None, " x ", None]
    assert table(xlsx(workbook([row])), "a.xlsx") == [
        ["912345678", "1.5", "2", "15/05/2025", "15/05/2025 08:30", "True", "", "x"]
    ]


def test_merged_cells_are_known_by_their_address() -> None:
    book = workbook([*TABLE, ["Vàng Thị Dợ", "", "T1"]])
    book.worksheets[0].merge_cells("B2:B4")
    book.worksheets[0].merge_cells("A1:C1")
    assert set(read_rows(xlsx(book), "a.xlsx").merged) == {CellRange(1, 2, 1, 4), CellRange(0, 1, 2, 1)}


def test_formulas_are_taken_as_their_value_or_reported() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, TABLE[0])
        sheet.write_formula(1, 0, '="Sùng Mí "&"Chá"', None, "Sùng Mí Chá")
        sheet.write_formula(1, 2, '="T"&1', None, "")
    read = read_rows(out.getvalue(), "a.xlsx")
    assert read.lines[1].cells[0] == "Sùng Mí Chá"
    assert read.hollow == (CellRange(2, 2, 2, 2),)
    run = examine_rows(read, ENDPOINTS)
    assert [(one.code.value, one.cell) for one in run.problems] == [
        ("formula_without_value", "C2"),
        ("missing_value", "C2"),
    ]


def test_a_formula_that_openpyxl_wrote_has_no_value() -> None:
    assert read_rows(xlsx(workbook([*TABLE, ["=A2", "", "T1"]])), "a.xlsx").hollow == (CellRange(0, 4, 0, 4),)


def test_the_first_visible_sheet_that_holds_anything_is_read() -> None:
    book = workbook([])
    hidden = book.create_sheet("Ẩn")
    hidden.append(["x"])
    hidden.sheet_state = "hidden"
    book.create_sheet("Đại biểu").append(["Họ tên"])
    assert read_rows(xlsx(book), "a.xlsx").title == "Đại biểu"


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.csv", "empty_sheet"),
        (b"\xef\xbb\xbf\r\n \r\n", "a.csv", "empty_sheet"),
        (b",,,\n,,\n", "a.csv", "empty_sheet"),
        (b"%PDF-1.7", "a.csv", "not_a_sheet"),
        (b"<html><table>", "a.xls", "not_a_sheet"),
        (b"\x89PNG\r\n\x1a\n", "a.csv", "not_a_sheet"),
        (b"\x01\x00\x02\x03" * 50, "a.csv", "not_a_sheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.xls", "old_or_locked_sheet"),
        (b"PK\x03\x04" + bytes(600), "a.xlsx", "damaged_sheet"),
        (b"text", "a.xlsx", "damaged_sheet"),
        (b'"' + b"x" * 200_000 + b'"', "a.csv", "damaged_sheet"),
    ],
)
def test_what_is_no_sheet_is_refused_with_a_reason(data: bytes, name: str, code: str) -> None:
    assert refusal(data, name)[0] == code


def test_an_empty_workbook_is_empty() -> None:
    assert refusal(xlsx(workbook([])), "a.xlsx")[0] == "empty_sheet"


def packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_another_archive_is_not_a_sheet() -> None:
    assert refusal(packed({"word/document.xml": b"<w/>"}), "a.xlsx")[0] == "not_a_sheet"


@pytest.mark.parametrize(
    ("parts", "what"),
    [
        ({f"xl/media/{number}": b"" for number in range(5001)}, "entries"),
        ({"xl/sharedStrings.xml": bytes(41 << 20)}, "unpacked"),
        ({"xl/worksheets/sheet1.xml": bytes(201 << 20)}, "unpacked"),
    ],
)
def test_an_archive_that_grows_is_refused_before_it_is_unpacked(parts: dict[str, bytes], what: str) -> None:
    code, params = refusal(packed(parts), "a.xlsx")
    assert (code, params["what"]) == ("sheet_too_large", what)


def test_entities_that_multiply_are_refused() -> None:
    laughs = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "' + b"&a;" * 1000 + b'">]><sst>' + b"&b;" * 1000 + b"</sst>"
    book = io.BytesIO(xlsx(workbook(TABLE)))
    with zipfile.ZipFile(book) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert refusal(packed(parts | {"xl/sharedStrings.xml": laughs}), "a.xlsx")[0] == "damaged_sheet"


def test_a_sheet_that_says_it_is_a_million_rows_long_is_read_by_what_it_holds() -> None:
    with zipfile.ZipFile(io.BytesIO(xlsx(workbook(TABLE)))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    part = parts["xl/worksheets/sheet1.xml"]
    assert part.count(b'ref="A1:C3"') == 1
    parts["xl/worksheets/sheet1.xml"] = part.replace(b'ref="A1:C3"', b'ref="A1:XFD1048576"')
    assert table(packed(parts), "a.xlsx") == TABLE


def test_too_large_and_too_long_files_are_refused() -> None:
    assert refusal(b"x" * (sheets.MOST_BYTES + 1)) == ("sheet_too_large", {"what": "bytes", "limit": sheets.MOST_BYTES})
    rows = "name,endpoint\n" + "Lan,T1\n" * (sheets.MOST_ROWS + HEADER_WITHIN)
    assert refusal(rows.encode()) == ("sheet_too_large", {"what": "rows", "limit": 50_000})


def test_fifty_thousand_rows_stay_within_two_hundred_megabytes() -> None:
    text = io.StringIO()
    text.write("Họ và tên;Chức vụ;Đơn vị;Điểm cầu;Thư điện tử;Điện thoại\n")
    for number in range(50_000):
        text.write(
            f"Đại biểu {number};Phó Chủ tịch UBND xã;UBND xã Lũng Cú;X00715;db{number}@hagiang.gov.vn;0912{number:06}\n"
        )
    data = text.getvalue().encode()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    run = examine_rows(read_rows(data, "a.csv"), ENDPOINTS)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert (len(run.accepted), run.problem_count) == (50_000, 0)
    assert grown < 200 * 1024


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_templates_can_be_handed_in_as_they_are(language: str) -> None:
    for data, name in (
        (template_csv(language, ["T1", "X00715"]), "a.csv"),
        (template_xlsx(language, ["T1", "X00715"]), "a.xlsx"),
    ):
        run = examine_rows(read_rows(data, name), ENDPOINTS)
        assert run.clean is True
        assert [(row.full_name, row.endpoint, row.role) for row in run.accepted] == [
            ("Sùng Mí Chá", "T1", "delegate"),
            ("Lò Thị Nga", "X00715", "delegate"),
        ]
        assert run.ignored == ()
    assert template_csv(language, ["T1"]).startswith(b"\xef\xbb\xbf")


SAMPLE = xlsx(workbook(TABLE))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10_000), st.binary(max_size=8)), min_size=1, max_size=6), st.booleans())
def test_mutilated_files_are_read_or_refused_and_nothing_else(wounds: list[tuple[int, bytes]], as_text: bool) -> None:
    data = bytearray(TEXT.encode() if as_text else SAMPLE)
    for place, wound in wounds:
        place %= len(data)
        data[place : place + len(wound)] = wound
    try:
        read = read_rows(bytes(data), "a.csv")
    except SheetRejected:
        return
    assert read.lines != ()


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"]),
        st.binary(max_size=40) | st.sampled_from([b"<a/>", b"<worksheet/>"]),
        min_size=1,
    )
)
def test_workbooks_with_foreign_parts_are_read_or_refused(replaced: dict[str, bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(SAMPLE)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    try:
        read = read_rows(packed(parts | replaced), "a.xlsx")
    except SheetRejected:
        return
    assert read.lines != ()
