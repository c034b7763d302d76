"""The work of the background worker: news waits to be sent."""

from django_tasks import task

from meetings.notices.outbox import deliver_waiting_news


@task()
def deliver_news() -> int:
    """Send the news that waits. Returns how many were sent."""
    return deliver_waiting_news()
