from django.apps import AppConfig
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "audit"
    verbose_name = _("Journal")

    def ready(self) -> None:
        connection_created.connect(answer_the_wall, dispatch_uid="audit.answer_the_wall")


def may_be_emptied() -> bool:
    """Whether this installation lets its journal be emptied: only a test suite does (AUDIT_MAY_BE_EMPTIED)."""
    return bool(getattr(settings, "AUDIT_MAY_BE_EMPTIED", False))


def answer_the_wall(connection: BaseDatabaseWrapper, **_kwargs: object) -> None:
    """Tell a new connection what the triggers of migration 0002 ask: may the journal be emptied?

    SQLite asks by calling a function of the connection, PostgreSQL by reading a setting of the session.
    A connection that was never told (another program) is refused on both.
    """
    if connection.vendor == "sqlite":
        connection.connection.create_function("audit_may_be_emptied", 0, may_be_emptied)
    elif connection.vendor == "postgresql" and may_be_emptied():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('audit.may_be_emptied', 'yes', false)")
