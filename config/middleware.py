"""Middlewares of the pages: what a browser may use, and how a refusal of the domain becomes an answer."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.errors import DomainError, Forbidden, NotFound

Respond = Callable[[HttpRequest], HttpResponse]


class PermissionsPolicy:
    """Only our own pages may use the camera; nothing may use microphone or place."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", "camera=(self), microphone=(), geolocation=()")
        return response


class NoNul:
    """Refuses an address or a cookie with a NUL in it: no text of ours has one, and PostgreSQL cannot look for one.
    Forms and the API refuse it by themselves, in words."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        texts = [request.path_info, *request.COOKIES.values()]
        if not request.path_info.startswith("/api/"):
            texts.append(request.META.get("QUERY_STRING", "").replace("%00", "\0"))
        if any("\0" in text for text in texts):
            raise BadRequest
        return self.get_response(request)


class DomainErrors:
    """Turns an error that no view caught into the page for it: not found and not allowed read the same."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, NotFound):
            raise Http404 from error
        if isinstance(error, Forbidden):
            return render(request, "403.html", status=403)
        if isinstance(error, DomainError):
            return render(request, "409.html", {"error": error}, status=error.status)
        return None
