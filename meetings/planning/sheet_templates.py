"""The empty sheet that a person fills in with those to be invited, as CSV and as XLSX."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import xlsxwriter

from accounts.wording import is_english

FIELDS: Final = ("full_name", "position", "unit_name", "endpoint", "email", "phone", "role", "summons")

_HEADS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "vi": (
            "Họ và tên",
            "Chức vụ",
            "Đơn vị",
            "Điểm cầu",
            "Thư điện tử",
            "Điện thoại",
            "Vai trò",
            "Thành phần",
        ),
        "en": ("Full name", "Position", "Unit", "Endpoint", "E-mail", "Phone", "Role", "Summons"),
    }
)
_ROLES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "vi": ("Đại biểu", "Chủ trì", "Thư ký", "Khách mời", "Theo dõi"),
        "en": ("Delegate", "Chair", "Minute taker", "Guest", "Observer"),
    }
)
_SUMMONS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "vi": ("Đại diện lãnh đạo", "Thủ trưởng", "Đích danh"),
        "en": ("Leader's representative", "Head of agency", "Personally named"),
    }
)
_EXAMPLES: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = MappingProxyType(
    {
        "vi": (
            ("Sùng Mí Chá", "Phó Chủ tịch UBND xã", "UBND xã Sơn Vĩ"),
            ("Lò Thị Nga", "Công chức Văn phòng", "UBND xã Bản Máy"),
        ),
        "en": (
            ("Sùng Mí Chá", "Vice-chairman", "People's Committee of Sơn Vĩ"),
            ("Lò Thị Nga", "Office clerk", "People's Committee of Bản Máy"),
        ),
    }
)
_WIDTHS: Final = (28, 28, 30, 14, 28, 16, 14, 22)
_CHECKED_ROWS: Final = 10_000


@dataclass(frozen=True, slots=True)
class _Words:
    heads: Sequence[str]
    roles: Sequence[str]
    summons: Sequence[str]
    rows: Sequence[Sequence[str]]
    title: str


def template_csv(language: str, endpoints: Sequence[str]) -> bytes:
    """Return a CSV with two rows as examples at the first of ``endpoints`` (codes; at least one).

    UTF-8 with its mark, so that Excel shows Vietnamese letters.
    """
    words = _words(language, endpoints)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(words.heads)
    writer.writerows(words.rows)
    return out.getvalue().encode("utf-8-sig")


def template_xlsx(language: str, endpoints: Sequence[str]) -> bytes:
    """Return a workbook with the same rows; role and summons are chosen from lists, and so are the endpoints, which
    stand on a sheet of their own."""
    words = _words(language, endpoints)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "vcenter"})
        text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet(words.title)
        for place, (name, width) in enumerate(zip(words.heads, _WIDTHS, strict=True)):
            sheet.set_column(place, place, width, text)
            sheet.write_string(0, place, name, head)
        for number, row in enumerate(words.rows, start=1):
            for place, cell in enumerate(row):
                sheet.write_string(number, place, cell, text)
        sheet.freeze_panes(1, 0)
        codes = book.add_worksheet(words.heads[3])
        codes.set_column(0, 0, 16, text)
        for number, code in enumerate(endpoints):
            codes.write_string(number, 0, code, text)
        choices = {
            3: f"='{words.heads[3]}'!$A$1:$A${len(endpoints)}",
            6: list(words.roles),
            7: list(words.summons),
        }
        for place, source in choices.items():
            sheet.data_validation(1, place, _CHECKED_ROWS, place, {"validate": "list", "source": source})
    return out.getvalue()


def _words(language: str, endpoints: Sequence[str]) -> _Words:
    key = "en" if is_english(language) else "vi"
    places = (endpoints[0], endpoints[min(1, len(endpoints) - 1)])
    extra = (("chasm@example.vn", "0912345678"), ("", ""))
    rows = [
        (*person, place, *reach, role, _SUMMONS[key][0])
        for person, place, reach, role in zip(_EXAMPLES[key], places, extra, _ROLES[key][:1] * 2, strict=True)
    ]
    title = "Delegates" if key == "en" else "Đại biểu"
    return _Words(_HEADS[key], _ROLES[key], _SUMMONS[key], rows, title)
