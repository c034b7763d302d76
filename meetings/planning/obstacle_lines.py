"""What stood in the way of a change, as lines of the message that says so."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from meetings.planning.joins import OutRow, out_rows
from rooms.errors import BookingConflict
from rooms.scheduling.ways import WayOut
from rooms.selectors import read_ways

OBSTACLES_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class ObstacleLine:
    """One line; kinds as in rooms.rows.conflict_rows."""

    kind: str
    cause: str
    reason: str
    endpoint: str
    name: str
    title: str
    owner: str
    phone: str
    starts_at: dt.datetime | None
    ends_at: dt.datetime | None
    bridge: str
    missing: int
    valid_from: dt.date | None
    valid_to: dt.date | None
    outs: Sequence[OutRow]


def obstacles_of(conflict: BookingConflict | None) -> dict[str, object]:
    """`obstacles`, the first lines, and `obstacle_count`, for planning/_obstacles.html; none without a conflict."""
    rows = conflict.params["conflicts"] if conflict is not None else []
    conflicts = rows if isinstance(rows, list) else []
    return {"obstacles": [_line(row) for row in conflicts[:OBSTACLES_SHOWN]], "obstacle_count": len(conflicts)}


def _line(row: dict[str, Any]) -> ObstacleLine:
    owner, meeting = row.get("owner") or {}, row.get("meeting") or {}
    return ObstacleLine(
        kind=str(row.get("kind")),
        cause=str(row.get("cause") or ""),
        reason=str(row.get("reason") or ""),
        endpoint=str(row.get("endpoint") or ""),
        name=str(row.get("endpoint_name") or ""),
        title=str(meeting.get("title") or row.get("reason") or ""),
        owner=", ".join(filter(None, [owner.get("unit"), owner.get("name")])),
        phone=str(owner.get("phone") or ""),
        starts_at=moment_of(row.get("starts_at")),
        ends_at=moment_of(row.get("ends_at")),
        bridge=str(row.get("bridge") or ""),
        missing=int(row.get("missing") or 0),
        valid_from=_date(row.get("valid_from")),
        valid_to=_date(row.get("valid_to")),
        outs=out_rows([[WayOut(kind=out["kind"], ways=read_ways(out["ways"])) for out in row.get("ways_out") or []]])[
            0
        ],
    )


def _date(text: object) -> dt.date | None:
    return dt.date.fromisoformat(text) if isinstance(text, str) and text else None


def moment_of(text: object) -> dt.datetime | None:
    """A time as the API writes it, or None."""
    return dt.datetime.fromisoformat(text) if isinstance(text, str) and text else None
