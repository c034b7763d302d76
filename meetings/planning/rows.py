"""People on a sheet: which column is which, what each row says, and every cell that does not fit, by its address.

Nothing is guessed silently: a row with a problem is not accepted. Whether the accepted rows are imported although there
are problems is for the person to say who looks at the dry run.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from accounts.cells import HEADER_WITHIN, CellRange, Line, Sheet, letters
from accounts.text import fold, nfc

MOST_PROBLEMS: Final = 1000

LENGTHS: Final[Mapping[str, int]] = MappingProxyType(
    {"full_name": 120, "position": 150, "unit_name": 150, "email": 254, "phone": 20}
)
REQUIRED: Final = ("full_name", "endpoint")

_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "full_name": ("ho va ten", "ho ten", "ho ten dai bieu", "ten dai bieu", "full name", "fullname", "name"),
        "position": ("chuc vu", "chuc danh", "chuc vu chuc danh", "position", "title", "job title"),
        "unit_name": (
            "don vi",
            "don vi cong tac",
            "co quan",
            "co quan don vi",
            "noi cong tac",
            "unit",
            "unit name",
            "agency",
            "organisation",
            "organization",
        ),
        "endpoint": ("diem cau", "ma diem cau", "endpoint", "endpoint code", "site"),
        "email": ("thu dien tu", "email", "e mail", "dia chi email", "dia chi thu dien tu", "hop thu", "mail"),
        "phone": (
            "dien thoai",
            "so dien thoai",
            "di dong",
            "sdt",
            "dtdd",
            "phone",
            "phone number",
            "telephone",
            "mobile",
        ),
        "role": ("vai tro", "tu cach", "role"),
        "summons": ("thanh phan", "thanh phan trieu tap", "trieu tap", "summons"),
        "": ("tt", "stt", "so tt", "no", "ghi chu", "note", "notes"),
    }
)
_FIELD_OF: Final = {alias: name for name, aliases in _COLUMNS.items() for alias in aliases}

ROLES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "chair": ("chu tri", "chu toa", "nguoi chu tri", "chair"),
        "secretary": ("thu ky", "nguoi ghi bien ban", "secretary", "minute taker"),
        "delegate": ("dai bieu", "thanh vien", "delegate", "member"),
        "guest": ("khach moi", "khach", "guest"),
        "observer": ("theo doi", "quan sat", "du thinh", "observer"),
    }
)
SUMMONS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "head": ("thu truong", "nguoi dung dau", "truong don vi", "head", "head of agency"),
        "representative": ("dai dien lanh dao", "dai dien", "representative", "leader s representative"),
        "named": ("dich danh", "named", "personally named"),
    }
)
_ROLE_OF: Final = {word: role for role, words in ROLES.items() for word in words} | {role: role for role in ROLES}
_SUMMONS_OF: Final = {word: kind for kind, words in SUMMONS.items() for word in words} | {
    kind: kind for kind in SUMMONS
}

_EMAIL: Final = re.compile(r"[^\s@<>\"',;:\\]+@[^\s@<>\"',;:\\.]+(\.[^\s@<>\"',;:\\.]+)+")
_ERROR_VALUE: Final = re.compile(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!)")


class Code(StrEnum):
    """What is wrong with a cell, a column or the sheet. ``value`` of the Problem says which."""

    NO_HEADER = "no_header"
    MISSING_COLUMN = "missing_column"
    DUPLICATE_COLUMN = "duplicate_column"
    NO_ROWS = "no_rows"
    MISSING_VALUE = "missing_value"
    TOO_LONG = "too_long"
    BAD_NAME = "bad_name"
    BAD_EMAIL = "bad_email"
    BAD_PHONE = "bad_phone"
    UNKNOWN_ENDPOINT = "unknown_endpoint"
    AMBIGUOUS_ENDPOINT = "ambiguous_endpoint"
    UNKNOWN_ROLE = "unknown_role"
    UNKNOWN_SUMMONS = "unknown_summons"
    DUPLICATE_ROW = "duplicate_row"
    ALREADY_INVITED = "already_invited"
    MERGED_CELLS = "merged_cells"
    FORMULA_WITHOUT_VALUE = "formula_without_value"
    ERROR_VALUE = "error_value"


@dataclass(frozen=True, slots=True)
class Problem:
    """``row`` from 1 (0: the whole sheet), ``column`` a field such as ``endpoint``, ``cell`` its address, ``D7``."""

    row: int
    column: str
    code: Code
    value: str = ""
    cell: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """Somebody on the list of the meeting already."""

    full_name: str
    endpoint: str
    position: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantRow:
    """A row that can be imported. Text is in Normal Form C; ``phone`` is written 0912345678 or +…, or is empty."""

    row: int
    full_name: str
    position: str
    unit_name: str
    endpoint: str
    email: str
    phone: str
    role: str
    summons: str


@dataclass(frozen=True, slots=True)
class DryRun:
    """``problems`` holds the first 1,000 of ``problem_count``; ``ignored`` the heads of columns that are not used."""

    accepted: tuple[ParticipantRow, ...]
    problems: tuple[Problem, ...]
    problem_count: int
    row_count: int
    ignored: tuple[str, ...] = ()

    @property
    def clean(self) -> bool:
        return self.problem_count == 0


@dataclass(slots=True)
class _Findings:
    problems: list[Problem] = field(default_factory=list)
    count: int = 0

    def add(self, problem: Problem) -> None:
        self.count += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)


def field_of(head: str) -> str | None:
    """Return the field a column's head names, "" for one that is known and not used, None for one unknown."""
    bare = re.sub(r"\([^)]*\)", " ", fold(head))
    return _FIELD_OF.get(" ".join(re.findall(r"[a-z0-9]+", bare)))


