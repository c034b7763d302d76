"""The settings of an office's installation: they refuse to start half set, and Django finds nothing to warn of."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
GOOD = {
    "SECRET_KEY": "abcdefghijklmnopqrstuvwxyz-0123456789-ABCDEFGHIJKLMNOP",
    "ALLOWED_HOSTS": "hop.example.vn",
    "HTTPS_ORIGINS": "https://hop.example.vn",
}


def start(folder: Path, facts: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py with these variables and no others of an installation."""
    kept = {name: value for name, value in os.environ.items() if name not in {*GOOD, "DATABASE_URL", "DEBUG", "DEMO"}}
    environment = {**kept, **facts, "DJANGO_SETTINGS_MODULE": "config.settings.prod", "VAR_DIR": str(folder)}
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_django_finds_nothing_to_warn_of(tmp_path: Path) -> None:
    done = start(tmp_path, GOOD, "check", "--deploy", "--fail-level", "WARNING")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY": "a" * 60}, "SECRET_KEY"),
        ({"ALLOWED_HOSTS": None}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": " , "}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "hop.example.vn,*"}, "ALLOWED_HOSTS"),
        ({"HTTPS_ORIGINS": None}, "HTTPS_ORIGINS"),
        ({"HTTPS_ORIGINS": "http://hop.example.vn"}, "HTTPS_ORIGINS"),
        ({"HTTPS_ORIGINS": "https://hop.example.vn,http://hop.example.vn"}, "HTTPS_ORIGINS"),
    ],
    ids=str,
)
def test_half_a_setting_stops_the_start_and_is_named(
    tmp_path: Path, changes: dict[str, str | None], named: str
) -> None:
    facts = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    done = start(tmp_path, facts, "check")
    assert done.returncode != 0
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith(f"django.core.exceptions.ImproperlyConfigured: {named} ")


READ = """
from django.conf import settings as s
print(s.DEBUG, s.DEMO, s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE,
      s.SECURE_HSTS_SECONDS >= 31536000, s.SECURE_SSL_REDIRECT, s.AXES_ENABLED)
"""


def test_an_installation_is_no_demonstration_and_keeps_its_cookies_to_one_host(tmp_path: Path) -> None:
    done = start(tmp_path, GOOD, "shell", "--no-imports", "-c", READ)
    assert (done.stdout.split(), done.returncode) == (
        ["False", "False", "__Host-sid", "__Host-csrf", "True", "True", "True", "True", "True"],
        0,
    )
