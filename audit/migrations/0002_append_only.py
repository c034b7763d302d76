"""The wall: the database itself refuses to change or remove what the journal holds.

An entry is never updated. A chain only grows by one, under its own name. Neither is deleted, nor is the table emptied,
unless the connection answers "yes" to audit_may_be_emptied (SQLite: a function of the connection; PostgreSQL: a
setting of the session): only a test suite, which empties its database after a test, does (audit.apps).

Whoever may change the schema can tear the wall down; that is what the hash chain and the printed heads are for.
On SQLite a migration that rebuilds one of the two tables loses its triggers and must raise them again.
"""

from django.db import migrations

SQLITE = [
    """
    CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
    """,
    """
    CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry WHEN NOT audit_may_be_emptied()
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
    """,
    """
    CREATE TRIGGER audit_chain_only_grows BEFORE UPDATE ON audit_chain
    WHEN NEW.length <> OLD.length + 1 OR NEW.name <> OLD.name OR NEW.id <> OLD.id
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
    """,
    """
    CREATE TRIGGER audit_chain_no_delete BEFORE DELETE ON audit_chain WHEN NOT audit_may_be_emptied()
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
    """,
]
SQLITE_BACK = [
    f"DROP TRIGGER IF EXISTS {name}"
    for name in ("audit_entry_no_update", "audit_entry_no_delete", "audit_chain_only_grows", "audit_chain_no_delete")
]

POSTGRESQL = [
    """
    CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP IN ('DELETE', 'TRUNCATE') AND current_setting('audit.may_be_emptied', true) = 'yes' THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_refuse()
    """,
    """
    CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()
    """,
    """
    CREATE TRIGGER audit_chain_only_grows BEFORE UPDATE ON audit_chain FOR EACH ROW
    WHEN (NEW.length <> OLD.length + 1 OR NEW.name <> OLD.name OR NEW.id <> OLD.id)
    EXECUTE FUNCTION audit_refuse()
    """,
    """
    CREATE TRIGGER audit_chain_no_delete BEFORE DELETE ON audit_chain
    FOR EACH ROW EXECUTE FUNCTION audit_refuse()
    """,
    """
    CREATE TRIGGER audit_chain_no_truncate BEFORE TRUNCATE ON audit_chain
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()
    """,
]
POSTGRESQL_BACK = [
    "DROP TRIGGER IF EXISTS audit_entry_no_change ON audit_entry",
    "DROP TRIGGER IF EXISTS audit_entry_no_truncate ON audit_entry",
    "DROP TRIGGER IF EXISTS audit_chain_only_grows ON audit_chain",
    "DROP TRIGGER IF EXISTS audit_chain_no_delete ON audit_chain",
    "DROP TRIGGER IF EXISTS audit_chain_no_truncate ON audit_chain",
    "DROP FUNCTION IF EXISTS audit_refuse()",
]


def _run(schema_editor, sqlite, postgresql):
    vendor = schema_editor.connection.vendor
    for statement in {"sqlite": sqlite, "postgresql": postgresql}[vendor]:
        schema_editor.execute(statement)


def build(_apps, schema_editor):
    _run(schema_editor, SQLITE, POSTGRESQL)


def tear_down(_apps, schema_editor):
    _run(schema_editor, SQLITE_BACK, POSTGRESQL_BACK)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(build, tear_down)]
