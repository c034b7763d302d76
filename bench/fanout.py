"""One event to thousands of sockets: how long until the last client has it, and what a delivery costs.

    python -m bench.fanout                    500, 2,000, 5,000 and 10,000 clients
    python -m bench.fanout 2000 nchan ours    one size, two of the servers

The server has one core, the clients (C, one thread) the other. A round: an event of about 380 bytes is committed, and
each client notes when the whole frame is there; times from the commit (beside us: from the moment it was handed over).
The first round of a server is left out; the servers take turns twice; medians. CPU is what the scheduler counts.

`nchan`       nginx with nchan, in C: the limit
`ours`        the product under daphne: accounts, sessions, rights, the numbered log on SQLite
`ours, ASGI`  the same without the writer that knows daphne
`ours, two`   two processes, told of each other's commits over Redis, half of the clients each
`naive …`     a consumer with group_add and group_send under the same daphne, over each layer
"""

import shutil
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.live.servers import NCHAN_MODULE, Clients, Server, listed, scene, serving

SIZES = (500, 2_000, 5_000, 10_000)
ROUNDS, PASSES = 7, 2
NAIVE_ROUNDS = 3
MOST_IN_MEMORY = 2_000
MOST_NAIVE = 5_000


@dataclass
class Measured:
    """What was seen of a server: each list has a number for each round, or for each pass."""

    last: list[float] = field(default_factory=list)
    half: list[float] = field(default_factory=list)
    most: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    kib: list[float] = field(default_factory=list)
    connect: list[float] = field(default_factory=list)
    connect_cpu: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Kind:
    name: str
    served: str
    environment: dict[str, str] = field(default_factory=dict)
    rounds: int = ROUNDS
    processes: int = 1


KINDS = (
    Kind("nchan", ""),
    Kind("ours", "served:ours"),
    Kind("ours, ASGI", "served:ours", {"BENCH_WRITER": "queue"}),
    Kind("ours, two", "served:ours", {"BENCH_LAYER": "pubsub"}, processes=2),
    Kind("naive, pub/sub", "naive:application", {"BENCH_LAYER": "pubsub"}, NAIVE_ROUNDS),
    Kind("naive, lists", "naive:application", {"BENCH_LAYER": "core"}, NAIVE_ROUNDS),
    Kind("naive, memory", "naive:application", {"BENCH_LAYER": "memory"}, NAIVE_ROUNDS),
)


def main(arguments: Sequence[str]) -> int:
    sizes = [int(each) for each in arguments if each.isdecimal()] or list(SIZES)
    names = [each for each in arguments if not each.isdecimal()] or [kind.name for kind in KINDS]
    shutil.which("taskset") or sys.exit("taskset is missing (package util-linux)")
    found: dict[tuple[str, int], Measured] = {}
    for clients in sizes:
        environment, headers = scene(clients)
        kinds = [kind for kind in KINDS if kind.name in names and _takes_part(kind, clients)]
        for _pass in range(PASSES):
            for kind in kinds:
                seen = found.setdefault((kind.name, clients), Measured())
                _measure(kind, clients, {**environment, **kind.environment}, headers, seen)
                print(f"{clients} {kind.name}: last {seen.last[-1]:.0f} ms", file=sys.stderr)
    _print(found)
    return 0


def _takes_part(kind: Kind, clients: int) -> bool:
    if not kind.served:
        return NCHAN_MODULE.exists()
    if kind.served.startswith("naive"):
        return clients <= (MOST_IN_MEMORY if kind.name.endswith("memory") else MOST_NAIVE)
    return True


@contextmanager
def _running(kind: Kind, environment: dict[str, str]) -> Iterator[list[Server]]:
    with ExitStack() as stack:
        yield [stack.enter_context(serving(kind.name, kind.served, environment)) for _process in range(kind.processes)]


def _measure(kind: Kind, clients: int, environment: dict[str, str], headers: Path, seen: Measured) -> None:
    each = clients // kind.processes
    with _running(kind, environment) as servers:
        for server in servers:
            _warm_up(server, headers)
        before = sum(server.kib() for server in servers)
        crowds = [Clients(server.port, each, headers) for server in servers]
        began = sum(server.cpu() for server in servers)
        seen.connect.append(sum(crowd.connect() for crowd in crowds))
        seen.connect_cpu.append((sum(server.cpu() for server in servers) - began) / clients * 1000)
        time.sleep(1)
        for number in range(kind.rounds):
            _round(servers, crowds, f"{kind.name[:4].strip()}-{number}", seen if number else Measured())
            time.sleep(0.2)
        seen.kib.append((sum(server.kib() for server in servers) - before) / clients)
        for crowd in crowds:
            crowd.close()


def _warm_up(server: Server, headers: Path) -> None:
    """What a process takes once, whoever comes: a few sockets that come, hear something, and go."""
    crowd = Clients(server.port, 20, headers)
    crowd.connect()
    time.sleep(1)
    _round([server], [crowd], "warm", Measured())
    crowd.close()


def _round(servers: Sequence[Server], crowds: Sequence[Clients], name: str, seen: Measured) -> None:
    for crowd in crowds:
        crowd.ask(f'expect "{name}" 60')
    began = sum(server.cpu() for server in servers)
    moment = servers[0].publish(name)
    arrivals = [[int(each) for each in crowd.hear()] for crowd in crowds]
    time.sleep(0.3)
    number = sum(each[0] for each in arrivals)
    if number != sum(each[5] for each in arrivals):
        print(f"{servers[0].name}: only {number} clients had the event", file=sys.stderr)
    seen.cpu.append((sum(server.cpu() for server in servers) - began) / number * 1e6)
    seen.half.append(_ms(moment, max(each[2] for each in arrivals)))
    seen.most.append(_ms(moment, max(each[3] for each in arrivals)))
    seen.last.append(_ms(moment, max(each[4] for each in arrivals)))


def _ms(since: int, until: int) -> float:
    return (until - since) / 1e6


def _print(found: dict[tuple[str, int], Measured]) -> None:
    median: Callable[[list[float]], float] = statistics.median
    print(listed(["clients", "server", "p50 ms", "p99 ms", "last ms", "CPU ms per 1,000", "last ÷ nchan",
                  "CPU ÷ nchan", "KiB a socket", "connect s", "CPU ms a connect"]))  # fmt: skip
    print("|--:|---|" + "--:|" * 9)
    for (name, clients), seen in found.items():
        limit = found.get(("nchan", clients))
        ratios = ["", ""]
        if limit is not None:
            ratios = [
                f"{median(seen.last) / median(limit.last):.2f}",
                f"{median(seen.cpu) / median(limit.cpu):.2f}",
            ]
        print(
            listed([f"{clients:,}", name, f"{median(seen.half):.1f}", f"{median(seen.most):.1f}",
                    f"{median(seen.last):.1f}", f"{median(seen.cpu):.1f}", *ratios, f"{median(seen.kib):.1f}",
                    f"{median(seen.connect):.2f}", f"{median(seen.connect_cpu):.2f}"])
        )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
