"""The demo's documents: as many pages as promised, the same bytes for the same seed, nothing left to fill in."""

import csv
import datetime as dt
import io
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pypdfium2
import pytest
from django.conf import settings

from meetings.demo.library import (
    DISBURSEMENT,
    TRADE,
    conclusions,
    district_paper,
    field_report,
    figures,
    monthly_report,
    place_day,
    plan,
)
from meetings.demo.papers import Grid, Land, Paper, lower_first, sectors
from meetings.demo.pdf import render
from meetings.documents.secrecy import stamp_on_page

DAY = dt.date(2025, 5, 15)


def land(code: str) -> Land:
    with Path(settings.BASE_DIR, "data", "units-2025-01.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    name = next(row["name"] for row in rows if row["code"] == code)
    districts = {row["code"]: row["name"] for row in rows if row["parent_code"] == code}
    communes = {
        name: tuple(row["name"] for row in rows if row["parent_code"] == district)
        for district, name in districts.items()
    }
    communes = {district: names for district, names in communes.items() if names}
    return Land(lower_first(name), name.split(" ", 1)[1], tuple(districts.values()), communes)


def papers(code: str) -> dict[str, Callable[[], Paper]]:
    here = land(code)
    subject = "Kế hoạch phát triển du lịch giai đoạn 2026–2030"
    report = partial(field_report, here, code, DAY, number="96/BC", signer="Nông Thị Hạnh")
    speech = partial(district_paper, here, code, DAY, signer="Giàng Thị Súa")
    return {
        "monthly": partial(monthly_report, here, code, DAY, signer="Hoàng Gia Khánh"),
        "figures": partial(figures, here, code, DAY),
        "disbursement": partial(report, field=DISBURSEMENT, subject="Giải ngân", pages=16),
        "tourism": partial(report, field=TRADE, subject="Du lịch", pages=48),
        "speech": partial(speech, district=here.districts[0], topic=TRADE, pages=6),
        "island": partial(speech, district=here.districts[-1], topic=DISBURSEMENT, pages=5),
        "plan": partial(plan, here, code, DAY, subject=subject, field=TRADE, signer="Nông Thị Hạnh", pages=31),
        "conclusions": partial(conclusions, here, code, DAY, chair="Hoàng Gia Khánh", title="Hội nghị"),
    }


def text_of(content: bytes) -> list[str]:
    with pypdfium2.PdfDocument(io.BytesIO(content)) as document:
        return [document[number].get_textpage().get_text_range() for number in range(len(document))]


@pytest.mark.parametrize("province", ["02", "01", "48", "51"])
@pytest.mark.parametrize("name", list(papers("02")))
def test_a_paper_has_its_pages_and_no_gap_in_its_words(province: str, name: str) -> None:
    paper = papers(province)[name]()
    pages = text_of(render(paper))
    assert len(pages) == paper.pages
    assert re.findall(r"[{}]|None|&nbsp;", "".join(pages)) == []
    assert stamp_on_page(pages[0]) == ""
    assert pages[0].splitlines()[0].isupper()


def test_the_same_seed_writes_the_same_bytes_and_another_does_not() -> None:
    make = papers("02")["monthly"]
    assert render(make()) == render(make())
    other = monthly_report(land("02"), "03", DAY, signer="Hoàng Gia Khánh")
    assert render(other) != render(make())


def test_the_second_version_differs_in_the_table_of_disbursement_alone() -> None:
    first = monthly_report(land("02"), "02", DAY, signer="Hoàng Gia Khánh")
    second = monthly_report(land("02"), "02", DAY, signer="Hoàng Gia Khánh", amended=True)
    changed = {block.title for block in set(second.blocks) - set(first.blocks) if isinstance(block, Grid)}
    assert changed == {"Biểu 3. Vốn đã giải ngân theo đơn vị"}


def test_shares_in_a_table_are_those_of_its_figures() -> None:
    grids = [block for block in papers("02")["monthly"]().blocks if isinstance(block, Grid)]
    (grid,) = [block for block in grids if block.title.startswith("Biểu 3.")]
    for _unit, planned, done, share in grid.rows:
        whole, part = (float(text.replace(".", "").replace(",", ".")) for text in (planned, done))
        assert share == f"{100 * part / whole:.1f}%".replace(".", ",")


def test_every_field_of_work_has_sentences_a_measure_and_tasks() -> None:
    wanted = {"title", "office", "sentences", "measure", "scale", "range", "by_unit", "tasks"}
    assert {frozenset(sector) for sector in sectors()} == {frozenset(wanted)}


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (dt.date(2025, 5, 5), "Hà Giang, ngày 05 tháng 5 năm 2025"),
        (dt.date(2025, 2, 15), "Hà Giang, ngày 15 tháng 02 năm 2025"),
        (dt.date(2025, 12, 31), "Hà Giang, ngày 31 tháng 12 năm 2025"),
    ],
)
def test_place_and_day_have_noughts_where_the_state_wants_them(day: dt.date, text: str) -> None:
    assert place_day(land("02"), day) == text