def known_columns(cells: Iterable[str]) -> int:
    """Return how many different fields these cells name as heads: two or more make a header."""
    return len({name for cell in cells if (name := field_of(cell))})


def examine_rows(sheet: Sheet, endpoints: Mapping[str, str], existing: Iterable[Invited] = ()) -> DryRun:
    """Say what importing ``sheet`` would do. ``endpoints`` maps the code of every endpoint of the meeting to its name.

    An endpoint may be written as code or as name; a row is a duplicate when the e-mail address stands twice, or the
    same name with the same position at the same endpoint.
    """
    findings = _Findings()
    header = next((line for line in sheet.lines[:HEADER_WITHIN] if known_columns(line.cells) >= 2), None)
    if header is None:
        findings.add(Problem(0, "", Code.NO_HEADER))
        return DryRun((), tuple(findings.problems), findings.count, 0)
    columns = _columns(header, findings)
    lines = [line for line in sheet.lines if line.number > header.number and _says_something(line, columns)]
    if not lines:
        findings.add(Problem(0, "", Code.NO_ROWS))
    _report_ranges(sheet, header, columns, findings)
    reader = _Reader(columns, endpoints, existing, findings)
    spoiled = _spoiled_rows(sheet, header, columns)
    accepted = [row for line in lines if (row := reader.read(line)) is not None and line.number not in spoiled]
    missing = any(problem.code is Code.MISSING_COLUMN for problem in findings.problems)
    return DryRun(
        accepted=() if missing else tuple(accepted),
        problems=tuple(findings.problems),
        problem_count=findings.count,
        row_count=len(lines),
        ignored=tuple(cell for cell in header.cells if cell.strip() and field_of(cell) is None),
    )


def _columns(header: Line, findings: _Findings) -> dict[str, int]:
    columns: dict[str, int] = {}
    for place, cell in enumerate(header.cells):
        name = field_of(cell)
        if not name:
            continue
        if name in columns:
            address = f"{letters(place)}{header.number}"
            findings.add(Problem(header.number, name, Code.DUPLICATE_COLUMN, cell.strip(), address))
        else:
            columns[name] = place
    for name in REQUIRED:
        if name not in columns:
            findings.add(Problem(header.number, name, Code.MISSING_COLUMN))
    return columns


def _says_something(line: Line, columns: Mapping[str, int]) -> bool:
    return any(place < len(line.cells) and line.cells[place].strip() for place in columns.values())


def _report_ranges(sheet: Sheet, header: Line, columns: Mapping[str, int], findings: _Findings) -> None:
    for ranges, code in ((sheet.merged, Code.MERGED_CELLS), (sheet.hollow, Code.FORMULA_WITHOUT_VALUE)):
        for cells in ranges:
            touched = _touched(cells, columns)
            if cells.top > header.number and touched:
                findings.add(Problem(cells.top, touched[0], code, str(cells), str(cells)))


def _touched(cells: CellRange, columns: Mapping[str, int]) -> list[str]:
    return [name for name, place in columns.items() if cells.left <= place <= cells.right]


def _spoiled_rows(sheet: Sheet, header: Line, columns: Mapping[str, int]) -> set[int]:
    rows: set[int] = set()
    last = sheet.lines[-1].number if sheet.lines else 0
    for cells in (*sheet.merged, *sheet.hollow):
        if cells.top > header.number and _touched(cells, columns):
            rows.update(range(cells.top, min(cells.bottom, last) + 1))
    return rows


