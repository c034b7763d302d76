"""The embedded default: one machine, SQLite, mails written to a folder. What `make run` uses."""

import secrets

from config.env import env_bool, env_list, env_text
from config.settings.base import *
from config.settings.base import VAR_DIR

_KEY_FILE = VAR_DIR / "secret_key"
if not _KEY_FILE.exists():
    _KEY_FILE.write_text(secrets.token_urlsafe(64), encoding="utf-8")
    _KEY_FILE.chmod(0o600)
SECRET_KEY = env_text("SECRET_KEY", _KEY_FILE.read_text(encoding="utf-8").strip())
DEBUG = env_bool("DEBUG", False)
DEMO = env_bool("DEMO", True)
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
EMAIL_BACKEND = "meetings.invitations.folder.EmailBackend"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
