"""Read a sheet from a file, CSV or XLSX, whoever made it: bounded in size, time and memory.

A CSV says neither its letters nor its separator. UTF-8, UTF-16 and Windows-1258 are read; the old Vietnamese fonts
(TCVN3, VNI) are recognised and named, not converted: in them capitals are another font, and names would come out wrong.
"""

import codecs
import contextlib
import csv
import io
import re
import struct
import sys
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from accounts.cells import HEADER_WITHIN, CellRange, Line, Sheet
from accounts.errors import DomainError
from accounts.text import nfc

MOST_BYTES: Final = 15 * 1024**2
MOST_UNPACKED: Final = 200 * 1024**2
MOST_PART: Final = 40 * 1024**2
MOST_ENTRIES: Final = 5000
MOST_ROWS: Final = 50_000
MOST_COLUMNS: Final = 50
_MOST_RANGES: Final = 500

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP: Final = b"PK\x03\x04"
_FOREIGN: Final = (b"%pdf", b"<", b"{\\rtf", b"\x89png", b"\xff\xd8\xff", b"gif8", b"mz\x90")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1f]")
_MARKS_1258: Final = frozenset("\u0300\u0301\u0303\u0309\u0323")
_VOWELS: Final = frozenset("aăâeêioôơuưyAĂÂEÊIOÔƠUƯY")
# Words of headers as the old fonts store them, read as Latin-1: Họ và tên, Chức vụ, Đơn vị, Điểm cầu.
_TCVN3: Final = re.compile(r"h[äÄ] v[µ¸] t[ªÊ]n|chøc vô|®¬n vÞ|®iÓm cÇu", re.IGNORECASE)
_VNI: Final = re.compile(r"hoï (vaø )?teân|chöùc vuï|ñôn vò|ñieåm caàu", re.IGNORECASE)
# What the libraries raise over files that were cut, altered or made to harm.
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    InvalidFileException,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)


Known = Callable[[Sequence[str]], int]


class SheetRejected(DomainError):
    """The file as a whole cannot be read; one subclass per reason."""

    code = "sheet_rejected"
    status = 422


class EmptySheet(SheetRejected):
    code = "empty_sheet"


class SheetTooLarge(SheetRejected):
    """Params: ``what`` (``bytes``, ``unpacked``, ``entries`` or ``rows``) and ``limit``."""

    code = "sheet_too_large"
    status = 413


class NotASheet(SheetRejected):
    """Neither a CSV nor an XLSX by its content."""

    code = "not_a_sheet"
    status = 415


class OldOrLockedSheet(SheetRejected):
    """An XLS of Excel 97-2003, or an XLSX under a password: to be saved again as XLSX without one."""

    code = "old_or_locked_sheet"
    status = 415


class DamagedSheet(SheetRejected):
    code = "damaged_sheet"


class WrongEncoding(SheetRejected):
    """Not in Unicode. Params: ``encoding``, ``TCVN3``, ``VNI`` or ``""`` if it is not known either."""

    code = "wrong_encoding"


def read_rows(data: bytes, name: str, known: Known) -> Sheet:
    """Read the first visible sheet that holds anything. The content decides what the file is; a ``name`` ending in
    ``.xlsx`` only tells a damaged workbook from a text. ``known`` says how many cells of a row are heads of columns
    that the reader looks for: by it the separator of a CSV is found.

    Raises SheetRejected (a subclass per code).
    """
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise EmptySheet
    if len(data) > MOST_BYTES:
        raise SheetTooLarge(what="bytes", limit=MOST_BYTES)
    if data.startswith(_OLE):
        raise OldOrLockedSheet
    if data.startswith(_ZIP):
        try:
            return _read_xlsx(data)
        except _BROKEN as broken:
            raise DamagedSheet from broken
    if name.lower().endswith(".xlsx"):
        raise DamagedSheet
    if data[:512].lstrip().lower().startswith(_FOREIGN):
        raise NotASheet
    return _read_csv(data, known)


# CSV


def _read_csv(data: bytes, known: Known) -> Sheet:
    text, encoding = _decode(data)
    if _CONTROLS.search(text):
        raise NotASheet
    first, _, rest = text.partition("\n")
    if found := re.fullmatch(r"sep=(.)\r?", first):
        delimiter, text = found[1], "\n" + rest
    else:
        delimiter = _delimiter(text, known)
    lines = []
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1):
            if any(cell.strip() for cell in cells):
                lines.append(Line(number, _shared(nfc(cell.strip()) for cell in cells[:MOST_COLUMNS])))
            if len(lines) > MOST_ROWS + HEADER_WITHIN:
                raise SheetTooLarge(what="rows", limit=MOST_ROWS)
    except csv.Error as broken:
        raise DamagedSheet from broken
    if not lines:
        raise EmptySheet
    return Sheet(lines=tuple(lines), encoding=encoding)


def _decode(data: bytes) -> tuple[str, str]:
    marks = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
    for mark, encoding in marks:
        if data.startswith(mark):
            return _decode_as(data, encoding)
    for encoding, zeros in (("utf-16-le", data[1:2000:2]), ("utf-16-be", data[:2000:2])):
        if zeros.count(0) > len(zeros) // 3:
            return _decode_as(data, encoding)
    if b"\0" in data:
        raise NotASheet
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _decode_old(data), "windows-1258"


def _decode_as(data: bytes, encoding: str) -> tuple[str, str]:
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError as broken:
        raise WrongEncoding(encoding="") from broken


