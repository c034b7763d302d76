"""Django looks for models here; they live in their slices."""

from meetings.agenda.models import Item
from meetings.attendance.models import CheckIn, Scan
from meetings.documents.models import Document, Version
from meetings.feeds.models import CalendarFeed
from meetings.invitations.models import Letter
from meetings.notices.models import Notice
from meetings.planning.models import Meeting, Participant, Series, SkippedDate
from meetings.prepared.models import MeetingTemplate
from meetings.requests.models import UsageRequest, WaitingEntry

__all__ = [
    "CalendarFeed",
    "CheckIn",
    "Document",
    "Item",
    "Letter",
    "Meeting",
    "MeetingTemplate",
    "Notice",
    "Participant",
    "Scan",
    "Series",
    "SkippedDate",
    "UsageRequest",
    "Version",
    "WaitingEntry",
]
