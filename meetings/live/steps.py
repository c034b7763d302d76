"""The seven steps in the life of a meeting, as the line on its page shows them (pure).

The line tells where the work stands: what is done, what is at hand, what is to come, and what was passed over. The
words of the steps belong to the page.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Step(StrEnum):
    DRAFT = "draft"
    BOOKED = "booked"
    INVITED = "invited"
    DOCUMENTS = "documents"
    LINE_TEST = "line_test"
    SESSION = "session"
    CLOSED = "closed"


class State(StrEnum):
    DONE = "done"
    NOW = "now"
    LATER = "later"
    SKIPPED = "skipped"
    """The meeting went on without it: no invitation was sent, no document was published."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What the line is drawn from. `status` is a word of ``meetings.planning.lifecycle.Status``; the times are aware.

    `line_test_at` is when the endpoints are held from; `drafts` are documents not yet published.
    """

    status: str
    booked: bool
    invited: bool
    published: int
    drafts: int
    line_test_at: dt.datetime
    now: dt.datetime


_AT_HAND: Final[Mapping[str, Step | None]] = MappingProxyType(
    {"draft": Step.DRAFT, "postponed": Step.BOOKED, "open": Step.SESSION, "closed": Step.CLOSED}
)


def at_hand(facts: Facts) -> Step | None:
    """The step that is being worked on; None once the meeting is archived or cancelled."""
    if facts.status != "scheduled":
        return _AT_HAND.get(facts.status)
    if facts.now >= facts.line_test_at:
        return Step.LINE_TEST
    return Step.DOCUMENTS if facts.invited else Step.INVITED


def line(facts: Facts) -> tuple[tuple[Step, State], ...]:
    """Every step with its state, in order. Exactly one step is NOW unless the meeting is archived or cancelled."""
    now = at_hand(facts)
    order = list(Step)
    reached = order.index(now) if now else (len(order) if facts.status == "archived" else 0)
    fulfilled = {
        Step.BOOKED: facts.booked,
        Step.INVITED: facts.invited,
        Step.DOCUMENTS: facts.published > 0 and facts.drafts == 0,
    }

    def state(place: int, step: Step) -> State:
        if step is now:
            return State.NOW
        if place > reached or (now is None and place >= reached):
            return State.LATER
        return State.DONE if fulfilled.get(step, True) else State.SKIPPED

    return tuple((step, state(place, step)) for place, step in enumerate(order))
