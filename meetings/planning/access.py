"""Who may do what with a meeting. Fetching the meeting is the permission check."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.decision import ROLE_RIGHTS, Right, rights_over
from accounts.errors import Forbidden, NotFound
from accounts.models import User
from accounts.selectors import grants_of, person_of, scope_filter
from meetings.planning.models import Meeting, Participant
from rooms.models import BookedEndpoint

TOOK_PART = Q(released=False) | Q(booking__meeting__status__in=(Meeting.Status.CLOSED, Meeting.Status.ARCHIVED))
"""Which shares of a meeting's booking are its endpoints: those it holds, and once it has closed those it held."""


def _attending(user: User | AnonymousUser) -> Q:
    """Meetings to which the person behind the account is invited, drafts left out."""
    person = person_of(user)
    if person is None:
        return Q(pk__in=[])
    invited = Participant.objects.filter(meeting=OuterRef("pk"), person=person)
    return (Q(Exists(invited)) | Q(chair=person)) & ~Q(status=Meeting.Status.DRAFT)


def _hosting(user: User | AnonymousUser) -> Q:
    """Meetings that take place at an endpoint where the user scans or operates."""
    condition = scope_filter(user, Right.SCAN, "endpoint__unit__path")
    booked = BookedEndpoint.objects.filter(TOOK_PART, condition, booking=OuterRef("booking"))
    return Q(Exists(booked)) & ~Q(status=Meeting.Status.DRAFT)


def _beside() -> QuerySet[Meeting]:
    return Meeting.objects.select_related("unit", "chair", "host_endpoint", "booking")


def meetings_visible_to(user: User | AnonymousUser) -> QuerySet[Meeting]:
    """Every meeting that the user may know of: under a unit where the user may view meetings, as an invited
    person, or at an endpoint of the user's. A page, a list, a file and a socket all ask this one function."""
    if not user.is_authenticated or not user.is_active:
        return Meeting.objects.none()
    condition = scope_filter(user, Right.VIEW_MEETING, "unit__path") | _attending(user) | _hosting(user)
    return _beside().filter(condition)


def meetings_attended_by(user: User | AnonymousUser) -> QuerySet[Meeting]:
    """The meetings to which the user is invited in person or which the user chairs, drafts left out: a delegate's own
    list, whatever else a role lets the user see."""
    if not user.is_authenticated or not user.is_active:
        return Meeting.objects.none()
    return _beside().filter(_attending(user))


def rights_in(user: User | AnonymousUser, meeting: Meeting) -> frozenset[Right]:
    """The rights that the user holds in this meeting: by roles over its unit, by chairing it, by hosting it."""
    rights = set(rights_over(grants_of(user), meeting.unit.path))
    person = person_of(user)
    if person is not None and meeting.chair_id == person.pk:
        rights |= {Right.VIEW_MEETING, Right.RUN, Right.READ_REPORT}
    if Right.SCAN not in rights and Meeting.objects.filter(_hosting(user), pk=meeting.pk).exists():
        rights.add(Right.SCAN)
    return frozenset(rights)


def meeting_for(user: User | AnonymousUser, meeting_id: int, right: Right | None) -> Meeting:
    """The meeting, if the user may do that with it; `right` None asks only whether the user may attend or see it.

    Raises NotFound when the meeting is not the user's to know, Forbidden(right=…) when it is but the right is
    missing.
    """
    meeting = _beside().filter(pk=meeting_id).first()
    # Whoever sees it by a role is told by the path of its unit; only the others cost a question.
    if meeting is None or not (
        Right.VIEW_MEETING in rights_over(grants_of(user), meeting.unit.path)
        or meetings_visible_to(user).filter(pk=meeting_id).exists()
    ):
        raise NotFound(meeting=meeting_id)
    if right is not None and right not in rights_in(user, meeting):
        raise Forbidden(right=right.value)
    return meeting


def books_whole_province(user: User | AnonymousUser) -> bool:
    """Whether nothing in the user's provinces belongs to somebody else: then nobody need be asked."""
    grants = grants_of(user)
    booking = {grant.unit_path for grant in grants if Right.BOOK in ROLE_RIGHTS[grant.role]}
    return all(f"/{grant.unit_path.split('/')[1]}/" in booking for grant in grants)


def participant_of(user: User | AnonymousUser, meeting: Meeting) -> Participant | None:
    """The user's own place in the meeting, if invited."""
    person = person_of(user)
    if person is None:
        return None
    return Participant.objects.select_related("endpoint").filter(meeting=meeting, person=person).first()


def scannable_endpoints(user: User | AnonymousUser, meeting: Meeting) -> QuerySet[BookedEndpoint]:
    """The booked endpoints of the meeting at which the user may check people in."""
    booked = BookedEndpoint.objects.filter(TOOK_PART, booking=meeting.booking_id)
    if Right.SCAN in rights_over(grants_of(user), meeting.unit.path):
        return booked
    return booked.filter(scope_filter(user, Right.SCAN, "endpoint__unit__path"))
