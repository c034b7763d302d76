"""How much a socket may cost. Times in seconds; settings.REALTIME_LIMITS overrides single members."""

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    tail_every: float = 1.0
    """The log is looked at this often, whatever was or was not heard of a change."""
    ask_every: float = 0.5
    """Who comes within this time of the last question about rights is asked about in the next one: of a crowd many."""
    credentials_every: float = 3.0
    """Whether sessions and tokens have ended is asked this often; with the rest a socket is cut within 5 s."""
    rights_every: float = 60.0
    """Who may hear what is asked this often, though nobody has said that a right has changed."""
    ping_after: float = 20.0
    silent_after: float = 50.0
    """A socket that has sent nothing, not even a pong, for this long is closed."""
    queue_frames: int = 1000
    queue_bytes: int = 1 << 20
    """What may wait for a socket that does not read; beyond, it is closed with 4408."""
    replay_frames: int = 100
    replay_bytes: int = 1 << 16
    """A replay is written in parts of this size, each when most of the one before was read."""
    batch: int = 200
    """Sockets written to before others of the process have their turn."""
    client_frames: int = 100
    """Frames a client may send between two pings."""
    direct: bool = True
    """Write to daphne's sockets past its buffers, where they are as expected (realtime.writers)."""
    recent_events: int = 500
    """Events of a stream kept in memory for sockets that come back."""
    count_every: float = 1.0
    """Tablets are counted this often, when something changed."""
    count_again: float = 15.0
    """What a process has counted is confirmed this often,"""
    count_stale: float = 45.0
    """and no longer believed when it was not confirmed for this long: the process is gone."""


def current_limits() -> Limits:
    """The limits of this installation. Raises TypeError for a member that does not exist."""
    return Limits(**getattr(settings, "REALTIME_LIMITS", {}))
