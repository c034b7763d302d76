"""Settings of the test suite: fast hashing, mails in memory, tasks on demand; the rest as in an installation."""

import os
import tempfile
from pathlib import Path

_SCRATCH = Path(tempfile.gettempdir()) / f"diemcau-test-{os.getuid()}"
os.environ.setdefault("VAR_DIR", str(_SCRATCH))

from config.settings.base import *  # noqa: E402 -- the scratch folder must be named before base reads it
from config.settings.base import DATABASES, VAR_DIR  # noqa: E402

SECRET_KEY = "a-key-only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz"  # noqa: S105 -- known to everyone on purpose
DEBUG = False
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
AXES_ENABLED = False
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, so that threads and the live server share one database as in an installation.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / f"test-{os.getpid()}.sqlite3")}
LOGGING = {"version": 1, "disable_existing_loggers": False}
# The suite reports when it wants to, never from a thread beside a test.
REALTIME_REPORTING = False
# The suite empties its database after a test that commits; every installation refuses (audit.apps).
AUDIT_MAY_BE_EMPTIED = True
