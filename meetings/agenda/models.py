"""Items of the agenda, in order."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetings.planning.models import Meeting


class Item(models.Model):
    """One item: planned minutes, and when it really ran. At most one item of a meeting runs at a time."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("To come")
        RUNNING = "running", _("Now")
        DONE = "done", _("Done")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    title = models.CharField(max_length=300)
    presenter = models.CharField(max_length=200, blank=True)
    minutes = models.PositiveSmallIntegerField(default=10)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "meetings_agenda_item"
        ordering = ("position", "pk")
        constraints = (
            models.UniqueConstraint(fields=["meeting"], condition=Q(status="running"), name="agenda_one_item_running"),
        )

    def __str__(self) -> str:
        return self.title
