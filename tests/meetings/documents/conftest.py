"""A meeting with an item, and files taken in without opening them where their content does not matter."""

from collections.abc import Callable
from pathlib import Path

import pytest

from meetings.agenda.models import Item
from meetings.documents.actions import upload_document
from meetings.documents.models import Document
from meetings.planning.models import Meeting
from tests.meetings.documents.papers import take_unopened
from tests.people import People
from tests.scenes import invite, make_meeting

Upload = Callable[..., Document]


@pytest.fixture
def meeting(people: People) -> Meeting:
    """Scheduled; the delegate is invited to H026."""
    planned = make_meeting(people)
    invite(planned, people, "delegate", "H026")
    return planned


@pytest.fixture
def item(meeting: Meeting) -> Item:
    return Item.objects.create(meeting=meeting, position=1, title="Báo cáo kết quả", minutes=25)


@pytest.fixture
def unopened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("meetings.documents.actions.ingest", take_unopened)


@pytest.fixture
def upload(people: People, meeting: Meeting, unopened: None, tmp_path: Path) -> Upload:
    """`upload(b"content", title=…, item=…, access=…)`: a draft by the secretary."""

    def act(content: bytes = b"one", name: str = "bao-cao.pdf", **words: object) -> Document:
        path = tmp_path / "uploaded"
        path.write_bytes(content)
        return upload_document(people.secretary, meeting, path=path, name=name, **words)  # type: ignore[arg-type]  # words of the act

    return act
