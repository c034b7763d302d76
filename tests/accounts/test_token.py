"""`manage.py token`: an API token for an account, shown once."""

import io

import pytest
from django.core.management import CommandError, call_command

from audit.models import Entry
from tests.api import Api
from tests.people import People

pytestmark = pytest.mark.django_db


def test_the_command_prints_a_token_that_opens_the_api(people: People) -> None:
    printed = io.StringIO()
    call_command("token", "secretary", stdout=printed)
    assert Api(token=printed.getvalue().strip()).get("/meetings").status == 200


def test_a_token_is_in_the_journal_without_itself(people: People) -> None:
    printed = io.StringIO()
    call_command("token", "secretary", "--label", "bảng điện tử", stdout=printed)
    entry = Entry.objects.get(verb="token.issued")
    assert (entry.data["label"], printed.getvalue().strip() in str(entry.data)) == ("bảng điện tử", False)


@pytest.mark.parametrize("username", ["nobody-at-all", ""])
def test_an_account_that_does_not_exist_gets_none(people: People, username: str) -> None:
    with pytest.raises(CommandError):
        call_command("token", username)
