"""Taking the roll call. A batch of scans is one act: one transaction, one audit entry, one event of counts."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.schemas import written
from accounts.selectors import person_of
from audit.journal import record
from meetings.attendance.admission import Moment, Refusal, accepts_scans, moment
from meetings.attendance.codes import CodeInvalid, Reason, read_personal, read_rotating
from meetings.attendance.errors import TooManyScans
from meetings.attendance.events import AttendanceCleared, AttendanceCounted, PersonCheckedIn
from meetings.attendance.guessing import demand_patience, note_wrong_codes
from meetings.attendance.models import CheckIn, Method, Scan
from meetings.attendance.selectors import code_secret, count_rows
from meetings.planning.access import TOOK_PART, scannable_endpoints
from meetings.planning.locking import lock_meeting
from meetings.planning.models import Meeting, Participant
from realtime.publish import publish
from rooms.models import BookedEndpoint, Endpoint

BATCH_LIMIT = 1000


@dataclass(frozen=True, kw_only=True)
class ScanRequest:
    """One operation of a device. Has `code` (personal, rotating) or `participant` (its id: manual, sheet).

    `elsewhere` is the reason for taking somebody in who was invited to another endpoint.
    """

    op_id: uuid.UUID
    endpoint: str
    method: str
    scanned_at: dt.datetime
    code: str = ""
    participant: int | None = None
    mode: str = CheckIn.Mode.IN_PERSON
    elsewhere: str = ""
    device: str = ""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where and when somebody was present already."""

    at: dt.datetime
    endpoint: Endpoint


@dataclass(frozen=True, kw_only=True)
class ScanAnswer:
    """What became of a scan; the same for every replay of its `op_id`. `first` is the check-in that already stood."""

    op_id: uuid.UUID
    result: str
    reason: str = ""
    participant: Participant | None = None
    endpoint: str = ""
    at: dt.datetime | None = None
    flagged: bool = False
    first: Standing | None = None


class _Refused(Exception):
    def __init__(self, reason: Refusal, participant: Participant | None = None) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.participant = participant


@dataclass
class _RollCall:
    """The facts that a batch is decided on, fetched once: a fixed number of queries whatever its length."""

    actor: User
    meeting: Meeting
    received_at: dt.datetime
    endpoints: dict[str, Endpoint]
    scannable: frozenset[str]
    participants: dict[int, Participant]
    check_ins: dict[int, CheckIn]
    own_person: int | None
    rotating_by_device: dict[str, set[int]]
    scans: list[Scan] = field(default_factory=list)
    fresh: list[CheckIn] = field(default_factory=list)
    earlier: list[CheckIn] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)
    elsewhere: list[dict[str, object]] = field(default_factory=list)


def check_in(actor: User, meeting: Meeting, requests: Sequence[ScanRequest]) -> list[ScanAnswer]:
    """Take in scans, in order; one answer each, in the same order. A replayed `op_id` gets its first answer again.

    Codes and endpoints that do not fit are refused one by one, never the batch. Raises TooManyScans, and
    TooManyWrongCodes when the account or its device sent too many codes of its own making just before.
    """
    if len(requests) > BATCH_LIMIT:
        raise TooManyScans(limit=BATCH_LIMIT)
    devices = {request.device for request in requests if request.device}
    demand_patience(actor.pk, devices)
    with transaction.atomic():
        meeting = lock_meeting(meeting)
        known = _answers_given(meeting, [request.op_id for request in requests])
        roll = _roll_call(actor, meeting, [request for request in requests if request.op_id not in known])
        for request in requests:
            if request.op_id not in known:
                known[request.op_id] = _decide(roll, request)
        _save(roll)
    note_wrong_codes(actor.pk, devices, sum(scan.reason == Refusal.INVALID_CODE for scan in roll.scans))
    return [known[request.op_id] for request in requests]


def _answers_given(meeting: Meeting, op_ids: list[uuid.UUID]) -> dict[uuid.UUID, ScanAnswer]:
    scans = list(Scan.objects.filter(op_id__in=op_ids).select_related("participant__endpoint__unit", "endpoint__unit"))
    before = _counted_before(meeting, [scan for scan in scans if scan.result == Scan.Result.DUPLICATE])
    answers = {}
    for scan in scans:
        if scan.meeting_id == meeting.pk:
            answers[scan.op_id] = _answer(scan, before.get(scan.op_id))
        else:
            # The id was used for another meeting: never told what became of it there.
            answers[scan.op_id] = ScanAnswer(
                op_id=scan.op_id, result=Scan.Result.REFUSED, reason=Refusal.OTHER_MEETING.value
            )
    return answers


