"""What is wanted of a meeting, before anything is booked: by a form, the API, a draft or a postponed meeting."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import NamedTuple, TypedDict

from django.utils import timezone

from accounts.decision import Right
from accounts.errors import DomainError
from accounts.models import Person, Unit, User
from accounts.schemas import Row, written
from accounts.text import fold, nfc
from meetings.planning.elsewhere import Warnings, warnings_of
from meetings.planning.models import Meeting
from meetings.planning.selectors import booked_codes, chair_row, with_meetings
from meetings.planning.standing import rank_of, standings
from rooms.actions import check
from rooms.errors import BookingConflict
from rooms.models import Booking, Endpoint
from rooms.occupancy import ways_of
from rooms.precedence import weigh
from rooms.rows import conflict_rows
from rooms.scheduling.conflicts import Conflict, ScheduleRequest, Verdict
from rooms.scheduling.precedence import Precedence
from rooms.scheduling.selection import Selection
from rooms.scheduling.ways import Way, ways_data, ways_within
from rooms.selectors import choose, endpoints_for, read_selection
from rooms.wishes import BookingRequest, require_times


@dataclass(frozen=True, kw_only=True)
class MeetingPlan:
    """A meeting as it is wanted. The caller has seen to it that the user may book for `unit`.

    `ways`: how endpoints join that do not take a port of their own bridge. `ways_may_lapse`: they were chosen before
    the endpoints were, so that those of endpoints that are not in the selection are dropped and not refused.
    """

    title: str
    unit: Unit
    selection: Selection
    starts_at: dt.datetime
    ends_at: dt.datetime
    host_endpoint: str | None = None
    setup_minutes: int = 60
    teardown_minutes: int = 0
    local: bool = False
    chair: Person | None = None
    number: str = ""
    ways: Mapping[str, Way] = field(default_factory=dict)
    ways_may_lapse: bool = False


class Changes(TypedDict, total=False):
    """What is to be different; what is not named stays. `chair` and `host_endpoint` None: none any more."""

    title: str
    number: str
    chair: Person | None
    starts_at: dt.datetime
    ends_at: dt.datetime
    setup_minutes: int
    teardown_minutes: int
    local: bool
    selection: Selection
    host_endpoint: str | None
    ways: Mapping[str, Way]
    endpoints: "EndpointChange"


class EndpointChange(NamedTuple):
    """Endpoints by code that join and that leave, whatever the others were once chosen by."""

    joining: tuple[str, ...] = ()
    leaving: tuple[str, ...] = ()

    def laid_over(self, selection: Selection) -> Selection:
        """The selection that stands for the same endpoints, these added and taken out."""
        leaving, joining = set(self.leaving), set(self.joining)
        named = [code for code in selection.endpoints if code not in leaving]
        # What only its own code named needs no exception.
        wide = selection.tiers or selection.under or selection.groups
        excepted = [code for code in selection.except_ if code not in joining]
        return replace(
            selection,
            endpoints=tuple(dict.fromkeys([*named, *self.joining])),
            except_=tuple(dict.fromkeys([*excepted, *(self.leaving if wide else ())])),
        )

    def alters(self, held: Sequence[str]) -> bool:
        """Whether another set of endpoints is held after it."""
        return bool(set(self.joining).difference(held) or set(self.leaving).intersection(held))

    def of_held(self, held: Sequence[str]) -> list[str]:
        """The codes that remain of those held; those that join are not among them."""
        return [code for code in held if code not in set(self.leaving)]


TIMED = ("starts_at", "ends_at", "setup_minutes", "teardown_minutes", "local", "host_endpoint", "selection", "ways")
"""The fields that touch what is held; the others only touch words."""


def plan_of(meeting: Meeting, changes: Changes | None = None) -> MeetingPlan:
    """The meeting as it stands, with the changes laid over it. One query."""
    changes = changes or {}
    host = meeting.host_endpoint.code if meeting.host_endpoint is not None else None
    return MeetingPlan(
        title=changes.get("title", meeting.title),
        unit=meeting.unit,
        selection=_selection(meeting, changes),
        starts_at=changes.get("starts_at", meeting.starts_at),
        ends_at=changes.get("ends_at", meeting.ends_at),
        host_endpoint=changes.get("host_endpoint", host),
        setup_minutes=changes.get("setup_minutes", meeting.setup_minutes),
        teardown_minutes=changes.get("teardown_minutes", meeting.teardown_minutes),
        local=changes.get("local", meeting.local),
        chair=changes.get("chair", meeting.chair),
        number=changes.get("number", meeting.number),
        ways=changes["ways"] if "ways" in changes else ways_of(meeting.booking_id),
        ways_may_lapse="ways" not in changes,
    )


def _selection(meeting: Meeting, changes: Changes) -> Selection:
    selection = changes["selection"] if "selection" in changes else selection_of(meeting)
    return changes["endpoints"].laid_over(selection) if "endpoints" in changes else selection


def selection_of(meeting: Meeting) -> Selection:
    """What the meeting's endpoints were asked by; of a meeting booked without such words, the endpoints themselves.
    Empty for a draft that only asks others for theirs."""
    named = meeting.selection or {"endpoints": booked_codes(meeting)}
    return read_selection(named) if any(named.values()) else Selection()


def lent_to(actor: User, meeting: Meeting) -> list[str]:
    """The codes of booked endpoints that the meeting's own selection does not stand for, or that are not the user's to
    book: others have lent them, and a new selection does not give them back."""
    held = booked_codes(meeting)
    own = selection_of(meeting)
    day = timezone.localtime(meeting.starts_at).date()
    try:
        chosen = set(choose(actor, own, right=Right.BOOK, on=day)) if own != Selection() else set()
    except DomainError:
        # What it was once chosen by is no longer all the user's: then what is explains what was.
        chosen = set(endpoints_for(actor, right=Right.BOOK).values_list("code", flat=True))
    return [code for code in held if code not in chosen]


def request_of(
    actor: User,
    plan: MeetingPlan,
    *,
    endpoints: list[str] | None = None,
    joining: Sequence[str] = (),
    lent: Sequence[str] = (),
) -> BookingRequest:
    """The booking that the plan needs: its selection made into endpoints that the user may book, and those `lent`; or
    `endpoints` as they are already booked and those that join them. Raises the refusals of rooms.errors."""
    day = timezone.localtime(plan.starts_at).date()
    codes = endpoints
    if codes is None:
        require_times(plan.starts_at, plan.ends_at, plan.setup_minutes + plan.teardown_minutes)
        own = plan.selection != Selection() or not lent
        led_from = None if plan.host_endpoint in lent else plan.host_endpoint
        chosen = choose(actor, plan.selection, right=Right.BOOK, on=day, host=led_from) if own else ()
        codes = list(dict.fromkeys([*chosen, *lent]))
    else:
        # What is booked already is asked for by nobody again: only those that join must be in the user's reach.
        host = [plan.host_endpoint] if plan.host_endpoint is not None else []
        new = tuple(code for code in dict.fromkeys([*joining, *host]) if code not in codes)
        if new:
            codes = [*codes, *choose(actor, Selection(endpoints=new), right=Right.BOOK, on=day)]
    return BookingRequest(
        title=plan.title,
        unit=plan.unit,
        endpoints=codes,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        host_endpoint=plan.host_endpoint,
        setup_minutes=plan.setup_minutes,
        teardown_minutes=plan.teardown_minutes,
        local=plan.local,
        ways=ways_within(plan.ways, codes, plan.host_endpoint) if plan.ways_may_lapse else plan.ways,
    )


def wanted_endpoints(actor: User, plan: MeetingPlan) -> ScheduleRequest:
    """The plan as the scheduling engine takes it; books nothing. Raises the refusals of rooms.errors."""
    return request_of(actor, plan).scheduled()


def write_plan(meeting: Meeting, plan: MeetingPlan) -> None:
    """Put the plan's words and times on the meeting, which is not saved."""
    host = plan.host_endpoint
    meeting.title, meeting.number = nfc(plan.title).strip(), nfc(plan.number).strip()
    meeting.unit, meeting.chair, meeting.local = plan.unit, plan.chair, plan.local
    meeting.starts_at, meeting.ends_at = plan.starts_at, plan.ends_at
    meeting.setup_minutes, meeting.teardown_minutes = plan.setup_minutes, plan.teardown_minutes
    # Empty words, not none: this meeting selects nothing itself, even when others have lent it endpoints.
    meeting.selection = plan.selection.as_data() or {"endpoints": []}
    meeting.host_endpoint = Endpoint.objects.get(code=host) if host is not None else None
    meeting.search_text = fold(f"{meeting.title} {meeting.number}")


