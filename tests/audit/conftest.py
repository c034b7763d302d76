"""A journal with some entries, and a way past the wall for tests that play the insider."""

from collections.abc import Callable, Mapping

import pytest
from django.db import connection, transaction

from audit.journal import NOTHING, Actor, record
from audit.models import Entry

Write = Callable[..., Entry]


@pytest.fixture
def write(db: None) -> Write:
    """Write one entry into "meeting:42", or what the keyword arguments say instead."""

    def written(
        *,
        actor: Actor | None = None,
        verb: str = "meeting.opened",
        chain: str = "meeting:42",
        label: str = "Giao ban tháng 5",
        data: Mapping[str, object] = NOTHING,
    ) -> Entry:
        with transaction.atomic():
            return record(actor, verb, chain=chain, object_type="meeting", object_id=42, label=label, data=data)

    return written


@pytest.fixture
def without_wall(db: None) -> None:
    """The triggers are gone until the end of the test, as if somebody with the right to change the schema did it."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit_%'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
            cursor.execute("ALTER TABLE audit_chain DISABLE TRIGGER USER")
