"""Tell by its content what a file is. Its name and what the browser said are not asked."""

import mmap
import re
from pathlib import Path
from typing import Final

import puremagic

from meetings.documents.rejections import DamagedFile, NotAllowedType

PDF: Final = "application/pdf"
JPEG: Final = "image/jpeg"
PNG: Final = "image/png"

_STARTS: Final = ((b"%PDF-", PDF), (b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG))
_TAIL: Final = 65_557  # as far from its end as a ZIP directory may begin (APPNOTE 4.3.16)
# Long enough not to turn up by chance in compressed data.
_MARKUP: Final = re.compile(rb"<script|<!doctype|<html[\s>]|<svg\s+xmlns|<\?php\s", re.IGNORECASE)


def content_type_of(path: Path) -> str:
    """Return ``application/pdf``, ``image/jpeg`` or ``image/png``.

    Raises NotAllowedType for anything else, and for a file that is at the same time a page or an archive; DamagedFile
    for a PDF without its end.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        head, tail = content[:4096], content[-_TAIL:]
        found = next((kind for start, kind in _STARTS if head.startswith(start)), None)
        if found is None or found not in _guesses(head):
            raise NotAllowedType
        if found == PDF:
            _demand_plain_pdf(head, tail)
        elif _MARKUP.search(content) or content.find(b"%PDF-") >= 0 or b"PK\x05\x06" in tail:
            raise NotAllowedType
    return found


def _guesses(head: bytes) -> set[str]:
    return {match.mime_type for match in puremagic.magic_string(head)}


def _demand_plain_pdf(head: bytes, tail: bytes) -> None:
    end = tail.rfind(b"%%EOF")
    if end < 0:
        raise DamagedFile
    rest = tail[end:]
    if _MARKUP.search(head[:1024]) or _MARKUP.search(rest) or b"PK\x05\x06" in rest:
        raise NotAllowedType
