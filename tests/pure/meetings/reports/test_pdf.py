import io
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from meetings.reports.figures import AttendanceReport, Outcome, tally
from meetings.reports.paper import OPEN_NUMBER, Paper, dated_at
from meetings.reports.pdf import attendance_pdf
from meetings.reports.words import EN, VI, Words
from tests.pure.meetings.reports.conference import (
    FONTS,
    HEAD,
    OPENING,
    PAPER,
    PLACES,
    payloads,
    people,
    poisoned,
    report,
)


def made(given: AttendanceReport, words: Words = VI, *, paper: Paper = PAPER, with_persons: bool = True) -> bytes:
    return attendance_pdf(given, paper, words, fonts=FONTS, with_persons=with_persons)


def pages(data: bytes) -> list[str]:
    """The text of each page as it is read, on one line."""
    with pypdfium2.PdfDocument(io.BytesIO(data)) as pdf:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in pdf]


def test_the_paper_reads_letter_by_letter_as_it_is_meant() -> None:
    first = pages(made(report()))[0]
    for said in (
        "UBND TỈNH HÀ GIANG VĂN PHÒNG CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Hà Giang, ngày 15 tháng 5 năm 2025",
        "BÁO CÁO",
        "Kết quả điểm danh Hội nghị giao ban trực tuyến công tác tháng 5 năm 2025",
        "Hội nghị diễn ra từ 08 giờ 00 phút đến 11 giờ 30 phút ngày 15/5/2025, do đồng chí Hoàng Gia Khánh, "
        "Phó Chủ tịch UBND tỉnh chủ trì, họp trực tiếp kết hợp trực tuyến tại 6 điểm cầu. Triệu tập 36 đại biểu, "
        "có mặt 24 đại biểu, đạt 66,7%; trong đó 6 người đi thay. Vắng có lý do 6, vắng không lý do 6 đại biểu. "
        "Cụ thể:",
        "Kết quả theo từng điểm cầu tại Phụ lục I; danh sách đại biểu vắng và lý do tại Phụ lục II; "
        "danh sách đại biểu tại Phụ lục III.",
        "Nơi nhận: - Thường trực UBND tỉnh; - Lãnh đạo Văn phòng; - Lưu: VT, TH.",
        "KT. CHÁNH VĂN PHÒNG PHÓ CHÁNH VĂN PHÒNG",
        "Nguyễn Thị Hiền",
    ):
        assert first.count(said) == 1


def test_the_number_is_left_open() -> None:
    first = pages(made(report()))[0]
    assert first.count("Số: /BC-VP") + first.count(f"Số:{OPEN_NUMBER}/BC-VP") == 1
    assert len(OPEN_NUMBER) == 9


def test_the_table_holds_tiers_groups_and_the_total() -> None:
    first = pages(made(report()))[0]
    rows = first.partition("Tỷ lệ (%)")[2].partition("Kết quả theo")[0].split()
    assert " ".join(rows) == (
        "I Cấp tỉnh 1 6 2 1 1 4 1 1 66,7 "
        "II Cấp huyện 2 12 4 2 2 8 2 2 66,7 "
        "III Cấp xã 3 18 6 3 3 12 3 3 66,7 "
        "1 Huyện Đồng Văn 2 12 4 2 2 8 2 2 66,7 "
        "2 Huyện Mèo Vạc 1 6 2 1 1 4 1 1 66,7 "
        "Toàn tỉnh 6 36 12 6 6 24 6 6 66,7"
    )


