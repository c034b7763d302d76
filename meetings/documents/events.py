"""What tablets learn about documents. A document that readers may not open is never named to them."""

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from realtime.events import Effect, Event


@dataclass(frozen=True, kw_only=True)
class _PublishedDocument(Event):
    """A document as readers have it: `version` is the published number, `sha256`, `pages`, `bytes` and
    `content_type` are those of that version, `url` and `thumbnail` its immutable addresses."""

    id: int
    title: str
    item: int | None
    position: int
    access: str
    version: int
    sha256: str
    pages: int
    bytes: int
    content_type: str
    published_at: dt.datetime
    url: str
    thumbnail: str


@dataclass(frozen=True, kw_only=True)
class DocumentPublished(_PublishedDocument):
    """A document can be read from now on."""

    kind: ClassVar[str] = "document.published"
    effect: ClassVar[Effect] = ("put", "documents")
    awaited: ClassVar[bool] = True


@dataclass(frozen=True, kw_only=True)
class DocumentReplaced(_PublishedDocument):
    """A new version took the place of the published one."""

    kind: ClassVar[str] = "document.replaced"
    effect: ClassVar[Effect] = ("put", "documents")
    awaited: ClassVar[bool] = True


@dataclass(frozen=True, kw_only=True)
class DocumentChanged(_PublishedDocument):
    """Another title, item or place; the content is the same."""

    kind: ClassVar[str] = "document.changed"
    effect: ClassVar[Effect] = ("put", "documents")


@dataclass(frozen=True, kw_only=True)
class DocumentWithdrawn(Event):
    """The document is no longer to be read: it leaves the tablets, with everything kept of it."""

    kind: ClassVar[str] = "document.withdrawn"
    effect: ClassVar[Effect] = ("drop", "documents")
    awaited: ClassVar[bool] = True

    id: int
    title: str
