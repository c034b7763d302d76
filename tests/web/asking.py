"""Asking a route as somebody in one of the worlds, and what the answer means in one letter."""

import json
from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpResponse, HttpResponseBase
from django.test import Client

from accounts.credentials import Credential
from realtime.hearing import ask as ask_stream
from realtime.protocol import Close
from tests.web.calls import CALLS, FORMS, UPLOADS, pdf
from tests.web.stage import Stage, World

API: Final = "/api/v1"
LOGIN: Final = "/accounts/login/"
LETTERS: Final = {400: "4", 401: "1", 403: "#", 404: ".", 405: "-", 409: "x", 410: "9", 422: "!", 429: "~"}
"""Besides: "+" is done (2xx, or on to another page of ours), "L" is the page to log in, "5" a fault of ours."""


def send(
    client: Client, method: str, template: str, world: World, paper: str = "published", **headers: str
) -> HttpResponse:
    """One call with the body that belongs to it. What is streamed has been read: the file behind it is closed."""
    return drained(_send(client, method, template, world, paper, headers))


def drained(response: Any) -> HttpResponse:
    """The answer, read to its end if it is streamed."""
    if response.streaming:
        list(response)
    answer: HttpResponse = response
    return answer


def _send(client: Client, method: str, template: str, world: World, paper: str, headers: Mapping[str, str]) -> Any:
    address = world.address(template, paper)
    bare = template.partition("?")[0]
    if method == "GET":
        return client.get(address, headers=headers)
    if not bare.startswith(f"{API}/"):
        data: Any = FORMS[bare](world) if bare in FORMS else {}
        return client.post(address, data, headers=headers)
    name = f"{method} {bare.removeprefix(API)}"
    if name in UPLOADS:
        return client.post(address, {"file": pdf()}, headers=headers)
    body = json.dumps(CALLS[name](world)) if name in CALLS else ""
    return client.generic(method, address, body, content_type="application/json", headers=headers)


def letter(response: HttpResponseBase) -> str:
    """What the answer says, in one letter."""
    status = response.status_code
    if status in {301, 302, 303}:
        return "L" if response.headers["Location"].startswith(LOGIN) else "+"
    if 200 <= status < 300:
        return "+"
    return LETTERS.get(status, "5")


def listen(stage: Stage, who: str, world: World) -> str:
    """Whether the socket of the world's meeting would be opened for that person."""
    credential = Credential("session", stage.sessions[who]) if who in stage.sessions else None
    (answer,) = ask_stream([credential], world.meeting.stream)
    return (
        {Close.ANONYMOUS: "1", Close.FORBIDDEN: "#", Close.UNKNOWN: "."}[answer] if isinstance(answer, Close) else "+"
    )
