"""A network of any size, made quickly: for counting queries."""

from accounts.models import Unit
from rooms.models import Bridge, Endpoint, Tier
from tests.people import SINCE, Network


def add_endpoints(network: Network, number: int, *, unit: str = "026", bridge: str | None = "MCU-01") -> list[str]:
    """`number` more commune endpoints E0001… in a unit, known to `network`; their codes."""
    tier = Tier.objects.get(code="commune")
    where: Unit = network.units[unit]
    served: Bridge | None = network.bridges[bridge] if bridge else None
    made = Endpoint.objects.bulk_create(
        Endpoint(
            code=f"E{index:04}",
            name=f"Điểm {index}",
            unit=where,
            tier=tier,
            bridge=served,
            valid_from=SINCE,
            search_text=f"e{index:04} diem {index}",
        )
        for index in range(1, number + 1)
    )
    network.endpoints |= {endpoint.code: endpoint for endpoint in made}
    return [endpoint.code for endpoint in made]
