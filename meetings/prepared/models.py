"""Templates of meetings: what an office convenes again and again, kept without a date."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Person, Unit
from rooms.models import Endpoint


class MeetingTemplate(models.Model):
    """A meeting without a date. `selection` as Meeting.selection. `agenda`: rows of title, presenter, minutes;
    `people`: rows of person (id), full_name, position, endpoint (code), role, summons. Both as they were when saved."""

    name = models.CharField(max_length=100)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="meeting_templates")
    title = models.CharField(max_length=250)
    minutes = models.PositiveIntegerField()
    usual_start = models.TimeField(null=True, blank=True)
    setup_minutes = models.PositiveSmallIntegerField(default=60)
    teardown_minutes = models.PositiveSmallIntegerField(default=0)
    selection = models.JSONField(default=dict, blank=True)
    host_endpoint = models.ForeignKey(Endpoint, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    chair = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    local = models.BooleanField(default=False)
    agenda = models.JSONField(default=list, blank=True)
    people = models.JSONField(default=list, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(fields=["unit", "name"], name="meeting_template_name_once"),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="meeting_template_minutes"),
        )

    def __str__(self) -> str:
        return self.name
