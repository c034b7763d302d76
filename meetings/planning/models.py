"""Meetings and who is expected where, as what."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person, Unit
from rooms.models import Booking, Endpoint


class Meeting(models.Model):
    """One session over the network. A draft has no booking yet; `selection` is what was asked for, as the API takes it
    (tiers, under, endpoints, groups, except), what is booked for it stands in `booking`. A `local` meeting takes no
    ports. `reason` says why it is postponed or cancelled; `displaced_by` is the session of a higher tier that took its
    place: it is to be moved. `occurs_on` is the day that the rule of its `series` gave it, wherever it was moved."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SCHEDULED = "scheduled", _("Scheduled")
        OPEN = "open", _("In session")
        CLOSED = "closed", _("Closed")
        ARCHIVED = "archived", _("Archived")
        POSTPONED = "postponed", _("Postponed")
        CANCELLED = "cancelled", _("Cancelled")

    title = models.CharField(max_length=250)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="meetings")
    booking = models.OneToOneField(
        Booking, null=True, blank=True, on_delete=models.SET_NULL, related_name="meeting", verbose_name=_("booking")
    )
    host_endpoint = models.ForeignKey(Endpoint, null=True, blank=True, on_delete=models.PROTECT, related_name="hosted")
    chair = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="chaired")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    selection = models.JSONField(default=dict, blank=True)
    setup_minutes = models.PositiveSmallIntegerField(default=60)
    teardown_minutes = models.PositiveSmallIntegerField(default=0)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    local = models.BooleanField(default=False)
    reason = models.CharField(max_length=300, blank=True)
    displaced_by = models.ForeignKey(
        Booking, null=True, blank=True, on_delete=models.SET_NULL, related_name="displaced"
    )
    series = models.ForeignKey(
        "meetings.Series", null=True, blank=True, on_delete=models.SET_NULL, related_name="meetings"
    )
    occurs_on = models.DateField(null=True, blank=True)
    number = models.CharField(max_length=40, blank=True)
    revision = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="meetings")
    changed_by = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    search_text = models.CharField(max_length=300)

    class Meta:
        ordering = ("starts_at", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="meeting_ends_after_start"),
            models.UniqueConstraint(fields=["series", "occurs_on"], name="meeting_series_day_once"),
        )
        indexes = (models.Index(fields=["status", "starts_at"], name="meeting_status_start"),)

    def __str__(self) -> str:
        return self.title

    @property
    def stream(self) -> str:
        """The name of the meeting's stream of events and of its audit chain."""
        return f"meeting:{self.pk}"


class Series(models.Model):
    """A meeting that repeats by a rule (RFC 5545, RRULE). `starts_at` is the first start that the rule counts from;
    the clock time is kept in the office's zone. What each date became stands in its meeting or its SkippedDate."""

    title = models.CharField(max_length=250)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="series")
    rrule = models.CharField(max_length=300)
    starts_at = models.DateTimeField()
    minutes = models.PositiveIntegerField()
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("starts_at", "pk")
        verbose_name_plural = "series"

    def __str__(self) -> str:
        return self.title


class SkippedDate(models.Model):
    """A date of a series on which there is no meeting, and why; it can be added again."""

    class Why(models.TextChoices):
        CONFLICT = "conflict", _("Something stood in the way")
        HOLIDAY = "holiday", _("Holiday")
        CANCELLED = "cancelled", _("Cancelled")
        CHOSEN = "chosen", _("Left out on purpose")

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="skipped")
    day = models.DateField()
    why = models.CharField(max_length=10, choices=Why.choices, default=Why.CHOSEN)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("day",)
        constraints = (models.UniqueConstraint(fields=["series", "day"], name="skipped_date_once"),)

    def __str__(self) -> str:
        return f"{self.series_id}: {self.day}"


class Participant(models.Model):
    """A person expected at an endpoint. Name, position and unit are kept as they were when invited."""

    class Role(models.TextChoices):
        CHAIR = "chair", _("Chair")
        SECRETARY = "secretary", _("Minute taker")
        DELEGATE = "delegate", _("Delegate")
        GUEST = "guest", _("Guest")
        OBSERVER = "observer", _("Observer")

    class Summons(models.TextChoices):
        HEAD = "head", _("Head of agency")
        REPRESENTATIVE = "representative", _("Leader's representative")
        NAMED = "named", _("Personally named")

    class Answer(models.TextChoices):
        NONE = "none", _("No answer")
        ATTENDING = "attending", _("Attending")
        DECLINED = "declined", _("Excused")
        SUBSTITUTE = "substitute", _("Substitute")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="participants")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="participations")
    full_name = models.CharField(max_length=120)
    position = models.CharField(max_length=150, blank=True)
    unit_name = models.CharField(max_length=150, blank=True)
    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, related_name="participants")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.DELEGATE)
    summons = models.CharField(max_length=15, choices=Summons.choices, default=Summons.REPRESENTATIVE)
    answer = models.CharField(max_length=10, choices=Answer.choices, default=Answer.NONE)
    answer_reason = models.CharField(max_length=300, blank=True)
    substitute_name = models.CharField(max_length=120, blank=True)
    substitute_position = models.CharField(max_length=150, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    code_serial = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("endpoint__tier__rank", "endpoint__code", "pk")
        constraints = (models.UniqueConstraint(fields=["meeting", "person"], name="participant_once"),)

    def __str__(self) -> str:
        return self.full_name
