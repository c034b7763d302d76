"""What the planning of a meeting may refuse. See also lifecycle.ActImpossible, accounts.errors.StaleVersion and
rooms.errors."""

from typing import ClassVar

from accounts.errors import DomainError, NotFound


class ParticipantNotFound(NotFound):
    """There is no such participant in this meeting. Params: `participant`."""

    code: ClassVar[str] = "participant_not_found"


class ParticipantPresent(DomainError):
    """Somebody who was scanned or checked in cannot be taken off the list: what happened stays."""

    code: ClassVar[str] = "participant_present"


class EndpointNotInMeeting(DomainError):
    """The endpoint is not one of the meeting's. Params: `endpoint`."""

    code: ClassVar[str] = "endpoint_not_in_meeting"
    status: ClassVar[int] = 422


class AnswerIncomplete(DomainError):
    """Whoever declines says why, whoever sends somebody else says whom. Params: `fields`."""

    code: ClassVar[str] = "answer_incomplete"
    status: ClassVar[int] = 422


class EndNotLater(DomainError):
    """An extension ends after the present end; whoever wants to end earlier closes the session. Params: `ends_at`."""

    code: ClassVar[str] = "end_not_later"
    status: ClassVar[int] = 422


class TabUnknown(DomainError):
    """There is no such part of the list of meetings. Params: `tab`."""

    code: ClassVar[str] = "tab_unknown"
    status: ClassVar[int] = 422
