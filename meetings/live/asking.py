"""The part of a meeting's page for endpoints of others and for its place in line: for those who prepare it."""

from accounts.decision import Right
from meetings.live.parts import Visit
from meetings.planning.access import books_whole_province
from meetings.planning.models import Meeting
from meetings.requests.models import WaitingEntry
from meetings.requests.selectors import IN_LINE, places, requests_of

_ASKS = frozenset({Meeting.Status.DRAFT, Meeting.Status.SCHEDULED, Meeting.Status.POSTPONED})


def requests(here: Visit) -> dict[str, object]:
    """The requests to owners and the place in line. Six queries at most."""
    if Right.PREPARE not in here.rights:
        return {"requests": [], "entry": None, "may_ask": False}
    draft = here.meeting.status == Meeting.Status.DRAFT
    entry = _entry(here.meeting) if draft else None
    coming = here.meeting.starts_at > here.now
    return {
        "requests": requests_of(here.meeting),
        "entry": entry,
        "place": places([entry]).get(entry.pk, 0) if entry is not None else 0,
        "line_endpoints": entry.endpoints.count() if entry is not None else 0,
        "may_ask": here.meeting.status in _ASKS and coming and not books_whole_province(here.user),
        "may_withdraw": coming,
        "may_wait": draft and coming and entry is None and any(here.meeting.selection.values()),
    }


def _entry(meeting: Meeting) -> WaitingEntry | None:
    return WaitingEntry.objects.select_related("meeting").filter(meeting=meeting, state__in=IN_LINE).first()
