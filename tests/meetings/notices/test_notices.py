"""What an office is told: here, once, in its language, and by e-mail."""

import smtplib

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries

from accounts.models import Person
from meetings.management.commands import worker
from meetings.notices import mail_server, outbox
from meetings.notices.actions import notify
from meetings.notices.mail_server import CLAIM_LASTS, FIRST_WAIT, MOST_ATTEMPTS, Later
from meetings.notices.models import Notice
from meetings.notices.outbox import deliver_waiting_news, news_due
from meetings.notices.tasks import deliver_news
from meetings.notices.wording import detail, sentence
from meetings.planning.models import Meeting
from tests.people import People, at
from tests.scenes import make_meeting

DATA = {
    "title": "Họp khẩn",
    "unit": "Tỉnh Hà Giang",
    "actor": "Nguyễn Thị Lan",
    "phone": "0219.000.0001",
    "reason": "Bão số 3",
    "ground": "force_majeure",
    "starts_at": "2031-12-01T08:00:00+07:00",
    "ends_at": "2031-12-01T10:00:00+07:00",
    "endpoints": 3,
    "until": "2031-11-28T17:00:00+07:00",
}


@pytest.fixture
def meeting(people: People) -> Meeting:
    return make_meeting(people, title="Giao ban")


@pytest.fixture
def desk(client: Client, people: People) -> Client:
    client.force_login(people.secretary)
    client.cookies["django_language"] = "en"
    return client


def told(people: People, meeting: Meeting, kind: str = "meeting.displaced") -> Notice:
    notify([people.secretary, people.secretary], kind, meeting=meeting, data=DATA)
    return Notice.objects.latest("pk")


@pytest.mark.parametrize(
    ("kind", "english", "more"),
    [
        (
            "meeting.displaced",
            "“Giao ban” must be moved: “Họp khẩn” of tỉnh Hà Giang takes its time, 08:00–10:00, Monday 01/12/2031.",
            "Force majeure: Bão số 3 · Nguyễn Thị Lan, 0219.000.0001",
        ),
        ("slot.freed", "The old time of “Giao ban” is free again: 08:00–10:00, Monday 01/12/2031.", None),
        ("request.asked", "tỉnh Hà Giang asks for 3 endpoints of yours for “Giao ban”.", None),
        ("request.approved", "tỉnh Hà Giang lets “Giao ban” have 3 endpoints.", None),
        ("request.refused", "tỉnh Hà Giang does not let “Giao ban” have 3 endpoints.", None),
        ("request.lapsed", "did not answer in time: the request for 3 endpoints for “Giao ban” has lapsed.", None),
        ("slot.offered", "It is kept for you until 17:00, Friday 28/11/2031.", None),
        ("offer.lapsed", "The time kept for “Giao ban” was not taken up and went to the next in line.", None),
        ("something.new", "There is news of “Giao ban”.", None),
    ],
)
def test_every_kind_is_one_sentence(
    people: People, meeting: Meeting, kind: str, english: str, more: str | None
) -> None:
    notice = told(people, meeting, kind)
    with translation.override("en"):
        assert english in sentence(notice)
        if more is not None:
            assert detail(notice) == more
    with translation.override("vi"):
        assert "%(" not in sentence(notice)


def test_news_without_its_facts_is_still_told(people: People, meeting: Meeting) -> None:
    notify([people.secretary], "slot.offered", meeting=meeting, data={"until": "soon", "endpoints": "many"})
    with translation.override("en"):
        assert "until –" in sentence(Notice.objects.get())


def test_whoever_is_named_twice_is_told_once(people: People, meeting: Meeting) -> None:
    told(people, meeting)
    assert Notice.objects.count() == 1


def test_unread_news_stands_on_today_until_it_is_marked_as_read(desk: Client, people: People, meeting: Meeting) -> None:
    notice = told(people, meeting)
    assert "“Giao ban” must be moved" in desk.get("/").content.decode()
    answer = desk.post(reverse("notice-read", args=[notice.pk]), {"back": "today"})
    assert answer["Location"] == reverse("today")
    page = desk.get("/").content.decode()
    assert "“Giao ban” must be moved" not in page
    assert reverse("notices") in page
    assert "“Giao ban” must be moved" in desk.get("/notices/").content.decode()


