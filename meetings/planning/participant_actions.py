"""What can be done to the list of people expected, and what they answer. Same rules as in actions."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from django.db import transaction
from django.db.models import RestrictedError
from django.utils import timezone

from accounts.decision import Right
from accounts.models import Person, User
from accounts.selectors import scope_filter
from accounts.text import nfc
from audit.journal import record
from meetings.planning.errors import AnswerIncomplete, EndpointNotInMeeting, ParticipantPresent
from meetings.planning.events import (
    ExpectedCleared,
    ExpectedCounted,
    MeetingChanged,
    ParticipantRemoved,
    ParticipantsChanged,
)
from meetings.planning.lifecycle import Act, after
from meetings.planning.locking import lock_meeting
from meetings.planning.models import Meeting, Participant
from meetings.planning.selectors import (
    booked_endpoints,
    expected_rows,
    meeting_row,
    participant_for,
    participant_row,
)
from meetings.planning.wishes import plan_of, wanted_endpoints
from realtime.audiences import STAFF
from realtime.publish import publish, recheck
from rooms.models import Endpoint
from rooms.selectors import endpoints_named

MOST_AT_ONCE = 1000
NAMES_AT_ONCE = 500

Result = Literal["added", "exists", "refused"]
Reason = Literal["", "endpoint_not_in_meeting", "person_unknown", "name_missing"]


@dataclass(frozen=True, kw_only=True)
class Invitee:
    """One row of a list: somebody of the directory by id, or a name (and position) to look for at the endpoint's unit,
    where a new person is written into the directory if there is none of that name. `endpoint` by code."""

    endpoint: str
    person: int | None = None
    full_name: str = ""
    position: str = ""
    role: str = Participant.Role.DELEGATE
    summons: str = Participant.Summons.REPRESENTATIVE


@dataclass(frozen=True)
class Outcome:
    """What became of a row: added, already on the list, or refused for a reason; nothing else was stopped by it."""

    result: Result
    participant: Participant | None = None
    reason: Reason = ""


def _record(
    actor: User | None, verb: str, meeting: Meeting, participant: Participant, data: Mapping[str, object]
) -> None:
    record(
        actor,
        verb,
        chain=meeting.stream,
        object_type="participant",
        object_id=participant.pk,
        label=participant.full_name,
        data=data,
    )


def _tell(meeting: Meeting, participants: Iterable[Participant]) -> None:
    rows = [participant_row(participant) for participant in participants]
    publish(meeting.stream, ParticipantsChanged(rows=rows), audience=STAFF)


def _tell_expected(meeting: Meeting, codes: Iterable[str]) -> None:
    """How many people are expected now at the endpoints where that may have changed: figures only, for everyone."""
    touched = set(codes)
    rows = expected_rows(meeting, touched)
    if rows:
        publish(meeting.stream, ExpectedCounted(rows=rows))
    for code in sorted(touched - {row["id"] for row in rows}):
        publish(meeting.stream, ExpectedCleared(id=code))


def _prepared(meeting: Meeting) -> Meeting:
    locked = lock_meeting(meeting)
    after(locked.status, Act.PREPARE)
    return locked


def endpoints_of(actor: User, meeting: Meeting) -> dict[str, Endpoint]:
    """The endpoints at which people can be expected, by code: those booked; of a draft, those that it asks for."""
    if meeting.booking_id is not None:
        return {endpoint.code: endpoint for endpoint in booked_endpoints(meeting)}
    return endpoints_named(wanted_endpoints(actor, plan_of(meeting)).endpoints)


@transaction.atomic
def add_participants(actor: User, meeting: Meeting, rows: Sequence[Invitee]) -> list[Outcome]:
    """Put up to 1,000 people on the list at once; one outcome per row, in the same order. Who is on it already stays
    as he is. The first one added as chair becomes the meeting's chair when it has none.

    Queries do not grow with the rows (names are looked up 500 at a time). Raises ActImpossible; ValueError for more
    than 1,000 rows.
    """
    if len(rows) > MOST_AT_ONCE:
        raise ValueError(f"{len(rows)} rows at once")
    meeting = _prepared(meeting)
    listing = _Listing(actor, meeting, rows)
    outcomes = [listing.take(row) for row in rows]
    added = listing.write()
    if not added:
        return outcomes
    chair = next((each.person for each in added if each.role == Participant.Role.CHAIR), None)
    new_chair = chair is not None and meeting.chair is None
    if new_chair:
        meeting.chair = chair
        meeting.version += 1
        meeting.changed_by = str(actor)
        meeting.save()
    record(
        actor,
        "participants.added",
        chain=meeting.stream,
        object_type="meeting",
        object_id=meeting.pk,
        label=meeting.title,
        data={"participants": [participant_row(each) for each in added], "version": meeting.version},
    )
    _tell(meeting, added)
    _tell_expected(meeting, {each.endpoint.code for each in added})
    if new_chair:
        publish(meeting.stream, MeetingChanged(**meeting_row(meeting)))
    recheck(meeting.stream)
    return outcomes


class _Listing:
    """Takes rows one by one and writes what came of them in two statements."""

    def __init__(self, actor: User, meeting: Meeting, rows: Sequence[Invitee]) -> None:
        self.meeting = meeting
        self.endpoints = endpoints_of(actor, meeting)
        self.by_id = _people_by_id(actor, rows)
        self.by_name = _people_by_name(rows, self.endpoints)
        named = {person.pk for people in self.by_name.values() for person in people}
        self.present = _places_of(meeting, sorted({*self.by_id, *named}))
        self.new_people: list[Person] = []
        # A person who is not saved yet has no id of the directory's; new_people keeps each alive.
        self.new_places: dict[int, Participant] = {}
        self.new_rows: list[Participant] = []

    def take(self, row: Invitee) -> Outcome:
        endpoint = self.endpoints.get(row.endpoint)
        if endpoint is None:
            return Outcome("refused", reason="endpoint_not_in_meeting")
        if row.person is not None:
            person = self.by_id.get(row.person)
            if person is None:
                return Outcome("refused", reason="person_unknown")
            return self._expect(person, endpoint, row)
        name, position = nfc(row.full_name).strip(), nfc(row.position).strip()
        if not name:
            return Outcome("refused", reason="name_missing")
        namesakes = self.by_name[endpoint.unit_id, name]
        same = [each for each in namesakes if not position or each.position == position]
        free = [each for each in same if self._place_of(each) is None]
        if same:
            return self._expect((free or same)[0], endpoint, row)
        person = Person(full_name=name, position=position, unit=endpoint.unit)
        person.prepare()
        self.new_people.append(person)
        namesakes.append(person)
        return self._expect(person, endpoint, row)

    def _place_of(self, person: Person) -> Participant | None:
        if id(person) in self.new_places:
            return self.new_places[id(person)]
        return self.present.get(person.pk)

    def _expect(self, person: Person, endpoint: Endpoint, row: Invitee) -> Outcome:
        known = self._place_of(person)
        if known is not None:
            return Outcome("exists", known)
        participant = Participant(
            meeting=self.meeting,
            person=person,
            full_name=person.full_name,
            position=nfc(row.position).strip() or person.position,
            unit_name=person.unit.name,
            endpoint=endpoint,
            role=row.role,
            summons=row.summons,
        )
        self.new_rows.append(participant)
        if person.pk:
            self.present[person.pk] = participant
        else:
            self.new_places[id(person)] = participant
        return Outcome("added", participant)

    def write(self) -> list[Participant]:
        """Write the new people, then their places."""
        Person.objects.bulk_create(self.new_people)
        return Participant.objects.bulk_create(self.new_rows)


def _places_of(meeting: Meeting, people: Sequence[int]) -> dict[int, Participant]:
    """The places that these people have on the list already. The rest of a long list is not read."""
    found: dict[int, Participant] = {}
    rows = Participant.objects.filter(meeting=meeting).select_related("endpoint", "person")
    for start in range(0, len(people), NAMES_AT_ONCE):
        part = rows.filter(person__in=people[start : start + NAMES_AT_ONCE])
        found |= {row.person_id: row for row in part.order_by()}
    return found


def _people_by_id(actor: User, rows: Sequence[Invitee]) -> dict[int, Person]:
    """Those named by id whom the actor may know of: people of units where he may prepare meetings."""
    ids = sorted({row.person for row in rows if row.person is not None})
    people = Person.objects.filter(scope_filter(actor, Right.PREPARE, "unit__path")).select_related("unit")
    found: dict[int, Person] = {}
    for start in range(0, len(ids), NAMES_AT_ONCE):
        found |= people.in_bulk(ids[start : start + NAMES_AT_ONCE])
    return found


def _people_by_name(
    rows: Sequence[Invitee], endpoints: Mapping[str, Endpoint]
) -> defaultdict[tuple[int, str], list[Person]]:
    """People of the endpoints' own units, by unit and name."""
    names = sorted({nfc(row.full_name).strip() for row in rows if row.person is None})
    units = {endpoints[row.endpoint].unit_id for row in rows if row.endpoint in endpoints}
    found: defaultdict[tuple[int, str], list[Person]] = defaultdict(list)
    for start in range(0, len(names), NAMES_AT_ONCE):
        part = Person.objects.filter(full_name__in=names[start : start + NAMES_AT_ONCE]).select_related("unit")
        for person in part.order_by("pk"):
            if person.unit_id in units:
                found[person.unit_id, person.full_name].append(person)
    return found