class _Reader:
    """Reads one line after the other and remembers whom it has seen."""

    def __init__(
        self,
        columns: Mapping[str, int],
        endpoints: Mapping[str, str],
        existing: Iterable[Invited],
        findings: _Findings,
    ) -> None:
        self.columns = columns
        self.codes = {code.upper(): code for code in endpoints}
        self.by_name: defaultdict[str, list[str]] = defaultdict(list)
        for code, name in endpoints.items():
            self.by_name[fold(name)].append(code)
        self.findings = findings
        self.seen: dict[tuple[str, ...], int] = {}
        for invited in existing:
            for key in _keys(invited.full_name, invited.position, invited.endpoint, invited.email):
                self.seen[key] = 0

    def read(self, line: Line) -> ParticipantRow | None:
        before = self.findings.count
        texts = {name: self._text(line, name) for name in _COLUMNS if name}
        row = ParticipantRow(
            row=line.number,
            full_name=self._name(line, texts["full_name"]),
            position=texts["position"],
            unit_name=texts["unit_name"],
            endpoint=self._endpoint(line, texts["endpoint"]),
            email=self._email(line, texts["email"]),
            phone=self._phone(line, texts["phone"]),
            role=self._word(line, "role", texts["role"], _ROLE_OF, "delegate", Code.UNKNOWN_ROLE),
            summons=self._word(line, "summons", texts["summons"], _SUMMONS_OF, "representative", Code.UNKNOWN_SUMMONS),
        )
        self._compare(line, row)
        return row if self.findings.count == before else None

    def _report(self, line: Line, name: str, code: Code, value: str = "") -> None:
        address = f"{letters(self.columns[name])}{line.number}" if name in self.columns else ""
        self.findings.add(Problem(line.number, name, code, value[:200], address))

    def _text(self, line: Line, name: str) -> str:
        place = self.columns.get(name)
        if place is None or place >= len(line.cells):
            return ""
        text = " ".join(nfc(line.cells[place]).split())
        if _ERROR_VALUE.fullmatch(text):
            self._report(line, name, Code.ERROR_VALUE, text)
            return ""
        if len(text) > LENGTHS.get(name, 150):
            self._report(line, name, Code.TOO_LONG, text)
        return text

    def _name(self, line: Line, text: str) -> str:
        if not text:
            self._report(line, "full_name", Code.MISSING_VALUE)
        elif not any(letter.isalpha() for letter in text):
            self._report(line, "full_name", Code.BAD_NAME, text)
        return text

    def _endpoint(self, line: Line, text: str) -> str:
        if not text:
            if "endpoint" in self.columns:
                self._report(line, "endpoint", Code.MISSING_VALUE)
            return ""
        if code := self.codes.get(text.upper()):
            return code
        named = self.by_name.get(fold(text), [])
        if len(named) == 1:
            return named[0]
        self._report(line, "endpoint", Code.AMBIGUOUS_ENDPOINT if named else Code.UNKNOWN_ENDPOINT, text)
        return ""

    def _email(self, line: Line, text: str) -> str:
        if text and _EMAIL.fullmatch(text) is None:
            self._report(line, "email", Code.BAD_EMAIL, text)
        return text.lower()

    def _phone(self, line: Line, text: str) -> str:
        phone = national_phone(text)
        if phone is None:
            self._report(line, "phone", Code.BAD_PHONE, text)
        return phone or ""

    def _word(self, line: Line, name: str, text: str, words: Mapping[str, str], usual: str, code: Code) -> str:
        if not text:
            return usual
        word = words.get(" ".join(re.findall(r"[a-z0-9]+", fold(text))))
        if word is None:
            self._report(line, name, code, text)
        return word or usual

    def _compare(self, line: Line, row: ParticipantRow) -> None:
        known = None
        for key in _keys(row.full_name, row.position, row.endpoint, row.email):
            first = self.seen.setdefault(key, line.number)
            if first != line.number and known is None:
                known = first
        if known == 0:
            self._report(line, "full_name", Code.ALREADY_INVITED, row.full_name)
        elif known is not None:
            self._report(line, "full_name", Code.DUPLICATE_ROW, str(known))


def national_phone(text: str) -> str | None:
    """Return a Vietnamese number as 0…, a foreign one as +…, "" for none, None for what is no number.

    A sheet drops the leading nought of a number kept as a figure: nine digits get it back.
    """
    if not text:
        return ""
    digits = re.sub(r"[\s.\-()/]", "", text)
    if re.fullmatch(r"\+?[0-9]{8,15}", digits) is None:
        return None
    if found := re.fullmatch(r"(?:\+?84|0)([1-9][0-9]{8,9})", digits):
        return "0" + found[1]
    if re.fullmatch(r"[1-9][0-9]{8}", digits):
        return "0" + digits
    return digits if digits.startswith("+") else None


def _keys(name: str, position: str, endpoint: str, email: str) -> Sequence[tuple[str, ...]]:
    keys: list[tuple[str, ...]] = []
    if email:
        keys.append(("email", email.lower()))
    if name and endpoint:
        keys.append(("person", nfc(name).lower(), nfc(position).lower(), endpoint))
    return keys
