"""The row lock that every write to a meeting takes first; it orders writes before audit chain and stream."""

from meetings.planning.models import Meeting


def lock_meeting(meeting: Meeting) -> Meeting:
    """The meeting as it is now, locked until the end of the transaction (SQLite: the transaction is the lock).

    FOR NO KEY UPDATE: whoever only refers to the meeting (a scan, a participant) does not wait.

    Raises TransactionManagementError outside a transaction.
    """
    return (
        Meeting.objects.select_for_update(of=("self",), no_key=True)
        .select_related("unit", "chair", "host_endpoint", "booking")
        .get(pk=meeting.pk)
    )
