"""The work of the background worker: it is told which meeting has letters waiting."""

from django_tasks import task

from meetings.invitations.outbox import deliver_waiting


@task()
def deliver(meeting_id: int) -> int:
    """Send the letters of the meeting that wait. Returns how many were sent."""
    return deliver_waiting(meeting_id)
