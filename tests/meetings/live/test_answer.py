"""Answering an invitation on its page."""

import re
from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import translation

from audit.models import Entry
from meetings.planning.actions import close_meeting, open_meeting
from meetings.planning.models import Meeting, Participant
from tests.people import People
from tests.scenes import invite, make_meeting

pytestmark = pytest.mark.django_db
Answer = Participant.Answer


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def meeting(people: People) -> Meeting:
    made = make_meeting(people)
    invite(made, people, "delegate", "H026")
    return made


def client_of(people: People, name: str = "delegate") -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(getattr(people, name))
    return client


def send(people: People, meeting: Meeting, **words: str) -> HttpResponse:
    return client_of(people).post(reverse("meeting-answer", args=[meeting.pk]), words)  # type: ignore[return-value]


def errors_of(response: HttpResponse) -> list[str]:
    return re.findall(r'<p class="error"[^>]*>.*?</svg>([^<]*)</p>', response.content.decode(), flags=re.DOTALL)


def place(meeting: Meeting) -> Participant:
    return Participant.objects.get(meeting=meeting)


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ({"answer": "attending"}, (Answer.ATTENDING, "", "", "")),
        ({"answer": "declined", "reason": "Đi công tác"}, (Answer.DECLINED, "Đi công tác", "", "")),
        (
            {"answer": "substitute", "substitute_name": "Sùng Mí Lình", "substitute_position": "Chánh Văn phòng"},
            (Answer.SUBSTITUTE, "", "Sùng Mí Lình", "Chánh Văn phòng"),
        ),
        # What was typed under another answer before is not part of this one.
        (
            {"answer": "attending", "reason": "Đi công tác", "substitute_name": "Sùng Mí Lình"},
            (Answer.ATTENDING, "", "", ""),
        ),
    ],
)
def test_an_answer_is_kept_and_leads_to_the_first_page(
    people: People, meeting: Meeting, words: dict[str, str], kept: tuple[str, ...]
) -> None:
    response = send(people, meeting, **words)
    assert (response.status_code, response.headers["Location"]) == (302, reverse("tablet-home"))
    row = place(meeting)
    assert (row.answer, row.answer_reason, row.substitute_name, row.substitute_position) == kept
    assert Entry.objects.filter(verb="participant.answered", actor_id=people.delegate.pk).count() == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({}, "Please choose one of the three answers."),
        ({"answer": "declined"}, "Please say why, so that the secretary can report it."),
        ({"answer": "declined", "reason": "  "}, "Please say why, so that the secretary can report it."),
        ({"answer": "substitute"}, "Please name the person who will come."),
    ],
)
def test_an_incomplete_answer_is_asked_for_again_at_its_place(
    people: People, meeting: Meeting, words: dict[str, str], sentence: str
) -> None:
    response = send(people, meeting, **words)
    assert (response.status_code, errors_of(response)) == (422, [sentence])
    assert place(meeting).answer == Answer.NONE


def test_an_answer_that_there_is_not_is_refused(people: People, meeting: Meeting) -> None:
    assert send(people, meeting, answer="perhaps").status_code == 422
    assert place(meeting).answer == Answer.NONE


def test_an_answer_can_be_changed_and_the_page_shows_the_present_one(people: People, meeting: Meeting) -> None:
    send(people, meeting, answer="declined", reason="Đi công tác")
    body = client_of(people).get(reverse("meeting-answer", args=[meeting.pk])).content.decode()
    assert re.findall(r'value="(\w+)"[^>]*checked', body) == ["declined"]
    assert "Đi công tác" in body
    send(people, meeting, answer="attending")
    assert place(meeting).answer == Answer.ATTENDING


def test_after_the_meeting_the_page_says_what_stands_and_takes_no_answer(people: People, meeting: Meeting) -> None:
    send(people, meeting, answer="attending")
    close_meeting(people.secretary, open_meeting(people.secretary, meeting))
    address = reverse("meeting-answer", args=[meeting.pk])
    page = client_of(people).get(address)
    assert (page.status_code, '<form method="post" class="answer-form"' in page.content.decode()) == (200, False)
    refused = send(people, meeting, answer="declined", reason="Đi công tác")
    assert refused.status_code == 409
    assert "Not sent: the meeting no longer takes answers." in refused.content.decode()
    assert place(meeting).answer == Answer.ATTENDING


@pytest.mark.parametrize("name", ["secretary", "chair", "operator", "outsider"])
def test_whoever_is_not_invited_has_no_such_page(people: People, meeting: Meeting, name: str) -> None:
    client, address = client_of(people, name), reverse("meeting-answer", args=[meeting.pk])
    assert [client.get(address).status_code, client.post(address, {"answer": "attending"}).status_code] == [404, 404]
    assert place(meeting).answer == Answer.NONE
