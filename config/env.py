"""Readers of environment variables that fail loudly: a wrong setting stops the start, it never becomes a default."""

import os
from pathlib import Path
from urllib.parse import unquote, urlparse

from django.core.exceptions import ImproperlyConfigured

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


def env_text(name: str, default: str | None = None) -> str:
    """Text of the variable, or of the file named by NAME_FILE. Raises ImproperlyConfigured when both are missing."""
    file = os.environ.get(f"{name}_FILE")
    if file:
        return Path(file).read_text(encoding="utf-8").strip()
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set")
    return value


def env_bool(name: str, default: bool) -> bool:
    """1/true/yes/on or 0/false/no/off. Raises ImproperlyConfigured for anything else."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be yes or no, not {value!r}")


def env_int(name: str, default: int) -> int:
    """A whole number. Raises ImproperlyConfigured for anything else."""
    value = os.environ.get(name)
    if value is None:
        return default
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}") from error


def env_list(name: str, default: str = "") -> list[str]:
    """Comma-separated values, empty ones dropped."""
    return [part.strip() for part in env_text(name, default).split(",") if part.strip()]


def env_secret(name: str) -> str:
    """A secret of at least 50 characters, from NAME or NAME_FILE. Raises ImproperlyConfigured when missing or short."""
    value = env_text(name)
    if len(value) < 50 or len(set(value)) < 10:
        raise ImproperlyConfigured(f"{name} must have at least 50 characters, 10 of them different")
    return value


def env_database(name: str, default: str) -> dict[str, object]:
    """Django's DATABASES entry for a sqlite:/// or postgres:// address.

    SQLite runs in WAL with BEGIN IMMEDIATE and synchronous=FULL: an acknowledged write survives a crash.
    """
    address = urlparse(env_text(name, default))
    if address.scheme == "sqlite":
        path = address.path.removeprefix("/")
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": path,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
        }
    if address.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": address.path.lstrip("/"),
            "USER": unquote(address.username or ""),
            "PASSWORD": unquote(address.password or ""),
            "HOST": address.hostname or "",
            "PORT": str(address.port or ""),
            "CONN_HEALTH_CHECKS": True,
        }
    raise ImproperlyConfigured(f"{name} must start with sqlite:/// or postgres://")
