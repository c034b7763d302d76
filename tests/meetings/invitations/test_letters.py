"""Letters against a real SMTP server in this process: what arrives is what the receiver's programs can read."""

import email
import email.policy
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage

import icalendar
import pytest
import time_machine
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pytest_django import Settings

from audit.models import Entry
from meetings.attendance.selectors import personal_code_of
from meetings.invitations import outbox
from meetings.invitations.actions import send_again, send_cancellations, send_invitations
from meetings.invitations.errors import LetterNotFailed, NobodyToInvite
from meetings.invitations.models import Letter
from meetings.invitations.outbox import CLAIM_LASTS, FIRST_WAIT, deliver_waiting, due, meetings_with_due_letters
from meetings.invitations.selectors import letter_counts
from meetings.planning.lifecycle import ActImpossible
from meetings.planning.models import Meeting, Participant
from realtime.models import LatestState
from tests.people import People, at
from tests.scenes import invite, make_meeting

NOW = at(9, day=20, month=11)


@dataclass
class Postbox:
    """Takes what comes; answers as `answers` says for an address: an SMTP reply line."""

    answers: dict[str, list[str]] = field(default_factory=dict)
    letters: list[EmailMessage] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        replies = self.answers.get(address, [])
        if replies:
            return replies.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 -- as above
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        message = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.letters.append(message)
        return "250 OK"


@pytest.fixture
def postbox(settings: Settings) -> Iterator[Postbox]:
    box = Postbox()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    settings.PUBLIC_ADDRESS = "https://hop.example.vn"
    yield box
    controller.stop()


@pytest.fixture
def meeting(people: People) -> Meeting:
    meeting = make_meeting(people)
    invite(meeting, people, "delegate", "H026")
    invite(meeting, people, "operator", "X00715")
    return meeting


def part(message: EmailMessage, content_type: str) -> EmailMessage:
    found = [each for each in message.walk() if each.get_content_type() == content_type]
    assert len(found) == 1
    return found[0]


def content(message: EmailMessage, content_type: str) -> bytes:
    """The decoded bytes of the one part of that type."""
    payload = part(message, content_type).get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload


def calendar_of(message: EmailMessage) -> icalendar.Component:
    return icalendar.Calendar.from_ical(content(message, "text/calendar"))


def event_of(message: EmailMessage) -> icalendar.Event:
    (event,) = calendar_of(message).walk("VEVENT")
    assert isinstance(event, icalendar.Event)
    return event


def send(people: People, meeting: Meeting) -> int:
    send_invitations(people.secretary, meeting)
    return deliver_waiting(meeting.pk)


def test_everybody_on_the_list_gets_one_letter(people: People, meeting: Meeting, postbox: Postbox) -> None:
    assert send(people, meeting) == 2
    assert sorted(str(letter["To"]) for letter in postbox.letters) == [
        "giang.thi.sua@example.vn",
        "ma.van.tuan@example.vn",
    ]
    assert letter_counts(meeting) == {"queued": 0, "sending": 0, "sent": 2, "failed": 0}


def test_a_letter_carries_words_request_and_code(people: People, meeting: Meeting, postbox: Postbox) -> None:
    send(people, meeting)
    letter = next(each for each in postbox.letters if "sua" in str(each["To"]))
    participant = Participant.objects.get(person=people.delegate.person)
    text = part(letter, "text/plain").get_content()
    assert meeting.title in text
    assert personal_code_of(participant) in text
    assert content(letter, "image/png")[:8] == b"\x89PNG\r\n\x1a\n"
    assert part(letter, "text/calendar").get_param("method") == "REQUEST"
    calendar = calendar_of(letter)
    event = event_of(letter)
    assert str(calendar["METHOD"]) == "REQUEST"
    assert (event["SEQUENCE"], event.start, event.end) == (0, meeting.starts_at, meeting.ends_at)
    assert str(event["ATTENDEE"]) == "mailto:giang.thi.sua@example.vn"
    assert calendar.walk("STANDARD")[0]["TZOFFSETTO"].to_ical() == "+0700"


def test_a_letter_is_written_in_the_language_of_its_receiver(
    people: People, meeting: Meeting, postbox: Postbox
) -> None:
    people.delegate.person.language = "en"
    people.delegate.person.save()
    send(people, meeting)
    english = next(each for each in postbox.letters if "sua" in str(each["To"]))
    vietnamese = next(each for each in postbox.letters if "tuan" in str(each["To"]))
    assert str(english["Subject"]).strip().startswith("Invitation: ")
    assert str(vietnamese["Subject"]).strip().startswith("Giấy mời: ")


def test_sending_writes_one_audit_entry_and_tells_the_staff_how_far_it_is(
    people: People, meeting: Meeting, postbox: Postbox
) -> None:
    send(people, meeting)
    assert list(Entry.objects.values_list("verb", flat=True)) == ["invitations.sent"]
    states = LatestState.objects.values_list("kind", "audience", "data")
    assert list(states) == [("letters.counted", "staff", {"queued": 0, "sending": 0, "sent": 2, "failed": 0})]


def test_asking_twice_sends_once(people: People, meeting: Meeting, postbox: Postbox) -> None:
    send(people, meeting)
    with pytest.raises(NobodyToInvite):
        send_invitations(people.secretary, meeting)
    assert deliver_waiting(meeting.pk) == 0
    assert len(postbox.letters) == 2


def test_somebody_added_later_is_the_only_one_to_get_a_letter(
    people: People, meeting: Meeting, postbox: Postbox
) -> None:
    send(people, meeting)
    invite(meeting, people, "observer", "T1")
    assert send(people, meeting) == 1
    assert str(postbox.letters[-1]["To"]) == "loc.thi.huong@example.vn"


