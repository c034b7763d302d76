"""A sheet as it was read of a file: its rows as text, and where its cells stand. Pure."""

from dataclasses import dataclass
from typing import Final

HEADER_WITHIN: Final = 20
"""The heads of the columns stand in one of the first rows of a sheet."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file: its number as the person sees it, from 1, and its cells as text, from column A."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CellRange:
    """Cells from ``left``/``top`` to ``right``/``bottom``, both included; columns count from 0, rows from 1."""

    left: int
    top: int
    right: int
    bottom: int

    def __str__(self) -> str:
        first, last = f"{letters(self.left)}{self.top}", f"{letters(self.right)}{self.bottom}"
        return first if first == last else f"{first}:{last}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was read of a file. ``merged`` and ``hollow`` (formulas never computed) are empty for a CSV."""

    lines: tuple[Line, ...]
    encoding: str = ""
    title: str = ""
    merged: tuple[CellRange, ...] = ()
    hollow: tuple[CellRange, ...] = ()


def letters(column: int) -> str:
    """Return the letters of a column counted from 0: A … Z, AA …"""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
