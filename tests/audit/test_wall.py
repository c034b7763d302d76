"""The database refuses what the models refuse: an insider with plain SQL meets a wall."""

import pytest
from django.db import DatabaseError, connection, transaction
from pytest_django import Settings

from audit.models import Chain, Entry
from tests.audit.conftest import Write


@pytest.fixture(autouse=True)
def as_installed(settings: Settings, write: Write) -> None:
    """An installation does not let its journal be emptied; the suite does, to clean up."""
    write()
    write()
    settings.AUDIT_MAY_BE_EMPTIED = False
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SELECT set_config('audit.may_be_emptied', '', true)")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET verb = 'meeting.closed' WHERE seq = 1",
        "UPDATE audit_entry SET seq = seq + 1",
        "DELETE FROM audit_entry WHERE seq = 2",
        "DELETE FROM audit_entry",
        "UPDATE audit_chain SET length = 1",
        "UPDATE audit_chain SET length = 2, head_hash = 'x'",
        "UPDATE audit_chain SET name = 'other', length = 3",
        "DELETE FROM audit_chain",
        pytest.param("TRUNCATE audit_entry", marks=pytest.mark.postgres),
        pytest.param("TRUNCATE audit_chain CASCADE", marks=pytest.mark.postgres),
    ],
)
def test_the_statement_is_refused(statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert list(Entry.objects.order_by("seq").values_list("seq", "verb")) == [
        (1, "meeting.opened"),
        (2, "meeting.opened"),
    ]
    assert Chain.objects.get().length == 2


def test_an_entry_can_still_be_added(write: Write) -> None:
    assert write().seq == 3
