"""The scene that the permission matrix and the tests of the doors share: built once, never changed."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import override_settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker, Settings

from tests.meetings.live.acts import stored
from tests.web.stage import Stage, build_stage

IN_FOLDER = "meetings.invitations.folder.EmailBackend"


class _Over(Exception):
    """Takes back what was written meanwhile."""


@pytest.fixture(scope="module")
def built(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Stage, dict[str, Any]]]:
    """The stage with the settings under which it was built, in a transaction that ends with the module.

    Its clock starts at ten in the morning: a run at midnight must not meet a meeting that the day has ended.
    """
    folder: Path = tmp_path_factory.mktemp("stage")
    kept = {"MEDIA_ROOT": folder / "media", "EMAIL_FILE_PATH": folder / "mail", "EMAIL_BACKEND": IN_FOLDER}
    morning = timezone.localtime().replace(hour=10, minute=0)
    with time_machine.travel(morning), django_db_blocker.unblock():
        try:
            with transaction.atomic():
                with override_settings(**kept):
                    stage = build_stage()
                yield stage, kept
                raise _Over
        except _Over:
            pass


@pytest.fixture
def stage(
    built: tuple[Stage, dict[str, Any]], own_storage: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Stage:
    """The stage, with its files: uploads keep none and removals take none. `undone()` leaves no trace in the rows."""
    found, kept = built
    for name, value in kept.items():
        setattr(settings, name, value)
    monkeypatch.setattr("meetings.documents.actions.ingest", stored)
    monkeypatch.setattr("meetings.documents.actions.discard", lambda *_hashes: True)
    return found


@pytest.fixture(scope="session")
def undone() -> Callable[[Callable[[], Any]], Any]:
    """Calls something and takes back what it wrote: `answer = undone(lambda: client.get("/"))`."""

    def call(act: Callable[[], Any]) -> Any:
        answers = []
        try:
            with transaction.atomic():
                answers.append(act())
                raise _Over
        except _Over:
            return answers[0]

    return call
