"""What taking precedence may refuse, beside rooms.errors and lifecycle.ActImpossible."""

from typing import ClassVar

from accounts.errors import DomainError


class NotAgreed(DomainError):
    """Other meetings would give way than those that were agreed to. Params: `bookings`, all that would."""

    code: ClassVar[str] = "precedence_not_agreed"
