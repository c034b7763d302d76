"""`manage.py worker`: sends letters and news, looks after requests, the line and freed times, lets reorganisations take
effect, removes files that belong to nothing and live events that nobody needs any more. Runs until it is told to end;
several may run at once."""

import datetime as dt
import logging
import threading
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.db.utils import OperationalError
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from meetings.documents.storage import remove_orphans
from meetings.invitations.outbox import meetings_with_due_letters
from meetings.invitations.tasks import deliver
from meetings.notices.outbox import news_due
from meetings.notices.tasks import deliver_news
from meetings.precedence.actions import tell_freed
from meetings.requests.tasks import look_after_requests
from realtime.prune import prune
from rooms.reorganisation.actions.carrying_out import take_effect_where_due

LOOK_EVERY_SECONDS = 15
CLEAN_EVERY_SECONDS = 3600
EVENTS_KEPT = dt.timedelta(days=30)
"""A screen that was away for longer loads its meeting afresh, as it does after a thousand events."""

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Do what waits in the background: send letters, and send again what a mail server could not take."

    def handle(self, *args: Any, **options: Any) -> None:
        ended = threading.Event()
        watch = threading.Thread(target=look_after_letters, args=(ended,), daemon=True)
        watch.start()
        threading.Thread(target=look_after_the_line, args=(ended,), daemon=True).start()
        threading.Thread(target=clean_up, args=(ended,), daemon=True).start()
        worker = Worker(
            queue_names=["default"],
            interval=0.5,
            batch=False,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )
        worker.configure_signals()
        try:
            worker.run()
        finally:
            ended.set()


def look_after_letters(ended: threading.Event) -> None:
    """Every 15 s, have letters and news sent that wait, also those left by a killed worker, tell whoever was displaced
    that the time is free again, and let what was carried out ahead of its day take effect when the day has come."""
    while not ended.wait(LOOK_EVERY_SECONDS):
        try:
            for meeting in meetings_with_due_letters(timezone.now()):
                deliver.enqueue(meeting)
            tell_freed()
            if news_due(timezone.now()).exists():
                deliver_news.enqueue()
            take_effect_where_due(timezone.localdate())
        except OperationalError:
            log.exception("The database could not be asked for letters; trying again.")
        finally:
            close_old_connections()


def look_after_the_line(ended: threading.Event) -> None:
    """Every 15 s, let requests and offers lapse whose time is over, and offer what became free to those who wait."""
    while not ended.wait(LOOK_EVERY_SECONDS):
        try:
            look_after_requests(timezone.now())
        except OperationalError:
            log.exception("The database could not be asked for requests; trying again.")
        finally:
            close_old_connections()


def clean_up(ended: threading.Event) -> None:
    """Every hour, remove the files of documents that an act left without a row at least an hour ago, and live events
    of which no screen that is in use can be so far behind."""
    while not ended.wait(CLEAN_EVERY_SECONDS):
        try:
            remove_orphans(timezone.now().timestamp() - CLEAN_EVERY_SECONDS)
            prune(timezone.now() - EVENTS_KEPT)
        except (OSError, OperationalError):
            log.exception("Old files and events could not be looked through; trying again.")
        finally:
            close_old_connections()
