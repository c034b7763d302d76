"""Takes a list of units over: `manage.py load_units data/units-2025-07.csv --valid-from 2025-07-01 --close-missing`."""

import datetime as dt
from argparse import ArgumentParser, ArgumentTypeError
from dataclasses import asdict
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.selectors import today
from accounts.units.actions import Outcome, import_units
from accounts.units.rows import UnitsRejected, parse_units
from rooms.models import Tier
from rooms.sheet_words import sentence

SHOWN = 20


def day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(_("a day is written 2025-07-01")) from None


class Command(BaseCommand):
    help = "Takes a list of units over (code,name,kind,tier,parent_code,lat,lon); all of it or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the list, CSV in UTF-8")
        parser.add_argument("--valid-from", type=day, default=None, help="first day on which it holds (default: today)")
        parser.add_argument("--close-missing", action="store_true", help="units that it does not name end on that day")

    def handle(
        self, *args: object, file: Path, valid_from: dt.date | None, close_missing: bool, **options: object
    ) -> None:
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from None
        try:
            outcome = import_units(
                None,
                parse_units(content, list(Tier.objects.values_list("code", flat=True))),
                valid_from=valid_from or today(),
                close_missing=close_missing,
                source=file.name,
            )
        except UnitsRejected as rejected:
            raise CommandError(self.refusal(rejected)) from None
        self.report(outcome)

    def refusal(self, rejected: UnitsRejected) -> str:
        lines = [_("Nothing was taken over.")]
        lines += [sentence(problem) for problem in rejected.problems[:SHOWN]]
        rest = len(rejected.problems) - SHOWN
        if rest > 0:
            lines.append(ngettext("… and %(count)s more.", "… and %(count)s more.", rest) % {"count": rest})
        return "\n".join(lines)

    def report(self, outcome: Outcome) -> None:
        self.stdout.write(
            _(
                "New: %(created)s. Ended and begun anew: %(replaced)s. Corrected: %(corrected)s. Moved: %(moved)s. "
                "Ended: %(closed)s. Removed: %(removed)s. Unchanged: %(unchanged)s."
            )
            % asdict(outcome)
        )
        if outcome.left_behind:
            self.stdout.write(
                _("Units that still stand under an ended one, for the list does not name them: %(left_behind)s.")
                % asdict(outcome)
            )
        if outcome.roles_ended or outcome.people_ended:
            self.stdout.write(
                _("At the ended units: %(roles_ended)s roles and %(people_ended)s people, to be given a new unit.")
                % asdict(outcome)
            )
