"""Word of time that may have become free. Rooms do not know who waits for it."""

from django.dispatch import Signal

freed = Signal()
"""Sent by rooms.actions within the transaction that lets something go; `window`: the Interval in which it was held."""
