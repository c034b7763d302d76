"""`manage.py reorganise data/reorganisation-2025-07.csv --units data/units-2025-07.csv --on 2025-07-01`."""

import datetime as dt
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from rooms.management.commands.load_units import SHOWN, day
from rooms.models import Reorganisation
from rooms.reorganisation.actions.carrying_out import begin, carry_out
from rooms.reorganisation.actions.drafting import read_into, take_suggestions
from rooms.reorganisation.forms import refusal
from rooms.reorganisation.rows import ReorganisationRejected
from rooms.reorganisation.selectors import coming_shares, concerned, scene_of, stops
from rooms.sheet_words import sentence


class Command(BaseCommand):
    help = "Prepares a reorganisation from its files and says what it would do; with --carry-out does it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="which unit passes into which, CSV or XLSX")
        parser.add_argument("--units", type=Path, help="the complete list of the new units")
        parser.add_argument("--endpoints", type=Path, help="changes of endpoints")
        parser.add_argument("--on", type=day, required=True, help="the first day on which it holds")
        parser.add_argument("--suggested", action="store_true", help="decide what is undecided as suggested")
        parser.add_argument("--carry-out", action="store_true", help="do it; without this, only the draft is kept")

    @transaction.atomic
    def handle(self, *args: object, file: Path, on: dt.date, **options: object) -> None:
        made = begin(None, file.name[:150], on)
        for path in (file, options["units"], options["endpoints"]):
            if isinstance(path, Path):
                self.read(made, path)
        made.refresh_from_db()
        while options["suggested"] and take_suggestions(None, made):
            pass
        scene = scene_of(None, made)
        shares = coming_shares(on)
        plan = scene.plan
        facts = {"ended": len(plan.ends), "begun": len(plan.opens), "moves": len(plan.moves)}
        facts["meetings"] = len(concerned(plan, shares))
        words = _(
            "Units that end: %(ended)s. Units that begin: %(begun)s. Endpoints that change: %(moves)s. "
            "Meetings to come: %(meetings)s."
        )
        self.stdout.write(words % facts)
        for problem in plan.problems[:SHOWN]:
            self.stdout.write(sentence(problem))
        for stop in stops(plan, shares)[:SHOWN]:
            self.stdout.write(f"{stop.endpoint}: {stop.title}, {stop.starts_at:%d/%m/%Y %H:%M} UTC ({stop.kind})")
        if plan.undecided:
            undone = _("Undone: %(units)s units and %(endpoints)s endpoints are undecided.")
            self.stdout.write(undone % {"units": len(plan.open_units), "endpoints": len(plan.open_rooms)})
        if not options["carry_out"]:
            self.stdout.write(_("Not carried out: this was a trial. Add --carry-out."))
            return
        try:
            carry_out(None, made)
        except DomainError as error:
            raise CommandError(refusal(error)) from None
        self.stdout.write(_("Carried out."))

    def read(self, made: Reorganisation, path: Path) -> None:
        """Take one file over. Raises CommandError with what is wrong, by row and column."""
        try:
            read_into(None, made, path.read_bytes(), path.name)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from None
        except ReorganisationRejected as rejected:
            told = [refusal(rejected), *(sentence(problem) for problem in rejected.problems[:SHOWN])]
            raise CommandError("\n".join(told)) from None
        except DomainError as error:
            raise CommandError(refusal(error)) from None
