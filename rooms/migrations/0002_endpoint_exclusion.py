"""The last guard: the database itself refuses two live bookings of one endpoint that overlap, and one over 48 hours.

The actions lock and look first; this holds when somebody goes past them. PostgreSQL has an exclusion constraint, SQLite
triggers that say "endpoint_already_booked". Intervals are half-open on both. The 48 hours (and a second, since SQLite
counts whole ones) bound the range scan of every overlap query.
On SQLite a migration that rebuilds the table loses its triggers and must raise them again.
"""

from django.db import migrations

POSTGRESQL = [
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    """
    ALTER TABLE rooms_bookedendpoint ADD CONSTRAINT booked_endpoint_exclusion
    EXCLUDE USING gist (endpoint_id WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE (NOT released)
    """,
    """
    ALTER TABLE rooms_bookedendpoint ADD CONSTRAINT booked_endpoint_48_hours
    CHECK (ends_at - starts_at <= interval '48 hours')
    """,
]
POSTGRESQL_BACK = [
    "ALTER TABLE rooms_bookedendpoint DROP CONSTRAINT booked_endpoint_48_hours",
    "ALTER TABLE rooms_bookedendpoint DROP CONSTRAINT booked_endpoint_exclusion",
]

_OVERLAP = """
    CREATE TRIGGER {name} BEFORE {event} ON rooms_bookedendpoint
    WHEN NOT NEW.released AND EXISTS (
        SELECT 1 FROM rooms_bookedendpoint other
        WHERE other.endpoint_id = NEW.endpoint_id AND NOT other.released AND other.id IS NOT {itself}
          AND other.starts_at < NEW.ends_at AND other.ends_at > NEW.starts_at
          AND other.starts_at >= datetime(NEW.starts_at, '-48 hours', '-1 second')
    )
    BEGIN SELECT RAISE(ABORT, 'endpoint_already_booked'); END
"""
_TOO_LONG = """
    CREATE TRIGGER {name} BEFORE {event} ON rooms_bookedendpoint
    WHEN datetime(NEW.ends_at) > datetime(NEW.starts_at, '+48 hours')
    BEGIN SELECT RAISE(ABORT, 'booking_over_48_hours'); END
"""
SQLITE = [
    _OVERLAP.format(name="booked_endpoint_overlap_insert", event="INSERT", itself="NULL"),
    _OVERLAP.format(name="booked_endpoint_overlap_update", event="UPDATE", itself="NEW.id"),
    _TOO_LONG.format(name="booked_endpoint_48_hours_insert", event="INSERT"),
    _TOO_LONG.format(name="booked_endpoint_48_hours_update", event="UPDATE"),
]
SQLITE_BACK = [
    f"DROP TRIGGER IF EXISTS {name}"
    for name in (
        "booked_endpoint_overlap_insert",
        "booked_endpoint_overlap_update",
        "booked_endpoint_48_hours_insert",
        "booked_endpoint_48_hours_update",
    )
]


def _run(schema_editor, sqlite, postgresql):
    for statement in {"sqlite": sqlite, "postgresql": postgresql}[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def build(_apps, schema_editor):
    _run(schema_editor, SQLITE, POSTGRESQL)


def tear_down(_apps, schema_editor):
    _run(schema_editor, SQLITE_BACK, POSTGRESQL_BACK)


class Migration(migrations.Migration):
    dependencies = [("rooms", "0001_initial")]
    operations = [migrations.RunPython(build, tear_down)]
