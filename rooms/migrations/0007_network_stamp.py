"""A stamp that every change of the network renews: rooms/network.py keeps what it has read as long as the stamp stays.

A random value and not a number: one that a transaction took back never comes again with other rows beside it.
On SQLite a migration that rebuilds one of the tables loses its triggers and must raise them again.
"""

from django.db import migrations

TABLES = ("accounts_unit", "rooms_tier", "rooms_bridge", "rooms_endpoint", "rooms_openinghours")
EVENTS = ("INSERT", "UPDATE", "DELETE")

TABLE = "CREATE TABLE rooms_networkstamp (stamp text NOT NULL)"
FUNCTION = """
    CREATE FUNCTION rooms_renew_networkstamp() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN UPDATE rooms_networkstamp SET stamp = gen_random_uuid()::text; RETURN NULL; END $$
"""
POSTGRESQL = [
    TABLE,
    "INSERT INTO rooms_networkstamp VALUES (gen_random_uuid()::text)",
    FUNCTION,
    *(
        f"CREATE TRIGGER network_stamp AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION rooms_renew_networkstamp()"
        for table in TABLES
    ),
]
POSTGRESQL_BACK = [
    *(f"DROP TRIGGER network_stamp ON {table}" for table in TABLES),
    "DROP FUNCTION rooms_renew_networkstamp()",
    "DROP TABLE rooms_networkstamp",
]
SQLITE = [
    TABLE,
    "INSERT INTO rooms_networkstamp VALUES (hex(randomblob(16)))",
    *(
        f"CREATE TRIGGER network_stamp_{table}_{event.lower()} AFTER {event} ON {table}"
        " BEGIN UPDATE rooms_networkstamp SET stamp = hex(randomblob(16)); END"
        for table in TABLES
        for event in EVENTS
    ),
]
SQLITE_BACK = [
    *(f"DROP TRIGGER IF EXISTS network_stamp_{table}_{event.lower()}" for table in TABLES for event in EVENTS),
    "DROP TABLE rooms_networkstamp",
]


def _run(schema_editor, sqlite, postgresql):
    for statement in {"sqlite": sqlite, "postgresql": postgresql}[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def build(_apps, schema_editor):
    _run(schema_editor, SQLITE, POSTGRESQL)


def tear_down(_apps, schema_editor):
    _run(schema_editor, SQLITE_BACK, POSTGRESQL_BACK)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_succession"), ("rooms", "0006_reorganisation")]
    operations = [migrations.RunPython(build, tear_down)]