def plan_data(plan: MeetingPlan) -> dict[str, object]:
    """The plan as plain data: for the journal, and to tell two people's versions apart."""
    return {
        "title": plan.title,
        "number": plan.number,
        "chair": chair_row(plan.chair),
        "starts_at": written(plan.starts_at),
        "ends_at": written(plan.ends_at),
        "setup_minutes": plan.setup_minutes,
        "teardown_minutes": plan.teardown_minutes,
        "local": plan.local,
        "host_endpoint": plan.host_endpoint,
        "selection": plan.selection.as_data(),
        "ways": ways_data(plan.ways),
    }


@contextmanager
def naming_meetings(actor: User) -> Iterator[None]:
    """Let a BookingConflict of the rooms name the meetings that stand in the way, where the user may know of them."""
    try:
        yield
    except BookingConflict as conflict:
        conflict.name_meetings(lambda rows: with_meetings(actor, rows))
        raise


def mark_displaceable(rows: Sequence[Row], conflicts: Sequence[Conflict], found: Precedence) -> list[Row]:
    """Each row with `displaceable`, and, where it is not, `stays`: why (rooms.scheduling.precedence.Why)."""
    return [
        {**row, "displaceable": found.why(each) is None, "stays": found.why(each)}
        for row, each in zip(rows, conflicts, strict=True)
    ]


