"""Documents whose files need not be read."""

import pytest

from tests.meetings.live.acts import stored


@pytest.fixture
def plain_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    """Uploads keep no file: what is published about them is the same."""
    monkeypatch.setattr("meetings.documents.actions.ingest", stored)
