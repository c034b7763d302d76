"""`manage.py verify`: checks every invariant; exit 0 when all hold."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from meetings.reports.invariants import INVARIANTS


class Command(BaseCommand):
    help = "Check what must hold at every moment: bookings, check-ins, streams, files, journal, letters, reports."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = 0
        for invariant in INVARIANTS:
            breaches = list(invariant())
            broken += len(breaches)
            title = (invariant.__doc__ or "").strip()
            self.stdout.write(f"{'BROKEN' if breaches else 'holds '}  {title}")
            for breach in breaches[:50]:
                self.stdout.write(f"        {breach.fact}")
            if len(breaches) > 50:
                self.stdout.write(f"        and {len(breaches) - 50} more")
        if broken:
            raise CommandError(f"{broken} facts do not hold")
        self.stdout.write("Everything holds.")
