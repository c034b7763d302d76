"""What no page of ours would send: an answer is never a fault, whatever stands in an address or a form."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any, Final
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from tests.web.asking import drained
from tests.web.calls import CALLS, FORMS
from tests.web.matrix import Row, every_row
from tests.web.stage import Stage, World

Undone = Callable[[Callable[[], Any]], Any]
pytestmark = pytest.mark.django_db

CHECK_INS: Final = "POST /meetings/{meeting}/check-ins"
NAMES: Final = (
    *(
        "page",
        "q",
        "tab",
        "day",
        "tier",
        "under",
        "free",
        "view",
        "chosen",
        "from",
        "to",
        "endpoint",
        "answer",
        "status",
    ),
    *("find", "before", "edit", "add", "item", "chair", "theme", "short", "group", "choose", "only", "after", "limit"),
    *("offset", "code", "next", "role", "state", "of", "check", "unit", "download", "host", "act"),
)
"""Every parameter that some page reads, sent to all of them."""
HALF: Final = "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")
VALUES: Final = (
    "abc",
    "-1",
    "9" * 5000,
    "9999-99-99",
    "9999-12-31",
    "25:61-99:00",
    "a\x00b\nc",
    "\u202e\u2066\ufeff",
    "²٣",
    "%%%s{0}{{7*7}}${7}",
    "' OR 1=1 --",
    HALF,
    "İ🏢" * 200,
    "1e309",
    "../../../etc/passwd",
)
FOR_DATABASE: Final = ("9" * 5000, "9999-12-31", "a\x00b\nc", HALF, "İ🏢" * 200, "1e309")
"""What a database may refuse though a form took it; the rest is the same before any of them."""
LARGE: Final = ("0", str(10**18), str(2**63), "9" * 40)


def values() -> tuple[str, ...]:
    return VALUES if connection.vendor == "sqlite" else FOR_DATABASE


def pages() -> list[Row]:
    """The pages that may read a query; a report's file does not."""
    wanted = {row.template.partition("?")[0]: row for row in every_row() if row.method == "GET"}
    return [row for path, row in wanted.items() if not path.startswith("/accounts/") and "attendance." not in path]


def who_for(row: Row) -> str:
    if "administration" in row.template:
        return "administrator"
    return "delegate" if row.template.endswith(("/answer/", "/my-code/")) else "secretary"


@pytest.mark.parametrize("row", pages(), ids=str)
def test_no_query_makes_a_page_fail(stage: Stage, undone: Undone, row: Row) -> None:
    address = stage.worlds["open"].address(row.template.partition("?")[0])
    client = stage.client(who_for(row))
    faults = []
    for value in values():
        query = "&".join(f"{name}={quote(value, safe='', encoding='utf-8')}" for name in NAMES)
        status = drained(undone(partial(client.get, f"{address}?{query}"))).status_code
        if status >= 500:
            faults.append(value[:40])
    assert faults == []


@pytest.mark.parametrize(
    "query", ["page=%FF%FE", "q=%C3%28", "%00=1", "q=%ED%A0%80", "=&&=;%", "q[]=1&q[]=2", "q=1&q=2&page="]
)
@pytest.mark.parametrize(
    "path", ["/meetings/", "/network/", "/administration/", "/reports/", "/", "/join/", "/tablet/"]
)
def test_a_query_that_is_no_text_is_answered(stage: Stage, undone: Undone, path: str, query: str) -> None:
    client = stage.client("administrator")
    assert undone(partial(client.get, f"{path}?{query}")).status_code in {200, 400, 422}


def with_numbers() -> list[Row]:
    numbers = ("{meeting}", "{item}", "{participant}", "{letter}", "{document}", "{account}")
    return [row for row in every_row() if row.method != "WS" and any(name in row.template for name in numbers)]


@pytest.mark.parametrize("row", list({str(row): row for row in with_numbers()}.values()), ids=str)
def test_a_number_that_nothing_has_is_not_found(stage: Stage, undone: Undone, row: Row) -> None:
    world = stage.worlds["open"]
    client = stage.client("administrator")
    found = {}
    for name in ("{meeting}", "{item}", "{participant}", "{letter}", "{document}", "{account}"):
        for number in LARGE if name in row.template else ():
            address = world.address(row.template.replace(name, number))
            answer = undone(partial(client.generic, row.method, address, b"", "application/json"))
            found[name, number] = answer.status_code
    # Where the number is looked at only with the form, an empty form is refused first.
    assert {key: status for key, status in found.items() if status not in {404, 302, 400, 415, 422}} == {}


