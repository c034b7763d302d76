"""Which audiences of a meeting's stream a user may hear: the stream's one question upwards."""

from collections.abc import Mapping, Sequence

from django.contrib.auth.models import AnonymousUser

from accounts.decision import ROLE_RIGHTS, Right, rights_over
from accounts.models import User
from accounts.selectors import grants_of, person_of, remember
from meetings.documents.selectors import STAFF_RIGHTS
from meetings.planning.access import TOOK_PART
from meetings.planning.models import Meeting, Participant
from realtime.audiences import place as sits_at
from realtime.errors import UnknownStream
from rooms.models import BookedEndpoint

_CHAIRING = frozenset({Right.VIEW_MEETING, Right.RUN, Right.READ_REPORT})


def audiences_of(user: User | AnonymousUser, meeting: Meeting) -> frozenset[str]:
    """What the user, who may see the meeting, hears of it; see audiences_among."""
    return _Company(meeting, [user] if isinstance(user, User) else []).audiences_of(user)


def audiences_among(users: Sequence[User], stream: str) -> Mapping[int, frozenset[str]]:
    """What each of these users hears of the meeting with this stream; those who may not know of it are left out.

    "everyone" for whoever may see it; "readers" for those who may open its published documents (the rule of
    `documents_for`); "staff" for those who prepare or run it; one's own person and endpoints. And the mark of the
    endpoint at which one is expected: tablets are counted by it. At most five queries. Raises UnknownStream for a name
    that is no meeting's and for the number of a meeting that there is not.
    """
    subject, _, number = stream.partition(":")
    if subject != "meeting" or not number.isdecimal():
        raise UnknownStream(stream)
    meeting = Meeting.objects.select_related("unit").filter(pk=int(number)).first()
    if meeting is None:
        raise UnknownStream(stream)
    company = _Company(meeting, users)
    return {user.pk: company.audiences_of(user) for user in users if company.may_know(user)}


class _Company:
    """Users and their places in a meeting, read together. The rules are those of planning.access, of one user."""

    def __init__(self, meeting: Meeting, users: Sequence[User]) -> None:
        self.meeting = meeting
        remember(users)
        people = [person.pk for user in users if (person := person_of(user)) is not None]
        invited = Participant.objects.filter(meeting=meeting, person__in=people).order_by()
        self.places = dict(invited.values_list("person_id", "endpoint__code")) if people else {}
        self.booked: list[tuple[str, str]] = []
        if any(_scans(user) for user in users) and meeting.booking_id is not None:
            shares = BookedEndpoint.objects.filter(TOOK_PART, booking=meeting.booking_id).order_by()
            self.booked = list(shares.values_list("endpoint__code", "endpoint__unit__path"))

    def may_know(self, user: User) -> bool:
        """Whether the meeting is among access.meetings_visible_to."""
        if Right.VIEW_MEETING in rights_over(grants_of(user), self.meeting.unit.path):
            return True
        if self.meeting.status == Meeting.Status.DRAFT:
            return False
        return self._place(user) is not None or self._chairs(user) or bool(self._hosted(user))

    def audiences_of(self, user: User | AnonymousUser) -> frozenset[str]:
        by_role = rights_over(grants_of(user), self.meeting.unit.path)
        rights = by_role | _CHAIRING if self._chairs(user) else by_role
        person, place = person_of(user), self._place(user)
        audiences = {"everyone"}
        if rights & STAFF_RIGHTS:
            audiences.add("staff")
        if place is not None or self._chairs(user) or rights & {*STAFF_RIGHTS, Right.VIEW_MEETING}:
            audiences.add("readers")
        if person is not None:
            audiences.add(f"person:{person.pk}")
        if place is not None:
            audiences |= {f"endpoint:{place}", sits_at(place)}
        scanned = [code for code, _path in self.booked] if Right.SCAN in by_role else self._hosted(user)
        return frozenset(audiences.union(f"endpoint:{code}" for code in scanned))

    def _place(self, user: User | AnonymousUser) -> str | None:
        person = person_of(user)
        return self.places.get(person.pk) if person is not None else None

    def _chairs(self, user: User | AnonymousUser) -> bool:
        person = person_of(user)
        return person is not None and self.meeting.chair_id == person.pk

    def _hosted(self, user: User | AnonymousUser) -> list[str]:
        """The meeting's endpoints at which the user scans or operates; of a draft none."""
        if self.meeting.status == Meeting.Status.DRAFT or not _scans(user):
            return []
        grants = grants_of(user)
        return [code for code, path in self.booked if Right.SCAN in rights_over(grants, path)]


def _scans(user: User | AnonymousUser) -> bool:
    return any(Right.SCAN in ROLE_RIGHTS[grant.role] for grant in grants_of(user))
