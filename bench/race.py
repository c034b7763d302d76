"""10,000 bookings that collide, of 1 to 208 endpoints, from eight processes at once, through the API.

    python -m bench.race                      both databases
    python -m bench.race postgresql 2000      one of them, fewer bookings

Says how many won, how many were refused with the conflict, and what was not as it must be: an answer other than 201 and
409, an endpoint given to two, a refusal that no winner caused. Exit code 1 when there was anything of that.
"""

import datetime as dt
import os
import subprocess
import sys
import time
from pathlib import Path

from bench._colliding import collide, faults
from bench.scheduling import database_url

ROOT = Path(__file__).resolve().parent.parent
PROCESSES, SLOTS = 8, 400


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--run"]:
        return run(int(arguments[1]))
    number = int(arguments[1]) if len(arguments) > 1 else 10_000
    print("| database | bookings | won | refused | seconds | per second | not as it must be |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    status = 0
    for vendor in arguments[:1] or ["sqlite", "postgresql"]:
        environment = {
            **os.environ,
            "DATABASE_URL": database_url(vendor, 208, 0),
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
        }
        command = [sys.executable, "-m", "bench.race", "--run", str(number)]
        status |= subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    return status


def run(number: int) -> int:
    import django

    django.setup()
    from django.db import connection, connections

    from accounts.actions import issue_token
    from accounts.models import User
    from bench._history import build
    from bench._questions import ahead
    from rooms.models import Booking, Endpoint

    build(208, 0, anew=True)
    starts = [ahead(2, 0) + dt.timedelta(hours=hour) for hour in range(SLOTS)]
    facts = {
        "token": issue_token(None, User.objects.get(username="bench")),
        "unit": "00",
        "endpoints": list(Endpoint.objects.values_list("code", flat=True)),
        "slots": [[start.isoformat(), (start + dt.timedelta(hours=1)).isoformat()] for start in starts],
    }
    vendor = connection.vendor
    connections.close_all()
    began = time.perf_counter()
    attempts = collide(PROCESSES, -(-number // PROCESSES), facts, {})
    seconds = time.perf_counter() - began
    won = sum(status == 201 for _slot, _codes, status, _code in attempts)
    wrong = faults(attempts)
    if won != Booking.objects.count():
        wrong.append(f"{won} were told that they booked, {Booking.objects.count()} bookings are there")
    print(
        f"| {vendor} | {len(attempts):,} | {won:,} | {len(attempts) - won:,} | {seconds:,.0f} "
        f"| {len(attempts) / seconds:,.0f} | {len(wrong)} |",
        flush=True,
    )
    for line in wrong[:20]:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
