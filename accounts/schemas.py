"""What every part of the API shares: kinds of text and time, pages of a list, the shape of a refusal."""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

from django.db.models import Model, QuerySet
from django.utils import timezone
from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic.functional_validators import AfterValidator
from pydantic_core import PydanticCustomError

REFUSED = frozenset({400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 507})
"""Every status with which a call may be refused; the body is then a Refusal."""

FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_ROWS = 1000
LARGEST_ID = 2**63 - 1

# A "+" that nobody escaped arrives in a query string as a space.
_MOMENT = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(?:([Zz])|([+\- ])(\d{2}:\d{2}))", re.ASCII
)
_OFFSETLESS = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?", re.ASCII)


def _printable(text: str) -> str:
    """One line in Normal Form C without control characters; NUL cannot be stored at all."""
    if any(unicodedata.category(letter) in {"Cc", "Zl", "Zp"} for letter in text):
        raise PydanticCustomError("control_character", "control characters are not acceptable here")
    return unicodedata.normalize("NFC", text)


def _several_lines(text: str) -> str:
    plain = text.replace("\r\n", "\n")
    if any(unicodedata.category(letter) == "Cc" and letter not in "\n\t" for letter in plain):
        raise PydanticCustomError("control_character", "control characters are not acceptable here")
    return unicodedata.normalize("NFC", plain)


def _moment(value: object) -> dt.datetime:
    """RFC 3339 with offset, kept to the second."""
    if not isinstance(value, str):
        raise PydanticCustomError("moment_type", "a time is written as text")
    written = value.strip()
    found = _MOMENT.fullmatch(written)
    if found is None:
        code = "offset_missing" if _OFFSETLESS.fullmatch(written) else "moment_format"
        raise PydanticCustomError(code, "a time is RFC 3339 with offset: 2025-05-15T14:00:00+07:00")
    day, clock, zulu, sign, offset = found.groups()
    zone = "+00:00" if zulu else f"{'+' if sign == ' ' else sign}{offset}"
    try:
        moment = dt.datetime.fromisoformat(f"{day}T{clock.partition('.')[0]}{zone}")
    except ValueError as error:
        raise PydanticCustomError("moment_format", "there is no such time") from error
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise PydanticCustomError("out_of_range", "a time lies between the years 2000 and 2100")
    return moment


Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300), AfterValidator(_printable)]
"""One line of text: NFC, trimmed, without control characters."""
Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40), AfterValidator(_printable)]
"""A code that people write: of a unit, an endpoint, a tier."""
Prose = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000), AfterValidator(_several_lines)]
"""Text of several lines."""
Moment = Annotated[dt.datetime, BeforeValidator(_moment)]
"""An aware time, written in RFC 3339 with offset, to the second, between the years 2000 and 2100."""
Identifier = Annotated[int, Field(ge=1, le=LARGEST_ID)]


class Body(Schema):
    """Base of what a call sends: wrong types and unknown fields are refused, never guessed."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Window(Schema):
    """Which part of a list is wanted."""

    limit: int = Field(MOST_ROWS, ge=1, le=MOST_ROWS)
    offset: int = Field(0, ge=0, le=10**9)


class Refusal(Schema):
    """Why a call was refused: a stable code, a sentence in the caller's language, and the facts."""

    code: str
    message: str
    params: dict[str, object]


Row = dict[str, object]
_Model = TypeVar("_Model", bound=Model)


def page(rows: QuerySet[_Model], window: Window, shown: Callable[[Sequence[_Model]], Sequence[object]]) -> Row:
    """``{"count", "results"}``: how many rows there are in all, and those of the window as ``shown`` gives them."""
    part = list(rows[window.offset : window.offset + window.limit])
    return {"count": rows.count(), "results": list(shown(part))}


def page_of(rows: Sequence[object], window: Window) -> Row:
    """As ``page``, of rows that are at hand."""
    return {"count": len(rows), "results": list(rows[window.offset : window.offset + window.limit])}


def written(moment: dt.datetime | None) -> str | None:
    """A time as the API writes it: RFC 3339 with the office's offset."""
    return None if moment is None else timezone.localtime(moment).isoformat()
