"""Thousands of sockets while things go wrong: what was lost, and what it cost the others.

    python -m bench.faults             2,000 clients
    python -m bench.faults 5000

`cut`     2,000 events while 30 % of the clients are cut at random and come back: numbers missing, numbers told twice
`stuck`   500 of the clients read no more, 1,000 events: what the server's memory grew by, and the others' time
`redis`   two processes over a Redis of their own, which is stopped and started ten times while events are published
          through both: events missing at the clients, requests that failed, and how late the first event came that was
          published after the last start
The same faults with a few clients, and a process killed in a transaction, are tests (tests/realtime/test_faults.py).
"""

import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from bench.live.servers import PATIENCE, SOCKET_PATH, Clients, Server, free_port, scene, serving, wait_for

CLIENTS = 2_000
EVENTS, CUT = 2_000, 30
STUCK, STUCK_EVENTS = 500, 1_000
STOPS = 10


def main(arguments: Sequence[str]) -> int:
    clients = int(arguments[0]) if arguments else CLIENTS
    environment, headers = scene(clients)
    whole = _cut(clients, environment, headers)
    _stuck(clients, environment, headers)
    if shutil.which("redis-server") is None:
        print("redis: left out, there is no redis-server")
    else:
        whole = _redis(clients, environment, headers) and whole
    return 0 if whole else 1


def _head(server: Server) -> int:
    """The last number of the stream."""
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/head", timeout=PATIENCE) as answer:
        return int(answer.read())


def _cut(clients: int, environment: dict[str, str], headers: Path) -> bool:
    with serving("ours", "served:ours", environment) as server:
        crowd = Clients(server.port, clients, headers, f"{SOCKET_PATH}?after=%lld")
        crowd.connect()
        crowd.ask("expect begin 60")
        server.publish("begin")
        crowd.hear()
        until = _head(server) + EVENTS
        crowd.ask(f"churn {CUT} {until} 300")
        began = time.monotonic()
        urllib.request.urlopen(f"http://127.0.0.1:{server.port}/round/storm/{EVENTS}", timeout=300).read()
        told, cuts, missing, twice = (int(each) for each in crowd.hear())
        seconds = time.monotonic() - began
        crowd.close()
    print(
        f"cut: {clients:,} clients, {EVENTS:,} events in {seconds:.0f} s, {cuts:,} cuts: "
        f"{told:,} have all, {missing} numbers missing, {twice} told twice"
    )
    return (told, missing, twice) == (clients, 0, 0)


def _stuck(clients: int, environment: dict[str, str], headers: Path) -> None:
    with serving("ours", "served:ours", environment) as server:
        crowd = Clients(server.port, clients, headers)
        crowd.connect()
        before = [_last(server, crowd, f"before-{number}") for number in range(20)]
        crowd.ask(f"stall {STUCK}")
        memory = server.kib()
        urllib.request.urlopen(f"http://127.0.0.1:{server.port}/round/filling/{STUCK_EVENTS}", timeout=300).read()
        after = [_last(server, crowd, f"after-{number}") for number in range(20)]
        grown = (server.kib() - memory) / 1024
        crowd.close()
    print(
        f"stuck: {STUCK} of {clients:,} read no more, {STUCK_EVENTS:,} events: memory grew by {grown:.0f} MiB; "
        f"the last of the others has an event after {statistics.median(after):.0f} ms, of all before "
        f"{statistics.median(before):.0f} ms"
    )


def _last(server: Server, crowd: Clients, name: str) -> float:
    crowd.ask(f"expect {name} 60")
    moment = server.publish(name)
    return (int(crowd.hear()[4]) - moment) / 1e6


class _Redis:
    """A Redis of our own, that may be stopped."""

    def __init__(self) -> None:
        self.port = free_port()
        self.folder = tempfile.mkdtemp(prefix="redis-")
        self.start()

    def start(self) -> None:
        command = ["redis-server", "--port", str(self.port), "--save", "", "--appendonly", "no", "--dir", self.folder]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        wait_for(self.port)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


def _redis(clients: int, environment: dict[str, str], headers: Path) -> bool:
    redis = _Redis()
    shared = {**environment, "BENCH_LAYER": "pubsub", "BENCH_REDIS": f"redis://127.0.0.1:{redis.port}/0"}
    failed, published, going = [0], [0], [True]

    def publish(servers: Sequence[Server]) -> None:
        while going[0]:
            for server in servers:
                try:
                    server.publish("load")
                    published[0] += 1
                except (OSError, urllib.error.URLError):
                    failed[0] += 1

    with serving("one", "served:ours", shared) as one, serving("two", "served:ours", shared) as two:
        crowds = [Clients(each.port, clients // 2, headers, f"{SOCKET_PATH}?after=%lld") for each in (one, two)]
        for crowd in crowds:
            crowd.connect()
            crowd.ask("expect begin 60")
        one.publish("begin")
        for crowd in crowds:
            crowd.hear()
        load = threading.Thread(target=publish, args=[(one, two)])
        load.start()
        for _stop in range(STOPS):
            time.sleep(1)
            redis.stop()
            time.sleep(1)
            redis.start()
        going[0] = False
        load.join()
        for crowd in crowds:
            crowd.ask("expect after-all 60")
        moment = one.publish("after-all")
        late = [(int(crowd.hear()[4]) - moment) / 1e6 for crowd in crowds]
        until = _head(one)
        ends = []
        for crowd in crowds:
            crowd.ask(f"churn 0 {until} 30")
            ends.append([int(each) for each in crowd.hear()])
            crowd.close()
    redis.stop()
    told, missing = sum(end[0] for end in ends), sum(end[2] for end in ends)
    print(
        f"redis: stopped and started {STOPS} times under {published[0]:,} events: {failed[0]} requests failed, "
        f"{told:,} of {clients:,} clients have all, {missing} numbers missing; the first event after it reached "
        f"the last client in {late[0]:.0f} ms here and {late[1]:.0f} ms at the other process"
    )
    return (told, missing, failed[0]) == (clients // 2 * 2, 0, 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
