"""Where, and with how many ports: tiers, bridges, endpoints and what is booked on them."""

import datetime as dt
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Person, Unit


class Tier(models.Model):
    """A level of the network. Tiers are data: nothing counts them."""

    code = models.CharField(max_length=20, primary_key=True)
    name_vi = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    rank = models.PositiveSmallIntegerField(unique=True)

    class Meta:
        ordering = ("rank",)

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_en if (get_language() or "vi").startswith("en") else self.name_vi


class Bridge(models.Model):
    """A multipoint control unit. `link_ports` bounds the cascade links to its parent at one time; empty: unbounded."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=120)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="bridges")
    ports = models.PositiveIntegerField()
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    link_ports = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class EndpointQuerySet(models.QuerySet["Endpoint"]):
    def valid(self, *, on: dt.date) -> Self:
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), valid_from__lte=on)


class Endpoint(models.Model):
    """A room connected to the conference. Its code is stable and human: T1, H024, X00688."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=150)
    name_en = models.CharField(max_length=150, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="endpoints")
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="endpoints")
    bridge = models.ForeignKey(Bridge, null=True, blank=True, on_delete=models.PROTECT, related_name="endpoints")
    seats = models.PositiveIntegerField(default=30)
    active = models.BooleanField(default=True)
    contact = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="endpoints")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    search_text = models.CharField(max_length=220)

    objects: ClassVar[models.Manager["Endpoint"]] = models.Manager.from_queryset(EndpointQuerySet)()

    class Meta:
        ordering = ("tier__rank", "code")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def display_name(self) -> str:
        """Own name where the endpoint has one (a provincial room), else its unit's, in the reader's language."""
        english = (get_language() or "vi").startswith("en")
        if english:
            return self.name_en or (self.unit.display_name if self.name == self.unit.name else self.name)
        return self.name

    @property
    def short_name(self) -> str:
        return self.unit.short_name if self.name == self.unit.name else self.display_name


class EndpointGroup(models.Model):
    """A saved selection of endpoints under a name of the office's own."""

    name = models.CharField(max_length=100)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="endpoint_groups")
    endpoints = models.ManyToManyField(Endpoint, related_name="groups")

    class Meta:
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=["unit", "name"], name="endpoint_group_name_once"),)

    def __str__(self) -> str:
        return self.name


class Booking(models.Model):
    """Endpoints and ports held for one session. `hold_*` includes set-up and tear-down.

    `tier` is the level that convenes the session: a higher one may displace it, an equal one may not. `fixed`: a
    session from outside (Central) that was only entered here, without a meeting of ours.
    """

    BOOKED, HELD, RELEASED = "booked", "held", "released"
    STATES: ClassVar = [(BOOKED, _("Booked")), (HELD, _("Held")), (RELEASED, _("Released"))]

    title = models.CharField(max_length=250)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="bookings")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="bookings")
    owner_name = models.CharField(max_length=120)
    owner_phone = models.CharField(max_length=30, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    hold_starts_at = models.DateTimeField(db_index=True)
    hold_ends_at = models.DateTimeField()
    host_endpoint = models.ForeignKey(Endpoint, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    local = models.BooleanField(default=False)
    tier = models.ForeignKey(Tier, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    fixed = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=STATES, default=BOOKED)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("starts_at", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="booking_ends_after_start"),
            models.CheckConstraint(
                condition=Q(hold_starts_at__lte=F("starts_at"), hold_ends_at__gte=F("ends_at")),
                name="booking_hold_covers",
            ),
        )

    def __str__(self) -> str:
        return self.title


class BookedEndpoint(models.Model):
    """One endpoint's share of a booking: the interval in which nobody else may have it (half-open).

    `ends_at - starts_at` never exceeds 48 hours, so that the overlap query can bound its range scan
    (performance.md, 4). PostgreSQL adds an exclusion constraint (migration 0002).
    `bridge` is the one whose port it takes in this session, none for `way` relay and receive.
    """

    class Way(models.TextChoices):
        PORT = "port", _("Own port")
        RELAY = "relay", _("Relayed by another endpoint")
        RECEIVE = "receive", _("Receives only, by television")

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="booked_endpoints")
    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, related_name="booked")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    released = models.BooleanField(default=False)
    bridge = models.ForeignKey(Bridge, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    way = models.CharField(max_length=8, choices=Way.choices, default=Way.PORT)
    relay = models.ForeignKey(Endpoint, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["booking", "endpoint"], name="booked_endpoint_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="booked_endpoint_order"),
        )
        indexes = (
            models.Index(fields=["endpoint", "starts_at"], name="booked_endpoint_start"),
            models.Index(fields=["starts_at"], name="booked_start"),
        )

    def __str__(self) -> str:
        return f"{self.endpoint_id}: {self.starts_at}–{self.ends_at}"


class BookedPorts(models.Model):
    """What a booking takes of one bridge: `ports`, link ends among them, and `links` (0 or 1) on its link upwards.

    Written with the booking, so that the load of a bridge is read from a few rows and not from every endpoint.
    """

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="booked_ports")
    bridge = models.ForeignKey(Bridge, on_delete=models.PROTECT, related_name="booked")
    ports = models.PositiveIntegerField()
    links = models.PositiveSmallIntegerField(default=0)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    released = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["booking", "bridge"], name="booked_ports_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="booked_ports_order"),
        )
        indexes = (models.Index(fields=["starts_at"], name="booked_ports_start"),)

    def __str__(self) -> str:
        return f"{self.bridge_id}: {self.ports}"


