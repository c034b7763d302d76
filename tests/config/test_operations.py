"""The live connections in figures: the page of the administrator, and what Prometheus is told."""

import datetime as dt
from dataclasses import asdict

import pytest
from django.test import Client
from django.utils import timezone, translation

from accounts import actions
from config.operations import delay
from realtime.metrics import Counters
from realtime.models import ServerProcess
from tests.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
PAGE = "/administration/connections/"


def serving(name: str, counters: Counters) -> None:
    now = timezone.now()
    figures = asdict(counters.figures(now))
    ServerProcess.objects.create(name=name, host=name, pid=1, since=now, at=now, figures=figures)


def page(client: Client, people: People) -> str:
    client.force_login(people.administrator)
    return client.get(PAGE).content.decode()


def test_without_a_process_the_page_says_so(client: Client, people: People) -> None:
    text = page(client, people)
    assert "Chưa có tiến trình nào báo về" in text
    assert "<table" not in text


def test_each_process_has_a_row_with_its_figures_and_a_word(client: Client, people: People) -> None:
    now = timezone.now()
    busy, late, slow = Counters(), Counters(), Counters()
    busy.accepted, busy.streams, busy.frames, busy.octets = 1234, 2, 56789, 1_200_000
    busy.told([now - dt.timedelta(milliseconds=4)], now)
    late.told([now - dt.timedelta(seconds=40)], now)
    for _ in range(3):
        slow.close(4408)
        slow.drop(now)
    for name, counters in {"may-1": busy, "may-2": late, "may-3": slow, "may-4": Counters()}.items():
        serving(name, counters)
    text = page(client, people)
    rows = [row.partition("</tr>")[0] for row in text.partition("<tbody>")[2].split("<tr>")[1:]]
    words = ["Bình thường", "Gửi chậm", "3 máy bị ngắt vì quá chậm", "Không có gì mới"]
    assert [
        name in row and word in row
        for name, word, row in zip(["may-1:1", "may-2:1", "may-3:1", "may-4:1"], words, rows, strict=True)
    ] == [True] * 4
    assert all(figure in rows[0] for figure in ["1.234", "2 cuộc họp", "56.789", "1,2\N{NO-BREAK SPACE}MB"])
    assert "5,0\N{NO-BREAK SPACE}ms" in rows[0]
    assert "trên 30 giây" in rows[1]


@pytest.mark.parametrize(
    ("seconds", "vi", "en"),
    [
        (None, "", ""),
        (0.0034, "3,4\N{NO-BREAK SPACE}ms", "3.4\N{NO-BREAK SPACE}ms"),
        (1.234, "1.234\N{NO-BREAK SPACE}ms", "1,234\N{NO-BREAK SPACE}ms"),
        (float("inf"), "trên 30 giây", "over 30 s"),
    ],
)
def test_a_delay_is_written_as_the_office_writes_numbers(seconds: float | None, vi: str, en: str) -> None:
    for language, words in {"vi": vi, "en": en}.items():
        with translation.override(language):
            assert delay(seconds) == words


def test_the_administration_leads_to_the_page(client: Client, people: People) -> None:
    client.force_login(people.administrator)
    assert PAGE in client.get("/administration/").content.decode()


def test_prometheus_reads_with_an_access_key(client: Client, people: People) -> None:
    serving("may-1", Counters())
    serving("may-2", Counters())
    key = actions.issue_token(None, people.administrator)
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {key}"})
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert 'diemcau_stream_sockets{process="may-1:1"} 0\ndiemcau_stream_sockets{process="may-2:1"} 0\n' in (
        answer.content.decode()
    )


def test_a_key_that_is_void_or_has_no_right_opens_nothing_whatever_the_session(client: Client, people: People) -> None:
    client.force_login(people.administrator)
    powerless = actions.issue_token(None, people.secretary)
    asked = [("Bearer void", 401), (f"Bearer {powerless}", 403), ("Basic eA==", 401)]
    for authorization, status in asked:
        answer = client.get("/metrics", headers={"Authorization": authorization})
        assert (answer.status_code, b"diemcau_" in answer.content) == (status, False)


def test_nobody_is_trusted_for_coming_from_this_machine(client: Client) -> None:
    answer = client.get("/metrics", REMOTE_ADDR="127.0.0.1")
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
