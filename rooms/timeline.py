"""Where a time lies on a drawing: stretches of time beside one another, each as wide as its weight."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rooms.scheduling.intervals import Interval


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time from `x` on, both in per cent of the drawing's width."""

    interval: Interval
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Place:
    """A part of a drawing, in per cent of its width."""

    x: float
    width: float

    @property
    def left(self) -> str:
        """As SVG reads it, whatever the reader's language."""
        return f"{self.x:.2f}"

    @property
    def across(self) -> str:
        return f"{self.width:.2f}"


@dataclass(frozen=True, slots=True)
class Timeline:
    """The stretches, ascending and apart; what lies between them is not drawn."""

    stretches: Sequence[Stretch]

    def places(self, interval: Interval) -> Iterator[tuple[Interval, Place]]:
        """The parts of the interval that are drawn, each with its place."""
        for stretch in self.stretches:
            part = interval.intersection(stretch.interval)
            if part is not None:
                whole = stretch.interval.duration
                x = stretch.x + stretch.width * ((part.start - stretch.interval.start) / whole)
                yield part, Place(x, stretch.width * (part.duration / whole))


def timeline(spans: Sequence[tuple[Interval, int]]) -> Timeline:
    """The spans beside one another, each as wide as its weight says."""
    whole = sum(weight for _span, weight in spans) or 1
    x = 0.0
    stretches = []
    for span, weight in spans:
        width = 100 * weight / whole
        stretches.append(Stretch(span, x, width))
        x += width
    return Timeline(stretches)
