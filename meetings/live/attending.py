"""A delegate's own meetings: what is on now, what is coming, what was."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, F, Prefetch, Q, QuerySet

from accounts.models import Person, User
from accounts.selectors import person_of
from meetings.documents.models import Document
from meetings.live.shown import Shown, shown_state
from meetings.planning.access import meetings_attended_by
from meetings.planning.lifecycle import Act, may
from meetings.planning.models import Meeting, Participant

FOLLOWED: Final = 3
"""Meetings whose stream the first page follows: those in session, then those that begin soonest."""
SOON: Final = dt.timedelta(hours=12)
STAYS_LISTED: Final = dt.timedelta(hours=2)
"""A meeting that was to end by now and was never opened may still be: it stays on the list for a while."""


@dataclass(frozen=True, slots=True)
class OwnMeeting:
    """A meeting with the person's place in it: none for a chair who is not on the list of people."""

    meeting: Meeting
    place: Participant | None
    documents: int
    now: dt.datetime

    @property
    def must_answer(self) -> bool:
        return (
            self.place is not None
            and self.place.answer == Participant.Answer.NONE
            and may(self.meeting.status, Act.ANSWER).allowed
        )

    @property
    def may_answer(self) -> bool:
        return self.place is not None and may(self.meeting.status, Act.ANSWER).allowed

    @property
    def takes_place(self) -> bool:
        return self.meeting.status not in {Meeting.Status.CANCELLED, Meeting.Status.POSTPONED}


@dataclass(frozen=True, slots=True)
class Followed:
    """A meeting that the first page keeps up by its stream: `on` once it is in session."""

    own: OwnMeeting
    shown: Shown

    @property
    def name(self) -> str:
        """The id of the element that holds the state."""
        return f"state-{self.own.meeting.pk}"

    @property
    def on(self) -> bool:
        return self.own.meeting.status == Meeting.Status.OPEN


@dataclass(frozen=True, slots=True)
class Home:
    followed: list[Followed]
    coming: list[OwnMeeting]

    @property
    def on_now(self) -> bool:
        return any(each.on for each in self.followed)


def _own(meetings: QuerySet[Meeting], person: Person | None) -> QuerySet[Meeting]:
    readable = Q(documents__status=Document.Status.PUBLISHED, documents__access=Document.Access.EVERYONE)
    places = Participant.objects.filter(person=person).select_related("endpoint__unit")
    return meetings.annotate(readable=Count("documents", filter=readable)).prefetch_related(
        Prefetch("participants", queryset=places, to_attr="own_places")
    )


def _row(meeting: Meeting, now: dt.datetime) -> OwnMeeting:
    places: list[Participant] = getattr(meeting, "own_places", [])
    for place in places:
        place.meeting = meeting
    return OwnMeeting(meeting, places[0] if places else None, getattr(meeting, "readable", 0), now)


def home_of(user: User, now: dt.datetime, *, limit: int = 20) -> Home:
    """The person's first page. The list costs the same queries however long it is; each of the at most three
    meetings that are followed costs those of its state."""
    status = Meeting.Status
    coming = Q(status=status.SCHEDULED, ends_at__gt=now - STAYS_LISTED)
    called_off = Q(status__in=[status.POSTPONED, status.CANCELLED], starts_at__gt=now)
    meetings = _own(meetings_attended_by(user), person_of(user))
    running = [_row(each, now) for each in meetings.filter(status=status.OPEN).order_by(F("opened_at").desc(), "pk")]
    listed = [_row(each, now) for each in meetings.filter(coming | called_off).order_by("starts_at", "pk")[:limit]]
    soon = [each for each in listed if each.meeting.status == status.SCHEDULED and each.meeting.starts_at - now < SOON]
    followed = [*running, *soon[: max(0, FOLLOWED - len(running))]]
    return Home([Followed(each, shown_state(user, each.meeting)) for each in followed], listed)


def every_meeting_of(user: User, now: dt.datetime) -> list[OwnMeeting]:
    """All the person's meetings, latest first, at most 200. Three queries."""
    meetings = _own(meetings_attended_by(user), person_of(user)).order_by("-starts_at", "-pk")
    return [_row(each, now) for each in meetings[:200]]