def test_a_change_has_the_same_uid_and_a_higher_sequence(people: People, meeting: Meeting, postbox: Postbox) -> None:
    send(people, meeting)
    Meeting.objects.filter(pk=meeting.pk).update(revision=1)
    send(people, meeting)
    events = [event_of(letter) for letter in postbox.letters]
    assert len({str(event["UID"]) for event in events}) == 1
    assert [event["SEQUENCE"] for event in events] == [0, 0, 1, 1]


def test_a_cancellation_reaches_those_who_were_invited(people: People, meeting: Meeting, postbox: Postbox) -> None:
    send(people, meeting)
    invite(meeting, people, "observer", "T1")
    Meeting.objects.filter(pk=meeting.pk).update(revision=1, status=Meeting.Status.CANCELLED)
    assert send_cancellations(people.secretary, meeting) == 2
    deliver_waiting(meeting.pk)
    calendar = calendar_of(postbox.letters[-1])
    event = event_of(postbox.letters[-1])
    assert (str(calendar["METHOD"]), str(event["STATUS"]), event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 1)
    assert len(postbox.letters) == 4


@pytest.mark.parametrize("status", ["draft", "closed", "cancelled", "postponed"])
def test_invitations_wait_until_the_meeting_is_booked(people: People, status: str) -> None:
    meeting = make_meeting(people, status=status)
    invite(meeting, people, "delegate", "H026")
    with pytest.raises(ActImpossible):
        send_invitations(people.secretary, meeting)
    assert Letter.objects.count() == 0


def test_a_person_without_an_address_fails_with_that_reason(people: People, meeting: Meeting, postbox: Postbox) -> None:
    people.delegate.person.email = ""
    people.delegate.person.save()
    assert send(people, meeting) == 1
    failed = Letter.objects.get(status="failed")
    assert (failed.participant.person, failed.reason) == (people.delegate.person, "no_address")


def test_a_refused_address_fails_with_the_servers_words_and_can_be_corrected(
    people: People, meeting: Meeting, postbox: Postbox
) -> None:
    postbox.answers["giang.thi.sua@example.vn"] = ["550 no such mailbox"]
    assert send(people, meeting) == 1
    failed = Letter.objects.get(status="failed")
    assert failed.reason == "550 no such mailbox"
    send_again(people.secretary, meeting, failed.pk, address="sua@example.vn")
    assert deliver_waiting(meeting.pk) == 1
    assert str(postbox.letters[-1]["To"]) == "sua@example.vn"
    people.delegate.person.refresh_from_db()
    assert people.delegate.person.email == "sua@example.vn"


def test_a_sent_letter_is_not_sent_again(people: People, meeting: Meeting, postbox: Postbox) -> None:
    send(people, meeting)
    with pytest.raises(LetterNotFailed):
        send_again(people.secretary, meeting, Letter.objects.all()[0].pk, address="x@example.vn")


def test_a_busy_server_is_tried_again_after_a_while(people: People, meeting: Meeting, postbox: Postbox) -> None:
    postbox.answers["giang.thi.sua@example.vn"] = ["451 try later"]
    with time_machine.travel(NOW, tick=False) as clock:
        assert send(people, meeting) == 1
        assert deliver_waiting(meeting.pk) == 0
        clock.shift(FIRST_WAIT)
        assert deliver_waiting(meeting.pk) == 1
    assert letter_counts(meeting)["sent"] == 2


def test_a_server_that_stays_busy_is_given_up_with_the_reason(
    people: People, meeting: Meeting, postbox: Postbox
) -> None:
    postbox.answers["giang.thi.sua@example.vn"] = ["451 try later"] * 10
    with time_machine.travel(NOW, tick=False) as clock:
        send(people, meeting)
        for _attempt in range(8):
            clock.shift(FIRST_WAIT * 64)
            deliver_waiting(meeting.pk)
    failed = Letter.objects.get(status="failed")
    assert (failed.attempts, failed.reason) == (outbox.MOST_ATTEMPTS, "451 try later")


def test_no_server_at_all_leaves_the_letters_waiting(people: People, meeting: Meeting, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert send(people, meeting) == 0
    assert letter_counts(meeting) == {"queued": 2, "sending": 0, "sent": 0, "failed": 0}


def test_a_worker_killed_in_the_middle_leaves_one_letter_in_doubt_under_the_same_message_id(
    people: People, meeting: Meeting, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die_after_handing_over(letter: Letter, server: object) -> None:
        original(letter, server)  # type: ignore[arg-type]  # the connection, passed through
        raise Killed

    original = outbox._hand_over
    with time_machine.travel(NOW, tick=False) as clock:
        send_invitations(people.secretary, meeting)
        monkeypatch.setattr(outbox, "_hand_over", die_after_handing_over)
        with pytest.raises(Killed):
            deliver_waiting(meeting.pk)
        monkeypatch.setattr(outbox, "_hand_over", original)
        assert deliver_waiting(meeting.pk) == 1
        assert meetings_with_due_letters(NOW) == []
        clock.shift(CLAIM_LASTS)
        assert meetings_with_due_letters(NOW + CLAIM_LASTS) == [meeting.pk]
        assert deliver_waiting(meeting.pk) == 1
    ids = [str(letter["Message-ID"]) for letter in postbox.letters]
    assert len(ids) == 3
    assert len(set(ids)) == 2
    assert letter_counts(meeting)["sent"] == 2
    assert not due(NOW + CLAIM_LASTS).exists()
