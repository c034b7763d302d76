"""Inviting: letters are written down here, in the transaction of the act; the worker sends them afterwards."""

import secrets
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from audit.journal import record
from meetings.invitations.errors import LetterNotFailed, NobodyToInvite
from meetings.invitations.models import Letter
from meetings.invitations.outbox import tell_counts
from meetings.invitations.selectors import invited_before, letter_of, uninvited
from meetings.invitations.tasks import deliver
from meetings.planning.lifecycle import Act, after
from meetings.planning.locking import lock_meeting
from meetings.planning.models import Meeting, Participant

NO_ADDRESS = "no_address"


@transaction.atomic
def send_invitations(actor: User, meeting: Meeting) -> int:
    """One letter to everybody who has none of the present revision: the invitation, or after a change the news of it.

    Returns how many. Raises ActImpossible, NobodyToInvite.
    """
    meeting = lock_meeting(meeting)
    after(meeting.status, Act.INVITE)
    number = _write(meeting, uninvited(meeting), Letter.Method.REQUEST)
    if not number:
        raise NobodyToInvite
    _settle(actor, meeting, "invitations.sent", number)
    return number


@transaction.atomic
def send_cancellations(actor: User, meeting: Meeting) -> int:
    """Tell everybody who was invited that the meeting does not take place. Returns how many; none is no refusal."""
    meeting = lock_meeting(meeting)
    number = _write(meeting, invited_before(meeting), Letter.Method.CANCEL)
    if number:
        _settle(actor, meeting, "cancellations.sent", number)
    return number


@transaction.atomic
def send_again(actor: User, meeting: Meeting, letter_id: int, *, address: str) -> Letter:
    """Queue a letter that failed once more, to a corrected address, which the directory keeps.

    Raises LetterNotFound, LetterNotFailed, ActImpossible.
    """
    meeting = lock_meeting(meeting)
    letter = letter_of(meeting, letter_id)
    if letter.status != Letter.Status.FAILED:
        raise LetterNotFailed(status=letter.status)
    if letter.method == Letter.Method.REQUEST:
        after(meeting.status, Act.INVITE)
    person = letter.participant.person
    before, person.email = person.email, address
    person.save()
    letter.address, letter.status, letter.reason = address, Letter.Status.QUEUED, ""
    letter.attempts, letter.claimed_at = 0, None
    letter.save(update_fields=["address", "status", "reason", "attempts", "claimed_at"])
    record(
        actor,
        "letter.sent_again",
        chain=meeting.stream,
        object_type="letter",
        object_id=letter.pk,
        label=letter.participant.full_name,
        data={"before": before, "after": address},
    )
    tell_counts(meeting)
    _wake(meeting)
    return letter


def _write(meeting: Meeting, participants: QuerySet[Participant], method: str) -> int:
    host = urlsplit(settings.PUBLIC_ADDRESS).hostname or "localhost"
    letters = []
    for participant in participants.select_related("person"):
        address = participant.person.email
        letters.append(
            Letter(
                participant=participant,
                revision=meeting.revision,
                method=method,
                address=address,
                status=Letter.Status.QUEUED if address else Letter.Status.FAILED,
                reason="" if address else NO_ADDRESS,
                message_id=f"<{meeting.pk}.{participant.pk}.{meeting.revision}.{secrets.token_hex(12)}@{host}>",
            )
        )
    return len(Letter.objects.bulk_create(letters, batch_size=500))


def _settle(actor: User, meeting: Meeting, verb: str, number: int) -> None:
    record(
        actor,
        verb,
        chain=meeting.stream,
        object_type="meeting",
        object_id=meeting.pk,
        label=meeting.title,
        data={"letters": number, "revision": meeting.revision},
    )
    tell_counts(meeting)
    _wake(meeting)


def _wake(meeting: Meeting) -> None:
    # The task is a row of the same transaction: it exists exactly if the letters do.
    deliver.enqueue(meeting.pk)
