import csv
import io
from datetime import timedelta
from decimal import Decimal

import openpyxl
import pytest

from meetings.reports.csv import endpoints_csv, persons_csv, plain
from meetings.reports.figures import HeadCount, tally
from meetings.reports.words import EN, VI, Words, kind_of, words_for
from meetings.reports.xlsx import attendance_xlsx
from tests.pure.meetings.reports.conference import HEAD, LUNG_CU, OPENING, payloads, people, poisoned, report


def workbook(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def table(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def rows(book: openpyxl.Workbook, sheet: str) -> list[tuple[object, ...]]:
    return [tuple(cell.value for cell in row) for row in book[sheet].iter_rows()]


def test_the_payloads_are_more_than_a_hundred() -> None:
    assert len(set(payloads())) > 100


@pytest.mark.parametrize("payload", payloads())
def test_no_text_becomes_a_formula_a_number_or_a_link_in_a_workbook(payload: str) -> None:
    book = workbook(attendance_xlsx(poisoned(payload), VI))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    assert [cell.coordinate for cell in cells if cell.hyperlink] == []
    kept = [cell.data_type for cell in cells if str(cell.value).replace("_x000D_", "\r") == payload]
    assert kept == ["s"] * len(kept)
    assert len(kept) >= 8


@pytest.mark.parametrize("payload", payloads())
def test_no_cell_of_a_csv_begins_as_a_formula(payload: str) -> None:
    for data in (endpoints_csv(poisoned(payload), VI), persons_csv(poisoned(payload), VI)):
        cells = [cell for row in table(data) for cell in row]
        assert [cell for cell in cells if cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))] == []
        assert [cell.removeprefix("'") for cell in cells].count(payload.removeprefix("'")) >= 3


@pytest.mark.parametrize(("text", "kept"), [("Sùng Mí Chá", "Sùng Mí Chá"), ("=1", "'=1"), ("  +1", "'  +1"), ("", "")])
def test_an_apostrophe_stands_before_what_could_be_a_formula_only(text: str, kept: str) -> None:
    assert plain(text) == kept


def test_the_summary_holds_tiers_groups_and_total_as_numbers() -> None:
    book = workbook(attendance_xlsx(report(), VI))
    assert book.sheetnames == ["Tổng hợp", "Theo điểm cầu", "Danh sách"]
    found = rows(book, "Tổng hợp")
    assert found[0][0] == "Hội nghị giao ban trực tuyến công tác tháng 5 năm 2025"
    assert [row[:2] for row in found[1:5]] == [
        ("Thời gian", "15/05/2025 08:00–11:00"),
        ("Chủ trì", "Hoàng Gia Khánh, Phó Chủ tịch UBND tỉnh"),
        ("Điểm cầu đã báo cáo", "6/6"),
        ("Chốt điểm danh", "11:30 ngày 15/05/2025"),
    ]
    assert found[6][:4] == ("Cấp", "Số điểm cầu", "Triệu tập", "Có mặt trực tiếp")
    assert found[7] == ("Cấp tỉnh", 1, 6, 2, 1, 1, 4, 1, 1, 0, 1, 0, 4 / 6)
    assert found[10] == ("Toàn tỉnh", 6, 36, 12, 6, 6, 24, 6, 6, 0, 6, 0, 24 / 36)
    assert [row[:3] for row in found[13:15]] == [("Huyện Đồng Văn", 3, 18), ("Huyện Mèo Vạc", 2, 12)]


def test_sheets_print_on_a4_with_their_heads_on_every_page() -> None:
    book = workbook(attendance_xlsx(report(), VI))
    for sheet in book:
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        assert sheet.page_setup.fitToHeight == 0
    assert [sheet.freeze_panes for sheet in book] == ["B8", "F2", "C2"]
    assert [sheet.print_title_rows for sheet in book] == ["$7:$7", "$1:$1", "$1:$1"]


def test_endpoints_add_up_to_the_total_row() -> None:
    found = rows(workbook(attendance_xlsx(report(), VI)), "Theo điểm cầu")
    body, total = found[1:-1], found[-1]
    assert [row[3] for row in body] == ["T1", "H026", "H027", "X00712", "X00715", "X00778"]
    for column in range(5, 15):
        numbers = [row[column] for row in body]
        assert all(isinstance(number, int) for number in numbers)
        assert sum(number for number in numbers if isinstance(number, int)) == total[column]


