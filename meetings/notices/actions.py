"""Telling an office something: kept for it to read here, in the transaction of what happened."""

from collections.abc import Iterable, Mapping

from django.utils import timezone

from accounts.models import Person, User
from meetings.notices.models import Notice
from meetings.planning.models import Meeting


def notify(users: Iterable[User], kind: str, *, meeting: Meeting, data: Mapping[str, object] | None = None) -> None:
    """Tell each of the users once, here and by e-mail where there is an address. `kind` is noun.past_participle; its
    sentence is made where it is shown."""
    told = {user.pk: user for user in users}
    addressed = set(Person.objects.filter(user__in=told).exclude(email="").values_list("user", flat=True))
    Notice.objects.bulk_create(
        Notice(
            user=user,
            kind=kind,
            meeting=meeting,
            data=dict(data or {}),
            mail=Notice.Mail.QUEUED if user.pk in addressed else Notice.Mail.NONE,
        )
        for user in told.values()
    )


def mark_read(user: User, notice_id: int | None = None) -> int:
    """Mark one of the user's notices as read, or all. Returns how many were unread; others' are never touched."""
    unread = Notice.objects.filter(user=user, read_at=None)
    if notice_id is not None:
        unread = unread.filter(pk=notice_id)
    return unread.update(read_at=timezone.now())


def settle(meeting: Meeting, kinds: Iterable[str]) -> None:
    """What was told of the meeting needs nobody's hand any more."""
    Notice.objects.filter(meeting=meeting, kind__in=list(kinds), read_at=None).update(read_at=timezone.now())
