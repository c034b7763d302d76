"""How the API writes the network: endpoints, bridges, selections, conflicts, free times."""

from typing import Annotated

from ninja import Schema
from pydantic import ConfigDict, Field

from accounts.schemas import Body, Code, Line, Row

MOST_CODES = 40_000
"""More endpoints than any network has (31,097 took part on 7 February 2026)."""

_Codes = Annotated[list[Code], Field(max_length=MOST_CODES)]


class SelectionIn(Body):
    """Which endpoints: whole tiers, all under a unit, groups by name, single codes, and exceptions from all these."""

    model_config = ConfigDict(extra="forbid", strict=True, populate_by_name=True)

    tiers: _Codes | None = None
    under: Code | None = None
    endpoints: _Codes | None = None
    groups: Annotated[list[Line], Field(max_length=1000)] | None = None
    except_: _Codes | None = Field(None, alias="except")

    def as_data(self) -> dict[str, object]:
        """The selection as rooms.scheduling.selection takes it."""
        return self.model_dump(by_alias=True, exclude_none=True)


class WayIn(Body):
    """How an endpoint joins without a port of its own bridge: exactly one of another bridge, an endpoint of the same
    meeting that relays it, and receiving only, by television."""

    bridge: Code | None = None
    relay: Code | None = None
    receive: bool = False


Ways = Annotated[dict[Code, WayIn], Field(max_length=MOST_CODES)]
"""By code of the endpoint. The `ways` of a conflict's `ways_out` have the same form."""


def ways_sent(ways: Ways) -> dict[str, dict[str, object]]:
    """The ways as rooms.selectors.read_ways takes them."""
    return {code: way.model_dump() for code, way in ways.items()}


class EndpointOut(Schema):
    code: str
    name: str
    unit: str
    tier: str
    bridge: str | None
    seats: int
    active: bool


class EndpointPage(Schema):
    count: int
    results: list[EndpointOut]


class BridgeOut(Schema):
    code: str
    name: str
    ports: int
    parent: str | None
    link_ports: int | None
    unit: str


class BridgePage(Schema):
    count: int
    results: list[BridgeOut]


class PortsOut(Schema):
    bridge: str
    bridge_name: str
    capacity: int
    held: int
    needed: int
    remaining: int


class SlotOut(Schema):
    """A free time; `ports` are those of each bridge at its fullest moment. Reasons are codes, the first one leads."""

    starts_at: str
    ends_at: str
    days_later: int
    reasons: list[str]
    ports: list[PortsOut]


class SlotPage(Schema):
    count: int
    results: list[SlotOut]


Conflicts = list[Row]
"""Rows with at least `kind` and `endpoint`: see rooms.rows.conflict_rows."""
