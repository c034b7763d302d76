"""The journal: what happened, for ever. Rows are only ever added; migration 0002 has the database say so too."""

from typing import Any, ClassVar, Never, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.chain import START, Head, Record
from audit.errors import AppendOnly

_Row = TypeVar("_Row", bound=models.Model)


class AppendOnlyQuerySet(models.QuerySet[_Row]):
    """Reads and adds; raises AppendOnly for every other way to touch a row."""

    def update(self, **_kwargs: Any) -> Never:
        raise AppendOnly

    def bulk_update(self, *_args: Any, **_kwargs: Any) -> Never:
        raise AppendOnly

    def update_or_create(self, *_args: Any, **_kwargs: Any) -> Never:
        raise AppendOnly

    def delete(self) -> Never:
        raise AppendOnly


class Chain(models.Model):
    """One line of entries ("meeting:42", "network", "accounts") and its head: how long it is, the last hash."""

    name = models.CharField(max_length=120, unique=True)
    length = models.PositiveBigIntegerField(default=0)
    head_hash = models.CharField(max_length=64, default=START)

    class Meta:
        verbose_name = _("journal")
        verbose_name_plural = _("journals")

    def __str__(self) -> str:
        return self.name

    @property
    def head(self) -> Head:
        return Head(self.length, self.head_hash)

    def delete(self, *_args: Any, **_kwargs: Any) -> Never:
        raise AppendOnly


class Entry(models.Model):
    """One act: who did what to which object. The actor is kept by number and by name, so it outlives the account."""

    chain = models.ForeignKey(Chain, on_delete=models.PROTECT, related_name="entries")
    seq = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.TextField(blank=True)
    verb = models.CharField(max_length=80)
    object_type = models.CharField(max_length=80)
    object_id = models.CharField(max_length=80)
    object_label = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    request_id = models.CharField(max_length=64, blank=True)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects: ClassVar[models.Manager["Entry"]] = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal entries")
        ordering = ["chain", "seq"]
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["chain", "seq"], name="audit_entry_once")]
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="audit_entry_object"),
            models.Index(fields=["at"], name="audit_entry_at"),
        ]

    def __str__(self) -> str:
        return f"{self.chain_id}/{self.seq} {self.verb}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *_args: Any, **_kwargs: Any) -> Never:
        raise AppendOnly

    def as_record(self, chain: str) -> Record:
        """The entry as ``audit.chain`` reads it; ``chain`` is the name of its chain."""
        return Record(
            chain=chain,
            seq=self.seq,
            at=self.at,
            actor_id=self.actor_id,
            actor_name=self.actor_name,
            verb=self.verb,
            object_type=self.object_type,
            object_id=self.object_id,
            object_label=self.object_label,
            data=self.data,
            request_id=self.request_id,
            prev_hash=self.prev_hash,
            hash=self.hash,
        )
