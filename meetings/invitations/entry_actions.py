"""Entering with the code on the invitation: most delegates have no account and no password."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from accounts.decision import Role
from accounts.models import Membership, Person, User
from audit.journal import record
from meetings.attendance.codes import CodeInvalid, read_entry
from meetings.attendance.selectors import code_secret
from meetings.invitations.errors import EntryRefused, PasswordNeeded
from meetings.planning.models import Meeting, Participant

OPEN_AFTER_THE_END = dt.timedelta(hours=24)
ENTERED = (Meeting.Status.SCHEDULED, Meeting.Status.OPEN, Meeting.Status.POSTPONED, Meeting.Status.CLOSED)


def guest_of(code: str) -> Participant:
    """Whose invitation carries this code. Raises EntryRefused, PasswordNeeded."""
    try:
        read = read_entry(code.strip(), code_secret())
    except CodeInvalid as invalid:
        raise EntryRefused from invalid
    participant = (
        Participant.objects.select_related("person__user", "meeting", "endpoint")
        .filter(pk=read.participant, meeting=read.meeting, code_serial=read.serial, meeting__status__in=ENTERED)
        .first()
    )
    if participant is None or participant.meeting.ends_at + OPEN_AFTER_THE_END < timezone.now():
        raise EntryRefused
    user = participant.person.user
    if user is not None and not user.is_active:
        raise EntryRefused
    # A letter lies about, a password does not: what reaches further than attending is not opened by a letter.
    if user is not None and Membership.objects.filter(user=user).exclude(role=Role.DELEGATE.value).exists():
        raise PasswordNeeded
    return participant


@transaction.atomic
def enter(code: str) -> User:
    """The account of the invited person, made if there is none yet; it holds no role and no password.

    Raises EntryRefused, PasswordNeeded.
    """
    participant = guest_of(code)
    person = Person.objects.select_for_update().get(pk=participant.person_id)
    if person.user is None:
        user = User(username=f"khach-{person.pk}", first_name=person.full_name[:150])
        user.set_unusable_password()
        user.save()
        person.user = user
        person.save(update_fields=["user"])
        record(
            user,
            "account.opened_by_invitation",
            chain="accounts",
            object_type="user",
            object_id=user.pk,
            label=person.full_name,
            data={"meeting": participant.meeting_id, "participant": participant.pk},
        )
    return person.user
