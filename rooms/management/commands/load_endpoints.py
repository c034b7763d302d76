"""Takes a list of endpoints over: `manage.py load_endpoints endpoints.csv`."""

import datetime as dt
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand

from accounts.selectors import today
from rooms.equipment.actions import Loaded, load_endpoints
from rooms.equipment.rows import parse_endpoints
from rooms.management.commands.load_bridges import take_over
from rooms.management.commands.load_units import day


class Command(BaseCommand):
    help = (
        "Takes a list of endpoints over (code,name,name_en,unit,tier,bridge,seats,active); all of it or nothing. "
        "Load the units and the bridges first."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the list, CSV in UTF-8")
        parser.add_argument("--valid-from", type=day, default=None, help="first day of new endpoints (default: today)")

    def handle(self, *args: object, file: Path, valid_from: dt.date | None, **options: object) -> None:
        def load(content: bytes) -> Loaded:
            lines = parse_endpoints(content)
            return load_endpoints(None, lines, valid_from=valid_from or today(), source=file.name)

        self.stdout.write(take_over(file, load))
