"""What following a meeting may refuse."""

from typing import ClassVar

from accounts.errors import DomainError


class EventsGone(DomainError):
    """The events after that number are too many, too old or of another history: take the snapshot. Params: `seq`, the
    number of the last event."""

    code: ClassVar[str] = "gone"
    status: ClassVar[int] = 410
