from typing import ClassVar

from accounts.errors import DomainError, NotFound, StaleVersion


class ItemNotFound(NotFound):
    code: ClassVar[str] = "agenda_item_not_found"


class MeetingNotOpen(DomainError):
    """An item can be started only while the meeting is in session. Params: `status`."""

    code: ClassVar[str] = "meeting_not_open"


class OrderIncomplete(DomainError):
    """A new order must name every item once. Params: `missing`, `unknown` (lists of ids)."""

    code: ClassVar[str] = "order_incomplete"
    status: ClassVar[int] = 422


class ItemChanged(StaleVersion):
    """Somebody changed the item in between. Params: `item`, and what stands now: `title`, `presenter`, `minutes`."""
