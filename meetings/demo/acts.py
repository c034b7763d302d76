"""Playing a meeting from its booking to its end, through the acts that the pages and the API use."""

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby

from meetings.agenda.actions import add_item, start_item
from meetings.agenda.models import Item
from meetings.attendance.actions import ScanRequest, check_in
from meetings.demo.actions import mistype_addresses, settle_letters, take_answers
from meetings.demo.programme import Session
from meetings.demo.roll_call import (
    EXCUSED,
    PREPARED,
    SUBSTITUTES,
    UNEXCUSED,
    absent_first,
    decline,
    part_of,
    scans,
    send_substitute,
)
from meetings.demo.stage import Played, Stage
from meetings.invitations.actions import send_invitations
from meetings.live.actions import close_session
from meetings.planning.actions import create_meeting, open_meeting, postpone_meeting
from meetings.planning.models import Participant
from meetings.planning.participant_actions import MOST_AT_ONCE, Invitee, add_participants, answer
from meetings.planning.selectors import booked_codes
from meetings.planning.wishes import MeetingPlan

PREPARED_KEY = "tourism"
ONE_DAY = dt.timedelta(days=1)
BUCKET = dt.timedelta(minutes=5)
BUCKET_OF_THE_PAST = dt.timedelta(minutes=15)


def prepare(stage: Stage, session: Session, key: str) -> Played:
    """Enter a meeting's acts in the script: booking, agenda, invitations, and what its fate asks for."""
    played = Played(stage, session, key)
    script = stage.script
    days_before = min(session.starts_at - dt.timedelta(days=14), stage.times.now - dt.timedelta(days=4))
    booked = stage.times.desk_time(days_before, 8, 15)
    booked += dt.timedelta(minutes=stage.lots(f"{key} booked").randint(0, 200))
    script.at(booked, partial(_book, played))
    script.at(booked + dt.timedelta(minutes=20), partial(_write_agenda, played))
    if session.places == 0:
        return played
    script.at(booked + dt.timedelta(hours=1), partial(_invite, played))
    script.at(booked + dt.timedelta(hours=2), partial(_send_letters, played))
    script.at(booked + dt.timedelta(hours=2, minutes=6), partial(_settle_letters, played))
    if session.fate == "postponed":
        script.at(stage.times.desk_time(stage.times.now - ONE_DAY, 15, 20), partial(_postpone, played))
    if session.fate in {"closed", "open"}:
        script.at(stage.times.desk_time(session.starts_at - ONE_DAY, 16, 50), partial(_answer_and_come, played))
        _play_session(played)
    return played


def _book(played: Played) -> None:
    session = played.session
    plan = MeetingPlan(
        title=session.title,
        unit=played.stage.unit(session.unit),
        selection=session.selection,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        host_endpoint=session.host,
        setup_minutes=session.setup_minutes,
        local=session.local,
        chair=played.chair,
        number=session.number,
    )
    played.row = create_meeting(played.owner, plan, draft=session.fate == "draft")


def _write_agenda(played: Played) -> None:
    for topic in played.session.topics:
        add_item(played.owner, played.meeting, title=topic.title, presenter=topic.presenter, minutes=topic.minutes)


def _invite(played: Played) -> None:
    """Put people on the list: so many of every endpoint in the order of rank, those with accounts among them."""
    rows = [row for code in booked_codes(played.meeting) for row in _invitees(played, code)]
    for start in range(0, len(rows), MOST_AT_ONCE):
        add_participants(played.owner, played.meeting, rows[start : start + MOST_AT_ONCE])


def _invitees(played: Played, code: str) -> Iterator[Invitee]:
    directory, places, chair = played.stage.directory, played.session.places, played.chair
    accounts = {person.pk for person in directory.persons.values()}
    head, representative = Participant.Summons.HEAD, Participant.Summons.REPRESENTATIVE
    for order, person in enumerate(directory.invited[code]):
        chairs = person == chair
        if chairs or places is None or order < places or person.pk in accounts:
            yield Invitee(
                endpoint=code,
                person=person.pk,
                role=Participant.Role.CHAIR if chairs else Participant.Role.DELEGATE,
                summons=head if person.pk in directory.heads else representative,
            )


def _send_letters(played: Played) -> None:
    mistype_addresses([row.person for row in _badly_addressed(played)])
    send_invitations(played.owner, played.meeting)


def _settle_letters(played: Played) -> None:
    settle_letters(played.meeting, _badly_addressed(played))


def _badly_addressed(played: Played) -> list[Participant]:
    """Two people of the meeting that is being prepared, whose addresses are wrong."""
    if played.key != PREPARED_KEY:
        return []
    rows = [row for row in played.participants() if row.person.user_id is None]
    named = [next((row for row in rows if row.unit_name.endswith(place)), None) for place in ("Thàng Tín", "Pà Vầy Sủ")]
    return [row or rows[-index] for index, row in enumerate(named, start=1)]


def _postpone(played: Played) -> None:
    postpone_meeting(played.owner, played.meeting, reason=played.session.reason)


