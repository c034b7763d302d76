"""The rows of this slice are locked after the meeting's row, by id: docs/decisions/0011 and 0014."""

from collections.abc import Collection

from meetings.planning.models import Meeting
from meetings.requests.errors import RequestDecided
from meetings.requests.models import UsageRequest, WaitingEntry


def require_pending(request: UsageRequest) -> None:
    """Raises RequestDecided when the request waits for no answer now; locks nothing."""
    state = UsageRequest.objects.values_list("state", flat=True).get(pk=request.pk)
    if state != UsageRequest.State.PENDING:
        raise RequestDecided(state=str(state))


def lock_pending(request: UsageRequest) -> UsageRequest:
    """The request, locked until the end of the transaction. Raises RequestDecided when it waits for no answer."""
    row = (
        UsageRequest.objects.select_for_update(of=("self",), no_key=True)
        .select_related("unit", "asked_by")
        .get(pk=request.pk)
    )
    if row.state != UsageRequest.State.PENDING:
        raise RequestDecided(state=str(row.state))
    return row


def lock_requests(requests: Collection[UsageRequest]) -> list[UsageRequest]:
    """Those of the requests that still wait for an answer, locked, with meeting, unit and asker."""
    rows = UsageRequest.objects.select_for_update(of=("self",), no_key=True).filter(
        pk__in=[each.pk for each in requests], state=UsageRequest.State.PENDING
    )
    return list(rows.select_related("meeting", "unit", "asked_by").order_by("pk"))


def lock_entry(meeting: Meeting) -> WaitingEntry | None:
    """The meeting's place in line, locked, or None when it never stood in line."""
    return WaitingEntry.objects.select_for_update(no_key=True).filter(meeting=meeting).first()
