"""One scan against the invitation: accepted, already in, or refused and why (pure)."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

AHEAD: Final = dt.timedelta(minutes=2)
BEHIND: Final = dt.timedelta(hours=12)
AFTER_CLOSING: Final = dt.timedelta(hours=24)


class Refusal(StrEnum):
    """Why a scan was refused. Malformed and forged codes read the same: nobody learns how close a guess was."""

    INVALID_CODE = "invalid_code"
    OTHER_MEETING = "other_meeting"
    OTHER_ENDPOINT = "other_endpoint"
    EXPIRED = "expired"
    REISSUED = "reissued"
    NOT_INVITED = "not_invited"
    UNKNOWN_ENDPOINT = "unknown_endpoint"
    NOT_YOUR_ENDPOINT = "not_your_endpoint"
    MEETING_NOT_ON = "meeting_not_on"
    MEETING_CLOSED = "meeting_closed"
    NO_REASON_GIVEN = "no_reason_given"


@dataclass(frozen=True)
class Moment:
    """When a scan counts. `flagged`: the device's clock is far off, so the server's time counts."""

    at: dt.datetime
    flagged: bool


def moment(scanned_at: dt.datetime, received_at: dt.datetime) -> Moment:
    """The device's time when it is believable (up to 12 h old: scans made without a line; at most 2 minutes ahead),
    else the server's, flagged."""
    if received_at - BEHIND <= scanned_at <= received_at + AHEAD:
        return Moment(min(scanned_at, received_at), False)
    return Moment(received_at, True)


def accepts_scans(status: str, closed_at: dt.datetime | None, when: Moment, received_at: dt.datetime) -> Refusal | None:
    """None if the meeting takes this scan. A closed meeting still takes, for a day, what was scanned before it closed:
    a device without a line must lose nothing."""
    if status in {"scheduled", "open"}:
        return None
    if status not in {"closed", "archived"} or closed_at is None:
        return Refusal.MEETING_NOT_ON
    if when.at <= closed_at and received_at - closed_at <= AFTER_CLOSING:
        return None
    return Refusal.MEETING_CLOSED