def _answer_and_come(played: Played) -> None:
    """Take the answers, and enter the scans of those who will come."""
    rows = played.participants()
    lots, province = played.stage.lots(f"{played.key} answers"), played.stage.network.province.code
    excused, unexcused = part_of(EXCUSED, len(rows)), part_of(UNEXCUSED, len(rows))
    absent = absent_first(rows, excused + unexcused, lots)
    lots.shuffle(absent)
    missing = {row.pk for row in absent}
    for row in absent[:excused]:
        decline(row, lots)
    coming = [row for row in rows if row.pk not in missing]
    others = [row for row in coming if row.person.user_id is None and row.role != Participant.Role.CHAIR]
    substituted = lots.sample(others, min(part_of(SUBSTITUTES, len(rows)), len(others)))
    for row in substituted:
        send_substitute(row, lots, province)
    silent = {row.pk for row in lots.sample(others, len(others) // 40)} - {row.pk for row in substituted}
    for row in coming:
        if row.answer == Participant.Answer.NONE and row.pk not in silent:
            row.answer = Participant.Answer.ATTENDING
    take_answers(None, played.meeting, [row for row in rows if row.answer != Participant.Answer.NONE])
    _enter_scans(played, coming)


def _enter_scans(played: Played, coming: Sequence[Participant]) -> None:
    session, times = played.session, played.stage.times
    until = min(session.ends_at, times.now - dt.timedelta(minutes=2))
    made = scans(coming, session.starts_at, until, played.stage.lots(f"{played.key} scans"))
    start, width = session.starts_at, BUCKET if session.fate == "open" else BUCKET_OF_THE_PAST
    for bucket, group in groupby(made, key=lambda each: (each[0] - start) // width):
        batch = [request for _moment, request in group]
        end = min(start + (bucket + 1) * width, until + dt.timedelta(seconds=20))
        played.stage.script.at(end, partial(_check_in, played, batch))


def _check_in(played: Played, batch: Sequence[ScanRequest]) -> None:
    for start in range(0, len(batch), MOST_AT_ONCE):
        check_in(played.owner, played.meeting, batch[start : start + MOST_AT_ONCE])


def _play_session(played: Played) -> None:
    """Open on time, go through the agenda, close when it is over; what lies ahead of now does not happen."""
    session, script, now = played.session, played.stage.script, played.stage.times.now
    script.at(session.starts_at + dt.timedelta(minutes=2), partial(_open, played))
    if session.fate == "open":
        beginnings = [2, 12, 85]
    else:
        beginnings = [2]
        for topic in session.topics[:-1]:
            beginnings.append(beginnings[-1] + topic.minutes)
    for index, minutes in enumerate(beginnings):
        moment = session.starts_at + dt.timedelta(minutes=minutes, seconds=10)
        script.at(moment, partial(_start, played, index))
    if session.fate == "closed":
        script.at(min(session.ends_at + dt.timedelta(minutes=4), now), partial(_close, played))


def _open(played: Played) -> None:
    open_meeting(played.owner, played.meeting)


def _start(played: Played, index: int) -> None:
    items = list(Item.objects.filter(meeting=played.meeting).select_related("meeting").order_by("position"))
    start_item(played.owner, items[index])


def _close(played: Played) -> None:
    close_session(played.owner, played.meeting)


def answer_in_part(played: Played) -> None:
    """Take the answers to an invitation that is still out: some decline, some send a substitute, some keep silent.

    Nobody answers a letter that was not delivered, and the delegate's own answer is left to whoever tries the demo.
    """
    rows = played.participants()
    lots, province = played.stage.lots(f"{played.key} answers"), played.stage.network.province.code
    delegate = played.stage.directory.persons["daibieu"]
    unreached = {row.pk for row in _badly_addressed(played)}
    free = [
        row
        for row in rows
        if row.person.user_id is None and row.role != Participant.Role.CHAIR and row.pk not in unreached
    ]
    silent = {row.pk for row in rows if row.person_id == delegate.pk} | unreached
    quiet = part_of(PREPARED["none"], len(rows)) + len(unreached) - len(silent)
    declined, substituted = (part_of(PREPARED[answer], len(rows)) for answer in ("declined", "substitute"))
    drawn = lots.sample(free, min(max(quiet, 0) + declined + substituted, len(free)))
    for row in drawn[:declined]:
        decline(row, lots)
    for row in drawn[declined : declined + substituted]:
        send_substitute(row, lots, province)
    silent |= {row.pk for row in drawn[declined + substituted :]}
    for row in rows:
        if row.answer == Participant.Answer.NONE and row.pk not in silent:
            row.answer = Participant.Answer.ATTENDING
    take_answers(None, played.meeting, [row for row in rows if row.answer != Participant.Answer.NONE])


def answer_singly(played: Played, until: dt.datetime) -> None:
    """Let the people answer for themselves, one after the other, in the day before `until`; a few of a meeting over the
    network say nothing yet, or do not come."""
    lots, province = played.stage.lots(f"{played.key} answers"), played.stage.network.province.code
    for row in played.participants():
        drawn = 1 if played.session.local else lots.random()
        if row.person.user_id is not None or drawn < 0.12:
            continue
        if drawn < 0.18:
            decline(row, lots)
        elif drawn < 0.26:
            send_substitute(row, lots, province)
        else:
            row.answer = Participant.Answer.ATTENDING
        act = partial(
            answer,
            None,
            row,
            Participant.Answer(row.answer),
            reason=row.answer_reason,
            substitute_name=row.substitute_name,
            substitute_position=row.substitute_position,
        )
        played.stage.script.at(until - dt.timedelta(minutes=lots.uniform(5, 1400)), act)
