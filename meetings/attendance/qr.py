"""QR codes as pictures: one path for a page, or a PNG for a letter. Always dark on white, quiet zone by ISO 18004."""

import io
from dataclasses import dataclass
from typing import Final

import qrcode
from PIL import Image
from qrcode.constants import ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q

QUIET: Final = 4
_CORRECTION: Final = {"low": ERROR_CORRECT_L, "medium": ERROR_CORRECT_M, "quartile": ERROR_CORRECT_Q}


@dataclass(frozen=True, slots=True)
class QrPath:
    """The dark modules as the data of one SVG path, in a square of ``side`` units, quiet zone included.

    To be drawn as ``<svg viewBox="0 0 {side} {side}"><path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{path}"/>``.
    """

    path: str
    side: int

    @property
    def view_box(self) -> str:
        return f"0 0 {self.side} {self.side}"

    @property
    def ground(self) -> str:
        """The white square under the modules: a QR code stays dark on white in the dark theme too."""
        return f"M0 0h{self.side}v{self.side}H0z"


def modules(text: str, *, correction: str = "medium") -> list[list[bool]]:
    """Return the rows of modules with the quiet zone; True is dark.

    ``correction`` is how much may be soiled: ``low`` 7 %, ``medium`` 15 %, ``quartile`` 25 %. Raises KeyError for
    another word, ValueError for a text that no QR code holds.
    """
    code = qrcode.QRCode(error_correction=_CORRECTION[correction], border=QUIET)
    code.add_data(text)
    code.make(fit=True)
    return [[bool(module) for module in row] for row in code.get_matrix()]


def qr_path(text: str, *, correction: str = "medium") -> QrPath:
    """Return the code as a path of rectangles, a run of dark modules in a row being one."""
    rows = modules(text, correction=correction)
    pieces = []
    for top, row in enumerate(rows):
        left = 0
        while left < len(row):
            length = 0
            while left + length < len(row) and row[left + length]:
                length += 1
            if length:
                pieces.append(f"M{left} {top}h{length}v1h-{length}z")
            left += length or 1
    return QrPath("".join(pieces), len(rows))


def qr_png(text: str, *, module_pixels: int = 8, correction: str = "medium") -> bytes:
    """Return the code as a black and white PNG, ``module_pixels`` for each module."""
    rows = modules(text, correction=correction)
    image = Image.new("1", (len(rows), len(rows)), 1)
    image.putdata([0 if dark else 1 for row in rows for dark in row])
    out = io.BytesIO()
    image.resize((len(rows) * module_pixels,) * 2, Image.Resampling.NEAREST).save(out, "PNG", optimize=True)
    return out.getvalue()
