"""The server is killed under thousands of clients and started again: when are all back, and what does each cost?

    python -m bench.storm              2,000 and 5,000 clients
    python -m bench.storm 500          one size

While the server is away twenty events are published; a client counts as back when it has been told the last of them.
`at once`: every client tries again immediately, 32 at a time, which no browser does: the processor is the limit.
`drawn by lot`: each waits a random time of up to 15 s first, as static/js/lib/stream.js does.
`empty`: the handshake alone, with a consumer that knows nobody and says nothing, under the same daphne. CPU is that of
the server, its start left out; each is done three times, medians.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bench.live.servers import (
    ROOT,
    SOCKET_PATH,
    Clients,
    Server,
    environment_of,
    free_port,
    listed,
    scene,
    start_daphne,
)

SIZES = (2_000, 5_000)
MISSED, TIMES = 20, 3
JITTER = 15_000
PATIENCE = 120


def main(arguments: Sequence[str]) -> int:
    print(listed(["clients", "server", "come back", "all back after s", "CPU ms a client", "÷ empty", "handshakes"]))
    print("|--:|---|---|" + "--:|" * 4)
    for clients in [int(each) for each in arguments] or SIZES:
        environment, headers = scene(clients)
        costs = [_empty(clients, environment, headers) for _time in range(TIMES)]
        limit = statistics.median(cost for _seconds, cost in costs)
        seconds = statistics.median(seconds for seconds, _cost in costs)
        print(listed([f"{clients:,}", "empty", "at once", f"{seconds:.1f}", f"{limit:.2f}", "1.00", f"{clients:,}"]))
        for name, jitter in (("at once", 0), ("drawn by lot", JITTER)):
            seen = [_storm(clients, environment, headers, jitter) for _time in range(TIMES)]
            seconds, cost, tries = (statistics.median(each) for each in zip(*seen, strict=True))
            print(
                listed([f"{clients:,}", "ours", name, f"{seconds:.1f}", f"{cost:.2f}", f"{cost / limit:.2f}",
                        f"{tries:,.0f}"]), flush=True,
            )  # fmt: skip
    return 0


def _empty(clients: int, environment: dict[str, str], headers: Path) -> tuple[float, float]:
    """Seconds until all are connected, and the server's milliseconds for each."""
    port = free_port()
    server = Server("empty", port, [start_daphne("served:empty", port, environment)])
    crowd = Clients(port, clients, headers)
    began = server.cpu()
    seconds = crowd.connect()
    cost = (server.cpu() - began) / clients * 1000
    crowd.close()
    server.kill()
    return seconds, cost


def _storm(clients: int, environment: dict[str, str], headers: Path, jitter: int) -> tuple[float, float, float]:
    """Seconds from the new server's first moment until all are back, its milliseconds for each, and handshakes."""
    port = free_port()
    server = Server("ours", port, [start_daphne("served:ours", port, environment)])
    crowd = Clients(port, clients, headers, f"{SOCKET_PATH}?after=%lld")
    crowd.connect()
    crowd.ask("expect before-the-fall 60")
    server.publish("before-the-fall")
    crowd.hear()
    server.kill()
    missed = subprocess.run(
        [sys.executable, "-m", "bench.live.missed", str(MISSED)],
        cwd=ROOT, env=environment_of(environment), check=True, capture_output=True, text=True,
    )  # fmt: skip
    server.processes = [start_daphne("served:ours", port, environment)]
    began, used = time.monotonic_ns(), server.cpu()
    crowd.ask(f"comeback {jitter} {int(missed.stdout)} {PATIENCE}")
    back, _first, last, tries = (int(each) for each in crowd.hear())
    if back < clients:
        print(f"only {back} of {clients} clients came back", file=sys.stderr)
    cost = (server.cpu() - used) / clients * 1000
    crowd.close()
    server.kill()
    return (last - began) / 1e9, cost, tries


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
