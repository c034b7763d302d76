"""Asking an owner for endpoints, and waiting for a slot that is taken."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Unit
from meetings.planning.models import Meeting
from rooms.models import Endpoint


class UsageRequest(models.Model):
    """A meeting asks the owner of endpoints for them. Nothing is held before the owner approves.

    Refused without a `reason`: the endpoints were given to another meeting at that time."""

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting for an answer")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", pgettext_lazy("request", "Refused")
        LAPSED = "lapsed", _("Lapsed")
        WITHDRAWN = "withdrawn", pgettext_lazy("request", "Withdrawn")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="usage_requests")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="usage_requests")
    endpoints = models.ManyToManyField(Endpoint, related_name="usage_requests")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    message = models.CharField(max_length=300, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("asked_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["meeting", "unit"], condition=Q(state="pending"), name="usage_request_pending_once"
            ),
        )
        indexes = (models.Index(fields=["state", "expires_at"], name="usage_request_state"),)

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.unit_id} {self.state}"


class WaitingEntry(models.Model):
    """A draft in line for a time that is taken, first come first served. An offer holds the slot until it expires.

    `endpoints` are those that the draft's selection stood for when it joined: all of them or nothing is offered.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("In line")
        OFFERED = "offered", _("Offered")
        TAKEN = "taken", _("Taken up")
        LAPSED = "lapsed", _("Lapsed")
        WITHDRAWN = "withdrawn", pgettext_lazy("request", "Withdrawn")

    meeting = models.OneToOneField(Meeting, on_delete=models.CASCADE, related_name="waiting")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    endpoints = models.ManyToManyField(Endpoint, related_name="waiting")
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField(default=timezone.now)
    offered_at = models.DateTimeField(null=True, blank=True)
    offer_expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("placed_at", "pk")
        indexes = (models.Index(fields=["state", "placed_at"], name="waiting_state"),)

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.state}"
