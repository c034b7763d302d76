"""What a booking may be refused for. Sentences are made where they are shown."""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from accounts.errors import DomainError
from rooms.scheduling.conflicts import Verdict
from rooms.scheduling.errors import SchedulingInvalid


class BookingConflict(DomainError):
    """Something stands in the way; nothing was booked and nothing was changed.

    Params: `conflicts`, rows as rooms.rows.conflict_rows makes them, and `free_endpoints`, the codes that are free.
    `verdict` is the judgement itself, None when the database's last guard was the only one to see it.
    """

    code: ClassVar[str] = "booking_conflict"

    def __init__(self, conflicts: Sequence[dict[str, object]], verdict: Verdict | None = None) -> None:
        super().__init__(
            conflicts=list(conflicts), free_endpoints=list(verdict.free_endpoints) if verdict is not None else []
        )
        self.verdict = verdict

    def name_meetings(self, name: Callable[[Sequence[dict[str, object]]], object]) -> None:
        """Let `name` fill in the meetings of the conflicts: rooms do not know of them."""
        conflicts = self.params["conflicts"]
        if isinstance(conflicts, list):
            name(conflicts)


class BookingRefused(DomainError):
    """A request that no free network could fulfil."""

    status: ClassVar[int] = 422


class BookingTooLong(BookingRefused):
    """Set-up, meeting and tear-down together exceed 48 hours. Params: `hours`."""

    code: ClassVar[str] = "booking_too_long"


class InThePast(BookingRefused):
    """The time asked for is over. Params: `ends_at`."""

    code: ClassVar[str] = "in_the_past"


class EndBeforeStart(BookingRefused):
    """The end is not after the start. Params: `start`, `end`."""

    code: ClassVar[str] = "end_before_start"


class HostNotSelected(BookingRefused):
    """The main endpoint is excepted from the selection. Params: `endpoints`."""

    code: ClassVar[str] = "host_not_selected"


class EndpointUnknown(BookingRefused):
    """Params: `endpoints`, the codes that do not exist."""

    code: ClassVar[str] = "endpoint_unknown"


class OfficeDayTaken(DomainError):
    """The office says something of that day already. Params: `day`."""

    code: ClassVar[str] = "office_day_taken"


class ClosureInvalid(DomainError):
    """A closure that is over before it begins, or that has ended already. Params: `fields` (field → reason)."""

    code: ClassVar[str] = "closure_invalid"
    status: ClassVar[int] = 422


class ClosureOver(DomainError):
    """The closure has ended: what was is not changed any more."""

    code: ClassVar[str] = "closure_over"


class HoursInvalid(DomainError):
    """Opening hours that end before they begin or overlap. Params: `weekday` (Monday = 0)."""

    code: ClassVar[str] = "hours_invalid"
    status: ClassVar[int] = 422


class SelectionMalformed(BookingRefused):
    """Params: `field`, `expected` (object, string, list_of_strings)."""

    code: ClassVar[str] = "selection_malformed"
    status: ClassVar[int] = 400


class SelectionKeysUnknown(BookingRefused):
    """Params: `keys`."""

    code: ClassVar[str] = "selection_keys_unknown"


class SelectionUnknown(BookingRefused):
    """The selection names what does not exist for this person. Params: the unknown codes by key of the selection."""

    code: ClassVar[str] = "selection_unknown"


class SelectionInactive(BookingRefused):
    """Endpoints asked for by code are out of the network on that day. Params: `endpoints`."""

    code: ClassVar[str] = "selection_inactive"


class SelectionEmpty(BookingRefused):
    """The selection stands for no endpoint."""

    code: ClassVar[str] = "selection_empty"


class WayMalformed(BookingRefused):
    """A way of joining is not exactly one of bridge, relay and receive."""

    code: ClassVar[str] = "way_malformed"
    status: ClassVar[int] = 400


class WayNotSelected(BookingRefused):
    """Params: `endpoints`, those of ways that are not asked for."""

    code: ClassVar[str] = "way_not_selected"


class WayOfHost(BookingRefused):
    """The main endpoint needs a port of its own. Params: `endpoints`."""

    code: ClassVar[str] = "way_of_host"


class WayWithoutPort(BookingRefused):
    """Who relays others has no port in this meeting. Params: `endpoints`."""

    code: ClassVar[str] = "way_without_port"


class WayBridgeUnknown(BookingRefused):
    """Params: `bridges`, the codes that do not exist."""

    code: ClassVar[str] = "way_bridge_unknown"


_REFUSALS: Mapping[str, type[BookingRefused]] = {
    "interval_empty": EndBeforeStart,
    "no_endpoints": SelectionEmpty,
    **{
        kind.code: kind
        for kind in (
            HostNotSelected,
            EndpointUnknown,
            SelectionMalformed,
            SelectionKeysUnknown,
            SelectionUnknown,
            SelectionInactive,
            SelectionEmpty,
            WayMalformed,
            WayNotSelected,
            WayOfHost,
            WayWithoutPort,
            WayBridgeUnknown,
        )
    },
}


def refusal_of(error: SchedulingInvalid) -> DomainError | SchedulingInvalid:
    """The refusal that stands for what the pure engine could not take; the error itself when it is a fault of ours."""
    kind = _REFUSALS.get(error.code)
    return error if kind is None else kind(**error.params)
