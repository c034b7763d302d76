"""The figures of all processes: each writes its own into the database every few seconds, and forgets who stopped.

A table and no memory shared: so it holds for any number of processes on any number of machines, with Redis and
without. Every reader sees the same numbers, whichever process answers, and a counter never seems to go backwards.
"""

import logging
import os
import socket
import threading
from collections.abc import Awaitable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import Error, connections
from django.db.models import Q
from django.utils import timezone

from realtime.consumers import Application, Receive, Scope
from realtime.metrics import Figures, counters
from realtime.models import ServerProcess
from realtime.nudge import PROCESS
from realtime.writers import Send

EVERY: Final = 15.0
"""Seconds between two reports of a process."""
GONE_AFTER: Final = timedelta(seconds=3 * EVERY)
_SINCE: Final = timezone.now()

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Report:
    """What a process said of itself at ``at``. ``process`` is host and process number."""

    process: str
    since: datetime
    at: datetime
    figures: Figures


def report() -> None:
    """Write down the figures of this process, and forget the processes that have not for a while."""
    now = timezone.now()
    row = ServerProcess(
        name=PROCESS,
        host=socket.gethostname()[:120],
        pid=os.getpid(),
        since=_SINCE,
        at=now,
        figures=asdict(counters.figures(now)),
    )
    changing = ["at", "figures"]
    ServerProcess.objects.bulk_create([row], update_conflicts=True, unique_fields=["name"], update_fields=changing)
    # A number is given again only when its process is no more.
    gone = Q(at__lt=now - GONE_AFTER) | Q(host=row.host, pid=row.pid)
    ServerProcess.objects.filter(gone).exclude(name=PROCESS).delete()


def reports() -> list[Report]:
    """The last report of every process that is still there. One query."""
    rows = ServerProcess.objects.filter(at__gte=timezone.now() - GONE_AFTER)
    return [Report(str(row), row.since, row.at, Figures.read(row.figures)) for row in rows]


class Reporting:
    """ASGI application around all others: the first call starts the thread that reports, so that a process tells of
    itself also while nobody holds a socket. settings.REALTIME_REPORTING turns it off."""

    _asgi_single_callable = True
    """As realtime.origin.OriginCheck: no frame stays for a socket."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self._thread: threading.Thread | None = None

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if self._thread is None and settings.REALTIME_REPORTING:
            self._thread = threading.Thread(target=_report_for_ever, name="realtime-reporting", daemon=True)
            self._thread.start()
        return self.application(scope, receive, send)


def _report_for_ever() -> None:
    pause = threading.Event()
    while not pause.is_set():
        try:
            report()
        except Error as error:
            # The next report tells all that this one would have.
            logger.warning("the figures of this process are not written down: %r", error)
        finally:
            connections.close_all()
        pause.wait(EVERY)
