"""The Range header of HTTP (RFC 9110, 14), for one range of bytes (pure).

Viewers read a long PDF in pieces. Several ranges in one request may be answered with the whole file, and are.
"""

import re
from dataclasses import dataclass
from typing import Final

_BYTES: Final = re.compile(r"bytes=(\d{0,15})-(\d{0,15})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes `first` to `last`, both included, of a file of `size` bytes."""

    first: int
    last: int
    size: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1

    @property
    def content_range(self) -> str:
        return f"bytes {self.first}-{self.last}/{self.size}"


class RangeNotSatisfiable(Exception):
    """The range begins behind the end of the file: 416."""


def requested_span(header: str | None, size: int) -> Span | None:
    """The one range that the header asks for, cut at the end of the file; None when the whole file is to be sent.

    A header that is malformed, in another unit or with several ranges is ignored, as the RFC allows.
    Raises RangeNotSatisfiable.
    """
    match = _BYTES.fullmatch(header.strip()) if header else None
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        length = min(int(last), size)
        if length == 0:
            raise RangeNotSatisfiable
        return Span(size - length, size - 1, size)
    begin, end = int(first), int(last) if last else size - 1
    if last and end < begin:
        return None
    if begin >= size:
        raise RangeNotSatisfiable
    return Span(begin, min(end, size - 1), size)
