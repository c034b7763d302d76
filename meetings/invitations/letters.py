"""What stands in a letter: words in the receiver's language, the calendar entry, the personal code as a picture."""

from email.mime.image import MIMEImage
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation

from accounts.text import nfc
from meetings.agenda.selectors import items_of
from meetings.attendance.qr import qr_png
from meetings.attendance.selectors import entry_code_of, personal_code_of
from meetings.invitations.models import Letter
from meetings.planning import calendar
from meetings.planning.addresses import address_of, uid_of
from meetings.planning.models import Meeting, Participant

_ROLES = {
    Participant.Role.CHAIR: calendar.AttendeeRole.CHAIR,
    Participant.Role.GUEST: calendar.AttendeeRole.OPTIONAL,
    Participant.Role.OBSERVER: calendar.AttendeeRole.OBSERVER,
}
_ANSWERS = {
    Participant.Answer.ATTENDING: calendar.Participation.ACCEPTED,
    Participant.Answer.DECLINED: calendar.Participation.DECLINED,
    Participant.Answer.SUBSTITUTE: calendar.Participation.DELEGATED,
}


def calendar_text(letter: Letter) -> bytes:
    """The iCalendar part. Raises ValueError for an address that no calendar could name."""
    participant, meeting = letter.participant, letter.participant.meeting
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    entry = calendar.Entry(
        uid=uid_of(meeting),
        sequence=letter.revision,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        summary=meeting.title,
        modified_at=meeting.changed_at,
        location=participant.endpoint.display_name,
        description=_chair_line(meeting),
        organizer=calendar.Mailbox(meeting.unit.display_name or name, address),
        url=address_of("meeting-answer", meeting.pk),
    )
    attendee = calendar.Attendee(
        calendar.Mailbox(participant.full_name, letter.address),
        _ROLES.get(Participant.Role(participant.role), calendar.AttendeeRole.REQUIRED),
        _ANSWERS.get(Participant.Answer(participant.answer), calendar.Participation.NEEDS_ACTION),
    )
    make = calendar.cancel if letter.method == Letter.Method.CANCEL else calendar.request
    return make(entry, attendee, stamp=letter.queued_at)


def message_for(letter: Letter) -> EmailMultiAlternatives:
    """The whole e-mail, the same each time it is made. Raises ValueError for an address that no mail could reach."""
    participant = letter.participant
    with translation.override(participant.person.language), timezone.override(settings.TIME_ZONE):
        context = context_of(letter)
        message = EmailMultiAlternatives(
            subject=" ".join(nfc(render_to_string("mail/subject.txt", context)).split()),
            body=render_to_string("mail/letter.txt", context),
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[letter.address],
            headers={"Message-ID": letter.message_id, "Auto-Submitted": "auto-generated"},
        )
        message.attach_alternative(render_to_string("mail/letter.html", context), "text/html")
        entry = calendar_text(letter)
    message.attach_alternative(entry.decode(), f"text/calendar; method={letter.method}")
    if letter.method == Letter.Method.REQUEST:
        picture = MIMEImage(qr_png(context_code(letter)), "png")
        picture.add_header("Content-ID", "<code>")
        picture.add_header("Content-Disposition", "inline", filename="code.png")
        message.attach(picture)
    return message


def context_code(letter: Letter) -> str:
    """The text of the personal code that goes with the letter."""
    return personal_code_of(letter.participant)


def context_of(letter: Letter) -> dict[str, object]:
    """What the templates of a letter know."""
    participant, meeting = letter.participant, letter.participant.meeting
    return {
        "letter": letter,
        "participant": participant,
        "meeting": meeting,
        "cancelled": letter.method == Letter.Method.CANCEL,
        "changed": letter.revision > 0 and letter.method == Letter.Method.REQUEST,
        "items": list(items_of(meeting)),
        "tablet_url": address_of("join-code", entry_code_of(participant)),
        "code": context_code(letter),
        "office_phone": settings.OFFICE_PHONE,
    }


def _chair_line(meeting: Meeting) -> str:
    chair = meeting.chair
    if chair is None:
        return ""
    return ", ".join(part for part in (chair.full_name, chair.position) if part)
