"""Documents of a meeting and their versions, addressed by content."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.agenda.models import Item
from meetings.planning.models import Meeting


class Document(models.Model):
    """A paper under an agenda item (or the meeting as a whole). Readers see it only while it is published."""

    class Access(models.TextChoices):
        EVERYONE = "everyone", _("Everyone invited")
        STAFF = "staff", _("Secretariat only")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="documents")
    item = models.ForeignKey(Item, null=True, blank=True, on_delete=models.SET_NULL, related_name="documents")
    position = models.PositiveIntegerField(default=0)
    title = models.CharField(max_length=250)
    access = models.CharField(max_length=10, choices=Access.choices, default=Access.EVERYONE)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    published_number = models.PositiveIntegerField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.title


class Version(models.Model):
    """One uploaded content. `sha256` is of the cleaned file that readers get; the original is kept apart, unserved."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    original_sha256 = models.CharField(max_length=64)
    bytes = models.PositiveBigIntegerField()
    pages = models.PositiveIntegerField()
    content_type = models.CharField(max_length=40)
    original_name = models.CharField(max_length=200)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "meetings_document_version"
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=["document", "number"], name="version_number_once"),)

    def __str__(self) -> str:
        return f"{self.document_id}/{self.number}"
