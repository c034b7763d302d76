"""Who: units of the network with their dates of validity, people, users and the roles they hold."""

import datetime as dt
from typing import ClassVar, Self

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.decision import Grant, Role
from accounts.names import display_name, short_name
from accounts.text import fold, nfc


class UnitQuerySet(models.QuerySet["Unit"]):
    def valid(self, *, on: dt.date) -> Self:
        """Units that exist on that day (valid_to is the first day on which a unit no longer exists)."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), valid_from__lte=on)

    def under(self, unit: "Unit") -> Self:
        """The unit itself and everything below it."""
        return self.filter(path__startswith=unit.path)


class Unit(models.Model):
    """An administrative unit. Codes are the official ones; a code may name another unit after a reorganisation.

    `parent` is a fact of the unit's own time and stays. `path` says who reaches the unit today: the keys from the top
    down to it; a unit that passed into another hangs there under its heir (accounts.units.paths).
    """

    code = models.CharField(max_length=16)
    name = models.CharField(max_length=150)
    kind = models.CharField(max_length=40)
    tier = models.CharField(max_length=20)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    path = models.CharField(max_length=120, db_index=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    search_text = models.CharField(max_length=200)

    objects: ClassVar[models.Manager["Unit"]] = models.Manager.from_queryset(UnitQuerySet)()

    class Meta:
        ordering = ("code",)
        constraints = (
            models.UniqueConstraint(fields=["code", "valid_from"], name="unit_code_once_a_day"),
            models.UniqueConstraint(fields=["code"], condition=Q(valid_to__isnull=True), name="unit_code_open_once"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=models.F("valid_from")), name="unit_valid_order"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def display_name(self) -> str:
        return display_name(self.name, self.kind, get_language() or "vi")

    @property
    def short_name(self) -> str:
        return short_name(self.name, self.kind)


class Succession(models.Model):
    """A unit, or a part of it, passed into another on a day. `inherits`: who got the unit's people, roles and old
    meetings; a divided unit passed into several, and one of them inherits. A unit that begins anew under its own code,
    with another name or parent, passed into itself."""

    WHOLE, MAIN, PART = "whole", "main part", "part"
    SHARES: ClassVar = [(WHOLE, _("All of it")), (MAIN, _("The main part")), (PART, _("A part"))]

    old = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="successions")
    new = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="origins")
    share = models.CharField(max_length=10, choices=SHARES, default=WHOLE)
    inherits = models.BooleanField(default=False)
    on = models.DateField()

    class Meta:
        ordering = ("on", "pk")
        constraints = (
            models.UniqueConstraint(fields=["old", "new"], name="succession_once"),
            models.UniqueConstraint(fields=["old"], condition=Q(inherits=True), name="succession_one_heir"),
            models.CheckConstraint(condition=~Q(old=models.F("new")), name="succession_to_another_row"),
        )

    def __str__(self) -> str:
        return f"{self.old_id} → {self.new_id}: {self.share}"


class User(AbstractUser):
    """An account. The person behind it is `person`; rights come from memberships only, never from flags.

    `known_grants` and `known_person` are what accounts.selectors has asked for already: a request loads its user anew,
    so they live no longer than it.
    """

    known_grants: list[Grant] | None = None
    known_person: "list[Person] | None" = None

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class Person(models.Model):
    """Somebody who can be invited. A delegate may have no account."""

    LANGUAGES: ClassVar = [("vi", "Tiếng Việt"), ("en", "English")]

    full_name = models.CharField(max_length=120)
    position = models.CharField(max_length=150, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="people")
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    language = models.CharField(max_length=2, choices=LANGUAGES, default="vi")
    user = models.OneToOneField(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="person")
    is_demo = models.BooleanField(default=False)
    search_text = models.CharField(max_length=320)

    class Meta:
        ordering = ("full_name", "pk")
        indexes = (models.Index(fields=["email"], name="person_email"),)

    def __str__(self) -> str:
        return self.full_name

    def save(self, *args: object, **kwargs: object) -> None:
        self.prepare()
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # Django's own signature, passed through

    def prepare(self) -> None:
        """Normalise text and the search column: call it before bulk_create."""
        self.full_name = nfc(self.full_name).strip()
        self.position = nfc(self.position).strip()
        self.search_text = fold(f"{self.full_name} {self.position}")


class Membership(models.Model):
    """A role held at a unit; it reaches everything under that unit."""

    ROLES: ClassVar = [
        (Role.ADMINISTRATOR.value, _("Administrator")),
        (Role.SECRETARIAT.value, _("Secretary")),
        (Role.OPERATOR.value, _("Endpoint operator")),
        (Role.CHAIR.value, _("Chair")),
        (Role.DELEGATE.value, _("Delegate")),
        (Role.OBSERVER.value, _("Observer")),
    ]

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=ROLES)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="memberships")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "role", "unit"], name="membership_once"),)

    def __str__(self) -> str:
        return f"{self.user}: {self.role} @ {self.unit}"


class ApiToken(models.Model):
    """A bearer token of a user; only its SHA-256 is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.user}: {self.label}"


class IdempotentReply(models.Model):
    """What was answered to a write that carried an Idempotency-Key; the same key gets the same answer for a day."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "key"], name="idempotent_key_once"),)

    def __str__(self) -> str:
        return f"{self.user}: {self.key}"
