"""The same write sent twice is done once."""

import datetime as dt
import json
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import timezone

from accounts.errors import DomainError
from accounts.idempotency import Answered, InFlight, KeyReused, Reply, answer_claimed, answer_once
from accounts.models import IdempotentReply
from config.api_middleware import fingerprint
from meetings.planning.models import Meeting
from tests.api import Answer, Api, meeting_body
from tests.people import People, make_network, make_people

KEY = {"Idempotency-Key": "b7f1c1d2"}


@pytest.fixture
def api(people: People) -> Api:
    return Api(people.secretary)


@pytest.mark.django_db
def test_the_same_call_with_the_same_key_is_done_once_and_answered_alike(api: Api) -> None:
    first, second = (api.post("/meetings", meeting_body(), KEY) for _ in range(2))
    assert (first.status, second.status, second.body) == (201, 201, first.body)
    assert (Meeting.objects.count(), second.response.headers["Idempotent-Replayed"]) == (1, "true")


@pytest.mark.django_db
def test_without_a_key_a_second_call_is_a_second_act(api: Api) -> None:
    assert [api.post("/meetings", meeting_body()).status for _ in range(2)] == [201, 409]


@pytest.mark.django_db
def test_a_refusal_is_repeated_too(api: Api) -> None:
    api.post("/meetings", meeting_body())
    first = api.post("/meetings", meeting_body(), KEY)
    api.post(f"/meetings/{Meeting.objects.get().pk}/cancel")
    assert (first.status, api.post("/meetings", meeting_body(), KEY).body) == (409, first.body)


@pytest.mark.django_db
def test_a_key_used_for_another_body_is_refused(api: Api) -> None:
    api.post("/meetings", meeting_body(), KEY)
    answer = api.post("/meetings", meeting_body(title="Khác"), KEY)
    assert (answer.status, answer.code, Meeting.objects.count()) == (422, "idempotency_mismatch", 1)


@pytest.mark.django_db
def test_a_key_used_for_another_address_is_refused(api: Api) -> None:
    api.post("/meetings", meeting_body(), KEY)
    assert api.post("/meetings/check", meeting_body(), KEY).code == "idempotency_mismatch"


@pytest.mark.django_db
def test_two_people_may_use_the_same_key(people: People, api: Api) -> None:
    first = api.post("/meetings", meeting_body(), KEY)
    other = Api(people.administrator).post("/meetings", meeting_body(), KEY)
    assert (first.status, other.status) == (201, 409)


@pytest.mark.django_db
def test_a_refusal_of_the_caller_is_not_kept(people: People) -> None:
    api = Api(people.observer)
    assert api.post("/meetings", meeting_body(), KEY).status == 403
    assert IdempotentReply.objects.count() == 0


@pytest.mark.django_db
def test_a_visitor_s_key_is_not_kept(people: People) -> None:
    assert Api().post("/meetings", meeting_body(), KEY).status == 401
    assert IdempotentReply.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["x" * 201, "a\tb"])
def test_a_key_that_is_too_long_or_cannot_be_printed_is_refused(api: Api, key: str) -> None:
    assert api.post("/meetings", meeting_body(), {"Idempotency-Key": key}).status == 422


@pytest.mark.django_db
def test_a_key_is_forgotten_after_a_day(api: Api) -> None:
    api.post("/meetings", meeting_body(), KEY)
    IdempotentReply.objects.update(created_at=timezone.now() - dt.timedelta(hours=25))
    assert api.post("/meetings", meeting_body(), KEY).status == 409