@pytest.mark.parametrize("path", ["/meetings/", "/c/x", "/api/v1/meetings", "/accounts/login/"])
@pytest.mark.parametrize("cookie", [r'"\000aaaaaaaa"', r'"a\000b"', '"', "\xff", "a" * 4000])
@pytest.mark.parametrize("name", ["sessionid", "device", "csrftoken", "django_language", "messages"])
def test_no_cookie_makes_a_page_fail(stage: Stage, undone: Undone, name: str, cookie: str, path: str) -> None:
    client = stage.client("visitor")
    own = f"sessionid={stage.sessions['secretary']}; " if name != "sessionid" else ""
    assert undone(partial(client.get, path, headers={"Cookie": f"{own}{name}={cookie}"})).status_code < 500


def test_what_a_device_calls_itself_cannot_spoil_a_scan(stage: Stage, undone: Undone) -> None:
    world = stage.worlds["open"]
    client = stage.client("secretary")
    client.cookies["device"] = "a"
    cookie = f"sessionid={stage.sessions['secretary']}; device=" + r'"a\000b"'
    headers = {"Cookie": cookie, "Content-Type": "application/json"}
    address = world.address("/api/v1/meetings/{meeting}/check-ins")
    response = undone(partial(client.generic, "POST", address, json.dumps(CALLS[CHECK_INS](world)), headers=headers))
    assert (response.status_code, response.json()["code"]) == (400, "malformed")


CODES: Final = ("%00", "%2e%2e%2f", "a" * 2000, "%F0%9F%8F%A2", "%E2%80%AE", "%25s", "T1%0d%0aX-Evil:%201", "NaN")


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize(
    "template",
    [
        "/endpoints/{}/screen/",
        "/endpoints/{}/screen/code",
        "/meetings/{meeting}/board/{}/",
        "/meetings/{meeting}/parts/{}/",
        "/meetings/{meeting}/acts/{}/",
        "/c/{}",
        "/join/{}/",
        "/accounts/confirm-email/{}/",
        "/accounts/password/reset/key/1-{}/",
        "/documents/1/{}.pdf",
    ],
)
def test_no_text_in_an_address_makes_a_page_fail(stage: Stage, undone: Undone, template: str, code: str) -> None:
    address = stage.worlds["open"].address(template.replace("{}", code))
    response = undone(partial(stage.client("secretary").get, address))
    assert response.status_code < 500
    assert "X-Evil" not in response.headers


def forms() -> list[str]:
    return [name for name in FORMS if not name.startswith(("/accounts/", "/i18n/"))]


def spoilt(world: World, template: str) -> list[dict[str, Any]]:
    """The form with each of values(), two values and a file in all its fields, then with one field after another
    replaced by what a field of text lets through, and left out."""
    good = FORMS[template](world)
    assert isinstance(good, dict)
    others: list[dict[str, Any]] = [{}, *(dict.fromkeys(good, value) for value in (*values(), ["1", "2"]))]
    others.append({name: SimpleUploadedFile("x", b"") for name in good})
    for name in (name for name in good if not name.startswith("initial-")):
        others += [{**good, name: value} for value in FOR_DATABASE]
        others.append({key: value for key, value in good.items() if key != name})
    return others


@pytest.mark.parametrize("template", forms())
def test_no_form_makes_a_page_fail(stage: Stage, undone: Undone, template: str) -> None:
    world = stage.worlds["draft"]
    who = "administrator" if "administration" in template else "secretary"
    if template.endswith("/answer/") or template.startswith("/c/"):
        world, who = stage.worlds["open"], "delegate"
    faults = []
    for body in spoilt(world, template):
        cache.clear()
        response = undone(partial(stage.client(who).post, world.address(template), body))
        if response.status_code >= 500:
            faults.append({name: str(value)[:30] for name, value in body.items()})
    assert faults == []


@pytest.mark.parametrize("template", ["/accounts/login/", "/accounts/password/reset/", "/i18n/setlang/"])
def test_no_form_makes_the_entrance_fail(stage: Stage, undone: Undone, template: str) -> None:
    faults = []
    for body in spoilt(stage.worlds["open"], template):
        cache.clear()
        response = undone(partial(stage.client("visitor").post, template, body))
        if response.status_code >= 500:
            faults.append({name: str(value)[:30] for name, value in body.items()})
    assert faults == []
