"""What asking an owner and waiting in line may refuse. See also rooms.errors and lifecycle.ActImpossible."""

from typing import ClassVar

from accounts.errors import DomainError


class EndpointsNotAskable(DomainError):
    """Codes that cannot be asked for: unknown or closed, one's own, or the meeting's already. Params: `endpoints`."""

    code: ClassVar[str] = "endpoints_not_askable"
    status: ClassVar[int] = 422


class RequestDecided(DomainError):
    """The request no longer waits for an answer. Params: `state`."""

    code: ClassVar[str] = "request_decided"


class ReasonMissing(DomainError):
    """Whoever refuses says why."""

    code: ClassVar[str] = "reason_missing"
    status: ClassVar[int] = 422


class RequestOutdated(DomainError):
    """The meeting was changed at the same moment: look again."""

    code: ClassVar[str] = "request_outdated"


class TooLateToWait(DomainError):
    """The time is over, or so near that nothing can be offered any more. Params: `hours`."""

    code: ClassVar[str] = "too_late_to_wait"
    status: ClassVar[int] = 422


class NotInLine(DomainError):
    """The meeting does not stand in line."""

    code: ClassVar[str] = "not_in_line"


class OfferGone(DomainError):
    """There is no offer, or its time is over."""

    code: ClassVar[str] = "offer_gone"
