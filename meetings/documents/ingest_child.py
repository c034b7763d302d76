"""The process that opens an uploaded file: it has little memory, little time, and nothing to lose.

Run as ``python -m meetings.documents.ingest_child`` with a JSON order on standard input; it writes the cleaned file and
the thumbnail into the given folder and one JSON answer to standard output:
``{"content_type": …, "pages": n}``, ``{"code": …, "params": {…}}`` for a rejection, or ``{"errno": n}`` if the disk
refused. What the libraries raise over a broken file is not caught: the process ends, and ``meetings.documents.ingest``
draws the conclusion.
"""

import errno
import json
import os
import resource
import sys
from decimal import Decimal
from pathlib import Path
from typing import Final

import pikepdf
import pypdfium2
from PIL import Image, ImageOps

from meetings.documents.ingest_order import CLEANED, FIRST_PAGE, THUMBNAIL, Order
from meetings.documents.names import contradicts
from meetings.documents.rejections import (
    DamagedFile,
    EncryptedPdf,
    ImageTooLarge,
    Limits,
    NotAllowedType,
    PageTooLarge,
    Rejected,
    TooManyPages,
    UnpackedTooLarge,
)
from meetings.documents.scrub import scrub
from meetings.documents.sniffing import JPEG, PDF, PNG, content_type_of
from meetings.documents.unpacking import demand_bearable, went_too_far

THUMBNAIL_SIDE: Final = 480
LETTERS_OF_FIRST_PAGE: Final = 4000

_DISK_REFUSED: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EACCES})


def main() -> None:
    """Carry out the order on standard input."""
    order = Order.from_json(sys.stdin.read())
    _confine(order.limits)
    # Libraries written in C print to standard output as they like; the answer has it for itself.
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answer:
        os.dup2(2, 1)
        json.dump(_answer(order), answer)


def _answer(order: Order) -> dict[str, object]:
    try:
        content_type, pages = prepare(Path(order.source), order.name, Path(order.folder), order.limits)
    except Rejected as rejected:
        return {"code": rejected.code, "params": rejected.params}
    except MemoryError:
        return {"code": UnpackedTooLarge.code, "params": {"limit": order.limits.memory}}
    except OSError as refused:
        if refused.errno == errno.EFBIG:
            return {"code": UnpackedTooLarge.code, "params": {}}
        if refused.errno in _DISK_REFUSED:
            return {"errno": refused.errno}
        raise
    return {"content_type": content_type, "pages": pages}


def prepare(source: Path, name: str, folder: Path, limits: Limits) -> tuple[str, int]:
    """Write the cleaned file and its thumbnail into ``folder``; return the content type and the number of pages.

    Raises Rejected, MemoryError, OSError.
    """
    content_type = content_type_of(source)
    if contradicts(name, content_type):
        raise NotAllowedType
    if content_type == PDF:
        return PDF, _prepare_pdf(source, folder, limits)
    _prepare_picture(source, folder, content_type, limits)
    return content_type, 1


def _confine(limits: Limits) -> None:
    os.nice(5)
    for kind, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, limits.seconds),
        (resource.RLIMIT_FSIZE, 2 * limits.bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(kind, (most, most))


def _prepare_pdf(source: Path, folder: Path, limits: Limits) -> int:
    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=limits.stream_bytes,
        run_length_max_memory=limits.stream_bytes,
        png_max_memory=limits.stream_bytes,
        tiff_max_memory=limits.stream_bytes,
        doc_max_warnings=1000,
    )
    try:
        with pikepdf.open(source) as pdf:
            pages = _demand_pages(pdf, limits)
            demand_bearable(pdf, limits)
            scrub(pdf)
            pdf.save(folder / CLEANED, linearize=True, deterministic_id=True)
    except pikepdf.PasswordError as locked:
        raise EncryptedPdf from locked
    except pikepdf.PdfError as broken:
        raise (UnpackedTooLarge if went_too_far(broken) else DamagedFile) from broken
    _picture_first_page(folder)
    return pages


@pikepdf.explicit_conversion()
def _demand_pages(pdf: pikepdf.Pdf, limits: Limits) -> int:
    # The number that the file states is asked first: counting could be what the file wants to wear us out with.
    stated = pdf.Root["/Pages"].get("/Count")
    pages = int(stated) if isinstance(stated, pikepdf.Integer) else 0
    if pages <= limits.pages:
        pages = len(pdf.pages)
    if pages > limits.pages:
        raise TooManyPages(pages=pages, limit=limits.pages)
    if pages == 0:
        raise DamagedFile
    for number, page in enumerate(pdf.pages, start=1):
        points = max(_longest_side(page.mediabox), _longest_side(page.cropbox)) * _user_unit(page)
        if points > limits.page_points:
            raise PageTooLarge(page=number, points=int(points), limit=limits.page_points)
    return pages


def _longest_side(box: pikepdf.Object) -> Decimal:
    left, bottom, right, top = (Decimal(str(edge)) for edge in pikepdf.Array(box).as_list())
    return max(abs(right - left), abs(top - bottom))


def _user_unit(page: pikepdf.Page) -> Decimal:
    unit = page.obj.get("/UserUnit")
    return Decimal(1) if unit is None else Decimal(str(unit))


def _picture_first_page(folder: Path) -> None:
    with pypdfium2.PdfDocument(folder / CLEANED) as pdf:
        page = pdf[0]
        scale = THUMBNAIL_SIDE / max(*page.get_size(), 1)
        picture = page.render(scale=scale).to_pil().convert("RGB")
        text = page.get_textpage().get_text_bounded(errors="replace")[:LETTERS_OF_FIRST_PAGE]
    (folder / FIRST_PAGE).write_text(text, encoding="utf-8", errors="replace")
    _save_thumbnail(picture, folder)


def _prepare_picture(source: Path, folder: Path, content_type: str, limits: Limits) -> None:
    Image.MAX_IMAGE_PIXELS = None  # our own limit is asked before a pixel is read
    with Image.open(source, formats=["JPEG" if content_type == JPEG else "PNG"]) as opened:
        pixels = opened.width * opened.height
        if pixels > limits.pixels:
            raise ImageTooLarge(pixels=pixels, limit=limits.pixels)
        upright = _plain(ImageOps.exif_transpose(opened), content_type)
    if content_type == PNG:
        upright.save(folder / CLEANED, "PNG")
    else:
        upright.save(folder / CLEANED, "JPEG", quality=90)
    upright.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    _save_thumbnail(_on_white(upright), folder)


def _plain(image: Image.Image, content_type: str) -> Image.Image:
    """Return only the pixels, in a mode that every reader knows; what else the file said is left behind."""
    if image.mode.startswith("I"):
        image = image.convert("I").point([value >> 8 for value in range(65_536)], "L")
    if content_type == PNG and image.has_transparency_data:
        image = image.convert("RGBA")
    elif image.mode not in {"1", "L", "RGB"}:
        image = image.convert("RGB")
    image.load()
    image.info.clear()
    return image


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode not in {"LA", "RGBA"}:
        return image.convert("RGB")
    ground = Image.new("RGBA", image.size, "white")
    ground.alpha_composite(image.convert("RGBA"))
    return ground.convert("RGB")


def _save_thumbnail(picture: Image.Image, folder: Path) -> None:
    picture.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    picture.save(folder / THUMBNAIL, "WEBP", quality=80, method=4)


if __name__ == "__main__":
    main()