def test_all_is_marked_at_once_and_nobody_elses(desk: Client, people: People, meeting: Meeting) -> None:
    for _number in range(3):
        told(people, meeting)
    notify([people.outsider], "slot.freed", meeting=meeting, data=DATA)
    other = Notice.objects.get(user=people.outsider)
    assert desk.post(reverse("notice-read", args=[other.pk])).status_code == 404
    desk.post(reverse("notices-read"))
    assert Notice.objects.filter(read_at=None).get() == other


@pytest.mark.parametrize("number", [0, 1, 60])
def test_the_page_takes_as_many_queries_however_many_there_are(
    desk: Client, people: People, meeting: Meeting, number: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    Notice.objects.bulk_create(
        Notice(user=people.secretary, kind="slot.freed", meeting=meeting, data=DATA) for _each in range(number)
    )
    with django_assert_max_num_queries(10):
        answer = desk.get("/notices/")
    assert len(answer.context["news"]) == min(number, 25)


def test_it_goes_by_mail_in_the_readers_language_once(people: People, meeting: Meeting) -> None:
    notice = told(people, meeting)
    Person.objects.filter(user=people.secretary).update(language="en")
    assert (deliver_waiting_news(), deliver_waiting_news()) == (1, 0)
    (message,) = mail.outbox
    assert message.to == ["nguyen.thi.lan@example.vn"]
    assert "must be moved" in message.subject
    assert f"/meetings/{meeting.pk}/" in str(message.body)
    assert "0219.000.0001" in str(message.body)
    notice.refresh_from_db()
    assert notice.mail == "sent"


def test_who_has_no_address_is_told_here_only(people: People, meeting: Meeting) -> None:
    Person.objects.filter(user=people.secretary).update(email="")
    assert told(people, meeting).mail == "none"
    assert deliver_waiting_news() == 0


def test_a_worker_killed_in_the_middle_sends_the_same_message_again_only_after_its_claim(
    people: People, meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    original = mail_server.hand_over

    def die_after_handing_over(message: EmailMessage, server: object) -> None:
        original(message, server)  # type: ignore[arg-type]  # the connection, passed through
        raise Killed

    told(people, meeting)
    with time_machine.travel(at(8), tick=False) as clock:
        monkeypatch.setattr(outbox, "hand_over", die_after_handing_over)
        with pytest.raises(Killed):
            deliver_waiting_news()
        monkeypatch.setattr(outbox, "hand_over", original)
        assert deliver_waiting_news() == 0
        clock.shift(CLAIM_LASTS)
        assert (deliver_waiting_news(), deliver_waiting_news()) == (1, 0)
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == 1


def test_a_mail_server_that_is_busy_is_asked_again_and_not_for_ever(
    people: People, meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_args: object) -> None:
        raise Later("451 try later")

    notice = told(people, meeting)
    monkeypatch.setattr(outbox, "hand_over", busy)
    with time_machine.travel(at(8), tick=False) as clock:
        for attempt in range(MOST_ATTEMPTS):
            assert news_due(timezone.now()).exists()
            deliver_waiting_news()
            assert not news_due(timezone.now()).exists()
            clock.shift(FIRST_WAIT * 2**attempt)
    notice.refresh_from_db()
    assert (notice.mail, notice.attempts) == ("failed", MOST_ATTEMPTS)


def test_an_address_that_does_not_exist_is_given_up(
    people: People, meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_args: object) -> None:
        raise smtplib.SMTPRecipientsRefused({"lan@example.vn": (550, b"no such user")})

    monkeypatch.setattr(mail.get_connection().__class__, "send_messages", refused)
    notice = told(people, meeting)
    assert deliver_waiting_news() == 0
    notice.refresh_from_db()
    assert notice.mail == "failed"


def test_the_worker_looks_after_news(people: People, meeting: Meeting, monkeypatch: pytest.MonkeyPatch) -> None:
    class Once:
        def __init__(self) -> None:
            self.looked = False

        def wait(self, _seconds: float) -> bool:
            self.looked, ended = True, self.looked
            return ended

    sent: list[int] = []
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    monkeypatch.setattr(type(deliver_news), "enqueue", lambda _task: sent.append(deliver_waiting_news()))
    told(people, meeting)
    worker.look_after_letters(Once())  # type: ignore[arg-type]  # as an Event that ends after one look
    assert sent == [1]
