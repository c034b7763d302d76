"""`manage.py token USERNAME`: prints an API token. Only its SHA-256 is kept; it is shown this once."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from accounts.actions import issue_token
from accounts.models import User


class Command(BaseCommand):
    help = "Print a new API token of the account; it is not shown again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--label", default="", help="what the token is for")

    def handle(self, *args: object, username: str, label: str, **options: object) -> None:
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active account {username}.")
        self.stdout.write(issue_token(None, user, label=label))
