"""`manage.py account USERNAME --name NAME --unit CODE`: makes an account, such as the first administrator's."""

from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.actions import NewAccount, allow_new_password, create_account
from accounts.decision import Role
from accounts.errors import Unacceptable
from accounts.models import Unit
from accounts.password_link import password_path
from accounts.selectors import today


class Command(BaseCommand):
    help = "Make an account and print the link with which its person chooses a password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", required=True, help="full name of the person")
        parser.add_argument("--unit", required=True, help="code of the unit where the role is held")
        parser.add_argument("--role", default=Role.ADMINISTRATOR.value, choices=[role.value for role in Role])
        parser.add_argument("--email", default="")

    def handle(
        self, *args: object, username: str, name: str, unit: str, role: str, email: str, **options: object
    ) -> None:
        place = Unit.objects.valid(on=today()).filter(code=unit).first()
        if place is None:
            raise CommandError(f"There is no unit {unit} today; manage.py load_units reads a list of units.")
        new = NewAccount(username=username, full_name=name, unit=place, role=Role(role), email=email)
        try:
            user = create_account(None, new)
        except Unacceptable as refused:
            raise CommandError(f"Not made: {refused.params['fields']}") from refused
        self.stdout.write(settings.PUBLIC_ADDRESS + password_path(allow_new_password(None, user)))
