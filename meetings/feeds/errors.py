"""What may be refused of calendars to subscribe to."""

from typing import ClassVar

from accounts.errors import DomainError, NotFound


class FeedNotFound(NotFound):
    """There is no such calendar, or its maker may no longer see what it shows."""

    code: ClassVar[str] = "feed_not_found"


class TooManyFeeds(DomainError):
    """Somebody has more addresses in use than anybody subscribes to. Params: `most`."""

    code: ClassVar[str] = "too_many_feeds"
