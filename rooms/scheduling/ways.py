"""How an endpoint joins a meeting when it does not take a port of its own bridge."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from rooms.scheduling.errors import SchedulingInvalid

WayKind = Literal["bridge", "relay", "receive"]


class WayInvalid(SchedulingInvalid):
    """Codes and params:

    ``way_malformed``: none. ``way_not_selected``: ``endpoints``, those of ways that are not asked for.
    ``way_of_host``: ``endpoints``, the host, which takes a port of its own. ``way_without_port``: ``endpoints``, those
    that are to relay and have no port of their own in the meeting. ``way_bridge_unknown``: ``bridges``.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Exactly one of: a port of another ``bridge``; picture and sound passed on by the endpoint ``relay``, which is in
    the same meeting with a port of its own; ``receive`` only, by television.

    Raises WayInvalid ``way_malformed``.
    """

    bridge: str | None = None
    relay: str | None = None
    receive: bool = False

    def __post_init__(self) -> None:
        if sum((self.bridge is not None, self.relay is not None, self.receive)) != 1:
            raise WayInvalid("way_malformed")

    @property
    def kind(self) -> WayKind:
        if self.bridge is not None:
            return "bridge"
        return "relay" if self.relay is not None else "receive"

    @property
    def takes_port(self) -> bool:
        return self.bridge is not None

    def as_data(self) -> dict[str, object]:
        """The JSON form: ``{"bridge": CODE}``, ``{"relay": CODE}`` or ``{"receive": true}``."""
        if self.bridge is not None:
            return {"bridge": self.bridge}
        return {"relay": self.relay} if self.relay is not None else {"receive": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOut:
    """A change of ``ways`` that ends a shortage and makes no other: ``kind`` of the ways, all the same."""

    kind: WayKind
    ways: Mapping[str, Way]


def ways_data(ways: Mapping[str, Way]) -> dict[str, dict[str, object]]:
    """The ways in their JSON form, by code of the endpoint."""
    return {code: way.as_data() for code, way in ways.items()}


def check_ways(ways: Mapping[str, Way], endpoints: Collection[str], host: str | None) -> None:
    """Raises WayInvalid for ways that these endpoints, led from the host, cannot take."""
    if not ways:
        return
    if strangers := sorted(code for code in ways if code not in endpoints):
        raise WayInvalid("way_not_selected", {"endpoints": strangers})
    if host is not None and _without_port(host, ways):
        raise WayInvalid("way_of_host", {"endpoints": [host]})
    relays = {way.relay for way in ways.values() if way.relay is not None}
    if portless := sorted(relay for relay in relays if relay not in endpoints or _without_port(relay, ways)):
        raise WayInvalid("way_without_port", {"endpoints": portless})


def ways_within(ways: Mapping[str, Way], endpoints: Iterable[str], host: str | None) -> dict[str, Way]:
    """The ways that are left when the meeting has these endpoints and this host: they pass ``check_ways``.

    Whoever was relayed by an endpoint that has left, or that has no port itself, takes the usual way again.
    """
    asked = set(endpoints)
    kept = {code: way for code, way in ways.items() if code in asked and (code != host or way.takes_port)}
    return {
        code: way
        for code, way in kept.items()
        if way.relay is None or (way.relay in asked and not _without_port(way.relay, kept))
    }


def _without_port(code: str, ways: Mapping[str, Way]) -> bool:
    return code in ways and not ways[code].takes_port
