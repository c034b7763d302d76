"""What the code of a room screen means for the person whose device read it."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from accounts.errors import NotFound
from accounts.models import User
from meetings.attendance.actions import ScanAnswer
from meetings.attendance.admission import Refusal, accepts_scans, moment
from meetings.attendance.codes import CodeInvalid, Reason, RotatingCode, read_rotating
from meetings.attendance.models import CheckIn, Scan
from meetings.attendance.selectors import check_in_of, code_secret
from meetings.planning.access import meeting_for, participant_of
from meetings.planning.models import Meeting, Participant


class State(StrEnum):
    """What is shown. INVALID is one answer for whatever is not a code of ours."""

    READY = "ready"
    ACCEPTED = "accepted"
    ALREADY = "already"
    EXPIRED = "expired"
    ELSEWHERE = "elsewhere"
    NOT_INVITED = "not_invited"
    NOT_ON = "not_on"
    INVALID = "invalid"
    SLOW_DOWN = "slow_down"


@dataclass(frozen=True)
class Arrival:
    """The meeting is only named to whom it concerns: `participant` stands with it or not at all."""

    state: State
    meeting: Meeting | None = None
    participant: Participant | None = None
    check_in: CheckIn | None = None
    code: RotatingCode | None = None


_BY_REASON = {
    Refusal.INVALID_CODE: State.INVALID,
    Refusal.EXPIRED: State.EXPIRED,
    Refusal.OTHER_ENDPOINT: State.ELSEWHERE,
    Refusal.NOT_INVITED: State.NOT_INVITED,
}


def arrival_of(user: User, text: str, now: dt.datetime) -> Arrival:
    """Where the person stands before anything is done. Changes nothing."""
    try:
        code = read_rotating(text, code_secret(), now)
    except CodeInvalid as invalid:
        late = invalid.reason in {Reason.EXPIRED, Reason.NOT_YET}
        return Arrival(State.EXPIRED if late else State.INVALID)
    try:
        meeting = meeting_for(user, code.meeting, None)
    except NotFound:
        return Arrival(State.NOT_INVITED)
    participant = participant_of(user, meeting)
    if participant is None:
        return Arrival(State.NOT_INVITED)
    check_in = check_in_of(participant)
    if check_in is not None:
        return Arrival(State.ALREADY, meeting, participant, check_in, code)
    if participant.endpoint.code != code.endpoint:
        return Arrival(State.ELSEWHERE, meeting, participant, None, code)
    if accepts_scans(meeting.status, meeting.closed_at, moment(now, now), now) is not None:
        return Arrival(State.NOT_ON, meeting, participant, None, code)
    return Arrival(State.READY, meeting, participant, None, code)


def after_scan(arrival: Arrival, answer: ScanAnswer) -> Arrival:
    """Where the person stands after the scan."""
    state = {
        Scan.Result.ACCEPTED.value: State.ACCEPTED,
        Scan.Result.DUPLICATE.value: State.ALREADY,
    }.get(answer.result)
    if state is None:
        state = _BY_REASON.get(Refusal(answer.reason), State.NOT_ON)
    check_in = check_in_of(arrival.participant) if arrival.participant else None
    return Arrival(state, arrival.meeting, arrival.participant, check_in, arrival.code)
