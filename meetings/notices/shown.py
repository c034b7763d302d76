"""Notices as pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass

from meetings.notices.models import Notice
from meetings.notices.wording import SIGNS, detail, sentence, title
from meetings.planning.models import Meeting


@dataclass(frozen=True)
class News:
    """A notice as it is shown. `takes_back` is the old time that one click books again, "" when there is none."""

    notice: Notice
    title: str
    sentence: str
    detail: str
    sign: str
    takes_back: str


def news(notices: Sequence[Notice]) -> list[News]:
    """The notices in the reader's language; no query."""
    return [
        News(each, title(each), sentence(each), detail(each), SIGNS.get(each.kind, "info-circle"), _old_time(each))
        for each in notices
    ]


def _old_time(notice: Notice) -> str:
    meeting = notice.meeting
    wanted = notice.kind == "slot.freed" and notice.read_at is None and meeting.status == Meeting.Status.POSTPONED
    return meeting.starts_at.isoformat() if wanted and meeting.displaced_by_id is not None else ""
