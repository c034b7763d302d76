"""`manage.py demo`: the network of one province with people and meetings, one of them in session now."""

from argparse import ArgumentParser, ArgumentTypeError

from django.core.management.base import BaseCommand, CommandError

from accounts.units.rows import UnitsRejected
from meetings.demo.build import DemoStands, SomethingStands, build
from meetings.demo.cast import ACCOUNTS, PASSWORD
from meetings.demo.network import ProvinceUnknown


def mean(text: str) -> float:
    number = float(text)
    if not 1 <= number <= 200:
        raise ArgumentTypeError("between 1 and 200")
    return number


class Command(BaseCommand):
    help = "Build the demo in an empty database: a province's network, people, past and coming meetings, one open now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--province", default="02", help="official code of a province as of January 2025 (02)")
        parser.add_argument("--people", type=mean, help="people at an endpoint on average (default: about 15)")

    def handle(self, *args: object, province: str, people: float | None, **options: object) -> None:
        try:
            build(province, people, self.stdout.write)
        except DemoStands:
            self.stdout.write("The demo is there already; nothing was changed.")
        except SomethingStands:
            raise CommandError(
                "Endpoints or accounts stand here already; build the demo in an empty database."
            ) from None
        except ProvinceUnknown:
            raise CommandError(f"There is no province {province} in the list of January 2025.") from None
        except UnitsRejected as rejected:
            problem = rejected.problems[0]
            raise CommandError(
                f"Other units stand here already ({problem.value}: {problem.reason} {problem.detail}); "
                "build the demo in an empty database."
            ) from None
        self.stdout.write(f"\nAccounts, password: {PASSWORD}")
        for account in ACCOUNTS:
            if not account.locked:
                self.stdout.write(f"  {account.username:8} {account.role.value}, {account.seat}")
