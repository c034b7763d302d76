"""Take an uploaded file in: decide whether it may, clean it, and store it under the hash of what was kept.

The file is opened only in a process of its own (``meetings.documents.ingest_child``), so that whatever it does to
whoever opens it, it does there. A file is stored whole or not at all: it is written beside its place, flushed to the
disk and then renamed.

    <media>/documents/ab/<sha256>          cleaned: this is what is served
    <media>/thumbnails/ab/<sha256>.webp    its first page, 480 px on the longer side
    <media>/originals/ab/<sha256>          as it came, under its own hash, signatures intact; never served to a delegate
"""

import hashlib
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from meetings.documents.ingest_order import CLEANED, FIRST_PAGE, THUMBNAIL, Order
from meetings.documents.rejections import (
    REJECTIONS,
    DamagedFile,
    EmptyFile,
    Limits,
    Rejected,
    TooLarge,
    UnpackedTooLarge,
)

__all__ = ["Ingested", "Limits", "Rejected", "ingest"]

_ROOT: Final = Path(__file__).resolve().parents[2]
_LONGEST_ANSWER: Final = 65_536
_OVERTIME: Final = 2
_WORN_OUT: Final = frozenset({-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGABRT})
"""How the child ends that has used up its time or its memory: PDFium aborts when it is given no more."""
# Two at a time: each may take a gigabyte, and a small server has four.
_TURNS: Final = threading.BoundedSemaphore(2)
_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ingested:
    """A stored file. ``sha256`` and ``bytes`` are those of the cleaned file at ``path``; a picture has one page.

    ``first_page`` is the text of the first page, as far as it has any (a scan has none), cut after 4,000 letters.
    """

    path: Path
    content_type: str
    sha256: str
    bytes: int
    pages: int
    thumbnail: Path
    original: Path
    original_sha256: str
    first_page: str


def ingest(source: Path, original_name: str, limits: Limits | None = None, *, media: Path) -> Ingested:
    """Check and clean the file at ``source`` and store it under ``media``; ``source`` itself is left alone.

    The same content gives the same hash, whenever and under whatever name it comes. Takes from half a second to
    ``limits.seconds`` of processor time: call it in a worker or a thread, outside any transaction.

    Raises Rejected (one subclass per code, see ``meetings.documents.rejections``) if the file is at fault, and OSError
    if the disk is.
    """
    limits = limits or Limits()
    size = source.stat().st_size
    if size == 0:
        raise EmptyFile
    if size > limits.bytes:
        raise TooLarge(bytes=size, limit=limits.bytes)
    incoming = media / "incoming"
    incoming.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=incoming) as name:
        folder = Path(name)
        with _TURNS:
            content_type, pages = _open_apart(Order(str(source.resolve()), original_name, name, limits))
        cleaned = folder / CLEANED
        shutil.copyfile(source, folder / "original")
        sha256, original_sha256 = _sha256(cleaned), _sha256(folder / "original")
        return Ingested(
            original=_put(folder / "original", media / "originals" / original_sha256[:2] / original_sha256),
            original_sha256=original_sha256,
            first_page=_first_page(folder),
            thumbnail=_put(folder / THUMBNAIL, media / "thumbnails" / sha256[:2] / f"{sha256}.webp"),
            bytes=cleaned.stat().st_size,
            path=_put(cleaned, media / "documents" / sha256[:2] / sha256),
            content_type=content_type,
            sha256=sha256,
            pages=pages,
        )


def _open_apart(order: Order) -> tuple[str, int]:
    """Let the child open the file; return the content type and the number of pages. Raises Rejected, OSError."""
    answer, errors = Path(order.folder, "answer"), Path(order.folder, "errors")
    with answer.open("wb") as out, errors.open("wb") as err:
        try:
            child = subprocess.run(
                [sys.executable, "-m", "meetings.documents.ingest_child"],
                input=order.to_json().encode(),
                stdout=out,
                stderr=err,
                cwd=_ROOT,
                # Nothing of ours is inherited: the child handles what strangers made.
                env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "2"},
                timeout=order.limits.seconds * _OVERTIME,
                check=False,
            )
        except subprocess.TimeoutExpired as late:
            raise UnpackedTooLarge from late
    if child.returncode != 0:
        _log.warning("opening an uploaded file ended with %s: %s", child.returncode, _end_of(errors))
        raise UnpackedTooLarge if child.returncode in _WORN_OUT else DamagedFile
    with answer.open("rb") as file:
        return _read_answer(json.loads(file.read(_LONGEST_ANSWER)))


def _read_answer(answer: dict[str, Any]) -> tuple[str, int]:
    if "code" in answer:
        raise REJECTIONS[answer["code"]](**answer["params"])
    if "errno" in answer:
        raise OSError(answer["errno"], os.strerror(answer["errno"]))
    return answer["content_type"], answer["pages"]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _first_page(folder: Path) -> str:
    page = folder / FIRST_PAGE
    return page.read_text(encoding="utf-8", errors="replace") if page.exists() else ""


def _end_of(errors: Path) -> str:
    return errors.read_bytes()[-500:].decode("utf-8", "replace")


def _put(written: Path, place: Path) -> Path:
    """Move a finished file to its place so that it is there, whole, even if the power fails now."""
    place.parent.mkdir(parents=True, exist_ok=True)
    written.chmod(0o640)
    with written.open("rb") as file:
        os.fsync(file.fileno())
    written.replace(place)
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return place