def _decode_old(data: bytes) -> str:
    latin = data[:65_536].decode("latin-1")
    for encoding, pattern in (("TCVN3", _TCVN3), ("VNI", _VNI)):
        if pattern.search(latin):
            raise WrongEncoding(encoding=encoding)
    text = data.decode("cp1258", errors="replace")
    # In Windows-1258 the tone follows its vowel; in the other fonts of one byte these signs stand anywhere.
    tones = [text[place - 1] in _VOWELS for place, sign in enumerate(text) if sign in _MARKS_1258 and place]
    if "\ufffd" in text or sum(tones) < 0.95 * len(tones) or not tones:
        raise WrongEncoding(encoding="")
    return nfc(text)


def _delimiter(text: str, known: Known) -> str:
    """Return the separator under which the beginning looks most like what is looked for."""
    sample = "\n".join(text[:65_536].splitlines()[:HEADER_WITHIN])

    def fitness(delimiter: str) -> tuple[int, int]:
        try:
            rows = list(csv.reader(io.StringIO(sample), delimiter=delimiter))
        except csv.Error:
            return 0, 0
        return max((known(row) for row in rows), default=0), max((len(row) for row in rows), default=0)

    return max((",", ";", "\t", "|"), key=fitness)


# XLSX


def _read_xlsx(data: bytes) -> Sheet:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        entries = packed.infolist()
        if len(entries) > MOST_ENTRIES:
            raise SheetTooLarge(what="entries", limit=MOST_ENTRIES)
        for entry in entries:
            if entry.flag_bits & 1:
                raise OldOrLockedSheet
            if entry.filename.endswith((".xml", ".rels")):
                _demand_plain_part(packed, entry)
        _demand_size(sum(entry.file_size for entry in entries), MOST_UNPACKED)
        if "xl/workbook.xml" not in packed.namelist():
            raise NotASheet
        with warnings.catch_warnings():
            # It warns of styles and validations that it does not know; we want neither.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            with contextlib.closing(book):
                for sheet in book.worksheets:
                    if sheet.sheet_state == "visible" and (lines := tuple(_xlsx_lines(sheet))):
                        # The reader keeps neither merged cells nor formulas; the part that it has read does.
                        merged, hollow = _ranges(packed, str(vars(sheet)["_worksheet_path"]))
                        return Sheet(lines=lines, title=sheet.title, merged=merged, hollow=hollow)
    raise EmptySheet


def _demand_plain_part(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    if not entry.filename.startswith("xl/worksheets/"):
        _demand_size(entry.file_size, MOST_PART)
    with packed.open(entry) as part:
        # No part of a workbook has a document type (ECMA-376, part 2); one that has means to multiply entities.
        if re.search(rb"<!\s*(DOCTYPE|ENTITY)|<\0!\0", part.read(4096), re.IGNORECASE):
            raise DamagedSheet


def _demand_size(size: int, limit: int) -> None:
    if size > limit:
        raise SheetTooLarge(what="unpacked", limit=limit)


def _xlsx_lines(sheet: Any) -> Iterator[Line]:
    # The size that the file states for itself may be a million by sixteen thousand.
    sheet.reset_dimensions()
    count = 0
    for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), start=1):
        if any(cell is not None and cell != "" for cell in cells):
            count += 1
            if count > MOST_ROWS + HEADER_WITHIN:
                raise SheetTooLarge(what="rows", limit=MOST_ROWS)
            yield Line(number, _shared(_cell_text(cell) for cell in cells))


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime) and (value.hour or value.minute):
        return f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return nfc(str(value)).strip()


# Linear whatever they are given: nothing that has matched is tried again another way.
_MERGED: Final = re.compile(rb'<mergeCell\s(?>[^<>]*?ref="([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?")')
_HOLLOW: Final = re.compile(
    rb'<c(?>[^<>]*?\sr="([A-Z]{1,3})([0-9]{1,7})")()()[^<>]*+>'
    rb"<f(?:\s[^<>]*)?(?:/>|>[^<]*+</f>)(?:<v\s*/>|<v>\s*</v>)?</c>"
)
_LONGEST_CELL: Final = 1 << 16


def _ranges(packed: zipfile.ZipFile, path: str) -> tuple[tuple[CellRange, ...], tuple[CellRange, ...]]:
    """Return the merged cells, and the formulas whose value was never computed."""
    merged: dict[CellRange, None] = {}
    hollow: dict[CellRange, None] = {}
    with packed.open(path.lstrip("/")) as file:
        text = b""
        while piece := file.read(1 << 20):
            text = text[-_LONGEST_CELL:] + piece
            _collect(_MERGED, text, merged)
            _collect(_HOLLOW, text, hollow)
    return tuple(merged), tuple(hollow)


def _collect(pattern: re.Pattern[bytes], text: bytes, found: dict[CellRange, None]) -> None:
    for match in pattern.finditer(text):
        if len(found) >= _MOST_RANGES:
            return
        left, top, right, bottom = match.groups()
        found[CellRange(_column(left), int(top), _column(right or left), int(bottom or top))] = None


def _column(name: bytes) -> int:
    number = 0
    for letter in name:
        number = number * 26 + letter - 64
    return number - 1


def _shared(cells: Iterable[str]) -> tuple[str, ...]:
    """Leave out the empty cells at the end; keep one copy of what stands in many rows: units, positions, endpoints."""
    kept = [sys.intern(cell) for cell in cells]
    while kept and not kept[-1]:
        kept.pop()
    return tuple(kept)
