"""Sending letters, one at a time, so that a killed worker leaves at most one in doubt.

A letter is claimed in a transaction of its own, handed to the mail server outside of any, and settled in a third. A
worker that dies in between leaves it "being sent"; after CLAIM_LASTS another takes it up with the same Message-ID, by
which mail programs know it for the same letter. Sent letters are never touched again.
"""

import datetime as dt

from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection as database
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from meetings.invitations.letters import message_for
from meetings.invitations.models import Letter
from meetings.invitations.selectors import letter_counts
from meetings.notices import mail_server as mail
from meetings.notices.mail_server import Later, Never, hand_over, mail_server
from meetings.planning.models import Meeting
from realtime.audiences import STAFF
from realtime.publish import publish_latest

CLAIM_LASTS = mail.CLAIM_LASTS
MOST_ATTEMPTS = mail.MOST_ATTEMPTS
FIRST_WAIT = mail.FIRST_WAIT
TELL_EVERY = 25


COUNTED = "letters.counted"


def tell_counts(meeting: Meeting) -> None:
    """Tell the secretariat's screens how far sending has come: letters of the present revision by state.

    Of these figures only the latest count: they take no number of the stream, and no tablet waits behind them.
    """
    publish_latest(meeting.stream, COUNTED, letter_counts(meeting), STAFF)


def due(now: dt.datetime) -> QuerySet[Letter]:
    """Letters that may be sent at `now`: new ones, those whose wait after a failed attempt is over (30 s, doubled with
    each attempt), and those that a worker claimed and never settled."""
    waited = Q(attempts=0)
    for attempts in range(1, MOST_ATTEMPTS):
        waited |= Q(attempts=attempts, claimed_at__lte=now - FIRST_WAIT * 2 ** (attempts - 1))
    queued = Q(status=Letter.Status.QUEUED) & waited
    abandoned = Q(status=Letter.Status.SENDING, claimed_at__lte=now - CLAIM_LASTS)
    return Letter.objects.filter(queued | abandoned)


def meetings_with_due_letters(now: dt.datetime) -> list[int]:
    """Which meetings have letters to send: after a restart their tasks may be lost."""
    rows = due(now).order_by().values_list("participant__meeting", flat=True)
    return sorted(set(rows))


def deliver_waiting(meeting_id: int) -> int:
    """Send what is due of one meeting. Returns how many letters were sent; failures are written on the letters."""
    sent = settled = 0
    with mail_server() as server:
        while (letter := _claim(meeting_id)) is not None:
            sent += _deliver(letter, server)
            settled += 1
            if settled % TELL_EVERY == 0:
                _tell(meeting_id)
    if settled:
        _tell(meeting_id)
    return sent


@transaction.atomic
def _claim(meeting_id: int) -> Letter | None:
    """The next letter, marked as being sent by us: no other worker takes it within CLAIM_LASTS."""
    now = timezone.now()
    waiting = due(now).filter(participant__meeting=meeting_id).order_by("pk")
    skip = database.features.has_select_for_update_skip_locked
    letter = waiting.select_for_update(of=("self",), skip_locked=skip).first() if skip else waiting.first()
    if letter is None:
        return None
    Letter.objects.filter(pk=letter.pk).update(status=Letter.Status.SENDING, claimed_at=now, attempts=F("attempts") + 1)
    return Letter.objects.select_related(
        "participant__person",
        "participant__endpoint__unit",
        "participant__meeting__chair",
        "participant__meeting__unit",
    ).get(pk=letter.pk)


def _deliver(letter: Letter, server: BaseEmailBackend) -> int:
    try:
        _hand_over(letter, server)
    except Later as reason:
        again = letter.attempts < MOST_ATTEMPTS
        _write_down(letter, Letter.Status.QUEUED if again else Letter.Status.FAILED, str(reason))
        return 0
    except Never as reason:
        _write_down(letter, Letter.Status.FAILED, str(reason))
        return 0
    Letter.objects.filter(pk=letter.pk).update(status=Letter.Status.SENT, reason="", sent_at=timezone.now())
    return 1


def _hand_over(letter: Letter, server: BaseEmailBackend) -> None:
    """Give the letter to the mail server. Raises Later or Never with the server's words."""
    try:
        message = message_for(letter)
    except ValueError as error:
        raise Never(str(error)) from error
    hand_over(message, server)


def _write_down(letter: Letter, status: str, reason: str) -> None:
    Letter.objects.filter(pk=letter.pk).update(status=status, reason=reason[:300])


@transaction.atomic
def _tell(meeting_id: int) -> None:
    meeting = Meeting.objects.get(pk=meeting_id)
    tell_counts(meeting)
