"""Endpoints in the groups that people read them in: a tier, or within the lowest tier each unit above it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from accounts.models import Unit
from rooms.models import Endpoint, Tier


@dataclass(frozen=True)
class EndpointGroupRow:
    """One heading with its endpoints. `unit` is set where a tier is split by the unit above it."""

    tier: Tier
    unit: Unit | None = None
    endpoints: list[Endpoint] = field(default_factory=list)

    @property
    def title(self) -> str:
        return self.unit.display_name if self.unit else self.tier.name

    @property
    def key(self) -> str:
        """Stable and fit for an HTML id."""
        return f"{self.tier.code}-{self.unit.code}" if self.unit else self.tier.code


def grouped(endpoints: Iterable[Endpoint]) -> list[EndpointGroupRow]:
    """Groups in the order of the network: tiers by rank, units by code.

    A tier is split by parent unit when its endpoints hang under several units of a tier between it and the top. Expects
    endpoints with tier, unit and unit.parent at hand (`rooms.selectors.endpoints_in_order`); makes no query.
    """
    by_tier: dict[str, list[Endpoint]] = {}
    for endpoint in sorted(endpoints, key=lambda row: (row.tier.rank, row.code)):
        by_tier.setdefault(endpoint.tier_id, []).append(endpoint)
    return [group for rows in by_tier.values() for group in _split(rows)]


def _split(rows: list[Endpoint]) -> Iterator[EndpointGroupRow]:
    parents = {row.unit.parent_id: row.unit.parent for row in rows}
    between = [parent for parent in parents.values() if parent is not None and parent.parent_id is not None]
    if len(between) < 2:
        yield EndpointGroupRow(rows[0].tier, None, rows)
        return
    groups: dict[int | None, EndpointGroupRow] = {}
    for row in rows:
        parent = row.unit.parent
        groups.setdefault(row.unit.parent_id, EndpointGroupRow(row.tier, parent)).endpoints.append(row)
    yield from sorted(groups.values(), key=lambda group: group.unit.code if group.unit else "")
