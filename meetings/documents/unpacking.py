"""How large the streams of a PDF become when they are unpacked, counted piece by piece without keeping them."""

import zlib
from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import Final

import pikepdf
from pikepdf import Array, Name, Object, Stream

from meetings.documents.rejections import ImageTooLarge, Limits, UnpackedTooLarge

_PIECE: Final = 1 << 20
_FLATE: Final = frozenset({"/FlateDecode", "/Fl"})
# Left packed: what they hold is bounded by the pixels of their image.
_PICTURES: Final = frozenset({"/DCTDecode", "/DCT", "/JPXDecode", "/CCITTFaxDecode", "/CCF", "/JBIG2Decode", "/Crypt"})


@pikepdf.explicit_conversion()
def demand_bearable(pdf: pikepdf.Pdf, limits: Limits) -> None:
    """Count what every stream unpacks to, and the pixels of every image.

    Raises UnpackedTooLarge, ImageTooLarge; MemoryError where a rare packing (LZW) does not fit the process.
    """
    total = 0
    for thing in pdf.objects:
        if isinstance(thing, Stream):
            _demand_pixels(thing, limits)
            total += _unpacked_size(thing, limits.stream_bytes)
            if total > limits.unpacked_bytes:
                raise UnpackedTooLarge(limit=limits.unpacked_bytes)


def went_too_far(error: pikepdf.PdfError) -> bool:
    """Whether qpdf stopped unpacking at a limit that it was given, for which it has no error of its own."""
    return "limit exceeded" in str(error)


def _demand_pixels(stream: Object, limits: Limits) -> None:
    if stream.get("/Subtype") != Name.Image:
        return
    width, height = (stream.get(key) for key in ("/Width", "/Height"))
    if isinstance(width, pikepdf.Integer) and isinstance(height, pikepdf.Integer):
        pixels = int(width) * int(height)
        if pixels > limits.embedded_pixels:
            raise ImageTooLarge(pixels=pixels, limit=limits.embedded_pixels)


def _unpacked_size(stream: Object, limit: int) -> int:
    packings = list(takewhile(lambda packing: packing not in _PICTURES, _packings(stream)))
    if not packings:
        return 0
    if not _FLATE.issuperset(packings):
        return _size_by_decoding(stream, limit)
    pieces: Iterable[bytes] = [stream.read_raw_bytes()]
    for _ in packings:
        pieces = _inflate(pieces)
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > limit:
            raise UnpackedTooLarge(limit=limit)
    return size


def _packings(stream: Object) -> list[str]:
    packing = stream.get("/Filter")
    if isinstance(packing, Array):
        return [str(one) for one in packing]
    return [str(packing)] if isinstance(packing, Name) else []


def _inflate(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Unpack as readers do: until the data end or go wrong."""
    unpacker = zlib.decompressobj()
    for piece in pieces:
        waiting = piece
        while waiting and not unpacker.eof:
            try:
                yield unpacker.decompress(waiting, _PIECE)
            except zlib.error:
                return
            waiting = unpacker.unconsumed_tail


def _size_by_decoding(stream: Object, limit: int) -> int:
    try:
        size = len(stream.read_bytes(pikepdf.StreamDecodeLevel.specialized))
    except pikepdf.PdfError as broken:
        if went_too_far(broken):
            raise UnpackedTooLarge(limit=limit) from broken
        return 0
    if size > limit:
        raise UnpackedTooLarge(limit=limit)
    return size
