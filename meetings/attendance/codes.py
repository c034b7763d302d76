"""The two codes of the roll call: one per person, one per room screen that changes.

Both are short signed texts. The letters are digits, capitals and full stops only, so that a
QR code holds them in its alphanumeric mode: 5.5 bits a letter instead of 8. The seal is the
first 128 bits of HMAC-SHA256 in base 32, under a key of its own for each kind of code.

A code shows that *we* made it; whether it is still wanted (serial, invitation, time of the
meeting) is asked of the database by the caller.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from accounts.errors import DomainError

STEP_SECONDS: Final = 30
GRACE_STEPS: Final = 1

_SEAL_BYTES: Final = 16
_NUMBER: Final = r"(0|[1-9][0-9]{0,17})"
_SEAL: Final = r"([A-Z2-7]{26})"
_ENDPOINT: Final = r"([A-Z0-9][A-Z0-9-]{0,31})"
_PERSONAL: Final = re.compile(rf"P1\.{_NUMBER}\.{_NUMBER}\.{_NUMBER}\.{_SEAL}", re.ASCII)
_ENTRY: Final = re.compile(rf"J1\.{_NUMBER}\.{_NUMBER}\.{_NUMBER}\.{_SEAL}", re.ASCII)
_ROTATING: Final = re.compile(rf"R1\.{_NUMBER}\.{_ENDPOINT}\.{_NUMBER}\.{_SEAL}", re.ASCII)
_LARGEST: Final = 10**18 - 1


class Reason(StrEnum):
    """Why a code was refused. The first two are told apart in the log only."""

    MALFORMED = "malformed"
    FORGED = "forged"
    OTHER_MEETING = "other_meeting"
    OTHER_ENDPOINT = "other_endpoint"
    EXPIRED = "expired"
    NOT_YET = "not_yet"


class CodeInvalid(DomainError):
    """The code is not one of ours, or not for here and now. Params: ``reason``."""

    code = "code_invalid"
    status = 422

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason=reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class PersonalCode:
    """Printed on the invitation. ``serial`` grows with every reissue, which ends the old one."""

    meeting: int
    participant: int
    serial: int


@dataclass(frozen=True, slots=True)
class RotatingCode:
    """Shown on the room screen for one step of 30 seconds (steps count from 1970, UTC)."""

    meeting: int
    endpoint: str
    step: int


def personal_code(code: PersonalCode, secret: bytes) -> str:
    """Write ``P1.<meeting>.<participant>.<serial>.<seal>``.

    Raises ValueError for numbers below 0 or above 18 digits, and for an empty secret.
    """
    numbers = (code.meeting, code.participant, code.serial)
    _demand_numbers(*numbers)
    body = "P1." + ".".join(map(str, numbers))
    return f"{body}.{_seal(body, 'personal', secret)}"


def read_personal(text: str, secret: bytes, *, meeting: int | None = None) -> PersonalCode:
    """Read a personal code; with ``meeting`` given, one of another meeting is refused.

    Raises CodeInvalid: malformed, forged, other_meeting.
    """
    found = _PERSONAL.fullmatch(text)
    if found is None:
        raise CodeInvalid(Reason.MALFORMED)
    _demand_seal(text, "personal", secret)
    code = PersonalCode(int(found[1]), int(found[2]), int(found[3]))
    if meeting is not None and code.meeting != meeting:
        raise CodeInvalid(Reason.OTHER_MEETING)
    return code


def entry_code(code: PersonalCode, secret: bytes) -> str:
    """Write the code with which somebody without a password enters: ``J1.<meeting>.<participant>.<serial>.<seal>``.

    It is another code than the one that is shown to an usher. Raises ValueError as `personal_code`.
    """
    numbers = (code.meeting, code.participant, code.serial)
    _demand_numbers(*numbers)
    body = "J1." + ".".join(map(str, numbers))
    return f"{body}.{_seal(body, 'entry', secret)}"


def read_entry(text: str, secret: bytes) -> PersonalCode:
    """Read an entry code. Raises CodeInvalid: malformed, forged."""
    found = _ENTRY.fullmatch(text)
    if found is None:
        raise CodeInvalid(Reason.MALFORMED)
    _demand_seal(text, "entry", secret)
    return PersonalCode(int(found[1]), int(found[2]), int(found[3]))


def rotating_code(meeting: int, endpoint: str, at: datetime, secret: bytes) -> str:
    """Write the code which the screen of ``endpoint`` shows at the moment ``at``.

    ``R1.<meeting>.<endpoint>.<step>.<seal>``; ``endpoint`` is an endpoint code: capitals,
    digits and hyphens. Raises ValueError for any other endpoint or a naive ``at``.
    """
    step = step_at(at)
    _demand_numbers(meeting, step)
    if re.fullmatch(_ENDPOINT, endpoint, re.ASCII) is None:
        raise ValueError(f"not an endpoint code: {endpoint!r}")
    body = f"R1.{meeting}.{endpoint}.{step}"
    return f"{body}.{_seal(body, 'rotating', secret)}"


def read_rotating(
    text: str,
    secret: bytes,
    at: datetime,
    *,
    meeting: int | None = None,
    endpoint: str | None = None,
) -> RotatingCode:
    """Read a rotating code at the server's time ``at``.

    Good in its own step and in the next one: whoever scanned as it changed is let in, and
    30 seconds after it left the screen nobody is.

    Raises CodeInvalid: malformed, forged, other_meeting, other_endpoint, expired, not_yet.
    """
    found = _ROTATING.fullmatch(text)
    if found is None:
        raise CodeInvalid(Reason.MALFORMED)
    _demand_seal(text, "rotating", secret)
    code = RotatingCode(int(found[1]), found[2], int(found[3]))
    if meeting is not None and code.meeting != meeting:
        raise CodeInvalid(Reason.OTHER_MEETING)
    if endpoint is not None and code.endpoint != endpoint:
        raise CodeInvalid(Reason.OTHER_ENDPOINT)
    age = step_at(at) - code.step
    if age < 0:
        raise CodeInvalid(Reason.NOT_YET)
    if age > GRACE_STEPS:
        raise CodeInvalid(Reason.EXPIRED)
    return code


def step_at(at: datetime) -> int:
    """Return the number of the step that holds ``at``. Raises ValueError for a naive time."""
    if at.tzinfo is None:
        raise ValueError("a rotating code needs a time with its zone")
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=STEP_SECONDS)


def step_ends(step: int) -> datetime:
    """Return when the screen replaces the code of ``step``, in UTC."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=STEP_SECONDS * (step + 1))


def _demand_numbers(*numbers: int) -> None:
    for number in numbers:
        if not 0 <= number <= _LARGEST:
            raise ValueError(f"a code holds numbers from 0 to {_LARGEST}, not {number}")


def _demand_seal(text: str, purpose: str, secret: bytes) -> None:
    body, _, seal = text.rpartition(".")
    # The written seals are compared, not the bytes they stand for: base 32 could write the
    # same 128 bits in four ways.
    if not hmac.compare_digest(seal.encode(), _seal(body, purpose, secret).encode()):
        raise CodeInvalid(Reason.FORGED)


def _seal(body: str, purpose: str, secret: bytes) -> str:
    if not secret:
        raise ValueError("codes need a secret")
    key = hmac.digest(secret, f"attendance.codes.{purpose}".encode(), hashlib.sha256)
    mac = hmac.digest(key, body.encode("ascii"), hashlib.sha256)[:_SEAL_BYTES]
    return base64.b32encode(mac).decode("ascii").rstrip("=")