def test_the_list_names_everybody_with_result_and_note() -> None:
    found = rows(workbook(attendance_xlsx(report(), VI)), "Danh sách")
    assert len(found) == 37
    unit = "UBND UBND tỉnh"
    assert found[1][1:] == (
        "Sùng Mí Chá",
        "Phó Chủ tịch UBND xã",
        unit,
        "T1",
        "UBND tỉnh",
        "Có mặt trực tiếp",
        "07:40",
        "",
    )
    assert [row[6:] for row in found[2:5]] == [
        ("Có mặt trực tuyến", "07:45", "Đến muộn"),
        ("Có người đi thay", "07:50", "Người đi thay: Lù Thị Mai"),
        ("Vắng có lý do", "", "Đi công tác"),
    ]


def test_a_head_count_without_names_has_its_row_and_no_person() -> None:
    counted = HeadCount(endpoint=LUNG_CU, summoned=13, in_person=9, substitutes=1, excused=2, unexcused=1)
    book = workbook(attendance_xlsx(tally(HEAD, [], head_counts=[counted]), VI))
    assert rows(book, "Theo điểm cầu")[1][5:10] == (13, 9, 0, 1, 10)
    assert len(rows(book, "Danh sách")) == 1


def test_nobody_summoned_has_an_empty_rate() -> None:
    book = workbook(attendance_xlsx(tally(HEAD, [], endpoints=[LUNG_CU]), VI))
    assert rows(book, "Theo điểm cầu")[1][15] is None


def test_the_same_report_gives_the_same_bytes() -> None:
    assert attendance_xlsx(report(), VI) == attendance_xlsx(report(), VI)


def test_an_ampersand_in_a_title_is_no_code_of_the_footer() -> None:
    book = workbook(attendance_xlsx(poisoned("A&B &P"), VI))
    footer = book["Danh sách"].oddFooter
    assert footer is not None
    assert footer.left is not None
    assert footer.left.text == "A&&B &&P"


@pytest.mark.parametrize("words", [VI, EN])
def test_a_csv_of_endpoints_holds_the_figures_of_every_endpoint_and_the_total(words: Words) -> None:
    data = endpoints_csv(report(), words)
    assert data.startswith(b"\xef\xbb\xbf")
    found = table(data)
    assert found[0][:5] == [words.tier, words.group, words.endpoint_code, words.endpoint, words.summoned]
    assert found[5][:4] == ["Cấp xã", "Huyện Đồng Văn", "X00715", "Xã Lũng Cú"]
    assert found[5][4:] == ["6", "2", "1", "1", "4", "1", "1", "0", "1", "0", "66.7"]
    assert found[-1][:4] == ["Toàn tỉnh", "", "", ""]
    assert found[-1][4:] == ["36", "12", "6", "6", "24", "6", "6", "0", "6", "0", "66.7"]


def test_a_csv_of_persons_names_everybody() -> None:
    found = table(persons_csv(report(), VI))
    assert len(found) == 37
    assert found[4] == ["T1", "UBND tỉnh", "Vàng Thị Dợ", *found[4][3:5], "Vắng có lý do", "", "Đi công tác"]


def test_times_are_those_of_the_zone_of_the_report() -> None:
    lines = [line for line in people() if line.at is not None]
    shifted = tally(HEAD, [line for line in lines if line.at == OPENING - timedelta(minutes=20)])
    assert {row[6] for row in table(persons_csv(shifted, VI))[1:]} == {"07:40"}


def test_words_follow_the_language_asked_for() -> None:
    assert words_for("vi") is VI
    assert words_for("en-gb") is EN
    assert words_for("fr") is VI


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Hội nghị giao ban", "Hội nghị"),
        ("HỘI NGHỊ TOÀN QUỐC", "Hội nghị"),
        ("Phiên họp thứ 12", "Phiên họp"),
        ("Giao ban tuần", "Cuộc họp"),
        ("", "Cuộc họp"),
    ],
)
def test_a_meeting_is_called_what_it_calls_itself(title: str, kind: str) -> None:
    assert kind_of(title, VI) == kind
    assert kind_of(title, EN) == "The meeting"


def test_the_share_in_a_workbook_rounds_as_the_report_does() -> None:
    share = rows(workbook(attendance_xlsx(report(), VI)), "Tổng hợp")[10][12]
    assert isinstance(share, float)
    assert round(Decimal(share) * 100, 1) == report().total.counts.percent
