"""What holds at every door: no write without the token of our own page, none by reading, the headers of every page."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from tests.web.asking import API, drained, send
from tests.web.matrix import Row, every_row
from tests.web.stage import Stage

Undone = Callable[[Callable[[], Any]], Any]
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

WRITES = re.compile(r"^\s*(INSERT|UPDATE|DELETE|REPLACE|TRUNCATE)\b", re.IGNORECASE)
NO_SESSION = re.compile(r'"(django_session|axes_\w+)"')


def asked(method: str | None = None) -> list[Row]:
    """The lines of the matrix, those of sockets left out: of that method, or all that may change something."""
    wanted = [row for row in every_row() if row.method != "WS"]
    found = (
        [row for row in wanted if row.method == method] if method else [row for row in wanted if row.method != "GET"]
    )
    return list({str(row): row for row in found}.values())


@pytest.mark.parametrize("row", asked(), ids=str)
def test_nothing_is_done_without_the_token_of_one_of_our_pages(stage: Stage, undone: Undone, row: Row) -> None:
    who = "administrator" if "administration" in row.template else "secretary"
    client = stage.client(who, csrf=True)
    with CaptureQueriesContext(connection) as queries:
        response = undone(partial(send, client, row.method, row.template, stage.worlds["open"]))
    written = [query["sql"] for query in queries if WRITES.match(query["sql"])]
    assert (response.status_code, written) == (403, [])
    if row.template.startswith(API):
        assert response.json()["code"] == "csrf_failed"


def test_a_write_is_seen_when_there_is_one(stage: Stage, undone: Undone) -> None:
    with CaptureQueriesContext(connection) as queries:
        undone(
            partial(send, stage.client("secretary"), "POST", "/meetings/{meeting}/agenda/new/", stage.worlds["open"])
        )
    written = [query["sql"] for query in queries if WRITES.match(query["sql"])]
    assert [sql for sql in written if '"meetings_agenda_item"' in sql and not NO_SESSION.search(sql)] != []


@pytest.mark.parametrize("head", [False, True], ids=["GET", "HEAD"])
@pytest.mark.parametrize("row", asked("GET"), ids=str)
def test_reading_changes_nothing(stage: Stage, undone: Undone, row: Row, head: bool) -> None:
    world = stage.worlds["open"]
    address = world.address(row.template)
    client = stage.client("administrator" if "administration" in row.template else "secretary")

    def read() -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            drained(client.generic("HEAD" if head else "GET", address))
        said = [query["sql"] for query in queries]
        return [sql for sql in said if WRITES.match(sql) and not NO_SESSION.search(sql)]

    assert undone(read) == []


def policy_of(header: str) -> dict[str, list[str]]:
    parts = [part.split() for part in header.split(";") if part.strip()]
    return {name: sorted(values) for name, *values in parts}


STRICT = {
    "default-src": ["'self'"],
    "script-src": ["'self'", "'wasm-unsafe-eval'"],
    "style-src": ["'self'"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
    "connect-src": ["'self'"],
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}


@pytest.mark.parametrize("who", ["administrator", "delegate", "visitor"])
@pytest.mark.parametrize("row", asked("GET"), ids=str)
def test_every_page_carries_the_headers_that_keep_it_to_itself(
    stage: Stage, undone: Undone, row: Row, who: str
) -> None:
    cache.clear()
    response = undone(partial(send, stage.client(who), "GET", row.template, stage.worlds["open"]))
    kind = response.headers.get("Content-Type", "")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] in {"same-origin", "no-referrer"}
    if not kind.startswith("text/html"):
        return
    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS
    policy = policy_of(response.headers["Content-Security-Policy"])
    assert {name: policy.get(name) for name in STRICT} == STRICT
    assert [value for values in policy.values() for value in values if "unsafe-inline" in value or value == "*"] == []


INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")|<style|\sstyle=|\son[a-z]+=", re.IGNORECASE
)


@pytest.mark.parametrize("row", asked("GET"), ids=str)
def test_no_page_holds_script_or_style_of_its_own(stage: Stage, undone: Undone, row: Row) -> None:
    who = {"/accounts": "visitor", "/administ": "administrator"}.get(row.template[:9], "secretary")
    response = undone(partial(send, stage.client(who), "GET", row.template, stage.worlds["open"]))
    if response.headers.get("Content-Type", "").startswith("text/html"):
        assert INLINE.findall(response.content.decode()) == []


@pytest.mark.parametrize("path", ["/khong-co/", "/meetings/999999/", "/documents/999999/", "/administration/"])
def test_pages_of_refusal_carry_them_too(stage: Stage, path: str) -> None:
    response = stage.client("secretary").get(path)
    assert response.status_code in {403, 404}
    assert policy_of(response.headers["Content-Security-Policy"])["default-src"] == ["'self'"]
    assert response.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(("who", "template"), [("delegate", "/network/"), ("operator", "/meetings/{meeting}/edit/")])
def test_not_allowed_reads_as_not_found(stage: Stage, who: str, template: str) -> None:
    refused = stage.client(who).get(stage.worlds["open"].address(template))
    missing = stage.client(who).get("/khong-co/")
    assert (refused.status_code, missing.status_code) == (403, 404)
    heading = re.compile(rb"<h1[^>]*>.*?</h1>", re.DOTALL)
    assert heading.findall(refused.content) == heading.findall(missing.content) != []


@pytest.mark.parametrize("kind", ["application/pdf", "image/webp"])
def test_a_file_of_a_document_runs_nothing_and_is_kept_by_nobody_else(stage: Stage, kind: str) -> None:
    ending = {"application/pdf": "pdf", "image/webp": "webp"}[kind]
    address = stage.worlds["open"].address("/documents/{document}/{sha256}." + ending)
    response = drained(stage.client("delegate").get(address))
    policy = policy_of(response.headers["Content-Security-Policy"])
    assert (response.headers["Content-Type"], policy["default-src"], policy["sandbox"]) == (kind, ["'none'"], [])
    assert response.headers["Cache-Control"].startswith("private")
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_session_cookie_is_for_this_site_and_not_for_scripts(stage: Stage, settings: Settings) -> None:
    client = stage.client("visitor")
    answer = client.post("/accounts/login/", {"login": "secretary", "password": "demo-pass-1"})
    cookie = answer.cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, "Lax", "/", "")
