"""A caller of /api/v1 with a bearer token."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http.response import HttpResponseBase
from django.test import Client

from accounts.actions import issue_token
from accounts.models import User

PREFIX = "/api/v1"


@dataclass
class Answer:
    """Status and decoded body; `body` is None when there is none."""

    status: int
    body: Any
    response: HttpResponseBase

    @property
    def code(self) -> str:
        return str(self.body["code"])


class Api:
    """`Api(user).post("/meetings", {...})`; without a user a visitor."""

    def __init__(self, user: User | None = None, *, token: str | None = None) -> None:
        self.client = Client(raise_request_exception=True)
        self.token = token if token is not None else (issue_token(None, user) if user is not None else "")

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        raw: bytes | None = None,
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        sent = raw if raw is not None else (b"" if body is None else json.dumps(body).encode())
        all_headers = {**({"Authorization": f"Bearer {self.token}"} if self.token else {}), **(headers or {})}
        response = self.client.generic(method, f"{PREFIX}{path}", sent, content_type=content_type, headers=all_headers)
        text = response.content.decode()
        return Answer(response.status_code, json.loads(text) if text else None, response)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self.call("GET", path, headers=headers)

    def post(self, path: str, body: object = None, headers: Mapping[str, str] | None = None) -> Answer:
        return self.call("POST", path, body, headers=headers)

    def patch(self, path: str, body: object = None) -> Answer:
        return self.call("PATCH", path, body)

    def put(self, path: str, body: object = None) -> Answer:
        return self.call("PUT", path, body)

    def delete(self, path: str) -> Answer:
        return self.call("DELETE", path)


def meeting_body(**fields: object) -> dict[str, object]:
    """A body that POST /meetings takes: 08:00–10:00 on the day of tests.people.at(), T1 and the communes."""
    return {
        "title": "Hội nghị giao ban trực tuyến",
        "starts_at": "2031-12-01T08:00:00+07:00",
        "ends_at": "2031-12-01T10:00:00+07:00",
        "unit": "02",
        "selection": {"endpoints": ["T1"], "tiers": ["commune"]},
        "host_endpoint": "T1",
    } | fields
