"""Takes a list of bridges over: `manage.py load_bridges bridges.csv`."""

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from rooms.equipment.actions import Loaded, load_bridges
from rooms.equipment.rows import EquipmentRejected, parse_bridges
from rooms.management.commands.load_units import SHOWN
from rooms.sheet_words import sentence


def take_over(file: Path, load: Callable[[bytes], Loaded]) -> str:
    """What `load` did with the content of the file. Raises CommandError with what is wrong, by row and column."""
    try:
        loaded = load(file.read_bytes())
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}") from None
    except EquipmentRejected as rejected:
        told = [sentence(problem) for problem in rejected.problems[:SHOWN]]
        more = len(rejected.problems) - SHOWN
        raise CommandError("\n".join([_("Nothing was taken over."), *told, *(["…"] if more > 0 else [])])) from None
    facts = {"created": loaded.created, "changed": loaded.changed, "unchanged": loaded.unchanged}
    return _("New: %(created)s. Changed: %(changed)s. Unchanged: %(unchanged)s.") % facts


class Command(BaseCommand):
    help = "Takes a list of bridges over (code,name,unit,ports,parent,link_ports); all of it or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the list, CSV in UTF-8")

    def handle(self, *args: object, file: Path, **options: object) -> None:
        self.stdout.write(take_over(file, lambda content: load_bridges(None, parse_bridges(content), source=file.name)))
