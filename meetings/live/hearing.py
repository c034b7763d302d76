"""Which audiences of a meeting's stream a user may hear: the stream's one question upwards."""

from django.contrib.auth.models import AnonymousUser

from accounts.decision import Right
from accounts.errors import NotFound
from accounts.models import User
from accounts.selectors import person_of
from meetings.documents.selectors import STAFF_RIGHTS
from meetings.planning.access import meeting_for, participant_of, rights_in, scannable_endpoints
from meetings.planning.models import Meeting
from realtime.audiences import place
from realtime.errors import UnknownStream


def audiences_of(user: User | AnonymousUser, meeting: Meeting) -> frozenset[str]:
    """What the user hears of the meeting.

    "everyone" for whoever may see it; "readers" for those who may open its published documents (the rule of
    `documents_for`); "staff" for those who prepare or run it; one's own person and endpoints. And the mark of the
    endpoint at which one is expected: tablets are counted by it.
    """
    audiences = {"everyone"}
    rights = rights_in(user, meeting)
    person = person_of(user)
    participant = participant_of(user, meeting)
    if rights & STAFF_RIGHTS:
        audiences.add("staff")
    chairs = person is not None and meeting.chair_id == person.pk
    if participant is not None or chairs or rights & {*STAFF_RIGHTS, Right.VIEW_MEETING}:
        audiences.add("readers")
    if person is not None:
        audiences.add(f"person:{person.pk}")
    if participant is not None:
        audiences |= {f"endpoint:{participant.endpoint.code}", place(participant.endpoint.code)}
    if Right.SCAN in rights:
        codes = scannable_endpoints(user, meeting).values_list("endpoint__code", flat=True)
        audiences |= {f"endpoint:{code}" for code in codes}
    return frozenset(audiences)


def audiences_for(user: User | AnonymousUser, stream: str) -> frozenset[str] | None:
    """Audiences of `stream` that the user may hear, None when not allowed. Raises UnknownStream for a name that is
    no meeting's and for the number of a meeting that there is not."""
    subject, _, number = stream.partition(":")
    if subject != "meeting" or not number.isdecimal():
        raise UnknownStream(stream)
    if not user.is_authenticated or not user.is_active:
        return None
    try:
        meeting = meeting_for(user, int(number), None)
    except NotFound as error:
        if Meeting.objects.filter(pk=int(number)).exists():
            return None
        raise UnknownStream(stream) from error
    return audiences_of(user, meeting)
