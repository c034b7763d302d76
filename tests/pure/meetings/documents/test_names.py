import re
import unicodedata
from urllib.parse import unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from meetings.documents.names import LONGEST, clean_name, content_disposition, contradicts, typed_name

names = st.text(max_size=400) | st.text(alphabet="ab./\\ \x00\u202e\u200f\u0301ăđ:\"'%;\r\n", max_size=60)


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("Báo cáo số 118.pdf", "Báo cáo số 118.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Lan\\Tờ trình.pdf", "Tờ trình.pdf"),
        ("..", "tai-lieu"),
        ("", "tai-lieu"),
        ("///", "tai-lieu"),
        ("a\x00b\x1f.pdf", "ab.pdf"),
        ("gnp.\u202efdp.exe", "gnp.fdp.exe"),
        (unicodedata.normalize("NFD", "Nghị quyết.pdf"), "Nghị quyết.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie_ x.pdf"),
        ('<b>"tên"|?*.pdf', "_b__tên____.pdf"),
        ("  .hidden  ", "hidden"),
        ("CON.pdf", "_CON.pdf"),
        ("nul", "_nul"),
        ("Tờ   trình\t15.5", "Tờ trình 15.5"),
        ("a" * 300 + ".pdf", "a" * 146 + ".pdf"),
        ("\ud800.pdf", "pdf"),
    ],
)
def test_a_name_is_shown_without_folders_and_unseen_letters(given_name: str, shown: str) -> None:
    assert clean_name(given_name) == shown


@given(names)
@example("con .\u0301")
@example("a" * 149 + ". b")
def test_any_name_is_cleaned_once_and_for_all(name: str) -> None:
    cleaned = clean_name(name)
    assert clean_name(cleaned) == cleaned
    assert unicodedata.normalize("NFC", cleaned) == cleaned
    assert 1 <= len(cleaned) <= LONGEST
    assert cleaned not in {".", ".."}
    assert {"/", "\\", "\0", '"'}.isdisjoint(cleaned)
    assert {unicodedata.category(letter) for letter in cleaned}.isdisjoint({"Cc", "Cf", "Cs", "Zl", "Zp"})


@given(names, st.booleans())
def test_the_header_is_plain_ascii_and_reads_back_as_the_name(name: str, inline: bool) -> None:
    value = content_disposition(name, inline=inline)
    assert value.isascii()
    assert value.isprintable()
    plain, full = value.split("; filename*=UTF-8''")
    assert unquote(full, errors="strict") == clean_name(name)
    assert re.fullmatch(r"[A-Za-z0-9!#$&+.^_`|~%-]+", full)
    assert re.fullmatch(rf'{"inline" if inline else "attachment"}; filename="[^"\\%]*"', plain)


def test_old_programs_get_the_name_without_marks() -> None:
    assert content_disposition("Đề án 50%.pdf") == (
        "attachment; filename=\"De an 50_.pdf\"; filename*=UTF-8''%C4%90%E1%BB%81%20%C3%A1n%2050%25.pdf"
    )


@pytest.mark.parametrize(
    ("name", "content_type", "typed"),
    [
        ("Báo cáo.pdf", "application/pdf", "Báo cáo.pdf"),
        ("Báo cáo.PDF", "application/pdf", "Báo cáo.PDF"),
        ("Báo cáo", "application/pdf", "Báo cáo.pdf"),
        ("Tờ trình 15.5", "application/pdf", "Tờ trình 15.5.pdf"),
        ("ảnh.jpeg", "image/jpeg", "ảnh.jpeg"),
        ("ảnh", "image/png", "ảnh.png"),
        ("b" * 150, "image/jpeg", "b" * 146 + ".jpg"),
    ],
)
def test_a_name_says_what_the_file_is(name: str, content_type: str, typed: str) -> None:
    assert typed_name(name, content_type) == typed


@given(names, st.sampled_from(["application/pdf", "image/jpeg", "image/png"]))
def test_a_typed_name_contradicts_nothing(name: str, content_type: str) -> None:
    typed = typed_name(name, content_type)
    assert typed_name(typed, content_type) == typed
    assert len(typed) <= LONGEST
    assert contradicts(typed, content_type) is False


@pytest.mark.parametrize("name", ["a.html", "a.PDF", "a.svg", "a.exe", "a.docx", "a.pdf.html"])
def test_a_picture_called_something_else_contradicts_its_name(name: str) -> None:
    assert contradicts(name, "image/png") is True


@pytest.mark.parametrize("name", ["a", "a.png", "a.PNG", "Tờ trình 15.5", "Số 118.BC-UBND", ""])
def test_a_name_that_says_nothing_else_contradicts_nothing(name: str) -> None:
    assert contradicts(name, "image/png") is False
