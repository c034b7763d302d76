"""Letters: one e-mail per participant and revision, with what became of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.planning.models import Participant


class Letter(models.Model):
    """One e-mail. Its Message-ID is fixed when it is queued: a repeated delivery is recognised as the same letter."""

    class Method(models.TextChoices):
        REQUEST = "REQUEST", _("Invitation")
        CANCEL = "CANCEL", _("Cancellation")

    class Status(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Sending failed")

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="letters")
    revision = models.PositiveIntegerField()
    method = models.CharField(max_length=10, choices=Method.choices, default=Method.REQUEST)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    reason = models.CharField(max_length=300, blank=True)
    address = models.CharField(max_length=254)
    message_id = models.CharField(max_length=200, unique=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField(auto_now_add=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=["participant", "revision", "method"], name="letter_once_per_revision"),
        )
        indexes = (models.Index(fields=["status", "claimed_at"], name="letter_status"),)

    def __str__(self) -> str:
        return f"{self.method} {self.participant_id}/{self.revision}"