def test_the_annexes_follow_and_say_with_what_they_are_enclosed() -> None:
    read = pages(made(report()))
    assert len(read) == 5
    titles = ["THEO ĐIỂM CẦU", "ĐẠI BIỂU VẮNG", "DANH SÁCH ĐẠI BIỂU"]
    for page, numeral, title in zip(read[1:4], ("I", "II", "III"), titles, strict=True):
        assert page.count(f"PHỤ LỤC {numeral} ") == 1
        assert page.count(title) == 1
        assert page.count("/BC-VP ngày 15 tháng 5 năm 2025 của Văn phòng UBND tỉnh Hà Giang)") == 1
    assert read[1].count("X00715 Xã Lũng Cú 6 2 1 1 4 1 1 66,7") == 1
    assert read[2].count("Vắng không lý do") == 6
    assert read[2].count("Đi công tác") == 6
    assert (read[3] + read[4]).count("Người đi thay: Lù Thị Mai") == 6
    assert read[4].count(f"Mã niêm phong nhật ký cuộc họp: {HEAD.seal}") == 1


def test_pages_are_numbered_from_the_second_on() -> None:
    read = pages(made(report()))
    assert [page.split()[0] for page in read] == ["UBND", "2", "3", "4", "5"]
    with pypdfium2.PdfDocument(io.BytesIO(made(report()))) as pdf:
        page = pdf[1]
        number = page.get_textpage().get_text_bounded(left=280, right=315, bottom=785, top=842)
        assert number.strip() == "2"


def test_the_heads_of_a_table_stand_on_every_page() -> None:
    read = pages(made(report(each=40)))
    annex = [page for page in read if page.split()[0] != "UBND" and page.count("Mã điểm cầu") == 0]
    listed = [page for page in annex if page.count("PHỤ LỤC II ") == 0]
    assert len(listed) > 5
    assert [page.count("TT Họ và tên") for page in listed] == [1] * len(listed)


def test_a_page_is_a4_with_the_margins_of_the_decree() -> None:
    with pypdfium2.PdfDocument(io.BytesIO(made(report()))) as pdf:
        page = pdf[0]
        assert [round(side) for side in page.get_size()] == [595, 842]
        left, bottom, right, top = _ink(page)
    millimetre = 72 / 25.4
    assert left >= 30 * millimetre - 1
    assert right <= 595 - 20 * millimetre + 1.5
    assert top <= 842 - 20 * millimetre + 1
    assert bottom >= 20 * millimetre - 1


def _ink(page: pypdfium2.PdfPage) -> tuple[float, float, float, float]:
    boxes = [thing.get_bounds() for thing in page.get_objects()]
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


def test_letters_are_embedded_as_tinos_and_can_be_read_aloud() -> None:
    with pikepdf.open(io.BytesIO(made(report()))) as pdf:
        fonts = [font for page in pdf.pages for font in page.obj["/Resources"]["/Font"].as_dict().values()]
        used = {str(font["/BaseFont"]).split("+")[-1] for font in fonts if "/ToUnicode" in font}
        assert used == {"Tinos-Regular", "Tinos-Bold", "Tinos-Italic", "Tinos-BoldItalic"}
        assert str(pdf.Root["/Lang"]) == "vi"
        assert str(pdf.docinfo["/Title"]) == (
            "Kết quả điểm danh Hội nghị giao ban trực tuyến công tác tháng 5 năm 2025"
        )


def test_the_english_paper_has_english_words_and_numbers() -> None:
    first = pages(made(report(), EN))[0]
    for said in (
        "SOCIALIST REPUBLIC OF VIET NAM",
        "Independence - Freedom - Happiness",
        "The meeting was held from 08:00 to 11:30 on 15/5/2025, chaired by Hoàng Gia Khánh, Phó Chủ tịch UBND tỉnh, "
        "in person combined with online at 6 endpoints. Of 36 delegates summoned, 24 were present (66.7%), "
        "6 of them substitutes. Excused: 6; unexcused: 6. In detail:",
        "Recipients:",
    ):
        assert first.count(said) == 1


def test_no_word_of_a_head_is_broken_in_either_language() -> None:
    for words in (VI, EN):
        first = pages(made(report(), words))[0]
        for head in (words.short_endpoints, words.summoned, words.short_unexcused, words.short_substitutes):
            for word in head.split():
                assert first.count(word) >= 1