@transaction.atomic
def change_participant(
    actor: User,
    participant: Participant,
    *,
    endpoint: str | None = None,
    role: str | None = None,
    summons: str | None = None,
    position: str | None = None,
) -> Participant:
    """Expect somebody at another endpoint (by code), as something else, summoned otherwise, in another position.

    Raises EndpointNotInMeeting, ActImpossible, ParticipantNotFound.
    """
    meeting = _prepared(participant.meeting)
    participant = participant_for(meeting, participant.pk)
    before = participant_row(participant)
    if endpoint is not None and endpoint != participant.endpoint.code:
        known = endpoints_of(actor, meeting).get(endpoint)
        if known is None:
            raise EndpointNotInMeeting(endpoint=endpoint)
        participant.endpoint = known
    participant.role = role if role is not None else participant.role
    participant.summons = summons if summons is not None else participant.summons
    participant.position = nfc(position).strip() if position is not None else participant.position
    participant.save()
    _record(
        actor, "participant.changed", meeting, participant, {"before": before, "after": participant_row(participant)}
    )
    _tell(meeting, [participant])
    if str(before["endpoint"]) != participant.endpoint.code:
        _tell_expected(meeting, {str(before["endpoint"]), participant.endpoint.code})
    recheck(meeting.stream)
    return participant


