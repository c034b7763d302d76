"""The endpoints of a request: what is known of each, and of all of them together whatever the time.

A whole network or tier is asked about again and again, and looking through 31,000 endpoints takes longer than the
question itself: what was found in a long list is kept for the lists asked about last.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Generic, Literal, NamedTuple, TypeVar

from rooms.scheduling.errors import SchedulingInvalid

InvalidReason = Literal["inactive", "not_yet_valid", "no_longer_valid", "unit_not_yet_valid", "unit_no_longer_valid"]
Found = TypeVar("Found")
LONG = 50
"""A list of fewer endpoints is looked through each time."""
_KEPT = 8


class RequestInvalid(SchedulingInvalid):
    """Codes: ``no_endpoints``, ``endpoint_repeated``, ``host_not_selected``, ``endpoint_unknown`` (each but the first
    with ``endpoints``)."""


class Lately(Generic[Found]):
    """A function of a list of endpoints that keeps what it found in the long ones asked about last.

    Lists are told apart by what is in them. The function must depend on nothing else that changes.
    """

    def __init__(self, find: Callable[[tuple[str, ...]], Found]) -> None:
        self._find = find
        self._kept: tuple[tuple[tuple[str, ...], Found], ...] = ()

    def __call__(self, endpoints: tuple[str, ...]) -> Found:
        if len(endpoints) < LONG:
            return self._find(endpoints)
        for known, found in self._kept:
            if known is endpoints or (len(known) == len(endpoints) and known == endpoints):
                return found
        made = self._find(endpoints)
        # Replaced whole: two threads may lose one another's entry, never see half of one.
        self._kept = ((endpoints, made), *self._kept[: _KEPT - 1])
        return made


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of endpoints, each once: ``position`` of each in it."""

    endpoints: tuple[str, ...]
    position: Mapping[str, int]


@Lately
def listing(endpoints: tuple[str, ...]) -> Listing:
    """The list with the place of each endpoint; equal long lists are one and the same object afterwards.

    Raises RequestInvalid ``no_endpoints`` and ``endpoint_repeated``.
    """
    if not endpoints:
        raise RequestInvalid("no_endpoints")
    position = {code: index for index, code in enumerate(endpoints)}
    if len(position) < len(endpoints):
        repeated = sorted(code for code, number in Counter(endpoints).items() if number > 1)
        raise RequestInvalid("endpoint_repeated", {"endpoints": repeated})
    return Listing(endpoints, position)


@dataclass(frozen=True, slots=True)
class EndpointFacts:
    """What the judge must know of an endpoint. It and its unit are valid on the days ``[valid_from, valid_to)``;
    None = open."""

    code: str
    bridge: str | None = None
    active: bool = True
    valid_from: date | None = None
    valid_to: date | None = None
    unit_valid_from: date | None = None
    unit_valid_to: date | None = None

    @property
    def validity(self) -> "Validity":
        return Validity(self.active, self.valid_from, self.valid_to, self.unit_valid_from, self.unit_valid_to)


class Validity(NamedTuple):
    """Whether and when an endpoint is there at all; most of a network is there since the same day."""

    active: bool
    valid_from: date | None
    valid_to: date | None
    unit_valid_from: date | None
    unit_valid_to: date | None

    def why_invalid(self, first_day: date, last_day: date) -> InvalidReason | None:
        """Why it is not there from the first to the last day; its own reasons come before those of its unit."""
        if not self.active:
            return "inactive"
        if self.valid_from is not None and first_day < self.valid_from:
            return "not_yet_valid"
        if self.valid_to is not None and last_day >= self.valid_to:
            return "no_longer_valid"
        if self.unit_valid_from is not None and first_day < self.unit_valid_from:
            return "unit_not_yet_valid"
        if self.unit_valid_to is not None and last_day >= self.unit_valid_to:
            return "unit_no_longer_valid"
        return None


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """Endpoints by what they have in common, in the order asked for: ``homes`` by the bridge that they belong to,
    those without one left out; ``validities`` by when they are there."""

    homes: Mapping[str, tuple[str, ...]]
    validities: Mapping[Validity, tuple[str, ...]]


Facts = Mapping[str, EndpointFacts]
_surveys: tuple[Facts, Lately[Survey]] | None = None


def survey(endpoints: tuple[str, ...], facts: Facts) -> Survey:
    """What the endpoints have in common. Kept for facts that cannot change (a MappingProxyType), the last ones given.

    Raises RequestInvalid ``endpoint_unknown``.
    """
    global _surveys  # noqa: PLW0603 -- replaced whole
    if not isinstance(facts, MappingProxyType):
        return _survey(endpoints, facts)
    kept = _surveys
    if kept is None or kept[0] is not facts:
        kept = _surveys = (facts, Lately(lambda asked: _survey(asked, facts)))
    return kept[1](endpoints)


def _survey(endpoints: tuple[str, ...], facts: Facts) -> Survey:
    if unknown := [code for code in endpoints if code not in facts]:
        raise RequestInvalid("endpoint_unknown", {"endpoints": unknown})
    homes: dict[str, list[str]] = {}
    validities: dict[Validity, list[str]] = {}
    for code in endpoints:
        each = facts[code]
        if each.bridge is not None:
            homes.setdefault(each.bridge, []).append(code)
        validities.setdefault(each.validity, []).append(code)
    return Survey(
        homes={bridge: tuple(codes) for bridge, codes in homes.items()},
        validities={validity: tuple(codes) for validity, codes in validities.items()},
    )
