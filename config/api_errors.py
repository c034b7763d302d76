"""How a refusal becomes an answer of the API: ``{"code", "message", "params"}`` and its status."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, AuthorizationError, HttpError, ValidationError

from accounts.errors import DomainError
from config.api_messages import MESSAGES, UNNAMED
from realtime.events import jsonable

CODES: Final[Mapping[int, str]] = {
    400: "malformed",
    401: "not_authenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
    429: "too_many_requests",
    500: "internal_error",
}
_MALFORMED: Final = frozenset({"json_invalid", "moment_type", "recursion_loop", "string_unicode"})
_MALFORMED_ENDINGS: Final = ("_type", "_parsing", "_from_float")
_REASONS: Final[Mapping[str, str]] = {
    "missing": "required",
    "extra_forbidden": "unknown",
    "string_too_long": "too_long",
    "string_too_short": "too_short",
    "literal_error": "not_a_choice",
    "enum": "not_a_choice",
    "greater_than_equal": "out_of_range",
    "greater_than": "out_of_range",
    "less_than_equal": "out_of_range",
    "less_than": "out_of_range",
}
_COUNTED: Final[Mapping[str, str]] = {"too_long": "too_many", "too_short": "too_few"}
_SOURCES: Final = frozenset({"body", "query", "path", "header", "cookie", "form", "file"})


def refusal(status: int, code: str, params: Mapping[str, object] | None = None) -> JsonResponse:
    """The one shape of every refusal."""
    body = {"code": code, "message": str(MESSAGES.get(code, UNNAMED)), "params": jsonable(params or {})}
    response = JsonResponse(body, status=status)
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _place(location: Iterable[int | str]) -> str:
    """Where in the body or the query the fault lies: "title", "3.endpoint", "selection.under"; "" = the whole."""
    parts = list(location)
    if parts and parts[0] in _SOURCES:
        source = parts.pop(0)
        if source == "body" and parts:
            parts.pop(0)  # the name of the parameter, which the caller does not know
    return ".".join(str(part) for part in parts)


def _reason(fault: Mapping[str, Any]) -> str:
    kind = str(fault["type"])
    if kind in _COUNTED and fault.get("ctx", {}).get("field_type") == "List":
        return _COUNTED[kind]
    return _REASONS.get(kind, kind)


def invalid(error: ValidationError) -> JsonResponse:
    """400 when the body is missing or a value has the wrong type, 422 when the type is right but not the value."""
    kinds = [str(each["type"]) for each in error.errors]
    fields = {_place(each["loc"]): _reason(each) for each in error.errors}
    if fields.get("") == "required" or any(kind in _MALFORMED or kind.endswith(_MALFORMED_ENDINGS) for kind in kinds):
        return refusal(400, "malformed", {"fields": fields})
    return refusal(422, "unacceptable", {"fields": fields})


def _answer(_request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    match error:
        case DomainError():
            return refusal(error.status, error.code, error.params)
        case ValidationError():
            return invalid(error)
        case HttpError():
            return refusal(error.status_code, CODES.get(error.status_code, "refused"))
        case Http404():
            return refusal(404, "not_found")
    raise error


def answer_errors(api: NinjaAPI) -> None:
    """Have ``api`` answer every refusal in the one shape. What is no refusal goes on to Django: it is a fault."""
    for kind in (DomainError, ValidationError, HttpError, AuthenticationError, AuthorizationError, Http404, Exception):
        api.add_exception_handler(kind, _answer)
