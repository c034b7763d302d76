"""Questions to a network with ten years of bookings, beside the bare SQL of the same question in the same run.

    python -m bench.scheduling                             both databases, 208 and 31,000 endpoints, 2,000,000 shares
    python -m bench.scheduling sqlite 208 200000           one of them, smaller

`check`: may all endpoints have an hour and a half three days ahead, at a free hour. The SQL asks who is busy (btree on
the start, bounded duration), what is out of service and which ports are taken then, and judges nothing.
`reserve`: books them all, and rolls back; the SQL inserts the booking, its shares and its ports in one transaction.
The network is read anew when it has changed, which it has not here (rooms/network.py).
`check over HTTP`: POST /meetings/check for all of them, beside the same request for one: what is left is the cycle.
`slots`: the first three starts of 90 minutes in 14 days of office hours; the SQL reads and merges what is taken.
`availability`: a day of all endpoints with titles and owners; the SQL reads the same rows.
Each pair is asked alternately; median of the rounds in ms. The data is built once and kept in build/bench.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "build" / "bench"
SHARES = 2_000_000
SIZES = (208, 31_000)


def database_url(vendor: str, endpoints: int, shares: int) -> str:
    name = f"bench_{endpoints}_{shares}"
    if vendor == "sqlite":
        KEPT.mkdir(parents=True, exist_ok=True)
        return f"sqlite:///{KEPT / name}.sqlite3"
    server = os.environ.get("BENCH_POSTGRESQL", "postgres://postgres@127.0.0.1:5432/")
    admin = ["psql", "-q", f"{server}postgres", "-tAc"]
    known = subprocess.run(
        [*admin, f"SELECT 1 FROM pg_database WHERE datname = '{name}'"], capture_output=True, check=True
    )
    if not known.stdout.strip():
        subprocess.run([*admin, f"CREATE DATABASE {name}"], check=True)
    return f"{server}{name}"


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--ask"]:
        return ask(int(arguments[1]), int(arguments[2]))
    vendors = arguments[:1] or ["sqlite", "postgresql"]
    sizes = [int(arguments[1])] if len(arguments) > 1 else SIZES
    shares = int(arguments[2]) if len(arguments) > 2 else SHARES
    print("| database | endpoints | shares | question | ours ms | bare SQL ms | ratio | queries |")
    print("|---|--:|--:|---|--:|--:|--:|--:|")
    status = 0
    for vendor in vendors:
        for endpoints in sizes:
            environment = {
                **os.environ,
                "DATABASE_URL": database_url(vendor, endpoints, shares),
                "DJANGO_SETTINGS_MODULE": "config.settings.test",
            }
            command = [sys.executable, "-m", "bench.scheduling", "--ask", str(endpoints), str(shares)]
            status |= subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    return status


def ask(endpoints: int, shares: int) -> int:
    """One database and one size, in a process of its own: the settings name the database."""
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from bench._history import build
    from bench._questions import questions
    from config.collector import calm

    seconds = build(endpoints, shares)
    calm()
    print(f"built or found in {seconds:.0f} s", file=sys.stderr)
    rounds = 9 if endpoints <= 1000 else 5
    for name, ours, bare in questions():
        ours()
        bare()
        with CaptureQueriesContext(connection) as captured:
            ours()
        mine, theirs = alternately(ours, bare, rounds)
        print(
            f"| {connection.vendor} | {endpoints:,} | {shares:,} | {name} | {mine:,.2f} | {theirs:,.2f} "
            f"| {mine / theirs:,.2f} | {len(captured) or '-'} |",
            flush=True,
        )
    return 0


def alternately(ours: Callable[[], object], bare: Callable[[], object], rounds: int) -> tuple[float, float]:
    times: dict[Callable[[], object], list[float]] = {ours: [], bare: []}
    for _ in range(rounds):
        for act, taken in times.items():
            began = time.perf_counter()
            act()
            taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(times[ours]), statistics.median(times[bare])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
