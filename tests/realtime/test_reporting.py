"""The figures of all processes in one table, and in the form that Prometheus reads."""

import datetime as dt
import math
import os
import re
import socket
from collections import defaultdict

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from realtime.exposition import exposition
from realtime.metrics import Counters, Figures
from realtime.models import ServerProcess
from realtime.reporting import GONE_AFTER, Report, report, reports
from tests.realtime.test_metrics import NOON

HERE = f"{socket.gethostname()}:{os.getpid()}"


def another(name: str = "b", host: str = "may-2", pid: int = 7, *, ago: dt.timedelta = dt.timedelta()) -> ServerProcess:
    now = timezone.now()
    figures = {"accepted": 3}
    return ServerProcess.objects.create(name=name, host=host, pid=pid, since=now, at=now - ago, figures=figures)


@pytest.mark.django_db
def test_a_process_reports_its_latest_figures(counted: Counters) -> None:
    report()
    counted.accepted += 2
    counted.told([timezone.now()], timezone.now())
    report()
    [own] = reports()
    assert own.process == HERE
    assert (own.figures.sockets, own.figures.events, sum(own.figures.recent_lag)) == (2, 1, 1)


@pytest.mark.django_db
def test_who_has_stopped_is_not_shown_and_forgotten(counted: Counters) -> None:
    another(ago=dt.timedelta(seconds=10))
    another("c", pid=8, ago=GONE_AFTER)
    another("d", host=socket.gethostname(), pid=os.getpid())
    assert {each.process for each in reports()} == {"may-2:7", HERE}
    report()
    assert [(each.process, each.figures.accepted) for each in reports() if each.process != HERE] == [("may-2:7", 3)]
    assert ServerProcess.objects.count() == 2


NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
SAMPLE = re.compile(rf"({NAME})\{{((?:{NAME}=\"(?:[^\"\\\n]|\\[\\\"n])*\",?)+)\}} (\S+)")
LABEL = re.compile(rf"({NAME})=\"((?:[^\"\\\n]|\\[\\\"n])*)\"")
UNESCAPED = {"\\\\": "\\", '\\"': '"', "\\n": "\n"}
Labels = frozenset[tuple[str, str]]
Family = dict[tuple[str, Labels], float]


def parsed(text: str) -> dict[str, tuple[str, Family]]:
    """Type and samples of each metric. Fails on whatever the text format does not allow."""
    assert text.endswith("\n")
    metrics: dict[str, tuple[str, Family]] = {}
    lines = iter(text.removesuffix("\n").split("\n"))
    current = ""
    for line in lines:
        if helped := re.fullmatch(rf"# HELP ({NAME}) (?:[^\\]|\\[\\n])*", line):
            current = helped[1]
            assert current not in metrics
            typed = re.fullmatch(rf"# TYPE {current} (counter|gauge|histogram)", next(lines))
            assert typed, current
            metrics[current] = typed[1], {}
            continue
        sample = SAMPLE.fullmatch(line)
        assert sample, line
        kind, samples = metrics[current]
        added = sample[1].removeprefix(current)
        assert added in ({"_bucket", "_sum", "_count"} if kind == "histogram" else {""}), line
        labels = [
            (name, re.sub(r"\\.", lambda found: UNESCAPED[found[0]], value)) for name, value in LABEL.findall(sample[2])
        ]
        assert len(dict(labels)) == len(labels)
        assert (added, frozenset(labels)) not in samples, line
        samples[added, frozenset(labels)] = float(sample[3])
    return metrics


def told(process: str, figures: Figures) -> Report:
    return Report(process, NOON, NOON, figures)


@given(names=st.sets(st.text(min_size=1), max_size=3), milliseconds=st.lists(st.integers(0, 60_000)))
def test_the_text_is_in_the_format(names: set[str], milliseconds: list[int]) -> None:
    counters = Counters()
    counters.told((NOON - dt.timedelta(milliseconds=each) for each in milliseconds), NOON)
    counters.accepted = 5
    counters.close(1000)
    metrics = parsed(exposition([told(name, counters.figures(NOON)) for name in names]))
    for kind, samples in metrics.values():
        assert {value for _added, labels in samples for name, value in labels if name == "process"} == names
        buckets: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
        for (added, labels), value in samples.items():
            if added == "_bucket":
                buckets[dict(labels)["process"]].append((float(dict(labels)["le"]), value))
        for name, ends in buckets.items() if kind == "histogram" else []:
            assert ends == sorted(ends, key=lambda end: end[0])
            assert [count for _end, count in ends] == sorted(count for _end, count in ends)
            whole = frozenset({("process", name)})
            last, all_of_them = ends[-1]
            assert math.isinf(last)
            assert all_of_them == len(milliseconds)
            assert samples["_count", whole] == len(milliseconds)
            assert samples["_sum", whole] == pytest.approx(sum(milliseconds) / 1000)
            assert dict(ends)[0.05] == sum(each <= 50 for each in milliseconds)


def test_each_figure_stands_under_its_name() -> None:
    counters = Counters()
    counters.accepted, counters.streams, counters.frames, counters.octets = 9, 2, 40, 4000
    counters.close(4408)
    counters.drop(NOON)
    counters.read_seconds = 0.25
    metrics = parsed(exposition([told("may-1:1", counters), told("may-2:2", Figures())]))
    of_first = {
        name.removeprefix("diemcau_stream_"): samples["", frozenset({("process", "may-1:1")})]
        for name, (kind, samples) in metrics.items()
        if kind != "histogram" and "closed" not in name
    }
    assert {name: value for name, value in of_first.items() if value} == {
        "process_start_seconds": NOON.timestamp(),
        "sockets": 8,
        "streams": 2,
        "sockets_accepted_total": 9,
        "sockets_dropped_total": 1,
        "frames_total": 40,
        "bytes_total": 4000,
        "log_read_seconds_total": 0.25,
    }
    closed = metrics["diemcau_stream_sockets_closed_total"][1]
    assert closed["", frozenset({("process", "may-1:1"), ("code", "4408")})] == 1
    assert closed["", frozenset({("process", "may-2:2"), ("code", "4408")})] == 0
