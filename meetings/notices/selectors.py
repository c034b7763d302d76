"""Reads of what an account was told."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts.errors import NotFound
from accounts.models import User
from meetings.notices.models import Notice


def notices_of(user: User | AnonymousUser) -> QuerySet[Notice]:
    """All that the user was told, newest first, with the meetings."""
    if not user.is_authenticated:
        return Notice.objects.none()
    return Notice.objects.filter(user=user).select_related("meeting").order_by("-created_at", "-pk")


def unread(user: User | AnonymousUser) -> QuerySet[Notice]:
    """What the user has not marked as read."""
    return notices_of(user).filter(read_at=None)


def notice_for(user: User, notice_id: int) -> Notice:
    """Raises NotFound, also for somebody else's."""
    notice = notices_of(user).filter(pk=notice_id).first()
    if notice is None:
        raise NotFound(notice=notice_id)
    return notice
