"""Where the files of documents stand, and how those without a row go.

``ingest`` writes a file whole, under its hash, before the row that names it. Whoever does both holds the media folder
with a shared lock of the file system; a file is removed only under the exclusive lock and only if no row names it. So
an act that fails cannot take away what another has just found in its place. When the exclusive lock is not to be had,
the file stays until the worker removes what has no row (``remove_orphans``).
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Final

from django.conf import settings

from meetings.documents.models import Version


class Area(StrEnum):
    """The cleaned files that readers get, the originals (never served), and the pictures of first pages."""

    DOCUMENTS = "documents"
    ORIGINALS = "originals"
    THUMBNAILS = "thumbnails"


_SUFFIX: Final = {Area.DOCUMENTS: "", Area.ORIGINALS: "", Area.THUMBNAILS: ".webp"}


def media_folder() -> Path:
    return Path(settings.MEDIA_ROOT)


def path_of(area: Area, sha256: str) -> Path:
    """Where that file stands: an original under its own hash, a thumbnail under the hash of the cleaned file."""
    return media_folder() / area.value / sha256[:2] / f"{sha256}{_SUFFIX[area]}"


@contextmanager
def holding_files() -> Iterator[None]:
    """Nothing is removed from the media folder while the block writes files and their rows."""
    with _lock(fcntl.LOCK_SH):
        yield


def discard(sha256: str, original_sha256: str) -> bool:
    """Remove the files of an act that failed, unless a row names them or somebody is writing files just now.

    Call it outside ``holding_files``. Returns whether none of them is left.
    """
    try:
        with _lock(fcntl.LOCK_EX | fcntl.LOCK_NB):
            removed = [_remove(area, sha256) for area in (Area.DOCUMENTS, Area.THUMBNAILS)]
            return all([*removed, _remove(Area.ORIGINALS, original_sha256)])
    except BlockingIOError:
        return False


def remove_orphans(before: float) -> list[Path]:
    """Remove the files that no row names and that were written before that time (seconds of the epoch).

    An act that was killed between its files and its row leaves such files. Returns what was removed; does nothing
    while somebody is writing files.
    """
    removed = []
    try:
        with _lock(fcntl.LOCK_EX | fcntl.LOCK_NB):
            for area in Area:
                for path in sorted((media_folder() / area.value).glob("??/*")):
                    if path.is_file() and path.stat().st_mtime < before and _remove(area, path.stem):
                        removed.append(path)
    except BlockingIOError:
        return []
    return removed


def _remove(area: Area, sha256: str) -> bool:
    field = "original_sha256" if area is Area.ORIGINALS else "sha256"
    if Version.objects.filter(**{field: sha256}).exists():
        return False
    path_of(area, sha256).unlink(missing_ok=True)
    return True


@contextmanager
def _lock(mode: int) -> Iterator[None]:
    folder = media_folder()
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, mode)
        yield
    finally:
        os.close(descriptor)
