from typing import ClassVar

from accounts.errors import DomainError


class NobodyToInvite(DomainError):
    """Everybody on the list has the present invitation already, or nobody is on the list."""

    code: ClassVar[str] = "nobody_to_invite"


class LetterNotFound(DomainError):
    code: ClassVar[str] = "letter_not_found"
    status: ClassVar[int] = 404


class LetterNotFailed(DomainError):
    """Only a letter whose sending failed is sent again. Params: `status`."""

    code: ClassVar[str] = "letter_not_failed"


class EntryRefused(DomainError):
    """The code on the invitation opens nothing: it is not ours, was replaced, or its meeting is over."""

    code: ClassVar[str] = "entry_refused"
    status: ClassVar[int] = 422


class PasswordNeeded(DomainError):
    """This person's account can do more than attend: it is entered with its password only."""

    code: ClassVar[str] = "password_needed"
    status: ClassVar[int] = 403
