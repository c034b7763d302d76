"""The life of a meeting as a table: in which state which act is possible, and what follows.

    draft ── schedule ──▶ scheduled ── open ──▶ open ── close ──▶ closed ── archive ──▶ archived
      │                    │   ▲
      │          postpone  ▼   │ reschedule
      └── cancel ──▶    postponed
                    (draft, scheduled and postponed may be cancelled)

*Who* may do an act is another question (``meetings.planning.access``); both must be answered yes.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from accounts.decision import Decision
from accounts.errors import DomainError


class Status(StrEnum):
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    OPEN = "open"
    CLOSED = "closed"
    ARCHIVED = "archived"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


class Act(StrEnum):
    """What people do with a meeting. The first seven change its status, the others do not."""

    SCHEDULE = "schedule"
    OPEN = "open"
    CLOSE = "close"
    ARCHIVE = "archive"
    POSTPONE = "postpone"
    RESCHEDULE = "reschedule"
    CANCEL = "cancel"

    EDIT = "edit"
    """Change title, time, place or the endpoints."""
    EXTEND = "extend"
    """Give a running session a later end; its start is what happened."""
    ADD_ENDPOINTS = "add_endpoints"
    """Take in endpoints that their owner lends; a session that runs included."""
    PREPARE = "prepare"
    """Change people, agenda and documents."""
    INVITE = "invite"
    """Send invitations, and the news of a change."""
    ANSWER = "answer"
    """A delegate accepts, declines or names a substitute."""
    PREEMPT = "preempt"
    """Take the endpoints of meetings of a lower tier, which are postponed."""
    CHECK_LINE = "check_line"
    CHECK_IN = "check_in"
    RECEIVE_SCAN = "receive_scan"
    """Take in a scan made offline: it happened, even if the meeting has closed since."""
    CORRECT_ATTENDANCE = "correct_attendance"
    RUN_AGENDA = "run_agenda"
    """Start an item, turn the page for all, give the floor, open a vote."""
    CONCLUDE = "conclude"
    """Write minutes and the notice of conclusions."""


_S, _A = Status, Act

_FOLLOWS: Final[Mapping[Act, tuple[frozenset[Status], Status]]] = MappingProxyType(
    {
        _A.SCHEDULE: (frozenset({_S.DRAFT}), _S.SCHEDULED),
        _A.OPEN: (frozenset({_S.SCHEDULED}), _S.OPEN),
        _A.CLOSE: (frozenset({_S.OPEN}), _S.CLOSED),
        _A.ARCHIVE: (frozenset({_S.CLOSED}), _S.ARCHIVED),
        _A.POSTPONE: (frozenset({_S.SCHEDULED}), _S.POSTPONED),
        _A.RESCHEDULE: (frozenset({_S.POSTPONED}), _S.SCHEDULED),
        _A.CANCEL: (frozenset({_S.DRAFT, _S.SCHEDULED, _S.POSTPONED}), _S.CANCELLED),
    }
)

_STAYS: Final[Mapping[Act, frozenset[Status]]] = MappingProxyType(
    {
        _A.EDIT: frozenset({_S.DRAFT, _S.SCHEDULED, _S.POSTPONED}),
        _A.EXTEND: frozenset({_S.OPEN}),
        _A.ADD_ENDPOINTS: frozenset({_S.SCHEDULED, _S.OPEN}),
        _A.PREPARE: frozenset({_S.DRAFT, _S.SCHEDULED, _S.POSTPONED, _S.OPEN}),
        _A.INVITE: frozenset({_S.SCHEDULED, _S.OPEN}),
        _A.ANSWER: frozenset({_S.SCHEDULED, _S.OPEN}),
        _A.PREEMPT: frozenset({_S.DRAFT, _S.POSTPONED}),
        _A.CHECK_LINE: frozenset({_S.SCHEDULED, _S.OPEN}),
        _A.CHECK_IN: frozenset({_S.SCHEDULED, _S.OPEN}),
        _A.RECEIVE_SCAN: frozenset({_S.SCHEDULED, _S.OPEN, _S.CLOSED}),
        _A.CORRECT_ATTENDANCE: frozenset({_S.OPEN, _S.CLOSED}),
        _A.RUN_AGENDA: frozenset({_S.OPEN}),
        _A.CONCLUDE: frozenset({_S.OPEN, _S.CLOSED}),
    }
)


class ActImpossible(DomainError):
    """The meeting is not in a state for this act. Params: ``status``, ``act`` and ``reason`` (a code of ``may``)."""

    code = "act_impossible"


def may(status: Status | str, act: Act | str) -> Decision:
    """Say whether ``act`` is possible while the meeting is ``status``.

    The code is ``ok``, ``meeting_already_<status>`` if the act has been done before (opening an open meeting), or
    ``meeting_is_<status>``. Raises ValueError for an unknown word.
    """
    status, act = Status(status), Act(act)
    allowed, target = _rule(act)
    if status in allowed:
        return Decision(True, "ok")
    if status == target:
        return Decision(False, f"meeting_already_{status}")
    return Decision(False, f"meeting_is_{status}")


def after(status: Status | str, act: Act | str) -> Status:
    """Return the status that follows ``act``; acts that change none return the same.

    Raises ActImpossible, and ValueError for an unknown word.
    """
    status, act = Status(status), Act(act)
    decision = may(status, act)
    if not decision.allowed:
        raise ActImpossible(status=status.value, act=act.value, reason=decision.code)
    return _rule(act)[1] or status


def possible_acts(status: Status | str) -> frozenset[Act]:
    """Return every act that :func:`may` allows in this status."""
    return frozenset(act for act in Act if may(status, act).allowed)


def _rule(act: Act) -> tuple[frozenset[Status], Status | None]:
    if act in _FOLLOWS:
        return _FOLLOWS[act]
    return _STAYS[act], None
