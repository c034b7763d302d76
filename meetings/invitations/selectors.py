"""Reads of letters."""

from django.db.models import Count, Exists, OuterRef, QuerySet

from accounts.text import fold
from meetings.invitations.errors import LetterNotFound
from meetings.invitations.models import Letter
from meetings.planning.models import Meeting, Participant


def letters_of(meeting: Meeting, *, status: str = "", q: str = "") -> QuerySet[Letter]:
    """The letters of the meeting's present revision, in the order of the list of people; with every word of `q` in the
    name."""
    letters = Letter.objects.filter(participant__meeting=meeting, revision=meeting.revision)
    if status:
        letters = letters.filter(status=status)
    for word in fold(q).split():
        letters = letters.filter(participant__person__search_text__contains=word)
    return letters.select_related("participant__endpoint__tier", "participant__endpoint__unit").order_by(
        "participant__endpoint__tier__rank", "participant__endpoint__code", "pk"
    )


def letter_of(meeting: Meeting, letter_id: int) -> Letter:
    """Raises LetterNotFound."""
    letters = Letter.objects.select_related("participant__person", "participant__endpoint__unit")
    letter = letters.filter(pk=letter_id, participant__meeting=meeting).first()
    if letter is None:
        raise LetterNotFound(letter=letter_id)
    return letter


def letter_counts(meeting: Meeting) -> dict[str, int]:
    """How many letters of the present revision are in each state; every state is a key. One query."""
    rows = Letter.objects.filter(participant__meeting=meeting, revision=meeting.revision).order_by()
    found = dict(rows.values_list("status").annotate(number=Count("pk")))
    return {status.value: found.get(status.value, 0) for status in Letter.Status}


def uninvited(meeting: Meeting) -> QuerySet[Participant]:
    """The people on the list without a letter of the present revision."""
    letter = Letter.objects.filter(participant=OuterRef("pk"), revision=meeting.revision, method=Letter.Method.REQUEST)
    return Participant.objects.filter(~Exists(letter), meeting=meeting)


def invited_before(meeting: Meeting) -> QuerySet[Participant]:
    """The people who have had an invitation to the meeting, of any revision."""
    letter = Letter.objects.filter(participant=OuterRef("pk"), method=Letter.Method.REQUEST)
    return Participant.objects.filter(Exists(letter), meeting=meeting)
