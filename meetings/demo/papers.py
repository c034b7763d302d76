"""What the demo's documents say: a monthly report, a report of one field, a district's paper, a plan. Pure.

The words stand in texts/sectors.toml; figures are drawn by lot, so that the same seed writes the same document.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from accounts.wording import number

_TEXTS = Path(__file__).parent / "texts" / "sectors.toml"
_RANGE = re.compile(r"\{([\d,]+)\.\.([\d,]+)\}")
ROWS_ON_A_PAGE = 34


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; as an item of a list it begins with a hyphen."""

    text: str
    item: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with its title; the first column holds words, the others figures; the last row is the total."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """Whom the paper goes to, in whose name it is signed, and by whom."""

    recipients: tuple[str, ...]
    titles: tuple[str, ...]
    name: str


Block = Heading | Text | Grid | Signature


@dataclass(frozen=True, slots=True)
class Paper:
    """A document in the layout of Nghị định 30/2020: heads, number, place and day, kind and subject, then its blocks.

    `annexes` follow, one on a page, as many as it takes to fill `pages`.
    """

    parent: str
    body: str
    number: str
    place_day: str
    kind: str
    subject: str
    blocks: tuple[Block, ...]
    annexes: tuple[Grid, ...]
    pages: int


@dataclass(frozen=True, slots=True)
class Land:
    """The province as papers speak of it: "tỉnh Hà Giang", its districts, and the communes of each."""

    province: str
    place: str
    districts: tuple[str, ...]
    communes: Mapping[str, tuple[str, ...]]


@cache
def sectors() -> list[dict[str, Any]]:
    """The fields of work of texts/sectors.toml."""
    with _TEXTS.open("rb") as file:
        found: list[dict[str, Any]] = tomllib.load(file)["sector"]
    return found


def filled(text: str, lots: Random, land: Land, **words: str) -> str:
    """The sentence with a figure in the place of every range, and a unit in the place of {best} and {worst}."""
    text = _RANGE.sub(lambda found: _drawn(lots, found.group(1), found.group(2)), text)
    best, worst = lots.sample(land.districts, 2) if len(land.districts) > 1 else (land.districts[0],) * 2
    for word, value in {"best": lower_first(best), "worst": lower_first(worst), **words}.items():
        text = text.replace(f"{{{word}}}", value)
    return text


def _drawn(lots: Random, low: str, high: str) -> str:
    decimals = len(low.partition(",")[2])
    return number(round(lots.uniform(_float(low), _float(high)), decimals), "vi", decimals)


def _float(text: str) -> float:
    return float(text.replace(",", "."))


def lower_first(name: str) -> str:
    """ "huyện Đồng Văn" inside a sentence."""
    return name[:1].lower() + name[1:]


def grid_by_unit(sector: Mapping[str, Any], title: str, units: Sequence[str], lots: Random, share: float = 1) -> Grid:
    """Plan and result of every unit, with the total; `share` makes the figures of smaller units smaller."""
    low, high = (edge * share for edge in sector["range"])
    decimals = 0 if isinstance(sector["range"][0], int) else 1
    rows, planned, done = [], 0.0, 0.0
    for unit in units:
        result = round(lots.uniform(low, high), decimals)
        plan = round(result / lots.uniform(0.14, 0.92), decimals) or 1.0
        planned, done = planned + plan, done + result
        rows.append((unit, *_figures(plan, result, decimals)))
    rows.append(("Cộng", *_figures(planned, done, decimals)))
    return Grid(
        title, ("Đơn vị", f"Kế hoạch ({sector['scale']})", f"Thực hiện ({sector['scale']})", "Tỷ lệ"), tuple(rows)
    )


def _figures(plan: float, result: float, decimals: int) -> tuple[str, str, str]:
    share = 100 * result / plan if plan else 0
    return number(plan, "vi", decimals), number(result, "vi", decimals), f"{number(round(share, 1), 'vi', 1)}%"


def situation(sector: Mapping[str, Any], order: int, lots: Random, land: Land, *, lines: bool) -> Iterator[Block]:
    """One field of work: what was done, by unit where `lines`, and the table of its measure."""
    yield Heading(2, f"{order}. {sector['title']}")
    for sentence in sector["sentences"]:
        yield Text(filled(sentence, lots, land))
    grid = grid_by_unit(sector, f"Biểu {order}. {sector['measure']} theo đơn vị", land.districts, lots)
    if lines:
        for unit, _plan, result, share in grid.rows[:-1]:
            line = filled(lots.choice(sector["by_unit"]), lots, land, unit=unit, value=result, share=share)
            yield Text(line, item=True)
    yield grid


def duties(chosen: Sequence[Mapping[str, Any]]) -> Iterator[Block]:
    """What is to be done next, field by field, with the office that answers for it."""
    for order, sector in enumerate(chosen, start=1):
        yield Text(f"{order}. {sector['office']} chủ trì, phối hợp với các sở, ngành, địa phương:")
        for task in sector["tasks"]:
            yield Text(task, item=True)


def annexes(chosen: Sequence[Mapping[str, Any]], lots: Random, land: Land) -> Iterator[Grid]:
    """Tables enough for any number of pages: every field by district, then by commune, district after district."""
    order = 0
    for sector in chosen:
        order += 1
        yield grid_by_unit(sector, f"Phụ lục {order}. {sector['measure']}", land.districts[:ROWS_ON_A_PAGE], lots)
    for sector in chosen:
        for district, communes in land.communes.items():
            order += 1
            title = f"Phụ lục {order}. {sector['measure']}, {lower_first(district)}"
            yield grid_by_unit(sector, title, communes[:ROWS_ON_A_PAGE], lots, share=0.06)