def test_an_open_roll_call_is_said_and_has_its_column() -> None:
    waiting = [replace(line, outcome=Outcome.NOT_YET, at=None) for line in people()[:6]]
    first = pages(made(tally(replace(HEAD, closed_at=None), waiting + people()[6:])))[0]
    assert first.count("Chưa điểm danh 6 đại biểu; số liệu chưa chốt.") == 1
    assert first.count("Chưa điểm danh") == 2
    assert first.count("Toàn tỉnh 6 36 10 5 5 20 5 5 6 55,6") == 1


def test_without_names_there_is_no_third_annex() -> None:
    for data in (made(report(), with_persons=False), made(tally(HEAD, [], endpoints=PLACES))):
        read = pages(data)
        assert "".join(read).count("PHỤ LỤC III") == 0
        assert read[0].count("tại Phụ lục II.") == 1


def test_nobody_absent_is_said() -> None:
    present = [replace(line, outcome=Outcome.IN_PERSON) for line in people()]
    assert pages(made(tally(HEAD, present)))[2].count("Không có đại biểu vắng.") == 1


def test_the_way_people_met_is_told() -> None:
    online = [replace(line, outcome=Outcome.ONLINE) for line in people()]
    there = [replace(line, outcome=Outcome.IN_PERSON) for line in people()]
    assert pages(made(tally(HEAD, online)))[0].count("chủ trì, họp trực tuyến tại 6") == 1
    assert pages(made(tally(HEAD, there)))[0].count("chủ trì, họp trực tiếp tại 6") == 1


def test_a_meeting_over_midnight_names_both_days() -> None:
    head = replace(HEAD, closed_at=OPENING + timedelta(hours=20), chair_name="", chair_position="")
    first = pages(made(tally(head, people())))[0]
    said = "diễn ra từ 08 giờ 00 phút ngày 15/5/2025 đến 04 giờ 00 phút ngày 16/5/2025, họp trực tiếp kết hợp"
    assert first.count(said) == 1


@pytest.mark.parametrize(
    ("dated", "written"),
    [
        (date(2025, 2, 5), "Hà Giang, ngày 05 tháng 02 năm 2025"),
        (date(2025, 3, 12), "Hà Giang, ngày 12 tháng 3 năm 2025"),
    ],
)
def test_short_days_and_months_have_a_nought(dated: date, written: str) -> None:
    assert dated_at(replace(PAPER, dated=dated), VI) == written


@pytest.mark.parametrize("payload", [one for one in payloads() if one.startswith(("<", "&", "]", '"'))])
def test_markup_in_a_name_is_text(payload: str) -> None:
    read = pages(made(poisoned(payload)))
    flat = "".join("".join(read).split())
    assert flat.count("".join(payload.split())) >= 5


def test_a_very_long_name_does_not_stop_the_paper() -> None:
    long = replace(people()[0], full_name="Nguyễn " * 60, position="x" * 400, reason="lý do " * 100)
    assert len(pages(made(tally(HEAD, [long, *people()])))) >= 5


def test_the_signature_is_never_alone_on_a_page() -> None:
    for title in ("Hội nghị " + "dài " * count for count in range(0, 200, 40)):
        read = pages(made(tally(replace(HEAD, title=title), people())))
        signed = next(page for page in read if page.count("Nguyễn Thị Hiền"))
        assert signed.count("Kết quả theo từng điểm cầu tại Phụ lục I") == 1


def test_the_same_report_gives_the_same_bytes() -> None:
    assert made(report()) == made(report())


def test_a_missing_font_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reportlab.pdfbase.pdfmetrics.getRegisteredFontNames", list)
    with pytest.raises(FileNotFoundError, match=r"Tinos-Regular\.ttf"):
        attendance_pdf(report(), PAPER, VI, fonts=tmp_path)
