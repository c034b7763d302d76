"""A list of people from a file: read for trial first, kept on the server, then imported whole or not at all."""

import json
import os
import secrets
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import ClassVar, Final

from django.conf import settings
from django.core import signing
from django.db import transaction

from accounts.decision import Right
from accounts.errors import DomainError
from accounts.models import Person, User
from accounts.selectors import scope_filter
from accounts.sheets import read_rows
from meetings.planning.models import Meeting, Participant
from meetings.planning.participant_actions import MOST_AT_ONCE, Invitee, add_participants, endpoints_of
from meetings.planning.rows import DryRun, Invited, ParticipantRow, examine_rows, known_columns
from rooms.models import Endpoint

KEPT_FOR: Final = 3600
"""Seconds for which a trial waits for its import."""

_AT_ONCE: Final = 500


class ImportGone(DomainError):
    """The trial is no longer kept, or another one took its place."""

    code: ClassVar[str] = "import_gone"


class ImportOutdated(DomainError):
    """A row that was good at the trial is not any more; nothing was imported. Params: `row`."""

    code: ClassVar[str] = "import_outdated"


def try_out(actor: User, meeting: Meeting, data: bytes, name: str) -> tuple[DryRun, str]:
    """Say what importing the file would do, and keep the rows that fit; the text returned stands for them.

    Changes nothing. Raises SheetRejected.
    """
    endpoints = endpoints_of(actor, meeting)
    names = {code: endpoint.name for code, endpoint in endpoints.items()}
    trial = examine_rows(read_rows(data, name, known_columns), names, _already_invited(meeting))
    return trial, _keep(actor, meeting, trial.accepted) if trial.accepted else ""


def _already_invited(meeting: Meeting) -> Iterable[Invited]:
    rows = Participant.objects.filter(meeting=meeting).values_list(
        "full_name", "endpoint__code", "position", "person__email"
    )
    for full_name, endpoint, position, email in rows.order_by("pk").iterator():
        yield Invited(full_name=full_name, endpoint=endpoint, position=position, email=email)


def import_kept(actor: User, meeting: Meeting, key: str) -> int:
    """Put the people of a trial on the list, all of them or none. Returns how many are new on it.

    Raises ImportGone, ImportOutdated, ActImpossible.
    """
    rows = _kept(actor, meeting, key)
    added = import_rows(actor, meeting, rows)
    _file_of(actor, meeting).unlink(missing_ok=True)
    return added


@transaction.atomic
def import_rows(actor: User, meeting: Meeting, rows: Sequence[ParticipantRow]) -> int:
    """The same for rows at hand. Who is known by e-mail, or by name and position at the endpoint's unit, is taken from
    the directory; others are written into it."""
    endpoints = endpoints_of(actor, meeting)
    for row in rows:
        if row.endpoint not in endpoints:
            raise ImportOutdated(row=row.row)
    people = _people(actor, rows, endpoints)
    added = 0
    for start in range(0, len(rows), MOST_AT_ONCE):
        part = rows[start : start + MOST_AT_ONCE]
        outcomes = add_participants(actor, meeting, [_invitee(row, people) for row in part])
        for row, outcome in zip(part, outcomes, strict=True):
            if outcome.result == "refused":
                raise ImportOutdated(row=row.row)
        added += sum(outcome.result == "added" for outcome in outcomes)
    return added


def _invitee(row: ParticipantRow, people: dict[int, Person]) -> Invitee:
    return Invitee(
        endpoint=row.endpoint,
        person=people[row.row].pk,
        position=row.position,
        role=row.role,
        summons=row.summons,
    )


def _people(actor: User, rows: Sequence[ParticipantRow], endpoints: dict[str, Endpoint]) -> dict[int, Person]:
    """Whom each row stands for, by the row's number; people who are new are written into the directory."""
    by_email, by_name = _directory(actor, rows, endpoints)
    found: dict[int, Person] = {}
    new: list[Person] = []
    for row in rows:
        unit = endpoints[row.endpoint].unit
        named = [p for p in by_name.get((unit.pk, row.full_name), []) if not row.position or p.position == row.position]
        known = by_email.get(row.email) if row.email else None
        person = known or next((p for p in named if not (row.email and p.email and p.email != row.email)), None)
        if person is None:
            person = Person(full_name=row.full_name, position=row.position, unit=unit, email=row.email, phone=row.phone)
            person.prepare()
            new.append(person)
            by_name.setdefault((unit.pk, row.full_name), []).append(person)
            if row.email:
                by_email[row.email] = person
        found[row.row] = person
    Person.objects.bulk_create(new)
    return found


def _directory(
    actor: User, rows: Sequence[ParticipantRow], endpoints: dict[str, Endpoint]
) -> tuple[dict[str, Person], dict[tuple[int, str], list[Person]]]:
    """People of the actor's reach by e-mail, and by unit and name, as far as the rows name them."""
    reach = Person.objects.filter(scope_filter(actor, Right.PREPARE, "unit__path"))
    emails = sorted({row.email for row in rows if row.email})
    names = sorted({row.full_name for row in rows})
    by_email: dict[str, Person] = {}
    for start in range(0, len(emails), _AT_ONCE):
        for person in reach.filter(email__in=emails[start : start + _AT_ONCE]).order_by("-pk"):
            by_email[person.email] = person
    units = {endpoint.unit_id for endpoint in endpoints.values()}
    by_name: dict[tuple[int, str], list[Person]] = {}
    for start in range(0, len(names), _AT_ONCE):
        for person in reach.filter(full_name__in=names[start : start + _AT_ONCE]).order_by("pk"):
            if person.unit_id in units:
                by_name.setdefault((person.unit_id, person.full_name), []).append(person)
    return by_email, by_name


def _salt(actor: User, meeting: Meeting, key: str) -> str:
    return f"people-import:{actor.pk}:{meeting.pk}:{key}"


def _file_of(actor: User, meeting: Meeting) -> Path:
    return Path(settings.MEDIA_ROOT) / "imports" / f"{actor.pk}-{meeting.pk}"


def _keep(actor: User, meeting: Meeting, rows: Sequence[ParticipantRow]) -> str:
    """Keep the rows, signed, for this person and this meeting; an earlier trial of theirs goes."""
    key = secrets.token_urlsafe(12)
    place = _file_of(actor, meeting)
    place.parent.mkdir(parents=True, exist_ok=True)
    text = signing.dumps([asdict(row) for row in rows], salt=_salt(actor, meeting, key), compress=True)
    descriptor, unfinished = tempfile.mkstemp(dir=place.parent)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    Path(unfinished).replace(place)
    return key


def _kept(actor: User, meeting: Meeting, key: str) -> list[ParticipantRow]:
    try:
        text = _file_of(actor, meeting).read_text(encoding="utf-8")
        rows = signing.loads(text, salt=_salt(actor, meeting, key), max_age=KEPT_FOR)
    except (OSError, signing.BadSignature, json.JSONDecodeError) as error:
        raise ImportGone from error
    return [ParticipantRow(**row) for row in rows]
