"""Calendars that programs subscribe to, each by an address that nobody can guess."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from rooms.models import Endpoint


class CalendarFeed(models.Model):
    """One address: the meetings of its maker's own person, of an endpoint, or of a unit and those below it. Only the
    SHA-256 of its secret is kept. It shows what `created_by` may see at the moment of each fetch."""

    class Kind(models.TextChoices):
        PERSON = "person", _("My meetings")
        ENDPOINT = "endpoint", _("Endpoint")
        UNIT = "unit", _("Unit")

    digest = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    endpoint = models.ForeignKey(Endpoint, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feeds")
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = (
            models.CheckConstraint(
                name="calendar_feed_target",
                condition=Q(kind="person", endpoint__isnull=True, unit__isnull=True)
                | Q(kind="endpoint", endpoint__isnull=False, unit__isnull=True)
                | Q(kind="unit", endpoint__isnull=True, unit__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind}: {self.pk}"

    @property
    def target_name(self) -> str:
        """The endpoint or unit in the reader's language; "" for a person's own."""
        if self.endpoint is not None:
            return f"{self.endpoint.code} {self.endpoint.display_name}"
        return self.unit.display_name if self.unit is not None else ""
