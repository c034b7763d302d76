"""What holds for every call of /api/v1 before and after its function: its form, its refusals, its repetition."""

import hashlib
import json
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from accounts.api_auth import caller
from accounts.errors import DomainError
from accounts.idempotency import Answered, Reply, answer_claimed, answer_once
from config.api_errors import CODES, refusal

PREFIX = "/api/v1/"
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
KEY_LENGTH = 200
_FORM = "multipart/form-data"
# The other fields of a form with a file, and the borders between its parts.
_BESIDE_THE_FILE = 1024 * 1024
_Answer = Callable[[HttpRequest], HttpResponseBase]


class ApiBoundary:
    """Takes JSON and forms with files only, of bounded size, and gives every refusal of Django the API's shape."""

    def __init__(self, get_response: _Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        response = _refused_unread(request) or self.get_response(request)
        is_json = response.headers.get("Content-Type", "").startswith("application/json")
        if response.status_code < 400 or is_json or response.status_code not in CODES:
            return response
        answer = refusal(response.status_code, CODES[response.status_code])
        if allow := response.headers.get("Allow"):
            answer.headers["Allow"] = allow
        return answer


def _refused_unread(request: HttpRequest) -> HttpResponse | None:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if request.method in SAFE or not length.isdecimal() or int(length) == 0:
        return None
    if request.content_type == _FORM:
        largest = settings.UPLOAD_LIMIT_BYTES + _BESIDE_THE_FILE
        return refusal(413, "too_large", {"limit": settings.UPLOAD_LIMIT_BYTES}) if int(length) > largest else None
    if request.content_type != "application/json":
        return refusal(415, "unsupported_media_type", {"content_type": request.content_type or ""})
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if int(length) > limit:
        return refusal(413, "too_large", {"limit_bytes": limit})
    return None


class IdempotencyKey:
    """A write that carries an Idempotency-Key is done once for its caller; repeated, it gets the same answer."""

    def __init__(self, get_response: _Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = request.headers.get("Idempotency-Key", "").strip()
        if not key or request.method in SAFE or not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        if len(key) > KEY_LENGTH or not key.isprintable():
            return refusal(422, "unacceptable", {"fields": {"Idempotency-Key": "too_long"}})
        user = caller(request)
        if user is None:
            return self.get_response(request)
        responses: list[HttpResponseBase] = []

        def act() -> Reply:
            response = self.get_response(request)
            responses.append(response)
            content = response.content if isinstance(response, HttpResponse) else b""
            return Reply(response.status_code, content.decode())

        once = answer_claimed if request.content_type == _FORM else answer_once
        try:
            answered = once(user, key, fingerprint(request), act)
        except DomainError as error:
            return refusal(error.status, error.code, error.params)
        return _again(answered) if answered.again else responses[0]


def _again(answered: Answered) -> HttpResponse:
    response = HttpResponse(answered.reply.body, status=answered.reply.status, content_type="application/json")
    response.headers["Idempotent-Replayed"] = "true"
    return response


def fingerprint(request: HttpRequest) -> str:
    """SHA-256 over what makes two calls the same: method, address and body; of a form its values and its files."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode("utf-8", "surrogateescape"))
    if request.content_type != _FORM:
        digest.update(request.body)
        return digest.hexdigest()
    values = sorted((name, request.POST.getlist(name)) for name in request.POST)
    digest.update(json.dumps(values).encode())
    for name in sorted(request.FILES):
        for file in request.FILES.getlist(name):
            digest.update(json.dumps([name, file.name, file.size]).encode())
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
    return digest.hexdigest()
