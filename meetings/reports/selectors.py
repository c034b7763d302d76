"""From the rows of the database to the figures of a report: a fixed number of queries whatever the meeting's size."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef
from django.utils import timezone
from django.utils.translation import get_language

from accounts.models import Unit
from accounts.names import whole_of
from audit.models import Chain
from meetings.attendance.models import CheckIn
from meetings.planning.access import TOOK_PART
from meetings.planning.models import Meeting, Participant
from meetings.reports.figures import (
    AttendanceReport,
    Counts,
    EndpointLine,
    GroupLine,
    MeetingHead,
    PersonLine,
    SumRow,
    TierLine,
    outcome,
    tally,
)
from rooms.models import BookedEndpoint, Endpoint
from rooms.places import as_on

SETTLED = (Meeting.Status.CLOSED, Meeting.Status.ARCHIVED)


def attendance_report(meeting: Meeting) -> AttendanceReport:
    """The report as it stands now; it is settled once the meeting is closed. Endpoints are called, and stand under the
    units, as on the meeting's day. Five queries."""
    settled = meeting.status in SETTLED
    lines = {endpoint.pk: _endpoint_line(endpoint) for endpoint in _endpoints_of(meeting)}
    check_ins = {row.participant_id: row for row in CheckIn.objects.filter(meeting=meeting)}
    place = {pk: number for number, pk in enumerate(lines)}
    participants = sorted(
        Participant.objects.filter(meeting=meeting).order_by("pk"), key=lambda row: place[row.endpoint_id]
    )
    persons = [
        _person_line(row, lines[row.endpoint_id], check_ins.get(row.pk), settled=settled) for row in participants
    ]
    return tally(_head(meeting), persons, endpoints=lines.values())


def _endpoints_of(meeting: Meeting) -> list[Endpoint]:
    """Endpoints that are booked, and those at which somebody is invited or was checked in."""
    booked = BookedEndpoint.objects.filter(TOOK_PART, endpoint=OuterRef("pk"), booking=meeting.booking_id)
    invited = Participant.objects.filter(endpoint=OuterRef("pk"), meeting=meeting)
    endpoints = Endpoint.objects.select_related("tier", "unit__parent").filter(Exists(booked) | Exists(invited))
    return as_on(endpoints, timezone.localdate(meeting.starts_at))


def _head(meeting: Meeting) -> MeetingHead:
    chair = meeting.chair
    chain = Chain.objects.filter(name=meeting.stream).first()
    return MeetingHead(
        title=meeting.title,
        starts_at=timezone.localtime(meeting.starts_at),
        ends_at=timezone.localtime(meeting.ends_at),
        chair_name=chair.full_name if chair else "",
        chair_position=chair.position if chair else "",
        total_name=_total_name(meeting.unit),
        closed_at=timezone.localtime(meeting.closed_at) if meeting.closed_at else None,
        seal=chain.head_hash if chain else "",
    )


def _total_name(unit: Unit) -> str:
    return whole_of(unit.name, unit.kind, get_language() or "vi")


def _endpoint_line(endpoint: Endpoint) -> EndpointLine:
    tier = TierLine(endpoint.tier.code, endpoint.tier.name, endpoint.tier.rank)
    return EndpointLine(endpoint.code, endpoint.display_name, tier, _group_line(endpoint.unit))


def _group_line(unit: Unit) -> GroupLine | None:
    """The unit between the top and the endpoint: a commune's district, a district itself."""
    parent = unit.parent
    if parent is None:
        return None
    group = unit if parent.parent_id is None else parent
    return GroupLine(group.code, group.display_name)


def _person_line(row: Participant, line: EndpointLine, check_in: CheckIn | None, *, settled: bool) -> PersonLine:
    return PersonLine(
        full_name=row.full_name,
        position=row.position,
        unit_name=row.unit_name,
        endpoint=line,
        outcome=outcome(
            mode=check_in.mode if check_in else None,
            substitute=row.answer == Participant.Answer.SUBSTITUTE,
            excused=row.answer == Participant.Answer.DECLINED,
            settled=settled,
        ),
        at=timezone.localtime(check_in.at) if check_in else None,
        late=check_in.late if check_in else False,
        left_early=check_in is not None and check_in.left_at is not None,
        reason=row.answer_reason,
        substitute_name=row.substitute_name,
    )


def counts_row(counts: Counts) -> dict[str, object]:
    """Figures as programs see them; `percent` is a text with one decimal, None where nobody was summoned."""
    return {
        "summoned": counts.summoned,
        "in_person": counts.in_person,
        "online": counts.online,
        "substitutes": counts.substitutes,
        "present": counts.present,
        "excused": counts.excused,
        "unexcused": counts.unexcused,
        "not_yet": counts.not_yet,
        "late": counts.late,
        "left_early": counts.left_early,
        "percent": None if counts.percent is None else str(counts.percent),
    }


def _sum_row(row: SumRow) -> dict[str, object]:
    return {"code": row.code, "name": row.name, "endpoints": row.endpoints, **counts_row(row.counts)}


def report_row(report: AttendanceReport) -> dict[str, object]:
    """The whole report as JSON: `total`, `tiers`, `units`, `endpoints`, `people`."""
    return {
        "title": report.head.title,
        "starts_at": report.head.starts_at.isoformat(),
        "ends_at": report.head.ends_at.isoformat(),
        "closed_at": report.head.closed_at.isoformat() if report.head.closed_at else None,
        "total": _sum_row(report.total),
        "tiers": [_sum_row(tier.sum) for tier in report.tiers],
        "units": [_sum_row(group) for group in report.groups],
        "endpoints": [
            {
                "code": row.endpoint.code,
                "name": row.endpoint.name,
                "tier": row.endpoint.tier.code,
                **counts_row(row.counts),
            }
            for row in report.endpoints
        ],
        "people": [
            {
                "full_name": person.full_name,
                "position": person.position,
                "unit": person.unit_name,
                "endpoint": person.endpoint.code,
                "outcome": person.outcome.value,
                "at": person.at.isoformat() if person.at else None,
                "late": person.late,
                "left_early": person.left_early,
                "reason": person.reason,
                "substitute": person.substitute_name,
            }
            for person in report.persons
        ],
    }


@dataclass(frozen=True)
class HeldMeeting:
    """A meeting with how many were expected, how many came, and from how many endpoints it was booked."""

    meeting: Meeting
    expected: int
    present: int
    endpoints: int


def meetings_with_figures(meetings: Sequence[Meeting]) -> list[HeldMeeting]:
    """The meetings with their figures. Three queries, however many meetings."""
    pks = [meeting.pk for meeting in meetings]
    people = Participant.objects.filter(meeting__in=pks).order_by().values_list("meeting")
    came = CheckIn.objects.filter(meeting__in=pks).order_by().values_list("meeting")
    rooms = BookedEndpoint.objects.filter(booking__meeting__in=pks).order_by().values_list("booking__meeting")
    expected, present, endpoints = (dict(rows.annotate(number=Count("pk"))) for rows in (people, came, rooms))
    return [
        HeldMeeting(row, expected.get(row.pk, 0), present.get(row.pk, 0), endpoints.get(row.pk, 0)) for row in meetings
    ]
