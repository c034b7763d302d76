"""Acts at the moments at which they would have happened: the demo lives through its three months.

The journal, the streams and every row then carry the right times without one line of the acts knowing of the demo.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest import mock

from django.utils import timezone


@contextmanager
def at_moment(moment: dt.datetime) -> Iterator[None]:
    """Inside the block `timezone.now()` tells `moment`, in all of this process: for a command, never for a server."""
    with mock.patch.object(timezone, "now", return_value=moment.astimezone(dt.UTC)):
        yield


class Script:
    """Acts with their moments, carried out in the order of time; of one moment in the order of entry. An act may add
    later ones."""

    def __init__(self) -> None:
        self._acts: list[tuple[dt.datetime, int, Callable[[], object]]] = []
        self._entered = 0

    def at(self, moment: dt.datetime, act: Callable[[], object]) -> None:
        self._acts.append((moment, self._entered, act))
        self._entered += 1

    def play(self, say: Callable[[str], object]) -> None:
        """Carry everything out, telling each month as it begins."""
        month = 0
        while self._acts:
            self._acts.sort(key=lambda each: each[:2])
            moment, _entered, act = self._acts.pop(0)
            if moment.month != month:
                month = moment.month
                say(f"Playing {moment:%m/%Y} ...")
            with at_moment(moment):
                act()
