"""The state of a meeting as the pages in the hand show it first; from then on the events keep it up in the browser."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from django.urls import reverse
from django.utils.dateparse import parse_datetime

from accounts.models import User
from accounts.schemas import Row
from meetings.live.snapshot import snapshot
from meetings.planning.models import Meeting

COLLECTIONS: Final = ("meeting", "agenda", "documents", "me")
_Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ItemShown:
    """An item of the agenda with the documents under it; `starts_at` is when it is planned to begin."""

    number: int
    facts: _Facts
    starts_at: dt.datetime
    papers: Sequence[_Facts]

    @property
    def started_at(self) -> dt.datetime | None:
        return moment(self.facts["started_at"])


@dataclass(frozen=True)
class Shown:
    """A snapshot of those collections that a tablet follows, and what a page makes of it."""

    state: _Facts

    @property
    def meeting(self) -> _Facts:
        found: _Facts = self.state["meeting"]
        return found

    @cached_property
    def items(self) -> list[ItemShown]:
        rows = sorted(self.state["agenda"].values(), key=lambda row: (row["position"], row["id"]))
        starts_at = moment(self.meeting["starts_at"]) or dt.datetime.max.replace(tzinfo=dt.UTC)
        items = []
        for number, row in enumerate(rows, start=1):
            items.append(ItemShown(number, row, starts_at, self.papers_of(row["id"])))
            starts_at += dt.timedelta(minutes=row["minutes"])
        return items

    def papers_of(self, item: int | None) -> list[_Facts]:
        """The documents under that item; None: those of the meeting as a whole, and of items that are gone."""
        known = {row["id"] for row in self.state["agenda"].values()}
        rows = [
            row for row in self.state["documents"].values() if (row["item"] if row["item"] in known else None) == item
        ]
        return sorted(rows, key=lambda row: (row["position"], row["id"]))

    @property
    def whole_papers(self) -> list[_Facts]:
        return self.papers_of(None)

    @cached_property
    def current(self) -> ItemShown | None:
        return next((item for item in self.items if item.facts["status"] == "running"), None)

    @property
    def following(self) -> ItemShown | None:
        """The item to begin next: the first that waits after the one that runs, or the first of all that wait."""
        items = self.items
        current = self.current
        later = [item for item in items if current is None or item.number > current.number]
        return next((item for item in later if item.facts["status"] == "waiting"), None)

    @property
    def checked_in_at(self) -> dt.datetime | None:
        return moment(self.state["me"]["checked_in_at"])

    @property
    def opened_at(self) -> dt.datetime | None:
        return moment(self.meeting["opened_at"])

    @property
    def closed_at(self) -> dt.datetime | None:
        return moment(self.meeting["closed_at"])

    @property
    def stream(self) -> str:
        """The address of the socket."""
        return f"/ws/meetings/{self.meeting['id']}/"

    @property
    def state_address(self) -> str:
        """Where the snapshot is taken again after a gap."""
        return f"{reverse('api:state', args=[self.meeting['id']])}?only={','.join(COLLECTIONS)}"


def shown_state(user: User, meeting: Meeting) -> Shown:
    """The meeting as this user's tablet shows it now. Raises NotFound when it is gone."""
    state: Row = snapshot(user, meeting, COLLECTIONS)
    return Shown(state)


def moment(written: str | None) -> dt.datetime | None:
    """A time of the state, RFC 3339, as a template formats it."""
    return parse_datetime(written) if written else None
