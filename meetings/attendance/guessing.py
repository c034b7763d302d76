"""Slows down whoever tries out codes: so many wrong ones a minute per account and per device, then a pause.

The seal of a code has 128 bits: nobody guesses one. The pause keeps somebody who tries from burdening the roll call,
and makes the attempt show.
"""

from collections.abc import Iterable
from typing import Final

from django.core.cache import cache
from django.utils import timezone

from meetings.attendance.errors import TooManyWrongCodes

WRONG_CODES: Final = 20
WINDOW_SECONDS: Final = 60


def _keys(user: int | None, devices: Iterable[str]) -> list[str]:
    own = [] if user is None else [f"wrong-codes:user:{user}"]
    return [*own, *(f"wrong-codes:device:{device}" for device in sorted(devices))]


def demand_patience(user: int | None, devices: Iterable[str]) -> None:
    """Let the next codes be looked at. Raises TooManyWrongCodes while the account or one of its devices must wait."""
    waiting = [until for key in _keys(user, devices) if (until := cache.get(f"{key}:pause")) is not None]
    if waiting:
        left = max(until - timezone.now().timestamp() for until in waiting)
        raise TooManyWrongCodes(retry_after_seconds=max(1, round(left)))


def note_wrong_codes(user: int | None, devices: Iterable[str], number: int) -> None:
    """Count codes that were none of ours; the last one within a minute's measure begins a pause of a minute."""
    if number == 0:
        return
    for key in _keys(user, devices):
        cache.add(key, 0, WINDOW_SECONDS)
        try:
            counted = cache.incr(key, number)
        except ValueError:  # the minute ended in between
            cache.set(key, number, WINDOW_SECONDS)
            counted = number
        if counted >= WRONG_CODES:
            cache.set(f"{key}:pause", timezone.now().timestamp() + WINDOW_SECONDS, WINDOW_SECONDS)
            cache.delete(key)
