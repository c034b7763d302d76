"""Tests of pure modules need no storage: they run in milliseconds, without Django's settings."""

import pytest


@pytest.fixture(autouse=True)
def own_storage() -> None:
    """Takes the place of the fixture of the same name above."""
