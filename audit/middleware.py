"""A name for every request, so that an entry of the journal, a line of the log and a telephone call meet."""

import re
import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

HEADER = "X-Request-ID"

_request_id: ContextVar[str] = ContextVar("request_id", default="")
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")


def current_request_id() -> str:
    """The name of the request being answered in this context; "" outside a request."""
    return _request_id.get()


class RequestId:
    """Take the proxy's X-Request-ID (8 to 64 of ``A-Za-z0-9._-``), else make one; send it back on the response."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self.is_async:
            return self._answer_async(request)
        with _named(request):
            return _signed(self.get_response(request))

    async def _answer_async(self, request: HttpRequest) -> HttpResponseBase:
        with _named(request):
            return _signed(await self.get_response(request))


@contextmanager
def _named(request: HttpRequest) -> Iterator[None]:
    given = request.headers.get(HEADER, "")
    token = _request_id.set(given if _PLAIN.fullmatch(given) else uuid.uuid4().hex)
    try:
        yield
    finally:
        _request_id.reset(token)


def _signed(response: HttpResponseBase) -> HttpResponseBase:
    response.headers[HEADER] = current_request_id()
    return response
