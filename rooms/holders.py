"""The one question upwards: what do bookings belong to, and may this user move them? (settings.BOOKING_HOLDERS)"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils.module_loading import import_string

from accounts.models import User
from rooms.scheduling.intervals import Interval


@dataclass(frozen=True, slots=True)
class Holder:
    """What a booking belongs to: its page, its version, and the address that takes another time for it; that one is
    empty where the user may not move it."""

    url: str
    version: int
    move_url: str = ""


Holders = Mapping[int, Holder]
"""Booking → what it belongs to; bookings of which the user may not know are missing."""


def holders_in(user: User | AnonymousUser, window: Interval) -> Holders:
    """What the bookings that overlap the window belong to, as far as the user may know. A fixed number of queries."""
    found = cast("Callable[[User | AnonymousUser, Interval], Holders]", import_string(settings.BOOKING_HOLDERS))
    return found(user, window)
