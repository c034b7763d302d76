from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.reports.charts import Svg, arrivals_line, bars
from meetings.reports.figures import Arrival, Counts, SumRow, arrivals
from meetings.reports.words import EN, VI
from tests.pure.meetings.reports.conference import OPENING, payloads, people, report

SVG = "{http://www.w3.org/2000/svg}"
DONG_VAN = SumRow(
    "026", "Huyện Đồng Văn", 20, 20, Counts(in_person=250, online=2, substitutes=27, excused=7, unexcused=3)
)
MEO_VAC = SumRow("027", "Huyện Mèo Vạc", 19, 19, Counts(in_person=258, excused=9, unexcused=7))


def drawn(svg: Svg | None) -> ElementTree.Element:
    assert svg is not None
    return ElementTree.fromstring(svg.__html__())  # noqa: S314 (our own drawing)


def texts(root: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def test_bars_stand_by_rate_with_their_figures_beside_them() -> None:
    root = drawn(bars([MEO_VAC, DONG_VAN], VI))
    assert texts(root) == ["Huyện Đồng Văn", "279/289", "96,5%", "Huyện Mèo Vạc", "258/274", "94,2%"]
    assert texts(drawn(bars([DONG_VAN], EN)))[2] == "96.5%"


def test_parts_of_a_bar_follow_each_other_and_are_as_long_as_their_number() -> None:
    root = drawn(bars([DONG_VAN, MEO_VAC], VI))
    first = list(root[1].iter(f"{SVG}rect"))
    unit = 395 / 289
    left = 150.0
    for rectangle, value in zip(first, (252, 27, 7, 3), strict=True):
        assert float(rectangle.get("x", "")) == pytest.approx(left, abs=0.06)
        assert float(rectangle.get("width", "")) == pytest.approx(value * unit, abs=0.06)
        left += value * unit
    assert [one.get("class") for one in first] == ["shape-solid", "stroke-primary", "stroke-control", "shape-warn"]
    assert [one.get("fill") for one in first] == [None, "url(#lines-primary)", "url(#dots-control)", None]


def test_every_bar_is_said_in_words() -> None:
    root = drawn(bars([DONG_VAN], VI, name="b1"))
    assert [element.text for element in root.iter(f"{SVG}title")] == [
        "Kết quả điểm danh theo huyện, thành phố",
        "Huyện Đồng Văn: có mặt 279 trên 289, đạt 96,5%; đi thay 27, vắng có lý do 7, vắng không lý do 3, "
        "chưa điểm danh 0",
    ]
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", "b1-title")


def test_the_line_climbs_in_steps_and_marks_the_opening() -> None:
    points = [Arrival(OPENING + timedelta(minutes=5 * place), 1000 * place) for place in range(4)]
    root = drawn(arrivals_line(points, OPENING + timedelta(minutes=5), VI))
    assert texts(root) == ["0", "1.000", "2.000", "3.000", "08:00", "08:05", "08:10", "08:15", "Khai mạc"]
    (path,) = root.iter(f"{SVG}path")
    assert path.get("d") == "M46.0 160.0V111.3H254.0V62.7H462.0V14.0H670.0"
    dashed = [line for line in root.iter(f"{SVG}line") if line.get("stroke-dasharray")]
    assert [line.get("x1") for line in dashed] == ["254.0"]
    assert [element.text for element in root.iter(f"{SVG}desc")] == ["Từ 08:00 đến 08:15 có 3.000 người điểm danh."]


def test_an_opening_far_from_the_check_ins_is_not_marked() -> None:
    points = [Arrival(OPENING, 0), Arrival(OPENING + timedelta(minutes=5), 3)]
    root = drawn(arrivals_line(points, OPENING + timedelta(days=2), VI))
    assert "Khai mạc" not in texts(root)


def test_an_opening_after_the_last_check_in_stays_inside_the_picture() -> None:
    points = [Arrival(OPENING, 0), Arrival(OPENING + timedelta(minutes=5), 3)]
    root = drawn(arrivals_line(points, OPENING + timedelta(minutes=30), VI))
    opening = next(element for element in root.iter(f"{SVG}text") if element.text == "Khai mạc")
    assert (opening.get("text-anchor"), float(opening.get("x", ""))) == ("end", 664.0)


def test_nothing_to_show_is_no_chart() -> None:
    assert bars([], VI) is None
    assert bars([replace(DONG_VAN, counts=Counts())], VI) is None
    assert arrivals_line([], OPENING, VI) is None


@pytest.mark.parametrize("payload", payloads())
def test_a_name_never_becomes_markup(payload: str) -> None:
    svg = bars([replace(DONG_VAN, name=payload)], VI)
    root = drawn(svg)
    kinds = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert kinds == {"svg", "title", "g", "text", "rect"}
    assert len(texts(root)[0]) <= 24


def test_drawings_hold_no_style_script_or_handler() -> None:
    for svg in (bars(report().groups, VI), arrivals_line(arrivals(people()), OPENING, VI)):
        names = {name for element in drawn(svg).iter() for name in element.attrib}
        assert names.isdisjoint({"style", "onload", "onclick", "href"})


@given(
    st.lists(st.integers(0, 40_000), min_size=1, max_size=30),
    st.integers(-30_000, 70_000),
)
def test_everything_stays_inside_the_picture(seconds: list[int], opening: int) -> None:
    lines = [replace(people()[0], at=OPENING + timedelta(seconds=second)) for second in seconds]
    root = drawn(arrivals_line(arrivals(lines), OPENING + timedelta(seconds=opening), VI))
    across = [float(text.get("x", "")) for text in root.iter(f"{SVG}text")]
    ups = [float(text.get("y", "")) for text in root.iter(f"{SVG}text")]
    assert min(across) >= 0
    assert max(across) <= 690
    assert min(ups) >= 0
    assert max(ups) <= 190
    assert len([text for text in root.iter(f"{SVG}text") if ":" in (text.text or "")]) <= 9
