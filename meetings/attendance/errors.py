from typing import ClassVar

from accounts.errors import DomainError


class TooManyScans(DomainError):
    """One request carries more scans than `limit`."""

    code: ClassVar[str] = "too_many_scans"
    status: ClassVar[int] = 413


class NothingOnHere(DomainError):
    """No meeting is on at the endpoint now. Params: `endpoint`."""

    code: ClassVar[str] = "nothing_on_here"
    status: ClassVar[int] = 404


class TooManyWrongCodes(DomainError):
    """Too many codes in a short time were none of ours. Params: `retry_after_seconds`."""

    code: ClassVar[str] = "too_many_wrong_codes"
    status: ClassVar[int] = 429
