"""Scans (every attempt, by the id its device gave it) and check-ins (one per participant)."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.planning.models import Meeting, Participant
from rooms.models import Endpoint


class Method(models.TextChoices):
    PERSONAL_QR = "personal_qr", _("Personal code")
    ROTATING_QR = "rotating_qr", _("Room code")
    MANUAL = "manual", _("By hand")
    SHEET = "sheet", _("Signed sheet")


class Scan(models.Model):
    """One operation of a device. A replay of the same `op_id` finds this row and gets the same answer."""

    class Result(models.TextChoices):
        ACCEPTED = "accepted", _("Valid")
        DUPLICATE = "duplicate", _("Already checked in")
        REFUSED = "refused", _("Refused")

    op_id = models.UUIDField(unique=True)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="scans")
    participant = models.ForeignKey(Participant, null=True, on_delete=models.RESTRICT, related_name="scans")
    endpoint = models.ForeignKey(Endpoint, null=True, on_delete=models.PROTECT, related_name="+")
    method = models.CharField(max_length=12, choices=Method.choices)
    result = models.CharField(max_length=10, choices=Result.choices)
    reason = models.CharField(max_length=40, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    device = models.CharField(max_length=64, blank=True)
    scanned_at = models.DateTimeField()
    received_at = models.DateTimeField()
    clock_flag = models.BooleanField(default=False)

    class Meta:
        ordering = ("-received_at", "-pk")
        indexes = (models.Index(fields=["meeting", "received_at"], name="scan_meeting_time"),)

    def __str__(self) -> str:
        return f"{self.op_id}: {self.result}"

    @property
    def counts_at(self) -> dt.datetime:
        """The moment at which the person of this scan is taken to have come (admission.moment)."""
        return self.received_at if self.clock_flag else min(self.scanned_at, self.received_at)


class CheckIn(models.Model):
    """A participant is present: once per meeting, whatever number of scans."""

    class Mode(models.TextChoices):
        IN_PERSON = "in_person", _("In person")
        ONLINE = "online", _("Online")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="check_ins")
    participant = models.OneToOneField(Participant, on_delete=models.RESTRICT, related_name="check_in")
    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, related_name="+")
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.IN_PERSON)
    method = models.CharField(max_length=12, choices=Method.choices)
    at = models.DateTimeField()
    late = models.BooleanField(default=False)
    left_at = models.DateTimeField(null=True, blank=True)
    scan = models.ForeignKey(Scan, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ("at", "pk")
        indexes = (models.Index(fields=["meeting", "endpoint"], name="check_in_meeting_endpoint"),)

    def __str__(self) -> str:
        return f"{self.participant_id} @ {self.at}"
