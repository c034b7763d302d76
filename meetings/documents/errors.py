"""Refusals about documents. Those about the content of a file are in ``rejections``."""

from typing import ClassVar

from accounts.errors import DomainError, NotFound


class DocumentNotFound(NotFound):
    """There is no such document, version or file, or it is not the reader's to know."""

    code: ClassVar[str] = "document_not_found"


class StateSecret(DomainError):
    """The document is marked as a state secret. Params: `degree` ("mật", "tối mật", "tuyệt mật") and `where`
    ("title", "file_name" or "first_page")."""

    code: ClassVar[str] = "state_secret"
    status: ClassVar[int] = 422


class AlreadyWithdrawn(DomainError):
    """A withdrawn document can neither be published nor get a new version."""

    code: ClassVar[str] = "document_withdrawn"


class AlreadyPublished(DomainError):
    """What readers have, or had, is withdrawn and not thrown away."""

    code: ClassVar[str] = "document_published"


class NotPublished(DomainError):
    """Only a published document can be withdrawn."""

    code: ClassVar[str] = "document_not_published"


class NothingToPublish(DomainError):
    """Every version of every document of the meeting is published or withdrawn."""

    code: ClassVar[str] = "nothing_to_publish"


class SameContent(DomainError):
    """The new version holds the same content as the one before. Params: `version`."""

    code: ClassVar[str] = "same_content"


class DiskFull(DomainError):
    """There is no room left for the file; nothing of it was kept."""

    code: ClassVar[str] = "disk_full"
    status: ClassVar[int] = 507
