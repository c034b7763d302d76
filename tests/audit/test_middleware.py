"""Every request has a name, and the journal knows it."""

import asyncio
import re

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from audit.middleware import RequestId, current_request_id
from tests.audit.conftest import Write


def name_seen(**headers: str) -> tuple[str, str]:
    """The name inside the view and the one on the response."""

    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(current_request_id())

    response = RequestId(view)(RequestFactory().get("/", headers=headers))
    assert isinstance(response, HttpResponse)
    return response.content.decode(), response.headers["X-Request-ID"]


def test_the_name_given_by_the_proxy_is_kept() -> None:
    assert name_seen(x_request_id="nginx-0123.45_6") == ("nginx-0123.45_6", "nginx-0123.45_6")


@pytest.mark.parametrize(
    "silly", ["", "short", "x" * 65, "with space", "<script>alert(1)</script>", "-leading", "tiếng-việt-có-dấu"]
)
def test_another_value_is_replaced(silly: str) -> None:
    inside, outside = name_seen(x_request_id=silly)
    assert inside == outside
    assert re.fullmatch("[0-9a-f]{32}", inside)


def test_the_name_ends_with_the_request() -> None:
    name_seen()
    assert current_request_id() == ""


def test_the_name_ends_with_a_request_that_fails() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        RequestId(view)(RequestFactory().get("/"))
    assert current_request_id() == ""


async def test_requests_answered_at_the_same_time_keep_their_own_names() -> None:
    async def view(request: HttpRequest) -> HttpResponse:
        await asyncio.sleep(0)
        return HttpResponse(current_request_id())

    answer = RequestId(view)
    names = [f"request-{number}" for number in range(20)]

    async def ask(name: str) -> str:
        response = answer(RequestFactory().get("/", headers={"x_request_id": name}))
        assert asyncio.iscoroutine(response)
        answered: HttpResponse = await response
        return answered.content.decode()

    assert await asyncio.gather(*map(ask, names)) == names


def test_an_entry_carries_the_name_of_its_request(write: Write) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(write().request_id)

    response = RequestId(view)(RequestFactory().get("/", headers={"x_request_id": "request-1"}))
    assert isinstance(response, HttpResponse)
    assert response.content == b"request-1"
    assert write().request_id == ""
