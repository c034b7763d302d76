"""What an office must be told of: its meeting was displaced, a request was decided, a slot is free now."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.planning.models import Meeting


class Notice(models.Model):
    """One thing told to one account. `kind` is noun.past_participle, `data` what its sentence needs.

    It goes by e-mail, too: `mail` says how far that is; `none`: the account has no address, or it was not asked for.
    """

    class Mail(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Sending failed")
        NONE = "none", _("Not by e-mail")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="notices")
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    mail = models.CharField(max_length=8, choices=Mail.choices, default=Mail.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-pk")
        indexes = (
            models.Index(fields=["user", "read_at"], name="notice_user_unread"),
            models.Index(fields=["mail", "claimed_at"], name="notice_mail"),
        )

    def __str__(self) -> str:
        return f"{self.user_id}: {self.kind}"
