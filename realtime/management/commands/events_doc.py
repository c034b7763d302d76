"""manage.py events_doc: write docs/events.md from the event classes."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from realtime.discovery import load_events
from realtime.event_reference import reference
from realtime.events import kinds


class Command(BaseCommand):
    help = "Writes docs/events.md, the reference of all live events, from their classes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail when the file is out of date")

    def handle(self, *args: Any, **options: Any) -> None:
        load_events()
        text = reference(event for event in kinds() if not event.__module__.startswith("tests."))
        path = Path(settings.BASE_DIR) / "docs" / "events.md"
        if options["check"]:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                raise CommandError("docs/events.md is out of date: run manage.py events_doc")
        else:
            path.write_text(text, encoding="utf-8")
