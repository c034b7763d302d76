"""Which endpoints of a meeting have tablets, and where all of them have the newest document: for those who run it.

A tablet is one that is open at the meeting; it counts where its delegate is expected.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from meetings.attendance.selectors import endpoints_of
from meetings.planning.models import Meeting
from realtime.presence import presence_of
from rooms.models import Endpoint


@dataclass(frozen=True)
class EndpointTablets:
    """The tablets of one endpoint; `current` have the newest document."""

    endpoint: Endpoint
    connected: int
    current: int

    @property
    def state(self) -> str:
        """ "none" without a tablet, "behind" when one of them has not the newest document yet, else "current"."""
        if not self.connected:
            return "none"
        return "current" if self.current == self.connected else "behind"


@dataclass(frozen=True)
class MeetingTablets:
    """`newest` is the number of the event that last put out or withdrew a document, 0 when there is none yet."""

    newest: int
    rows: list[EndpointTablets]

    @property
    def without(self) -> list[EndpointTablets]:
        return [row for row in self.rows if row.state == "none"]

    @property
    def behind(self) -> list[EndpointTablets]:
        return [row for row in self.rows if row.state == "behind"]

    @property
    def expected(self) -> int:
        """How many endpoints the meeting has."""
        return len(self.rows)

    @property
    def connected(self) -> int:
        """How many endpoints have at least one tablet."""
        return len(self.rows) - len(self.without)

    @property
    def current(self) -> int:
        """How many endpoints have tablets, and all of them the newest document."""
        return sum(row.state == "current" for row in self.rows)


def tablets_of(meeting: Meeting) -> MeetingTablets:
    """The tablets at the endpoints of the board. Six queries at most."""
    return tablets_at(meeting, endpoints_of(meeting))


def tablets_at(meeting: Meeting, endpoints: Iterable[Endpoint]) -> MeetingTablets:
    """The tablets at those endpoints. Two queries."""
    presence = presence_of(meeting.stream)
    counted = ((endpoint, presence.at(endpoint.code)) for endpoint in endpoints)
    rows = [EndpointTablets(endpoint, tablets.connected, tablets.current) for endpoint, tablets in counted]
    return MeetingTablets(presence.newest, rows)