@pytest.mark.django_db
def test_a_fault_is_neither_kept_nor_half_done(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError

    api.client.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr("meetings.api.planning.meeting_row", broken)
        assert api.post("/meetings", meeting_body(), KEY).status == 500
    assert (Meeting.objects.count(), IdempotentReply.objects.count()) == (0, 0)
    assert api.post("/meetings", meeting_body(), KEY).status == 201


@pytest.mark.django_db
def test_an_answer_without_a_body_is_repeated(api: Api) -> None:
    created = api.post("/meetings", meeting_body()).body["id"]
    item = api.post(f"/meetings/{created}/agenda", {"title": "Một"}).body["id"]
    path = f"/meetings/{created}/agenda/{item}"
    assert [api.call("DELETE", path, headers=KEY).status for _ in range(2)] == [204, 204]


@pytest.mark.django_db(transaction=True)
def test_the_same_call_eight_times_at_once_is_done_once(transactional_db: None) -> None:
    people = make_people(make_network())
    api = Api(people.secretary)
    start = threading.Barrier(8)
    answers: list[Answer] = []

    def call() -> None:
        try:
            start.wait(timeout=30)
            answers.append(Api(token=api.token).post("/meetings", meeting_body(), KEY))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=call) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert [answer.status for answer in answers] == [201] * 8
    assert len({json.dumps(answer.body) for answer in answers}) == 1
    assert Meeting.objects.count() == 1


def _claimed(people: People, key: str, reply: Reply, print_of: str = "f") -> Answered:
    return answer_claimed(people.secretary, key, print_of, lambda: reply)


@pytest.mark.django_db
def test_a_call_with_files_is_claimed_and_then_repeated(people: People) -> None:
    reply = Reply(201, '{"id": 1}')
    assert [_claimed(people, "k", reply).again for _ in range(2)] == [False, True]


@pytest.mark.django_db
def test_a_call_with_files_that_is_still_worked_on_is_said(people: People) -> None:
    IdempotentReply.objects.create(user=people.secretary, key="k", fingerprint="f")
    with pytest.raises(InFlight):
        _claimed(people, "k", Reply(201, ""))


@pytest.mark.django_db
def test_a_claim_whose_process_died_is_taken_over(people: People) -> None:
    IdempotentReply.objects.create(user=people.secretary, key="k", fingerprint="f")
    IdempotentReply.objects.update(created_at=timezone.now() - dt.timedelta(minutes=11))
    assert _claimed(people, "k", Reply(201, "")).again is False


@pytest.mark.django_db
@pytest.mark.parametrize("status", [500, 507, 401, 403, 429])
def test_what_may_be_answered_otherwise_next_time_is_not_kept(people: People, status: int) -> None:
    _claimed(people, "k", Reply(status, ""))
    answer_once(people.secretary, "j", "f", lambda: Reply(status, ""))
    assert IdempotentReply.objects.count() == 0


@pytest.mark.django_db
def test_an_act_that_fails_leaves_no_claim(people: People) -> None:
    def fail() -> Reply:
        raise DomainError

    for function in (answer_once, answer_claimed):
        with pytest.raises(DomainError):
            function(people.secretary, "k", "f", fail)
    assert IdempotentReply.objects.count() == 0


@pytest.mark.django_db
def test_a_key_of_files_used_for_other_files_is_refused(people: People) -> None:
    _claimed(people, "k", Reply(201, ""))
    with pytest.raises(KeyReused):
        _claimed(people, "k", Reply(201, ""), "g")


def upload(content: bytes, name: str = "a.pdf", title: str = "T") -> HttpRequest:
    file = SimpleUploadedFile(name, content)
    return RequestFactory().post("/api/v1/meetings/1/documents", {"title": title, "file": file})


def test_two_uploads_are_the_same_when_values_names_and_contents_are() -> None:
    same = fingerprint(upload(b"one"))
    assert fingerprint(upload(b"one")) == same
    others = [upload(b"two"), upload(b"one", name="b.pdf"), upload(b"one", title="U")]
    assert [fingerprint(other) == same for other in others] == [False, False, False]


def test_a_file_can_still_be_read_after_it_was_looked_at() -> None:
    request = upload(b"one")
    fingerprint(request)
    (file,) = request.FILES.getlist("file")
    assert file.read() == b"one"
