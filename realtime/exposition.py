"""The figures as Prometheus reads them: text format 0.0.4, fifty lines of our own, so that nothing must be installed
and the figures of all processes stand in one answer."""

from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Final

from realtime.metrics import BOUNDS
from realtime.reporting import Report

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_PREFIX: Final = "diemcau_stream_"
_SINGLE: Final = (
    ("sockets", "gauge", "Sockets that are open.", "sockets"),
    ("streams", "gauge", "Streams with an open socket.", "streams"),
    ("sockets_accepted_total", "counter", "Sockets accepted.", "accepted"),
    ("sockets_dropped_total", "counter", "Sockets closed because they read too slowly.", "dropped"),
    ("frames_total", "counter", "Frames written to sockets.", "frames"),
    ("bytes_total", "counter", "Bytes written to sockets.", "octets"),
    ("bursts_buffered_total", "counter", "Bursts that had to wait for the network.", "buffered"),
    ("events_total", "counter", "Events told to the sockets of a stream.", "events"),
    ("replays_total", "counter", "Sockets that asked for what they had missed.", "replays"),
    ("gaps_total", "counter", "Times that a socket was told to take the snapshot.", "gaps"),
    ("rechecks_total", "counter", "Times that the rights of a stream's sockets were asked again.", "rechecks"),
    ("log_reads_total", "counter", "Reads of the log.", "reads"),
    ("log_read_seconds_total", "counter", "Time that reads of the log took.", "read_seconds"),
    ("nudges_heard_total", "counter", "Nudges heard from other processes.", "nudges_heard"),
    ("nudges_lost_total", "counter", "Nudges that could not be sent to other processes.", "nudges_lost"),
)


def exposition(reports: Iterable[Report]) -> str:
    """All figures of all processes; the samples of one metric stand together, as the format wants it."""
    told = list(reports)
    lines = _metric("process_start_seconds", "gauge", "When the process began.", _starts(told))
    for name, kind, words, attribute in _SINGLE:
        samples = (("", _labels(each.process), getattr(each.figures, attribute)) for each in told)
        lines += _metric(name, kind, words, samples)
    lines += _metric("sockets_closed_total", "counter", "Sockets closed, by close code.", _closings(told))
    words = "Time from an event until the last socket of the process was written to."
    lines += _metric("delivery_lag_seconds", "histogram", words, _lags(told))
    return "".join(f"{line}\n" for line in lines)


_Sample = tuple[str, str, float]
"""What is added to the name, the labels, the value."""


def _metric(name: str, kind: str, words: str, samples: Iterable[_Sample]) -> list[str]:
    full = _PREFIX + name
    return [
        f"# HELP {full} {words}",
        f"# TYPE {full} {kind}",
        *(f"{full}{added}{labels} {value}" for added, labels, value in samples),
    ]


def _starts(told: list[Report]) -> Iterator[_Sample]:
    for each in told:
        yield "", _labels(each.process), each.since.timestamp()


def _closings(told: list[Report]) -> Iterator[_Sample]:
    for each in told:
        for code, count in each.figures.closed.items():
            yield "", _labels(each.process, code=code), count


def _lags(told: list[Report]) -> Iterator[_Sample]:
    for each in told:
        total = sum(each.figures.lag)
        ends = [*(str(bound) for bound in BOUNDS), "+Inf"]
        for end, below in zip(ends, accumulate(each.figures.lag), strict=True):
            yield "_bucket", _labels(each.process, le=end), below
        yield "_sum", _labels(each.process), each.figures.lag_seconds
        yield "_count", _labels(each.process), total


def _labels(process: str, **more: str) -> str:
    pairs = ",".join(f'{name}="{_escaped(value)}"' for name, value in {"process": process, **more}.items())
    return f"{{{pairs}}}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
