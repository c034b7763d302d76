"""The network and its conflicts as plain data: one shape for the API, the pages and the journal."""

from collections.abc import Iterable, Mapping

from accounts.schemas import Row, written
from rooms.models import Bridge, Endpoint
from rooms.occupancy import Availability, Taken
from rooms.scheduling.capacity import PortHolder, PortPeak
from rooms.scheduling.conflicts import (
    BridgeUnreachable,
    Conflict,
    EndpointBusy,
    EndpointClosed,
    EndpointInvalid,
    LinkExhausted,
    PortsExhausted,
)
from rooms.scheduling.intervals import Interval
from rooms.scheduling.ways import ways_data
from rooms.selectors import endpoints_named


def endpoint_row(endpoint: Endpoint) -> Row:
    """code, name, unit, tier, bridge, seats, active; unit and tier must be loaded."""
    return {
        "code": endpoint.code,
        "name": endpoint.display_name,
        "unit": endpoint.unit.code,
        "tier": endpoint.tier_id,
        "bridge": endpoint.bridge.code if endpoint.bridge is not None else None,
        "seats": endpoint.seats,
        "active": endpoint.active,
    }


def bridge_row(bridge: Bridge) -> Row:
    """code, name, ports, parent, link_ports, unit."""
    return {
        "code": bridge.code,
        "name": bridge.name,
        "ports": bridge.ports,
        "parent": bridge.parent.code if bridge.parent is not None else None,
        "link_ports": bridge.link_ports,
        "unit": bridge.unit.code,
    }


def span(interval: Interval) -> Row:
    """starts_at and ends_at."""
    return {"starts_at": written(interval.start), "ends_at": written(interval.end)}


def port_row(peak: PortPeak) -> Row:
    """A bridge at its fullest moment with the meeting asked for: held by others, needed, remaining."""
    return {
        "bridge": peak.bridge,
        "bridge_name": peak.name,
        "capacity": peak.capacity,
        "held": peak.held,
        "needed": peak.needed,
        "remaining": peak.remaining,
    }


def conflict_rows(conflicts: Iterable[Conflict]) -> list[Row]:
    """Every conflict as data: `kind`, `endpoint` (code; of ports and links the first that does not fit), who, when.

    `meeting` has the title and no id: rooms do not know of meetings; `booking` is the number to find it by. One query.
    """
    listed = list(conflicts)
    codes = {code for code in map(_endpoint, listed) if code is not None}
    names = {code: endpoint.display_name for code, endpoint in endpoints_named(codes).items()}
    return [_conflict_row(each, names) for each in listed]


def _endpoint(conflict: Conflict) -> str | None:
    if isinstance(conflict, EndpointBusy | EndpointClosed | EndpointInvalid):
        return conflict.endpoint
    return conflict.first_endpoint


def _conflict_row(conflict: Conflict, names: Mapping[str, str]) -> Row:
    code = _endpoint(conflict)
    row: Row = {"kind": conflict.kind, "endpoint": code, "endpoint_name": names.get(code, code) if code else None}
    match conflict:
        case EndpointBusy():
            row |= {
                "booking": conflict.booking,
                "meeting": {"id": None, "title": conflict.title},
                "owner": {
                    "name": conflict.owner_name,
                    "phone": conflict.owner_phone,
                    "unit": conflict.owner_unit,
                },
                "held": conflict.held,
                **span(conflict.interval),
                "overlap": span(conflict.overlap),
            }
        case EndpointClosed():
            row |= {
                "cause": conflict.cause,
                "reason": conflict.reason,
                "reported_by": conflict.reported_by,
                **span(conflict.interval),
                "overlap": span(conflict.overlap),
            }
        case EndpointInvalid():
            row |= {
                "reason": conflict.reason,
                "valid_from": conflict.valid_from.isoformat() if conflict.valid_from else None,
                "valid_to": conflict.valid_to.isoformat() if conflict.valid_to else None,
                **span(conflict.overlap),
                "overlap": span(conflict.overlap),
            }
        case PortsExhausted() | LinkExhausted():
            row |= _shortage_row(conflict)
        case BridgeUnreachable():
            row |= {
                "bridge": conflict.bridge,
                "bridge_name": conflict.name,
                "endpoints": list(conflict.endpoints),
                **span(conflict.interval),
            }
    return row


def _shortage_row(shortage: PortsExhausted | LinkExhausted) -> Row:
    row: Row = {
        "bridge": shortage.bridge,
        "bridge_name": shortage.name,
        "capacity": shortage.capacity,
        "held": shortage.held,
        "needed": shortage.needed,
        "missing": shortage.missing,
        "holders": [_holder_row(each) for each in shortage.holders],
        "ways_out": [{"kind": each.kind, "ways": ways_data(each.ways)} for each in shortage.ways_out],
        **span(shortage.interval),
    }
    if isinstance(shortage, LinkExhausted):
        row["parent"] = shortage.parent
    return row


def _holder_row(holder: PortHolder) -> Row:
    return {"booking": holder.booking, "meeting": {"id": None, "title": holder.title}, "ports": holder.ports}


def taken_row(taken: Taken) -> Row:
    """A hold in the availability: its time, the session in it, its state, its owner."""
    return {
        **span(taken.interval),
        "session": span(taken.session),
        "state": taken.state,
        "local": taken.local,
        "booking": taken.booking,
        "meeting": {"id": None, "title": taken.title},
        "owner": {"name": taken.owner_name, "phone": taken.owner_phone, "unit": taken.owner_unit},
    }


def availability_row(found: Availability) -> Row:
    """from, to, endpoints with `busy` and `closed`, bridges with `load` steps and `peak`."""
    return {
        "from": written(found.window.start),
        "to": written(found.window.end),
        "endpoints": [
            {
                **endpoint_row(day.endpoint),
                "busy": [taken_row(taken) for taken in day.taken],
                "closed": [
                    {
                        **span(closure.interval),
                        "cause": closure.cause,
                        "reason": closure.reason,
                        "reported_by": closure.reported_by,
                    }
                    for closure in day.closed
                ],
            }
            for day in found.endpoints
        ],
        "bridges": [
            {
                **bridge_row(day.bridge),
                "peak": day.peak,
                "load": [{**span(interval), "ports": ports} for interval, ports in day.steps],
            }
            for day in found.bridges
        ],
    }
