"""One of many processes that book at once: `python -m bench._colliding SEED NUMBER`, the rest by standard input.

Reads one line of JSON, {"token", "unit", "endpoints": [code …], "slots": [[starts_at, ends_at] …]}, says "ready", waits
for a second line, books NUMBER times a random part of the endpoints in a random slot through the API as it stands, and
writes one line of JSON for all: [[slot, [code …], status, code of refusal or null] …].
"""

import json
import os
import random
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

Attempt = tuple[int, frozenset[str], int, str | None]


def book_at_random(seed: int, number: int, facts: Mapping[str, Any]) -> list[list[object]]:
    """The attempts of this process, in order. Sizes are spread evenly over 1, 2, 4 … all endpoints."""
    from django.test import Client

    lots = random.Random(seed)
    client = Client(raise_request_exception=False)
    done: list[list[object]] = []
    everything: Sequence[str] = facts["endpoints"]
    for turn in range(number):
        slot = lots.randrange(len(facts["slots"]))
        size = min(len(everything), int(2 ** lots.uniform(0, len(everything).bit_length())))
        chosen = lots.sample(everything, size)
        starts_at, ends_at = facts["slots"][slot]
        body = {
            "title": f"{seed}/{turn}",
            "unit": facts["unit"],
            "starts_at": starts_at,
            "ends_at": ends_at,
            "selection": {"endpoints": chosen},
            "setup_minutes": 0,
        }
        answer = client.post(
            "/api/v1/meetings",
            json.dumps(body),
            content_type="application/json",
            headers={"Authorization": f"Bearer {facts['token']}"},
        )
        code = json.loads(answer.content).get("code") if answer.status_code != 201 else None
        done.append([slot, chosen, answer.status_code, code])
    return done


def collide(processes: int, number: int, facts: Mapping[str, Any], environment: Mapping[str, str]) -> list[Attempt]:
    """`number` attempts in each of `processes` processes, all let go together."""
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "bench._colliding", str(seed), str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **environment},
            text=True,
        )
        for seed in range(processes)
    ]
    for process in running:
        _say(process, json.dumps(facts))
    for process in running:
        if process.stdout is None or process.stdout.readline() != "ready\n":
            raise RuntimeError("A process that should book did not start.")
    for process in running:
        _say(process, "go")
    attempts: list[Attempt] = []
    for process in running:
        said, _nothing = process.communicate()
        attempts.extend((slot, frozenset(codes), status, code) for slot, codes, status, code in json.loads(said))
    return attempts


def _say(process: subprocess.Popen[str], line: str) -> None:
    if process.stdin is None:
        raise RuntimeError("The process takes no words.")
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def faults(attempts: Sequence[Attempt]) -> list[str]:
    """What was not as it must be: answers beside 201 and 409, endpoints given to two, refusals that nobody caused."""
    found = [
        f"{count} answers {status} {code}"
        for (status, code), count in _answers(attempts).items()
        if status not in {201, 409}
    ]
    holders: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for slot, codes, status, _code in attempts:
        if status == 201:
            holders[slot].update(codes)
    found += [
        f"slot {slot}: {code} given to {count}"
        for slot, held in holders.items()
        for code, count in held.items()
        if count > 1
    ]
    found += [
        f"slot {slot}: refused though free"
        for slot, codes, status, _code in attempts
        if status == 409 and not codes & holders[slot].keys()
    ]
    return found


def _answers(attempts: Sequence[Attempt]) -> Counter[tuple[int, str | None]]:
    return Counter((status, code) for _slot, _codes, status, code in attempts)


def main(seed: int, number: int) -> None:
    import django

    django.setup()
    facts = json.loads(sys.stdin.readline())
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps(book_at_random(seed, number, facts)), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