def _counted_before(meeting: Meeting, duplicates: list[Scan]) -> dict[uuid.UUID, Standing]:
    """What stood when each of these scans came. Read from the scans before it: the check-in may have moved since."""
    if not duplicates:
        return {}
    counted: dict[int | None, list[Scan]] = {}
    for scan in (
        Scan.objects.filter(meeting=meeting, participant__in=[scan.participant_id for scan in duplicates])
        .exclude(result=Scan.Result.REFUSED)
        .select_related("endpoint__unit")
        .order_by("pk")
    ):
        counted.setdefault(scan.participant_id, []).append(scan)
    standing: dict[uuid.UUID, Standing] = {}
    for duplicate in duplicates:
        earlier = [scan for scan in counted[duplicate.participant_id] if scan.pk < duplicate.pk]
        first = min(earlier, key=lambda scan: scan.counts_at, default=None)
        if first is not None and first.endpoint is not None:
            standing[duplicate.op_id] = Standing(at=first.counts_at, endpoint=first.endpoint)
    return standing


def _answer(scan: Scan, first: Standing | None = None) -> ScanAnswer:
    return ScanAnswer(
        op_id=scan.op_id,
        result=scan.result,
        reason=scan.reason,
        participant=scan.participant,
        endpoint=scan.endpoint.code if scan.endpoint else "",
        at=scan.counts_at,
        flagged=scan.clock_flag,
        first=first,
    )


def _roll_call(actor: User, meeting: Meeting, requests: Sequence[ScanRequest]) -> _RollCall:
    ids = {request.participant for request in requests if request.participant is not None}
    for request in requests:
        if request.code:
            try:
                ids.add(read_personal(request.code, code_secret()).participant)
            except CodeInvalid:
                continue  # decided, and answered, one by one below
    person = person_of(actor)
    participants = Participant.objects.filter(meeting=meeting).select_related("endpoint__unit", "person")
    rows = list(participants.filter(pk__in=ids))
    if person is not None:
        rows += list(participants.filter(person=person))
    booked = BookedEndpoint.objects.filter(TOOK_PART, booking=meeting.booking_id).select_related("endpoint__unit")
    devices = {request.device for request in requests if request.device}
    by_device: dict[str, set[int]] = {}
    for device, participant in Scan.objects.filter(
        meeting=meeting, device__in=devices, method=Method.ROTATING_QR, participant__isnull=False
    ).values_list("device", "participant_id"):
        by_device.setdefault(device, set()).add(int(participant or 0))
    return _RollCall(
        actor=actor,
        meeting=meeting,
        received_at=timezone.now(),
        endpoints={row.endpoint.code: row.endpoint for row in booked},
        scannable=frozenset(scannable_endpoints(actor, meeting).values_list("endpoint__code", flat=True)),
        participants={row.pk: row for row in rows},
        check_ins={
            row.participant_id: row
            for row in CheckIn.objects.filter(participant__in=[row.pk for row in rows]).select_related("endpoint__unit")
        },
        own_person=person.pk if person else None,
        rotating_by_device=by_device,
    )


def _decide(roll: _RollCall, request: ScanRequest) -> ScanAnswer:
    when = moment(request.scanned_at, roll.received_at)
    scan = Scan(
        op_id=request.op_id,
        meeting=roll.meeting,
        endpoint=roll.endpoints.get(request.endpoint),
        method=request.method,
        by=roll.actor,
        device=request.device,
        scanned_at=request.scanned_at,
        received_at=roll.received_at,
        clock_flag=when.flagged,
    )
    first = None
    try:
        participant = _admitted(roll, request, when)
    except _Refused as refused:
        scan.result, scan.reason, scan.participant = Scan.Result.REFUSED, refused.reason.value, refused.participant
    else:
        scan.participant = participant
        if participant.endpoint.code != request.endpoint:
            roll.elsewhere.append({"participant": participant.pk, "at": request.endpoint, "why": request.elsewhere})
        first = _count(roll, request, scan, when)
    roll.scans.append(scan)
    return _answer(scan, first)


def _admitted(roll: _RollCall, request: ScanRequest, when: Moment) -> Participant:
    """The participant whom this scan lets in. Raises _Refused."""
    refusal = accepts_scans(roll.meeting.status, roll.meeting.closed_at, when, roll.received_at)
    if refusal:
        raise _Refused(refusal)
    if request.endpoint not in roll.endpoints:
        raise _Refused(Refusal.UNKNOWN_ENDPOINT)
    if request.method == Method.ROTATING_QR:
        return _by_rotating_code(roll, request)
    if request.endpoint not in roll.scannable:
        raise _Refused(Refusal.NOT_YOUR_ENDPOINT)
    participant = _by_personal_code(roll, request) if request.code else _by_hand(roll, request)
    if participant.endpoint.code != request.endpoint and not request.elsewhere.strip():
        raise _Refused(Refusal.OTHER_ENDPOINT, participant)
    return participant


