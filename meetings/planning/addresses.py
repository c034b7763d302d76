"""What names a meeting outside of our pages: in calendars, and as an absolute address in letters."""

from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse

from meetings.planning.models import Meeting


def uid_of(meeting: Meeting) -> str:
    """The meeting's name in calendars, the same for ever."""
    return f"meeting-{meeting.pk}-{meeting.created_at:%Y%m%d%H%M%S}@diem-cau"


def address_of(name: str, *args: object) -> str:
    """An absolute address of one of our pages, for somebody who reads it elsewhere."""
    return urljoin(settings.PUBLIC_ADDRESS, reverse(name, args=args))
