"""The product as an installation runs it: daphne in a process of its own, on the database of the test run."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import quote

from django.db import connection as database

READY_WITHIN = 60
ROOT = Path(__file__).resolve().parent.parent.parent


def database_url() -> str:
    """The address of the database of this test run, for another process."""
    facts = database.settings_dict
    if database.vendor == "sqlite":
        return f"sqlite:///{facts['NAME']}"
    who = quote(str(facts["USER"])) + (f":{quote(str(facts['PASSWORD']))}" if facts["PASSWORD"] else "")
    return f"postgres://{who}@{facts['HOST'] or '127.0.0.1'}:{facts['PORT'] or 5432}/{facts['NAME']}"


def _wait(port: int, log: Path) -> None:
    """Until the server answers. The port listens already: the answer comes as soon as somebody reads from it."""
    connection = HTTPConnection("127.0.0.1", port, timeout=READY_WITHIN)
    try:
        connection.request("GET", "/livez")
        answer = connection.getresponse()
        if answer.status != 200:
            raise HTTPException(answer.status)
    except (OSError, HTTPException) as error:
        said = log.read_text(encoding="utf-8", errors="replace")[-3000:]
        raise AssertionError(f"The server did not start ({error!r}). It said:\n{said}") from error
    finally:
        connection.close()


@contextmanager
def serving(media: Path, log: Path) -> Iterator[str]:
    """The address of a running server, "http://127.0.0.1:PORT". What it says is written to `log`."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    with listener, log.open("wb") as out:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        process = subprocess.Popen(
            [sys.executable, "-m", "daphne", "--fd", str(listener.fileno()), "config.asgi:application"],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": database_url(), "MEDIA_ROOT": str(media), "PUBLIC_ADDRESS": address},
            pass_fds=[listener.fileno()],
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(listener.getsockname()[1], log)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=20)
