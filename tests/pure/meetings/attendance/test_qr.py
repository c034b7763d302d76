import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from meetings.attendance.qr import modules, qr_path, qr_png

CODE = "P1.42.12345.0.ABCDEFGHIJKLMNOPQRSTUVWXYZ"
RUN = re.compile(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z")


def drawn(path: str, side: int) -> list[list[bool]]:
    grid = [[False] * side for _ in range(side)]
    assert RUN.sub("", path) == ""
    for left, top, length, back in RUN.findall(path):
        assert length == back
        for column in range(int(left), int(left) + int(length)):
            assert grid[int(top)][column] is False
            grid[int(top)][column] = True
    return grid


@settings(max_examples=15, deadline=None)
@given(st.text(min_size=1, max_size=60))
def test_the_path_draws_every_dark_module_once(text: str) -> None:
    code = qr_path(text)
    assert drawn(code.path, code.side) == modules(text)


def test_the_quiet_zone_is_four_modules_wide() -> None:
    rows = modules(CODE)
    side = len(rows)
    quiet = [*rows[:4], *rows[-4:], *(row[:4] + row[-4:] for row in rows)]
    assert not any(any(row) for row in quiet)
    assert rows[4][4] is True
    assert rows[4][side - 5] is True


def test_a_personal_code_takes_29_modules() -> None:
    code = qr_path(CODE)
    assert (code.side, code.view_box, code.ground) == (29 + 8, "0 0 37 37", "M0 0h37v37H0z")


def test_the_picture_shows_the_same_modules() -> None:
    rows = modules(CODE)
    with Image.open(io.BytesIO(qr_png(CODE, module_pixels=3))) as image:
        assert (image.format, image.mode, image.size) == ("PNG", "1", (len(rows) * 3,) * 2)
        middles = [
            [not image.getpixel((column * 3 + 1, row * 3 + 1)) for column in range(len(rows))]
            for row in range(len(rows))
        ]
    assert middles == rows


def test_more_correction_makes_a_larger_code() -> None:
    sides = [qr_path(CODE * 3, correction=kind).side for kind in ("low", "medium", "quartile")]
    assert sides == [45, 45, 53]
    with pytest.raises(KeyError):
        qr_path(CODE, correction="all")


def test_a_text_that_no_code_holds_is_refused() -> None:
    with pytest.raises(ValueError, match="Invalid version"):
        modules("x" * 5000)
