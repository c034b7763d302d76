"""manage.py prune_streams: forget events that nobody will ask for again."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from realtime.prune import prune


class Command(BaseCommand):
    help = "Removes live events older than --keep-days days. Screens that are so far behind take the snapshot."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--keep-days", type=int, required=True, help="how many days of events stay (at least 1)")

    def handle(self, *args: Any, **options: Any) -> None:
        days = options["keep_days"]
        if days < 1:
            raise CommandError("--keep-days must be at least 1")
        self.stdout.write(f"{prune(timezone.now() - timedelta(days=days))} events removed")
