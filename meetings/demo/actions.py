"""What the demo writes where one act for one person at a time would take minutes, or where no page has the act.

Each writes its entry in the journal and its events, as the acts of the slices do.
"""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from accounts.models import Person, User
from audit.journal import record
from meetings.demo.coming import Outage
from meetings.demo.network import Network
from meetings.demo.people import Directory
from meetings.invitations.models import Letter
from meetings.invitations.outbox import tell_counts
from meetings.planning.events import ParticipantsChanged
from meetings.planning.lifecycle import Act, after
from meetings.planning.locking import lock_meeting
from meetings.planning.models import Meeting, Participant
from meetings.planning.selectors import participant_row
from realtime.audiences import STAFF
from realtime.publish import publish
from rooms.actions import reserve
from rooms.hours.actions import report_closure
from rooms.models import Booking, Closure, Endpoint
from rooms.wishes import BookingRequest

ROWS_OF_AN_EVENT = 500
MAILBOX_UNKNOWN = "550 5.1.1 User unknown"
ANSWER_FIELDS = ["answer", "answer_reason", "substitute_name", "substitute_position", "answered_at"]


@transaction.atomic
def record_network(network: Network, directory: Directory) -> None:
    """Note in the journals what was built and which accounts came with it."""
    record(
        None,
        "network.built",
        chain="network",
        object_type="unit",
        object_id=network.province.pk,
        label=network.province.name,
        data={"endpoints": len(network.endpoints), "bridges": {b.code: b.ports for b in network.bridges.values()}},
    )
    for username, user in directory.users.items():
        record(
            None,
            "account.created",
            chain="accounts",
            object_type="user",
            object_id=user.pk,
            label=str(user),
            data={"username": username, "roles": list(user.memberships.values_list("role", "unit__code"))},
        )


@transaction.atomic
def take_answers(actor: User | None, meeting: Meeting, rows: Sequence[Participant]) -> None:
    """Write down answers that stand on `rows` already, all at once. Raises ActImpossible."""
    meeting = lock_meeting(meeting)
    after(meeting.status, Act.ANSWER)
    for row in rows:
        row.answered_at = timezone.now()
    attending = [row for row in rows if row.answer == Participant.Answer.ATTENDING]
    for start in range(0, len(attending), ROWS_OF_AN_EVENT):
        chosen = Participant.objects.filter(pk__in=[row.pk for row in attending[start : start + ROWS_OF_AN_EVENT]])
        chosen.update(answer=Participant.Answer.ATTENDING, answered_at=timezone.now())
    others = [row for row in rows if row.answer != Participant.Answer.ATTENDING]
    Participant.objects.bulk_update(others, ANSWER_FIELDS, batch_size=ROWS_OF_AN_EVENT)
    record(
        actor,
        "participants.answered",
        chain=meeting.stream,
        object_type="meeting",
        object_id=meeting.pk,
        label=meeting.title,
        data={"participants": [participant_row(row) for row in rows]},
    )
    for start in range(0, len(rows), ROWS_OF_AN_EVENT):
        told = [participant_row(row) for row in rows[start : start + ROWS_OF_AN_EVENT]]
        publish(meeting.stream, ParticipantsChanged(rows=told), audience=STAFF)


@transaction.atomic
def settle_letters(meeting: Meeting, refused: Sequence[Participant]) -> None:
    """Write down what the mail server said to the waiting letters: sent, but for addresses that it does not know."""
    waiting = Letter.objects.filter(participant__meeting=meeting, status=Letter.Status.QUEUED)
    now = timezone.now()
    waiting.filter(participant__in=refused).update(
        status=Letter.Status.FAILED, reason=MAILBOX_UNKNOWN, attempts=1, claimed_at=now
    )
    waiting.update(status=Letter.Status.SENT, attempts=1, claimed_at=now, sent_at=now)
    tell_counts(meeting)


@transaction.atomic
def mistype_addresses(people: Sequence[Person]) -> None:
    """Let the directory have a wrong address for these people, as it comes from a list typed by hand."""
    for person in people:
        local, _at, domain = person.email.partition("@")
        person.email = f"{local[:-1]}@{domain}"
    Person.objects.bulk_update(people, ["email"])


@transaction.atomic
def hold(actor: User, request: BookingRequest) -> Booking:
    """Book endpoints and only hold them. Raises what rooms.actions.reserve raises."""
    booking = reserve(actor, request)
    booking.state = Booking.HELD
    booking.save(update_fields=["state"])
    return booking


@transaction.atomic
def report_outage(actor: User, outage: Outage) -> Closure:
    """Write down that an endpoint is out of service; its technician has said so."""
    endpoint = Endpoint.objects.select_related("contact").get(code=outage.endpoint)
    contact = endpoint.contact
    return report_closure(
        actor,
        endpoint,
        outage.starts_at,
        outage.ends_at,
        reason=outage.reason,
        reported_by=f"{contact.full_name}, {contact.position.lower()}" if contact else "",
    )
