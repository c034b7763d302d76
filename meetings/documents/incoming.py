"""Files on their way in: how large a request may be, and the uploaded file as a file on the disk."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import update_wrapper
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from meetings.documents.rejections import TooLarge

Page = Callable[..., HttpResponse]

# The other fields of the form and the borders between its parts.
_BESIDES = 1024 * 1024


def demand_bearable(request: HttpRequest) -> None:
    """Refuse a request that says it is larger than a file may be, before any of it is read. Raises TooLarge."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    limit = settings.UPLOAD_LIMIT_BYTES
    if length.isdecimal() and int(length) > limit + _BESIDES:
        raise TooLarge(bytes=int(length), limit=limit)


def refusing_unread(refuse: Page) -> Callable[[Page], Page]:
    """Answer a request that is too large with `refuse` instead of reading its form, which the check of the CSRF token
    would do first."""

    def decorate(view: Page) -> Page:
        protected = csrf_protect(view)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                demand_bearable(request)
            except TooLarge as error:
                return refuse(request, error, *args, **kwargs)
            return protected(request, *args, **kwargs)

        update_wrapper(guarded, view)
        return csrf_exempt(guarded)

    return decorate


@contextmanager
def on_disk(file: UploadedFile[Any]) -> Iterator[Path]:
    """The uploaded file under a path; a small one, which Django keeps in memory, is written out first."""
    if isinstance(file, TemporaryUploadedFile):
        yield Path(file.temporary_file_path())
        return
    with tempfile.NamedTemporaryFile(prefix="upload-") as written:
        for chunk in file.chunks():
            written.write(chunk)
        written.flush()
        yield Path(written.name)