def _by_rotating_code(roll: _RollCall, request: ScanRequest) -> Participant:
    """The delegate's own device in front of the room screen: the person is the session's, the place the code's."""
    try:
        code = read_rotating(request.code, code_secret(), roll.received_at, meeting=roll.meeting.pk)
    except CodeInvalid as invalid:
        raise _Refused(_REFUSALS[invalid.reason]) from invalid
    own = [row for row in roll.participants.values() if row.person_id == roll.own_person]
    if not own:
        raise _Refused(Refusal.NOT_INVITED)
    if code.endpoint != request.endpoint or own[0].endpoint.code != code.endpoint:
        raise _Refused(Refusal.OTHER_ENDPOINT, own[0])
    return own[0]


def _by_personal_code(roll: _RollCall, request: ScanRequest) -> Participant:
    try:
        code = read_personal(request.code, code_secret(), meeting=roll.meeting.pk)
    except CodeInvalid as invalid:
        raise _Refused(_REFUSALS[invalid.reason]) from invalid
    participant = roll.participants.get(code.participant)
    if participant is None:
        raise _Refused(Refusal.NOT_INVITED)
    if participant.code_serial != code.serial:
        raise _Refused(Refusal.REISSUED, participant)
    return participant


def _by_hand(roll: _RollCall, request: ScanRequest) -> Participant:
    if request.method == Method.PERSONAL_QR:
        raise _Refused(Refusal.INVALID_CODE)
    participant = roll.participants.get(request.participant or 0)
    if participant is None:
        raise _Refused(Refusal.NOT_INVITED)
    return participant


_REFUSALS = {
    Reason.MALFORMED: Refusal.INVALID_CODE,
    Reason.FORGED: Refusal.INVALID_CODE,
    Reason.OTHER_MEETING: Refusal.OTHER_MEETING,
    Reason.OTHER_ENDPOINT: Refusal.OTHER_ENDPOINT,
    Reason.EXPIRED: Refusal.EXPIRED,
    Reason.NOT_YET: Refusal.EXPIRED,
}


def _count(roll: _RollCall, request: ScanRequest, scan: Scan, when: Moment) -> Standing | None:
    """One check-in per participant; of several scans the earliest counts, in whatever order they arrive.

    Returns what stood already, None when this is the first.
    """
    participant = scan.participant
    if participant is None:
        raise ValueError("a scan without a participant cannot count")
    if request.device and request.method == Method.ROTATING_QR:
        seen = roll.rotating_by_device.setdefault(request.device, set())
        if seen - {participant.pk}:
            scan.reason = "shared_device"
        seen.add(participant.pk)
    standing = roll.check_ins.get(participant.pk)
    late = when.at > roll.meeting.starts_at
    if standing is None:
        scan.result = Scan.Result.ACCEPTED
        new = CheckIn(
            meeting=roll.meeting,
            participant=participant,
            endpoint=roll.endpoints[request.endpoint],
            mode=request.mode,
            method=request.method,
            at=when.at,
            late=late,
            scan=scan,
        )
        roll.check_ins[participant.pk] = new
        roll.fresh.append(new)
        roll.touched.add(request.endpoint)
        return None
    first = Standing(at=standing.at, endpoint=standing.endpoint)
    scan.result = Scan.Result.DUPLICATE
    if when.at < standing.at:
        roll.touched |= {standing.endpoint.code, request.endpoint}
        standing.at, standing.late = when.at, late
        standing.endpoint = roll.endpoints[request.endpoint]
        if standing.pk:
            roll.earlier.append(standing)
    return first


def _save(roll: _RollCall) -> None:
    if not roll.scans:
        return
    Scan.objects.bulk_create(roll.scans)
    CheckIn.objects.bulk_create(roll.fresh)
    CheckIn.objects.bulk_update(roll.earlier, ["at", "late", "endpoint"])
    record(
        roll.actor,
        "attendance.scanned",
        chain=roll.meeting.stream,
        object_type="meeting",
        object_id=roll.meeting.pk,
        label=roll.meeting.title,
        data={
            "scans": len(roll.scans),
            "accepted": [row.participant_id for row in roll.fresh],
            "refused": [scan.reason for scan in roll.scans if scan.result == Scan.Result.REFUSED],
            **({"elsewhere": roll.elsewhere} if roll.elsewhere else {}),
        },
    )
    if roll.touched:
        rows = count_rows(roll.meeting, roll.touched)
        publish(roll.meeting.stream, AttendanceCounted(rows=rows))
        for code in sorted(roll.touched - {str(row["id"]) for row in rows}):
            publish(roll.meeting.stream, AttendanceCleared(id=code))
    for row in (*roll.fresh, *roll.earlier):
        publish(
            roll.meeting.stream,
            PersonCheckedIn(checked_in_at=written(row.at) or "", checked_in_endpoint=row.endpoint.code),
            audience=f"person:{row.participant.person_id}",
        )