@contextmanager
def telling_displaceable(request: BookingRequest) -> Iterator[None]:
    """Let a BookingConflict tell which of its conflicts would give way to a session of the request's unit."""
    try:
        yield
    except BookingConflict as conflict:
        rows = conflict.params["conflicts"]
        if conflict.verdict is not None and isinstance(rows, list):
            found = weigh(request, rank_of(request.unit), standings)
            conflict.params["conflicts"] = mark_displaceable(rows, conflict.verdict.conflicts, found)
        raise


@dataclass(frozen=True)
class Outlook:
    """What booking a plan would meet: the judgement, its conflicts as rows that name the meetings and tell which are
    `displaceable`, and what speaks against the time without standing in its way. `outranks`: all that stands in the way
    gives way to a session of the plan's unit."""

    request: BookingRequest
    verdict: Verdict
    conflicts: Sequence[Row]
    warnings: Warnings
    outranks: bool = False


def look_ahead(actor: User, plan: MeetingPlan, *, meeting: Meeting | None = None) -> Outlook:
    """What would stand in the way of the plan now; books nothing. `meeting` is the one being changed: what it holds
    itself does not count. Raises the refusals of rooms.errors."""
    booking = meeting.booking if meeting is not None else None
    same_selection = meeting is not None and selection_of(meeting) == plan.selection
    kept = booked_codes(meeting) if meeting is not None and same_selection and booking is not None else None
    in_force = booking is not None and booking.state == Booking.BOOKED
    lent = lent_to(actor, meeting) if meeting is not None and in_force and not same_selection else []
    request = request_of(actor, plan, endpoints=kept, lent=lent)
    verdict = check(request, booking=booking)
    rows, outranks = conflict_rows(verdict.conflicts), False
    if rows:
        found = weigh(request, rank_of(plan.unit), standings, booking=booking)
        rows, outranks = mark_displaceable(rows, verdict.conflicts, found), found.possible
    return Outlook(
        request=request,
        verdict=verdict,
        conflicts=with_meetings(actor, rows),
        outranks=outranks,
        warnings=warnings_of(actor, plan.starts_at, plan.ends_at, chair=plan.chair, meeting=meeting),
    )
