"""The two charts of the report, drawn on the server as SVG: bars by group and the growing number of check-ins.

Colours are the classes of static/css/patterns.css, patterns the ids of templates/parts/_patterns.html, which the page
must include. The same figures stand in a table on the page. Nothing is drawn by text: names cannot become markup.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from xml.etree import ElementTree

from accounts.wording import clock, number, percent, share
from meetings.reports.figures import Arrival, Counts, SumRow
from meetings.reports.words import Words

_WIDTH: Final = 690
_ROW: Final = 31
_BAR: Final = 18
_LABEL: Final = 150
_BAR_END: Final = 545
_FIGURES: Final = 560
_RATE: Final = 670
_LONGEST_LABEL: Final = 24

_HEIGHT: Final = 190
_LEFT: Final = 46
_RIGHT: Final = 670
_TOP: Final = 14
_FLOOR: Final = 160
_FAR: Final = timedelta(hours=6)


class Svg(str):
    """A drawing that a template may show as it is: everything in it was escaped when it was made."""

    __slots__ = ()

    @property
    def markup(self) -> str:
        return str(self)

    def __html__(self) -> str:
        return str(self)


def bars(rows: Sequence[SumRow], words: Words, *, name: str = "bars") -> Svg | None:
    """Draw a bar per group, the best rate first, as long as its number of summoned; None without a group.

    ``name`` makes the ids unique on the page.
    """
    counted = sorted(
        (row for row in rows if row.counts.summoned),
        key=lambda row: (-share(row.counts.present, row.counts.summoned), row.code),
    )
    if not counted:
        return None
    root = _drawing(name, _WIDTH, _ROW * len(counted), words.bars_title, "")
    most = max(row.counts.summoned for row in counted)
    for place, row in enumerate(counted):
        _bar(root, row, place * _ROW, (_BAR_END - _LABEL) / most, words)
    return _finished(root)


def arrivals_line(points: Sequence[Arrival], opening: datetime, words: Words, *, name: str = "arrivals") -> Svg | None:
    """Draw the number of check-ins as it grew, with a mark at the ``opening``; None without a check-in.

    Times are shown in the zone of ``opening``. A mark more than six hours away from the check-ins is left out.
    """
    if len(points) < 2:
        return None
    zone = opening.tzinfo
    times = [point.at.astimezone(zone) for point in points]
    near = times[0] - _FAR <= opening <= times[-1] + _FAR
    starts, ends = (min(times[0], opening), max(times[-1], opening)) if near else (times[0], times[-1])
    last = points[-1].present
    said = words.arrivals_said.format(start=clock(times[0]), end=clock(times[-1]), present=number(last, words.language))
    root = _drawing(name, _WIDTH, _HEIGHT, words.arrivals_title, said)
    step = round_step(last)
    top = -(-last // step) * step

    def across(moment: datetime) -> float:
        return _LEFT + (moment - starts) / (ends - starts) * (_RIGHT - _LEFT)

    def up(value: float) -> float:
        return _FLOOR - value / top * (_FLOOR - _TOP)

    for value in range(0, top + 1, step):
        _line(root, "stroke-rule", _LEFT, up(value), _RIGHT, up(value))
        _text(root, _LEFT - 8, up(value) + 4, number(value, words.language), "axis", "end")
    for moment in _hours(starts, ends):
        _text(root, across(moment), _FLOOR + 18, clock(moment), "axis", "middle")
    path = f"M{across(times[0]):.1f} {up(0):.1f}"
    for moment, point in zip(times[1:], points[1:], strict=True):
        path += f"V{up(point.present):.1f}H{across(moment):.1f}"
    ElementTree.SubElement(root, "path", {"class": "stroke-primary", "fill": "none", "stroke-width": "2.5", "d": path})
    if near:
        _line(root, "stroke-ink", across(opening), _TOP - 10, across(opening), _FLOOR, dash="4 4")
        late = across(opening) > _RIGHT - 80
        _text(root, across(opening) + (-6 if late else 6), _FLOOR - 8, words.opening, "", "end" if late else "start")
    return _finished(root)


def _bar(root: ElementTree.Element, row: SumRow, top: int, unit: float, words: Words) -> None:
    counts = row.counts
    group = ElementTree.SubElement(root, "g")
    rate = percent(share(counts.present, counts.summoned), words.language)
    said = words.bar_said.format(
        name=row.name,
        rate=rate,
        **{key: number(value, words.language) for key, value in _said_figures(counts).items()},
    )
    _titled(group, "title", said)
    label = row.name if len(row.name) <= _LONGEST_LABEL else row.name[: _LONGEST_LABEL - 1] + "…"
    _text(group, 0, top + 20, label, "", "start")
    left = float(_LABEL)
    for value, attributes in (
        (counts.in_person + counts.online, {"class": "shape-solid"}),
        (counts.substitutes, {"class": "stroke-primary", "fill": "url(#lines-primary)"}),
        (counts.excused, {"class": "stroke-control", "fill": "url(#dots-control)"}),
        (counts.unexcused, {"class": "shape-warn"}),
        (counts.not_yet, {"class": "stroke-warn", "fill": "url(#mesh-warn)"}),
    ):
        if value:
            size = {"x": f"{left:.1f}", "y": str(top + 6), "width": f"{value * unit:.1f}", "height": str(_BAR)}
            ElementTree.SubElement(group, "rect", attributes | size)
            left += value * unit
    present, summoned = number(counts.present, words.language), number(counts.summoned, words.language)
    _text(group, _FIGURES, top + 20, f"{present}/{summoned}", "", "start", weight="600")
    _text(group, _RATE, top + 20, rate, "", "end")


def _said_figures(counts: Counts) -> dict[str, int]:
    return {
        "present": counts.present,
        "summoned": counts.summoned,
        "substitutes": counts.substitutes,
        "excused": counts.excused,
        "unexcused": counts.unexcused,
        "not_yet": counts.not_yet,
    }


def _drawing(name: str, width: int, height: int, title: str, said: str) -> ElementTree.Element:
    root = ElementTree.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "class": "chart",
            "viewBox": f"0 0 {width} {height}",
            "role": "img",
            "aria-labelledby": f"{name}-title {name}-desc" if said else f"{name}-title",
        },
    )
    _titled(root, "title", title).set("id", f"{name}-title")
    if said:
        _titled(root, "desc", said).set("id", f"{name}-desc")
    return root


def _titled(parent: ElementTree.Element, kind: str, text: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, kind)
    element.text = _printable(text)
    return element


def _text(
    parent: ElementTree.Element, x: float, y: float, text: str, kind: str, anchor: str, *, weight: str = ""
) -> None:
    attributes = {"x": f"{x:.1f}", "y": f"{y:.1f}", "text-anchor": anchor}
    attributes |= {name: value for name, value in (("class", kind), ("font-weight", weight)) if value}
    ElementTree.SubElement(parent, "text", attributes).text = _printable(text)


def _line(parent: ElementTree.Element, kind: str, x1: float, y1: float, x2: float, y2: float, dash: str = "") -> None:
    ends = {"x1": f"{x1:.1f}", "y1": f"{y1:.1f}", "x2": f"{x2:.1f}", "y2": f"{y2:.1f}"}
    ElementTree.SubElement(parent, "line", {"class": kind} | ends | ({"stroke-dasharray": dash} if dash else {}))


def _finished(root: ElementTree.Element) -> Svg:
    return Svg(ElementTree.tostring(root, encoding="unicode"))


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())


def round_step(most: int) -> int:
    """Return 1, 2 or 5 with noughts, so that at most four steps reach ``most``."""
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            if step * 4 >= most:
                return step
        size *= 10


def _hours(starts: datetime, ends: datetime) -> list[datetime]:
    """Return at most eight full moments between the two: every 5, 10, 15, 30 minutes, 1, 2, 4 … hours."""
    minutes = 5
    choices = iter((10, 15, 30, 60))
    while (ends - starts) / timedelta(minutes=minutes) > 7:
        minutes = next(choices, minutes * 2)
    midnight = starts.replace(hour=0, minute=0, second=0, microsecond=0)
    step = timedelta(minutes=minutes)
    first = midnight + -((midnight - starts) // step) * step
    return [first + step * place for place in range(9) if first + step * place <= ends]
