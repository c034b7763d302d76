"""Why an uploaded file is not taken in, and the limits that are asked about.

Sources of the limits: what a tablet can show and a small server can open (docs/decisions), and the longest page side
that PDF 1.7, annex C.2 allows (14 400 points).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from accounts.errors import DomainError


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may cost. ``memory`` and ``seconds`` (of processor time) bound the process that opens it."""

    bytes: int = 200 * 1024**2
    pages: int = 3000
    page_points: int = 14_400
    pixels: int = 50_000_000
    embedded_pixels: int = 200_000_000
    stream_bytes: int = 500 * 1024**2
    unpacked_bytes: int = 4 * 1024**3
    memory: int = 1024**3
    seconds: int = 60


class Rejected(DomainError):
    """The file is not acceptable; one subclass per reason, nothing was stored."""

    code = "rejected"
    status = 422


class EmptyFile(Rejected):
    code = "empty_file"


class TooLarge(Rejected):
    """Params: ``bytes`` and ``limit``."""

    code = "too_large"
    status = 413


class NotAllowedType(Rejected):
    """Neither PDF, JPEG nor PNG by its content, or something else at the same time, or named as something else."""

    code = "not_allowed_type"
    status = 415


class EncryptedPdf(Rejected):
    """It needs a password to be opened. One that only forbids printing or copying is taken."""

    code = "encrypted_pdf"


class DamagedFile(Rejected):
    code = "damaged_file"


class TooManyPages(Rejected):
    """Params: ``pages`` and ``limit``."""

    code = "too_many_pages"


class PageTooLarge(Rejected):
    """Params: ``page`` (from 1), ``points`` of its longer side and ``limit``."""

    code = "page_too_large"


class ImageTooLarge(Rejected):
    """Params: ``pixels`` and ``limit``."""

    code = "image_too_large"


class UnpackedTooLarge(Rejected):
    """Small as a file, too large or too slow when opened. Params: ``limit`` in bytes, where one is known."""

    code = "unpacked_too_large"


REJECTIONS: Final[Mapping[str, type[Rejected]]] = MappingProxyType(
    {
        kind.code: kind
        for kind in (
            EmptyFile,
            TooLarge,
            NotAllowedType,
            EncryptedPdf,
            DamagedFile,
            TooManyPages,
            PageTooLarge,
            ImageTooLarge,
            UnpackedTooLarge,
        )
    }
)