class Closure(models.Model):
    """An endpoint is out of service: maintenance of the line, the room in other use."""

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="closures")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=200)
    reported_by = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ("starts_at",)
        constraints = (models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="closure_order"),)
        indexes = (models.Index(fields=["endpoint", "starts_at"], name="closure_start"),)

    def __str__(self) -> str:
        return self.reason


class OpeningHours(models.Model):
    """When an endpoint can be used on a weekday (Monday = 0). An endpoint without rows can be used at any time."""

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        ordering = ("endpoint", "weekday", "opens")
        constraints = (
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="opening_hours_order"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="opening_hours_weekday"),
            models.UniqueConstraint(fields=["endpoint", "weekday", "opens"], name="opening_hours_once"),
        )

    def __str__(self) -> str:
        return f"{self.weekday}: {self.opens}–{self.closes}"


class OfficeDay(models.Model):
    """What the office says of a day, over the public calendar: a day off, or a day that is worked after all."""

    day = models.DateField(unique=True)
    worked = models.BooleanField(default=False)
    name = models.CharField(max_length=120)

    class Meta:
        ordering = ("day",)

    def __str__(self) -> str:
        return f"{self.day}: {self.name}"


class EndpointPlace(models.Model):
    """What an endpoint was called and belonged to on the days `[valid_from, valid_to)`, before it was changed. What it
    is since the last of them stands in the endpoint itself."""

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="places")
    name = models.CharField(max_length=150)
    name_en = models.CharField(max_length=150, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="+")
    bridge = models.ForeignKey(Bridge, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField()

    class Meta:
        ordering = ("endpoint", "valid_from")
        constraints = (
            models.UniqueConstraint(fields=["endpoint", "valid_from"], name="endpoint_place_once"),
            models.CheckConstraint(condition=Q(valid_to__gt=F("valid_from")), name="endpoint_place_order"),
        )

    def __str__(self) -> str:
        return f"{self.name}: {self.valid_from}–{self.valid_to}"


class Reorganisation(models.Model):
    """A change of the network on one day: a draft until it is carried out, once. `unit` is whose administrators look
    after it; `listed`: the new units come from a complete list, so old ones that it does not name end. `took_effect_at`
    is when endpoints, people and roles passed on: at once, or by the worker when the day comes; `left_over` are codes
    of endpoints that then stayed on their bridge, since meetings booked meanwhile would not have fitted."""

    title = models.CharField(max_length=150)
    on = models.DateField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="reorganisations")
    listed = models.BooleanField(default=False)
    ignored = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    carried_out_at = models.DateTimeField(null=True, blank=True)
    carried_out_by = models.CharField(max_length=120, blank=True)
    took_effect_at = models.DateTimeField(null=True, blank=True)
    left_over = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ("-on", "-pk")

    def __str__(self) -> str:
        return self.title


class ComingUnit(models.Model):
    """A unit as it is to stand from the day of a reorganisation on."""

    reorganisation = models.ForeignKey(Reorganisation, on_delete=models.CASCADE, related_name="coming_units")
    code = models.CharField(max_length=16)
    name = models.CharField(max_length=150)
    kind = models.CharField(max_length=40)
    tier = models.CharField(max_length=20)
    parent_code = models.CharField(max_length=16, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)

    class Meta:
        ordering = ("code",)
        constraints = (models.UniqueConstraint(fields=["reorganisation", "code"], name="coming_unit_once"),)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class PassingUnit(models.Model):
    """What becomes of a unit. `shares`: pairs of a new code and a share (accounts.models.Succession.share); `decision`
    is empty while it is open; `heir` the code of the unit that gets its people, roles, rooms and past; `touched`: a
    person decided it."""

    class Decision(models.TextChoices):
        OPEN = "", _("Undecided")
        PASS = "pass", _("Passes into another unit")
        CLOSE = "close", _("Ends without an heir")
        KEEP = "keep", _("Stays as it is")

    reorganisation = models.ForeignKey(Reorganisation, on_delete=models.CASCADE, related_name="passing_units")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    shares = models.JSONField(default=list, blank=True)
    decision = models.CharField(max_length=5, choices=Decision.choices, default=Decision.OPEN, blank=True)
    heir = models.CharField(max_length=16, blank=True)
    suggestion = models.CharField(max_length=16, blank=True)
    touched = models.BooleanField(default=False)

    class Meta:
        ordering = ("decision", "unit__code")
        constraints = (models.UniqueConstraint(fields=["reorganisation", "unit"], name="passing_unit_once"),)

    def __str__(self) -> str:
        return f"{self.unit}: {self.decision}"


class EndpointChange(models.Model):
    """What becomes of an endpoint. `decision` is empty while it is open; `unit_code`, `name` and `bridge` are what is
    wished where it differs from what follows by itself; `closes_on` is the first day without it."""

    class Decision(models.TextChoices):
        OPEN = "", _("Undecided")
        FOLLOW = "follow", _("Passes with its unit")
        MOVE = "move", _("Passes to another unit")
        CLOSE = "close", _("Closes")

    reorganisation = models.ForeignKey(Reorganisation, on_delete=models.CASCADE, related_name="endpoint_changes")
    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(max_length=6, choices=Decision.choices, default=Decision.OPEN, blank=True)
    unit_code = models.CharField(max_length=16, blank=True)
    name = models.CharField(max_length=150, blank=True)
    bridge = models.ForeignKey(Bridge, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    closes_on = models.DateField(null=True, blank=True)
    suggestion = models.CharField(max_length=16, blank=True)
    touched = models.BooleanField(default=False)

    class Meta:
        ordering = ("decision", "endpoint__code")
        constraints = (models.UniqueConstraint(fields=["reorganisation", "endpoint"], name="endpoint_change_once"),)

    def __str__(self) -> str:
        return f"{self.endpoint}: {self.decision}"
