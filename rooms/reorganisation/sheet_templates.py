"""Empty sheets for a reorganisation, as CSV and XLSX, with rows as examples in the order of rows.py."""

import csv
import io
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

import xlsxwriter

from accounts.wording import is_english

KINDS: Final = ("mapping", "units", "endpoints")
_HEADS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = MappingProxyType(
    {
        "mapping": {
            "vi": ("Mã đơn vị cũ", "Mã đơn vị mới", "Phần chuyển"),
            "en": ("Old code", "New code", "Share"),
        },
        "units": {
            "vi": ("Mã", "Tên", "Loại", "Cấp", "Mã cấp trên", "Vĩ độ", "Kinh độ"),
            "en": ("Code", "Name", "Kind", "Tier", "Parent code", "Lat", "Lon"),
        },
        "endpoints": {
            "vi": ("Mã điểm cầu", "Thuộc đơn vị mới", "Tên mới", "MCU mới", "Đóng từ ngày"),
            "en": ("Endpoint", "New unit", "New name", "New bridge", "Closes on"),
        },
    }
)
_ROWS: Final[Mapping[str, Mapping[str, tuple[tuple[str, ...], ...]]]] = MappingProxyType(
    {
        "mapping": {
            "vi": (("00715", "00715", "toàn bộ"), ("00688", "00691", "phần lớn"), ("00688", "00694", "một phần")),
            "en": (("00715", "00715", "whole"), ("00688", "00691", "main part"), ("00688", "00694", "part")),
        },
        "units": {
            "vi": (
                ("08", "Tỉnh Tuyên Quang", "tỉnh", "province", "", "22.4897", "105.0990"),
                ("00715", "Xã Lũng Cú", "xã", "commune", "08", "23.3510", "105.3120"),
            ),
            "en": (
                ("08", "Tỉnh Tuyên Quang", "tỉnh", "province", "", "22.4897", "105.0990"),
                ("00715", "Xã Lũng Cú", "xã", "commune", "08", "23.3510", "105.3120"),
            ),
        },
        "endpoints": {
            "vi": (("H026", "00721", "Hội trường Xã Đồng Văn", "", ""), ("H035", "", "", "", "01/07/2025")),
            "en": (("H026", "00721", "Hội trường Xã Đồng Văn", "", ""), ("H035", "", "", "", "01/07/2025")),
        },
    }
)


def template_csv(kind: str, language: str) -> bytes:
    """UTF-8 with its mark, so that Excel shows Vietnamese letters."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(_table(kind, language))
    return out.getvalue().encode("utf-8-sig")


def template_xlsx(kind: str, language: str) -> bytes:
    """The same as a workbook; its cells are texts, so that codes keep the zeros in front."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        head = book.add_format({"bold": True, "bottom": 1})
        text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet()
        sheet.set_column(0, 6, 20, text)
        for number, row in enumerate(_table(kind, language)):
            for place, cell in enumerate(row):
                sheet.write_string(number, place, cell, text if number else head)
        sheet.freeze_panes(1, 0)
    return out.getvalue()


def _table(kind: str, language: str) -> Sequence[Sequence[str]]:
    key = "en" if is_english(language) else "vi"
    return [_HEADS[kind][key], *_ROWS[kind][key]]
