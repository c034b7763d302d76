"""Sending a document's file: whole or one range of it, never changed, never run.

The address holds the hash of the content, so a browser may keep what it got for good; it is private to the reader, and
whoever loses the right is refused by the next request, while the tablet drops its copy on `document.withdrawn`.
"""

from collections.abc import AsyncIterator, Generator
from pathlib import Path
from typing import Final

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import parse_etags

from meetings.documents.names import content_disposition, typed_name
from meetings.documents.ranges import RangeNotSatisfiable, Span, requested_span
from meetings.documents.selectors import StoredFile

PIECE: Final = 256 * 1024
# What is in the file may not run, load or send anything, wherever a browser shows it.
SANDBOX: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; sandbox"


def serve(
    request: HttpRequest, file: StoredFile, *, download: bool = False, immutable: bool = True
) -> HttpResponseBase:
    """200 with the file, 206 with the range that was asked for, 304 when the reader has it, 416 for a range behind its
    end. Raises FileNotFoundError when the file is missing from the storage."""
    size = file.path.stat().st_size
    etag = f'"{file.version.sha256}{file.path.suffix}"'
    response: HttpResponseBase
    if _has_it(request, etag):
        response = HttpResponse(status=304)
        del response.headers["Content-Type"]
        return _labelled(response, etag, immutable=immutable)
    try:
        span = requested_span(_range_header(request, etag), size)
    except RangeNotSatisfiable:
        response = HttpResponse(status=416)
        response.headers["Content-Range"] = f"bytes */{size}"
        return _labelled(response, etag, immutable=False)
    if settings.DOCUMENTS_ACCEL_PREFIX:
        # The web server in front sends the bytes, and does the ranges itself.
        response = HttpResponse(content_type=file.content_type)
        folder = file.path.relative_to(settings.MEDIA_ROOT)
        response.headers["X-Accel-Redirect"] = f"{settings.DOCUMENTS_ACCEL_PREFIX}{folder.as_posix()}"
    else:
        response = _streamed(request, file, span or Span(0, size - 1, size))
        if span:
            response.status_code = 206
            response.headers["Content-Range"] = span.content_range
    # A number such as 118/BC-SVHTTDL is part of the title, not a folder.
    title = file.name.replace("/", "-")
    name = f"{title}.webp" if file.content_type == "image/webp" else typed_name(title, file.content_type)
    response.headers["Content-Disposition"] = content_disposition(name, inline=not download)
    return _labelled(response, etag, immutable=immutable)


def _labelled(response: HttpResponseBase, etag: str, *, immutable: bool) -> HttpResponseBase:
    response.headers["ETag"] = etag
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable" if immutable else "private, no-cache"
    response.headers["Vary"] = "Cookie, Authorization"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


def _has_it(request: HttpRequest, etag: str) -> bool:
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in known or etag in {tag.removeprefix("W/") for tag in known}


def _range_header(request: HttpRequest, etag: str) -> str | None:
    """The Range header, unless it was for another content (If-Range)."""
    condition = request.headers.get("If-Range")
    if request.method not in {"GET", "HEAD"} or (condition is not None and condition != etag):
        return None
    return request.headers.get("Range")


def _streamed(request: HttpRequest, file: StoredFile, span: Span) -> HttpResponseBase:
    if request.method == "HEAD":
        response: HttpResponseBase = HttpResponse(content_type=file.content_type)
    else:
        # A server speaking ASGI would read a plain iterator to its end before it sends anything.
        pieces = _pieces_async(file.path, span) if isinstance(request, ASGIRequest) else _pieces(file.path, span)
        response = StreamingHttpResponse(pieces, content_type=file.content_type)
    response.headers["Content-Length"] = str(span.length)
    return response


def _pieces(path: Path, span: Span) -> Generator[bytes]:
    with path.open("rb") as file:
        file.seek(span.first)
        left = span.length
        while left and (piece := file.read(min(PIECE, left))):
            left -= len(piece)
            yield piece


async def _pieces_async(path: Path, span: Span) -> AsyncIterator[bytes]:
    pieces = _pieces(path, span)
    read = sync_to_async(lambda: next(pieces, None), thread_sensitive=False)
    try:
        while (piece := await read()) is not None:
            yield piece
    finally:
        pieces.close()
