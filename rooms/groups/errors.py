"""What may be refused of a saved group."""

from typing import ClassVar

from accounts.errors import DomainError, NotFound


class GroupNotFound(NotFound):
    """There is no such group in the user's reach. Params: `group`."""

    code: ClassVar[str] = "group_not_found"


class GroupNameTaken(DomainError):
    """The unit has a group of this name. Params: `name`."""

    code: ClassVar[str] = "group_name_taken"


class GroupEmpty(DomainError):
    """A group holds at least one endpoint."""

    code: ClassVar[str] = "group_empty"
    status: ClassVar[int] = 422
