"""The log that screens follow: numbered events of a stream, and the rows of which only the latest counts."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _


class Stream(models.Model):
    """A line of events ("meeting:42"). The row is the lock under which the next number is taken."""

    name = models.CharField(max_length=120, unique=True)
    seq = models.PositiveBigIntegerField(default=0)
    access_version = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("stream")
        verbose_name_plural = _("streams")

    def __str__(self) -> str:
        return self.name


class StreamEvent(models.Model):
    """One event. Numbers of a stream are 1, 2, 3 … without holes; old ones are pruned from the front only."""

    stream = models.ForeignKey(Stream, on_delete=models.CASCADE, related_name="events")
    seq = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=80)
    at = models.DateTimeField()
    audience = models.CharField(max_length=120)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["stream", "seq"]
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="realtime_event_once")]
        indexes = [models.Index(fields=["stream", "at"], name="realtime_event_age")]

    def __str__(self) -> str:
        return f"{self.stream_id}/{self.seq} {self.kind}"


class TabletCount(models.Model):
    """The tablets that one hub has on a stream: {place: {number up to which they have handled everything: tablets}}.

    A row that was not confirmed for a while is of a process that is gone.
    """

    stream = models.ForeignKey(Stream, on_delete=models.CASCADE, related_name="tablet_counts")
    hub = models.CharField(max_length=32)
    at = models.DateTimeField(db_index=True)
    counts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("count of tablets")
        verbose_name_plural = _("counts of tablets")
        constraints = [models.UniqueConstraint(fields=["stream", "hub"], name="realtime_tablets_once")]

    def __str__(self) -> str:
        return f"{self.stream_id} {self.hub}"


class ServerProcess(models.Model):
    """A process that serves sockets, and its figures when it last wrote them down (realtime.metrics)."""

    name = models.CharField(max_length=40, primary_key=True)
    host = models.CharField(max_length=120)
    pid = models.PositiveBigIntegerField()
    since = models.DateTimeField()
    at = models.DateTimeField()
    figures = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("server process")
        verbose_name_plural = _("server processes")
        ordering = ["host", "since", "name"]

    def __str__(self) -> str:
        return f"{self.host}:{self.pid}"


class LatestState(models.Model):
    """A fact of which only the latest counts (the page being shown): one row, no number, a version to see change."""

    stream = models.ForeignKey(Stream, on_delete=models.CASCADE, related_name="states")
    kind = models.CharField(max_length=80)
    audience = models.CharField(max_length=120)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    at = models.DateTimeField()
    version = models.PositiveBigIntegerField(default=1)

    class Meta:
        verbose_name = _("latest state")
        verbose_name_plural = _("latest states")
        constraints = [
            models.UniqueConstraint(fields=["stream", "kind", "audience"], name="realtime_state_once"),
        ]

    def __str__(self) -> str:
        return f"{self.stream_id} {self.kind} ({self.audience})"