@transaction.atomic
def remove_participant(actor: User, participant: Participant) -> None:
    """Take somebody off the list; his access to the meeting ends at once.

    Raises ParticipantPresent for one who was scanned or checked in, ActImpossible, ParticipantNotFound.
    """
    meeting = _prepared(participant.meeting)
    participant = participant_for(meeting, participant.pk)
    pk, row = participant.pk, participant_row(participant)
    try:
        with transaction.atomic():
            participant.delete()
    except RestrictedError as error:
        raise ParticipantPresent(participant=pk) from error
    participant.pk = pk
    _record(actor, "participant.removed", meeting, participant, row)
    publish(meeting.stream, ParticipantRemoved(id=pk), audience=STAFF)
    _tell_expected(meeting, {participant.endpoint.code})
    recheck(meeting.stream)


@transaction.atomic
def reissue_code(actor: User, participant: Participant) -> Participant:
    """Make the person's earlier codes worthless (one was photographed or lost) and the next serial the valid one.

    Raises ParticipantNotFound.
    """
    meeting = lock_meeting(participant.meeting)
    participant = participant_for(meeting, participant.pk)
    participant.code_serial += 1
    participant.save(update_fields=["code_serial"])
    _record(actor, "participant.code_reissued", meeting, participant, {"serial": participant.code_serial})
    _tell(meeting, [participant])
    return participant


@transaction.atomic
def answer(
    actor: User | None,
    participant: Participant,
    given: Participant.Answer,
    *,
    reason: str = "",
    substitute_name: str = "",
    substitute_position: str = "",
) -> Participant:
    """Write down what the invited person answers: attending, declined with a reason, or a substitute with a name.

    `actor` is the person's own account, the secretariat that took the answer, or None for an answer by letter. An
    answer may be changed as long as it may be given. Raises AnswerIncomplete, ActImpossible, ParticipantNotFound.
    """
    meeting = lock_meeting(participant.meeting)
    after(meeting.status, Act.ANSWER)
    participant = participant_for(meeting, participant.pk)
    reason, substitute_name = nfc(reason).strip(), nfc(substitute_name).strip()
    if given == Participant.Answer.DECLINED and not reason:
        raise AnswerIncomplete(fields={"reason": "required"})
    if given == Participant.Answer.SUBSTITUTE and not substitute_name:
        raise AnswerIncomplete(fields={"substitute_name": "required"})
    by_substitute = given == Participant.Answer.SUBSTITUTE
    participant.answer = given
    participant.answer_reason = reason
    participant.substitute_name = substitute_name if by_substitute else ""
    participant.substitute_position = nfc(substitute_position).strip() if by_substitute else ""
    participant.answered_at = timezone.now() if given != Participant.Answer.NONE else None
    participant.save()
    _record(actor, "participant.answered", meeting, participant, participant_row(participant))
    _tell(meeting, [participant])
    return participant
